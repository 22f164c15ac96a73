// Lines of a file, of which only one has to fit into memory.

/// Reads the lines of a file or a pipe one after the other. Belongs to one thread.
final class LineReader {
  private let path: Path
  private let file: FileDescriptor
  /// What was read and not yet given out begins at `start`.
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false
  /// Where in the file the line lies that was given out last, with its end.
  private(set) var place = 0..<0

  private static let portion = 1 << 18

  /// `onlyFiles` refuses a pipe or a device, which might never end.
  init(_ path: Path, onlyFiles: Bool = false) throws(FileError) {
    self.path = path
    if onlyFiles, try FileSystem.status(path)?.kind == .other { throw FileError.noFile(path, "read") }
    file = try FileSystem.open(path, .reading, "read")
  }

  deinit { try? file.finish() }

  /// The next line without its end; nil after the last one.
  func next() throws(FileError) -> ArraySlice<UInt8>? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        defer { take(to: end + 1) }
        return buffer[start..<end]
      }
      if isAtEnd {
        guard start < buffer.count else { return nil }
        defer { take(to: buffer.count) }
        return buffer[start...]
      }
      searched = buffer.count - start
      buffer.removeSubrange(..<start)
      start = 0
      try readOn()
    }
  }

  private func take(to end: Int) {
    place = place.upperBound..<(place.upperBound + end - start)
    start = end
  }

  private func readOn() throws(FileError) {
    var failure: SystemError?
    let chunk = [UInt8](unsafeUninitializedCapacity: Self.portion) { chunk, count in
      do throws(SystemError) {
        count = try file.fill(chunk)
      } catch {
        failure = error
      }
    }
    if let failure { throw FileError(path: path, action: "read", cause: failure) }
    isAtEnd = chunk.isEmpty
    buffer += chunk
  }
}
