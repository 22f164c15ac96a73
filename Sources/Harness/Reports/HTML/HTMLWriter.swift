// The HTML report of a run: makes a page of the events and writes it.

/// Collects the cases and writes the page at the end, because its summary stands at the front and the
/// scale of its bars is known only then.
package final class HTMLWriter: EventWriter {
  private let file: OutputFile
  private var description: RunDescription?
  private var notices: [Notice] = []
  private var rows: [HTMLRow] = []

  package init(_ file: OutputFile) {
    self.file = file
  }

  package func receive(_ event: RunEvent) throws(FileError) {
    switch event {
    case .runStarted(let description): self.description = description
    case .caseFinished(let report): rows.append(HTMLRow(report))
    case .notice(let notice): notices.append(notice)
    case .runFinished(let summary):
      guard let description else { return }
      var page = HTMLPage(description, summary)
      page.notices = notices
      page.rows = rows
      try HTMLPageWriter.write(page, to: file)
      try file.commit()
    }
  }
}

extension HTMLPage {
  /// A page on a run, without rows.
  fileprivate init(_ run: RunDescription, _ summary: RunSummary) {
    self.init(
      title: run.name, headline: Self.headline(summary),
      statuses: CaseReport.Status.inOrderOfInterest.map { HTMLStatus($0) })
    tone = summary.exitCode == .success ? .good : .bad
    if !run.module.isEmpty { facts.append(HTMLFact("module", run.module, isCode: true)) }
    if !run.moduleDigest.isEmpty { facts.append(HTMLFact("sha256", run.moduleDigest, isCode: true)) }
    facts.append(HTMLFact("engine", run.engineVersion))
    facts.append(HTMLFact("options", run.options.joined(separator: " "), isCode: true))
    if let shard = run.shard { facts.append(HTMLFact("shard", shard)) }
    facts.append(
      HTMLFact(
        "started",
        Format.timestamp(secondsSince1970: run.startTime).replacingTimeSign + " UTC on \(run.host)"))
    facts.append(HTMLFact("duration", Format.duration(microseconds: summary.microseconds)))
    facts.append(HTMLFact("instructions", Format.grouped(summary.instructions)))
    facts.removeAll { $0.value.isEmpty }
  }

  private static func headline(_ summary: RunSummary) -> String {
    var parts: [String] = []
    if summary.wasInterrupted { parts.append("interrupted") }
    if summary.failed > 0 { parts.append("\(Format.grouped(summary.failed)) failed") }
    if summary.errors > 0 { parts.append("\(Format.grouped(summary.errors)) without an answer") }
    if summary.failureNotices > 0 {
      parts.append("failed for \(Count.of(summary.failureNotices, "other reason"))")
    }
    if summary.faults > 0 { parts.append("the harness could not do its work") }
    let total = "\(Format.grouped(summary.total)) \(summary.total == 1 ? "case" : "cases")"
    if !parts.isEmpty { return "\(total): \(parts.joined(separator: ", "))" }
    return summary.passed == summary.total ? "\(total), all passed" : "\(total), all as expected"
  }
}

extension String {
  /// A date and a time of day with a space between.
  fileprivate var replacingTimeSign: String { String(map { $0 == "T" ? " " : $0 }) }
}

extension CaseReport.Status {
  /// What needs attention first.
  fileprivate static let inOrderOfInterest: [Self] = [
    .failed, .error, .notRun, .expectedFailure, .skipped, .passed,
  ]
}

extension HTMLStatus {
  fileprivate init(_ status: CaseReport.Status) {
    let (label, tone): (String, HTMLTone) =
      switch status {
      case .passed: ("passed", .good)
      case .failed: ("failed", .bad)
      case .error: ("without an answer", .bad)
      case .skipped: ("skipped", .plain)
      case .expectedFailure: ("failed as expected", .warning)
      case .notRun: ("not run", .warning)
      }
    self.init(key: status.rawValue, word: status.word, label: label, tone: tone)
  }
}

extension HTMLRow {
  fileprivate init(_ report: CaseReport) {
    self.init(id: report.id, status: report.status.rawValue)
    message = report.message
    let wasRun = report.microseconds > 0 || report.instructions != nil
    cost = HTMLCost(
      microseconds: wasRun ? report.microseconds : nil, instructions: report.instructions,
      peakPages: report.peakPages)
    difference = report.difference
    if !report.file.isEmpty {
      facts.append(HTMLFact("file", "\(report.file):\(report.line)", isCode: true))
    }
    if !report.kind.isEmpty { facts.append(HTMLFact("kind", report.kind)) }
    if let tags = report.tags, !tags.isEmpty {
      facts.append(HTMLFact("tags", tags.joined(separator: ", ")))
    }
    if let limits = report.limits { facts.append(HTMLFact("limits", limits.text)) }
    let backtrace = report.backtrace ?? []
    // The note that a golden has for a trap says no more than the backtrace's beginning.
    let innermost = backtrace.prefix(5).joined(separator: " < ")
    let notes = report.notes.filter { innermost.isEmpty || !$0.contains(innermost) }
    if !notes.isEmpty { lists.append(HTMLList("notes", notes)) }
    if !backtrace.isEmpty { lists.append(HTMLList("backtrace", backtrace, isNumbered: true)) }
  }
}

extension CaseLimits {
  fileprivate var text: String {
    var parts: [String] = []
    if let microseconds {
      let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
      parts.append(rest == 0 ? "\(seconds) s" : Format.duration(microseconds: microseconds))
    }
    if let fuel { parts.append("\(Format.grouped(fuel)) instructions") }
    if let memoryBytes { parts.append("\(Format.grouped(memoryBytes)) bytes of memory") }
    return parts.isEmpty ? "none" : parts.joined(separator: ", ")
  }
}
