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
  /// What there is to say instead of the system's words, if those would say little.
  package var reason: String?

  /// Whether the file, or a directory above it, is not there.
  package var isAbsence: Bool { number == ENOENT || number == ENOTDIR }

  /// Whether it is by intention that nothing can be written there.
  package var isProtection: Bool { number == EROFS || number == EACCES || number == EPERM }

  package var description: String {
    "cannot \(action) \(path): \(reason ?? String(cString: strerror(number)).lowercased())"
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
  /// Another one once the file has been written to.
  package let stamp: FileStamp
}

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
    return FileStatus(information)
  }

  /// Whether two paths name one file, or would if it were there.
  static func areSame(_ first: Path, _ second: Path) throws(FileError) -> Bool {
    if let identity = try status(first)?.identity { return try status(second)?.identity == identity }
    let directory = workingDirectory
    return first.normalized(workingDirectory: directory) == second.normalized(workingDirectory: directory)
  }

  /// Where a file is that is there, links followed.
  static func resolved(_ path: Path) throws(FileError) -> Path {
    guard let name = realpath(path.cString, nil) else {
      throw FileError(path: path, action: "look at", number: errno)
    }
    defer { free(name) }
    return Path(bytes: UnsafeRawBufferPointer(start: name, count: strlen(name)))
  }

  /// Whether a path names anything: a file, a directory, or a link even to nothing.
  package static func exists(_ path: Path) throws(FileError) -> Bool {
    var information = stat()
    if lstat(path.cString, &information) == 0 { return true }
    let error = FileError(path: path, action: "look at", number: errno)
    // A name that is too long cannot have been given to anything.
    if error.isAbsence || error.number == ENAMETOOLONG { return false }
    throw error
  }

  /// What is in a directory except `.` and `..`, in the order of the names' bytes.
  package static func entries(in directory: Path) throws(FileError) -> [DirectoryEntry] {
    guard let stream = opendir(directory.cString) else {
      throw FileError(path: directory, action: "read the directory", number: errno)
    }
    defer { closedir(stream) }
    var entries: [DirectoryEntry] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafeMutablePointer(to: &entry.pointee.d_name) { name in
        let start = UnsafeRawPointer(name)
        let length = strlen(start.assumingMemoryBound(to: CChar.self))
        return Array(UnsafeRawBufferPointer(start: start, count: length))
      }
      let kind: FileStatus.Kind? =
        switch Int(entry.pointee.d_type) {
        case Int(DT_REG): .file
        case Int(DT_DIR): .directory
        case Int(DT_LNK), Int(DT_UNKNOWN): nil
        default: .other
        }
      if name != [UInt8(ascii: ".")], name != Array("..".utf8) {
        entries.append(DirectoryEntry(name: name, kind: kind))
      }
      errno = 0
    }
    if errno != 0 { throw FileError(path: directory, action: "read the directory", number: errno) }
    return entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  /// The names in a directory except `.` and `..`, in the order of their bytes.
  package static func names(in directory: Path) throws(FileError) -> [[UInt8]] {
    try entries(in: directory).map(\.name)
  }

  /// A file's bytes, or all that comes out of a pipe.
  package static func read(_ path: Path) throws(FileError) -> [UInt8] {
    try read(path, flags: 0)
  }

  /// A file's bytes. A pipe or a device, which might never end, is an error.
  package static func readFile(_ path: Path) throws(FileError) -> [UInt8] {
    // Opening a pipe would otherwise wait for whoever writes to it.
    try read(path, flags: O_NONBLOCK)
  }

  private static func read(_ path: Path, flags: Int32) throws(FileError) -> [UInt8] {
    let file = open(path.cString, O_RDONLY | O_CLOEXEC | flags)
    guard file >= 0 else { throw FileError(path: path, action: "read", number: errno) }
    defer { close(file) }
    var information = stat()
    guard fstat(file, &information) == 0 else { throw FileError(path: path, action: "read", number: errno) }
    if flags & O_NONBLOCK != 0, FileStatus(information).kind == .other {
      throw FileError(
        path: path, action: "read", number: EINVAL, reason: "it is no file, but a pipe, a socket or a device")
    }
    return try readAll(file, path, expecting: Int(clamping: information.st_size))
  }

  /// What is longer is taken for something without an end.
  private static let longestRead = 1 << 30

  /// Everything up to the end of an open file, of which so many bytes are expected.
  static func readAll(_ file: Int32, _ path: Path, expecting size: Int = 0) throws(FileError) -> [UInt8] {
    guard size <= longestRead else { throw FileError(path: path, action: "read", number: EFBIG) }
    var bytes: [UInt8] = []
    // One byte more shows that there are no more.
    var room = max(size, 0) + 1
    while true {
      var failure: Int32?
      let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        while count < buffer.count {
          let read = System.read(file, buffer.baseAddress! + count, buffer.count - count)
          if read == 0 { return }
          // A file gives less than it was asked for only at its end.
          if size > 0, read == size, count == 0, buffer.count == size + 1 {
            count = size
            return
          }
          if read < 0, errno == EINTR { continue }
          if read < 0 {
            failure = errno
            return
          }
          count += read
        }
      }
      if let failure { throw FileError(path: path, action: "read", number: failure) }
      if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
      if chunk.count < room { return bytes }
      guard bytes.count <= longestRead else { throw FileError(path: path, action: "read", number: EFBIG) }
      room = 1 << 16
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
        switch errno {
        case EINTR: continue
        // Whoever gave us a stream may have set it not to wait.
        case EAGAIN: System.waitUntilWritable(file)
        default: throw FileError(path: path, action: "write to", number: errno)
        }
      } else {
        rest = rest.dropFirst(count)
      }
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

extension FileStatus {
  fileprivate init(_ information: stat) {
    kind =
      switch information.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      default: .other
      }
    identity = FileIdentity(
      device: UInt64(truncatingIfNeeded: information.st_dev),
      node: UInt64(truncatingIfNeeded: information.st_ino))
    #if canImport(Darwin)
      let time = information.st_mtimespec
    #else
      let time = information.st_mtim
    #endif
    stamp = FileStamp(
      seconds: Int(time.tv_sec), nanoseconds: Int(time.tv_nsec), size: Int(information.st_size))
  }
}
