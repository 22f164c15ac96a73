// Ctrl-C and its like.
import Dispatch
import LuaHost

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Turns the first SIGINT or SIGTERM into an interruption that lets reports be written. The second ends
/// the process at once.
package final class InterruptSignals {
  private let sources: [any DispatchSourceSignal]

  package init(_ interruption: Interruption) {
    let queue = DispatchQueue(label: "signals")
    sources = [SIGINT, SIGTERM].map { number in
      // The default action would end the process before the source hears of it.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        if interruption.isRaised { _exit(ExitCode.interrupted.rawValue) }
        interruption.raise()
      }
      source.resume()
      return source
    }
  }

  deinit {
    for source in sources { source.cancel() }
  }
}
