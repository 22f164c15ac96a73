// What a person sees of a comparison of two builds: differences grouped by their cause.

/// Shows progress while the cases run and everything else at the end.
package final class ComparisonConsoleWriter: ProgressWriter {
  private let sink: any TextSink
  private let style: ConsoleStyle
  private let paint: ConsolePaint
  private var progress: ConsoleProgress
  private var run: RunDescription?
  /// The cases in which something differs, or that could not be compared: those that are shown whole, of
  /// the others what names them.
  private var reports: [CaseReport] = []
  private var groupSizes: [DifferenceGroups.Key: Int] = [:]
  private var verdicts: [CaseComparison.Verdict: Int] = [:]
  private var costs = ComparedCosts()

  /// Groups up to this size are shown case by case; of larger ones the first case and the ids of some more.
  private static let wholeGroup = 3
  private static let shownIDs = 12
  /// Lines of a difference that are shown, unless every case is asked for.
  private static let shownLines = 24

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
      if style.verbosity != .quiet { writeHead(description) }
    case .caseFinished(let report): take(report)
    case .notice(let notice): write(notice)
    case .runFinished(let summary):
      progress.clear()
      for report in reports where report.status == .error { writeCase(report, isWhole: true) }
      for group in DifferenceGroups.groups(of: reports) { write(group) }
      write(summary)
    }
  }

  package func caseDone(_ report: CaseReport) { progress.caseDone(isBad: report.isBad) }
  package func tick() { progress.tick() }

  private func writeHead(_ run: RunDescription) {
    func name(_ module: String, _ digest: String) -> String {
      digest.isEmpty ? module : "\(module) (sha256 \(digest.prefix(12)))"
    }
    var line = "comparing \(name(run.oldModule ?? "", run.oldModuleDigest ?? ""))"
    line += " with \(name(run.module, run.moduleDigest))"
    if let shard = run.shard {
      line += ", shard \(shard)" + (run.shardSource.map { ", as \($0)'s environment says" } ?? "")
    }
    sink.write(line + "\n")
  }

  private func write(_ notice: Notice) {
    if style.verbosity == .quiet, notice.severity != .failure, notice.severity != .fault { return }
    progress.clear()
    switch notice.severity {
    case .note: sink.write("\(notice.message)\n")
    case .warning: sink.write(paint("warning", .yellow) + " \(notice.message)\n")
    case .failure: sink.write(paint("FAIL", .red) + " \(notice.message)\n")
    case .fault: sink.write(paint("ERROR", .red) + " \(notice.message)\n")
    }
  }

  /// Counts a case and keeps of it what will be shown.
  private func take(_ report: CaseReport) {
    costs.add(report)
    guard let comparison = report.comparison else {
      if report.status == .error { reports.append(report) }
      return
    }
    verdicts[comparison.verdict, default: 0] += 1
    if comparison.verdict == .same {
      if style.verbosity == .verbose { writeSame(report, comparison) }
      return
    }
    let key = DifferenceGroups.Key(verdict: comparison.verdict, cause: comparison.cause)
    groupSizes[key, default: 0] += 1
    let isShown =
      style.verbosity == .verbose || comparison.replay != nil || groupSizes[key] ?? 0 <= Self.wholeGroup
    reports.append(isShown && style.verbosity != .quiet ? report : report.outline)
  }

  /// One line for a case in which nothing differs but the cost.
  private func writeSame(_ report: CaseReport, _ comparison: CaseComparison) {
    progress.clear()
    var text = paint("same", .green) + " \(report.id)"
    if let old = comparison.old.instructions, let new = comparison.new.instructions {
      text +=
        "  \(Format.grouped(old)) → \(Format.grouped(new)) instructions (\(Format.change(from: old, to: new)))"
    }
    if let old = comparison.old.peakPages, let new = comparison.new.peakPages {
      text += ", \(old) → \(new) pages (\(Format.change(from: old, to: new)))"
    }
    sink.write(text + "\n")
  }

  // MARK: - Groups

  private func write(_ group: DifferenceGroup) {
    if style.verbosity == .quiet, !group.verdict.isBad { return }
    let isWhole = style.verbosity == .verbose
    sink.write(
      "\n" + paint(group.verdict.rawValue, color(group.verdict))
        + " \(Count.cases(group.reports.count)): \(group.cause)\n")
    if style.verbosity == .quiet {
      for report in group.reports { sink.write("  \(report.id)\n") }
      return
    }
    let shown = isWhole || group.reports.count <= Self.wholeGroup ? group.reports.count : 1
    for report in group.reports.prefix(shown) { writeCase(report, isWhole: isWhole) }
    let rest = group.reports.dropFirst(shown)
    if !rest.isEmpty {
      let ids = rest.prefix(Self.shownIDs).map(\.id).joined(separator: ", ")
      let more = rest.count > Self.shownIDs ? " and \(rest.count - Self.shownIDs) more" : ""
      sink.write("  also \(ids)\(more)\n")
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
      sink.write(
        "  # \(Count.cases(group.replayCount)) replayed; \(subject) \(list)\(functions.count > 6 ? ", …" : "")\n"
      )
    }
  }

  private func writeCase(_ report: CaseReport, isWhole: Bool) {
    let word = report.comparison.map { $0.verdict.rawValue } ?? report.status.word
    var text = "  " + paint(word, report.comparison.map { color($0.verdict) } ?? .red) + " \(report.id)\n"
    if !report.message.isEmpty { text += "    \(report.message)\n" }
    let lines = isWhole ? report.difference[...] : report.difference.prefix(Self.shownLines)
    for line in lines {
      text += "      " + paint(Self.shortened(line), ConsolePaint.color(ofDifference: line)) + "\n"
    }
    if lines.count < report.difference.count {
      text += "      @ \(Count.lines(report.difference.count - lines.count)) more\n"
    }
    for note in report.notes { text += "    # \(note)\n" }
    sink.write(text)
  }

  /// A line that can be read; the other reports have it whole.
  private static func shortened(_ line: String) -> String {
    guard line.utf8.count > 400, line.count > 400 else { return line }
    return line.prefix(400) + "… \(Count.of(line.count - 400, "character")) more"
  }

  // MARK: - Summary

  private func write(_ summary: RunSummary) {
    let isGood = summary.exitCode == .success
    if style.verbosity == .quiet, isGood { return }
    var parts: [String] = []
    for verdict in [CaseComparison.Verdict.same, .broken, .changed, .cost, .fixed] {
      let count = verdicts[verdict] ?? 0
      if count > 0 {
        parts.append(paint("\(count) \(verdict == .cost ? "cost more" : verdict.rawValue)", color(verdict)))
      }
    }
    for (count, word) in [
      (summary.errors, "not comparable"), (summary.skipped, "skipped"), (summary.notRun, "not run"),
    ] where count > 0 {
      parts.append("\(count) \(word)")
    }
    var line = "\n\(Count.cases(summary.total)): \(parts.joined(separator: ", "))"
    line += " in \(Format.duration(microseconds: summary.microseconds))"
    if summary.wasInterrupted { line += "; " + paint("interrupted", .red) }
    sink.write(line + "\n")
    writeCosts()
  }

  /// What the cases cost that answer the same on both builds.
  private func writeCosts() {
    let (old, new, growth) = (costs.old, costs.new, costs.growth)
    guard old > 0 else { return }
    var line = "instructions of the cases that answer alike: "
    line +=
      growth.isEmpty
      ? "\(Format.grouped(old)), the same in each"
      : "\(Format.grouped(old)) → \(Format.grouped(new)) (\(Format.change(from: old, to: new)))"
    sink.write(line + "\n")
    let most = growth.sorted { $0.ratio == $1.ratio ? $0.id < $1.id : $0.ratio > $1.ratio }
    let shown = most.count <= 6 ? most : Array(most.prefix(3) + most.suffix(3))
    for change in shown {
      sink.write(
        "  \(Format.change(from: change.old, to: change.new))  \(change.id)"
          + "  \(Format.grouped(change.old)) → \(Format.grouped(change.new))\n")
    }
    let memory = costs.grownMemory
    if !memory.isEmpty {
      let more = costs.grownMemoryCount - memory.count
      sink.write(
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

  private(set) var old: UInt64 = 0
  private(set) var new: UInt64 = 0
  /// The cases whose instructions changed.
  private(set) var growth: [Growth] = []
  private(set) var grownMemoryCount = 0
  /// The first few cases whose peak memory changed, in words.
  private(set) var grownMemory: [String] = []

  private static let namedMemory = 6

  mutating func add(_ report: CaseReport) {
    guard let comparison = report.comparison, comparison.verdict == .same || comparison.verdict == .cost,
      let before = comparison.old.instructions, let after = comparison.new.instructions
    else { return }
    old &+= before
    new &+= after
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
    (report.message, report.difference, report.notes, report.backtrace) = ("", [], [], nil)
    return report
  }
}
