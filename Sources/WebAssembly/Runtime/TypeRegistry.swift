import Synchronization

/// An engine's ids of defined types, so that equal types of different modules have the same id and the
/// check of an indirect call compares two integers. (Core 3.1.2)
final class TypeRegistry: Sendable {
  private struct State {
    var canonicalizer = TypeCanonicalizer()
    /// By id, made when code first needs them.
    var records: [UInt32: OwnedRecord] = [:]
  }

  private let state = Mutex(State())
  /// What of every type the checks ask that running code makes.
  private let lines = TypeLines()
  /// What objects that are exceptions have as their type.
  let exceptionRecord = OwnedRecord(
    TypeRecord(id: .max, kind: .exception, ancestors: [], fields: [], byteCount: 0))

  /// The ids of a module's types, in order.
  func ids(of types: [SubType], groups: [Range<Int>]) -> [UInt32] {
    state.withLock { state in
      let first = state.canonicalizer.count
      let ids = state.canonicalizer.add(types, groups: groups)
      lines.add(state.canonicalizer.parents[first...], state.canonicalizer.depths[first...], at: first)
      return ids
    }
  }

  /// The id of a function type that stands alone. Type indices have no meaning in it; all are taken for
  /// the type itself.
  func id(of type: FunctionType) -> UInt32 {
    ids(of: [SubType(.function(type)).mappingTypeIndices { _ in 0 }], groups: [0..<1])[0]
  }

  /// A type that the host made, in which a type index has no meaning; it is taken for a function type
  /// without parameters and results.
  func withoutIndices(_ type: ValueType) -> ValueType {
    type.mappingTypeIndices { _ in id(of: FunctionType()) }
  }

  /// The function type with an id, type indices in it being ids.
  func functionType(_ id: UInt32) -> FunctionType {
    state.withLock { $0.canonicalizer.types[Int(id)].functionType ?? FunctionType() }
  }

  /// Whether the type is the other one or declares it among its supertypes. Takes no lock.
  func isSubtype(_ id: UInt32, of other: UInt32) -> Bool { id == other || lines.isSubtype(id, of: other) }

  /// Whether a value of one type may stand where the other is expected (3.3.1); type indices are ids.
  func matches(_ type: ValueType, _ expected: ValueType) -> Bool {
    type == expected || state.withLock { $0.canonicalizer.isBelow(type, expected) }
  }

  /// The type as objects and casts refer to it.
  func record(of id: UInt32) -> UnsafePointer<TypeRecord> {
    state.withLock { state in
      if let known = state.records[id] { return known }
      let made = OwnedRecord(TypeRecord(id, in: state.canonicalizer))
      state.records[id] = made
      return made
    }.pointer
  }

  var exception: UnsafePointer<TypeRecord> { exceptionRecord.pointer }
}

/// A record at a fixed address. `@unchecked Sendable`: written before it is shared.
final class OwnedRecord: @unchecked Sendable {
  let pointer: UnsafePointer<TypeRecord>

  init(_ record: TypeRecord) {
    let pointer = UnsafeMutablePointer<TypeRecord>.allocate(capacity: 1)
    pointer.initialize(to: record)
    self.pointer = UnsafePointer(pointer)
  }

  deinit {
    pointer.pointee.deallocate()
    pointer.deallocate()
  }
}

/// Every type's supertype and depth, in tables that never move and of which no line changes once it is
/// written: who has an id got it after its line was written, and reads it without a lock.
///
/// `@unchecked Sendable`: lines are added under the registry's lock.
private final class TypeLines: @unchecked Sendable {
  private struct Line {
    /// -1 without one.
    var parent: Int32
    var depth: UInt8
  }

  /// Table `n` has room for `firstCount << n` lines, so that 26 hold more than 32 bits can number.
  private static let firstCount = 64
  private static let tableCount = 26
  private let tables: UnsafeMutablePointer<UnsafeMutablePointer<Line>?>

  init() {
    tables = .allocate(capacity: Self.tableCount)
    tables.initialize(repeating: nil, count: Self.tableCount)
  }

  deinit {
    for index in 0..<Self.tableCount { tables[index]?.deallocate() }
    tables.deallocate()
  }

  /// Which table an id is in, and where.
  private static func place(of id: Int) -> (table: Int, index: Int) {
    let scaled = id / firstCount + 1
    let table = Int.bitWidth - 1 - scaled.leadingZeroBitCount
    return (table, id - ((1 << table) - 1) * firstCount)
  }

  func add(_ parents: ArraySlice<Int32>, _ depths: ArraySlice<UInt8>, at first: Int) {
    var id = first
    for (parent, depth) in zip(parents, depths) {
      let (table, index) = Self.place(of: id)
      let lines = tables[table] ?? .allocate(capacity: Self.firstCount << table)
      if tables[table] == nil { tables[table] = lines }
      (lines + index).initialize(to: Line(parent: parent, depth: depth))
      id += 1
    }
  }

  private func line(_ id: UInt32) -> Line {
    let (table, index) = Self.place(of: Int(id))
    // The line was written before anybody had its id.
    return tables[table].unsafelyUnwrapped[index]
  }

  func isSubtype(_ id: UInt32, of other: UInt32) -> Bool {
    let depth = line(other).depth
    var type = id
    var own = line(id)
    while own.depth > depth {
      type = UInt32(bitPattern: own.parent)
      own = line(type)
    }
    return type == other
  }
}

extension TypeRecord {
  /// Fields in order, each at a multiple of its size: those of a supertype lie where they do there.
  fileprivate init(_ id: UInt32, in canonicalizer: TypeCanonicalizer) {
    let type = canonicalizer.types[Int(id)]
    var ancestors: [UInt32] = []
    var parent = canonicalizer.parents[Int(id)]
    while parent >= 0 {
      ancestors.append(UInt32(parent))
      parent = canonicalizer.parents[Int(parent)]
    }
    ancestors.reverse()
    var fields: [FieldLayout] = []
    var byteCount: UInt32 = 0
    switch type.composite {
    case .function: self.init(id: id, kind: .function, ancestors: ancestors, fields: [], byteCount: 0)
    case .structure(let types):
      for type in types {
        let storage = ObjectStorage(type.storage)
        let size = UInt32(storage.byteCount)
        // Vectors are read and written without regard to alignment.
        let alignment = min(size, 8)
        byteCount = (byteCount + alignment - 1) / alignment * alignment
        fields.append(FieldLayout(offset: byteCount, storage: storage))
        byteCount += size
      }
      var descriptorOffset: UInt32?
      if type.descriptor != nil {
        descriptorOffset = (byteCount + 7) / 8 * 8
        byteCount = (byteCount + 7) / 8 * 8 + 8
      }
      self.init(
        id: id, kind: .structure, ancestors: ancestors, fields: fields, byteCount: byteCount,
        descriptorOffset: descriptorOffset)
    case .array(let element):
      let storage = ObjectStorage(element.storage)
      self.init(
        id: id, kind: .array, ancestors: ancestors, fields: [FieldLayout(offset: 0, storage: storage)],
        byteCount: UInt32(storage.byteCount))
    }
  }
}

extension ObjectStorage {
  init(_ type: StorageType) {
    switch type {
    case .i8: self = .word8
    case .i16: self = .word16
    case .value(.i32), .value(.f32): self = .word32
    case .value(.i64), .value(.f64): self = .word64
    case .value(.v128): self = .vector
    case .value: self = .reference
    }
  }
}
