// Annotations and a step summary for GitHub Actions.

/// Writes `::error …` lines, which GitHub shows beside the code, and a summary of the step.
package final class GitHubWriter: EventWriter {
  private let sink: any TextSink
  private let summaryPath: Path?
  private let annotates: Bool
  private var annotations = Annotations()
  private var shard: String?
  /// The lines of the list in the step summary.
  private var bad: [String] = []
  private var badCount = 0
  /// The step summary lists no more: GitHub takes a mebibyte of it.
  private static let listLimit = 200

  /// Nil unless the environment is that of GitHub Actions. Without `annotates` there is only the summary.
  package init?(_ sink: any TextSink, environment: [String: String], annotates: Bool = true) {
    guard environment["GITHUB_ACTIONS"] == "true" else { return nil }
    self.sink = sink
    self.annotates = annotates
    summaryPath = environment["GITHUB_STEP_SUMMARY"].flatMap { $0.isEmpty ? nil : Path($0) }
  }

  package func receive(_ event: RunEvent) throws(FileError) {
    switch event {
    case .runStarted(let run): shard = run.shard
    case .caseFinished(let report):
      guard report.isBad else { return }
      badCount += 1
      let message = report.message
      if badCount <= Self.listLimit {
        bad.append("\n- \(Self.markdown(report.id)): \(Self.markdown(TextBudget.line(message)))")
      }
      // What survives fails nothing.
      let isMinor = report.mutant != nil
      annotations.add(cause: report.causeText, isMinor: isMinor) {
        let body = [message] + DiffLine.lines(report.difference).map(\.text)
        // What is wrong with a golden is shown there.
        if case .malformedGolden(let line, _, _)? = report.finding {
          return Annotation("error", report.golden, line, report.id, body)
        }
        return Annotation(
          isMinor ? "warning" : "error", report.sourceFile ?? report.file, report.sourceLine ?? report.line,
          report.id, body)
      }
    case .notice(let notice):
      if notice.severity == .note { return }
      // A folder that only the command line names has no line to stand at.
      if case .passingRoot = notice.fact { return }
      annotations.add(cause: "", isMinor: !notice.severity.isBad) {
        Annotation(
          notice.severity.isBad ? "error" : "warning", notice.file, notice.line ?? 1, "", [notice.message])
      }
    case .partDone, .caseObserved, .tick: break
    case .runFinished(let summary):
      if annotates { sink.write(annotations.text) }
      if let summaryPath { try FileSystem.append(Array(text(summary).utf8), to: summaryPath) }
    }
  }

  private func text(_ summary: RunSummary) -> String {
    let place = shard.map { ", shard \($0)" } ?? ""
    let word =
      summary.isIncomplete == true ? "incomplete" : summary.exitCode == .success ? "passed" : "failed"
    var text = "### touchstone\(place): \(word)\n\n"
    text += "| passed | failed | no answer | expected to fail | skipped | not run | time | instructions |\n"
    text += "|---|---|---|---|---|---|---|---|\n"
    text += "| \(summary.passed) | \(summary.failed) | \(summary.errors) | \(summary.expectedFailures)"
    text += " | \(summary.skipped) | \(summary.notRun)"
    text +=
      " | \(Format.duration(microseconds: summary.microseconds)) | \(Format.grouped(summary.instructions)) |\n"
    text += bad.joined()
    if badCount > bad.count { text += "\n- and \(badCount - bad.count) more" }
    return text + (bad.isEmpty ? "\n" : "\n\n")
  }

  /// Text as code, in a fence longer than any run of backticks in it.
  private static func markdown(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    var longest = 0
    var current = 0
    // Not by characters: with a combining mark behind it a backtick would be none.
    for scalar in text.unicodeScalars {
      line.append(scalar == "\n" || scalar == "\r" ? " " : scalar)
      current = scalar == "`" ? current + 1 : 0
      longest = max(longest, current)
    }
    let fence = String(repeating: "`", count: longest + 1)
    return "\(fence) \(String(line)) \(fence)"
  }
}

/// A line that GitHub shows beside the code.
private struct Annotation {
  let line: String

  /// What GitHub takes of one.
  private static let length = 4000

  init(_ level: String, _ file: String?, _ line: Int, _ title: String, _ body: [String]) {
    var properties: [String] = []
    if let file, !file.isEmpty { properties += ["file=" + Self.escaped(file, ",:"), "line=\(line)"] }
    if !title.isEmpty { properties.append("title=" + Self.escaped(title, ",:")) }
    let head = properties.isEmpty ? "" : " " + properties.joined(separator: ",")
    var budget = TextBudget(room: Self.length) { Self.append($0, "", to: &$1) }
    self.line = "::\(level)\(head)::\(budget.fit(body).joined(separator: "%0A"))\n"
  }

  private static func escaped(_ text: String, _ special: String) -> String {
    text.unicodeScalars.reduce(into: "") { append($1, special, to: &$0) }
  }

  private static func append(_ scalar: Unicode.Scalar, _ special: String, to text: inout String) {
    if "%\r\n".unicodeScalars.contains(scalar) || special.unicodeScalars.contains(scalar) {
      let digits = String(scalar.value, radix: 16, uppercase: true)
      text += "%" + (digits.count < 2 ? "0" : "") + digits
    } else {
      text.unicodeScalars.append(scalar)
    }
  }
}

/// The annotations of a run, of which GitHub shows ten: one for each cause first, then the first of the others, and
/// warnings last.
private struct Annotations {
  private var firsts: [Annotation] = []
  private var others: [Annotation] = []
  private var minor: [Annotation] = []
  private var causes: Set<String> = []
  private var count = 0

  private static let limit = 10

  mutating func add(cause: String, isMinor: Bool = false, _ annotation: () -> Annotation) {
    count += 1
    if isMinor {
      if minor.count < Self.limit { minor.append(annotation()) }
    } else if causes.count < Self.limit, causes.insert(cause).inserted {
      firsts.append(annotation())
    } else if others.count < Self.limit {
      others.append(annotation())
    }
  }

  /// One line each, the last of which counts what is left out.
  var text: String {
    let shown = (firsts + others + minor).prefix(Self.limit)
    let rest = count - shown.count
    return shown.map(\.line).joined()
      + (rest > 0 ? "::notice::and \(rest) more; the step's log and summary have them\n" : "")
  }
}
