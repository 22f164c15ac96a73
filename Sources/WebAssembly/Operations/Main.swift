/// Writes what follows from the table of operations: handlers, tables, the loop's view of fields, and the
/// methods that add operations.
///
///     swift run OperationGenerator [--check] PACKAGE
///
/// With `--check` nothing is written; the exit code is 1 when a file differs from what would be.

import Foundation

@main
struct OperationGenerator {
  static func main() throws {
    var arguments = CommandLine.arguments.dropFirst()
    let checking = arguments.first == "--check"
    if checking { arguments.removeFirst() }
    guard let root = arguments.first, arguments.count == 1 else {
      FileHandle.standardError.write(Data("usage: OperationGenerator [--check] PACKAGE\n".utf8))
      exit(2)
    }
    var stale: [String] = []
    for (path, text) in files() {
      let url = URL(filePath: root).appending(path: path)
      if checking {
        if (try? String(contentsOf: url, encoding: .utf8)) != text { stale.append(path) }
      } else {
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
      }
    }
    guard stale.isEmpty else {
      FileHandle.standardError.write(
        Data("\(stale.joined(separator: ", ")): not what the generator writes; run it again.\n".utf8))
      exit(1)
    }
  }

  private static func files() -> [(path: String, text: String)] {
    let handlers = "Sources/WebAssembly/Execution/Handlers/Generated/"
    return Operations.chapters.map { (handlers + $0.name + "Handlers.swift", HandlerText.file($0)) } + [
      (handlers + "OperationTable.swift", TableText.file()),
      (handlers + "OperationFields.swift", FieldText.file()),
      ("Sources/WebAssembly/Translation/Generated/OperationBuilders.swift", BuilderText.file()),
    ]
  }
}
