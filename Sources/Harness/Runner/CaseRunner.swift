// Runs one fixture and reports on it.
import LuaHost

/// What holds for every case of a run.
package struct CaseSettings: Sendable {
  /// The limits given as options: they win over directives where they are stricter.
  package var timeout: Duration?
  package var fuel: UInt64?
  package var memoryBytes: UInt64?
  /// How often each case is run.
  package var repeats = 1
  /// Whether all runs of a case but the first are under other conditions, which must not change its
  /// answer; each case is then run at least twice.
  package var perturbs = false
  package var costs = CostCheck()
  /// What to watch while cases run; the module must be instrumented for it.
  package var observation = CallObservation.none

  /// The time limit of a case that neither option nor directive gives one.
  package static let defaultTimeout: Duration = .seconds(10)

  package init() {}

  /// The limits of a case with these directives.
  package func limits(_ directives: Directives) -> ExecutionLimits {
    func stricter<Limit: Comparable>(_ left: Limit?, _ right: Limit?) -> Limit? {
      guard let left, let right else { return left ?? right }
      return min(left, right)
    }
    return ExecutionLimits(
      fuel: stricter(fuel, directives.fuel),
      time: stricter(timeout, directives.timeout) ?? Self.defaultTimeout,
      memoryBytes: stricter(memoryBytes, directives.memory))
  }

  /// What to ask of an executor for a fixture.
  package func request(for fixture: Fixture, interruption: Interruption) -> CaseRequest {
    var request = CaseRequest(
      steps: fixture.text.steps, modules: fixture.modules.map(\.source), seeds: fixture.directives.seeds,
      clock: VirtualClock(milliseconds: fixture.directives.clock ?? 0), limits: limits(fixture.directives),
      interruption: interruption)
    request.observation = observation
    return request
  }
}

/// What came of running a fixture.
package struct CaseResult: Sendable {
  package var report: CaseReport
  /// Nil when the fixture was skipped or could not be run.
  package var outcome: CaseOutcome?
  /// Whether no other case can be run either.
  package var isFatal = false
  package var unusedLines: [Int] = []
  /// The steps, counted from 0, whose output the build cut although that is not expected.
  package var cutSteps: [Int] = []
  /// Why the case is expected to fail, if it is.
  package var expectedFailure: String?

  package init(report: CaseReport) {
    self.report = report
  }
}

/// Runs fixtures one after the other on one executor.
package struct CaseRunner<Provider: CaseExecutorProvider> {
  private let provider: Provider
  private let loader: FixtureLoader
  private let settings: CaseSettings
  private let interruption: Interruption
  /// Made when first needed, and again after a fault.
  private var executor: Provider.Executor?

  package init(
    _ provider: Provider, loader: FixtureLoader, settings: CaseSettings, interruption: Interruption
  ) {
    self.provider = provider
    self.loader = loader
    self.settings = settings
    self.interruption = interruption
  }

  /// Nil when the run was interrupted before the case was done.
  package mutating func run(_ file: FixtureFile) -> CaseResult? {
    var result = CaseResult(report: CaseReport(file))
    do {
      let fixture = try loader.load(file)
      result.unusedLines = fixture.text.unusedLines
      result.expectedFailure = fixture.directives.expectedFailure
      result.report.tags = fixture.directives.tags
      if let reason = fixture.directives.skip {
        result.report.status = .skipped
        result.report.message = reason
        return result
      }
      try run(fixture, &result)
    } catch CaseExecutionError.interrupted {
      return nil
    } catch {
      result.report.fail(for: error)
      if case CaseExecutionError.fault? = error as? CaseExecutionError {
        result.isFatal = executor == nil
        executor = nil
      }
    }
    return result
  }

  private mutating func run(_ fixture: Fixture, _ result: inout CaseResult) throws {
    let golden = try GoldenFile(fixture.file.golden)
    if case .malformed(_, let error) = golden { result.report.goldenLine = error.line }
    let request = settings.request(for: fixture, interruption: interruption)
    result.report.limits = CaseLimits(request.limits)
    var tally = RepeatTally()
    for _ in 0..<(settings.perturbs ? 1 : settings.repeats) {
      let outcome = try execute(request)
      let verdict = Verdict(
        outcome, expected: golden, expectedFailure: fixture.directives.expectedFailure,
        limits: CaseLimits(request.limits))
      tally.add(outcome, verdict)
    }
    guard let (first, verdict) = tally.decisive else { return }
    var outcome = first
    if verdict.status != .passed, let read = try executor?.readMessages(of: outcome, request) {
      outcome = read
    }
    result.outcome = outcome
    result.cutSteps =
      fixture.directives.expectedCut == nil
      ? outcome.steps.indices.filter { outcome.steps[$0].hasCutOutput } : []
    result.report.apply(verdict, outcome)
    if result.report.isBad, let leading = LeadingBytes(of: fixture.text.firstSource, outcome: outcome) {
      result.report.notes.append(leading.explanation)
    }
    result.report.place(outcome, golden, fixture)
    result.report.placeInModule(outcome, golden, fixture)
    tally.check(&result.report)
    if settings.perturbs { try dependence(of: outcome, request)?.check(&result.report) }
    settings.costs.check(&result.report)
  }

  /// Runs the case under other conditions, and answers with the first dependence on them.
  private mutating func dependence(
    of outcome: CaseOutcome, _ request: CaseRequest
  ) throws(CaseExecutionError) -> Dependence? {
    for repetition in 1..<max(2, settings.repeats) {
      let perturbed = try execute(Perturbation.all.applied(to: request, repetition: repetition))
      let dependence = try Dependence(
        outcome, perturbed, request: request, repetition: repetition
      ) { (request) throws(CaseExecutionError) in try execute(request) }
      if let dependence { return dependence }
    }
    return nil
  }

  private mutating func execute(_ request: CaseRequest) throws(CaseExecutionError) -> CaseOutcome {
    if executor == nil { executor = try provider.makeExecutor(memoryLimit: request.limits.memoryBytes) }
    guard let outcome = try executor?.run(request) else { throw .fault("there is no executor") }
    return outcome
  }
}

extension CaseReport {
  /// An empty report on a fixture.
  package init(_ file: FixtureFile) {
    let segments = file.id.bytes.split(separator: UInt8(ascii: "/")).map { EscapedText.string($0) }
    self.init(
      id: file.id.description, directory: Array(segments.dropLast()), name: segments.last ?? "",
      status: .passed)
    self.file = file.path.description
    golden = file.golden.description
  }

  mutating func fail(_ kind: String, _ message: String) {
    status = .error
    self.kind = kind
    self.message = message
  }

  /// Notes why the case has no outcome.
  mutating func fail(for error: any Error) {
    switch error {
    case FixtureError.directive(let directive):
      // What is wrong with the defaults is shown at the fixture's beginning.
      line = directive.file.description == file ? directive.line : 1
      fail("fixture", directive.description)
    case let error as CaseExecutionError:
      if case .fault = error { fail("fault", error.description) } else { fail("fixture", error.description) }
    default: fail("fault", "\(error)")
    }
  }

  fileprivate mutating func apply(_ verdict: Verdict, _ outcome: CaseOutcome) {
    status = verdict.status
    kind = verdict.kind
    message = verdict.message
    difference = verdict.difference
    if isBad, !verdict.cause.isEmpty { cause = verdict.cause }
    microseconds = outcome.microseconds
    peakPages = outcome.peakPages
    // Where the clock cut a case off says nothing about the case.
    let wasCutOff = outcome.steps.contains { $0.result == .limit(.time) }
    instructions = wasCutOff ? nil : outcome.instructions
    for case .trap(_, let frames) in outcome.steps.map(\.result) where !frames.isEmpty {
      backtrace = frames
    }
    if status != .passed { notes += Self.trapNotes(outcome) }
  }

  /// Finds the line of the fixture at which a failure is best shown: the one that an unexpected Lua error
  /// names, or the first of the step that went wrong.
  fileprivate mutating func place(_ outcome: CaseOutcome, _ golden: GoldenFile, _ fixture: Fixture) {
    guard isBad else { return }
    let actual = Golden(outcome).steps
    var expected: [GoldenStep] = []
    if case .golden(let golden) = golden { expected = golden.steps }
    let index = zip(actual, expected).prefix { $0 == $1 }.count
    guard index < actual.count, index < fixture.text.firstLines.count else { return }
    let start = fixture.text.firstLines[index]
    line = start
    // What a script raises may name any line.
    let lineCount = 1 + (fixture.text.steps[index].source?.count { $0 == 0x0A } ?? 0)
    guard case .error(let message) = actual[index].result, let own = Self.scriptLine(message),
      own <= lineCount
    else { return }
    line = start + own - 1
    if index > 0 { notes.append("line \(own) of step \(index + 1) is line \(line) of the fixture") }
  }

  /// The line that a Lua error's message names: `script:3: …`.
  private static func scriptLine(_ message: [UInt8]) -> Int? {
    guard let match = String(decoding: message.prefix(40), as: UTF8.self).prefixMatch(of: /script:(\d+):/),
      let line = Int(match.output.1), line > 0
    else { return nil }
    return line
  }

  /// Through which functions traps passed, and what that says of the script.
  static func trapNotes(_ outcome: CaseOutcome) -> [String] {
    Golden.notes(outcome).sorted { $0.key < $1.key }.flatMap { step, note in
      let place = outcome.steps.count == 1 ? "" : "step \(step + 1) "
      guard case .trap(_, let frames) = outcome.steps[step].result,
        let cause = LuaFailureCause(frames: frames)
      else { return [place + note] }
      return [place + note, cause.explanation(message: outcome.steps[step].luaMessage)]
    }
  }
}

extension CaseLimits {
  /// What there was of what ran out: ` of 50.0 ms`.
  func clause(for limit: ExceededLimit) -> String {
    let clause: String? =
      switch limit {
      case .fuel: fuel.map { "\(Format.grouped($0)) instructions" }
      case .time: microseconds.map { Format.duration(microseconds: $0) }
      case .memory: memoryBytes.map { "\(Format.grouped($0)) bytes" }
      }
    return clause.map { " of \($0)" } ?? ""
  }

  init(_ limits: ExecutionLimits) {
    self.init(fuel: limits.fuel, microseconds: limits.time?.microseconds, memoryBytes: limits.memoryBytes)
  }
}

/// What came of running the same case several times.
private struct RepeatTally {
  private var count = 0
  private var badCount = 0
  private var first: (CaseOutcome, Verdict)?
  private var firstBad: (CaseOutcome, Verdict)?
  private var instructionCounts: Set<UInt64> = []

  mutating func add(_ outcome: CaseOutcome, _ verdict: Verdict) {
    count += 1
    if first == nil { first = (outcome, verdict) }
    if verdict.status == .failed || verdict.status == .error {
      badCount += 1
      if firstBad == nil { firstBad = (outcome, verdict) }
    }
    if !outcome.steps.contains(where: { $0.result == .limit(.time) }) {
      instructionCounts.insert(outcome.instructions)
    }
  }

  /// The run to report: the first bad one, or the first.
  var decisive: (CaseOutcome, Verdict)? { firstBad ?? first }

  func check(_ report: inout CaseReport) {
    if badCount > 0, badCount < count {
      report.notes.append("unstable: bad in \(badCount) of \(count) runs")
    }
    guard instructionCounts.count > 1, !report.isBad else { return }
    report.status = .failed
    report.kind = "unstable"
    let counts = instructionCounts.sorted().prefix(5).map { Format.grouped($0) }.joined(separator: " or ")
    report.message = "the instruction count is not the same in every run: \(counts)"
  }
}
