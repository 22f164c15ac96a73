/// The address space of a heap, in blocks of 64 KiB: some cut into cells of one size, others in runs that
/// hold a large object each. Reserved with the first object and made accessible as it is needed.
///
/// The budget is charged for blocks that have memory behind them. Free ones keep it, and stay charged, until
/// they are trimmed.
struct HeapBlocks {
  static let blockSize = 1 << 16
  /// What a heap without a limit of its own may grow to.
  static let maximumByteCount = 1 << 32
  /// Blocks made accessible at once.
  private static let step = 64

  enum Kind: UInt8 { case free, cells, large, rest }

  struct Block: BitwiseCopyable {
    var kind: Kind
    /// Of cells, index into `SizeClass.cellSizes`.
    var sizeClass: UInt8
    /// Of a large object, its blocks.
    var length: UInt32
  }

  private let reservation: Reservation
  private let budget: MemoryBudget
  /// The first block's address, a multiple of the block size.
  var base: UnsafeMutableRawPointer { reservation.base }
  private let blocks: UnsafeMutablePointer<Block>
  /// Whether a block has memory behind it. Of those below `top`.
  private let isResident: UnsafeMutablePointer<Bool>
  /// Blocks that there may be.
  let limit: Int
  /// Blocks that were ever in use; those behind are untouched.
  private(set) var top = 0
  private(set) var freeCount = 0
  /// Free blocks that are resident.
  private var residentFreeCount = 0
  /// Where the search for free blocks goes on.
  private var cursor = 0

  /// Throws the trap `allocation failure` when the system gives no address space.
  init(byteLimit: UInt64?, budget: MemoryBudget) throws(Trap) {
    var count = max(1, Int(min(byteLimit ?? .max, UInt64(Self.maximumByteCount))) / Self.blockSize)
    var space = try? Reservation(byteCount: count * Self.blockSize)
    while space == nil, count > Self.step {
      count /= 2
      space = try? Reservation(byteCount: count * Self.blockSize)
    }
    guard let space else { throw Trap(.allocationFailure) }
    reservation = space
    self.budget = budget
    limit = byteLimit.map { $0 < UInt64(Self.blockSize) } ?? false ? 0 : count
    blocks = .allocate(capacity: count)
    isResident = .allocate(capacity: count)
  }

  func deallocate() {
    budget.giveBack((top - freeCount + residentFreeCount) * Self.blockSize)
    blocks.deallocate()
    isResident.deallocate()
  }

  subscript(index: Int) -> Block {
    get { blocks[index] }
    nonmutating set { blocks[index] = newValue }
  }

  func address(of index: Int) -> UnsafeMutableRawPointer { base + index * Self.blockSize }

  /// The block that an object begins in.
  func index(of object: HeapObject) -> Int { (object.address - base) / Self.blockSize }

  /// Bytes of the blocks in use.
  var usedByteCount: Int { (top - freeCount) * Self.blockSize }

  /// Takes `count` blocks in a row, nil when there are none. Throws `ExecutionLimit.memory` when the budget
  /// does not allow them. Their kind is for the caller to set.
  mutating func take(_ count: Int) throws(ExecutionLimit) -> Int? {
    if freeCount >= count, let found = findFree(count) {
      let range = found..<found + count
      var missing = range.count { !isResident[$0] }
      if !budget.take(missing * Self.blockSize) {
        trim()
        missing = count
        try budget.charge(missing * Self.blockSize)
      }
      for index in range { isResident[index] = true }
      residentFreeCount -= count - missing
      freeCount -= count
      cursor = found + count
      return found
    }
    guard count <= limit - top else { return nil }
    if !budget.take(count * Self.blockSize) {
      trim()
      try budget.charge(count * Self.blockSize)
    }
    guard makeAccessible(top + count) else {
      budget.giveBack(count * Self.blockSize)
      return nil
    }
    for index in top..<top + count { (isResident + index).initialize(to: true) }
    defer { top += count }
    return top
  }

  private func findFree(_ count: Int) -> Int? {
    func search(_ range: Range<Int>) -> Int? {
      var run = 0
      for index in range {
        run = blocks[index].kind == .free ? run + 1 : 0
        if run == count { return index - count + 1 }
      }
      return nil
    }
    let start = min(cursor, top)
    return search(start..<top) ?? search(0..<min(top, start + count))
  }

  private func makeAccessible(_ count: Int) -> Bool {
    guard count * Self.blockSize > reservation.accessibleByteCount else { return true }
    let wanted = min(limit, max(count, reservation.accessibleByteCount / Self.blockSize + Self.step))
    return (try? reservation.makeAccessible(wanted * Self.blockSize)) != nil
  }

  /// Gives blocks back. The memory of long runs goes back to the system.
  mutating func free(_ range: Range<Int>) {
    for index in range { blocks[index].kind = .free }
    freeCount += range.count
    residentFreeCount += range.count
    if range.count >= 16 { giveBack(range) }
  }

  /// Gives the memory behind free blocks, which are all resident, back to the system.
  private mutating func giveBack(_ range: Range<Int>) {
    reservation.giveBack(range.lowerBound * Self.blockSize..<range.upperBound * Self.blockSize)
    for index in range { isResident[index] = false }
    residentFreeCount -= range.count
    budget.giveBack(range.count * Self.blockSize)
  }

  /// Gives the memory behind all free blocks back to the system.
  mutating func trim() {
    var index = 0
    while index < top, residentFreeCount > 0 {
      let start = index
      while index < top, blocks[index].kind == .free, isResident[index] { index += 1 }
      if index > start { giveBack(start..<index) } else { index += 1 }
    }
  }

  // MARK: - Snapshots

  /// The blocks and where the search goes on.
  func capture() -> HeapBlocksImage {
    HeapBlocksImage(blocks: Array(UnsafeBufferPointer(start: blocks, count: top)), cursor: cursor)
  }

  /// Makes the blocks what they were when the image was captured; those in use then are so still. Others are
  /// freed, but for those that are in `kept`: what they are now they stay.
  mutating func restore(_ image: HeapBlocksImage, keeping kept: Set<Int>) {
    let former = top
    for index in 0..<former where !kept.contains(index) {
      let wanted = index < image.blocks.count ? image.blocks[index] : nil
      if let wanted, wanted.kind != .free {
        blocks[index] = wanted
      } else if blocks[index].kind != .free {
        blocks[index].kind = .free
        freeCount += 1
        residentFreeCount += 1
      }
    }
    trim()
    let end = max(image.blocks.count, kept.max().map { $0 + 1 } ?? 0)
    // All blocks behind are free, and nothing is behind them.
    freeCount -= former - end
    top = end
    cursor = image.cursor
  }
}

/// A heap's blocks at one moment.
struct HeapBlocksImage {
  var blocks: [HeapBlocks.Block]
  var cursor: Int
}

/// The sizes that cells come in: multiples of 16 up to 512, then what divides a block into ever fewer cells.
enum SizeClass {
  /// Bytes at a block's start that belong to the heap.
  static let blockHeaderByteCount = 16

  static let cellSizes: [Int] =
    stride(from: 16, through: 512, by: 16)
    + [100, 84, 70, 58, 48, 40, 34, 28, 24, 20, 17, 14, 12, 10, 8, 7, 6, 5, 4, 3, 2].map {
      (HeapBlocks.blockSize - blockHeaderByteCount) / $0 & ~15
    }

  static let largest = cellSizes[cellSizes.count - 1]

  /// The class of the smallest cells that hold a number of bytes, by that number's multiples of 16.
  /// Never freed, and not written after it was made.
  nonisolated(unsafe) static let classes: UnsafePointer<UInt8> = {
    let count = largest / 16 + 1
    let classes = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
    var sizeClass = 0
    for granules in 0..<count {
      if cellSizes[sizeClass] < granules * 16 { sizeClass += 1 }
      (classes + granules).initialize(to: UInt8(sizeClass))
    }
    return UnsafePointer(classes)
  }()

  /// `byteCount` is at most `largest`.
  static func holding(_ byteCount: Int) -> Int { Int(classes[(byteCount + 15) / 16]) }
}
