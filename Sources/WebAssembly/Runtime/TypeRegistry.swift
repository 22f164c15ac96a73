import Synchronization

/// Process-wide ids of defined types, so that equal types of different modules have the same id and the
/// check of an indirect call compares two integers. (Core 3.1.2)
enum TypeRegistry {
  private static let state = Mutex(TypeCanonicalizer())

  /// The ids of a module's types, in order.
  static func ids(of types: [SubType], groups: [Range<Int>]) -> [UInt32] {
    state.withLock { $0.add(types, groups: groups) }
  }

  /// The id of a function type that stands alone.
  static func id(of type: FunctionType) -> UInt32 {
    ids(of: [SubType(.function(type))], groups: [0..<1])[0]
  }

  /// Whether the type is the other one or declares it among its supertypes.
  static func isSubtype(_ id: UInt32, of other: UInt32) -> Bool {
    state.withLock { $0.isSubtype(id, of: other) }
  }
}
