import Synchronization

/// Process-wide ids of defined types, so that equal types of different modules have the same id and the
/// check of an indirect call compares two integers. (Core 3.1.2: types are equal when their recursion
/// groups, rolled up, are.)
enum TypeRegistry {
  private struct State {
    /// In canonical form: references to types outside the group are ids, those within it are
    /// `firstRelative` plus the position.
    var groups: [[SubType]: UInt32] = [:]
    var types: [SubType] = []
  }

  private static let state = Mutex(State())
  private static let firstRelative: Int32 = 0x1000_0000

  /// The ids of a module's types, in order.
  static func ids(of types: [SubType], groups: [Range<Int>]) -> [UInt32] {
    state.withLock { state in
      var ids: [UInt32] = []
      ids.reserveCapacity(types.count)
      for group in groups {
        let key = types[group].map { canonical($0, group: group, ids: ids) }
        let first: UInt32
        if let known = state.groups[key] {
          first = known
        } else {
          first = UInt32(state.types.count)
          state.groups[key] = first
          state.types += key.map { absolute($0, first: first) }
        }
        for offset in 0..<group.count { ids.append(first + UInt32(offset)) }
      }
      return ids
    }
  }

  /// The id of a function type that stands alone.
  static func id(of type: FunctionType) -> UInt32 {
    ids(of: [SubType(.function(type))], groups: [0..<1])[0]
  }

  /// Whether the type is the other one or declares it among its supertypes.
  static func isSubtype(_ id: UInt32, of other: UInt32) -> Bool {
    if id == other { return true }
    return state.withLock { state in
      var current = id
      while let parent = state.types[Int(current)].supertypes.first {
        if parent == other { return true }
        current = parent
      }
      return false
    }
  }

  private static func canonical(_ type: SubType, group: Range<Int>, ids: [UInt32]) -> SubType {
    map(type) { index in
      group.contains(Int(index))
        ? UInt32(firstRelative) + (index - UInt32(group.lowerBound)) : ids[Int(index)]
    }
  }

  private static func absolute(_ type: SubType, first: UInt32) -> SubType {
    map(type) { $0 >= UInt32(firstRelative) ? first + ($0 - UInt32(firstRelative)) : $0 }
  }

  private static func map(_ type: SubType, _ transform: (UInt32) -> UInt32) -> SubType {
    func value(_ type: ValueType) -> ValueType {
      guard type.isReference, let index = type.heapType.typeIndex else { return type }
      return .reference(HeapType(typeIndex: transform(index)), nullable: type.isNullable)
    }
    func field(_ field: FieldType) -> FieldType {
      guard case .value(let type) = field.storage else { return field }
      return FieldType(.value(value(type)), isMutable: field.isMutable)
    }
    let composite: CompositeType =
      switch type.composite {
      case .function(let type): .function(FunctionType(type.parameters.map(value), type.results.map(value)))
      case .structure(let fields): .structure(fields.map(field))
      case .array(let element): .array(field(element))
      }
    return SubType(isFinal: type.isFinal, supertypes: type.supertypes.map(transform), composite)
  }
}
