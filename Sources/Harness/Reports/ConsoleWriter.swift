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
package final class ConsoleWriter: EventWriter {
  private let style: ConsoleStyle
  private var output: ConsoleOutput
  private var run: RunDescription?
  private var shown: Set<ExactText> = []
  private var slowest: [CaseReport] = []
  private var bad: [CaseReport] = []
  private var badCount = 0
  /// The cases that took more than in the baseline, and the one that grew most.
  private var grown = (count: 0, most: 1.0, text: "")
  /// The cases that the baseline does not know.
  private var unknownCost: (count: Int, first: String?) = (0, nil)

  /// The lines that failures took, how many of them are only named, and how many not even that.
  private var lines = (count: 0, named: 0, unnamed: 0)

  /// Lines that failures may take unless every case is asked for: in full, and with those that are only named.
  private static let (wholeLines, namedLines) = (1000, 1800)

  private var paint: ConsolePaint { output.paint }

  package init(_ sink: any TextSink, style: ConsoleStyle) {
    self.style = style
    output = ConsoleOutput(sink, style)
  }

  package func receive(_ event: RunEvent) {
    if case .notice(let notice) = event {
      if notice.severity != .note || style.verbosity == .verbose { output.write(notice, noteWord: "note") }
      return
    }
    output.take(event)
    switch event {
    case .runStarted(let description):
      run = description
      if style.verbosity == .verbose { writeHead(description) }
    case .partDone(let reports):
      guard style.isTerminal, !style.showsInOrder else { return }
      for report in reports {
        shown.insert(ExactText(report.id))
        write(report)
      }
    case .caseFinished(let report):
      if !style.isTerminal || !shown.contains(ExactText(report.id)) { write(report) }
      noteSlow(report)
      noteBad(report)
      noteCost(report)
    case .notice, .tick, .caseObserved: break
    case .runFinished(let summary):
      writeSlowest()
      writeCosts()
      writeBad()
      write(summary)
    }
  }

  private func writeHead(_ run: RunDescription) {
    var line = Count.cases(run.caseCount)
    if !run.module.isEmpty { line += " on \(run.module) (sha256 \(run.moduleDigest.prefix(12)))" }
    output.write(line + run.shardClause + "\n")
  }

  private func write(_ report: CaseReport) {
    guard report.isBad || style.verbosity == .verbose else { return }
    let isLimited = style.verbosity == .normal
    if isLimited, lines.count >= Self.namedLines {
      lines.unnamed += 1
      return
    }
    var text = paint(report.status.word, report.status.color) + " \(report.id)"
    if !output.isQuiet, let instructions = report.instructions {
      text += paint(
        " (\(Format.duration(microseconds: report.microseconds)), \(Format.grouped(instructions)) instructions)",
        .faint)
    }
    text += "\n"
    // What there is no room for is not made either.
    if isLimited, lines.named > 0 { return writeName(text) }
    let name = text
    // What is wrong with a file names the file.
    if report.isBad, !output.isQuiet, report.kind != .fixture, report.kind != .fault,
      let golden = report.golden
    {
      text += "  " + paint("\(report.file), golden \(golden)", .faint) + "\n"
    }
    let message = report.message
    if !message.isEmpty { text += "  \(ConsoleOutput.oneLine(message))\n" }
    if !output.isQuiet {
      for line in paint(report.difference) { text += "    \(line)\n" }
      for remark in report.remarks { text += "  # \(ConsoleOutput.oneLine(remark))\n" }
    }
    if isLimited {
      let count = text.utf8.count { $0 == 0x0A }
      if lines.count + count > Self.wholeLines { return writeName(name) }
      lines.count += count
    }
    output.write(text)
  }

  /// A failure of which only the name is said.
  private func writeName(_ line: String) {
    lines.named += 1
    lines.count += 1
    output.write(line)
  }

  private func noteBad(_ report: CaseReport) {
    guard report.isBad else { return }
    badCount += 1
    if bad.count < Self.listedBad { bad.append(report) }
  }

  /// Once more which cases are bad, for whoever sees only the end of a log, and what to do next.
  private func writeBad() {
    guard let run, let first = bad.first, !output.isQuiet else { return }
    if lines.named > 0 {
      output.write(
        "\(Count.of(lines.named, "failure")) only named"
          + (lines.unnamed > 0 ? ", \(lines.unnamed) not even that" : "")
          + "; --verbose shows all in full\n")
    }
    var text = paint("failed", .red)
    if !run.module.isEmpty { text += " on \(RunDescription.name(run.module, run.moduleDigest))" }
    text += ": " + bad.map(\.id).joined(separator: ", ")
    if badCount > bad.count { text += " and \(badCount - bad.count) more" }
    output.write(text + "\n")
    guard first.golden != nil, run.oldModule == nil else { return }
    output.write("`\(run.command(explaining: first))` shows \(badCount == 1 ? "it" : "the first") in full\n")
  }

  private static let listedBad = 12

  private func noteCost(_ report: CaseReport) {
    guard run?.has("--baseline") == true, let instructions = report.instructions else { return }
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
    guard let run, !output.isQuiet else { return }
    if grown.count > 0, !run.has("--max-cost-growth") {
      output.write(
        paint("cost", .yellow)
          + " \(Count.cases(grown.count)) took more instructions than in the baseline, the most \(grown.text);"
          + " with --max-cost-growth such growth fails\n")
    }
    if let first = unknownCost.first {
      output.write(
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
    output.write(text)
  }

  private func write(_ summary: RunSummary) {
    var end = summary.instructions > 0 ? ", \(Format.grouped(summary.instructions)) instructions" : ""
    if summary.failureNotices > 0 {
      end += "; failed for \(Count.of(summary.failureNotices, "other reason"))"
    }
    output.write(
      summary, Count.cases(summary.total) + (run?.shard.map { " of shard \($0)" } ?? ""),
      [
        paint.count(summary.passed, "passed", .green), paint.count(summary.failed, "failed", .red),
        paint.count(summary.errors, "without an answer", .red),
        paint.count(summary.expectedFailures, "failed as expected", .yellow),
        paint.count(summary.skipped, "skipped", .yellow), paint.count(summary.notRun, "not run", .yellow),
      ], end)
  }
}
