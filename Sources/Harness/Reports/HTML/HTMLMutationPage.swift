// What the HTML report of a session that makes faults shows.

extension HTMLPage {
  /// A page on faults, as far as it is known when it starts.
  init(mutation run: RunDescription) {
    self.init(
      title: run.name, headline: "",
      statuses: MutantReport.Verdict.inOrderOfInterest.map { HTMLStatus($0) }
        + [CaseReport.Status.error, .notRun].map { HTMLStatus($0) })
  }

  /// Adds what is known when it is over.
  mutating func finish(mutation run: RunDescription, _ summary: RunSummary, _ tally: HTMLTally) {
    guard let mutation = run.mutation, let found = summary.mutation else { return }
    headline =
      (summary.wasInterrupted ? "interrupted: " : "")
      + "\(Format.decimal(found.score, places: 1)) % of \(Count.of(found.counted, "fault")) noticed,"
      + " \(Format.decimal(found.executedScore, places: 1)) % of the \(found.executed) that are executed"
    tone = summary.exitCode == .success ? .good : .bad
    facts = HTMLFact.module("module", run.module, "sha256", run.moduleDigest)
    facts.append(HTMLFact("faults in all", Format.grouped(mutation.faultCount)))
    facts.append(HTMLFact("cases", Format.grouped(mutation.cases)))
    facts += HTMLFact.circumstances(run, summary)
    facts.append(HTMLFact("instructions", Format.grouped(summary.instructions)))
    groups = tally.groups(in: statuses)
  }
}

extension MutantReport.Verdict {
  fileprivate static let inOrderOfInterest: [Self] = [
    .survived, .withinBudget, .cost, .notExecuted, .equivalent, .noticed,
  ]
}

extension HTMLStatus {
  fileprivate init(_ verdict: MutantReport.Verdict) {
    let (word, label, tone): (String, String, HTMLTone) =
      switch verdict {
      case .noticed: ("noticed", "noticed", .good)
      case .cost: ("cost only", "noticed by the cost alone", .warning)
      case .survived: ("survived", "survived", .bad)
      case .withinBudget: ("budget", "survived within the budget", .warning)
      case .notExecuted: ("not run", "not executed", .plain)
      case .equivalent: ("marked", "survived as marked", .plain)
      }
    self.init(key: verdict.rawValue, word: word, label: label, tone: tone)
  }
}

extension HTMLRow {
  /// A row on a fault.
  init(mutant report: CaseReport, of run: RunDescription) {
    self.init(report, of: run)
    guard let mutant = report.mutant else { return }
    status = mutant.verdict.rawValue
    cause = mutant.isSurvivor ? mutant.function : ""
    facts = [
      HTMLFact("function", mutant.function, isCode: true),
      HTMLFact("at", "0x" + String(mutant.offset, radix: 16), isCode: true),
      HTMLFact("instruction", mutant.instruction, isCode: true),
      HTMLFact("in its place", mutant.change, isCode: true),
      HTMLFact("cases that execute it", Format.grouped(mutant.executedBy)),
      HTMLFact("cases in which it makes a difference", Format.grouped(mutant.differsIn)),
      HTMLFact("cases run", Format.grouped(mutant.casesRun)),
    ]
  }
}
