// What the HTML report of a comparison of two builds shows.

extension HTMLPage {
  /// A page on a comparison.
  init(comparison run: RunDescription, _ reports: [CaseReport], _ summary: RunSummary) {
    let verdicts: [CaseComparison.Verdict] = [.broken, .changed, .cost, .fixed]
    let counts = Dictionary(grouping: reports.compactMap(\.comparison), by: \.verdict).mapValues(\.count)
    var parts: [String] = summary.wasInterrupted ? ["interrupted"] : []
    for verdict in verdicts {
      if let count = counts[verdict] { parts.append("\(Format.grouped(count)) \(verdict.label(count))") }
    }
    if summary.errors > 0 { parts.append("\(Format.grouped(summary.errors)) not comparable") }
    parts += Self.failures(summary)
    let total = Self.cases(summary.total)
    let statuses = CaseReport.Status.inOrderOfInterest.filter { $0 != .passed && $0 != .failed }
    self.init(
      title: run.name,
      headline: parts.isEmpty ? "\(total), nothing differs" : "\(total): \(parts.joined(separator: ", "))",
      statuses: [.broken, .changed, .cost].map { HTMLStatus($0) } + [HTMLStatus(notComparable: .error)]
        + [HTMLStatus(.fixed)] + statuses.filter { $0 != .error }.map { HTMLStatus($0) } + [HTMLStatus(.same)]
    )
    tone = summary.exitCode == .success ? .good : .bad
    sides = (left: "old build", right: "new build")
    facts =
      HTMLFact.module("old build", run.oldModule ?? "", "old sha256", run.oldModuleDigest ?? "")
      + HTMLFact.module("new build", run.module, "new sha256", run.moduleDigest)
      + HTMLFact.circumstances(run, summary)
    if let costs = Self.costs(reports) {
      facts.append(HTMLFact("instructions of the cases that answer alike", costs))
    }
    rows = reports.map { HTMLRow(compared: $0) }
    groups = HTMLGroup.groups(of: rows, in: self.statuses)
  }

  /// What the cases cost that answer the same on both builds; of others a difference says nothing.
  private static func costs(_ reports: [CaseReport]) -> String? {
    var (old, new): (UInt64, UInt64) = (0, 0)
    for comparison in reports.compactMap(\.comparison)
    where comparison.verdict == .same || comparison.verdict == .cost {
      guard let before = comparison.old.instructions, let after = comparison.new.instructions else {
        continue
      }
      old &+= before
      new &+= after
    }
    if old == 0 { return nil }
    if old == new { return "\(Format.grouped(old)) on both" }
    return "\(Format.grouped(old)) → \(Format.grouped(new)), \(Format.change(from: old, to: new))"
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
  fileprivate init(compared report: CaseReport) {
    self.init(report)
    cause = ""
    guard let comparison = report.comparison else { return }
    if comparison.verdict != .same { cause = comparison.cause }
    status = comparison.verdict.rawValue
    earlierCost = HTMLCost(
      microseconds: comparison.old.microseconds, instructions: comparison.old.instructions,
      peakPages: comparison.old.peakPages)
    if !comparison.cause.isEmpty { facts.append(HTMLFact("cause", comparison.cause)) }
  }
}
