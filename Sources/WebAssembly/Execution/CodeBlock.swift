/// Memory for internal code: one function's operations in a stretch of a module's arena, and the arena.

/// The code of one function while it is written.
struct CodeBlock {
  /// The first operation. The eight bytes before it, the head, say what a call must know.
  let start: UnsafeMutableRawPointer
  let byteCount: Int

  static let headByteCount = 8

  /// Where an operation is written whose fields lie within so many bytes.
  @inline(__always)
  func place(at offset: Int, byteCount: Int) -> OperationPlace {
    precondition(offset >= 0 && byteCount >= 8 && byteCount <= self.byteCount - offset)
    return OperationPlace(start: start + offset)
  }

  /// Writes the low `bits` bits of a value at an offset within the block; false when the value has more.
  @inline(__always)
  func store(_ value: UInt64, at offset: Int, bits: Int) -> Bool {
    precondition(offset >= 0 && offset <= byteCount - bits / 8)
    return OperationPlace(start: start).store(value, at: offset, bits: bits)
  }

  /// Writes the head: the frame's slots and the cost of the first segment.
  func setHead(slotCount: UInt32, entryCost: UInt32) {
    // In bounds: the arena leaves room for the head before every block.
    (start - 8).storeBytes(of: slotCount, as: UInt32.self)
    (start - 4).storeBytes(of: entryCost, as: UInt32.self)
  }
}

/// The place of one operation in a block.
struct OperationPlace {
  /// Its first byte; behind it lie as many as its layout says.
  fileprivate let start: UnsafeMutableRawPointer

  @inline(__always)
  func setHandler(_ address: UInt) { start.storeBytes(of: address, as: UInt.self) }

  /// Writes the low `bits` bits of a value at an offset that the operation's layout has; false when the value
  /// has more.
  @inline(__always)
  func store(_ value: UInt64, at offset: Int, bits: Int) -> Bool {
    // In bounds: a layout's fields lie within its size, which the block has room for.
    let field = start + offset
    if bits == 16 {
      field.storeBytes(of: UInt16(truncatingIfNeeded: value), as: UInt16.self)
      return value <= UInt64(UInt16.max)
    }
    if bits == 32 {
      field.storeBytes(of: UInt32(truncatingIfNeeded: value), as: UInt32.self)
      return value <= UInt64(UInt32.max)
    }
    field.storeBytes(of: value, as: UInt64.self)
    return true
  }
}

/// Chunks of memory that code blocks are cut from, never moved and freed together. Blocks of a chunk follow
/// each other, so that an address is found by two binary searches.
struct CodeArena {
  private struct Chunk {
    var start: UnsafeMutableRawPointer
    var byteCount: Int
    var used = 0
    /// Where each block begins, ascending, and what it is.
    var blocks: [(start: Int, index: Int)] = []
  }

  /// Ascending by address.
  private var chunks: [Chunk] = []
  /// The chunk that blocks are cut from.
  private var current: UnsafeMutableRawPointer?
  private(set) var byteCount = 0
  /// Blocks that were given back, with their places among the chunks' blocks.
  private var spare: [(block: CodeBlock, chunk: UnsafeMutableRawPointer, place: Int)] = []

  private static let smallestChunk = 1 << 14
  private static let largestChunk = 1 << 20

  /// Room for a block, which is to be found as `index`.
  mutating func allocate(_ byteCount: Int, index: Int) -> CodeBlock {
    if let found = spare.firstIndex(where: { $0.block.byteCount == byteCount }) {
      let (block, chunk, place) = spare.remove(at: found)
      if let position = chunks.firstIndex(where: { $0.start == chunk }) {
        chunks[position].blocks[place].index = index
      }
      return block
    }
    let needed = byteCount + CodeBlock.headByteCount
    var place = chunks.firstIndex { $0.start == current } ?? -1
    if place < 0 || chunks[place].byteCount - chunks[place].used < needed { place = addChunk(needed) }
    let start = chunks[place].start + chunks[place].used + CodeBlock.headByteCount
    chunks[place].blocks.append((chunks[place].used + CodeBlock.headByteCount, index))
    chunks[place].used += needed
    return CodeBlock(start: start, byteCount: byteCount)
  }

  /// Takes a block back that nothing leads to, for the next one of its size.
  mutating func giveBack(_ block: CodeBlock) {
    for chunk in chunks where chunk.start <= block.start && block.start < chunk.start + chunk.byteCount {
      let offset = block.start - chunk.start
      if let place = chunk.blocks.firstIndex(where: { $0.start == offset }) {
        spare.append((block, chunk.start, place))
      }
    }
  }

  private mutating func addChunk(_ needed: Int) -> Int {
    let size = max(needed, min(Self.largestChunk, max(Self.smallestChunk, byteCount)))
    let start = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    let place = chunks.firstIndex { $0.start > start } ?? chunks.count
    chunks.insert(Chunk(start: start, byteCount: size), at: place)
    byteCount += size
    current = start
    return place
  }

  /// The block that contains an address, or that ends there.
  func block(containing address: UnsafeRawPointer) -> (index: Int, start: UnsafeRawPointer)? {
    var low = 0
    var high = chunks.count
    while low < high {
      let middle = (low + high) / 2
      if UnsafeRawPointer(chunks[middle].start) <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let chunk = chunks[low - 1]
    let offset = address - UnsafeRawPointer(chunk.start)
    guard offset <= chunk.used else { return nil }
    var first = 0
    var last = chunk.blocks.count
    while first < last {
      let middle = (first + last) / 2
      if chunk.blocks[middle].start <= offset { first = middle + 1 } else { last = middle }
    }
    guard first > 0 else { return nil }
    let block = chunk.blocks[first - 1]
    return (block.index, UnsafeRawPointer(chunk.start) + block.start)
  }

  func deallocate() {
    for chunk in chunks { chunk.start.deallocate() }
  }
}
