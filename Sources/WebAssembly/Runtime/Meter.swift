import Synchronization

/// A request to stop, raised on one thread and seen on others. It goes up once.
public final class Interruption: Sendable {
  private let flag = Atomic<Bool>(false)

  public init() {}
  public func raise() { flag.store(true, ordering: .relaxed) }
  public var isRaised: Bool { flag.load(ordering: .relaxed) }
}

/// Counts instructions exactly and holds a run to its fuel and deadline.
///
/// Every instruction of a body that is reached counts one; `block`, `loop`, `else`, `end` and `nop` count
/// none. Handlers subtract from a budget that is handed out in slices; when it runs out the limits are
/// looked at.
public struct Meter {
  /// The most instructions to execute, counted from the last `reset`; nil for no limit.
  public var fuel: UInt64?
  /// When to stop, on the monotonic clock in nanoseconds; nil for no limit.
  public var deadline: UInt64?
  /// Looked at together with the deadline.
  public var interruption: Interruption?

  /// Instructions handed out, and what is left of them. Negative while a segment that was charged for
  /// as a whole exceeds the fuel.
  var granted: Int64 = 0
  var budget: Int64 = 0
  private var isLastSegment = false

  static let slice: Int64 = 500_000

  public init() {}

  /// Instructions executed since the last reset. Exact whenever no code is running.
  public var instructionCount: UInt64 { UInt64(max(0, granted - budget)) }

  /// Counts from 0 again, and so does the fuel. The limits stay as they are.
  public mutating func reset() {
    granted = 0
    budget = 0
    isLastSegment = false
  }

  /// Sets the deadline to so long from now on.
  public mutating func stop(after time: Duration) { deadline = Self.now &+ time.nanoseconds }

  /// Nanoseconds of the monotonic clock.
  public static var now: UInt64 { SystemCalls.now }

  /// Lets the thread rest for less than a second.
  static func sleep(nanoseconds: UInt64) { SystemCalls.sleep(nanoseconds: nanoseconds) }

  /// Called with the budget below zero at a transfer of control whose next segment is charged already.
  /// The fuel is exceeded only when that segment, which may still trap, has run to its end.
  mutating func refill() throws(ExecutionLimit) {
    try checkTime()
    let limit = fuel.map { Int64(clamping: $0) } ?? .max
    while budget < 0, granted < limit {
      let grant = min(Self.slice, limit - granted)
      granted += grant
      budget += grant
    }
    if budget < 0 {
      if isLastSegment { throw exhausted() }
      isLastSegment = true
    }
  }

  /// The fuel is used up: that is the count, whatever the last segment had of it.
  private mutating func exhausted() -> ExecutionLimit {
    granted = fuel.map { Int64(clamping: $0) } ?? granted
    budget = 0
    return .fuel
  }

  /// Called where a segment has ended: whether more was executed than the fuel allows.
  mutating func checkFuel() throws(ExecutionLimit) {
    guard budget < 0, let fuel, instructionCount > fuel else { return }
    throw exhausted()
  }

  /// For host functions that take their time: throws `ExecutionLimit.time` when the deadline has passed, and
  /// `.interrupted` when the interruption was raised. Such a function calls it every few milliseconds and lets
  /// the error pass.
  public func checkTime() throws(ExecutionLimit) {
    if let deadline, Self.now >= deadline { throw .time }
    if let interruption, interruption.isRaised { throw .interrupted }
  }
}

/// Limits on what the instances of a store may take.
public struct StoreLimits: Sendable {
  /// The most bytes that all linear memories, tables (8 bytes an element) and collected objects (in blocks of
  /// 64 KiB) may take together; nil for no limit. Counted in whole pages of 64 KiB. Reaching for more, at instantiation too, ends the run with
  /// `ExecutionLimit.memory`. See `Store.memoryLimit`.
  public var memoryByteCount: UInt64?
  /// The most elements that one table may have.
  public var tableElementCount: UInt64 = 10_000_000
  /// The most bytes that structures, arrays and exceptions may take, in blocks of 64 KiB; nil for four
  /// gigabytes. They count against `memoryByteCount` as well.
  public var heapByteCount: UInt64?
  /// 64-bit slots of the value stack, which bounds the depth of calls.
  public var stackSlotCount: Int = 1 << 20
  /// Host functions that call back into modules may nest this deep.
  public var hostCallDepth: Int = 200

  public init() {}
}

extension Duration {
  /// Whole nanoseconds, at most what 63 bits hold; none of a negative duration.
  package var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .max >> 1 : min(product, .max >> 1) &+ UInt64(attoseconds / 1_000_000_000)
  }
}
