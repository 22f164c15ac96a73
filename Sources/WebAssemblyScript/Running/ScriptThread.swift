import Dispatch
import Synchronization
import WebAssembly

/// A thread of a script while it runs, as the commands around it see it.
final class ScriptThread: Sendable {
  private let running = DispatchGroup()
  private let state = Mutex<[CommandReport]>([])

  /// Starts a thread that reports with the closure that it is given. Nil when the system gives no thread.
  init?(_ body: @escaping @Sendable (_ report: (CommandReport) -> Void) -> Void) {
    running.enter()
    let started = NativeThread.start { [running, self] in
      body { report in self.state.withLock { $0.append(report) } }
      running.leave()
    }
    guard started else {
      running.leave()
      return nil
    }
  }

  var isFinished: Bool { running.wait(timeout: .now()) == .success }

  /// Waits for the thread's end, for a hundredth of a second at most. Answers whether it has ended.
  func waitShortly() -> Bool { running.wait(timeout: .now() + .milliseconds(10)) == .success }

  /// What it reported, in order: on the thread's own command first, on those in it then.
  var reports: [CommandReport] { state.withLock { $0 } }
}

/// All threads of a script, those in threads included.
final class ScriptThreads: Sendable {
  /// Raised to end them.
  let stop = Interruption()
  private let count = Atomic<Int>(0)

  /// Threads of a script that have been started and not been waited for, at most. Each has a store with a value
  /// stack of its own.
  static let limit = 64

  /// Makes room for one more; false when there are too many.
  func take() -> Bool {
    guard count.add(1, ordering: .relaxed).newValue <= Self.limit else {
      give()
      return false
    }
    return true
  }

  func give() { count.subtract(1, ordering: .relaxed) }
}
