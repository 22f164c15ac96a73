// What a person sees of a session that makes faults: the survivors, then how each function fared.

package final class MutationConsoleWriter: EventWriter {
  private let style: ConsoleStyle
  private var output: ConsoleOutput
  private var functions: [String: FunctionTally] = [:]
  private var run: RunDescription?

  private struct FunctionTally {
    var noticed = 0
    var executed = 0
    var all = 0
    var survivors = 0

    mutating func count(_ mutant: MutantReport) {
      if mutant.verdict == .equivalent { return }
      all += 1
      if mutant.isExecuted { executed += 1 }
      if mutant.verdict == .noticed { noticed += 1 }
      if mutant.isSurvivor { survivors += 1 }
    }
  }

  private var paint: ConsolePaint { output.paint }

  package init(_ sink: any TextSink, style: ConsoleStyle) {
    self.style = style
    output = ConsoleOutput(sink, style)
  }

  package func receive(_ event: RunEvent) {
    output.take(event)
    switch event {
    case .runStarted(let run): start(run)
    case .caseFinished(let report): write(report)
    case .runFinished(let summary):
      writeFunctions()
      write(summary)
    default: break
    }
  }

  private func start(_ run: RunDescription) {
    self.run = run
    guard !output.isQuiet, let mutation = run.mutation else { return }
    let total = run.suite?.caseCount ?? run.caseCount
    let chosen =
      total < mutation.faultCount
      ? "\(Format.grouped(total)) of \(Format.grouped(mutation.faultCount)) faults, seed \(mutation.seed)"
      : "\(Format.grouped(mutation.faultCount)) faults"
    output.write(
      "\(chosen), in \(RunDescription.name(run.module, run.moduleDigest)), against"
        + " \(Count.cases(mutation.cases))\(run.shardClause)\n")
  }

  private func write(_ report: CaseReport) {
    guard let mutant = report.mutant else {
      if report.isBad {
        output.write("\(paint(report.status.word, .red)) \(report.id)\n  \(report.message)\n")
      }
      return
    }
    functions[mutant.function, default: FunctionTally()].count(mutant)
    guard mutant.isSurvivor || style.verbosity == .verbose else { return }
    let (word, color): (String, ConsolePaint.Color) =
      switch mutant.verdict {
      case .noticed: ("noticed", .green)
      case .cost: ("cost only", .yellow)
      case .survived: ("survived", .red)
      case .withinBudget: ("budget", .yellow)
      case .notExecuted: ("not run", .faint)
      case .equivalent: ("marked", .faint)
      }
    output.write(
      paint(word.padded(to: 9), color) + " \(report.id)  "
        + paint("at 0x\(String(mutant.offset, radix: 16)), \(mutant.fault); \(mutant.detail)", .faint) + "\n")
  }

  /// The functions with survivors, those with most first.
  private func writeFunctions() {
    if output.isQuiet { return }
    let listed = functions.filter { $0.value.survivors > 0 }
      .sorted { ($1.value.survivors, $0.key) < ($0.value.survivors, $1.key) }
    guard !listed.isEmpty else { return }
    let shown = style.verbosity == .verbose ? listed.count : min(listed.count, Self.shownFunctions)
    var text = "\nsurvivors by function, noticed of those executed:\n"
    for (name, tally) in listed.prefix(shown) {
      let share = Format.decimal(MutationSummary.percentage(tally.noticed, of: tally.executed), places: 0)
      let count = "\(tally.survivors)"
      text += String(repeating: " ", count: max(0, 6 - count.count)) + count
      text += "  \(name)  \(tally.noticed) of \(tally.executed) (\(share) %)"
      if tally.executed < tally.all { text += ", \(tally.all - tally.executed) not executed" }
      text += "\n"
    }
    if shown < listed.count {
      text += "  … and \(listed.count - shown) more functions (--verbose shows them)\n"
    }
    output.write(text)
  }

  private static let shownFunctions = 25

  private func write(_ summary: RunSummary) {
    guard let mutation = summary.mutation else { return }
    output.write(
      summary,
      "\n\(Count.of(summary.total, "fault"))" + (run?.shard.map { " of shard \($0)" } ?? ""),
      [
        paint.count(mutation[.noticed], "noticed", .green),
        paint.count(mutation[.cost], "noticed by the cost alone", .yellow),
        paint.count(mutation[.survived], "survived", .red),
        paint.count(mutation[.withinBudget], "survived within the budget", .yellow),
        paint.count(mutation[.notExecuted], "not executed"),
        paint.count(mutation[.equivalent], "survived as marked"),
        paint.count(summary.errors, "not made", .red), paint.count(summary.notRun, "not run", .yellow),
      ])
    if output.isQuiet && summary.exitCode == .success || mutation.counted == 0 { return }
    func share(_ score: Double) -> String { "\(Format.decimal(score, places: 1)) %" }
    var line =
      "score: \(share(mutation.score)) of \(mutation.counted) noticed,"
      + " \(share(mutation.executedScore)) of the \(mutation.executed) that are executed"
    if let failUnder = mutation.failUnder {
      line +=
        mutation.isBelow
        ? paint("; below the \(share(failUnder)) asked for", .red)
        : "; at least \(share(failUnder)) was asked for"
    }
    output.write(line + "\n")
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
