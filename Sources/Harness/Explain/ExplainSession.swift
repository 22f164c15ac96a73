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

/// An explanation.
package enum ExplainSession {
  /// Explains the case: success when it is as expected, or skipped by a run. Throws as `RunSession.run`
  /// does, and `CaseExecutionError` when the work cannot be done.
  package static func run<Provider: CaseExecutorProvider>(
    _ context: SessionContext, _ explain: ExplainOptions, openModule: (Path) throws -> Provider
  ) throws -> ExitCode {
    guard let (session, found) = try find(explain.name, context) else { return .nothingSelected }
    let (options, sink, interruption) = (context.options, context.sink, context.interruption)
    let paint = ConsolePaint(isOn: options.console.usesColor)
    // Whatever is wrong with the fixture is said before anything else is looked at.
    let fixture: Fixture
    do {
      fixture = try session.plan.loader.load(found)
    } catch {
      return try refuse(Finding(error), found, sink, paint)
    }
    let profileFile = try explain.profile.map { path throws(FileError) in try OutputFile(path) }
    let provider = try openModule(options.module)
    provider.beginValidation()
    try session.chooseGoldens(of: provider)
    let file = session.plan.selected[0]
    var settings = options.settings
    settings.trace = CompareRunner.trace
    settings.runsSkipped = true
    settings.readsEveryMessage = true
    // All that may take long is done on another thread, so that an interruption ends it.
    var explained: Result<Explained, CaseExecutionError>?
    let loader = session.plan.loader
    session.loop(
      count: 1, name: { _ in explain.name },
      makeWorker: { [settings] in
        { _ in
          Result { () throws(CaseExecutionError) in
            try Explained(fixture, file, loader, provider, settings, explain, paint, interruption)
          }
        }
      },
      take: { _, result in
        explained = result
        return true
      })
    guard let explained, !interruption.isRaised else { throw CaseExecutionError.interrupted }
    let (report, text, stacks) = try explained.get().parts
    try provider.finishValidation()
    guard let text else {
      return try refuse(report.finding ?? .fault(reason: "there is no outcome"), file, sink, paint)
    }
    sink.write(text)
    if let profileFile, let stacks {
      try profileFile.write(stacks)
      try profileFile.commit()
    }
    return report.isBad ? .failure : .success
  }

  /// Says why a fixture cannot be run. Throws when it is not the fixture that is wrong.
  private static func refuse(
    _ finding: Finding, _ file: FixtureFile, _ sink: any TextSink, _ paint: ConsolePaint
  ) throws -> ExitCode {
    var report = CaseReport(file)
    (report.status, report.finding) = (.error, finding)
    if report.isFault { throw CaseExecutionError.fault(report.message) }
    sink.write(Explanation.head(report, paint))
    return .failure
  }

  /// The case that was asked for, as the only one that is selected; none, after saying so, when there is no such
  /// case.
  static func find(
    _ name: String, _ context: SessionContext, command: String = "touchstone explain"
  ) throws -> (FixtureSession, FixtureFile)? {
    var context = context
    let path = Path(name)
    // The case may belong to another shard.
    context.options.environment = [:]
    let isFile = try FixtureWalk.isFixture(path.lastComponent) && FileSystem.status(path)?.kind == .file
    if isFile, context.options.paths.isEmpty {
      context.options.paths = [path]
      context.options.found = nil
    }
    let session = try FixtureSession(context, name: command)
    let all = session.plan.all
    let name = name.hasSuffix(".lua") ? String(name.dropLast(4)) : name
    let found = try all.first { file in
      try file.id.description == name || isFile && FileSystem.areSame(file.path, path)
    }
    if let found {
      session.select(only: found)
      return (session, found)
    }
    let hint = CaseName.hint(for: name, in: all.map(\.id.description))
    context.sink.write(
      "nothing was selected: there is no case \(EscapedText.string(Array(name.utf8)))\(hint.isEmpty ? "; touchstone list shows all" : hint)\n"
    )
    return nil
  }
}

/// A case with all that there is to say of it.
private struct Explained: Sendable {
  let report: CaseReport
  /// Nil when the case has no outcome.
  let text: String?
  let stacks: String?

  var parts: (CaseReport, String?, String?) { (report, text, stacks) }

  init<Provider: CaseExecutorProvider>(
    _ fixture: Fixture, _ file: FixtureFile, _ loader: FixtureLoader, _ provider: Provider,
    _ settings: CaseSettings, _ explain: ExplainOptions, _ paint: ConsolePaint, _ interruption: Interruption
  ) throws(CaseExecutionError) {
    var runner = CaseRunner(provider, loader: loader, settings: settings, interruption: interruption)
    guard let result = runner.run(file) else { throw .interrupted }
    report = result.report
    guard let outcome = result.outcome else {
      (text, stacks) = (nil, nil)
      return
    }
    let profile = try Self.profile(
      settings.request(for: fixture, interruption: interruption), outcome, provider)
    let labels = provider.functions.map { EscapedText.string($0.label.utf8) }
    text =
      Explanation(
        fixture: fixture, listing: CaseListing(file, loader: loader), outcome: outcome, report: report,
        profile: profile, labels: labels, options: explain, paint: paint
      ).text
    stacks = explain.profile == nil ? nil : profile?.collapsedStacks { labels[Int($0)] }
  }

  /// Runs the case again as far as it came, and watches where the instructions go.
  private static func profile(
    _ request: CaseRequest, _ outcome: CaseOutcome, _ provider: some CaseExecutorProvider
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
