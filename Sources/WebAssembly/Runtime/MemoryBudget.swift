import Synchronization

/// The bytes that a store's instances hold together: what their memories, tables and objects have charged and
/// not given back. A memory that several stores share is charged to the one that made it, by whichever thread
/// lets it grow.
///
/// What is held is compared with the limit in whole pages of 64 KiB, so that a small table beside a memory does
/// not cost the memory a page: a limit of 64 pages lets a memory have all of them.
final class MemoryBudget: Sendable {
  private struct State {
    var limit: UInt64?
    var used: UInt64 = 0
    var peak: UInt64 = 0
  }

  private let state: Mutex<State>

  private static let unit: UInt64 = 1 << 16

  init(limit: UInt64?) { state = Mutex(State(limit: limit)) }

  /// The most bytes to hold; nil for no limit. One below what is held already forbids every charge.
  var limit: UInt64? {
    get { state.withLock { $0.limit } }
    set { state.withLock { $0.limit = newValue } }
  }

  var used: UInt64 { state.withLock { $0.used } }

  /// The most bytes held since `resetPeak`.
  var peak: UInt64 { state.withLock { $0.peak } }

  func resetPeak() { state.withLock { $0.peak = $0.used } }

  /// Throws `ExecutionLimit.memory`, and charges nothing, when it would be more than the limit.
  func charge(_ byteCount: Int) throws(ExecutionLimit) {
    guard take(byteCount) else { throw .memory }
  }

  /// False, and nothing is charged, when it would be more than the limit.
  func take(_ byteCount: Int) -> Bool {
    guard byteCount > 0 else { return true }
    return state.withLock { state in
      let (total, overflow) = state.used.addingReportingOverflow(UInt64(byteCount))
      guard !overflow, Self.isWithin(state.limit, total) else { return false }
      state.used = total
      state.peak = max(state.peak, total)
      return true
    }
  }

  static func isWithin(_ limit: UInt64?, _ byteCount: UInt64) -> Bool {
    byteCount >> 16 <= (limit ?? .max) >> 16
  }

  /// What was charged before.
  func giveBack(_ byteCount: Int) {
    guard byteCount > 0 else { return }
    state.withLock { $0.used -= min($0.used, UInt64(byteCount)) }
  }
}
