// The calls of the operating system that read and write files: a thin layer, for names that are bytes.
//
// Foundation's file manager takes names as text only and loads at a cost; pointers stay in this file.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What failed on which file.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  package let path: Path
  /// What was tried: "read", "write to".
  package let action: String
  /// The system's number of the error.
  package let number: Int32

  /// Whether the file, or a directory above it, is not there.
  package var isAbsence: Bool { number == ENOENT || number == ENOTDIR }

  package var description: String {
    "cannot \(action) \(path): \(String(cString: strerror(number)).lowercased())"
  }
}

/// What a path names, links followed.
package struct FileStatus: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case file, directory, other
  }

  package let kind: Kind
  /// Tells a directory from all others, whatever its path.
  package let identity: FileIdentity
}

package struct FileIdentity: Hashable, Sendable {
  let device: UInt64
  let node: UInt64
}

package enum FileSystem {
  package static var workingDirectory: Path {
    var buffer = [CChar](repeating: 0, count: 4096)
    guard getcwd(&buffer, buffer.count) != nil else { return Path("/") }
    return Path(bytes: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)))
  }

  /// What a path names; nil when there is nothing, or a link to nothing.
  package static func status(_ path: Path) throws(FileError) -> FileStatus? {
    var information = stat()
    guard stat(path.cString, &information) == 0 else {
      let error = FileError(path: path, action: "look at", number: errno)
      // A link that leads back to itself names nothing either.
      if error.isAbsence || error.number == ELOOP { return nil }
      throw error
    }
    let kind: FileStatus.Kind =
      switch information.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      default: .other
      }
    return FileStatus(
      kind: kind,
      identity: FileIdentity(
        device: UInt64(truncatingIfNeeded: information.st_dev),
        node: UInt64(truncatingIfNeeded: information.st_ino)))
  }

  /// The names in a directory except `.` and `..`, in the order of their bytes.
  package static func names(in directory: Path) throws(FileError) -> [[UInt8]] {
    guard let stream = opendir(directory.cString) else {
      throw FileError(path: directory, action: "read the directory", number: errno)
    }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafeMutablePointer(to: &entry.pointee.d_name) { name in
        let start = UnsafeRawPointer(name)
        let length = strlen(start.assumingMemoryBound(to: CChar.self))
        return Array(UnsafeRawBufferPointer(start: start, count: length))
      }
      if name != [UInt8(ascii: ".")], name != Array("..".utf8) { names.append(name) }
      errno = 0
    }
    if errno != 0 { throw FileError(path: directory, action: "read the directory", number: errno) }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// A file's bytes.
  package static func read(_ path: Path) throws(FileError) -> [UInt8] {
    let file = open(path.cString, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw FileError(path: path, action: "read", number: errno) }
    defer { close(file) }
    return try readAll(file, path)
  }

  /// Everything up to the end of an open file.
  static func readAll(_ file: Int32, _ path: Path) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = System.read(file, &chunk, chunk.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(path: path, action: "read", number: errno)
      }
      bytes += chunk[..<count]
    }
  }

  /// Replaces a file's content: readers see the old bytes or the new, never a part.
  package static func write(_ bytes: [UInt8], to path: Path) throws(FileError) {
    let file = try OutputFile(path)
    try file.write(bytes)
    try file.commit()
  }

  /// Adds to the end of a file, which is made when it is not there.
  package static func append(_ bytes: [UInt8], to path: Path) throws(FileError) {
    let file = open(path.cString, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw FileError(path: path, action: "write to", number: errno) }
    defer { close(file) }
    try write(bytes, to: file, path)
  }

  /// Does something while no other process does what it has put under the same lock, a file that is made
  /// when it is not there. Where files cannot be locked it is done all the same.
  package static func holdingLock<Result>(_ path: Path, _ body: () throws -> Result) throws -> Result {
    let file = open(path.cString, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw FileError(path: path, action: "write to", number: errno) }
    // Closing the file gives the lock back.
    defer { close(file) }
    while flock(file, LOCK_EX) != 0, errno == EINTR {}
    return try body()
  }

  /// Makes a directory and those above it, as far as they are missing.
  package static func createDirectory(_ path: Path) throws(FileError) {
    if try status(path)?.kind == .directory { return }
    if path.parent != path { try createDirectory(path.parent) }
    guard mkdir(path.cString, 0o777) == 0 || errno == EEXIST else {
      throw FileError(path: path, action: "make the directory", number: errno)
    }
  }

  package static func remove(_ path: Path) throws(FileError) {
    guard unlink(path.cString) == 0 else { throw FileError(path: path, action: "delete", number: errno) }
  }

  package static func rename(_ path: Path, to target: Path) throws(FileError) {
    guard System.rename(path.cString, target.cString) == 0 else {
      throw FileError(path: target, action: "write to", number: errno)
    }
  }

  /// Writes all bytes to an open file.
  static func write(_ bytes: [UInt8], to file: Int32, _ path: Path) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { System.write(file, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(path: path, action: "write to", number: errno)
      }
      rest = rest.dropFirst(count)
    }
  }

  /// The name of this machine in its network.
  package static var hostName: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    let name = buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    return name.isEmpty ? "localhost" : EscapedText.string(name)
  }
}
