// A directory of its own for a test, filled from a table and deleted afterwards.
import Foundation
import Harness
import Synchronization

final class TemporaryTree {
  let path: Path

  init(_ files: [String: String] = [:]) throws {
    let name = "touchstone-tests-\(UUID().uuidString)"
    path = Path(FileManager.default.temporaryDirectory.path).appending(name)
    try FileSystem.createDirectory(path)
    for (name, text) in files { try write(name, text) }
  }

  deinit {
    try? FileManager.default.removeItem(atPath: String(decoding: path.bytes, as: UTF8.self))
  }

  func write(_ name: String, _ text: String) throws {
    let file = path.appending(name)
    try FileSystem.createDirectory(file.parent)
    try FileSystem.write(Array(text.utf8), to: file)
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: path.appending(name).description, withDestinationPath: target)
  }

  func read(_ name: String) throws -> String {
    String(decoding: try FileSystem.read(path.appending(name)), as: UTF8.self)
  }

  func exists(_ name: String) throws -> Bool {
    try FileSystem.status(path.appending(name)) != nil
  }

  /// Every file below, hidden ones too.
  var files: [String] {
    let root = String(decoding: path.bytes, as: UTF8.self)
    return (FileManager.default.subpaths(atPath: root) ?? []).sorted()
  }
}

/// Collects what is written for people.
final class TextCollector: TextSink {
  private(set) var text = ""

  func write(_ text: String) { self.text += text }
}

/// Numbers from 1 on, each given once.
final class Interlocked: Sendable {
  private let last = Atomic<UInt64>(0)

  func next() -> UInt64 { last.wrappingAdd(1, ordering: .relaxed).newValue }
}
