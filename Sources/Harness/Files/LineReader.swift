// Lines of a file, of which only one has to fit into memory.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads the lines of a file or a pipe one after the other. Belongs to one thread.
final class LineReader {
  private let path: Path
  private let file: Int32
  /// What was read and not yet given out begins at `start`.
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false

  private static let portion = 1 << 18

  init(_ path: Path) throws(FileError) {
    self.path = path
    file = open(path.cString, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw FileError(path: path, action: "read", number: errno) }
  }

  deinit { close(file) }

  /// The next line without its end; nil after the last one.
  func next() throws(FileError) -> ArraySlice<UInt8>? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        defer { start = end + 1 }
        return buffer[start..<end]
      }
      if isAtEnd {
        guard start < buffer.count else { return nil }
        defer { start = buffer.count }
        return buffer[start...]
      }
      searched = buffer.count - start
      buffer.removeSubrange(..<start)
      start = 0
      try readOn()
    }
  }

  private func readOn() throws(FileError) {
    var failure: Int32?
    let chunk = [UInt8](unsafeUninitializedCapacity: Self.portion) { chunk, count in
      while true {
        let read = System.read(file, chunk.baseAddress!, chunk.count)
        if read < 0, errno == EINTR { continue }
        if read < 0 { failure = errno } else { count = read }
        return
      }
    }
    if let failure { throw FileError(path: path, action: "read", number: failure) }
    isAtEnd = chunk.isEmpty
    buffer += chunk
  }
}
