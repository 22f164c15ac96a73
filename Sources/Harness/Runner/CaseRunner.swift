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
  /// Which host calls to keep.
  package var trace = HostCallTrace(callLimit: 0)
  /// What writes the goldens of these cases.
  package var blessCommand = "touchstone bless"
  /// Whether cases are run all the same that are declared to be skipped.
  package var runsSkipped = false
  /// Whether the Lua messages of expected traps are read as well, at the cost of another run.
  package var readsEveryMessage = false

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
    request.trace = trace
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
  /// The lines of the fixture's directives that have no effect.
  package var unusedLines: [Int] = []
  /// The steps, counted from 0, whose output the build cut although that is not expected.
  package var cutSteps: [Int] = []
  /// Why the case is expected to fail, if it is.
  package var expectedFailure: String?
  /// Tells the fixture, its golden and its modules from any others; nil when that is not to be known.
  var contents: SHA256Digest?
  /// How to run the case again; nil when that would show nothing. Only of two builds.
  var request: CaseRequest?

  package init(_ file: FixtureFile) {
    report = CaseReport(file)
  }

  /// Reads the fixture. Answers nil when there is nothing to run.
  mutating func load(_ file: FixtureFile, _ loader: FixtureLoader, runsSkipped: Bool) throws -> Fixture? {
    let fixture = try loader.load(file)
    if loader.digestsContents { contents = loader.digest(fixture) }
    unusedLines = fixture.text.unusedLines
    expectedFailure = fixture.directives.expectedFailure
    report.tags = fixture.directives.tags
    guard let reason = fixture.directives.skip else { return fixture }
    (report.status, report.finding) = (.skipped, .declared(reason: EscapedText.visible(reason)))
    return runsSkipped ? fixture : nil
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
    var result = CaseResult(file)
    do {
      guard let fixture = try result.load(file, loader, runsSkipped: settings.runsSkipped) else {
        return result
      }
      let declared = (result.report.status, result.report.finding)
      try run(fixture, &result)
      if fixture.directives.skip != nil { (result.report.status, result.report.finding) = declared }
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
    let request = settings.request(for: fixture, interruption: interruption)
    result.report.limits = CaseLimits(request.limits)
    func run(_ report: inout CaseReport) throws(CaseExecutionError) -> CaseOutcome {
      let outcome = try execute(request)
      report.judge(
        outcome, expected: golden, expectedFailure: fixture.directives.expectedFailure,
        command: settings.blessCommand)
      return outcome
    }
    var outcome: CaseOutcome
    var tally: RepeatTally?
    if settings.perturbs || settings.repeats == 1 {
      outcome = try run(&result.report)
    } else {
      let runs = RepeatTally()
      for _ in 0..<settings.repeats {
        var report = result.report
        runs.add(try run(&report), report)
      }
      guard let decisive = runs.decisive else { return }
      (outcome, result.report) = decisive
      tally = runs
    }
    if result.report.status != .passed || settings.readsEveryMessage,
      let read = try executor?.readMessages(of: outcome, request)
    {
      outcome = read
      result.report.backtrace = Backtrace(outcome)
    }
    result.outcome = outcome
    result.cutSteps =
      fixture.directives.expectedCut == nil
      ? outcome.steps.indices.filter { outcome.steps[$0].hasCutOutput } : []
    if result.report.isBad, let leading = LeadingBytes(of: fixture.text.firstSource, outcome: outcome) {
      result.report.notes.append(.leadingBytes(kind: leading))
    }
    if result.report.isBad, let module = outcome.steps.lazy.compactMap(MissingModule.init).first {
      result.report.notes.append(.missingModule(name: module.name))
    }
    result.report.place(outcome, golden, fixture)
    result.report.placeInModule(outcome, golden, fixture)
    tally?.check(&result.report)
    if settings.perturbs, let dependence = try dependence(of: outcome, request) {
      result.report.judge(dependence)
    }
    result.report.judge(settings.costs)
  }

  /// Runs the case under other conditions, and answers with the first dependence on them.
  private mutating func dependence(
    of outcome: CaseOutcome, _ request: CaseRequest
  ) throws(CaseExecutionError) -> Dependence? {
    for repetition in 1..<max(2, settings.repeats) {
      let perturbed = try execute(request.perturbed(Dependence.allConditions, repetition: repetition))
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
    let id = file.id.bytes
    var directory: [String] = []
    var start = 0
    while let slash = id[start...].firstIndex(of: UInt8(ascii: "/")) {
      directory.append(EscapedText.string(id[start..<slash]))
      start = slash + 1
    }
    self.init(
      id: file.id.description, directory: directory, name: EscapedText.string(id[start...]), status: .passed)
    self.file = file.path.description
    golden = file.golden.description
  }

  /// Notes why the case has no outcome.
  mutating func fail(for error: any Error) {
    (status, finding) = (.error, Finding(error))
    // What is wrong with the defaults is shown at the fixture's beginning.
    if case .directive(file, let line, _)? = finding { self.line = line }
  }

  /// Finds the line of the fixture at which a failure is best shown: the one that an unexpected Lua error
  /// names, or the first of the step that went wrong.
  fileprivate mutating func place(_ outcome: CaseOutcome, _ golden: GoldenFile, _ fixture: Fixture) {
    guard isBad else { return }
    let actual = Golden(outcome).steps
    let index = zip(actual, golden.golden?.steps ?? []).prefix { $0 == $1 }.count
    guard index < actual.count, index < fixture.text.firstLines.count else { return }
    let start = fixture.text.firstLines[index]
    line = start
    // What a script raises may name any line.
    let lineCount = 1 + (fixture.text.steps[index].source?.count { $0 == 0x0A } ?? 0)
    guard case .error(let message) = actual[index].result, let own = Self.scriptLine(message),
      own <= lineCount
    else { return }
    line = start + own - 1
    if index > 0 { notes.append(.fixtureLine(step: index + 1, lineOfStep: own, line: line)) }
  }

  /// The line that a Lua error's message names: `script:3: …`.
  private static func scriptLine(_ message: [UInt8]) -> Int? {
    guard let match = String(decoding: message.prefix(40), as: UTF8.self).prefixMatch(of: /script:(\d+):/),
      let line = Int(match.output.1), line > 0
    else { return nil }
    return line
  }
}

/// What came of running the same case several times.
private final class RepeatTally {
  private var count = 0
  private var badCount = 0
  private var first: (CaseOutcome, CaseReport)?
  private var firstBad: (CaseOutcome, CaseReport)?
  private var instructionCounts: Set<UInt64> = []

  func add(_ outcome: CaseOutcome, _ report: CaseReport) {
    count += 1
    if first == nil { first = (outcome, report) }
    if report.isBad {
      badCount += 1
      if firstBad == nil { firstBad = (outcome, report) }
    }
    if let instructions = report.instructions { instructionCounts.insert(instructions) }
  }

  /// The run to report: the first bad one, or the first.
  var decisive: (CaseOutcome, CaseReport)? { firstBad ?? first }

  func check(_ report: inout CaseReport) {
    if badCount > 0, badCount < count { report.notes.append(.unsteady(bad: badCount, runs: count)) }
    guard instructionCounts.count > 1, !report.isBad else { return }
    report.status = .failed
    report.finding = .unsteadyCost(instructions: Array(instructionCounts.sorted().prefix(5)))
  }
}
