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
/// `/dev/stdout` or a pipe, is written to directly. A link stays, and what it names is replaced.
package final class OutputFile {
  package let path: Path
  /// What takes the file's place, and where that is, links followed.
  private let replacement: (path: Path, target: Path)?
  private var file: Int32

  package init(_ path: Path) throws(FileError) {
    self.path = path
    let status = try FileSystem.status(path)
    if status?.kind == .directory { throw FileError(path: path, action: "write to", number: EISDIR) }
    if status?.kind == .other {
      replacement = nil
      file = open(path.cString, O_WRONLY | O_CLOEXEC)
    } else {
      try FileSystem.createDirectory(path.parent)
      let target = status == nil ? path : try FileSystem.resolved(path)
      var temporary = TemporaryFile.path(in: target.parent)
      file = TemporaryFile.open(&temporary, in: target.parent)
      replacement = (temporary, target)
    }
    guard file >= 0 else { throw FileError(path: path, action: "write to", number: errno) }
  }

  /// Where there is room for what has to be kept until it can be written: beside the file, or, where that
  /// is a device or a pipe, where the system keeps such files.
  var temporaryDirectory: Path {
    if let replacement { return replacement.target.parent }
    return TemporaryFile.systemDirectory
  }

  package func write(_ bytes: some Sequence<UInt8>) throws(FileError) {
    try FileSystem.write(Array(bytes), to: file, path)
  }

  package func write(_ text: String) throws(FileError) {
    try write(text.utf8)
  }

  /// Closes the file and gives it its name.
  package func commit() throws(FileError) {
    guard file >= 0 else { return }
    let isClosed = close(file) == 0
    file = -1
    guard isClosed else {
      let error = FileError(path: path, action: "write to", number: errno)
      if let replacement { unlink(replacement.path.cString) }
      throw error
    }
    guard let replacement else { return }
    guard System.rename(replacement.path.cString, replacement.target.cString) == 0 else {
      let error = FileError(path: path, action: "write to", number: errno)
      unlink(replacement.path.cString)
      throw error
    }
  }

  deinit {
    guard file >= 0 else { return }
    close(file)
    if let replacement { unlink(replacement.path.cString) }
  }
}

/// Files that nobody else has, under names that fixtures and goldens cannot have.
enum TemporaryFile {
  static var systemDirectory: Path { Path(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp") }

  /// A new name. It is short, because the longest name that a file may have need not leave room for more.
  static func path(in directory: Path) -> Path {
    let number = String(UInt64.random(in: .min ... .max), radix: 36)
    return directory.appending(".touchstone-\(number).tmp")
  }

  /// Makes the file to be read and written, under another name should there be one of this. Negative if
  /// that fails: then `errno` says why.
  static func open(_ path: inout Path, in directory: Path) -> Int32 {
    while true {
      // Processes on several machines can have the same number, and share a directory.
      let file = System.open(path.cString, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if file >= 0 || errno != EEXIST { return file }
      path = Self.path(in: directory)
    }
  }
}
