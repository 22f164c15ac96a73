#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A thread of the operating system. Not a queue's: those are few, and commands of a script may wait for each
/// other without end.
package enum NativeThread {
  /// Bytes of a thread's stack.
  private static let stackSize = 8 << 20

  /// Runs `body` on a thread of its own. Answers whether the system gave one.
  package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    // The thread takes the body over; if there is no thread, it is given back here.
    let argument = Unmanaged.passRetained(ThreadBody(body))
    let isStarted = create(argument.toOpaque())
    if !isStarted { argument.release() }
    return isStarted
  }

  private static func create(_ argument: UnsafeMutableRawPointer) -> Bool {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return false }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, stackSize)
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let code = pthread_create(&thread, &attributes, threadMain, argument)
    pthread_attr_destroy(&attributes)
    return code == 0
  }
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

#if canImport(Darwin)
  private func threadMain(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
    return nil
  }
#else
  private func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
    return nil
  }
#endif
