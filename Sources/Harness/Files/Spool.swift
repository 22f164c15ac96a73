// Bytes that are kept for later without being held in memory.

/// A file without a name: what a report can write only at its end waits here.
///
/// The first megabyte stays in memory, so that small reports make no file. Belongs to one thread.
final class Spool {
  private let directory: Path
  private var file: FileDescriptor?
  /// How many bytes are in the file.
  private var flushed = 0
  /// What follows them.
  private var pending: [UInt8] = []
  /// What was last read from the file, and from where.
  private var window: [UInt8] = []
  private var windowStart = 0
  /// Why the file is not what it should be.
  private var failure: FileError?

  private static let portion = 1 << 20
  private static let windowSize = 1 << 18

  /// The file, if there has to be one, is made beside another.
  init(beside other: OutputFile) {
    directory = other.temporaryDirectory
  }

  /// The file is made where the system keeps such files.
  init() {
    directory = System.temporaryDirectory
  }

  /// How many bytes were appended.
  var count: Int { flushed + pending.count }

  func append(_ bytes: some Sequence<UInt8>) throws(FileError) {
    pending += bytes
    if pending.count >= Self.portion { try flush() }
  }

  /// Bytes that were appended. Reading on from where the last call ended is fast.
  func read(_ range: Range<Int>) throws(FileError) -> ArraySlice<UInt8> {
    if range.lowerBound >= flushed {
      return pending[(range.lowerBound - flushed)..<(range.upperBound - flushed)]
    }
    if range.upperBound > flushed { try flush() }
    let offset = range.lowerBound - windowStart
    if offset >= 0, range.upperBound <= windowStart + window.count {
      return window[offset..<(offset + range.count)]
    }
    try fillWindow(from: range.lowerBound, to: max(range.upperBound, range.lowerBound + Self.windowSize))
    return window[..<range.count]
  }

  private func fillWindow(from start: Int, to end: Int) throws(FileError) {
    guard let file else { return }
    window = []
    windowStart = start
    do throws(SystemError) {
      window = try file.bytes(start..<min(end, flushed))
    } catch {
      throw self.error("read a temporary file in", error)
    }
  }

  private func flush() throws(FileError) {
    // After a part was written nothing would be where it is looked for.
    if let failure { throw failure }
    var action = "make a temporary file in"
    do throws(SystemError) {
      if file == nil {
        let made = try TemporaryFile.make(in: directory)
        file = made.file
        try System.remove(made.path)
      }
      action = "write to a temporary file in"
      try file?.put(pending)
    } catch {
      let failure = self.error(action, error)
      self.failure = failure
      throw failure
    }
    flushed += pending.count
    pending.removeAll(keepingCapacity: true)
  }

  private func error(_ action: String, _ cause: SystemError) -> FileError {
    FileError(path: directory, action: action, cause: cause)
  }

  deinit { try? file?.finish() }
}
