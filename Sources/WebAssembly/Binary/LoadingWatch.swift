/// Holds the decoding and validating of a module to a deadline and an interruption.

/// Looks at the limits once in a while. Whoever finds that one has been reached throws an error of its own phase;
/// whoever began asks for `limit` before it reads that error.
final class LoadingWatch {
  private let meter: Meter
  private var steps = 0
  /// The limit that was reached.
  private(set) var limit: ExecutionLimit?

  /// Steps, of a few bytes each, between two looks.
  private static let stepsBetweenLooks = 1024
  /// Bytes that common instructions take as long for.
  static let byteCountBetweenLooks = 1 << 18

  init(_ meter: Meter) { self.meter = meter }

  /// Whether a limit has been reached; looks at them after many calls.
  @inline(__always)
  func isOver() -> Bool {
    steps &+= 1
    return steps >= Self.stepsBetweenLooks && isOverNow()
  }

  @inline(never)
  func isOverNow() -> Bool {
    steps = 0
    do throws(ExecutionLimit) {
      try meter.checkTime()
    } catch {
      limit = error
    }
    return limit != nil
  }
}
