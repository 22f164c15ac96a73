/// The objects of a heap as they were at one moment, to be put back where they were.
final class HeapImage {
  /// A block with cells, or the blocks of a large object, in use when the image was captured.
  struct Run {
    var index: Int
    var byteCount: Int
    /// Where its bytes are in the image.
    var offset: Int
  }

  let blocks: HeapBlocksImage
  let free: [UnsafeMutableRawPointer?]
  let chainByteCounts: [Int]
  let epoch: UInt32
  let allocatedByteCount: Int
  let threshold: Int
  let runs: [Run]
  private var contents: [UInt8] = []

  init(
    blocks: HeapBlocksImage, free: [UnsafeMutableRawPointer?], chainByteCounts: [Int], epoch: UInt32,
    allocatedByteCount: Int, threshold: Int
  ) {
    self.blocks = blocks
    self.free = free
    self.chainByteCounts = chainByteCounts
    self.epoch = epoch
    self.allocatedByteCount = allocatedByteCount
    self.threshold = threshold
    var runs: [Run] = []
    var offset = 0
    for (index, block) in blocks.blocks.enumerated() {
      guard block.kind == .cells || block.kind == .large else { continue }
      let byteCount = (block.kind == .large ? Int(block.length) : 1) * HeapBlocks.blockSize
      runs.append(Run(index: index, byteCount: byteCount, offset: offset))
      offset += byteCount
    }
    self.runs = runs
    contents.reserveCapacity(offset)
  }

  /// Adds the bytes of the next of the runs.
  func add(_ bytes: UnsafeRawBufferPointer) { contents.append(contentsOf: bytes) }

  /// Whether the image has something in a block.
  func uses(_ index: Int) -> Bool { index < blocks.blocks.count && blocks.blocks[index].kind != .free }

  /// Whether there was an object at a place for one. Blocks that the image uses are cut into the same places
  /// as long as it exists, because its objects are alive so long.
  func hasObject(_ object: HeapObject, in heap: HeapBlocks) -> Bool {
    let index = heap.index(of: object)
    guard uses(index), let run = run(of: index) else { return false }
    let offset = run.offset + (object.address - heap.address(of: run.index))
    return contents.withUnsafeBytes { bytes in
      // A free cell has no type. In bounds: a place for an object lies within its run.
      bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) != 0
    }
  }

  /// The run that begins at a block.
  private func run(of index: Int) -> Run? {
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].index < index { low = middle + 1 } else { high = middle }
    }
    return low < runs.count && runs[low].index == index ? runs[low] : nil
  }

  /// Writes all bytes to where they were.
  func copyBack(to heap: HeapBlocks) {
    contents.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      for run in runs {
        // In bounds: the run's blocks are in use still, and the image has all of its bytes.
        SystemCalls.move(heap.address(of: run.index), from: start + run.offset, run.byteCount)
      }
    }
  }
}

struct WeakImage {
  weak var image: HeapImage?
}

/// Objects that are no part of an image and outlive its restore.
struct Survivors {
  var addresses: Set<UInt64> = []
  /// Blocks that the image does not have.
  var blocks: Set<Int> = []
  /// Those in blocks of the image, with their cells' bytes.
  var saved: [(object: HeapObject, cell: [UInt8])] = []
  /// Those in other blocks.
  var others: [HeapObject] = []

  /// Writes the objects to where they were, marked as found by the image's collection.
  func putBack(mark: UInt32) {
    for (object, cell) in saved {
      cell.withUnsafeBytes { bytes in
        // In bounds: the cell's own bytes, and the cell is free in the image.
        if let start = bytes.baseAddress { SystemCalls.move(object.address - 8, from: start, bytes.count) }
      }
      object.mark = mark
    }
    for object in others { object.mark = mark }
  }
}
