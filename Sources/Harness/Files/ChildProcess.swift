// Other programs: the calls of the system that start one, talk to it and end it.

import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A program that runs, its standard input and output in our hands; what it says on standard error is dropped. It
/// sees an empty environment. It is ended by hand.
struct ChildProcess {
  private let number: pid_t
  /// Where to write what it reads, and to read what it writes.
  private let input: FileDescriptor
  private let output: FileDescriptor

  /// What a program may take. The shell sets it before the program is there.
  struct Limits: Sendable {
    var memoryKibibytes: Int
    var processorSeconds: Int
  }

  /// Starts a program, found as a shell finds it, in a directory.
  init(_ program: String, _ arguments: [String], in directory: Path, _ limits: Limits) throws(SystemError) {
    // Otherwise a program that another thread starts could inherit the pipes before they are marked.
    self = try Self.starting.withLock { (_) throws(SystemError) in
      try Self(starting: program, arguments, in: directory, limits)
    }
  }

  private static let starting = Mutex(())

  private init(
    starting program: String, _ arguments: [String], in directory: Path, _ limits: Limits
  ) throws(SystemError) {
    #if canImport(Darwin)
      // The kernel there has no such limit, or refuses it.
      let memory = "{ ulimit -v \(limits.memoryKibibytes) 2>/dev/null || true; }"
    #else
      let memory = "ulimit -v \(limits.memoryKibibytes)"
    #endif
    let script =
      "cd \"$1\" && shift && \(memory) && ulimit -t \(limits.processorSeconds)"
      + " && ulimit -c 0 && exec \"$@\""
    let words =
      ["/bin/sh", "-c", script, "sh", String(decoding: directory.bytes, as: UTF8.self), program] + arguments
    let (toChild, fromChild) = (try Self.pipe(), try Self.pipe())
    defer {
      close(toChild.reading)
      close(fromChild.writing)
    }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, toChild.reading, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, fromChild.writing, STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    // The shell looks programs up here, and what it starts sees nothing of our environment.
    var environment: [UnsafeMutablePointer<CChar>?] = [
      strdup("PATH=/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin"), nil,
    ]
    defer { for pointer in pointers + environment { free(pointer) } }
    var child: pid_t = 0
    let result = posix_spawn(&child, "/bin/sh", &actions, nil, &pointers, &environment)
    (input, output) = (FileDescriptor(number: toChild.writing), FileDescriptor(number: fromChild.reading))
    number = child
    guard result == 0 else {
      close(toChild.writing)
      close(fromChild.reading)
      throw SystemError(number: result)
    }
  }

  private static func pipe() throws(SystemError) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    // The function of the C library: this one has its name.
    let make: (UnsafeMutablePointer<Int32>) -> Int32 = {
      #if canImport(Glibc)
        Glibc.pipe($0)
      #elseif canImport(Musl)
        Musl.pipe($0)
      #else
        Darwin.pipe($0)
      #endif
    }
    guard make(&ends) == 0 else { throw SystemError(number: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// Writes to its standard input.
  func send(_ bytes: [UInt8]) throws(SystemError) { try input.put(bytes) }

  /// What it has written since; empty when it has closed its output or nothing came for so long.
  func receive(waitingAtMost milliseconds: Int) throws(SystemError) -> [UInt8] {
    var request = pollfd(fd: output.number, events: Int16(POLLIN), revents: 0)
    let count = poll(&request, 1, Int32(clamping: max(0, milliseconds)))
    guard count > 0 else { return [] }
    var bytes: [UInt8] = Array(repeating: 0, count: 1 << 16)
    var failure: SystemError?
    let received = bytes.withUnsafeMutableBufferPointer { buffer -> Int in
      do throws(SystemError) {
        return try output.fill(buffer)
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    return Array(bytes.prefix(received))
  }

  /// Ends it, whatever it does.
  func end() {
    kill(number, SIGKILL)
    close(input.number)
    close(output.number)
    var status: Int32 = 0
    while waitpid(number, &status, 0) < 0, errno == EINTR {}
  }
}

extension System {
  /// A new directory that nobody else uses.
  static func makeTemporaryDirectory() throws(SystemError) -> Path {
    let name = String(decoding: temporaryDirectory.bytes, as: UTF8.self) + "/touchstone-XXXXXX"
    guard let pattern = strdup(name) else { throw SystemError(number: ENOMEM) }
    defer { free(pattern) }
    guard mkdtemp(pattern) != nil else { throw SystemError(number: errno) }
    return Path(String(cString: pattern))
  }

  /// Removes a directory that is empty.
  static func removeDirectory(_ path: Path) {
    _ = rmdir(String(decoding: path.bytes, as: UTF8.self))
  }
}
