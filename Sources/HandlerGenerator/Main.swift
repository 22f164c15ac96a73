/// Writes the handlers' Swift source from the instruction table.
///
///     swift run HandlerGenerator [--check] Sources/WebAssembly/Execution/Handlers/Generated
///
/// With `--check` nothing is written; the exit code is 1 when a file differs from what would be.

import Foundation

@main
struct HandlerGenerator {
  static func main() throws {
    var arguments = CommandLine.arguments.dropFirst()
    let checking = arguments.first == "--check"
    if checking { arguments.removeFirst() }
    guard let folder = arguments.first, arguments.count == 1 else {
      FileHandle.standardError.write(Data("usage: HandlerGenerator [--check] FOLDER\n".utf8))
      exit(2)
    }
    var stale: [String] = []
    for (name, text) in HandlerSource().files() {
      let url = URL(filePath: folder).appending(path: name)
      if checking {
        if (try? String(contentsOf: url, encoding: .utf8)) != text { stale.append(name) }
      } else {
        try text.write(to: url, atomically: true, encoding: .utf8)
      }
    }
    guard stale.isEmpty else {
      FileHandle.standardError.write(
        Data("\(stale.joined(separator: ", ")): not what the generator writes; run it again.\n".utf8))
      exit(1)
    }
  }
}
