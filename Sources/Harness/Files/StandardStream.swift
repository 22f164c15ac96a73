// The process's own streams.

/// Standard output or standard error. What cannot be written is dropped: whoever closed the other end
/// does not want it, and the reports still count. Any other failure is kept for the end of the process.
package final class StandardStream: TextSink {
  private let file: FileDescriptor
  private let name: Path
  /// Why something that was wanted could not be written.
  package private(set) var failure: FileError?

  package static var output: StandardStream { StandardStream(.output, Path("standard output")) }
  package static var error: StandardStream { StandardStream(.error, Path("standard error")) }

  private init(_ file: FileDescriptor, _ name: Path) {
    self.file = file
    self.name = name
  }

  package func write(_ text: String) {
    write(Array(text.utf8))
  }

  package func write(_ bytes: [UInt8]) {
    do throws(SystemError) {
      try file.put(bytes)
    } catch {
      if error == .isBrokenPipe || failure != nil { return }
      failure = FileError(path: name, action: "write to", cause: error)
    }
  }

  package var isTerminal: Bool { file.isTerminal }

  /// The terminal's width; nil when it is none.
  package var columns: Int? { file.columns }

  /// Everything on standard input.
  package static func readInput() throws(FileError) -> [UInt8] {
    try FileSystem.readAll(.input, Path("standard input"))
  }

  /// Whether what is written to a path goes to standard output, so that other text has no place there.
  package static func isOutput(_ path: Path) -> Bool { FileDescriptor.stream(namedBy: path) == .output }
}

extension FileDescriptor {
  /// The stream of this process that a path means: `-` is standard output, names such as `/dev/stdout` and
  /// `/dev/fd/3` are what they say, and a file that standard output or standard error already go to is written
  /// through these, or it would be replaced under them.
  static func stream(namedBy path: Path) -> FileDescriptor? {
    if path.bytes == [UInt8(ascii: "-")] { return .output }
    let names = path.normalized(workingDirectory: System.workingDirectory).components
      .map { String(decoding: $0, as: UTF8.self) }
    if names == ["dev", "stdout"] { return .output }
    if names == ["dev", "stderr"] { return .error }
    if [["dev", "fd"], ["proc", "self", "fd"]].contains(names.dropLast()) {
      return names.last.flatMap { Int32($0) }.map { FileDescriptor(number: $0) }
    }
    guard let status = try? System.status(path), status.kind == .file else { return nil }
    return [.output, .error].first { (try? $0.status)?.identity == status.identity }
  }
}
