/// Making structures and arrays, for running code and for constant expressions alike.

extension Store {
  /// A structure whose fields have their default values. Slots from `top` on are in no use.
  func makeStructure(_ type: UnsafePointer<TypeRecord>, below top: Slots) throws -> UInt64 {
    let byteCount = Int(type.pointee.byteCount)
    let object = try allocate(payload: byteCount, below: top)
    object.payload.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    return publish(object, type)
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
  /// Writes a value's slots to a place in the payload.
  @inline(__always)
  func write(_ storage: ObjectStorage, at offset: Int, from slots: Slots) {
    let value = slots[0]
    switch storage {
    case .word8:
      payload.storeBytes(of: UInt8(truncatingIfNeeded: value), toByteOffset: offset, as: UInt8.self)
    case .word16:
      payload.storeBytes(of: UInt16(truncatingIfNeeded: value), toByteOffset: offset, as: UInt16.self)
    case .word32: payload.storeBytes(of: value.i32, toByteOffset: offset, as: UInt32.self)
    case .word64, .reference: payload.storeBytes(of: value, toByteOffset: offset, as: UInt64.self)
    case .vector:
      payload.storeBytes(of: value, toByteOffset: offset, as: UInt64.self)
      payload.storeBytes(of: slots[1], toByteOffset: offset + 8, as: UInt64.self)
    }
  }

  /// Traps unless the array has `count` elements from `index` on.
  func check(_ index: UInt32, _ count: UInt32) throws {
    guard UInt64(index) + UInt64(count) <= UInt64(self.count) else { throw Trap(.outOfBoundsArrayAccess) }
  }
}
