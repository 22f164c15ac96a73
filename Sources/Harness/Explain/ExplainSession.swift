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
    guard let (session, found) = try find() else { return .nothingSelected }
    let paint = ConsolePaint(isOn: options.console.usesColor)
    // Whatever is wrong with the fixture is said before anything else is looked at.
    let fixture: Fixture
    do {
      fixture = try session.plan.loader.load(found)
    } catch {
      return try refuse(Finding(error), found, paint)
    }
    let profileFile = try explain.profile.map { path throws(FileError) in try OutputFile(path) }
    let provider = try openModule(options.module)
    provider.beginValidation()
    try session.chooseGoldens(of: provider)
    let file = session.plan.selected[0]
    var settings = options.settings
    settings.trace = CompareRunner<Provider>.trace
    settings.runsSkipped = true
    var runner = CaseRunner(
      provider, loader: session.plan.loader, settings: settings, interruption: interruption)
    guard let result = runner.run(file) else { throw CaseExecutionError.interrupted }
    try provider.finishValidation()
    guard let outcome = result.outcome else {
      return try refuse(result.report.finding ?? .fault(reason: "there is no outcome"), file, paint)
    }
    let profile = try profile(settings.request(for: fixture, interruption: interruption), outcome, provider)
    let labels = provider.functions.map { EscapedText.string($0.label.utf8) }
    let explanation = Explanation(
      fixture: fixture, listing: CaseListing(file, loader: session.plan.loader), outcome: outcome,
      report: result.report, profile: profile, labels: labels, options: explain, paint: paint)
    sink.write(explanation.text)
    if let profileFile, let profile {
      try profileFile.write(profile.collapsedStacks { labels[Int($0)] })
      try profileFile.commit()
    }
    return result.report.isBad ? .failure : .success
  }

  /// Says why a fixture cannot be run. Throws when it is not the fixture that is wrong.
  private func refuse(_ finding: Finding, _ file: FixtureFile, _ paint: ConsolePaint) throws -> ExitCode {
    var report = CaseReport(file)
    (report.status, report.finding) = (.error, finding)
    if report.isFault { throw CaseExecutionError.fault(report.message) }
    sink.write(Explanation.head(report, paint))
    return .failure
  }

  /// The case that was asked for, as the only one that is selected; none, after saying so, when there is no such
  /// case.
  private func find() throws -> (FixtureSession, FixtureFile)? {
    var options = options
    // The case may belong to another shard.
    options.environment = [:]
    let path = Path(explain.name)
    let isFile = try FixtureWalk.isFixture(path.lastComponent) && FileSystem.status(path)?.kind == .file
    if isFile, options.paths.isEmpty {
      options.paths = [path]
      options.found = nil
    }
    let session = try FixtureSession(
      options, name: "touchstone explain", sink: sink, interruption: interruption)
    let all = session.plan.all
    let name = explain.name.hasSuffix(".lua") ? String(explain.name.dropLast(4)) : explain.name
    let found = try all.first { file in
      try file.id.description == name || isFile && FileSystem.areSame(file.path, path)
    }
    if let found {
      session.select(only: found)
      return (session, found)
    }
    let hint = CaseName.hint(for: name, in: all.map(\.id.description))
    sink.write(
      "nothing was selected: there is no case \(EscapedText.string(Array(name.utf8)))\(hint.isEmpty ? "; touchstone list shows all" : hint)\n"
    )
    return nil
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
