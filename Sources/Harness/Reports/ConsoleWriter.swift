// What a person sees while a run goes on and when it is done.

/// How much a person wants to read, and on what.
package struct ConsoleStyle: Hashable, Sendable {
  package enum Verbosity: Hashable, Sendable {
    /// Only which cases are bad, and nothing when none is.
    case quiet
    case normal
    /// Every case.
    case verbose
  }

  package var verbosity = Verbosity.normal
  package var usesColor = false
  /// Whether a line can be overwritten: then there is one that shows progress.
  package var isTerminal = false
  /// Whether failures wait for their turn on a terminal too: what is stopped before it does not count.
  package var showsInOrder = false
  /// How many columns a line can have.
  package var columns = 80
  /// How many of the slowest cases to list at the end.
  package var slowest = 0

  package init() {}

  /// Whether to use colours: what was asked for, else what the environment says, else on a terminal.
  package static func usesColor(
    option: String?, environment: [String: String], isTerminal: Bool
  ) -> Bool {
    switch option {
    case "always": return true
    case "never": return false
    default: break
    }
    for name in ["CLICOLOR_FORCE", "FORCE_COLOR"] {
      if let forced = environment[name], !forced.isEmpty, forced != "0" { return true }
    }
    if let refused = environment["NO_COLOR"], !refused.isEmpty { return false }
    return isTerminal && environment["TERM"] != "dumb"
  }
}

/// Writes to a terminal or a pipe. On a terminal failures appear as they happen; into a pipe cases come
/// in order, so that two logs can be compared.
package final class ConsoleWriter: ProgressWriter {
  private let sink: any TextSink
  private let style: ConsoleStyle
  private let paint: ConsolePaint
  private var run: RunDescription?
  private var progress: ConsoleProgress
  private var shown: Set<ExactText> = []
  private var slowest: [CaseReport] = []
  private var bad: [CaseReport] = []
  private var badCount = 0
  /// The cases that took more than in the baseline, and the one that grew most.
  private var grown = (count: 0, most: 1.0, text: "")
  /// The cases that the baseline does not know.
  private var unknownCost: (count: Int, first: String?) = (0, nil)
  private var shard: String?

  package init(_ sink: any TextSink, style: ConsoleStyle) {
    self.sink = sink
    self.style = style
    paint = ConsolePaint(isOn: style.usesColor)
    progress = ConsoleProgress(sink, style)
  }

  package func receive(_ event: RunEvent) {
    switch event {
    case .runStarted(let description):
      run = description
      progress.caseCount = description.caseCount
      shard = description.shard
      if style.verbosity == .verbose { writeHead(description) }
    case .caseFinished(let report):
      if !style.isTerminal || !shown.contains(ExactText(report.id)) { write(report) }
      noteSlow(report)
      noteBad(report)
      noteCost(report)
    case .notice(let notice): write(notice)
    case .runFinished(let summary):
      progress.clear()
      writeSlowest()
      writeCosts()
      writeBad()
      write(summary)
    }
  }

  package func caseDone(_ report: CaseReport) {
    progress.caseDone(isBad: report.isBad)
    guard style.isTerminal, !style.showsInOrder else { return }
    shown.insert(ExactText(report.id))
    write(report)
  }

  package func tick() { progress.tick() }

  private func writeHead(_ run: RunDescription) {
    var line = Count.cases(run.caseCount)
    if !run.module.isEmpty { line += " on \(run.module) (sha256 \(run.moduleDigest.prefix(12)))" }
    if let shard = run.shard {
      line += ", shard \(shard)" + (run.shardSource.map { ", as \($0)'s environment says" } ?? "")
    }
    sink.write(line + "\n")
  }

  private func write(_ report: CaseReport) {
    guard report.isBad || style.verbosity == .verbose else { return }
    progress.clear()
    var text = paint(report.status.word, color(report.status)) + " \(report.id)"
    if style.verbosity != .quiet, let instructions = report.instructions {
      text += paint(
        " (\(Format.duration(microseconds: report.microseconds)), \(Format.grouped(instructions)) instructions)",
        .faint)
    }
    text += "\n"
    // What is wrong with a file names the file.
    if report.isBad, style.verbosity != .quiet, report.kind != "fixture", report.kind != "fault",
      let golden = report.golden
    {
      text += "  " + paint("\(Self.oneLine(report.file)), golden \(Self.oneLine(golden))", .faint) + "\n"
    }
    if !report.message.isEmpty { text += "  \(Self.oneLine(report.message))\n" }
    if style.verbosity != .quiet {
      for line in report.difference {
        text += "    " + paint(line, ConsolePaint.color(ofDifference: line)) + "\n"
      }
      for note in report.notes { text += "  # \(Self.oneLine(note))\n" }
    }
    sink.write(text)
  }

  private func write(_ notice: Notice) {
    let isImportant = notice.severity == .failure || notice.severity == .fault
    switch style.verbosity {
    case .quiet where !isImportant: return
    case .normal where notice.severity == .note: return
    default: break
    }
    progress.clear()
    let (word, color): (String, ConsolePaint.Color) =
      switch notice.severity {
      case .note: ("note", .faint)
      case .warning: ("warning", .yellow)
      case .failure: ("FAIL", .red)
      case .fault: ("ERROR", .red)
      }
    sink.write(paint(word, color) + " \(Self.oneLine(notice.message))\n")
  }

  private func noteBad(_ report: CaseReport) {
    guard report.isBad else { return }
    badCount += 1
    if bad.count < Self.listedBad { bad.append(report) }
  }

  /// Once more which cases are bad, for whoever sees only the end of a log, and what to do next.
  private func writeBad() {
    guard let run, let first = bad.first, style.verbosity != .quiet else { return }
    var text = paint("failed", .red)
    if !run.module.isEmpty { text += " on \(run.module)" }
    if !run.moduleDigest.isEmpty { text += " (sha256 \(run.moduleDigest.prefix(12)))" }
    text += ": " + bad.map(\.id).joined(separator: ", ")
    if badCount > bad.count { text += " and \(badCount - bad.count) more" }
    sink.write(text + "\n")
    guard first.golden != nil, run.oldModule == nil else { return }
    let command = ShellWord.line("touchstone explain", [Self.oneLine(first.id)] + (run.again ?? []))
    sink.write("`\(command)` shows \(badCount == 1 ? "it" : "the first") in full\n")
  }

  private static let listedBad = 12

  private func noteCost(_ report: CaseReport) {
    guard run?.options.contains(where: { $0.hasPrefix("--baseline ") }) == true,
      let instructions = report.instructions
    else { return }
    guard let old = report.baseline else {
      unknownCost.count += 1
      unknownCost.first = unknownCost.first ?? report.id
      return
    }
    guard instructions > old.instructions else { return }
    grown.count += 1
    let growth = Double(instructions) / Double(max(1, old.instructions))
    if growth > grown.most {
      grown.most = growth
      grown.text = "\(report.id) (\(Format.change(from: old.instructions, to: instructions)))"
    }
  }

  /// What grew without failing, and what is not held against anything.
  private func writeCosts() {
    guard let run, style.verbosity != .quiet else { return }
    if grown.count > 0, !run.options.contains(where: { $0.hasPrefix("--max-cost-growth ") }) {
      sink.write(
        paint("cost", .yellow)
          + " \(Count.cases(grown.count)) took more instructions than in the baseline, the most \(grown.text);"
          + " with --max-cost-growth such growth fails\n")
    }
    if let first = unknownCost.first {
      sink.write(
        paint("cost", .yellow) + " \(Count.cases(unknownCost.count)) not in the baseline, the first \(first);"
          + " --save-baseline adds them\n")
    }
  }

  private func noteSlow(_ report: CaseReport) {
    guard style.slowest > 0, report.microseconds > 0 else { return }
    slowest.append(report)
    if slowest.count >= 2 * style.slowest + 100 { trimSlowest() }
  }

  private func trimSlowest() {
    slowest.sort { ($1.microseconds, $0.id) < ($0.microseconds, $1.id) }
    slowest = Array(slowest.prefix(style.slowest))
  }

  private func writeSlowest() {
    trimSlowest()
    guard !slowest.isEmpty else { return }
    var text = "slowest:\n"
    for report in slowest {
      let instructions = report.instructions.map { Format.grouped($0) + " instructions" } ?? "cut off"
      text += "  \(Format.duration(microseconds: report.microseconds))  \(report.id)  \(instructions)\n"
    }
    sink.write(text)
  }

  private func write(_ summary: RunSummary) {
    let isGood = summary.exitCode == .success
    if style.verbosity == .quiet, isGood { return }
    var parts: [String] = []
    func add(_ count: Int, _ word: String, _ color: ConsolePaint.Color) {
      if count > 0 { parts.append(paint("\(count) \(word)", color)) }
    }
    add(summary.passed, "passed", .green)
    add(summary.failed, "failed", .red)
    add(summary.errors, "without an answer", .red)
    add(summary.expectedFailures, "failed as expected", .yellow)
    add(summary.skipped, "skipped", .yellow)
    add(summary.notRun, "not run", .yellow)
    let shard = shard.map { " of shard \($0)" } ?? ""
    var line = "\(Count.cases(summary.total))\(shard): " + parts.joined(separator: ", ")
    if parts.isEmpty { line = Count.cases(0) + shard }
    line += " in \(Format.duration(microseconds: summary.microseconds))"
    if summary.instructions > 0 { line += ", \(Format.grouped(summary.instructions)) instructions" }
    if summary.failureNotices > 0 {
      line += "; failed for \(Count.of(summary.failureNotices, "other reason"))"
    }
    if summary.wasInterrupted { line += "; " + paint("interrupted", .red) }
    sink.write(line + "\n")
  }

  private static func oneLine(_ text: String) -> String {
    String(text.map { $0 == "\n" ? " " : $0 })
  }
}

extension ConsoleWriter {
  fileprivate func color(_ status: CaseReport.Status) -> ConsolePaint.Color {
    switch status {
    case .passed: .green
    case .failed, .error: .red
    case .skipped, .expectedFailure, .notRun: .yellow
    }
  }
}
