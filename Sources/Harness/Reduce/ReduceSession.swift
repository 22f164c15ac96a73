// Reduces one case: finds it, says what is kept, makes it smaller, writes it down.
import LuaHost

/// What can be asked of `reduce` besides the module and its limits.
package struct ReduceOptions: Sendable {
  /// An id, or the path of a fixture.
  package var name: String
  /// How the case ends is kept, whether or not that is expected.
  package var keepsEnding = false
  /// Where to write the result; nil for the sink.
  package var output: Path?
  package var timeLimit: Duration = .seconds(60)
  package var runLimit: Int?
  package var permitted = PermittedDifferences()

  package init(name: String) {
    self.name = name
  }
}

/// A reduction.
package enum ReduceSession {
  /// Reduces the case: success when the result has the property. `say` gets sentences about it, `write` the
  /// script unless it goes to a file. Throws as `RunSession.run` does, and `CaseExecutionError` when the work cannot
  /// be done.
  package static func run<Provider: CaseExecutorProvider>(
    _ context: SessionContext, _ reduce: ReduceOptions, say: any TextSink, write: ([UInt8]) -> Void,
    openModule: (Path) throws -> Provider, openReference: (() throws -> TestedBuild)? = nil
  ) throws -> ExitCode {
    guard
      let (session, found) = try ExplainSession.find(reduce.name, context, command: "touchstone reduce")
    else { return .nothingSelected }
    let start = ContinuousClock.now
    let fixture: Fixture
    do {
      fixture = try session.plan.loader.load(found)
    } catch {
      say.write("\(error)\n")
      return .failure
    }
    let output = try reduce.output.map { path throws(FileError) in try OutputFile(path) }
    let provider = try openModule(context.options.module)
    provider.beginValidation()
    let reference = try openReference?()
    try reference?.finishValidation()
    try session.chooseGoldens(of: provider)
    let file = session.plan.selected[0]
    var work = ReduceWork(
      fixture: fixture,
      request: context.options.settings.request(for: fixture, interruption: context.interruption),
      new: BuildExecutor(TestedBuild(provider, name: context.options.module.description)),
      old: reference.map { BuildExecutor($0) }, reduce: reduce,
      permitted: PermissionMatcher(reference?.permitted.joined(with: reduce.permitted) ?? reduce.permitted))
    let golden = try GoldenFile(file.golden)
    let property: KeptProperty
    switch try work.property(golden) {
    case .success(let found): property = found
    case .failure(let reason):
      try provider.finishValidation()
      say.write("\(found.id): there is nothing to keep: \(reason.reason)\n")
      return .failure
    }
    try provider.finishValidation()
    let source = try FileSystem.readFile(found.path)
    let head = ReducedFixture.directives(of: source)
    var reducer = work.reducer(property, head: head, deadline: start + reduce.timeLimit)
    guard try reducer.holds() else {
      say.write(
        "\(found.id): it does not do again what it did: \(property); what it does depends on more than the script\n"
      )
      return .failure
    }
    if try reducer.holdsOfNothing() {
      say.write(
        "\(found.id): a script that does nothing \(property) as well; --against OLD.wasm compares with another build\n"
      )
      return .failure
    }
    var stop: ReductionStop?
    do {
      try reducer.run()
    } catch let reason as ReductionStop {
      stop = reason
    }
    let text = ReducedFixture.text(head: head, reducer.steps)
    if let output {
      try output.write(text)
      try output.commit()
    } else {
      write(text)
    }
    let (before, after) = (Self.lineCount(source), Self.lineCount(text))
    let took = Format.duration(microseconds: (start.duration(to: .now)).microseconds)
    say.write(
      """
      kept: the script \(property)
      \(Count.lines(before)), \(Count.bytes(source.count)) → \(Count.lines(after)), \(Count.bytes(text.count)); \
      \(Format.grouped(reducer.runCount)) runs in \(took)\(stop.map { "; " + $0.sentence } ?? "")

      """)
    return stop == .interrupted ? .interrupted : .success
  }

  private static func lineCount(_ text: [UInt8]) -> Int {
    text.count { $0 == 0x0A } + (text.last.map { $0 == 0x0A ? 0 : 1 } ?? 0)
  }
}

extension ReductionStop {
  fileprivate var sentence: String {
    switch self {
    case .time: "--time ended it, a longer one may find something smaller"
    case .runs: "--runs ended it, more may find something smaller"
    case .interrupted: "it was interrupted"
    }
  }
}

/// Why nothing can be kept. A clause.
private struct NothingToKeep: Error {
  let reason: String
}

/// What is known of the case before it is reduced.
private struct ReduceWork {
  let fixture: Fixture
  var request: CaseRequest
  var new: BuildExecutor
  var old: BuildExecutor?
  let reduce: ReduceOptions
  let permitted: PermissionMatcher

  /// What the case does that a smaller one has to do as well.
  mutating func property(_ golden: GoldenFile) throws -> Result<KeptProperty, NothingToKeep> {
    func nothing(_ reason: String) -> Result<KeptProperty, NothingToKeep> {
      .failure(NothingToKeep(reason: reason))
    }
    if var old {
      if old.build.takesSourcesOnly, !isSourceOnly {
        return nothing("\(old.build.name) runs scripts without calls, modules and seeds alone")
      }
      defer { self.old = old }
      if case .outcome(let outcome) = try new.run(request) { limitFuel(outcome) }
      if !old.build.takesSourcesOnly { request.trace = CompareRunner.trace }
      let found = try PropertyJudge.difference(request, old: &old, new: &new, permitted)
      return found.map { .success($0) } ?? nothing("\(old.build.name) answers the same")
    }
    let outcome: CaseOutcome
    let found = try new.run(request)
    switch try new.readMessages(of: found, request) {
    case .outcome(let found): outcome = found
    case .refused(let finding):
      var report = CaseReport(fixture.file)
      (report.status, report.finding) = (.error, finding)
      return nothing(report.message)
    }
    limitFuel(outcome)
    if outcome.steps.contains(where: { $0.result == .limit(.time) }) {
      // The clock is too slow a judge: a script that runs so far is taken for one that does not end.
      request.limits.fuel = min(request.limits.fuel ?? .max, outcome.instructions, 20_000_000)
      return .success(.limit(.fuel))
    }
    if reduce.keepsEnding {
      return KeptProperty(endingOf: outcome).map { .success($0) }
        ?? nothing("it ends in no error, trap or limit")
    }
    switch golden {
    case .golden(let expected):
      if expected == Golden(outcome) {
        return nothing("it answers as its golden says; --keep ending keeps how it ends all the same")
      }
      return KeptProperty(outcome, expected: expected).map { .success($0) }
        ?? nothing(
          "its answer only lacks something of the golden, which a script that does nothing lacks as well;"
            + " --against OLD.wasm compares with another build")
    case .missing:
      return KeptProperty(endingOf: outcome).map { .success($0) }
        ?? nothing("it has no golden, and ends in no error, trap or limit")
    case .malformed(let path, let error):
      return nothing("its golden \(path) cannot be read: \(EscapedText.visible(error.reason))")
    }
  }

  private var isSourceOnly: Bool {
    request.steps.count == 1 && request.steps[0].source != nil && request.modules.isEmpty
      && request.seeds.isEmpty
  }

  /// What is left of a loop may run for ever: a smaller script needs no more than a multiple of what this one took.
  private mutating func limitFuel(_ outcome: CaseOutcome) {
    let (multiple, overflow) = outcome.instructions.multipliedReportingOverflow(by: 2)
    let limit = overflow ? UInt64.max : multiple &+ 10_000_000
    request.limits.fuel = min(request.limits.fuel ?? .max, limit)
  }

  func reducer(
    _ property: KeptProperty, head: [UInt8], deadline: ContinuousClock.Instant
  ) -> CaseReducer {
    CaseReducer(
      ReducedFixture.withoutDirectives(request.steps), head: head,
      PropertyJudge(property, request, new: new, old: old, permitted: permitted),
      runLimit: reduce.runLimit ?? .max, deadline: deadline)
  }
}
