// Says in one clause where two outputs differ, for whoever reads nothing else.

/// The first line in which one output is not the other.
struct OutputDifference {
  /// Counted from 1.
  let line: Int
  /// The lines, shortened, in the golden's escape; nil where an output has no such line.
  let old: String?
  let new: String?
  /// Whether the lines are the same but for the newline at their end.
  let isNewlineAlone: Bool

  /// Lines are shortened to so many characters.
  private static let limit = 60

  /// Nil if the outputs are the same.
  init?(old: [UInt8], new: [UInt8]) {
    guard old != new else { return nil }
    let (oldLines, newLines) = (Self.lines(old), Self.lines(new))
    let common = zip(oldLines, newLines).prefix { $0 == $1 }.count
    line = common + 1
    let (oldLine, newLine) = (
      common < oldLines.count ? oldLines[common] : nil, common < newLines.count ? newLines[common] : nil
    )
    isNewlineAlone = oldLine != nil && newLine != nil && oldLine?.bytes == newLine?.bytes
    (self.old, self.new) = (oldLine.map { Self.shown($0) }, newLine.map { Self.shown($0) })
  }

  /// `words` are what is said of the old and of the new one: `expected` and `got`.
  func clause(_ words: (old: String, new: String)) -> String {
    switch (old, new) {
    case (let old?, let new?) where isNewlineAlone:
      return "line \(line) of the output: \(words.old) `\(old)`, \(words.new) `\(new)`;"
        + " only the newline at its end differs"
    case (let old?, let new?):
      return "line \(line) of the output: \(words.old) `\(old)`, \(words.new) `\(new)`"
    case (nil, let new?):
      return "the output goes on where it should end: line \(line) is `\(new)`"
    case (let old?, nil):
      return "the output ends before line \(line), which should be `\(old)`"
    case (nil, nil): return "the output differs"
    }
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
