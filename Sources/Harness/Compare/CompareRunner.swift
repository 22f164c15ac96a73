// Runs one fixture on two builds and says how they differ.
import LuaHost

extension CaseResult {
  /// How much both builds' runs of the case are, in instructions.
  var size: UInt64 { (bounds.old ?? 0) &+ (bounds.new ?? 0) }

  var bounds: ReplayBounds {
    ReplayBounds(old: report.comparison?.old.instructions, new: report.comparison?.new.instructions)
  }
}

/// Runs fixtures one after the other on one executor of each build.
struct CompareRunner {
  private var old: BuildExecutor
  private var new: BuildExecutor
  private let loader: FixtureLoader
  private let settings: CaseSettings
  private let interruption: Interruption

  /// Host calls beyond these are not compared.
  static var trace: HostCallTrace { HostCallTrace(callLimit: 100_000, byteLimit: 16 << 20) }

  init(
    old: TestedBuild, new: TestedBuild, loader: FixtureLoader, settings: CaseSettings,
    interruption: Interruption
  ) {
    self.old = BuildExecutor(old)
    self.new = BuildExecutor(new)
    self.loader = loader
    self.settings = settings
    self.interruption = interruption
  }

  /// Nil when the comparison was interrupted before the case was done.
  mutating func run(_ file: FixtureFile) -> CaseResult? {
    var result = CaseResult(file)
    do {
      guard let fixture = try result.load(file, loader, runsSkipped: false) else { return result }
      let golden = try GoldenFile(file.golden)
      var request = settings.request(for: fixture, interruption: interruption)
      request.trace = Self.trace
      result.report.limits = CaseLimits(request.limits)
      var outcomes = (old: try old.run(request), new: try new.run(request))
      if outcomes.old.outcome?.steps.map(\.result) != outcomes.new.outcome?.steps.map(\.result) {
        outcomes = (
          try old.readMessages(of: outcomes.old, request), try new.readMessages(of: outcomes.new, request)
        )
      }
      result.report.judge(outcomes.old, outcomes.new, golden, maximumGrowth: settings.costs.maximumGrowth)
      if result.report.comparison.map({ $0.verdict != .same }) ?? false,
        outcomes.old.outcome != nil, outcomes.new.outcome != nil
      {
        result.request = request
      }
    } catch CaseExecutionError.interrupted {
      return nil
    } catch {
      result.report.fail(for: error)
      // Whichever build failed, only one that never started is sure to fail again.
      if result.report.isFault, case CaseExecutionError.fault? = error as? CaseExecutionError {
        result.isFatal = !old.isStarted || (!new.isStarted && new.wasTried)
      }
    }
    return result
  }
}

extension CaseReport {
  /// Holds what two builds made of the case against each other.
  fileprivate mutating func judge(
    _ old: BuildOutcome, _ new: BuildOutcome, _ golden: GoldenFile, maximumGrowth: Double?
  ) {
    let found = OutcomeComparison(old: old, new: new)
    finding = found.finding
    if case .refused(let refusal) = old, finding == nil {
      (status, finding) = (.error, refusal)
      return
    }
    cause = found.cause
    difference = found.difference
    var comparison = CaseComparison(
      verdict: finding == nil ? .same : .changed, old: CaseComparison.Side(old, result: found.results.old),
      new: CaseComparison.Side(new, result: found.results.new))
    comparison.hostCall = found.hostCall
    if let expected = golden.golden, finding != nil {
      switch (old.golden == expected, new.golden == expected) {
      case (false, true): comparison.verdict = .fixed
      case (true, false): comparison.verdict = .broken
      default: break
      }
    }
    backtrace = comparison.new.backtrace
    microseconds = comparison.new.microseconds
    instructions = comparison.new.instructions
    peakPages = comparison.new.peakPages
    if let traces = old.outcome.flatMap({ old in new.outcome.map { [old.trace, $0.trace] } }),
      !traces.allSatisfy(\.isComplete), comparison.hostCall == nil
    {
      notes.append(
        .hostCallsKept(
          count: traces.map(\.count).max() ?? 0, compared: traces.map(\.calls.count).min() ?? 0))
    }
    self.comparison = comparison
    if finding == nil {
      let grown = maximumGrowth.map { limit in
        costChanges.filter { $0.grew(byMoreThan: limit) }.map(\.measure)
      }
      if let grown, let maximumGrowth, !grown.isEmpty {
        finding = .cost(grown: grown, allowed: maximumGrowth)
        cause = .cost
        self.comparison?.verdict = .cost
      }
    } else {
      if case .malformed(let path, let error) = golden {
        notes.append(
          .malformedGolden(
            file: path.description, line: error.line, reason: EscapedText.visible(error.reason)))
      }
      if let outcome = old.outcome { notes += CaseNote.notes(outcome, build: .old) }
      if let outcome = new.outcome { notes += CaseNote.notes(outcome, build: .new) }
    }
    status = self.comparison?.verdict.isBad == true ? .failed : .passed
  }
}

extension CaseComparison.Side {
  fileprivate init(_ outcome: BuildOutcome, result: String?) {
    self.init(result: result)
    switch outcome {
    case .refused(let finding): refusal = finding
    case .outcome(let run):
      instructions = run.wasCutOff ? nil : run.instructions
      peakPages = run.wasCutOff ? nil : run.peakPages
      microseconds = run.microseconds
      hostCallCount = run.trace.count
      backtrace = Backtrace(run)
    }
  }
}
