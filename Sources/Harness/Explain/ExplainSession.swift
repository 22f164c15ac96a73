// Explains one case: finds it, runs it, runs it again with its calls watched, and writes down everything.
import LuaHost

/// What can be asked of `explain` besides the module and its limits.
package struct ExplainOptions: Sendable {
  /// An id, or the path of a fixture.
  package var name: String
  /// Where to write the collapsed stacks.
  package var profile: Path?
  /// How many functions and host calls are listed.
  package var functionLimit = 15
  package var hostCallLimit = 200

  package init(name: String) {
    self.name = name
  }
}

/// One explanation.
package struct ExplainSession<Provider: CaseExecutorProvider> {
  private let options: RunOptions
  private let explain: ExplainOptions
  private let sink: any TextSink
  private let interruption: Interruption
  private let openModule: (Path) throws -> Provider

  package init(
    _ options: RunOptions, _ explain: ExplainOptions, sink: any TextSink, interruption: Interruption,
    openModule: @escaping (Path) throws -> Provider
  ) {
    self.options = options
    self.explain = explain
    self.sink = sink
    self.interruption = interruption
    self.openModule = openModule
  }

  /// Explains the case: success when it is as expected, or skipped by a run. Throws as `RunSession.run`
  /// does, and `FixtureError` or `CaseExecutionError` when the work cannot be done.
  package func run() throws -> ExitCode {
    let (plan, file) = try find()
    guard let file else { return .nothingSelected }
    do {
      return try explain(file, plan)
    } catch {
      guard let reason = Self.faultOfFixture(error) else { throw error }
      sink.write(Explanation.head(file, reason, ConsolePaint(isOn: options.console.usesColor)))
      return .failure
    }
  }

  /// What is wrong with a fixture that cannot be run; nil when something else is.
  private static func faultOfFixture(_ error: any Error) -> String? {
    switch error {
    case FixtureError.directive(let error): error.description
    case CaseExecutionError.sourceTooLong, CaseExecutionError.loadingFailed, CaseExecutionError.callRefused,
      CaseExecutionError.seedRefused:
      "\(error)"
    default: nil
    }
  }

  private func explain(_ file: FixtureFile, _ plan: CasePlan) throws -> ExitCode {
    let fixture = try plan.loader.load(file)
    let golden = try GoldenFile(file.golden)
    let profileFile = try explain.profile.map { path throws(FileError) in try OutputFile(path) }

    let provider = try openModule(options.module)
    provider.beginValidation()
    var request = options.settings.request(for: fixture, interruption: interruption)
    request.trace = HostCallTrace(callLimit: 100_000, byteLimit: 16 << 20)
    var executor = try provider.makeExecutor(memoryLimit: request.limits.memoryBytes)
    let outcome = try executor.readMessages(of: try executor.run(request), request)
    try provider.finishValidation()
    let profile = try profile(request, outcome, provider)

    var verdict = Verdict(
      outcome, expected: golden, expectedFailure: fixture.directives.expectedFailure)
    if let reason = fixture.directives.skip { (verdict.status, verdict.message) = (.skipped, reason) }
    let explanation = Explanation(
      fixture: fixture, listing: CaseListing(file, loader: plan.loader), outcome: outcome, verdict: verdict,
      golden: golden, profile: profile, labels: provider.functions.map(\.label), options: explain,
      paint: ConsolePaint(isOn: options.console.usesColor))
    sink.write(explanation.text)
    if let profileFile, let profile {
      let labels = provider.functions.map(\.label)
      try profileFile.write(profile.collapsedStacks { labels[Int($0)] })
      try profileFile.commit()
    }
    return verdict.status == .failed || verdict.status == .error ? .failure : .success
  }

  /// The case that was asked for; none, after saying so, when there is no such case.
  private func find() throws -> (CasePlan, FixtureFile?) {
    var options = options
    // The case may belong to another shard.
    options.environment = [:]
    if try FileSystem.status(Path(explain.name))?.kind == .file { options.paths = [Path(explain.name)] }
    let plan = try CasePlan(options)
    if options.paths == [Path(explain.name)] { return (plan, plan.all.first) }
    let name = explain.name.hasSuffix(".lua") ? String(explain.name.dropLast(4)) : explain.name
    if let file = plan.all.first(where: { $0.id.description == name }) { return (plan, file) }
    let hint = CaseName.hint(for: name, in: plan.all.map(\.id.description))
    sink.write(
      "nothing was selected: there is no case \(EscapedText.string(Array(name.utf8)))\(hint.isEmpty ? "; touchstone list shows all" : hint)\n"
    )
    return (plan, nil)
  }

  /// Runs the case again as far as it came, and watches where the instructions go.
  private func profile(
    _ request: CaseRequest, _ outcome: CaseOutcome, _ provider: Provider
  ) throws(CaseExecutionError) -> CallProfile? {
    var request = request
    request.observation = .profile
    request.trace = HostCallTrace(callLimit: 0)
    request.limits.fuel = min(request.limits.fuel ?? .max, outcome.instructions)
    // It takes a multiple of the time.
    request.limits.time = nil
    var executor = try provider.instrumented().makeExecutor(memoryLimit: request.limits.memoryBytes)
    guard case .profile(let profile) = try executor.run(request).observed else { return nil }
    return profile
  }
}
