// What all sessions share: options, events, the loop over the work, the end.
import LuaHost

/// What a command gives to its session.
package struct SessionContext {
  package var options: RunOptions
  let engineVersion: String
  let sink: any TextSink
  let interruption: Interruption

  package init(
    _ options: RunOptions, engineVersion: String = TouchstoneVersion.current, sink: any TextSink,
    interruption: Interruption
  ) {
    self.options = options
    self.engineVersion = engineVersion
    self.sink = sink
    self.interruption = interruption
  }
}

/// One session of a command. Belongs to one thread; the work is done on others.
package class Session {
  package let options: RunOptions
  package let sink: any TextSink
  package let interruption: Interruption
  package var description: RunDescription
  package private(set) var hub = EventHub()
  /// Whether `description` was passed on.
  private var isStarted = false

  /// Throws `UsageError` when reports would overwrite what they should not, or `FileError`.
  package init(
    _ context: SessionContext, name: String, language: String = "lua", caseCount: Int
  ) throws {
    (options, sink, interruption) = (context.options, context.sink, context.interruption)
    description = RunDescription(
      name: name, language: language, engineVersion: context.engineVersion, caseCount: caseCount,
      startTime: SystemClock.secondsSince1970, host: FileSystem.hostName)
    description.options = options.given
    try options.checkOutputs()
  }

  /// Opens the reports and what else is to be written: what cannot be is found out before anything runs.
  package func openReports() throws(FileError) {
    hub = EventHub(try options.openWriters(sink, description))
  }

  package func start() {
    if !isStarted { hub.emit(.runStarted(description)) }
    isStarted = true
  }

  package func note(_ severity: Notice.Severity, _ fact: Notice.Fact, file: Path? = nil, line: Int? = nil) {
    hub.emit(.notice(Notice(severity, fact, file: file?.description, line: line)))
  }

  /// One loop over the work of a session: all of it is done on threads, and its results come here in order, nil for
  /// what was not done. `name` says what a piece is called, `reports` what there is to see of it the moment it is done. `take` answers
  /// whether to go on.
  package func loop<Output: Sendable>(
    count: Int, order: [Int]? = nil, name: (Int) -> String,
    makeWorker: @escaping @Sendable () -> (Int) -> Output?,
    weigh: @escaping @Sendable (Output) -> Int = { _ in 0 },
    reports: (Output) -> [CaseReport]? = { _ in nil },
    take: (Int, Output?) -> Bool
  ) {
    var running: (number: Int, time: Duration)?
    OrderedPool<Output>(count: count, jobs: options.jobs, order: order, interruption: interruption).run(
      makeWorker: makeWorker, weigh: weigh,
      whenDone: { number, output in
        if running?.number == number { running = nil }
        if let reports = reports(output) { hub.emit(.partDone(reports)) }
      },
      inOrder: take, whileRunning: { running = ($0, $1) },
      tick: { hub.emit(.tick(running.map { RunningWork(name: name($0.number), time: $0.time) })) })
  }

  package func finish() -> ExitCode {
    start()
    return hub.finish(complete).exitCode
  }

  /// Adds to the summary what the events do not tell.
  func complete(_ summary: inout RunSummary) { summary.wasInterrupted = interruption.isRaised }

  /// Ends a session that selected nothing. Its reports are written all the same: those of an earlier one must not
  /// pass for them.
  package func finish(nothingSelected reason: String) throws(FileError) -> ExitCode {
    sink.write("nothing was selected: \(reason)\n")
    let faults = FaultWriter(sink)
    hub = EventHub([faults] + (try options.openReports(sink)))
    start()
    note(.warning, .nothingSelected(reason: reason))
    let summary = hub.finish { _ in }
    return summary.faults > 0 || faults.hasWritten ? .fault : .nothingSelected
  }
}

/// Says what went wrong with the reports themselves, once they are done.
private final class FaultWriter: EventWriter {
  private let sink: any TextSink
  private(set) var hasWritten = false

  init(_ sink: any TextSink) { self.sink = sink }

  func receive(_ event: RunEvent) {
    guard case .notice(let notice) = event, notice.severity == .fault else { return }
    hasWritten = true
    sink.write("ERROR \(notice.message)\n")
  }
}

/// A session on fixtures.
package final class FixtureSession: Session {
  package private(set) var plan: CasePlan
  /// Why no further case is run.
  private var stop: (reason: NotRunReason, failures: Int?)?
  /// Tells what the cases were made of that were run.
  private var contents: SHA256Digest?
  /// The modules whose validity nobody has waited for.
  private var unvalidated: [(path: Path, wait: () throws(CaseExecutionError) -> Void)] = []

  var isStopped: Bool { stop != nil }

  override func complete(_ summary: inout RunSummary) {
    super.complete(&summary)
    summary.contents = contents?.description
  }

  package init(_ context: SessionContext, name: String = "touchstone") throws {
    plan = try CasePlan(context.options)
    try BazelProtocol(context.options.environment).acknowledgeShards()
    try super.init(context, name: name, caseCount: plan.selected.count)
    description.module = options.module.description
    description.shard = plan.shard?.description
    description.shardSource = plan.shardSource
    description.balanceDigest = plan.balanceDigest
    description.suite = plan.suite
    description.again = options.again.isEmpty ? nil : options.again
  }

  /// Leaves all cases but one out.
  func select(only file: FixtureFile) { plan.selected = [file] }

  /// Chooses between variants of goldens, by the version of the module where no option names one.
  func chooseGoldens(of provider: some CaseExecutorProvider) throws(FileError) {
    try plan.chooseGoldens(options.variant) { provider.goldenVariant }
  }

  /// Does what no case can be run without. When it fails all cases are reported as not run, and there is nothing
  /// left but to finish.
  func prepare<Value>(_ reason: NotRunReason, _ file: Path, _ work: () throws -> Value) -> Value? {
    do {
      return try work()
    } catch {
      start()
      let wasInterrupted = error as? CaseExecutionError == .interrupted
      stop = (wasInterrupted ? .interrupted : reason, nil)
      for file in plan.selected { report(notRun: file) }
      if !wasInterrupted { hub.emit(.notice(Notice(fault: error, file: file.description))) }
      return nil
    }
  }

  /// Begins to validate modules beside the first cases.
  func validate<Provider: CaseExecutorProvider>(_ modules: [(path: Path, provider: Provider)]) {
    for (path, provider) in modules {
      provider.beginValidation()
      unvalidated.append((path, { () throws(CaseExecutionError) in try provider.finishValidation() }))
    }
  }

  /// Waits until the modules are known to be valid: before that no case can count as passed.
  private func finishValidation() {
    let namesModule = unvalidated.count > 1
    while let (path, wait) = unvalidated.first {
      unvalidated.removeFirst()
      do {
        try wait()
      } catch {
        unvalidated = []
        stop = (.moduleInvalid, nil)
        note(
          .fault, .trouble(reason: EscapedText.visible((namesModule ? "\(path): " : "") + error.description)),
          file: path)
      }
    }
  }

  /// Runs all cases and hands each on in order, nil when it was not run. `makeRunner` is called on each thread.
  func runCases(
    order: [Int]? = nil, stoppingAfter limit: Int? = nil,
    makeRunner: @escaping @Sendable (FixtureLoader) -> (FixtureFile) -> CaseResult?,
    take: (Int, CaseResult?) -> Void
  ) {
    loop(
      count: plan.selected.count, order: order, name: { plan.selected[$0].id.description },
      makeWorker: { [plan] in
        let run = makeRunner(plan.loader)
        return { run(plan.selected[$0]) }
      },
      weigh: { $0.report.size },
      reports: { result in
        finishValidation()
        return isStopped ? nil : [result.report]
      },
      take: { index, result in
        finishValidation()
        if isStopped {
          take(index, nil)
          return false
        }
        take(index, result)
        if result?.isFatal == true { stop = (.moduleNotStarted, nil) }
        let bad = hub.summary.failed + hub.summary.errors
        if let limit, bad >= limit { stop = (.stopped, bad) }
        return !isStopped
      })
    finishValidation()
  }

  /// Reports on a case, and on what stands in its fixture without effect.
  func report(_ index: Int, _ result: CaseResult?, strictly isStrict: Bool = false) {
    guard let result else { return report(notRun: plan.selected[index]) }
    if let contents = result.contents {
      self.contents = SHA256Digest(of: Array("\(self.contents.map { "\($0)" } ?? "")\(contents)".utf8))
    }
    hub.emit(.caseFinished(result.report))
    for line in result.unusedLines {
      note(isStrict ? .failure : .warning, .unusedDirective, file: plan.selected[index].path, line: line)
    }
  }

  private func report(notRun file: FixtureFile) {
    var report = CaseReport(file)
    report.status = .notRun
    report.finding = .notRun(reason: stop?.reason ?? .interrupted, failures: stop?.failures)
    hub.emit(.caseFinished(report))
  }
}
