// Runs one fixture on two builds and says how they differ.
import LuaHost

/// What came of running a fixture on two builds.
struct ComparedCase: Sendable {
  var report: CaseReport
  /// How to run the case again; nil when that would show nothing.
  var request: CaseRequest?
  var isFatal = false
  var unusedLines: [Int] = []

  /// The instructions of both runs.
  var size: UInt64 { (bounds.old ?? 0) &+ (bounds.new ?? 0) }

  var bounds: ReplayBounds {
    ReplayBounds(old: report.comparison?.old.instructions, new: report.comparison?.new.instructions)
  }
}

/// Runs fixtures one after the other on one executor of each build.
struct CompareRunner<Provider: CaseExecutorProvider> {
  private var old: BuildRunner<Provider>
  private var new: BuildRunner<Provider>
  private let loader: FixtureLoader
  private let settings: CaseSettings
  private let interruption: Interruption

  /// Host calls beyond these are not compared.
  private static var trace: HostCallTrace { HostCallTrace(callLimit: 100_000, byteLimit: 16 << 20) }

  init(
    old: Provider, new: Provider, loader: FixtureLoader, settings: CaseSettings, interruption: Interruption
  ) {
    self.old = BuildRunner(old)
    self.new = BuildRunner(new)
    self.loader = loader
    self.settings = settings
    self.interruption = interruption
  }

  /// Nil when the comparison was interrupted before the case was done.
  mutating func run(_ file: FixtureFile) -> ComparedCase? {
    var result = ComparedCase(report: CaseReport(file))
    do {
      let fixture = try loader.load(file)
      result.unusedLines = fixture.text.unusedLines
      result.report.tags = fixture.directives.tags
      if let reason = fixture.directives.skip {
        result.report.status = .skipped
        result.report.message = reason
        return result
      }
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
      compare(outcomes.old, outcomes.new, golden, &result)
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

  private func compare(
    _ old: BuildOutcome, _ new: BuildOutcome, _ golden: GoldenFile, _ result: inout ComparedCase
  ) {
    let comparison = OutcomeComparison(old: old, new: new)
    if case .refused(let reason) = old, comparison.isSame {
      result.report.fail("fixture", reason)
      return
    }
    var verdict = CaseComparison(
      verdict: comparison.isSame ? .same : .changed, cause: comparison.cause,
      old: CaseComparison.Side(old, result: comparison.oldResult),
      new: CaseComparison.Side(new, result: comparison.newResult))
    verdict.hostCall = comparison.hostCall
    result.report.message = comparison.message
    if case .golden(let expected) = golden, !comparison.isSame {
      switch (old.golden == expected, new.golden == expected) {
      case (false, true): verdict.verdict = .fixed
      case (true, false): verdict.verdict = .broken
      default: break
      }
    }
    result.report.difference = comparison.difference
    for case .trap(_, let frames) in new.outcome?.steps.map(\.result) ?? [] where !frames.isEmpty {
      result.report.backtrace = frames
    }
    result.report.microseconds = verdict.new.microseconds
    result.report.instructions = verdict.new.instructions
    result.report.peakPages = verdict.new.peakPages
    note(old, new, golden, verdict, &result.report)
    checkCost(&verdict, &result.report)
    result.report.comparison = verdict
    result.report.kind = verdict.verdict == .same ? "" : verdict.verdict.rawValue
    result.report.status = verdict.verdict.isBad ? .failed : .passed
  }

  private func note(
    _ old: BuildOutcome, _ new: BuildOutcome, _ golden: GoldenFile, _ comparison: CaseComparison,
    _ report: inout CaseReport
  ) {
    if let traces = old.outcome.flatMap({ old in new.outcome.map { [old.trace, $0.trace] } }),
      !traces.allSatisfy(\.isComplete), comparison.hostCall == nil
    {
      report.notes.append(
        "of \(Count.of(traces.map(\.count).max() ?? 0, "host call")) only the first"
          + " \(traces.map(\.calls.count).min() ?? 0) were compared one by one")
    }
    guard comparison.verdict != .same else { return }
    if case .malformed(let path, let error) = golden {
      report.notes.append("the golden \(path):\(error.line) does not count: \(error.reason)")
    }
    for (name, side) in [("old", old), ("new", new)] {
      guard let outcome = side.outcome else { continue }
      report.notes += CaseReport.trapNotes(outcome).map { "\(name): \($0)" }
    }
    if let call = comparison.hostCall {
      report.notes.append(
        "the first host call that differs is number \(call.number): was \(call.old ?? "none"), is \(call.new ?? "none")"
      )
    }
  }

  private func checkCost(_ comparison: inout CaseComparison, _ report: inout CaseReport) {
    guard let old = comparison.old.instructions, let new = comparison.new.instructions,
      let oldPages = comparison.old.peakPages, let newPages = comparison.new.peakPages
    else { return }
    var grown: [String] = []
    for (what, old, new) in [("instructions", old, new), ("peak memory pages", oldPages, newPages)]
    where old != new {
      let change =
        "\(what): \(Format.grouped(old)) → \(Format.grouped(new)) (\(Format.change(from: old, to: new)))"
      report.notes.append(change)
      if let limit = settings.costs.maximumGrowth, Double(new) > Double(old) * (1 + limit / 100) {
        grown.append(change)
      }
    }
    guard comparison.verdict == .same, !grown.isEmpty, let limit = settings.costs.maximumGrowth else {
      return
    }
    comparison.verdict = .cost
    comparison.cause = "costs more"
    report.message =
      "costs more than the \(Format.decimal(limit, places: 1)) % growth allowed: "
      + grown.joined(separator: "; ")
  }
}

/// One build's executor, made when first needed and again after a fault.
private struct BuildRunner<Provider: CaseExecutorProvider> {
  private let provider: Provider
  fileprivate var executor: Provider.Executor?
  /// Whether the build came as far as to run cases.
  private(set) var isStarted = false
  private(set) var wasTried = false

  init(_ provider: Provider) { self.provider = provider }

  mutating func run(_ request: CaseRequest) throws(CaseExecutionError) -> BuildOutcome {
    wasTried = true
    do {
      if executor == nil { executor = try provider.makeExecutor(memoryLimit: request.limits.memoryBytes) }
      isStarted = true
      guard let outcome = try executor?.run(request) else {
        throw CaseExecutionError.fault("there is no executor")
      }
      return .outcome(outcome)
    } catch let error as CaseExecutionError {
      switch error {
      case .sourceTooLong, .loadingFailed, .callRefused, .seedRefused: return .refused(error.description)
      case .interrupted: throw error
      case .fault:
        executor = nil
        throw error
      }
    } catch {
      throw .fault("\(error)")
    }
  }
}

extension BuildRunner {
  /// The outcome with the messages of Lua errors that trapped.
  mutating func readMessages(
    of outcome: BuildOutcome, _ request: CaseRequest
  ) throws(CaseExecutionError) -> BuildOutcome {
    guard case .outcome(let run) = outcome, let read = try executor?.readMessages(of: run, request) else {
      return outcome
    }
    return .outcome(read)
  }
}

extension CaseComparison.Side {
  init(_ outcome: BuildOutcome, result: String) {
    self.init(result: result)
    guard let run = outcome.outcome else { return }
    instructions = outcome.wasCutOff ? nil : run.instructions
    peakPages = run.peakPages
    microseconds = run.microseconds
    hostCallCount = run.trace.count
  }
}
