// Files that appear complete or not at all.

/// A file being written under a temporary name, which takes its own name when it is complete.
///
/// Opening it proves that it can be written. A link stays, and what it names is replaced.
package final class OutputFile {
  package let path: Path
  /// What takes the file's place, and where that is, links followed.
  private let replacement: (path: Path, target: Path)?
  private var file: FileDescriptor
  private var isOpen = true

  /// A file that is asked for. A path that means one of the process's streams, a pipe or a device is written to
  /// directly. What writers that were killed left beside the file goes.
  package convenience init(_ path: Path) throws(FileError) {
    if let stream = FileDescriptor.stream(namedBy: path) {
      _ = try FileError.explaining(path, "write to") { () throws(SystemError) in try stream.status }
      self.init(path, writing: stream)
      isOpen = false
    } else if try FileSystem.status(path)?.kind == .other {
      self.init(path, writing: try FileSystem.open(path, .writing, "write to"))
    } else {
      try self.init(keeping: path)
      TemporaryFile.removeAbandoned(in: temporaryDirectory)
    }
  }

  /// A file that the harness keeps under a name of its own choice: a pipe in its place is an error.
  package init(keeping path: Path) throws(FileError) {
    self.path = path
    let status = try FileSystem.status(path)
    if status?.kind == .directory { throw FileError(path: path, action: "write to", cause: .isDirectory) }
    if status?.kind == .other { throw FileError.noFile(path, "write to") }
    try FileSystem.createDirectory(path.parent)
    let target = status == nil ? path : try FileSystem.resolved(path)
    let temporary = try FileError.explaining(path, "write to") { () throws(SystemError) in
      try TemporaryFile.make(in: target.parent)
    }
    file = temporary.file
    replacement = (temporary.path, target)
  }

  private init(_ path: Path, writing file: FileDescriptor) {
    self.path = path
    self.file = file
    replacement = nil
  }

  /// Whether what stands under its name can be read, and is replaced; a stream, a pipe or a device is written to.
  package var replacesFile: Bool { replacement != nil }

  /// Where there is room for what has to be kept until it can be written: beside the file, or, where that
  /// is a device or a pipe, where the system keeps such files.
  var temporaryDirectory: Path { replacement?.target.parent ?? System.temporaryDirectory }

  package func write(_ bytes: some Collection<UInt8>) throws(FileError) {
    try FileError.explaining(path, "write to") { () throws(SystemError) in try file.put(bytes) }
  }

  package func write(_ text: String) throws(FileError) {
    try write(text.utf8)
  }

  /// Closes the file and gives it its name.
  package func commit() throws(FileError) {
    guard isOpen else { return }
    isOpen = false
    do throws(SystemError) {
      try file.checkWritten()
      // While it is open it is locked, and nobody takes it for abandoned.
      if let replacement { try System.move(replacement.path, to: replacement.target) }
      try file.finish()
    } catch {
      if let replacement { try? System.remove(replacement.path) }
      throw FileError(path: path, action: "write to", cause: error)
    }
  }

  deinit {
    guard isOpen else { return }
    if let replacement { try? System.remove(replacement.path) }
    try? file.finish()
  }
}

/// Files that nobody else has, under names that fixtures and goldens cannot have. Whoever writes one holds its
/// lock, so one that is not locked was left by a process that was killed, on this machine or another.
enum TemporaryFile {
  private static let prefix = Array(".touchstone-".utf8)
  private static let suffix = Array(".tmp".utf8)

  /// Makes a file to be read and written. Its name is short, because the longest name that a file may have need
  /// not leave room for more.
  static func make(in directory: Path) throws(SystemError) -> (path: Path, file: FileDescriptor) {
    while true {
      let number = String(UInt64.random(in: .min ... .max), radix: 36)
      let path = directory.appending(prefix + Array(number.utf8) + suffix)
      let file: FileDescriptor
      do throws(SystemError) {
        file = try FileDescriptor(opening: path, .new)
      } catch  where error == .exists {
        continue
      }
      // Before it was locked it may have been taken for abandoned.
      _ = file.lock(waiting: true)
      if (try? file.status.hasName) ?? true { return (path, file) }
      try? file.finish()
    }
  }

  /// Deletes what writers left that were killed.
  static func removeAbandoned(in directory: Path) {
    guard let entries = try? System.entries(in: directory) else { return }
    for entry in entries where isName(entry.name) { removeIfAbandoned(directory.appending(entry.name)) }
  }

  static func isName(_ name: [UInt8]) -> Bool {
    name.starts(with: prefix) && name.suffix(suffix.count) == suffix[...]
      && UInt64(
        String(decoding: name.dropFirst(prefix.count).dropLast(suffix.count), as: UTF8.self), radix: 36)
        != nil
  }

  static func removeIfAbandoned(_ path: Path) {
    guard let file = try? FileDescriptor(opening: path, .lockingAtOnce) else { return }
    defer { try? file.finish() }
    if (try? file.status.kind) == .file, file.lock(waiting: false) == true { try? System.remove(path) }
  }
}
