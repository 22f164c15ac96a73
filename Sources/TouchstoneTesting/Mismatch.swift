// How an answer differs from its golden, for the text of a failure.
import Harness
import Testing

/// How an answer differs from its golden.
public struct Mismatch: Hashable, Sendable, CustomStringConvertible {
  /// One sentence.
  public let summary: String
  /// The case, the summary, the files, and the difference as the lines of a diff.
  public let description: String

  /// Bytes that stand in a failure's text.
  private static let shownByteCount = 8_000

  init(id: String, sentence: String) {
    summary = sentence
    description = "\(id): \(sentence)"
  }

  init(_ report: CaseReport, remark: String?) {
    summary = TextBudget.line(report.message)
    var lines = ["\(report.id): \(report.message)"]
    if report.kind != .fixture, report.kind != .fault, let golden = report.golden {
      lines.append("  \(report.file):\(report.line), golden \(golden)")
    }
    lines += DiffLine.lines(report.difference).map { "    \($0.text)" }
    lines += report.remarks.map { "  # \($0)" }
    if let remark { lines.append("  # \(remark)") }
    var budget = TextBudget(room: Self.shownByteCount)
    let shown = budget.fit(lines)
    if shown != lines {
      var budget = TextBudget()
      Attachment.record(
        budget.fit(lines).joined(separator: "\n") + "\n",
        named: report.id.split(separator: "/").joined(separator: "-") + ".diff")
    }
    description = shown.joined(separator: "\n")
  }
}
