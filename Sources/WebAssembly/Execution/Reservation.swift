/// Address space that a store's memories, stack and objects lie in: reserved as a whole, made accessible
/// from its start on as it is needed, so that nothing in it ever moves.
///
/// Only whole units of 64 KiB become accessible. Who asks for a part of it stays within `byteCount`.
final class Reservation {
  /// A multiple of `unit`.
  let base: UnsafeMutableRawPointer
  /// Bytes from `base` on, a multiple of `unit`.
  let byteCount: Int
  /// Bytes from `base` on that may be read and written.
  private(set) var accessibleByteCount = 0
  /// What the system gave, which begins before `base` when that had to be aligned.
  private let start: UnsafeMutableRawPointer
  private let reservedByteCount: Int

  /// Bytes that become accessible together; a multiple of every system's page size.
  static let unit = 1 << 16

  static func wholeUnits(_ byteCount: Int) -> Int { (byteCount + unit - 1) & ~(unit - 1) }

  /// Throws the trap `allocation failure` when the system gives no address space.
  init(byteCount: Int) throws(Trap) {
    self.byteCount = Self.wholeUnits(max(byteCount, 1))
    // One unit more, to begin at a multiple of it.
    reservedByteCount = self.byteCount + Self.unit
    guard let start = SystemCalls.reserve(reservedByteCount) else { throw Trap(.allocationFailure) }
    self.start = start
    base = start.alignedUp(toMultipleOf: Self.unit)
  }

  deinit { SystemCalls.release(start, reservedByteCount) }

  /// Makes the first `count` bytes accessible, and perhaps some behind them. What was not accessible before
  /// is zero. Throws the trap `allocation failure` when there is not so much, or the system refuses.
  func makeAccessible(_ count: Int) throws(Trap) {
    guard count > accessibleByteCount else { return }
    let wanted = Self.wholeUnits(count)
    // In bounds: checked here against what was reserved.
    guard wanted <= byteCount,
      SystemCalls.protect(
        base + accessibleByteCount, wanted - accessibleByteCount, isAccessible: true)
    else { throw Trap(.allocationFailure) }
    accessibleByteCount = wanted
  }

  /// Gives the memory of a range of accessible bytes back to the system; it reads as zeros. The range begins
  /// at a multiple of the system's page size, and what lies behind its end on the same page is zero already.
  func giveBack(_ range: Range<Int>) {
    let pageSize = SystemCalls.pageSize
    let end = min((range.upperBound + pageSize - 1) & ~(pageSize - 1), accessibleByteCount)
    guard end > range.lowerBound else { return }
    // In bounds: nothing beyond the accessible bytes is touched.
    SystemCalls.giveBack(base + range.lowerBound, end - range.lowerBound)
  }

  /// Makes all but the first `count` bytes inaccessible and gives their memory back.
  func shrink(to count: Int) {
    let kept = Self.wholeUnits(count)
    guard kept < accessibleByteCount else { return }
    SystemCalls.giveBack(base + kept, accessibleByteCount - kept)
    // Should the system refuse, the bytes stay accessible, and zero.
    if SystemCalls.protect(base + kept, accessibleByteCount - kept, isAccessible: false) {
      accessibleByteCount = kept
    }
  }
}
