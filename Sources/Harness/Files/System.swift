// The operating system: every call of it that the harness and the command make. Pointers and the system's own
// types stay in this file.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Why the system refused something.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  let number: Int32

  fileprivate static var last: Self { Self(number: errno) }
  static let isDirectory = Self(number: EISDIR)
  static let isNoFile = Self(number: EINVAL)
  static let isCutOff = Self(number: EIO)
  static let isTooLarge = Self(number: EFBIG)
  static let isBrokenPipe = Self(number: EPIPE)
  static let exists = Self(number: EEXIST)

  /// Whether the file, or a directory above it, is not there.
  var isAbsence: Bool { number == ENOENT || number == ENOTDIR }

  /// Whether a link leads back to itself, and so names nothing.
  var isLoop: Bool { number == ELOOP }

  /// Whether the name cannot have been given to anything.
  var isLongName: Bool { number == ENAMETOOLONG }

  /// Whether it is by intention that nothing can be written there.
  var isProtection: Bool { number == EROFS || number == EACCES || number == EPERM }

  package var description: String { String(cString: strerror(number)).lowercased() }
}

/// The calls that are not about an open file.
enum System {
  static var workingDirectory: Path {
    var buffer = [CChar](repeating: 0, count: 4096)
    guard getcwd(&buffer, buffer.count) != nil else { return Path("/") }
    return Path(bytes: text(buffer))
  }

  /// The name of this machine in its network; empty when it has none.
  static var hostName: [UInt8] {
    var buffer = [CChar](repeating: 0, count: 256)
    return gethostname(&buffer, buffer.count - 1) == 0 ? text(buffer) : []
  }

  /// Where files that nobody is to see are kept.
  static var temporaryDirectory: Path { Path(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp") }

  private static func text(_ buffer: [CChar]) -> [UInt8] {
    buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
  }

  // MARK: - Directories

  static func status(_ path: Path, followingLinks: Bool = true) throws(SystemError) -> FileStatus {
    var information = stat()
    let result = followingLinks ? stat(path.cString, &information) : lstat(path.cString, &information)
    try check(result)
    return FileStatus(information)
  }

  static func resolved(_ path: Path) throws(SystemError) -> Path {
    guard let name = realpath(path.cString, nil) else { throw .last }
    defer { free(name) }
    return Path(bytes: UnsafeRawBufferPointer(start: name, count: strlen(name)))
  }

  /// What is in a directory except `.` and `..`, in no order.
  static func entries(in directory: Path) throws(SystemError) -> [DirectoryEntry] {
    guard let stream = opendir(directory.cString) else { throw .last }
    defer { closedir(stream) }
    var entries: [DirectoryEntry] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafeMutablePointer(to: &entry.pointee.d_name) { name in
        let start = UnsafeRawPointer(name)
        let length = strlen(start.assumingMemoryBound(to: CChar.self))
        return Array(UnsafeRawBufferPointer(start: start, count: length))
      }
      let kind: FileStatus.Kind? =
        switch Int(entry.pointee.d_type) {
        case Int(DT_REG): .file
        case Int(DT_DIR): .directory
        case Int(DT_LNK), Int(DT_UNKNOWN): nil
        default: .other
        }
      let isDots = name.count <= 2 && name.allSatisfy { $0 == UInt8(ascii: ".") }
      if !isDots {
        entries.append(DirectoryEntry(name: name, kind: kind))
      }
      errno = 0
    }
    if errno != 0 { throw .last }
    return entries
  }

  static func makeDirectory(_ path: Path) throws(SystemError) { try check(mkdir(path.cString, 0o777)) }

  static func remove(_ path: Path) throws(SystemError) { try check(unlink(path.cString)) }

  static func move(_ path: Path, to target: Path) throws(SystemError) {
    try check(rename(path.cString, target.cString))
  }

  fileprivate static func check(_ result: Int32) throws(SystemError) {
    if result < 0 { throw .last }
  }

}

/// The time of day, for reports alone.
package enum SystemClock {
  /// Whole seconds since the beginning of 1970, UTC.
  package static var secondsSince1970: Int64 { Int64(time(nil)) }
}

/// The process as a whole.
package enum CurrentProcess {
  /// Ends it at once: other threads do not keep it, and nothing is left to be written.
  package static func end(_ code: ExitCode) -> Never { _exit(code.rawValue) }

  /// Makes sure that the three streams are there and stay what they are.
  package static func prepareStreams() {
    // A pipe that is closed at its other end is an error of the write, not the process's end.
    signal(SIGPIPE, SIG_IGN)
    // The number of a stream that was closed would be that of the next file opened: a report, say.
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) == -1 {
      _ = open("/dev/null", stream == STDIN_FILENO ? O_RDONLY : O_WRONLY)
    }
  }

  /// Keeps SIGINT and SIGTERM from this thread and those that it starts from now on: `waitForInterrupt` gets
  /// them.
  static func holdInterrupts() {
    var signals = interrupts
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    // What is ignored, as in a shell's background, is not held either.
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }

  /// Lets them end the process, as they do by themselves.
  static func releaseInterrupts() {
    var signals = interrupts
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Waits for the next of the signals that are held.
  static func waitForInterrupt() {
    var signals = interrupts
    var number: Int32 = 0
    while sigwait(&signals, &number) != 0 {}
  }

  private static var interrupts: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    return signals
  }
}

/// An open file, pipe or device. It is closed by hand.
struct FileDescriptor: Hashable, Sendable {
  let number: Int32

  static let input = Self(number: STDIN_FILENO)
  static let output = Self(number: STDOUT_FILENO)
  static let error = Self(number: STDERR_FILENO)

  /// How a file is opened.
  struct Mode: Sendable {
    fileprivate let flags: Int32
    static let reading = Mode(flags: O_RDONLY)
    /// Without waiting for whoever writes into a pipe.
    static let readingAtOnce = Mode(flags: O_RDONLY | O_NONBLOCK)
    static let writing = Mode(flags: O_WRONLY)
    /// To read and write a file that must not be there yet.
    static let new = Mode(flags: O_RDWR | O_CREAT | O_EXCL)
    /// At the end of a file that is made when it is not there.
    static let appending = Mode(flags: O_WRONLY | O_CREAT | O_APPEND)
    /// For its lock, a file that is made when it is not there.
    static let locking = Mode(flags: O_RDWR | O_CREAT)
    /// For its lock, a file that is there and no link.
    static let lockingAtOnce = Mode(flags: O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
  }

  init(number: Int32) { self.number = number }

  init(opening path: Path, _ mode: Mode) throws(SystemError) {
    number = open(path.cString, mode.flags | O_CLOEXEC, 0o666)
    guard number >= 0 else { throw .last }
  }

  func finish() throws(SystemError) { try System.check(close(number)) }

  /// Throws what closing the file would, which stays open.
  func checkWritten() throws(SystemError) {
    let copy = dup(number)
    try System.check(copy)
    try System.check(close(copy))
  }

  var status: FileStatus {
    get throws(SystemError) {
      var information = stat()
      try System.check(fstat(number, &information))
      return FileStatus(information)
    }
  }

  /// Fills a buffer as far as one call of the system does, from an offset if one is given. Answers with the
  /// number of bytes; 0 at the end.
  func fill(_ buffer: UnsafeMutableBufferPointer<UInt8>, from offset: Int? = nil) throws(SystemError) -> Int {
    while true {
      let count =
        if let offset {
          pread(number, buffer.baseAddress, buffer.count, off_t(offset))
        } else {
          read(number, buffer.baseAddress, buffer.count)
        }
      if count >= 0 { return count }
      if errno != EINTR { throw .last }
    }
  }

  /// The bytes of a part of a file.
  func bytes(_ range: Range<Int>) throws(SystemError) -> [UInt8] {
    var failure: SystemError?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      do throws(SystemError) {
        while count < range.count {
          let rest = UnsafeMutableBufferPointer(rebasing: buffer[count..<range.count])
          let read = try fill(rest, from: range.lowerBound + count)
          if read == 0 { throw .isCutOff }
          count += read
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Writes all bytes.
  func put(_ bytes: some Collection<UInt8>) throws(SystemError) {
    var failure: SystemError?
    func put(_ bytes: UnsafeRawBufferPointer) {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = write(number, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count >= 0 {
          rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
          // Whoever gave us a stream may have set it not to wait.
          var request = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
          _ = poll(&request, 1, -1)
        } else if errno != EINTR {
          failure = .last
          return
        }
      }
    }
    if bytes.withContiguousStorageIfAvailable({ put(UnsafeRawBufferPointer($0)) }) == nil {
      Array(bytes).withUnsafeBytes(put)
    }
    if let failure { throw failure }
  }

  /// Takes the file's lock, which other descriptors of it, in this process too, then cannot have, or only share.
  /// Closing it gives the lock back. Answers whether it was had, or nil where the file cannot be locked.
  func lock(shared: Bool = false, waiting: Bool) -> Bool? {
    while flock(number, (shared ? LOCK_SH : LOCK_EX) | (waiting ? 0 : LOCK_NB)) != 0 {
      if errno != EINTR { return errno == EWOULDBLOCK ? false : nil }
    }
    return true
  }

  var isTerminal: Bool { isatty(number) == 1 }

  /// A terminal's width; nil when it is none.
  var columns: Int? {
    var size = winsize()
    guard ioctl(number, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}

extension FileStatus {
  fileprivate init(_ information: stat) {
    kind =
      switch information.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      default: .other
      }
    identity = FileIdentity(
      device: UInt64(truncatingIfNeeded: information.st_dev),
      node: UInt64(truncatingIfNeeded: information.st_ino))
    size = Int(clamping: information.st_size)
    hasName = information.st_nlink > 0
    #if canImport(Darwin)
      let time = information.st_mtimespec
    #else
      let time = information.st_mtim
    #endif
    stamp = FileStamp(seconds: Int(time.tv_sec), nanoseconds: Int(time.tv_nsec), size: size)
  }
}

extension Path {
  /// The path as the system takes it, ended by a zero byte.
  fileprivate var cString: [CChar] {
    if bytes.isEmpty { return [CChar(bitPattern: UInt8(ascii: ".")), 0] }
    return [CChar](unsafeUninitializedCapacity: bytes.count + 1) { buffer, count in
      UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes)
      buffer[bytes.count] = 0
      count = bytes.count + 1
    }
  }
}
