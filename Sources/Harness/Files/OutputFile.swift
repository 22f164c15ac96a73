// Files that appear complete or not at all.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file being written under a temporary name, which takes its own name when it is complete.
///
/// Opening it proves that it can be written. A path that names something other than a file, such as
/// `/dev/stdout` or a pipe, is written to directly.
package final class OutputFile {
  package let path: Path
  private let temporaryPath: Path?
  private var file: Int32

  package init(_ path: Path) throws(FileError) {
    self.path = path
    let status = try FileSystem.status(path)
    if status?.kind == .directory { throw FileError(path: path, action: "write to", number: EISDIR) }
    if status?.kind == .other {
      temporaryPath = nil
      file = open(path.cString, O_WRONLY | O_CLOEXEC)
    } else {
      try FileSystem.createDirectory(path.parent)
      // Processes of two machines or containers can have the same number.
      let unique = String(UInt32.random(in: 0...UInt32.max), radix: 36)
      let temporary = path.withSuffix(".\(unique).tmp")
      temporaryPath = temporary
      file = open(temporary.cString, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    }
    guard file >= 0 else { throw FileError(path: path, action: "write to", number: errno) }
  }

  package func write(_ bytes: [UInt8]) throws(FileError) {
    try FileSystem.write(bytes, to: file, path)
  }

  package func write(_ text: String) throws(FileError) {
    try write(Array(text.utf8))
  }

  /// Closes the file and gives it its name.
  package func commit() throws(FileError) {
    guard file >= 0 else { return }
    let isClosed = close(file) == 0
    file = -1
    guard isClosed else { throw FileError(path: path, action: "write to", number: errno) }
    if let temporaryPath { try FileSystem.rename(temporaryPath, to: path) }
  }

  deinit {
    guard file >= 0 else { return }
    close(file)
    if let temporaryPath { unlink(temporaryPath.cString) }
  }
}
