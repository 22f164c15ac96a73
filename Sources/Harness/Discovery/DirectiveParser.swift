// Finds directives and step marks in a fixture, and reads `defaults` files.
import LuaHost

/// A fixture's text taken apart.
package struct FixtureText: Hashable, Sendable {
  package var directives = Directives()
  /// Every byte of Lua source between two marks is a step's. What stands between calls and holds no code is
  /// no step.
  package var steps: [CaseStep] = []
  /// The line, counted from 1, on which each step begins.
  package var firstLines: [Int] = []
  /// Lines that look like directives but stand where they have no effect: behind the leading comments.
  package var unusedLines: [Int] = []

  /// Reads a fixture. `file` is for errors alone.
  package init(_ source: [UInt8], file: Path) throws(DirectiveError) {
    var reader = DirectiveReader(file: file)
    var isLeading = true
    var part = Part(start: 0, firstLine: 1, mark: nil)
    var position = 0
    var line = 0
    while position < source.count {
      line += 1
      let end = source[position...].firstIndex(of: 0x0A) ?? source.count
      let next = min(end + 1, source.count)
      let content = Self.content(source[position..<end], isFirst: line == 1)
      if let directive = Self.directive(content) {
        let mark: StepMark?
        do {
          mark = try StepMark(directive)
        } catch {
          throw DirectiveError(file: file, line: line, reason: error.reason)
        }
        if let mark {
          close(part, source[part.start..<position], before: mark)
          switch mark {
          case .step: break
          case .call(let call): append(.call(call), line: line)
          case .newInstance: append(.newInstance, line: line)
          }
          part = Part(start: next, firstLine: line + 1, mark: mark)
          isLeading = false
        } else if isLeading {
          try reader.read(directive, line: line)
        } else {
          unusedLines.append(line)
        }
      } else if !Self.isComment(content) {
        isLeading = false
        part.holdsCode = true
      }
      position = next
    }
    close(part, source[part.start...], before: nil)
    directives = reader.directives
  }

  /// What stands between two marks.
  private struct Part {
    var start: Int
    var firstLine: Int
    /// The mark before it; nil at the beginning of the file.
    var mark: StepMark?
    var holdsCode = false
  }

  /// Makes a step of the source between two marks, if it is one: `--! step` announces one in any case.
  private mutating func close(_ part: Part, _ source: ArraySlice<UInt8>, before next: StepMark?) {
    let isBetweenSteps = (part.mark ?? .step) == .step && (next ?? .step) == .step
    guard part.holdsCode || part.mark == .step || isBetweenSteps else { return }
    append(.source(Array(source)), line: part.firstLine)
  }

  private mutating func append(_ step: CaseStep, line: Int) {
    steps.append(step)
    firstLines.append(line)
  }

  /// The Lua source of the first step, if it is one.
  var firstSource: [UInt8] { steps.first?.source ?? [] }

  /// A line without its end, the byte order mark of the first line, and the spaces around it.
  static func content(_ line: ArraySlice<UInt8>, isFirst: Bool) -> ArraySlice<UInt8> {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    return (isFirst && line.starts(with: mark) ? line.dropFirst(mark.count) : line).trimmingBlanks()
  }

  /// What stands behind `--!`; nil on any other line.
  static func directive(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    line.isComment && line.dropFirst(2).first == UInt8(ascii: "!") ? line.dropFirst(3).trimmingBlanks() : nil
  }

  /// Whether a line is empty or a comment that ends with it.
  static func isComment(_ line: ArraySlice<UInt8>) -> Bool {
    if line.isEmpty { return true }
    guard line.isComment else { return false }
    // A long comment opens with two brackets that have only equal signs between them.
    let rest = line.dropFirst(2)
    guard rest.first == UInt8(ascii: "[") else { return true }
    return rest.dropFirst().drop { $0 == UInt8(ascii: "=") }.first != UInt8(ascii: "[")
  }
}

extension Directives {
  /// Reads a `defaults` file: one directive a line, `key: value` with or without `--!` before it; empty
  /// lines and lines that start with `#` or `--` are comments.
  package init(defaults text: [UInt8], file: Path) throws(DirectiveError) {
    var reader = DirectiveReader(file: file, isDefaults: true)
    for (line, content) in Self.lines(ofDefaults: text) { try reader.read(content, line: line) }
    self = reader.directives
  }

  /// The lines that are no comments, with their numbers from 1 on.
  static func lines(ofDefaults text: [UInt8]) -> [(line: Int, content: ArraySlice<UInt8>)] {
    text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated().compactMap { index, line in
      let content = line.trimmingBlanks()
      if content.starts(with: "--!".utf8) { return (index + 1, content.dropFirst(3).trimmingBlanks()) }
      let isComment =
        content.isEmpty || content.first == UInt8(ascii: "#") || content.starts(with: "--".utf8)
      return isComment ? nil : (index + 1, content)
    }
  }
}

/// A line that ends a step.
private enum StepMark: Hashable {
  case step
  case call(ExportCall)
  case newInstance

  /// Nil for what is no mark. Throws for a call that cannot be read.
  init?(_ directive: ArraySlice<UInt8>) throws(DirectiveValueError) {
    let words = directive.splitAtBlanks()
    if words.count == 1, words[0].elementsEqual("step".utf8) {
      self = .step
    } else if words.count == 2, words[0].elementsEqual("new".utf8), words[1].elementsEqual("instance".utf8) {
      self = .newInstance
    } else if let first = words.first, first.elementsEqual("call".utf8) {
      self = .call(try ExportCall(words: words.dropFirst()))
    } else {
      return nil
    }
  }
}

extension ExportCall {
  fileprivate init(words: ArraySlice<ArraySlice<UInt8>>) throws(DirectiveValueError) {
    guard let name = words.first.flatMap({ String(validating: $0, as: UTF8.self) }) else {
      throw DirectiveValueError(
        "a call reads `--! call NAME [INTEGER…]`, such as `--! call attach_memory_table 7`")
    }
    var arguments: [Int64] = []
    for word in words.dropFirst() {
      let text = EscapedText.string(word.prefix(40))
      guard let argument = Int64(text) else {
        throw DirectiveValueError("the arguments of a call are integers, found `\(text)`")
      }
      arguments.append(argument)
    }
    self.init(name, arguments)
  }
}

/// Collects directives line by line.
private struct DirectiveReader {
  let file: Path
  /// Whether the file is a `defaults` file.
  var isDefaults = false
  var directives = Directives()
  private var lineOfKey: [DirectiveKey: Int] = [:]

  init(file: Path, isDefaults: Bool = false) {
    self.file = file
    self.isDefaults = isDefaults
  }

  mutating func read(_ directive: ArraySlice<UInt8>, line: Int) throws(DirectiveError) {
    guard let colon = directive.firstIndex(of: UInt8(ascii: ":")) else {
      let text = EscapedText.string(directive.prefix(40))
      throw error(
        line,
        "a directive reads `--! key: value`, `--! step`, `--! call NAME [INTEGER…]` or `--! new instance`,"
          + " found `\(text)`")
    }
    let name = EscapedText.string(directive[..<colon].trimmingBlanks())
    guard let key = DirectiveKey(rawValue: name) else {
      let known = DirectiveKey.allCases.map(\.rawValue)
      let nearest = Suggestion.nearest(to: name, in: known).map { "did you mean \($0)?" }
      throw error(
        line,
        "there is no directive `\(name)`; "
          + (nearest ?? "there are \(known.joined(separator: ", ")), step, call and new instance"))
    }
    if let first = lineOfKey.updateValue(line, forKey: key), !key.isRepeatable {
      throw error(line, "`\(name)` was already given on line \(first)")
    }
    if key == .modules, !isDefaults {
      throw error(
        line, "`modules` stands in a `defaults` file; a fixture names each with `module: NAME = PATH`")
    }
    do {
      try key.read(
        Array(directive[(colon + 1)...].trimmingBlanks()), at: DirectivePlace(file: file, line: line),
        into: &directives)
    } catch {
      throw self.error(line, error.reason)
    }
  }

  private func error(_ line: Int, _ reason: String) -> DirectiveError {
    DirectiveError(file: file, line: line, reason: reason)
  }
}

extension ArraySlice<UInt8> {
  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

  /// The slice without spaces, tabs and carriage returns at either end.
  func trimmingBlanks() -> ArraySlice<UInt8> {
    let front = drop(while: Self.isBlank)
    return front.prefix(upTo: (front.lastIndex { !Self.isBlank($0) } ?? front.startIndex - 1) + 1)
  }

  /// Whether it begins with two hyphens.
  fileprivate var isComment: Bool {
    first == UInt8(ascii: "-") && dropFirst().first == UInt8(ascii: "-")
  }

  /// The words between spaces, tabs and carriage returns.
  func splitAtBlanks() -> [ArraySlice<UInt8>] { split(whereSeparator: Self.isBlank) }
}
