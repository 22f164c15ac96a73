/// Gives equal numbers to equal types (Core 3.1.4 "Rolling and Unrolling", 3.3.3 "Type Equivalence").
///
/// Types are equal when their recursion groups are: the same sub types in the same order, where a reference
/// inside the group counts by position and one outside it by the type it names. Writing references that way
/// makes a group a key to look for.

public struct TypeCanonicalizer: Sendable {
  /// By canonical number. Type indices in them are canonical numbers.
  public private(set) var types: [SubType] = []
  /// How many types have a number.
  public var count: Int { parents.count }
  /// Whether `types` are those of a module, whose indices are their canonical numbers so far.
  private var isSharing = false
  /// The supertype's canonical number, -1 without one.
  public private(set) var parents: [Int32] = []
  /// How many supertypes are above the type.
  public private(set) var depths: [UInt8] = []
  /// How many types the group of a type has.
  private var lengths: [UInt32] = []
  private var groups = GroupTable()

  /// Stands for a reference inside the group, with the position in the bits below.
  private static let insideGroup: UInt32 = 0x0800_0000

  public init() {}

  /// Adds the types of a module, whose indices must be valid, and returns their canonical numbers.
  public mutating func add(_ types: [SubType], groups: [Range<Int>]) -> [UInt32] {
    var numbers: [UInt32] = []
    numbers.reserveCapacity(types.count)
    share(types)
    for group in groups { add(types[group], numbers: &numbers) }
    stopSharing()
    return numbers
  }

  /// Says which types are added next, from the first one on. As long as none of them equals one before it, the
  /// first module's are kept as they are.
  mutating func share(_ types: [SubType]) {
    guard count == 0 else { return }
    self.types = types
    isSharing = true
  }

  /// Adds one recursion group. `numbers` holds the canonical numbers of all types before it and is extended by
  /// those of the group.
  mutating func add(_ group: ArraySlice<SubType>, numbers: inout [UInt32]) {
    // An empty group is no type's.
    guard !group.isEmpty else { return }
    let start = UInt32(group.startIndex)
    let key = group.map { [numbers] type in
      type.mappingTypeIndices { $0 >= start ? Self.insideGroup | ($0 - start) : numbers[Int($0)] }
    }
    let hash = GroupTable.hash(key)
    let first: UInt32
    if let known = groups.find(hash, where: { isGroup(key, at: $0) }) {
      first = known
    } else {
      first = UInt32(count)
      groups.add(hash, first)
      if isSharing, first != start { stopSharing() }
      for type in key {
        let type = type.mappingTypeIndices {
          $0 & Self.insideGroup != 0 ? first + ($0 & ~Self.insideGroup) : $0
        }
        let parent = type.supertypes.first.map { Int($0) }
        if !isSharing { types.append(type) }
        lengths.append(UInt32(key.count))
        parents.append(parent.map { Int32($0) } ?? -1)
        depths.append(parent.map { min(depths[$0], 254) + 1 } ?? 0)
      }
    }
    numbers.append(contentsOf: first..<first + UInt32(group.count))
  }

  private mutating func stopSharing() {
    if types.count > count { types.removeLast(types.count - count) }
    isSharing = false
  }

  /// Whether the group that begins at a canonical number is the one of the key. What its types name from there
  /// on is inside it.
  private func isGroup(_ key: [SubType], at first: UInt32) -> Bool {
    guard Int(lengths[Int(first)]) == key.count else { return false }
    for (index, type) in key.enumerated() {
      let known = types[Int(first) + index].mappingTypeIndices {
        $0 >= first ? Self.insideGroup | ($0 - first) : $0
      }
      guard known == type else { return false }
    }
    return true
  }

  /// Whether one type is the other or below it; both canonical numbers.
  public func isSubtype(_ type: UInt32, of other: UInt32) -> Bool {
    Self.isSubtype(type, of: other, parents, depths)
  }

  /// The same by the supertypes and depths of a canonicalizer.
  static func isSubtype(_ type: UInt32, of other: UInt32, _ parents: [Int32], _ depths: [UInt8]) -> Bool {
    var type = type
    var depth = depths[Int(type)]
    let target = depths[Int(other)]
    while depth > target {
      type = UInt32(bitPattern: parents[Int(type)])
      depth -= 1
    }
    return type == other
  }
}

/// The first numbers of groups, found by the hash of what the groups are. A process that starts has some dozens
/// of them; a dictionary would ask at run time how its keys are compared, which takes longer than finding all of
/// them. The groups themselves are among the types: here is only where.
private struct GroupTable: Sendable {
  private struct Entry: Sendable {
    var first: UInt32
    var hash: UInt32
    /// The next entry under the same head, -1 for none.
    var next: Int32
  }

  private var entries: [Entry] = []
  /// By the low bits of the hash the entry that came last, -1 for none; as many as a power of two.
  private var heads = [Int32](repeating: -1, count: 64)

  static func hash(_ key: [SubType]) -> UInt32 {
    var hasher = Hasher()
    for type in key { type.hash(into: &hasher) }
    return UInt32(truncatingIfNeeded: hasher.finalize())
  }

  private func head(_ hash: UInt32) -> Int { Int(hash) & (heads.count - 1) }

  func find(_ hash: UInt32, where isEqual: (UInt32) -> Bool) -> UInt32? {
    var place = heads[head(hash)]
    while place >= 0 {
      let entry = entries[Int(place)]
      if entry.hash == hash, isEqual(entry.first) { return entry.first }
      place = entry.next
    }
    return nil
  }

  mutating func add(_ hash: UInt32, _ first: UInt32) {
    if entries.count == heads.count { grow() }
    let head = head(hash)
    entries.append(Entry(first: first, hash: hash, next: heads[head]))
    heads[head] = Int32(entries.count - 1)
  }

  private mutating func grow() {
    heads = Array(repeating: -1, count: heads.count * 2)
    for index in entries.indices {
      let head = head(entries[index].hash)
      entries[index].next = heads[head]
      heads[head] = Int32(index)
    }
  }
}

extension SubType {
  /// The same type with every type index replaced. One without any shares what it holds.
  func mappingTypeIndices(_ map: (UInt32) -> UInt32) -> SubType {
    guard namesTypes else { return self }
    var type = self
    type.supertypes = supertypes.map(map)
    type.described = described.map(map)
    type.descriptor = descriptor.map(map)
    switch composite {
    case .function(let function):
      type.composite = .function(
        FunctionType(
          function.parameters.map { $0.mappingTypeIndices(map) },
          function.results.map { $0.mappingTypeIndices(map) }))
    case .structure(let fields):
      type.composite = .structure(fields.map { $0.mappingTypeIndices(map) })
    case .array(let field):
      type.composite = .array(field.mappingTypeIndices(map))
    }
    return type
  }
}

extension SubType {
  /// Whether there is a type index in it.
  private var namesTypes: Bool {
    if !supertypes.isEmpty || described != nil || descriptor != nil { return true }
    switch composite {
    case .function(let function):
      for type in function.parameters where type.usedTypeIndex != nil { return true }
      for type in function.results where type.usedTypeIndex != nil { return true }
    case .structure(let fields):
      for field in fields where field.namesType { return true }
    case .array(let field): return field.namesType
    }
    return false
  }
}

extension FieldType {
  fileprivate var namesType: Bool { storage.unpacked.usedTypeIndex != nil }

  func mappingTypeIndices(_ map: (UInt32) -> UInt32) -> FieldType {
    guard case .value(let type) = storage else { return self }
    return FieldType(.value(type.mappingTypeIndices(map)), isMutable: isMutable)
  }
}

extension ValueType {
  /// The same type with the type index, if it has one, replaced.
  public func mappingTypeIndices(_ map: (UInt32) -> UInt32) -> ValueType {
    guard isReference, let index = heapType.typeIndex else { return self }
    return .reference(HeapType(typeIndex: map(index), isExact: heapType.isExact), nullable: isNullable)
  }
}
