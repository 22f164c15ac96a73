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
    for (path, text) in try files(root) {
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

  private static func files(_ root: String) throws -> [(path: String, text: String)] {
    let handlers = "Sources/WebAssembly/Execution/Handlers/Generated/"
    let lists = try ["Superinstructions", "Shapes"].map { name in
      let list = URL(filePath: root).appending(path: "Sources/WebAssembly/Operations/\(name).txt")
      return try String(contentsOf: list, encoding: .utf8)
    }
    let superinstructions = Superinstruction.parse(lists.joined(separator: "\n"))
    var files: [(path: String, text: String)] = []
    for chapter in Operations.chapters {
      files.append((handlers + chapter.name + "Handlers.swift", HandlerText.file(chapter)))
    }
    for (name, text) in superinstructionFiles(superinstructions) { files.append((handlers + name, text)) }
    files.append((handlers + "OperationTable.swift", TableText.file(superinstructions)))
    files.append((handlers + "OperationFields.swift", FieldText.file()))
    files.append(
      ("Sources/WebAssembly/Translation/Generated/OperationBuilders.swift", BuilderText.file()))
    return files
  }

  /// In as many files as compile well beside each other.
  private static func superinstructionFiles(_ all: [Superinstruction]) -> [(name: String, text: String)] {
    let count = 4
    return (0..<count).map { part in
      let range = all.count * part / count..<all.count * (part + 1) / count
      return ("Superinstruction\(part + 1)Handlers.swift", HandlerText.file(all[range]))
    }
  }
}
