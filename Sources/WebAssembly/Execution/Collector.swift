/// Finds the objects that are alive: those that roots lead to. Depth does not matter, as objects whose
/// references are still to be followed wait on a stack of their own, each at most once.
struct Collector {
  private let heap: Heap
  private let meter: Meter
  private var pending: [HeapObject] = []
  private(set) var objectCount = 0
  private(set) var objectByteCount = 0
  private(set) var scannedByteCount = 0
  /// All objects found alive, when they are to be recorded.
  private(set) var objects: [HeapObject] = []
  private let recordsObjects: Bool

  init(_ heap: Heap, _ meter: Meter, recordsObjects: Bool = false) {
    self.heap = heap
    self.meter = meter
    self.recordsObjects = recordsObjects
  }

  // MARK: - Roots

  /// Marks what a value of a reference type refers to.
  @inline(__always)
  mutating func mark(_ reference: UInt64) {
    if let object = HeapObject(reference) { mark(object) }
  }

  private mutating func mark(_ object: HeapObject) {
    guard object.mark != heap.epoch, let type = object.type else { return }
    object.mark = heap.epoch
    objectCount += 1
    if recordsObjects { objects.append(object) }
    objectByteCount += Self.byteCount(of: object, type)
    switch type.pointee.kind {
    case .structure, .array: if type.pointee.referenceCount > 0 { pending.append(object) }
    case .exception: pending.append(object)
    case .function: break
    }
  }

  /// Marks what words may refer to that may be anything.
  mutating func markConservatively(_ words: UnsafeBufferPointer<UInt64>) throws {
    for word in words {
      if let object = heap.find(word) { mark(object) }
    }
    try count(words.count * 8)
  }

  /// Marks what a table's or a segment's references refer to.
  mutating func mark(_ references: UnsafeBufferPointer<UInt64>) throws {
    for reference in references { mark(reference) }
    try count(references.count * 8)
  }

  // MARK: - Objects

  /// Follows the references of all marked objects. Throws a limit that is reached meanwhile.
  mutating func follow() throws {
    while let object = pending.popLast(), let type = object.type {
      let payload = object.payload
      switch type.pointee.kind {
      case .structure:
        for index in 0..<Int(type.pointee.referenceCount) {
          let offset = Int(type.pointee.referenceOffsets[index])
          mark(payload.load(fromByteOffset: offset, as: UInt64.self))
        }
        try count(Int(type.pointee.byteCount))
      case .array:
        let elements = UnsafePointer(payload.assumingMemoryBound(to: UInt64.self))
        var start = 0
        while start < Int(object.count) {
          let part = min(Int(object.count) - start, Heap.workBetweenChecks / 8)
          try mark(UnsafeBufferPointer(start: elements + start, count: part))
          start += part
        }
      case .exception:
        // Its values, behind its tag, are of any types.
        let values = UnsafePointer((payload + 8).assumingMemoryBound(to: UInt64.self))
        try markConservatively(UnsafeBufferPointer(start: values, count: Int(object.count)))
      case .function: break
      }
    }
  }

  private static func byteCount(of object: HeapObject, _ type: UnsafePointer<TypeRecord>) -> Int {
    let payload: Int =
      switch type.pointee.kind {
      case .structure: Int(type.pointee.byteCount)
      case .array: Int(object.count) * Int(type.pointee.byteCount)
      case .exception: 8 + Int(object.count) * 8
      case .function: 0
      }
    return payload + HeapObject.headerByteCount
  }

  private mutating func count(_ byteCount: Int) throws {
    scannedByteCount += byteCount
    if heap.addWork(byteCount) { try meter.checkTime() }
  }
}

extension Store {
  /// Collects what nothing refers to, as happens by itself when enough was made since the last time. Not
  /// while code runs, but for host functions. Throws `ExecutionLimit.time` or `.interrupted`.
  @discardableResult
  public func collectGarbage() throws -> HeapCensus {
    let census = try collect(below: stackTop)
    try finishSweep()
    return census
  }

  /// Bytes that objects take, in the blocks of 64 KiB that they are kept in.
  public var heapByteCount: Int { heap.usedByteCount }

  /// A collection. Slots from `top` on are in no use.
  @discardableResult
  func collect(below top: Slots) throws -> HeapCensus { try collect(below: top, meter) }

  /// A collection within the limits of a meter.
  func collect(below top: Slots, _ meter: Meter) throws -> HeapCensus {
    while !heap.isSwept {
      heap.sweepNext()
      if heap.addWork(HeapBlocks.blockSize) { try meter.checkTime() }
    }
    heap.beginCollection()
    var collector = Collector(heap, meter)
    let stackWords = UnsafeBufferPointer(start: UnsafePointer(stack.base), count: top - stack.base)
    try collector.markConservatively(stackWords)
    for reference in heap.held.withLock({ Array($0.keys) }) { collector.mark(reference) }
    heap.forEachCaptured { collector.mark($0.reference) }
    try heap.temporaries.withUnsafeBufferPointer { try collector.markConservatively($0) }
    for instance in instances {
      for global in instance.globals where global.type.content.isReference {
        collector.mark(global.cell.pointee)
      }
      for table in instance.tables {
        let storage = table.storage.pointee
        try collector.mark(UnsafeBufferPointer(start: UnsafePointer(storage.elements), count: table.count))
      }
      for references in instance.elementReferences {
        try references.withUnsafeBufferPointer { try collector.mark($0) }
      }
    }
    try collector.follow()
    heap.endCollection(scannedByteCount: collector.scannedByteCount)
    return HeapCensus(objectCount: collector.objectCount, byteCount: collector.objectByteCount)
  }

  func finishSweep() throws {
    while !heap.isSwept {
      heap.sweepNext()
      try countHeapWork(HeapBlocks.blockSize)
    }
  }

  /// Looks at the deadline when enough bytes were touched since it was last done.
  func countHeapWork(_ byteCount: Int) throws {
    if heap.addWork(byteCount) { try meter.checkTime() }
  }
}

/// What a collection found alive.
public struct HeapCensus: Sendable, Hashable {
  public var objectCount: Int
  /// Headers included, without what is lost in blocks.
  public var byteCount: Int
}
