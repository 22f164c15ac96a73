// The clock that a module sees: it depends on nothing but how often it was read.

/// A clock that starts where the case says and advances by the same step each reading, so that a loop
/// which waits for time to pass ends, and every run reads the same times.
public struct VirtualClock: Hashable, Sendable {
  /// The next reading, in milliseconds.
  public private(set) var milliseconds: Int64
  /// By how many milliseconds each reading advances the clock.
  public let step: Int64

  public init(milliseconds: Int64 = 0, step: Int64 = 1) {
    self.milliseconds = milliseconds
    self.step = step
  }

  /// Reads the clock as `js_time_now` does, truncated to 32 bits, and advances it.
  public mutating func read() -> Int32 {
    defer { milliseconds &+= step }
    return Int32(truncatingIfNeeded: milliseconds)
  }
}
