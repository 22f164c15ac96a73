import Synchronization

/// Process-wide ids of defined types, so that equal types of different modules have the same id and the
/// check of an indirect call compares two integers. (Core 3.1.2)
enum TypeRegistry {
  private struct State {
    var canonicalizer = TypeCanonicalizer()
    /// By id, made when code first needs them.
    var records: [UInt32: PermanentRecord] = [:]
  }

  /// Written before it is shared, and never freed.
  private struct PermanentRecord: @unchecked Sendable {
    let pointer: UnsafePointer<TypeRecord>

    init(_ record: TypeRecord) {
      let pointer = UnsafeMutablePointer<TypeRecord>.allocate(capacity: 1)
      pointer.initialize(to: record)
      self.pointer = UnsafePointer(pointer)
    }
  }

  private static let state = Mutex(State())

  /// The ids of a module's types, in order.
  static func ids(of types: [SubType], groups: [Range<Int>]) -> [UInt32] {
    state.withLock { $0.canonicalizer.add(types, groups: groups) }
  }

  /// The id of a function type that stands alone. Type indices have no meaning in it; all are taken for
  /// the type itself.
  static func id(of type: FunctionType) -> UInt32 {
    ids(of: [SubType(.function(type)).mappingTypeIndices { _ in 0 }], groups: [0..<1])[0]
  }

  /// A type that the host made, in which a type index has no meaning; it is taken for a function type
  /// without parameters and results.
  static func withoutIndices(_ type: ValueType) -> ValueType {
    type.mappingTypeIndices { _ in id(of: FunctionType()) }
  }

  /// The function type with an id, type indices in it being ids.
  static func functionType(_ id: UInt32) -> FunctionType {
    state.withLock { $0.canonicalizer.types[Int(id)].functionType ?? FunctionType() }
  }

  /// Whether the type is the other one or declares it among its supertypes.
  static func isSubtype(_ id: UInt32, of other: UInt32) -> Bool {
    id == other || state.withLock { $0.canonicalizer.isSubtype(id, of: other) }
  }

  /// Whether a value of one type may stand where the other is expected (3.3.1); type indices are ids.
  static func matches(_ type: ValueType, _ expected: ValueType) -> Bool {
    type == expected || state.withLock { $0.canonicalizer.isBelow(type, expected) }
  }

  /// The type as objects and casts refer to it.
  static func record(of id: UInt32) -> UnsafePointer<TypeRecord> {
    state.withLock { state in
      if let known = state.records[id] { return known }
      let made = PermanentRecord(TypeRecord(id, in: state.canonicalizer))
      state.records[id] = made
      return made
    }.pointer
  }

  private static let exceptionRecord = PermanentRecord(
    TypeRecord(id: .max, kind: .exception, ancestors: [], fields: [], byteCount: 0))

  /// What objects that are exceptions have as their type.
  static var exception: UnsafePointer<TypeRecord> { exceptionRecord.pointer }
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
