// Finds the line of a module that a Lua error names.
import LuaHost

extension CaseReport {
  /// Notes the file and line of a module at which an unexpected Lua error was raised, for annotations.
  mutating func placeInModule(_ outcome: CaseOutcome, _ golden: GoldenFile, _ fixture: Fixture) {
    guard isBad, !fixture.modules.isEmpty else { return }
    let actual = Golden(outcome).steps
    var expected: [GoldenStep] = []
    if case .golden(let golden) = golden { expected = golden.steps }
    let index = zip(actual, expected).prefix { $0 == $1 }.count
    guard index < actual.count else { return }
    let message: [UInt8]
    switch outcome.steps[index].result {
    case .error(let text): message = text
    default:
      guard let text = outcome.steps[index].luaMessage else { return }
      message = text
    }
    let text = String(decoding: message.prefix(2000), as: UTF8.self)
    for module in fixture.modules {
      guard let line = Self.line(of: module.source.file, in: text) else { continue }
      sourceFile = module.path.description
      sourceLine = line
      notes.append(
        .moduleLine(
          module: EscapedText.string(module.source.file.utf8), line: line, path: module.path.description))
      return
    }
  }

  /// The line that a message names of a file: at its beginning, or at that of another line of it.
  private static func line(of file: String, in message: String) -> Int? {
    for line in message.split(separator: "\n") {
      let text = line.drop { $0 == "\t" || $0 == " " }
      guard text.hasPrefix(file + ":") else { continue }
      let digits = text.dropFirst(file.count + 1).prefix { $0.isASCII && $0.isNumber }
      if let number = Int(digits), number > 0 { return number }
    }
    return nil
  }
}
