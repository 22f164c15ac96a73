/// Making structures and arrays, for running code and for constant expressions alike.

extension Store {
  /// A structure whose fields have their default values. Slots from `top` on are in no use.
  func makeStructure(_ type: UnsafePointer<TypeRecord>, _ descriptor: UInt64?, below top: Slots) throws
    -> UInt64
  {
    let object = try allocateStructure(type, descriptor, below: top)
    let byteCount = Int(type.pointee.hasDescriptor ? type.pointee.descriptorOffset : type.pointee.byteCount)
    object.payload.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    return publish(object, type)
  }

  /// Room for a structure's fields, with the descriptor of a type that has one; see
  /// `allocate(payload:below:)`. Throws a trap when the descriptor is null.
  func allocateStructure(_ type: UnsafePointer<TypeRecord>, _ descriptor: UInt64?, below top: Slots) throws
    -> HeapObject
  {
    if descriptor == 0 { throw Trap(.nullDescriptorReference) }
    let object = try allocate(payload: Int(type.pointee.byteCount), below: top)
    if let descriptor {
      object.payload.storeBytes(
        of: descriptor, toByteOffset: Int(type.pointee.descriptorOffset), as: UInt64.self)
    }
    return object
  }

  /// An array whose elements are all the value at `element`, or the default value.
  func makeArray(
    _ type: UnsafePointer<TypeRecord>, _ count: UInt32, filledFrom element: Slots?, below top: Slots
  ) throws -> UInt64 {
    let object = try allocateArray(type, count, below: top)
    if let element {
      try fill(object, type, at: 0, count, from: element)
    } else {
      try fill(object.payload, 0 as UInt8, Int(count) * Int(type.pointee.byteCount))
    }
    return publish(object, type, count: count)
  }

  /// Room for an array's elements; see `allocate(payload:below:)`.
  func allocateArray(_ type: UnsafePointer<TypeRecord>, _ count: UInt32, below top: Slots) throws
    -> HeapObject
  {
    try allocate(payload: Int(count) * Int(type.pointee.byteCount), below: top)
  }

  /// Writes the value at `element` to elements, which are there.
  func fill(
    _ array: HeapObject, _ type: UnsafePointer<TypeRecord>, at index: UInt32, _ count: UInt32,
    from element: Slots
  ) throws {
    let start = array.payload + Int(index) * Int(type.pointee.byteCount)
    let count = Int(count)
    let value = element[0]
    switch type.pointee.fields[0].storage {
    case .word8: try fill(start, UInt8(truncatingIfNeeded: value), count)
    case .word16: try fill(start, UInt16(truncatingIfNeeded: value), count)
    case .word32: try fill(start, value.i32, count)
    case .word64, .reference: try fill(start, value, count)
    case .vector: try fill(start, SIMD2(value, element[1]), count)
    }
  }

  private func fill<T: BitwiseCopyable>(_ start: UnsafeMutableRawPointer, _ value: T, _ count: Int) throws {
    // An array's payload begins at a multiple of 16.
    let elements = start.assumingMemoryBound(to: T.self)
    let most = Heap.workBetweenChecks / MemoryLayout<T>.size
    var done = 0
    while done < count {
      let part = min(most, count - done)
      (elements + done).initialize(repeating: value, count: part)
      done += part
      try countHeapWork(part * MemoryLayout<T>.size)
    }
  }
}

extension HeapObject {
  /// The structure's descriptor, nil when its type has none.
  var descriptor: UInt64? {
    guard let type, type.pointee.hasDescriptor else { return nil }
    return payload.load(fromByteOffset: Int(type.pointee.descriptorOffset), as: UInt64.self)
  }

  /// Traps unless the array has `count` elements from `index` on.
  func check(_ index: UInt32, _ count: UInt32) throws {
    guard UInt64(index) + UInt64(count) <= UInt64(self.count) else { throw Trap(.outOfBoundsArrayAccess) }
  }
}
