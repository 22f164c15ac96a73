// Where two outputs differ, for whoever reads nothing else.

/// The first line in which one output is not the other.
package struct OutputDifference: Hashable, Sendable, Codable {
  /// Counted from 1.
  package let line: Int
  /// The lines, shortened, in the golden's escape; nil where an output has no such line.
  package let expected: String?
  package let actual: String?
  /// Whether the lines are the same but for the newline at their end.
  package let isNewlineAlone: Bool

  /// Lines are shortened to so many characters.
  private static let limit = 60

  /// Nil if the outputs are the same.
  init?(_ expected: [UInt8], _ actual: [UInt8]) {
    guard expected != actual else { return nil }
    let (old, new) = (Self.lines(expected), Self.lines(actual))
    let common = zip(old, new).prefix { $0 == $1 }.count
    line = common + 1
    let (oldLine, newLine) = (old.dropFirst(common).first, new.dropFirst(common).first)
    isNewlineAlone = oldLine != nil && newLine != nil && oldLine?.bytes == newLine?.bytes
    (self.expected, self.actual) = (oldLine.map(Self.shown), newLine.map(Self.shown))
  }

  private static func lines(_ output: [UInt8]) -> [Line] {
    var lines: [Line] = []
    var rest = output[...]
    while let end = rest.firstIndex(of: 0x0A) {
      lines.append(Line(bytes: rest[..<end], isEnded: true))
      rest = rest[(end + 1)...]
    }
    if !rest.isEmpty { lines.append(Line(bytes: rest, isEnded: false)) }
    return lines
  }

  private struct Line: Equatable {
    let bytes: ArraySlice<UInt8>
    let isEnded: Bool
  }

  private static func shown(_ line: Line) -> String {
    let text = EscapedText.string(line.bytes.prefix(4 * limit))
    return text.count <= limit ? text : text.prefix(limit) + "…"
  }
}
