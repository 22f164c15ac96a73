#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The address space of a heap, in blocks of 64 KiB: some cut into cells of one size, others in runs that
/// hold a large object each. Reserved with the first object and made accessible as it is needed.
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

  private let reservation: UnsafeMutableRawPointer
  private let reservedByteCount: Int
  /// The first block's address, a multiple of the block size.
  let base: UnsafeMutableRawPointer
  private let blocks: UnsafeMutablePointer<Block>
  /// Blocks that there may be.
  let limit: Int
  /// Blocks that were ever in use; those behind are untouched.
  private(set) var top = 0
  private var accessible = 0
  private(set) var freeCount = 0
  /// Where the search for free blocks goes on.
  private var cursor = 0

  /// Nil when the system gives no address space.
  init?(byteLimit: UInt64?) {
    var count = Int(min(byteLimit ?? .max, UInt64(Self.maximumByteCount))) / Self.blockSize
    #if canImport(Darwin)
      let flags = MAP_PRIVATE | MAP_ANON | MAP_NORESERVE
    #else
      let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    #endif
    var byteCount = (count + 1) * Self.blockSize
    var address = mmap(nil, byteCount, PROT_NONE, flags, -1, 0)
    while address == MAP_FAILED, count > Self.step {
      count /= 2
      byteCount = (count + 1) * Self.blockSize
      address = mmap(nil, byteCount, PROT_NONE, flags, -1, 0)
    }
    guard let address, address != MAP_FAILED else { return nil }
    reservation = address
    reservedByteCount = byteCount
    base = address.alignedUp(toMultipleOf: Self.blockSize)
    limit = count
    blocks = .allocate(capacity: max(count, 1))
  }

  func deallocate() {
    munmap(reservation, reservedByteCount)
    blocks.deallocate()
  }

  subscript(index: Int) -> Block {
    get { blocks[index] }
    nonmutating set { blocks[index] = newValue }
  }

  func address(of index: Int) -> UnsafeMutableRawPointer { base + index * Self.blockSize }

  /// Bytes of the blocks in use.
  var usedByteCount: Int { (top - freeCount) * Self.blockSize }

  /// Takes `count` blocks in a row, nil when there are none. Their kind is for the caller to set.
  mutating func take(_ count: Int) -> Int? {
    if freeCount >= count, let found = findFree(count) {
      freeCount -= count
      cursor = found + count
      return found
    }
    guard count <= limit - top, makeAccessible(top + count) else { return nil }
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

  private mutating func makeAccessible(_ count: Int) -> Bool {
    guard count > accessible else { return true }
    let wanted = min(limit, max(count, accessible + Self.step))
    guard mprotect(base, wanted * Self.blockSize, PROT_READ | PROT_WRITE) == 0 else { return false }
    accessible = wanted
    return true
  }

  /// Gives blocks back. The memory of long runs goes back to the system.
  mutating func free(_ range: Range<Int>) {
    for index in range { blocks[index].kind = .free }
    freeCount += range.count
    if range.count >= 16 {
      madvise(address(of: range.lowerBound), range.count * Self.blockSize, MADV_DONTNEED)
    }
  }
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
  private static let classes: [UInt8] = {
    var sizeClass = 0
    return (0...largest / 16).map { granules in
      if cellSizes[sizeClass] < granules * 16 { sizeClass += 1 }
      return UInt8(sizeClass)
    }
  }()

  /// `byteCount` is at most `largest`.
  static func holding(_ byteCount: Int) -> Int { Int(classes[(byteCount + 15) / 16]) }
}
