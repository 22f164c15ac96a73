// A run from beginning to end: select, run, compare, report.
import LuaHost

/// One run of fixtures. Belongs to one thread; the cases run on others.
package struct RunSession<Provider: CaseExecutorProvider> {
  private let options: RunOptions
  private let engineVersion: String
  private let sink: any TextSink
  private let interruption: Interruption
  /// Loads the module under test. Throws `CaseExecutionError.fault` or `FileError`.
  private let openModule: (Path) throws -> Provider

  package init(
    _ options: RunOptions, engineVersion: String, sink: any TextSink, interruption: Interruption,
    openModule: @escaping (Path) throws -> Provider
  ) {
    self.options = options
    self.engineVersion = engineVersion
    self.sink = sink
    self.interruption = interruption
    self.openModule = openModule
  }

  /// Runs everything and answers with the exit code. Throws `UsageError` for what whoever typed it must
  /// change, and `FileError` or `ReportError` when the work could not be begun.
  package func run() throws -> ExitCode {
    let plan = try CasePlan(options)
    try BazelProtocol(options.environment).acknowledgeShards()
    try options.checkOutputs()
    var description = RunDescription(
      name: "touchstone", language: "lua", engineVersion: engineVersion, caseCount: plan.selected.count,
      startTime: SystemClock.secondsSince1970, host: FileSystem.hostName)
    description.module = options.module.description
    description.options = options.given
    description.shard = plan.shard?.description
    description.shardSource = plan.shardSource
    description.suite = plan.suite
    if let emptiness = plan.emptiness {
      return try options.finishEmpty(description, because: emptiness, sink)
    }
    let hub = EventHub(try options.openWriters(sink))
    func fail(_ error: any Error, _ reason: String, in path: Path) -> ExitCode {
      hub.emit(.runStarted(description))
      hub.report(notRun: plan.selected, because: reason)
      hub.emit(.notice(Notice(.fault, "\(error)", file: path.description)))
      return hub.finish(wasInterrupted: false).exitCode
    }
    var settings = options.settings
    if let path = options.baseline {
      do {
        settings.costs.baseline = try Baseline(path)
      } catch {
        return fail(error, "the baseline could not be read", in: path)
      }
    }
    let coverageFile = try options.coverage.map { path throws(FileError) in try OutputFile(path) }
    if coverageFile != nil { settings.observation = .coverage }
    let baselineFile = try options.saveBaseline.map { path throws(FileError) in try OutputFile(path) }

    let provider: Provider
    do {
      let module = try openModule(options.module)
      provider = coverageFile == nil ? module : try module.instrumented()
    } catch {
      return fail(error, "the module could not be loaded", in: options.module)
    }
    provider.beginValidation()
    description.moduleDigest = provider.moduleDigest
    hub.emit(.runStarted(description))
    var execution = Execution(plan, options, settings, hub, provider, interruption)
    execution.run()
    if !interruption.isRaised { noteStaleGoldens(plan, hub) }
    if let baselineFile, let baseline = execution.baseline, !interruption.isRaised {
      save(baseline, plan, to: baselineFile, hub)
    }
    if let coverageFile, let coverage = execution.coverage {
      do {
        try coverageFile.write(coverage.text)
        try coverageFile.commit()
      } catch {
        hub.emit(.notice(Notice(.fault, error.description)))
      }
    }
    keepRecord(plan, execution.endings, hub)
    return hub.finish(wasInterrupted: interruption.isRaised).exitCode
  }

  private func noteStaleGoldens(_ plan: CasePlan, _ hub: EventHub) {
    guard plan.isUnfiltered, plan.shard?.index ?? 1 == 1 else { return }
    do {
      let stale = try FixtureWalk.staleGoldens(
        in: plan.scopes, fixtures: plan.all, isExpectedGiven: options.expected != nil)
      for path in stale {
        hub.emit(
          .notice(
            Notice(
              options.isStrict ? .failure : .warning,
              "the golden \(path) belongs to no fixture; `touchstone bless --prune` deletes it",
              file: path.description)))
      }
    } catch {
      hub.emit(.notice(Notice(.fault, error.description)))
    }
  }

  private func save(_ new: Baseline, _ plan: CasePlan, to file: OutputFile, _ hub: EventHub) {
    do {
      let areAll = plan.shard == nil && !plan.suite.isPartial && hub.summary.notRun == 0
      try new.save(areAll: areAll, to: file)
    } catch {
      hub.emit(.notice(Notice(.fault, "\(error)")))
    }
  }

  private func keepRecord(_ plan: CasePlan, _ endings: [CaseEnding], _ hub: EventHub) {
    for root in Set(plan.scopes.map(\.root)) {
      var bad: [ExactText: CaseEnding] = [:]
      for (file, ending) in zip(plan.selected, endings) where ending.isBad && file.root == root {
        bad[ExactText(file.id.description)] = ending
      }
      // What stands on record and was not found is gone, if all of the root was looked through.
      let isWhole = plan.scopes.contains { $0.root == root && $0.isWholeRoot }
      // Seldom is there anything on record that was not run.
      var known: [ExactText: CaseEnding]?
      var staying = 0
      func isKept(_ id: ExactText, _ earlier: CaseEnding) -> Bool {
        if known == nil {
          var found: [ExactText: CaseEnding] = [:]
          for file in plan.all where file.root == root { found[ExactText(file.id.description)] = .notRun }
          for (file, ending) in zip(plan.selected, endings) where file.root == root {
            found[ExactText(file.id.description)] = ending
          }
          known = found
        }
        switch known?[id] {
        case .notRun: return true
        case .good where !earlier.isSeen(with: options.settings):
          staying += 1
          return true
        case nil: return !isWhole
        default: return false
        }
      }
      do {
        try LastRun(root: root).record(bad: bad, keeping: isKept)
        if staying > 0, options.onlyFailed {
          hub.emit(
            .notice(
              Notice(
                .warning,
                "on record for --only failed stays \(Count.cases(staying)) that failed under options which this run"
                  + " was not given: --max-cost-growth, --repeat or --perturb")))
        }
      } catch {
        // A read-only checkout can be tested all the same.
        let isIntended = (error as? FileError)?.isProtection ?? false
        hub.emit(
          .notice(
            Notice(
              isIntended ? .note : .warning, "the run is not on record for --only failed: \(error)")))
      }
    }
  }
}

/// The part of a run in which threads work.
private struct Execution<Provider: CaseExecutorProvider> {
  private let plan: CasePlan
  private let options: RunOptions
  private let settings: CaseSettings
  private let hub: EventHub
  private let provider: Provider
  private let interruption: Interruption

  /// By the number of the case.
  private(set) var endings: [CaseEnding] = []
  /// What the cases cost, if that is to be saved.
  private(set) var baseline: Baseline?
  /// What the cases entered, if that is observed.
  private(set) var coverage: Coverage?
  /// Why no further case is run.
  private var stopReason: String?
  private var isValidated = false

  init(
    _ plan: CasePlan, _ options: RunOptions, _ settings: CaseSettings, _ hub: EventHub,
    _ provider: Provider, _ interruption: Interruption
  ) {
    self.plan = plan
    self.options = options
    self.settings = settings
    self.hub = hub
    self.provider = provider
    self.interruption = interruption
    if settings.observation == .coverage { coverage = Coverage(of: provider) }
    if options.saveBaseline != nil { baseline = Baseline(moduleDigest: provider.moduleDigest) }
  }

  /// Runs all cases.
  mutating func run() {
    let files = plan.selected
    var order = Array(files.indices)
    if settings.perturbs { order = Self.shuffled(order, seed: 1) }
    let pool = OrderedPool<CaseResult>(
      count: files.count, jobs: options.jobs, order: order, interruption: interruption)
    pool.run(
      makeWorker: { [provider, plan, settings, interruption] in
        var runner = CaseRunner(
          provider, loader: plan.loader, settings: settings, interruption: interruption)
        return { number in
          var result = runner.run(files[number])
          // The report says all that is wanted of it.
          if settings.observation == .none { result?.outcome = nil }
          return result
        }
      },
      weigh: \.report.size,
      whenDone: { _, result in
        finishValidation()
        if stopReason == nil { hub.caseDone(result.report) }
      },
      inOrder: { index, result in deliver(files[index], result) },
      tick: { hub.tick() })
    finishValidation()
  }

  private mutating func deliver(_ file: FixtureFile, _ result: CaseResult?) -> Bool {
    finishValidation()
    guard let result, stopReason == nil else {
      var report = CaseReport(file)
      report.status = .notRun
      report.message = stopReason ?? "the run was interrupted"
      emit(report)
      return stopReason == nil
    }
    emit(result.report)
    coverage?.add(result.report.id, result.outcome)
    noteUnusedDirectives(result)
    noteCutOutput(result)
    if result.isFatal { stopReason = "the module could not be started" }
    let bad = hub.summary.failed + hub.summary.errors
    if let limit = options.maxFailures ?? (BazelProtocol(options.environment).failsFast ? 1 : nil),
      bad >= limit
    {
      stopReason = "the run was stopped after \(Count.of(bad, "failure"))"
    }
    return stopReason == nil
  }

  private mutating func emit(_ report: CaseReport) {
    endings.append(CaseEnding(report))
    baseline?.add(report)
    hub.emit(.caseFinished(report))
  }

  /// Waits until the module is known to be valid: before that no case can count as passed.
  private mutating func finishValidation() {
    if isValidated { return }
    isValidated = true
    do {
      try provider.finishValidation()
    } catch {
      stopReason = "the module is invalid"
      hub.emit(.notice(Notice(.fault, error.description, file: options.module.description)))
    }
  }

  private func noteCutOutput(_ result: CaseResult) {
    guard options.isStrict, let step = result.cutSteps.first else { return }
    let place = step > 0 ? "step \(step + 1) of " : ""
    hub.emit(
      .notice(
        Notice(
          .failure,
          "\(place)\(result.report.id): \(StepOutcome.cutOutputNote); print less, or say `--! expect-cut: reason`",
          file: result.report.file)))
  }

  private func noteUnusedDirectives(_ result: CaseResult) {
    for line in result.unusedLines {
      hub.emit(
        .notice(
          Notice(
            options.isStrict ? .failure : .warning,
            "\(result.report.file):\(line): this directive has no effect; directives stand before the code",
            file: result.report.file, line: line)))
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
