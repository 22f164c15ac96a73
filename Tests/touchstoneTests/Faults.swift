// What tests of faults need: files with any name, shells, file systems that are full or read-only.
import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Workplace {
  /// Runs the command; it is ended by force when it takes longer than a minute, which no fault should make
  /// it do.
  func bounded(_ arguments: String..., environment: [String: String] = [:]) throws -> Finished {
    try start(arguments, environment: environment).finish(within: 60)
  }

  /// Runs a script of the shell, in which `$0` is the command.
  func shell(_ script: String, environment: [String: String] = [:]) throws -> Finished {
    var environment = environment
    environment["PATH"] = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
    return try RunningProcess("/bin/sh", ["-c", script, Self.executable], environment, "", in: self)
      .finish(within: 60)
  }

  /// Writes a file whose name need not be text; false where the file system refuses the name.
  func write(in directory: String, name: [UInt8], _ text: String) throws -> Bool {
    try FileManager.default.createDirectory(
      atPath: path + "/" + directory, withIntermediateDirectories: true)
    let path = (Array("\(path)/\(directory)/".utf8) + name + [0]).map(CChar.init(bitPattern:))
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    guard file >= 0 else { return false }
    try FileHandle(fileDescriptor: file, closeOnDealloc: true).write(contentsOf: Data(text.utf8))
    return true
  }

  /// Whether names may have 255 bytes, and no more. Where names are encrypted they have fewer.
  static var takesLongNames: Bool {
    guard let place = try? Workplace() else { return false }
    func takes(_ count: Int) -> Bool {
      (try? place.write(in: "names", name: Array(repeating: UInt8(ascii: "n"), count: count), "")) == true
    }
    return takes(255) && !takes(256)
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
  }

  func pipe(_ name: String) {
    #expect(mkfifo(path + "/" + name, 0o666) == 0)
  }

  /// Waits until something is the case, a minute at most.
  func wait(until isSo: () -> Bool) {
    for _ in 0..<6000 where !isSo() { usleep(10_000) }
  }

  /// Files that a run leaves behind if it forgets to delete them.
  var temporaryFiles: [String] {
    (FileManager.default.subpaths(atPath: path) ?? []).filter { $0.hasSuffix(".tmp") }
  }
}

/// A file system of its own in a directory of a workplace, unmounted in the end.
final class MountedDirectory {
  private let path: String

  /// Whether this process may mount file systems.
  static let isPossible: Bool = {
    guard getuid() == 0, let place = try? Workplace() else { return false }
    return (try? place.shell("mkdir m && mount -t tmpfs tmpfs m && umount m").code) == 0
  }()

  /// An empty file system of so many bytes.
  init(_ name: String, in place: Workplace, size: Int) throws {
    path = place.path + "/" + name
    let done = try place.shell("mkdir -p '\(path)' && mount -t tmpfs -o size=\(size) tmpfs '\(path)'")
    try #require(done.code == 0, "\(done.error)")
  }

  /// Makes the file system read-only.
  func protect(_ place: Workplace) throws {
    let done = try place.shell("mount -o remount,ro '\(path)'")
    try #require(done.code == 0, "\(done.error)")
  }

  deinit {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "umount '\(path)'"]
    try? process.run()
    process.waitUntilExit()
  }
}
