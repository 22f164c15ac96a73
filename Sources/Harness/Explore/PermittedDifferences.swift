// Differences between two answers that mean nothing, such as addresses: rows in a file, each with a reason.

/// What two answers may differ in.
package struct PermittedDifferences: Sendable {
  /// One row: what matches the pattern may be anything in its place, in scripts that match the condition.
  package struct Row: Sendable {
    package let pattern: String
    package let condition: String?
    package let reason: String
    /// The line of the file, counted from 1.
    package let line: Int
  }

  package private(set) var rows: [Row] = []

  /// Nothing is permitted.
  package init() {}

  /// Reads a file of rows: `permit: PATTERN`, `reason: TEXT` below it, and between them, if only some scripts are
  /// meant, `when: PATTERN`. Patterns are regular expressions. Empty lines and lines that begin with `#` are
  /// comments.
  package init(_ text: [UInt8], file: Path) throws(DirectiveError) {
    var pattern: String?
    var condition: String?
    for (number, content) in Directives.lines(ofDefaults: text) {
      func fault(_ reason: String) -> DirectiveError {
        DirectiveError(file: file, line: number, reason: reason)
      }
      guard let colon = content.firstIndex(of: UInt8(ascii: ":")) else {
        throw fault("a row reads `permit: PATTERN`, then `when: PATTERN` if need be, then `reason: TEXT`")
      }
      let value = String(decoding: content[(colon + 1)...].trimmingBlanks(), as: UTF8.self)
      switch String(decoding: content[..<colon].trimmingBlanks(), as: UTF8.self) {
      case "permit" where pattern == nil:
        try Self.check(value, fault)
        pattern = value
      case "when" where pattern != nil && condition == nil:
        try Self.check(value, fault)
        condition = value
      case "reason" where pattern != nil && !value.isEmpty:
        rows.append(Row(pattern: pattern ?? "", condition: condition, reason: value, line: number))
        (pattern, condition) = (nil, nil)
      default:
        throw fault("a row reads `permit: PATTERN`, then `when: PATTERN` if need be, then `reason: TEXT`")
      }
    }
    guard pattern == nil else {
      throw DirectiveError(
        file: file, line: rows.last?.line ?? 1, reason: "the last row has no `reason: TEXT`")
    }
  }

  private static func check(
    _ pattern: String, _ fault: (String) -> DirectiveError
  ) throws(DirectiveError) {
    guard !pattern.isEmpty, let regex = try? Regex(pattern) else {
      throw fault("`\(pattern)` is no regular expression")
    }
    guard "".wholeMatch(of: regex) == nil else {
      throw fault("`\(pattern)` matches nothing at all, and so everywhere; make it narrower")
    }
  }

  /// Whether two answers to these sources differ in nothing but what is permitted.
  func covers(_ old: Golden?, _ new: Golden?, sources: [[UInt8]]) -> Bool {
    guard !rows.isEmpty, let old, let new else { return false }
    var texts = (old.text(), new.text())
    let script = sources.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
    for row in rows {
      if let condition = row.condition, !Self.matches(condition, script) { continue }
      texts = (Self.masked(texts.0, row.pattern), Self.masked(texts.1, row.pattern))
      if Self.withoutCounts(texts.0) == Self.withoutCounts(texts.1) { return true }
    }
    return false
  }

  private static func matches(_ pattern: String, _ text: String) -> Bool {
    guard let regex = try? Regex(pattern) else { return false }
    return text.firstMatch(of: regex) != nil
  }

  private static func masked(_ text: String, _ pattern: String) -> String {
    guard let regex = try? Regex(pattern) else { return text }
    return text.replacing(regex, with: "…")
  }

  /// The lengths of outputs and strings differ with what is in them.
  private static func withoutCounts(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      if line.hasPrefix("output ") { return "output" }
      guard line.hasPrefix("result string "), let quote = line.firstIndex(of: "\"") else {
        return String(line)
      }
      return "result string " + line[quote...]
    }.joined(separator: "\n")
  }
}
