// Annotations and a step summary for GitHub Actions.

/// Writes `::error …` lines, which GitHub shows beside the code, and a summary of the step.
package final class GitHubWriter: EventWriter {
  private let sink: any TextSink
  private let summaryPath: Path?
  private let annotates: Bool
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
        bad.append("\n- \(Self.markdown(report.id)): \(Self.markdown(message))")
      }
      let body = ([message] + DiffLine.lines(report.difference).map(\.text)).joined(separator: "\n")
      var place = (file: report.sourceFile ?? report.file, line: report.sourceLine ?? report.line)
      // What is wrong with a golden is shown there.
      if case .malformedGolden(let line, _)? = report.finding { place = (report.golden ?? "", line) }
      // What survives fails nothing.
      let level = report.mutant == nil ? "error" : "warning"
      annotate(level, file: place.file, line: place.line, title: report.id, body)
    case .notice(let notice):
      if notice.severity == .note { return }
      annotate(
        notice.severity.isBad ? "error" : "warning", file: notice.file ?? "", line: notice.line ?? 1,
        title: "",
        notice.message)
    case .partDone, .caseObserved, .tick: break
    case .runFinished(let summary):
      if let summaryPath { try FileSystem.append(Array(text(summary).utf8), to: summaryPath) }
    }
  }

  private func annotate(_ level: String, file: String, line: Int, title: String, _ message: String) {
    guard annotates else { return }
    var properties: [String] = []
    if !file.isEmpty { properties += ["file=" + Self.property(file), "line=\(line)"] }
    if !title.isEmpty { properties.append("title=" + Self.property(title)) }
    let head = properties.isEmpty ? "" : " " + properties.joined(separator: ",")
    sink.write("::\(level)\(head)::\(Self.data(message))\n")
  }

  private func text(_ summary: RunSummary) -> String {
    let place = shard.map { ", shard \($0)" } ?? ""
    var text = "### touchstone\(place): \(summary.exitCode == .success ? "passed" : "failed")\n\n"
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

  private static func data(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": escaped += "%25"
      case "\r": escaped += "%0D"
      case "\n": escaped += "%0A"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func property(_ text: String) -> String {
    var escaped = ""
    for scalar in data(text).unicodeScalars {
      switch scalar {
      case ":": escaped += "%3A"
      case ",": escaped += "%2C"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
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
