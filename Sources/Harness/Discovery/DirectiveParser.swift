// Finds directives and step marks in a fixture, and reads `defaults` files.

/// A fixture's text taken apart.
package struct FixtureText: Hashable, Sendable {
  package var directives = Directives()
  /// The Lua source of each step, every byte of it.
  package var steps: [[UInt8]] = []
  /// The line, counted from 1, on which each step begins.
  package var firstLines: [Int] = []
  /// Lines that look like directives but stand where they have no effect: behind the leading comments.
  package var unusedLines: [Int] = []

  /// Reads a fixture. `file` is for errors alone.
  package init(_ source: [UInt8], file: Path) throws(DirectiveError) {
    var reader = DirectiveReader(file: file)
    var isLeading = true
    var stepStart = 0
    var position = 0
    var line = 0
    firstLines = [1]
    while position < source.count {
      line += 1
      let end = source[position...].firstIndex(of: 0x0A) ?? source.count
      let next = min(end + 1, source.count)
      let content = Self.content(source[position..<end], isFirst: line == 1)
      if let directive = Self.directive(content) {
        if directive.elementsEqual("step".utf8) {
          steps.append(Array(source[stepStart..<position]))
          firstLines.append(line + 1)
          stepStart = next
          isLeading = false
        } else if isLeading {
          try reader.read(directive, line: line)
        } else {
          unusedLines.append(line)
        }
      } else if !Self.isComment(content) {
        isLeading = false
      }
      position = next
    }
    steps.append(Array(source[stepStart...]))
    directives = reader.directives
  }

  /// A line without its end, the byte order mark of the first line, and the spaces around it.
  private static func content(_ line: ArraySlice<UInt8>, isFirst: Bool) -> ArraySlice<UInt8> {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    return (isFirst && line.starts(with: mark) ? line.dropFirst(mark.count) : line).trimmingBlanks()
  }

  /// What stands behind `--!`; nil on any other line.
  private static func directive(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    line.starts(with: "--!".utf8) ? line.dropFirst(3).trimmingBlanks() : nil
  }

  /// Whether a line is empty or a comment that ends with it.
  private static func isComment(_ line: ArraySlice<UInt8>) -> Bool {
    if line.isEmpty { return true }
    guard line.starts(with: "--".utf8) else { return false }
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
    var reader = DirectiveReader(file: file)
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

/// Collects directives line by line.
private struct DirectiveReader {
  let file: Path
  var directives = Directives()
  private var lineOfKey: [DirectiveKey: Int] = [:]

  init(file: Path) {
    self.file = file
  }

  mutating func read(_ directive: ArraySlice<UInt8>, line: Int) throws(DirectiveError) {
    guard let colon = directive.firstIndex(of: UInt8(ascii: ":")) else {
      let text = EscapedText.string(directive.prefix(40))
      throw error(line, "a directive reads `--! key: value` or `--! step`, found `\(text)`")
    }
    let name = EscapedText.string(directive[..<colon].trimmingBlanks())
    guard let key = DirectiveKey(rawValue: name) else {
      let known = DirectiveKey.allCases.map(\.rawValue)
      let nearest = Suggestion.nearest(to: name, in: known).map { "did you mean \($0)?" }
      throw error(
        line,
        "there is no directive `\(name)`; "
          + (nearest ?? "there are \(known.joined(separator: ", ")) and step"))
    }
    if let first = lineOfKey.updateValue(line, forKey: key), !key.isRepeatable {
      throw error(line, "`\(name)` was already given on line \(first)")
    }
    do {
      try key.read(Array(directive[(colon + 1)...].trimmingBlanks()), into: &directives)
    } catch {
      throw self.error(line, error.reason)
    }
  }

  private func error(_ line: Int, _ reason: String) -> DirectiveError {
    DirectiveError(file: file, line: line, reason: reason)
  }
}

extension ArraySlice<UInt8> {
  /// The slice without spaces, tabs and carriage returns at either end.
  func trimmingBlanks() -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    let front = drop(while: isBlank)
    return front.prefix(upTo: (front.lastIndex { !isBlank($0) } ?? front.startIndex - 1) + 1)
  }
}
