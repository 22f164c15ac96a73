// A run from beginning to end: select, run, compare, report.
import LuaHost

/// A run of fixtures.
package enum RunSession {
  /// Runs everything and answers with the exit code. `openModule` loads the module under test; it throws
  /// `CaseExecutionError.fault` or `FileError`. Throws `UsageError` for what whoever typed it must change, and
  /// `FileError` or `ReportError` when the work could not be begun.
  package static func run<Provider: CaseExecutorProvider>(
    _ context: SessionContext, openModule: (Path) throws -> Provider
  ) throws -> ExitCode {
    let session = try FixtureSession(context)
    let (options, interruption) = (context.options, context.interruption)
    if let emptiness = session.plan.emptiness { return try session.finish(nothingSelected: emptiness) }
    try session.openReports()
    var settings = options.settings
    if let path = options.baseline {
      guard let baseline = session.prepare(.baselineUnreadable, path, { try Baseline(path) }) else {
        return session.finish()
      }
      settings.costs.baseline = baseline
    }
    let coverageFile = try options.coverage.map { path throws(FileError) in try OutputFile(path) }
    let opened = session.prepare(.moduleNotLoaded, options.module) {
      let module = try openModule(options.module)
      return coverageFile == nil ? module : try module.instrumented()
    }
    guard let provider = opened else { return session.finish() }
    try session.chooseGoldens(of: provider)
    let plan = session.plan
    session.validate([(options.module, provider)])
    session.description.moduleDigest = provider.moduleDigest
    for root in Set(plan.scopes.map(\.root)) { session.hub.add(LastRunWriter(root, plan, options)) }
    if let coverageFile {
      settings.observation = .coverage
      session.hub.add(CoverageWriter(coverageFile, Coverage(of: provider)))
    }
    session.start()

    session.runCases(
      order: settings.perturbs ? shuffled(Array(plan.selected.indices), seed: 1) : nil,
      stoppingAfter: options.maxFailures ?? (BazelProtocol(options.environment).failsFast ? 1 : nil),
      makeRunner: { [settings, interruption] loader in
        var runner = CaseRunner(provider, loader: loader, settings: settings, interruption: interruption)
        return { file in
          var result = runner.run(file)
          // The report says all that is wanted of it.
          if settings.observation == .none { result?.outcome = nil }
          return result
        }
      },
      take: { index, result in
        session.report(index, result, strictly: options.isStrict)
        if options.isStrict, let result, let step = result.cutSteps.first {
          session.note(
            .failure, .cutOutput(id: result.report.id, step: step > 0 ? step + 1 : nil),
            file: session.plan.selected[index].path)
        }
        if let result, let observed = result.outcome?.observed {
          session.hub.emit(.caseObserved(id: result.report.id, observed))
        }
      })
    if !interruption.isRaised { noteStrays(session) }
    return session.finish()
  }

  /// Says what belongs to no case, and what only this command line says.
  private static func noteStrays(_ session: FixtureSession) {
    let options = session.options
    do {
      for stray in try session.plan.strays(options) {
        session.note(options.isStrict ? .failure : .warning, stray.fact, file: stray.path)
      }
    } catch {
      session.hub.emit(.notice(Notice(fault: error)))
    }
    for root in Set(session.plan.scopes.map(\.root)) where !root.isLasting && options.changed == nil {
      session.note(.warning, options.lastingHint(root))
    }
  }

  /// The same order for the same seed, everywhere. Each 256 numbers are shuffled among themselves: reports
  /// are in order, and what is done far ahead of its turn would have to be kept.
  private static func shuffled(_ numbers: [Int], seed: UInt64) -> [Int] {
    let window = 256
    var numbers = numbers
    var state = seed
    for index in numbers.indices where index % window > 0 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let earlier = Int((state >> 33) % UInt64(index % window + 1))
      numbers.swapAt(index, index - index % window + earlier)
    }
    return numbers
  }
}
