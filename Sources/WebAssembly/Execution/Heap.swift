import Synchronization

/// The objects of a store: cells to put them in, and the sweep that takes back those that the last
/// collection did not reach.
///
/// A collection marks what is alive with its number; see `Collector`. After it, blocks are swept one by one
/// as cells are needed: a cell whose mark is not the collection's number is free. New objects get the
/// number as well, so that the sweep spares them.
///
/// `@unchecked Sendable`: only `held` is used by other threads than the store's.
final class Heap: @unchecked Sendable {
  /// The most bytes that blocks may take; nil for what the implementation has.
  let byteLimit: UInt64?
  /// What blocks are charged to.
  let budget: MemoryBudget
  /// Keeps the records that objects point to.
  let engine: Engine
  private(set) var blocks: HeapBlocks?
  let cells: UnsafeMutablePointer<HeapCells>
  private var freeCells: UnsafeMutablePointer<UnsafeMutableRawPointer?> { cells.pointee.free }
  /// Bytes of each chain when it was made.
  private var chainByteCounts: [Int]
  /// The number of the last collection.
  var epoch: UInt32 { cells.pointee.epoch }
  /// Blocks not swept since then.
  private var unswept = 0..<0
  /// Bytes handed out since then, in blocks and whole chains, and how many bring about the next one.
  private var allocatedByteCount = 0
  private var threshold = Heap.minimumThreshold
  /// Objects that the host refers to, with how often it does.
  let held = Mutex<[UInt64: Int]>([:])
  /// Captured contents, whose objects stay alive as long as they may be restored.
  private var images: [WeakImage] = []
  /// References of an operation that are nowhere else yet.
  var temporaries: [UInt64] = []
  /// Bytes touched since the deadline was last looked at.
  private var workByteCount = 0

  private static let minimumThreshold = 4 << 20

  init(byteLimit: UInt64?, budget: MemoryBudget, engine: Engine) {
    self.byteLimit = byteLimit
    self.budget = budget
    self.engine = engine
    let free = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: SizeClass.cellSizes.count)
    free.initialize(repeating: nil, count: SizeClass.cellSizes.count)
    cells = .allocate(capacity: 1)
    cells.initialize(to: HeapCells(free: free, classes: SizeClass.classes, epoch: 1))
    chainByteCounts = Array(repeating: 0, count: SizeClass.cellSizes.count)
  }

  deinit {
    blocks?.deallocate()
    freeCells.deallocate()
    cells.deallocate()
  }

  /// What it means that there is no room: the host's limit, or the implementation's.
  var exhausted: any Error {
    if let byteLimit, byteLimit < UInt64(HeapBlocks.maximumByteCount) { return ExecutionLimit.memory }
    return Trap(.allocationFailure)
  }

  /// Bytes of the blocks in use.
  var usedByteCount: Int { blocks?.usedByteCount ?? 0 }

  func reserve() throws {
    guard blocks == nil else { return }
    blocks = try HeapBlocks(byteLimit: byteLimit, budget: budget)
  }

  /// Charges the budget for something else than objects, once the memory behind free blocks is given back;
  /// false when that does not suffice.
  func makeRoom(_ byteCount: Int) -> Bool {
    blocks?.trim()
    return budget.take(byteCount)
  }

  /// Whether `byteCount` bytes more make a collection due.
  func isCollectionDue(for byteCount: Int) -> Bool { allocatedByteCount + byteCount > threshold }

  /// Adds to the bytes touched; true each time they have become so many that the deadline is to be looked at.
  func addWork(_ byteCount: Int) -> Bool {
    workByteCount += min(byteCount, Self.workBetweenChecks)
    guard workByteCount >= Self.workBetweenChecks else { return false }
    workByteCount = 0
    return true
  }

  static let workBetweenChecks = 1 << 22

  // MARK: - Cells

  /// Counts a class's chain as handed out, which it is when no cell is left of it.
  func countChain(_ sizeClass: Int) {
    allocatedByteCount += chainByteCounts[sizeClass]
    chainByteCounts[sizeClass] = 0
  }

  /// Cuts one more block into cells; false when there is none. Every block is swept. Throws
  /// `ExecutionLimit.memory` when the budget does not allow one.
  func addCells(_ sizeClass: Int) throws(ExecutionLimit) -> Bool {
    guard let index = try blocks?.take(1), let blocks else { return false }
    blocks[index] = HeapBlocks.Block(kind: .cells, sizeClass: UInt8(sizeClass), length: 1)
    let start = blocks.address(of: index)
    start.storeBytes(of: Unmanaged.passUnretained(self).toOpaque(), as: UnsafeMutableRawPointer.self)
    let size = SizeClass.cellSizes[sizeClass]
    var next = freeCells[sizeClass]
    for cell in Self.cells(of: start, size).reversed() {
      Self.release(cell, next)
      next = cell
    }
    freeCells[sizeClass] = next
    chainByteCounts[sizeClass] += HeapBlocks.blockSize
    return true
  }

  /// A run of blocks for one object of `byteCount` bytes with its header; nil when there is none.
  /// Throws `ExecutionLimit.memory` when the budget does not allow it.
  func takeLarge(_ byteCount: Int) throws(ExecutionLimit) -> HeapObject? {
    let count = Self.blockCount(ofLarge: byteCount)
    guard let index = try blocks?.take(count), let blocks else { return nil }
    blocks[index] = HeapBlocks.Block(kind: .large, sizeClass: 0, length: UInt32(count))
    for rest in index + 1..<index + count {
      blocks[rest] = HeapBlocks.Block(kind: .rest, sizeClass: 0, length: 0)
    }
    let start = blocks.address(of: index)
    start.storeBytes(of: Unmanaged.passUnretained(self).toOpaque(), as: UnsafeMutableRawPointer.self)
    Self.release(start + SizeClass.blockHeaderByteCount, nil)
    allocatedByteCount += count * HeapBlocks.blockSize
    return HeapObject(address: start + SizeClass.blockHeaderByteCount + 8)
  }

  static func blockCount(ofLarge byteCount: Int) -> Int {
    (byteCount + SizeClass.blockHeaderByteCount + HeapBlocks.blockSize - 1) / HeapBlocks.blockSize
  }

  private static func cells(of start: UnsafeMutableRawPointer, _ size: Int) -> some BidirectionalCollection<
    UnsafeMutableRawPointer
  > {
    let count = (HeapBlocks.blockSize - SizeClass.blockHeaderByteCount) / size
    return (0..<count).lazy.map { start + SizeClass.blockHeaderByteCount + $0 * size }
  }

  /// Makes a cell free: linked to the next one, without a type.
  private static func release(_ cell: UnsafeMutableRawPointer, _ next: UnsafeMutableRawPointer?) {
    cell.storeBytes(of: next, as: UnsafeMutableRawPointer?.self)
    HeapObject(address: cell + 8).type = nil
  }

  // MARK: - Sweeping

  var isSwept: Bool { unswept.isEmpty }

  /// Sweeps the next block or run that has not been.
  func sweepNext() {
    guard let blocks, let index = unswept.first else { return }
    let block = blocks[index]
    var next = index + 1
    switch block.kind {
    case .free, .rest: break
    case .large:
      next = index + Int(block.length)
      let object = HeapObject(address: blocks.address(of: index) + SizeClass.blockHeaderByteCount + 8)
      if object.type == nil || object.mark != epoch { self.blocks?.free(index..<next) }
    case .cells: sweep(index, Int(block.sizeClass))
    }
    unswept = min(next, unswept.upperBound)..<unswept.upperBound
  }

  private func sweep(_ index: Int, _ sizeClass: Int) {
    guard let blocks else { return }
    let size = SizeClass.cellSizes[sizeClass]
    var first: UnsafeMutableRawPointer?
    var last: UnsafeMutableRawPointer?
    var freeCount = 0
    var hasLive = false
    for cell in Self.cells(of: blocks.address(of: index), size) {
      let object = HeapObject(address: cell + 8)
      if object.type != nil, object.mark == epoch {
        hasLive = true
        continue
      }
      Self.release(cell, nil)
      if let last { last.storeBytes(of: cell, as: UnsafeMutableRawPointer?.self) } else { first = cell }
      last = cell
      freeCount += 1
    }
    guard hasLive else {
      self.blocks?.free(index..<index + 1)
      return
    }
    guard let first, let last else { return }
    last.storeBytes(of: freeCells[sizeClass], as: UnsafeMutableRawPointer?.self)
    freeCells[sizeClass] = first
    chainByteCounts[sizeClass] += freeCount * size
  }

  // MARK: - Collections

  /// Begins a collection. Every block is swept.
  func beginCollection() {
    // A number comes again only after four thousand million collections.
    cells.pointee.epoch = epoch == .max ? 1 : epoch + 1
  }

  /// What is marked lives; everything else is to be swept. `scannedByteCount` bytes of roots and objects
  /// were read for that. The next collection is due when it costs no more than what is made until then.
  func endCollection(scannedByteCount: Int) {
    for sizeClass in SizeClass.cellSizes.indices {
      freeCells[sizeClass] = nil
      chainByteCounts[sizeClass] = 0
    }
    unswept = 0..<(blocks?.top ?? 0)
    allocatedByteCount = 0
    threshold = max(Self.minimumThreshold, scannedByteCount, usedByteCount / 4)
  }

  // MARK: - Snapshots

  /// Captures all objects. A collection was just made, and everything is swept.
  func capture() -> HeapImage {
    blocks?.trim()
    let image = HeapImage(
      blocks: blocks?.capture() ?? HeapBlocksImage(blocks: [], cursor: 0),
      free: Array(UnsafeBufferPointer(start: freeCells, count: SizeClass.cellSizes.count)),
      chainByteCounts: chainByteCounts, epoch: epoch, allocatedByteCount: allocatedByteCount,
      threshold: threshold)
    if let blocks {
      for run in image.runs {
        image.add(UnsafeRawBufferPointer(start: blocks.address(of: run.index), count: run.byteCount))
      }
    }
    images.removeAll { $0.image == nil }
    images.append(WeakImage(image: image))
    return image
  }

  /// Calls `body` with every object that a captured image may bring back, but for those of one of them.
  func forEachCaptured(except other: HeapImage? = nil, _ body: (HeapObject) throws -> Void) rethrows {
    guard !images.isEmpty, let blocks else { return }
    images.removeAll { $0.image == nil }
    for case let image? in images.map(\.image) where image !== other {
      for run in image.runs {
        try forEachCell(of: run.index, in: blocks) { object in
          if image.hasObject(object, in: blocks) { try body(object) }
        }
      }
    }
  }

  /// All places for objects in a block or run that is in use.
  private func forEachCell(
    of index: Int, in blocks: HeapBlocks, _ body: (HeapObject) throws -> Void
  ) rethrows {
    let start = blocks.address(of: index)
    switch blocks[index].kind {
    case .free, .rest: break
    case .large: try body(HeapObject(address: start + SizeClass.blockHeaderByteCount + 8))
    case .cells:
      let size = SizeClass.cellSizes[Int(blocks[index].sizeClass)]
      for cell in Self.cells(of: start, size) { try body(HeapObject(address: cell + 8)) }
    }
  }

  /// Whether the host, or another image, keeps objects that the image does not have.
  private func keepsMore(than image: HeapImage) -> Bool {
    guard let blocks else { return false }
    images.removeAll { $0.image == nil }
    if images.contains(where: { $0.image !== image && !($0.image?.runs.isEmpty ?? true) }) { return true }
    return held.withLock { held in
      held.keys.contains { HeapObject($0).map { !image.hasObject($0, in: blocks) } ?? false }
    }
  }

  /// Makes the objects what they were when the image was captured: those made since vanish, but for what the
  /// host or another image still leads to.
  func restore(_ image: HeapImage) {
    guard let current = blocks else { return }
    let survivors = keepsMore(than: image) ? survivors(of: image, in: current) : Survivors()
    image.copyBack(to: current)
    blocks?.restore(image.blocks, keeping: survivors.blocks)
    cells.pointee.epoch = image.epoch
    allocatedByteCount = image.allocatedByteCount
    threshold = image.threshold
    unswept = 0..<0
    if survivors.addresses.isEmpty {
      for (index, cell) in image.free.enumerated() { freeCells[index] = cell }
      chainByteCounts = image.chainByteCounts
      return
    }
    survivors.putBack(mark: epoch)
    // The chains of free cells lead through survivors: made anew by a sweep, which spares what is marked.
    endCollection(scannedByteCount: 0)
    (allocatedByteCount, threshold) = (image.allocatedByteCount, image.threshold)
    while !isSwept { sweepNext() }
  }

  /// Finds what outlives a restore, and frees the cells beside it in blocks that the image does not have.
  private func survivors(of image: HeapImage, in blocks: HeapBlocks) -> Survivors {
    beginCollection()
    var collector = Collector(self, Meter(), recordsObjects: true)
    for reference in held.withLock({ Array($0.keys) }) { collector.mark(reference) }
    forEachCaptured(except: image) { collector.mark($0.reference) }
    // Without limits nothing is thrown.
    try? collector.follow()
    var survivors = Survivors()
    for object in collector.objects where !image.hasObject(object, in: blocks) {
      let index = blocks.index(of: object)
      survivors.addresses.insert(object.reference)
      if image.uses(index) {
        // Only cells: a large object has its blocks for itself.
        let size = SizeClass.cellSizes[Int(blocks[index].sizeClass)]
        survivors.saved.append(
          (object, [UInt8](UnsafeRawBufferPointer(start: object.address - 8, count: size))))
      } else {
        let count = blocks[index].kind == .large ? Int(blocks[index].length) : 1
        survivors.blocks.formUnion(index..<index + count)
        survivors.others.append(object)
      }
    }
    for index in survivors.blocks {
      forEachCell(of: index, in: blocks) { object in
        if !survivors.addresses.contains(object.reference) { object.type = nil }
      }
    }
    return survivors
  }

  /// The object at an address that may be any word, nil when no reference to an object has these bits.
  func find(_ word: UInt64) -> HeapObject? {
    guard HeapObject.isObject(word), let blocks else { return nil }
    let offset = word &- 8 &- UInt64(UInt(bitPattern: blocks.base))
    guard offset < UInt64(blocks.top * HeapBlocks.blockSize) else { return nil }
    let inner = Int(offset) & (HeapBlocks.blockSize - 1) - SizeClass.blockHeaderByteCount
    let block = blocks[Int(offset) / HeapBlocks.blockSize]
    switch block.kind {
    case .cells:
      let size = SizeClass.cellSizes[Int(block.sizeClass)]
      guard inner >= 0, inner % size == 0,
        inner + size <= HeapBlocks.blockSize - SizeClass.blockHeaderByteCount
      else { return nil }
    case .large: guard inner == 0 else { return nil }
    case .free, .rest: return nil
    }
    guard let object = HeapObject(word), object.type != nil else { return nil }
    return object
  }

  /// The heap that an object lies in.
  static func containing(_ object: HeapObject) -> Heap {
    let block = UnsafeRawPointer(
      bitPattern: UInt(bitPattern: object.address) & ~UInt(HeapBlocks.blockSize - 1))
    // Every block with objects begins with its heap, which lives as long as they do.
    return Unmanaged<Heap>.fromOpaque(block.unsafelyUnwrapped.load(as: UnsafeRawPointer.self))
      .takeUnretainedValue()
  }
}

/// Keeps an object while the host refers to it.
final class ObjectHold: Sendable {
  let heap: Heap
  private let reference: UInt64

  init(_ object: HeapObject) {
    heap = Heap.containing(object)
    reference = object.reference
    heap.held.withLock { $0[reference, default: 0] += 1 }
  }

  deinit {
    heap.held.withLock { held in
      let count = held[reference, default: 1] - 1
      held[reference] = count == 0 ? nil : count
    }
  }
}
