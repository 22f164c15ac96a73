// What the HTML report of a run shows.

extension HTMLPage {
  /// A page on a run, as far as it is known when it starts.
  init(run: RunDescription) {
    self.init(
      title: run.name, headline: "", statuses: CaseReport.Status.inOrderOfInterest.map { HTMLStatus($0) })
  }

  /// Adds what is known of a run when it is over.
  mutating func finish(run: RunDescription, _ summary: RunSummary, _ tally: HTMLTally) {
    headline = Self.headline(summary)
    tone = summary.exitCode == .success ? .good : .bad
    facts = HTMLFact.module("module", run.module, "sha256", run.moduleDigest)
    facts += HTMLFact.circumstances(run, summary)
    facts.append(HTMLFact("instructions", Format.grouped(summary.instructions)))
    groups = tally.groups(in: statuses)
  }

  private static func headline(_ summary: RunSummary) -> String {
    var parts = ends(summary)
    if summary.failed > 0 { parts.append("\(Format.grouped(summary.failed)) failed") }
    if summary.errors > 0 { parts.append("\(Format.grouped(summary.errors)) without an answer") }
    parts += failures(summary)
    let total = cases(summary.total)
    if !parts.isEmpty { return "\(total): \(parts.joined(separator: ", "))" }
    return summary.passed == summary.total ? "\(total), all passed" : "\(total), all as expected"
  }

  /// How a run ended too early.
  static func ends(_ summary: RunSummary) -> [String] {
    (summary.isIncomplete == true ? ["incomplete"] : []) + (summary.wasInterrupted ? ["interrupted"] : [])
  }

  /// What is said of a run that fails for more than its cases.
  static func failures(_ summary: RunSummary) -> [String] {
    var parts: [String] = []
    if summary.failureNotices > 0 {
      parts.append("failed for \(Count.of(summary.failureNotices, "other reason"))")
    }
    if summary.faults > 0 { parts.append("the harness could not do its work") }
    return parts
  }

  static func cases(_ count: Int) -> String {
    "\(Format.grouped(count)) \(count == 1 ? "case" : "cases")"
  }
}

extension HTMLFact {
  /// A module's file and digest, as far as they are known.
  static func module(
    _ name: String, _ file: String, _ digestName: String, _ digest: String
  ) -> [HTMLFact] {
    [HTMLFact(name, file, isCode: true), HTMLFact(digestName, digest, isCode: true)]
      .filter { !$0.value.isEmpty }
  }

  /// How, where and when something was run.
  static func circumstances(_ run: RunDescription, _ summary: RunSummary) -> [HTMLFact] {
    return [
      HTMLFact("engine", run.engineVersion),
      HTMLFact("options", run.optionsText, isCode: true),
      HTMLFact("shard", run.shard ?? ""),
      HTMLFact(
        "started",
        "\(Format.timestamp(secondsSince1970: run.startTime, separator: " ")) UTC"
          + (run.host.isEmpty ? "" : " on \(run.host)")),
      HTMLFact("duration", Format.duration(microseconds: summary.microseconds)),
    ].filter { !$0.value.isEmpty }
  }
}

/// What is counted of the cases while they come.
struct HTMLTally {
  private var groups: [HTMLGroup] = []
  private var places: [[String]: Int] = [:]

  /// Counts a case of a run or of a comparison.
  mutating func add(_ report: CaseReport, isComparison: Bool) {
    if let mutant = report.mutant {
      if mutant.isSurvivor { add(status: mutant.verdict.rawValue, cause: mutant.function) }
    } else if let verdict = report.comparison?.verdict {
      if verdict != .same { add(status: verdict.rawValue, cause: report.causeText) }
    } else if report.isBad, !isComparison {
      add(status: report.status.rawValue, cause: report.causeText)
    }
  }

  private mutating func add(status: String, cause: String) {
    if cause.isEmpty { return }
    if let place = places[[status, cause]] {
      groups[place].count += 1
    } else {
      places[[status, cause]] = groups.count
      groups.append(HTMLGroup(status: status, cause: cause))
    }
  }

  /// The groups of cases by their statuses, in the order of these, and by cause, the largest first.
  func groups(in statuses: [HTMLStatus]) -> [HTMLGroup] {
    statuses.flatMap { status in
      groups.filter { $0.status == status.key }
        .sorted { ($1.count, $0.cause) < ($0.count, $1.cause) }
    }
  }
}

extension CaseReport.Status {
  /// What needs attention first.
  static let inOrderOfInterest: [Self] = [
    .failed, .error, .notRun, .expectedFailure, .skipped, .passed,
  ]
}

extension HTMLStatus {
  init(_ status: CaseReport.Status) {
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
  init(_ report: CaseReport, of run: RunDescription) {
    self.init(id: report.id, status: report.status.rawValue)
    message = report.message
    if report.isBad { cause = report.causeText }
    let wasRun = report.microseconds > 0 || report.instructions != nil
    cost = HTMLCost(
      microseconds: wasRun ? report.microseconds : nil, instructions: report.instructions,
      peakPages: report.peakPages)
    difference = report.difference
    if !report.file.isEmpty {
      facts.append(HTMLFact("file", "\(report.file):\(report.line)", isCode: true))
    }
    if let golden = report.golden, report.status != .skipped {
      facts.append(HTMLFact("golden", golden, isCode: true))
    }
    if report.isBad, !report.file.isEmpty, report.golden != nil {
      facts.append(HTMLFact("more", run.command(explaining: report), isCode: true))
    }
    if let kind = report.kind { facts.append(HTMLFact("kind", kind.rawValue)) }
    if let tags = report.tags, !tags.isEmpty {
      facts.append(HTMLFact("tags", tags.joined(separator: ", ")))
    }
    if let limits = report.limits { facts.append(HTMLFact("limits", limits.text)) }
    // The backtrace says what the remark on it does, and more.
    let remarks = report.backtrace == nil ? report.remarks : report.otherRemarks
    if !remarks.isEmpty { lists.append(HTMLList("notes", remarks)) }
    let backtrace = report.backtrace?.functions ?? []
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
