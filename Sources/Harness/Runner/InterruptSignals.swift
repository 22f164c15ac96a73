// Ctrl-C and its like.
import LuaHost

/// Turns the first SIGINT or SIGTERM into an interruption that lets reports be written. The second ends
/// the process at once.
package struct InterruptSignals {
  /// A thread that does nothing else waits for the signals, so that they are heard however many others work. To
  /// be made before any of these.
  package init(_ interruption: Interruption) {
    CurrentProcess.holdInterrupts()
    let isHeard = NativeThread.start {
      while true {
        CurrentProcess.waitForInterrupt()
        if interruption.isRaised { CurrentProcess.end(.interrupted) }
        interruption.raise()
      }
    }
    if !isHeard { CurrentProcess.releaseInterrupts() }
  }
}
