// A comparison of two builds from beginning to end: select, run on both, replay what differs, report.
import LuaHost

/// What can be asked of `compare` besides what can be asked of `run`, whose `module` is the new build.
package struct CompareOptions: Sendable {
  package var oldModule: Path
  /// How many differing cases are replayed in search of the function in which the runs part.
  package var replayLimit = 24

  package init(oldModule: Path) {
    self.oldModule = oldModule
  }
}

/// One comparison. Belongs to one thread; the cases run on others.
package struct CompareSession<Provider: CaseExecutorProvider> {
  private let options: RunOptions
  private let compare: CompareOptions
  private let engineVersion: String
  private let sink: any TextSink
  private let interruption: Interruption
  private let openModule: (Path) throws -> Provider

  package init(
    _ options: RunOptions, _ compare: CompareOptions, engineVersion: String, sink: any TextSink,
    interruption: Interruption, openModule: @escaping (Path) throws -> Provider
  ) {
    self.options = options
    self.compare = compare
    self.engineVersion = engineVersion
    self.sink = sink
    self.interruption = interruption
    self.openModule = openModule
  }

  /// Compares and answers with the exit code. Throws as `RunSession.run` does.
  package func run() throws -> ExitCode {
    let plan = try CasePlan(options)
    try BazelProtocol(options.environment).acknowledgeShards()
    try options.checkOutputs()
    var description = RunDescription(
      name: "touchstone compare", language: "lua", engineVersion: engineVersion,
      caseCount: plan.selected.count, startTime: SystemClock.secondsSince1970, host: FileSystem.hostName)
    description.module = options.module.description
    description.oldModule = compare.oldModule.description
    description.options = options.given
    description.shard = plan.shard?.description
    description.shardSource = plan.shardSource
    description.suite = plan.suite
    if let emptiness = plan.emptiness {
      return try options.finishEmpty(description, because: emptiness, sink)
    }
    let hub = EventHub(try options.openWriters(sink, isComparison: true))

    var builds: [Provider] = []
    for path in [compare.oldModule, options.module] {
      do {
        builds.append(try openModule(path))
      } catch {
        hub.emit(.runStarted(description))
        hub.report(notRun: plan.selected, because: "a module could not be loaded")
        hub.emit(.notice(Notice(.fault, "\(error)", file: path.description)))
        return hub.finish(wasInterrupted: false).exitCode
      }
    }
    for build in builds { build.beginValidation() }
    description.oldModuleDigest = builds[0].moduleDigest
    description.moduleDigest = builds[1].moduleDigest
    hub.emit(.runStarted(description))
    // The same bytes need not be translated twice.
    if builds[0].moduleDigest == builds[1].moduleDigest {
      builds[1] = builds[0]
      hub.emit(.notice(Notice(.note, "both files are the same build, sha256 \(builds[0].moduleDigest)")))
    }
    let interfaces = (old: builds[0].interface, new: builds[1].interface)
    if builds[0].moduleDigest != builds[1].moduleDigest {
      for fact in InterfaceDifference(old: interfaces.old, new: interfaces.new).facts {
        hub.emit(.notice(Notice(fact.isTelling ? .warning : .note, fact.sentence)))
      }
    }
    var work = CompareWork(
      options, compare, plan, hub, interruption, old: builds[0], new: builds[1],
      modules: ModuleDifference(
        old: builds[0].functions, new: builds[1].functions,
        haveSameCode: interfaces.old.hasSameCode(as: interfaces.new)))
    work.run()
    return hub.finish(wasInterrupted: interruption.isRaised).exitCode
  }
}

/// The part of a comparison in which threads work.
private struct CompareWork<Provider: CaseExecutorProvider> {
  private let options: RunOptions
  private let compare: CompareOptions
  private let plan: CasePlan
  private let hub: EventHub
  private let interruption: Interruption
  private let old: Provider
  private let new: Provider
  private let modules: ModuleDifference
  /// The cases from number `emitted` on; nil for those that were not done.
  private var cases: [ComparedCase?] = []
  /// How many cases the reports have already: those before the first that might be replayed.
  private var emitted = 0
  /// The cases that answer alike and are small, by their numbers, with what they took.
  private var alike: [(number: Int, bounds: ReplayBounds)] = []
  /// What all cases took on both builds.
  private var instructions: UInt64 = 0
  /// The texts of the cases that wait, and where those of each are.
  private let spool = Spool()
  private var places: [Range<Int>] = []
  private var hasSpoolFailed = false
  private var isValidated = false
  /// Why no further case is run.
  private var stopReason: String?

  init(
    _ options: RunOptions, _ compare: CompareOptions, _ plan: CasePlan, _ hub: EventHub,
    _ interruption: Interruption, old: Provider, new: Provider, modules: ModuleDifference
  ) {
    self.options = options
    self.compare = compare
    self.plan = plan
    self.hub = hub
    self.interruption = interruption
    self.old = old
    self.new = new
    self.modules = modules
  }

  mutating func run() {
    for line in modules.summary { hub.emit(.notice(Notice(.note, line))) }
    runCases()
    finishValidation()
    if stopReason == nil, !interruption.isRaised { replay() }
    for (number, file) in plan.selected.enumerated().dropFirst(emitted) {
      emit(file, number - emitted < cases.count ? cases[number - emitted] : nil, place: number - emitted)
    }
  }

  private func emit(_ file: FixtureFile, _ result: ComparedCase?, place: Int?) {
    guard var result, stopReason == nil || result.isFatal else {
      hub.report(notRun: [file], because: stopReason ?? "the run was interrupted")
      return
    }
    if let place {
      do {
        let lines = try spool.read(places[place]).split(separator: 0x0A, omittingEmptySubsequences: false)
        result.report.difference = lines.dropLast().map { String(decoding: $0, as: UTF8.self) }
      } catch {
        hub.emit(.notice(Notice(.fault, error.description)))
      }
    }
    hub.emit(.caseFinished(result.report))
    for line in result.unusedLines {
      hub.emit(
        .notice(
          Notice(
            .warning,
            "\(result.report.file):\(line): this directive has no effect; directives stand before the code",
            file: result.report.file, line: line)))
    }
  }

  /// Takes the next case in order: passes it on, or keeps it until it is known what is replayed.
  private mutating func take(_ file: FixtureFile, _ result: ComparedCase?) {
    finishValidation()
    let bounds = result?.bounds
    instructions &+= (bounds?.old ?? 0) &+ (bounds?.new ?? 0)
    if let result, result.report.comparison?.verdict == .same, ReplayBackground.isWorthwhile(result.size) {
      alike.append((emitted + cases.count, result.bounds))
    }
    guard result?.request != nil || !cases.isEmpty || stopReason != nil else {
      emit(file, result, place: nil)
      emitted += 1
      if result?.isFatal == true { stopReason = "a module could not be started" }
      return
    }
    var result = result
    let start = spool.count
    do {
      for line in result?.report.difference ?? [] { try spool.append(line.utf8 + [0x0A]) }
      places.append(start..<spool.count)
    } catch {
      if !hasSpoolFailed { hub.emit(.notice(Notice(.fault, error.description))) }
      hasSpoolFailed = true
      places.append(0..<0)
    }
    result?.report.difference = []
    cases.append(result)
    if result?.isFatal == true { stopReason = "a module could not be started" }
  }

  private mutating func runCases() {
    let files = plan.selected
    OrderedPool<ComparedCase>(count: files.count, jobs: options.jobs, interruption: interruption).run(
      makeWorker: { [old, new, plan, options, interruption] in
        var runner = CompareRunner(
          old: old, new: new, loader: plan.loader, settings: options.settings, interruption: interruption)
        return { runner.run(files[$0]) }
      },
      weigh: \.report.size,
      whenDone: { _, result in hub.caseDone(result.report) },
      inOrder: { index, result in
        take(files[index], result)
        return stopReason == nil
      },
      tick: { hub.tick() })
  }

  /// Waits until both modules are known to be valid: before that no case can count as the same.
  private mutating func finishValidation() {
    if isValidated { return }
    isValidated = true
    for (provider, path) in [(old, compare.oldModule), (new, options.module)] {
      do {
        try provider.finishValidation()
      } catch {
        stopReason = "a module is invalid"
        hub.emit(.notice(Notice(.fault, "\(path): \(error)", file: path.description)))
        return
      }
    }
  }

  // MARK: - Replays

  private mutating func replay() {
    let candidates = cases.enumerated().compactMap { index, result -> DifferenceGroups.Candidate? in
      guard let result, result.request != nil, let comparison = result.report.comparison else { return nil }
      return DifferenceGroups.Candidate(index: index, comparison)
    }
    // A replay runs both builds at less than half the speed, and the beginning twice: this makes it a fortieth
    // of the whole.
    let chosen = DifferenceGroups.replayed(
      candidates, limit: compare.replayLimit, budget: 20_000_000 + instructions / 160)
    guard !chosen.isEmpty else { return }
    let instrumented: (old: Provider, new: Provider)
    do {
      instrumented.old = try old.instrumented()
      instrumented.new =
        old.moduleDigest == new.moduleDigest ? instrumented.old : try new.instrumented()
    } catch {
      hub.emit(.notice(Notice(.fault, error.description)))
      return
    }
    let compared = cases
    let alike = casesForBackground()
    // The longest first, or the last to be begun would be waited for.
    let work = (chosen.map { ($0, compared[$0]) } + alike.map { (nil, $0) as (Int?, ComparedCase?) })
      .sorted { $0.1?.size ?? 0 > $1.1?.size ?? 0 }
    var replays: [Int: ReplayedCase] = [:]
    var alikeReplays: [(id: String, result: ReplayedCase)] = []
    OrderedPool<ReplayedCase>(count: work.count, jobs: options.jobs, interruption: interruption).run(
      makeWorker: { [modules] in
        var search = PartingSearch(old: instrumented.old, new: instrumented.new, modules: modules)
        return { work[$0].1.flatMap { Self.replay($0, &search) } }
      },
      whenDone: { _, _ in },
      inOrder: { number, replay in
        if let index = work[number].0 {
          replays[index] = replay
        } else if let replay, let id = work[number].1?.report.id {
          alikeReplays.append((id, replay))
        }
        return true
      },
      tick: { hub.tick() })
    let background = ReplayBackground(alikeReplays.sorted { $0.id < $1.id })
    for index in chosen {
      cases[index]?.report.comparison?.replay = replays[index].map { background.subtracted(from: $0) }
    }
    if let notice = background.notice,
      cases.contains(where: { $0?.report.comparison?.replay?.entered != nil })
    {
      hub.emit(.notice(Notice(.note, notice)))
    }
    nameReplayedCases(candidates)
    for index in cases.indices { cases[index]?.report.noteReplay() }
  }

  /// Cases that answer alike, of different sizes, and how to run them again. A few small ones suffice to
  /// tell what the builds do differently throughout.
  private func casesForBackground() -> [ComparedCase] {
    let bySize = alike.sorted { ($0.bounds.new ?? 0, $0.number) < ($1.bounds.new ?? 0, $1.number) }
    let count = min(bySize.count, ReplayBackground.caseCount)
    return (0..<count).compactMap { place in
      let (number, bounds) = bySize[(2 * place + 1) * bySize.count / (2 * count)]
      let file = plan.selected[number]
      guard let fixture = try? plan.loader.load(file) else { return nil }
      var result = ComparedCase(report: CaseReport(file))
      result.report.comparison = CaseComparison(
        verdict: .same, old: CaseComparison.Side(result: "", instructions: bounds.old),
        new: CaseComparison.Side(result: "", instructions: bounds.new))
      result.request = options.settings.request(for: fixture, interruption: interruption)
      return result
    }
  }

  private static func replay(
    _ result: ComparedCase, _ search: inout PartingSearch<Provider>
  ) -> ReplayedCase? {
    guard let request = result.request else { return nil }
    do {
      var replayed = try search.replay(request, bounds: result.bounds)
      if result.report.comparison?.verdict == .cost {
        replayed.replay.costs = try search.costChanges(request, bounds: result.bounds)
      }
      return replayed
    } catch CaseExecutionError.interrupted {
      return nil
    } catch {
      return ReplayedCase(
        replay: Replay(note: "the replay failed: \(error)"), entered: EnteredDifference())
    }
  }

  /// Tells the cases that were not replayed which of their group was.
  private mutating func nameReplayedCases(_ candidates: [DifferenceGroups.Candidate]) {
    var examples: [DifferenceGroups.Key: String] = [:]
    for candidate in candidates where cases[candidate.index]?.report.comparison?.replay != nil {
      guard examples[candidate.key] == nil else { continue }
      examples[candidate.key] = cases[candidate.index]?.report.id
    }
    for candidate in candidates where cases[candidate.index]?.report.comparison?.replay == nil {
      cases[candidate.index]?.report.comparison?.replayedCase = examples[candidate.key]
    }
  }
}

extension CaseReport {
  /// Puts what the replay showed among the notes, for the reports that show nothing else.
  fileprivate mutating func noteReplay() {
    guard let comparison else { return }
    notes += comparison.replay?.lines ?? []
    if let other = comparison.replayedCase {
      notes.append("not replayed; \(other) has the same cause and was")
    }
  }
}
