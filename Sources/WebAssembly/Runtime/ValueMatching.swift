/// Whether values that the host gives are of the types that code relies on (Core 4.5.1 "External Typing").
/// Type indices in the types are the engine's ids.

extension Reference {
  func matches(_ type: ValueType, _ types: TypeRegistry) -> Bool {
    guard type.isReference else { return false }
    let own: HeapType
    switch kind {
    case .null: return type.isNullable
    case .host: return type.heapType == .extern || type.heapType == .any
    case .i31: own = .i31
    case .exception: own = .exn
    case .structure, .array:
      guard let id = HeapObject(bits)?.type?.pointee.id else { return false }
      own = HeapType(typeIndex: id, isExact: true)
    case .function:
      guard let record = UnsafePointer<FunctionRecord>(bitPattern: UInt(bits)) else { return false }
      own = HeapType(typeIndex: record.pointee.typeID, isExact: true)
    }
    if types.matches(.reference(own, nullable: false), type) { return true }
    // What is below any may have been converted.
    return type.heapType == .extern
      && types.matches(.reference(own, nullable: false), .anyref)
  }
}

extension Value {
  func matches(_ type: ValueType, _ types: TypeRegistry) -> Bool {
    if case .reference(let reference, _) = self { return reference.matches(type, types) }
    return self.type == type
  }
}

extension Store {
  /// Whether a reference may be used here: what it refers to is this store's.
  func owns(_ reference: Reference) -> Bool {
    switch reference.kind {
    case .null, .i31, .host: true
    case .structure, .array, .exception: reference.heap === heap
    case .function: function(of: reference) != nil
    }
  }

  /// Whether values are of a function's types and of this store. `id` is that of the function's type.
  func accepts(
    _ values: [Value], _ types: [ValueType], _ id: UInt32, _ list: KeyPath<FunctionType, [ValueType]>
  )
    -> Bool
  {
    guard values.count == types.count else { return false }
    guard types.contains(where: \.isReference) else { return zip(values, types).allSatisfy { $0.type == $1 } }
    return zip(values, engine.types.functionType(id)[keyPath: list]).allSatisfy { value, type in
      guard value.matches(type, engine.types) else { return false }
      if case .reference(let reference, _) = value { return owns(reference) }
      return true
    }
  }
}
