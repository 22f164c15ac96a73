// What the HTML report of a comparison of two builds shows.

extension HTMLPage {
  /// A page on a comparison, as far as it is known when it starts.
  init(comparison run: RunDescription) {
    let statuses = CaseReport.Status.inOrderOfInterest.filter { $0 != .passed && $0 != .failed }
    self.init(
      title: run.name, headline: "",
      statuses: [.broken, .changed, .cost].map { HTMLStatus($0) } + [HTMLStatus(notComparable: .error)]
        + [HTMLStatus(.fixed)] + statuses.filter { $0 != .error }.map { HTMLStatus($0) } + [HTMLStatus(.same)]
    )
    sides = (left: "old build", right: "new build")
  }

  /// Adds what is known of a comparison when it is over.
  mutating func finish(comparison run: RunDescription, _ summary: RunSummary, _ tally: HTMLTally) {
    let verdicts: [CaseComparison.Verdict] = [.broken, .changed, .cost, .fixed]
    var parts = Self.ends(summary)
    for verdict in verdicts {
      if let count = summary.comparison?.verdicts[verdict] {
        parts.append("\(Format.grouped(count)) \(verdict.label(count))")
      }
    }
    if summary.errors > 0 { parts.append("\(Format.grouped(summary.errors)) not comparable") }
    parts += Self.failures(summary)
    let total = Self.cases(summary.total)
    headline = parts.isEmpty ? "\(total), nothing differs" : "\(total): \(parts.joined(separator: ", "))"
    tone = summary.exitCode == .success ? .good : .bad
    facts =
      HTMLFact.module("old build", run.oldModule ?? "", "old sha256", run.oldModuleDigest ?? "")
      + HTMLFact.module("new build", run.module, "new sha256", run.moduleDigest)
      + HTMLFact.circumstances(run, summary)
    if let total = summary.comparison, total.oldInstructions > 0 {
      let (old, new) = (total.oldInstructions, total.newInstructions)
      facts.append(
        HTMLFact(
          "instructions of the cases that answer alike",
          old == new
            ? "\(Format.grouped(old)) on both"
            : "\(Format.grouped(old)) → \(Format.grouped(new)), \(Format.change(from: old, to: new))"))
    }
    groups = tally.groups(in: self.statuses)
  }
}

extension CaseComparison.Verdict {
  fileprivate func label(_ count: Int) -> String {
    switch self {
    case .cost: count == 1 ? "costs more" : "cost more"
    default: rawValue
    }
  }
}

extension HTMLStatus {
  fileprivate init(_ verdict: CaseComparison.Verdict) {
    let tone: HTMLTone =
      switch verdict {
      case .broken, .changed: .bad
      case .cost: .warning
      case .fixed: .good
      case .same: .plain
      }
    self.init(key: verdict.rawValue, word: verdict.rawValue, label: verdict.label(2), tone: tone)
  }

  fileprivate init(notComparable status: CaseReport.Status) {
    self.init(status)
    label = "not comparable"
  }
}

extension HTMLRow {
  init(compared report: CaseReport, of run: RunDescription) {
    self.init(report, of: run)
    cause = ""
    guard let comparison = report.comparison else { return }
    if comparison.verdict != .same { cause = report.causeText }
    status = comparison.verdict.rawValue
    earlierCost = HTMLCost(
      microseconds: comparison.old.microseconds, instructions: comparison.old.instructions,
      peakPages: comparison.old.peakPages)
    if let cause = report.cause { facts.append(HTMLFact("cause", cause.text)) }
  }
}
