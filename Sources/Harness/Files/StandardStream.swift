// The process's own streams.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Standard output or standard error. What cannot be written is dropped: whoever closed the other end
/// does not want it, and the reports still count.
package final class StandardStream: TextSink {
  private let file: Int32

  package static var output: StandardStream { StandardStream(STDOUT_FILENO) }
  package static var error: StandardStream { StandardStream(STDERR_FILENO) }

  private init(_ file: Int32) {
    self.file = file
  }

  package func write(_ text: String) {
    write(Array(text.utf8))
  }

  package func write(_ bytes: [UInt8]) {
    try? FileSystem.write(bytes, to: file, Path("the standard stream"))
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

  /// A pipe that is closed at its other end is an error of the write, not the process's end.
  package static func ignoreClosedPipes() {
    signal(SIGPIPE, SIG_IGN)
  }
}
