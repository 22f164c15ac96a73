// Files as the harness reads and writes them, whatever bytes their names are.
//
// Foundation's file manager takes names as text only and loads at a cost.

/// What failed on which file.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  package let path: Path
  /// What was tried: "read", "write to".
  package let action: String
  package let cause: SystemError
  /// What there is to say instead of the system's words, if those would say little.
  package var reason: String?

  package var isAbsence: Bool { cause.isAbsence }
  package var isProtection: Bool { cause.isProtection }

  package var description: String { "cannot \(action) \(path): \(reason ?? cause.description)" }

  /// That something is to be read or written that might never end.
  static func noFile(_ path: Path, _ action: String) -> FileError {
    FileError(
      path: path, action: action, cause: .isNoFile, reason: "it is no file, but a pipe, a socket or a device")
  }

  /// Does something with a file; what the system has against it is said of that file.
  static func explaining<Result>(
    _ path: Path, _ action: String, _ body: () throws(SystemError) -> Result
  ) throws(FileError) -> Result {
    do throws(SystemError) {
      return try body()
    } catch {
      throw FileError(path: path, action: action, cause: error)
    }
  }
}

/// What a path names, links followed.
package struct FileStatus: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case file, directory
    /// A pipe, a socket, a device.
    case other
  }

  package let kind: Kind
  /// Tells a directory from all others, whatever its path.
  package let identity: FileIdentity
  /// In bytes; of a pipe or a device it says nothing.
  let size: Int
  /// Whether it stands in any directory.
  let hasName: Bool
  /// Another one once the file has been written to.
  package let stamp: FileStamp
}

/// When a file was written to last, and its size.
package struct FileStamp: Hashable, Sendable {
  let seconds: Int
  let nanoseconds: Int
  let size: Int
}

package struct FileIdentity: Hashable, Sendable {
  let device: UInt64
  let node: UInt64
}

/// A name in a directory.
package struct DirectoryEntry: Hashable, Sendable {
  package let name: [UInt8]
  /// What it names; nil when that is a link or the directory does not say.
  package let kind: FileStatus.Kind?
}

package enum FileSystem {
  package static var workingDirectory: Path { System.workingDirectory }

  /// What a path names; nil when there is nothing, or a link to nothing.
  package static func status(_ path: Path) throws(FileError) -> FileStatus? {
    try status(path, followingLinks: true)
  }

  private static func status(_ path: Path, followingLinks: Bool) throws(FileError) -> FileStatus? {
    do throws(SystemError) {
      return try System.status(path, followingLinks: followingLinks)
    } catch {
      if error.isAbsence || (followingLinks ? error.isLoop : error.isLongName) { return nil }
      throw FileError(path: path, action: "look at", cause: error)
    }
  }

  /// Whether two paths name one file or stream, or would if it were there.
  static func areSame(_ first: Path, _ second: Path) throws(FileError) -> Bool {
    if let stream = FileDescriptor.stream(namedBy: first) {
      return FileDescriptor.stream(namedBy: second) == stream
    }
    if let identity = try status(first)?.identity { return try status(second)?.identity == identity }
    let directory = workingDirectory
    return first.normalized(workingDirectory: directory) == second.normalized(workingDirectory: directory)
  }

  /// Where a file is that is there, links followed.
  static func resolved(_ path: Path) throws(FileError) -> Path {
    try FileError.explaining(path, "look at") { () throws(SystemError) in try System.resolved(path) }
  }

  /// Whether a path names anything: a file, a directory, or a link even to nothing.
  package static func exists(_ path: Path) throws(FileError) -> Bool {
    try status(path, followingLinks: false) != nil
  }

  /// What is in a directory except `.` and `..`, in the order of the names' bytes.
  package static func entries(in directory: Path) throws(FileError) -> [DirectoryEntry] {
    try FileError.explaining(directory, "read the directory") { () throws(SystemError) in
      try System.entries(in: directory).sorted { $0.name.precedes($1.name) }
    }
  }

  /// The names in a directory except `.` and `..`, in the order of their bytes.
  package static func names(in directory: Path) throws(FileError) -> [[UInt8]] {
    try entries(in: directory).map(\.name)
  }

  /// A file's bytes, or all that comes out of a pipe.
  package static func read(_ path: Path) throws(FileError) -> [UInt8] {
    try read(path, .reading)
  }

  /// A file's bytes. A pipe or a device, which might never end, is an error.
  package static func readFile(_ path: Path) throws(FileError) -> [UInt8] {
    try read(path, .readingAtOnce, onlyFiles: true)
  }

  private static func read(
    _ path: Path, _ mode: FileDescriptor.Mode, onlyFiles: Bool = false
  ) throws(FileError) -> [UInt8] {
    let file = try open(path, mode, "read")
    defer { try? file.finish() }
    let status = try FileError.explaining(path, "read") { () throws(SystemError) in try file.status }
    if onlyFiles, status.kind == .other { throw FileError.noFile(path, "read") }
    return try readAll(file, path, expecting: status.size)
  }

  static func open(
    _ path: Path, _ mode: FileDescriptor.Mode, _ action: String
  ) throws(FileError) -> FileDescriptor {
    try FileError.explaining(path, action) { () throws(SystemError) in try FileDescriptor(opening: path, mode)
    }
  }

  /// What is longer is taken for something without an end.
  private static let longestRead = 1 << 30

  /// Everything up to the end of an open file, of which so many bytes are expected.
  static func readAll(
    _ file: FileDescriptor, _ path: Path, expecting size: Int = 0
  ) throws(FileError) -> [UInt8] {
    guard size <= longestRead else { throw FileError(path: path, action: "read", cause: .isTooLarge) }
    var bytes: [UInt8] = []
    // One byte more shows that there are no more.
    var room = max(size, 0) + 1
    while true {
      var failure: SystemError?
      let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        do throws(SystemError) {
          while count < buffer.count {
            let read = try file.fill(UnsafeMutableBufferPointer(rebasing: buffer[count...]))
            count += read
            // A file gives less than it was asked for only at its end.
            if read == 0 || (size > 0 && read == size && count == size && buffer.count == size + 1) { return }
          }
        } catch {
          failure = error
        }
      }
      if let failure { throw FileError(path: path, action: "read", cause: failure) }
      if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
      if chunk.count < room { return bytes }
      guard bytes.count <= longestRead else {
        throw FileError(path: path, action: "read", cause: .isTooLarge)
      }
      room = 1 << 16
    }
  }

  /// Replaces the content of a file that the harness keeps: readers see the old bytes or the new, never a part.
  package static func write(_ bytes: [UInt8], to path: Path) throws(FileError) {
    let file = try OutputFile(keeping: path)
    try file.write(bytes)
    try file.commit()
  }

  /// Adds to the end of a file, which is made when it is not there.
  package static func append(_ bytes: [UInt8], to path: Path) throws(FileError) {
    let file = try open(path, .appending, "write to")
    defer { try? file.finish() }
    try FileError.explaining(path, "write to") { () throws(SystemError) in try file.put(bytes) }
  }

  /// Makes a directory for what is remembered between runs, which git ignores.
  static func createRecordDirectory(_ path: Path) throws(FileError) {
    try createDirectory(path)
    let ignore = path.appending(".gitignore")
    if try status(ignore) == nil { try write(Array("*\n".utf8), to: ignore) }
  }

  /// Makes a directory and those above it, as far as they are missing.
  package static func createDirectory(_ path: Path) throws(FileError) {
    if try status(path)?.kind == .directory { return }
    if path.parent != path { try createDirectory(path.parent) }
    do throws(SystemError) {
      try System.makeDirectory(path)
    } catch  where error != .exists {
      throw FileError(path: path, action: "make the directory", cause: error)
    } catch {}
  }

  package static func remove(_ path: Path) throws(FileError) {
    try FileError.explaining(path, "delete") { () throws(SystemError) in try System.remove(path) }
  }

  /// The name of this machine in its network.
  package static var hostName: String {
    let name = System.hostName
    return name.isEmpty ? "localhost" : EscapedText.string(name)
  }
}
