// Which edges of a module's code were taken: for searches that look for new ones.

@_spi(Translation) import WebAssemblyHandlers

/// The edges that instances in the mode `edgesCounted` have taken: ways out of conditional branches and branch
/// tables, and functions that were entered. Belongs to a store, and as that to one thread at a time; the numbers of
/// edges are the same wherever the same module runs, and mean nothing else. What instances of another module take
/// in the same store is mixed up with them.
public final class EdgeMap {
  let marks: UnsafeMutablePointer<EdgeMarks>

  /// For a module of so many bytes.
  public init(moduleByteCount: Int) {
    let count = 2 * moduleByteCount
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(count, 1))
    bytes.initialize(repeating: 0, count: count)
    marks = .allocate(capacity: 1)
    marks.initialize(
      to: EdgeMarks(
        marks: bytes, count: UInt32(clamping: count), fresh: .allocate(capacity: max(count, 1)), freshCount: 0
      ))
  }

  deinit {
    marks.pointee.marks.deallocate()
    marks.pointee.fresh.deallocate()
    marks.deallocate()
  }

  /// The edges that were taken and not known before, since the last call of `forgetFresh`, in the order in which
  /// that happened.
  public var fresh: [UInt32] {
    Array(UnsafeBufferPointer(start: marks.pointee.fresh, count: marks.pointee.freshCount))
  }

  /// Makes those edges unknown again.
  public func forgetFresh() {
    for place in 0..<marks.pointee.freshCount {
      marks.pointee.marks[Int(marks.pointee.fresh[place])] = 0
    }
    marks.pointee.freshCount = 0
  }

  /// Makes edges known: they are never fresh again.
  public func learn(_ edges: some Sequence<UInt32>) {
    for edge in edges where edge < marks.pointee.count { marks.pointee.marks[Int(edge)] = 1 }
  }
}
