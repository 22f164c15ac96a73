// The process's own streams.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Standard output or standard error. What cannot be written is dropped: whoever closed the other end
/// does not want it, and the reports still count. Any other failure is kept for the end of the process.
package final class StandardStream: TextSink {
  private let file: Int32
  private let name: Path
  /// Why something that was wanted could not be written.
  package private(set) var failure: FileError?

  package static var output: StandardStream { StandardStream(STDOUT_FILENO, Path("standard output")) }
  package static var error: StandardStream { StandardStream(STDERR_FILENO, Path("standard error")) }

  private init(_ file: Int32, _ name: Path) {
    self.file = file
    self.name = name
  }

  package func write(_ text: String) {
    write(Array(text.utf8))
  }

  package func write(_ bytes: [UInt8]) {
    do {
      try FileSystem.write(bytes, to: file, name)
    } catch {
      if error.number != EPIPE, failure == nil { failure = error }
    }
  }

  package var isTerminal: Bool { isatty(file) == 1 }

  /// The terminal's width; nil when it is none.
  package var columns: Int? {
    var size = winsize()
    guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Everything on standard input.
  package static func readInput() throws(FileError) -> [UInt8] {
    try FileSystem.readAll(STDIN_FILENO, Path("standard input"))
  }

  /// Makes sure that the three streams are there and stay what they are.
  package static func prepare() {
    // A pipe that is closed at its other end is an error of the write, not the process's end.
    signal(SIGPIPE, SIG_IGN)
    // The number of a stream that was closed would be that of the next file opened: a report, say.
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) == -1 {
      _ = open("/dev/null", stream == STDIN_FILENO ? O_RDONLY : O_WRONLY)
    }
  }
}
