// What a person sees of a comparison of two builds: differences grouped by their cause.

/// Shows progress while the cases run and everything else at the end.
package final class ComparisonConsoleWriter: EventWriter {
  private let style: ConsoleStyle
  private var output: ConsoleOutput
  /// The cases in which something differs, or that could not be compared: those that are shown whole, of
  /// the others what names them.
  private var reports: [CaseReport] = []
  private var groupSizes: [DifferenceGroups.Key: Int] = [:]
  private var costs = ComparedCosts()

  /// Groups up to this size are shown case by case; of larger ones the first case and the ids of some more.
  private static let wholeGroup = 3
  private static let shownIDs = 12
  /// Lines of a difference that are shown, unless every case is asked for.
  private static let shownLines = 24
  /// How long a line is that can be read; the other reports have it whole.
  private static let lineLength = 400

  private var paint: ConsolePaint { output.paint }

  package init(_ sink: any TextSink, style: ConsoleStyle) {
    self.style = style
    output = ConsoleOutput(sink, style)
  }

  package func receive(_ event: RunEvent) {
    output.take(event)
    switch event {
    case .runStarted(let run):
      if output.isQuiet { return }
      output.write(
        "comparing \(RunDescription.name(run.oldModule ?? "", run.oldModuleDigest ?? ""))"
          + " with \(RunDescription.name(run.module, run.moduleDigest))\(run.shardClause)\n")
    case .caseFinished(let report): take(report)
    case .runFinished(let summary):
      for report in reports where report.status == .error { writeCase(report, isWhole: true) }
      for group in DifferenceGroups.groups(of: reports) { write(group) }
      write(summary)
    default: break
    }
  }

  /// Counts a case and keeps of it what will be shown.
  private func take(_ report: CaseReport) {
    costs.add(report)
    guard let comparison = report.comparison else {
      if report.status == .error { reports.append(report) }
      return
    }
    guard let key = DifferenceGroups.Key(report) else {
      if style.verbosity == .verbose { writeSame(report, comparison) }
      return
    }
    groupSizes[key, default: 0] += 1
    let isShown =
      style.verbosity == .verbose || comparison.replay != nil || groupSizes[key] ?? 0 <= Self.wholeGroup
    reports.append(isShown && !output.isQuiet ? report : report.outline)
  }

  /// One line for a case in which nothing differs but the cost.
  private func writeSame(_ report: CaseReport, _ comparison: CaseComparison) {
    var text = paint("same", .green) + " \(report.id)"
    if let old = comparison.old.instructions, let new = comparison.new.instructions {
      text +=
        "  \(Format.grouped(old)) → \(Format.grouped(new)) instructions (\(Format.change(from: old, to: new)))"
    }
    if let old = comparison.old.peakPages, let new = comparison.new.peakPages {
      text += ", \(old) → \(new) pages (\(Format.change(from: old, to: new)))"
    }
    output.write(text + "\n")
  }

  // MARK: - Groups

  private func write(_ group: DifferenceGroup) {
    if output.isQuiet, !group.verdict.isBad { return }
    let isWhole = style.verbosity == .verbose
    output.write(
      "\n" + paint(group.verdict.rawValue, color(group.verdict))
        + " \(Count.cases(group.reports.count)): \(group.cause?.text ?? "")\n")
    if output.isQuiet {
      for report in group.reports { output.write("  \(report.id)\n") }
      return
    }
    let shown = isWhole || group.reports.count <= Self.wholeGroup ? group.reports.count : 1
    for report in group.reports.prefix(shown) { writeCase(report, isWhole: isWhole) }
    let rest = group.reports.dropFirst(shown)
    if !rest.isEmpty {
      let ids = rest.prefix(Self.shownIDs).map(\.id).joined(separator: ", ")
      let more = rest.count > Self.shownIDs ? " and \(rest.count - Self.shownIDs) more" : ""
      output.write("  also \(ids)\(more)\n")
    }
    writePartings(group)
  }

  /// Where the replayed cases of a group part, when they are too many to be shown one by one.
  private func writePartings(_ group: DifferenceGroup) {
    guard group.replayCount > 1, group.reports.count > Self.wholeGroup else { return }
    for (subject, functions) in [
      ("they part in", group.partingFunctions),
      ("only one of the runs enters", group.enteredFunctions),
    ] where !functions.isEmpty {
      let list = functions.prefix(6).map { "\($0.function) (\($0.count))" }.joined(separator: ", ")
      output.write(
        "  # \(Count.cases(group.replayCount)) replayed; \(subject) \(list)\(functions.count > 6 ? ", …" : "")\n"
      )
    }
  }

  private func writeCase(_ report: CaseReport, isWhole: Bool) {
    let word = report.comparison.map { $0.verdict.rawValue } ?? report.status.word
    var text = "  " + paint(word, report.comparison.map { color($0.verdict) } ?? .red) + " \(report.id)\n"
    let message = report.message
    if !message.isEmpty { text += "    \(ConsoleOutput.oneLine(message))\n" }
    let difference = paint(report.difference, length: Self.lineLength)
    let lines = isWhole ? difference[...] : difference.prefix(Self.shownLines)
    for line in lines { text += "      \(line)\n" }
    if lines.count < difference.count {
      text += "      @ \(Count.lines(difference.count - lines.count)) more\n"
    }
    for remark in report.remarks { text += "    # \(ConsoleOutput.oneLine(remark))\n" }
    output.write(text)
  }

  // MARK: - Summary

  private func write(_ summary: RunSummary) {
    let parts = [CaseComparison.Verdict.same, .broken, .changed, .cost, .fixed].map { verdict in
      paint.count(
        summary.comparison?.verdicts[verdict] ?? 0, verdict == .cost ? "cost more" : verdict.rawValue,
        color(verdict))
    }
    output.write(
      summary, "\n" + Count.cases(summary.total),
      parts + [
        paint.count(summary.errors, "not comparable"), paint.count(summary.skipped, "skipped"),
        paint.count(summary.notRun, "not run"),
      ])
    if !output.isQuiet || summary.exitCode != .success, let total = summary.comparison { writeCosts(total) }
  }

  /// What the cases cost that answer the same on both builds.
  private func writeCosts(_ total: ComparisonSummary) {
    let (old, new, growth) = (total.oldInstructions, total.newInstructions, costs.growth)
    guard old > 0 else { return }
    var line = "instructions of the cases that answer alike: "
    line +=
      growth.isEmpty
      ? "\(Format.grouped(old)), the same in each"
      : Format.growth(from: old, to: new)
    output.write(line + "\n")
    let most = growth.sorted { $0.ratio == $1.ratio ? $0.id < $1.id : $0.ratio > $1.ratio }
    let shown = most.count <= 6 ? most : Array(most.prefix(3) + most.suffix(3))
    for change in shown {
      output.write(
        "  \(Format.change(from: change.old, to: change.new))  \(change.id)"
          + "  \(Format.grouped(change.old)) → \(Format.grouped(change.new))\n")
    }
    let memory = costs.grownMemory
    if !memory.isEmpty {
      let more = costs.grownMemoryCount - memory.count
      output.write(
        "peak memory pages: \(memory.joined(separator: ", "))\(more > 0 ? " and \(more) more" : "")\n")
    }
  }

  private func color(_ verdict: CaseComparison.Verdict) -> ConsolePaint.Color {
    switch verdict {
    case .same, .fixed: .green
    case .cost: .yellow
    case .changed, .broken: .red
    }
  }
}

/// The cost of the cases that answer the same on both builds; of others it says nothing.
private struct ComparedCosts {
  struct Growth {
    var id: String
    var old: UInt64
    var new: UInt64

    var ratio: Double { Double(new) / Double(max(1, old)) }
  }

  /// The cases whose instructions changed.
  private(set) var growth: [Growth] = []
  private(set) var grownMemoryCount = 0
  /// The first few cases whose peak memory changed, in words.
  private(set) var grownMemory: [String] = []

  private static let namedMemory = 6

  mutating func add(_ report: CaseReport) {
    guard let comparison = report.comparison, let (before, after) = comparison.alikeInstructions else {
      return
    }
    if before != after { growth.append(Growth(id: report.id, old: before, new: after)) }
    if let oldPages = comparison.old.peakPages, let newPages = comparison.new.peakPages, oldPages != newPages
    {
      grownMemoryCount += 1
      if grownMemoryCount <= Self.namedMemory {
        grownMemory.append("\(report.id) \(oldPages) → \(newPages)")
      }
    }
  }
}

extension CaseReport {
  /// The report without what depends on what the case answered.
  fileprivate var outline: CaseReport {
    var report = self
    (report.finding, report.difference, report.notes, report.backtrace) = (nil, [], [], nil)
    report.comparison?.old.backtrace = nil
    report.comparison?.new.backtrace = nil
    return report
  }
}
