// Differences between two answers that mean nothing, such as addresses: rows in a file, each with a reason.

/// What two answers may differ in.
package struct PermittedDifferences: Sendable {
  /// One row: what matches the pattern may be anything in its place, in scripts that match the condition.
  package struct Row: Sendable {
    package let pattern: String
    package let condition: String?
    package let reason: String
    /// Whether answers that match are not compared at all, rather than but for what matches.
    package let ignores: Bool
    /// The line of the file, counted from 1.
    package let line: Int
  }

  package private(set) var rows: [Row] = []

  /// Nothing is permitted.
  package init() {}

  /// Reads a file of rows: `permit: PATTERN`, `reason: TEXT` below it, and between them, if only some scripts are
  /// meant, `when: PATTERN`. `ignore: PATTERN` in place of `permit` leaves pairs of answers out of which one matches.
  /// Patterns are regular expressions. Empty lines and lines that begin with `#` are comments.
  package init(_ text: [UInt8], file: Path) throws(DirectiveError) {
    var pattern: String?
    var condition: String?
    var ignores = false
    for (number, content) in Directives.lines(ofDefaults: text) {
      func fault(_ reason: String) -> DirectiveError {
        DirectiveError(file: file, line: number, reason: reason)
      }
      guard let colon = content.firstIndex(of: UInt8(ascii: ":")) else {
        throw fault("a row reads `permit: PATTERN`, then `when: PATTERN` if need be, then `reason: TEXT`")
      }
      let value = String(decoding: content[(colon + 1)...].trimmingBlanks(), as: UTF8.self)
      let key = String(decoding: content[..<colon].trimmingBlanks(), as: UTF8.self)
      switch key {
      case "permit" where pattern == nil, "ignore" where pattern == nil:
        try Self.check(value, fault)
        (pattern, ignores) = (value, key == "ignore")
      case "when" where pattern != nil && condition == nil:
        try Self.check(value, fault)
        condition = value
      case "reason" where pattern != nil && !value.isEmpty:
        rows.append(
          Row(pattern: pattern ?? "", condition: condition, reason: value, ignores: ignores, line: number))
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

  /// These rows, and then those of others.
  package func joined(with others: PermittedDifferences) -> PermittedDifferences {
    var joined = self
    joined.rows += others.rows
    return joined
  }
}

/// The rows, ready to be applied. Belongs to one thread.
struct PermissionMatcher {
  private let rows: [(pattern: Regex<AnyRegexOutput>, condition: Regex<AnyRegexOutput>?, ignores: Bool)]

  init(_ permitted: PermittedDifferences) {
    rows = permitted.rows.compactMap { row in
      guard let pattern = try? Regex(row.pattern) else { return nil }
      return (pattern, row.condition.flatMap { try? Regex($0) }, row.ignores)
    }
  }

  /// Whether two answers to these sources differ in nothing but what is permitted.
  func covers(_ old: Golden?, _ new: Golden?, sources: [[UInt8]]) -> Bool {
    guard !rows.isEmpty, let old, let new else { return false }
    var texts = (old.text(), new.text())
    let script = sources.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
    for row in rows {
      if let condition = row.condition, script.firstMatch(of: condition) == nil { continue }
      if row.ignores {
        if texts.0.firstMatch(of: row.pattern) != nil || texts.1.firstMatch(of: row.pattern) != nil {
          return true
        }
        continue
      }
      texts = (texts.0.replacing(row.pattern, with: "…"), texts.1.replacing(row.pattern, with: "…"))
      if Self.withoutCounts(texts.0) == Self.withoutCounts(texts.1) { return true }
    }
    return false
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
