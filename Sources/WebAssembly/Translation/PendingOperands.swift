/// The operand stack as the translation sees it: values that lie in their slot, and values that need no
/// code yet because they are constants or what a local holds.
///
/// A pending local is linked from the local, so that writing it finds the entries that still mean its old
/// value without a search.

/// An entry of the operand stack.
struct StackEntry: BitwiseCopyable {
  enum Kind: UInt8 { case temporary, local, constant }
  var kind: Kind
  var isWide: Bool
  /// Whether the entry is on its local's chain: it was pushed as that local, which has not been written since.
  var isLinked = false
  /// Whether the entry is on the chain of those that wait: it was pushed as a local.
  var waits = false
  /// The entry's own slot, whatever its kind.
  var home: UInt32
  /// Of an entry on its local's chain and of one that waits: the next lower one there, -1 for none.
  var previous: Int32 = -1
  var previousWaiting: Int32 = -1
  /// Of an entry on a chain: the local's index.
  var local: UInt32 = 0
  /// The local's slot, or the constant's bits.
  var value: UInt64

  /// The slot behind the entry's own.
  var end: Int { Int(home) + (isWide ? 2 : 1) }
}

struct PendingOperands: ~Copyable {
  private(set) var entries = TrivialList<StackEntry>(capacity: 64)
  /// By local: the topmost entry on its chain, -1 for none. All are -1 between two functions.
  private var heads = TrivialList<Int32>(capacity: 64)
  /// The topmost of the entries that wait, some of which have been settled; -1 for none.
  private var topmostWaiting: Int32 = -1
  /// Where the first entry lies.
  private(set) var base = 0
  /// One past the highest slot in use.
  private(set) var slotCount = 0

  /// Begins a function with so many locals, whose first entry lies in slot `base`.
  mutating func reset(base: Int, localCount: Int) {
    removeLast(entries.count)
    topmostWaiting = -1
    while heads.count < localCount { heads.append(-1) }
    self.base = base
    slotCount = base
  }

  @inline(__always) var count: Int { entries.count }
  @inline(__always) var last: StackEntry { entries[entries.count &- 1] }
  @inline(__always) subscript(index: Int) -> StackEntry { entries[index] }

  /// The slot of the next entry.
  @inline(__always) var nextHome: Int { entries.isEmpty ? base : entries[entries.count &- 1].end }

  /// Bytes of storage.
  var heldByteCount: Int { entries.capacity * MemoryLayout<StackEntry>.stride + heads.capacity * 4 }

  mutating func use(slotsUpTo end: Int) { slotCount = max(slotCount, end) }

  @inline(__always)
  mutating func pushTemporary(isWide: Bool = false) {
    push(StackEntry(kind: .temporary, isWide: isWide, home: UInt32(truncatingIfNeeded: nextHome), value: 0))
  }

  @inline(__always)
  mutating func pushConstant(_ value: UInt64) {
    push(StackEntry(kind: .constant, isWide: false, home: UInt32(truncatingIfNeeded: nextHome), value: value))
  }

  @inline(__always)
  mutating func pushLocal(_ local: UInt32, slot: Int, isWide: Bool) {
    let index = Int32(truncatingIfNeeded: entries.count)
    push(
      StackEntry(
        kind: .local, isWide: isWide, isLinked: true, waits: true,
        home: UInt32(truncatingIfNeeded: nextHome), previous: heads[Int(local)],
        previousWaiting: topmostWaiting, local: local,
        value: UInt64(truncatingIfNeeded: slot)))
    heads[Int(local)] = index
    topmostWaiting = index
  }

  @inline(__always)
  private mutating func push(_ entry: StackEntry) {
    entries.append(entry)
    if entry.end > slotCount { slotCount = entry.end }
  }

  @inline(__always)
  mutating func removeLast() {
    let entry = entries.removeLast()
    if entry.isLinked { heads[Int(entry.local)] = entry.previous }
    if entry.waits { topmostWaiting = entry.previousWaiting }
  }

  /// Puts a temporary that is no vector in the place of the topmost entries, of which there are one or two, and
  /// gives its slot.
  @inline(__always)
  mutating func replaceLast(_ number: Int) -> Int {
    for _ in 1..<number { removeLast() }
    let index = entries.count &- 1
    let entry = entries[index]
    if entry.isLinked { heads[Int(entry.local)] = entry.previous }
    if entry.waits { topmostWaiting = entry.previousWaiting }
    entries[index] = StackEntry(kind: .temporary, isWide: false, home: entry.home, value: 0)
    return Int(entry.home)
  }

  mutating func removeLast(_ count: Int) {
    for _ in 0..<count { removeLast() }
  }

  /// Takes the topmost entry off the local's chain, -1 when it has none.
  @inline(__always)
  mutating func unlinkTopmost(_ local: UInt32) -> Int {
    guard Int(local) < heads.count, heads[Int(local)] >= 0 else { return -1 }
    let index = Int(heads[Int(local)])
    heads[Int(local)] = entries[index].previous
    entries[index].isLinked = false
    return index
  }

  /// Makes an entry one that lies in its slot.
  mutating func settle(_ index: Int) { entries[index].kind = .temporary }

  /// Takes the topmost entry below `end` off the chain of those that wait, -1 when there is none. It may have
  /// been settled. At most one entry from `end` on waits.
  @inline(__always)
  mutating func takeWaiting(below end: Int) -> Int {
    guard topmostWaiting >= 0 else { return -1 }
    let top = Int(topmostWaiting)
    if top < end {
      topmostWaiting = entries[top].previousWaiting
      entries[top].waits = false
      return top
    }
    let index = Int(entries[top].previousWaiting)
    guard index >= 0 else { return -1 }
    entries[top].previousWaiting = entries[index].previousWaiting
    entries[index].waits = false
    return index
  }

  @inline(__always)
  func isLocal(_ index: Int) -> Bool { index < entries.count && entries[index].kind == .local }
}
