/// Memory for internal code: one function's operations in a stretch of a module's arena, and the arena.

import WebAssemblyHandlers

/// The code of one function while it is written.
struct CodeBlock {
  /// The first operation. The eight bytes before it, the head, say what a call must know.
  let start: UnsafeMutableRawPointer
  let byteCount: Int

  static let headByteCount = 8

  /// A block of its own, and its end.
  static func allocate(_ byteCount: Int) -> CodeBlock {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount + headByteCount, alignment: 16)
    return CodeBlock(start: memory + headByteCount, byteCount: byteCount)
  }
  func deallocate() { (start - Self.headByteCount).deallocate() }

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

  /// Writes an element of a branch table at an offset within the block: the distance and the cost of the way there; false
  /// when the cost does not fit.
  @inline(__always)
  func storeBranch(_ distance: UInt64, cost: UInt32, at offset: Int) -> Bool {
    precondition(offset >= 0 && offset <= byteCount - BranchEntry.byteCount)
    // In bounds: so many bytes lie behind it.
    let entry = start + offset
    entry.storeBytes(of: UInt32(truncatingIfNeeded: distance), as: UInt32.self)
    entry.storeBytes(
      of: UInt16(truncatingIfNeeded: cost), toByteOffset: BranchEntry.costOffset, as: UInt16.self)
    return cost <= UInt32(UInt16.max)
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
  /// The place of the chunk that blocks are cut from, -1 for none.
  private var current = -1
  private(set) var byteCount = 0
  /// Blocks that were given back, by their size.
  private var spare: [Int: [CodeBlock]] = [:]

  private static let smallestChunk = 1 << 14
  private static let largestChunk = 1 << 20

  /// Room for a block, which is to be found as `index`.
  mutating func allocate(_ byteCount: Int, index: Int) -> CodeBlock {
    // Seldom is there one, and asking takes longer than all the rest.
    if !spare.isEmpty, let block = spare[byteCount]?.popLast() {
      if let (chunk, place) = find(block.start) { chunks[chunk].blocks[place].index = index }
      return block
    }
    let needed = byteCount + CodeBlock.headByteCount
    var place = current
    if place < 0 || chunks[place].byteCount - chunks[place].used < needed { place = addChunk(needed) }
    let start = chunks[place].start + chunks[place].used + CodeBlock.headByteCount
    chunks[place].blocks.append((chunks[place].used + CodeBlock.headByteCount, index))
    chunks[place].used += needed
    return CodeBlock(start: start, byteCount: byteCount)
  }

  /// Takes a block back that nothing leads to, for the next one of its size.
  mutating func giveBack(_ block: CodeBlock) { spare[block.byteCount, default: []].append(block) }

  private mutating func addChunk(_ needed: Int) -> Int {
    let size = max(needed, min(Self.largestChunk, max(Self.smallestChunk, byteCount)))
    let start = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    let place = firstChunk(above: start)
    chunks.insert(Chunk(start: start, byteCount: size), at: place)
    byteCount += size
    if current >= place { current += 1 }
    // What is as large as a chunk leaves the present one to smaller ones.
    if current < 0 || needed < Self.largestChunk { current = place }
    return place
  }

  /// The place of the first chunk that begins above an address.
  private func firstChunk(above address: UnsafeRawPointer) -> Int {
    var low = 0
    var high = chunks.count
    while low < high {
      let middle = (low + high) / 2
      if UnsafeRawPointer(chunks[middle].start) <= address { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The chunk and the place among its blocks of the one that contains an address, or that ends there.
  private func find(_ address: UnsafeRawPointer) -> (chunk: Int, place: Int)? {
    let index = firstChunk(above: address) - 1
    guard index >= 0 else { return nil }
    let chunk = chunks[index]
    let offset = address - UnsafeRawPointer(chunk.start)
    guard offset <= chunk.used else { return nil }
    var first = 0
    var last = chunk.blocks.count
    while first < last {
      let middle = (first + last) / 2
      if chunk.blocks[middle].start <= offset { first = middle + 1 } else { last = middle }
    }
    return first > 0 ? (index, first - 1) : nil
  }

  /// The block that contains an address, or that ends there.
  func block(containing address: UnsafeRawPointer) -> (index: Int, start: UnsafeRawPointer)? {
    guard let (chunk, place) = find(address) else { return nil }
    let block = chunks[chunk].blocks[place]
    return (block.index, UnsafeRawPointer(chunks[chunk].start) + block.start)
  }

  func deallocate() {
    for chunk in chunks { chunk.start.deallocate() }
  }
}
