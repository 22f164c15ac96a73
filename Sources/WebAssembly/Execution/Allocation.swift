/// Room for new objects, by way of a collection where there is none.

extension Store {
  /// An object of a payload's size, without a type: to be filled and given one by `publish` before the next
  /// is made. Slots from `top` on are in no use. Throws when the heap is full, or a limit on time.
  func allocate(payload byteCount: Int, below top: Slots) throws -> HeapObject {
    let size = byteCount + HeapObject.headerByteCount
    guard size <= SizeClass.largest else { return try allocateLarge(size, below: top) }
    let sizeClass = SizeClass.holding(size)
    return try heap.cells.pointee.take(sizeClass) ?? refill(sizeClass, below: top)
  }

  private func refill(_ sizeClass: Int, below top: Slots) throws -> HeapObject {
    try heap.reserve()
    heap.countChain(sizeClass)
    var hasCollected = false
    while true {
      if let object = heap.cells.pointee.take(sizeClass) { return object }
      if !heap.isSwept {
        heap.sweepNext()
        try countHeapWork(HeapBlocks.blockSize)
      } else if !hasCollected, heap.isCollectionDue(for: 0) {
        try collect(below: top)
        hasCollected = true
      } else {
        let hasAdded: Bool
        do {
          hasAdded = try heap.addCells(sizeClass)
        } catch {
          // The budget is used up, which a collection may change.
          guard !hasCollected else { throw error }
          hasAdded = false
        }
        if !hasAdded {
          guard !hasCollected else { throw heap.exhausted }
          try collect(below: top)
          hasCollected = true
        }
      }
    }
  }

  private func allocateLarge(_ byteCount: Int, below top: Slots) throws -> HeapObject {
    try heap.reserve()
    guard let blocks = heap.blocks, Heap.blockCount(ofLarge: byteCount) <= blocks.limit else {
      throw heap.exhausted
    }
    try finishSweep()
    if heap.isCollectionDue(for: byteCount) {
      try collect(below: top)
      try finishSweep()
    }
    // The budget or the blocks may be used up, which a collection may change.
    if let object = try? heap.takeLarge(byteCount) { return object }
    try collect(below: top)
    try finishSweep()
    guard let object = try heap.takeLarge(byteCount) else { throw heap.exhausted }
    return object
  }

  /// Makes what was allocated an object; its payload is filled.
  func publish(_ object: HeapObject, _ type: UnsafePointer<TypeRecord>, count: UInt32 = 0) -> UInt64 {
    object.count = count
    object.mark = heap.epoch
    object.type = type
    return object.reference
  }
}

extension Store {
  /// A reference to an exception, kept as an object with its tag and its values. Slots from `top` on are in
  /// no use.
  func reference(to exception: ThrownException, below top: Slots) throws -> UInt64 {
    // While it is made nothing else need refer to the values.
    heap.temporaries += exception.payload
    defer { heap.temporaries.removeLast(exception.payload.count) }
    let object = try allocate(payload: 8 + exception.payload.count * 8, below: top)
    keep(exception.tag)
    let tag = Unmanaged.passUnretained(exception.tag).toOpaque()
    object.payload.storeBytes(of: tag, as: UnsafeMutableRawPointer.self)
    for (index, value) in exception.payload.enumerated() {
      object.payload.storeBytes(of: value, toByteOffset: 8 + index * 8, as: UInt64.self)
    }
    return publish(object, engine.types.exception, count: UInt32(exception.payload.count))
  }

  /// The exception that a reference of type `exnref` refers to, nil for null.
  func exception(_ reference: UInt64) -> ThrownException? {
    guard let object = HeapObject(reference) else { return nil }
    // Every tag of an exception with a reference was kept.
    let tag = Unmanaged<Tag>.fromOpaque(object.payload.load(as: UnsafeRawPointer.self)).takeUnretainedValue()
    let values = (0..<Int(object.count)).map {
      object.payload.load(fromByteOffset: 8 + $0 * 8, as: UInt64.self)
    }
    return ThrownException(tag: tag, payload: values)
  }
}
