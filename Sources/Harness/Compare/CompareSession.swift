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

/// A comparison.
package enum CompareSession {
  /// Compares and answers with the exit code. Throws as `RunSession.run` does.
  package static func run<Provider: CaseExecutorProvider>(
    _ context: SessionContext, _ compare: CompareOptions, openModule: (Path) throws -> Provider
  ) throws -> ExitCode {
    let session = try FixtureSession(context, name: "touchstone compare")
    session.description.oldModule = compare.oldModule.description
    if let emptiness = session.plan.emptiness { return try session.finish(nothingSelected: emptiness) }
    try session.openReports()
    var builds: [(path: Path, provider: Provider)] = []
    for path in [compare.oldModule, context.options.module] {
      guard let build = session.prepare(.moduleNotLoaded, path, { try openModule(path) }) else {
        return session.finish()
      }
      builds.append((path, build))
    }
    try session.chooseGoldens(of: builds[1].provider)
    session.validate(builds)
    var (old, new) = (builds[0].provider, builds[1].provider)
    session.description.oldModuleDigest = old.moduleDigest
    session.description.moduleDigest = new.moduleDigest
    session.start()
    // The same bytes need not be translated twice.
    if old.moduleDigest == new.moduleDigest {
      new = old
      session.note(.note, .sameBuild(digest: new.moduleDigest))
    }
    let interfaces = (old: old.interface, new: new.interface)
    if old.moduleDigest != new.moduleDigest {
      for fact in InterfaceDifference(old: interfaces.old, new: interfaces.new).facts {
        session.note(fact.isTelling ? .warning : .note, fact)
      }
    }
    let modules = ModuleDifference(
      old: old.functions, new: new.functions, haveSameCode: interfaces.old.hasSameCode(as: interfaces.new))
    for fact in modules.facts { session.note(.note, fact) }
    var work = CompareWork(session, compare, old: old, new: new, modules: modules)
    work.run()
    return session.finish()
  }
}

/// The part of a comparison in which threads work.
private struct CompareWork<Provider: CaseExecutorProvider> {
  private let session: FixtureSession
  private let compare: CompareOptions
  private let old: Provider
  private let new: Provider
  private let modules: ModuleDifference
  /// The cases from number `emitted` on; nil for those that were not done.
  private var cases: [CaseResult?] = []
  /// How many cases the reports have already: those before the first that might be replayed.
  private var emitted = 0
  /// The cases that answer alike and are small, by their numbers, with what they took.
  private var alike: [(number: Int, bounds: ReplayBounds)] = []
  /// What all cases took on both builds.
  private var instructions: UInt64 = 0
  /// The differences of the cases that wait, and where each is.
  private let spool = Spool()
  private var places: [Range<Int>] = []
  private var hasSpoolFailed = false

  init(
    _ session: FixtureSession, _ compare: CompareOptions, old: Provider, new: Provider,
    modules: ModuleDifference
  ) {
    self.session = session
    self.compare = compare
    self.old = old
    self.new = new
    self.modules = modules
  }

  mutating func run() {
    session.runCases(
      makeRunner: {
        [
          old = TestedBuild(old, name: ""), new = TestedBuild(new, name: ""),
          settings = session.options.settings, interruption = session.interruption
        ] loader in
        var runner = CompareRunner(
          old: old, new: new, loader: loader, settings: settings, interruption: interruption)
        return { runner.run($0) }
      },
      take: { take($0, $1) })
    if !session.isStopped, !session.interruption.isRaised { replay() }
    for (place, result) in cases.enumerated() {
      var result = result
      do {
        let line = try spool.read(places[place])
        if !line.isEmpty { result?.report.difference = JSONLines.value([DifferenceLine].self, line) ?? [] }
      } catch {
        session.hub.emit(.notice(Notice(fault: error)))
      }
      session.report(emitted + place, result)
    }
  }

  /// Takes the next case in order: passes it on, or keeps it until it is known what is replayed.
  private mutating func take(_ number: Int, _ result: CaseResult?) {
    instructions &+= result?.size ?? 0
    if let result, result.report.comparison?.verdict == .same, ReplayBackground.isWorthwhile(result.size) {
      alike.append((number, result.bounds))
    }
    guard result?.request != nil || !cases.isEmpty else {
      session.report(number, result)
      emitted += 1
      return
    }
    var result = result
    let start = spool.count
    do {
      if let difference = result?.report.difference, !difference.isEmpty {
        try spool.append(JSONLines.line(difference))
      }
      places.append(start..<spool.count)
    } catch {
      if !hasSpoolFailed { session.hub.emit(.notice(Notice(fault: error))) }
      hasSpoolFailed = true
      places.append(0..<0)
    }
    result?.report.difference = []
    cases.append(result)
  }

  // MARK: - Replays

  private mutating func replay() {
    let candidates = cases.enumerated().compactMap { DifferenceGroups.Candidate(index: $0, $1) }
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
      session.hub.emit(.notice(Notice(fault: error)))
      return
    }
    let compared = cases
    let alike = casesForBackground()
    // The longest first, or the last to be begun would be waited for.
    let work = (chosen.map { ($0, compared[$0]) } + alike.map { (nil, $0) as (Int?, CaseResult?) })
      .sorted { $0.1?.size ?? 0 > $1.1?.size ?? 0 }
    var replays: [Int: ReplayedCase] = [:]
    var alikeReplays: [(id: String, result: ReplayedCase)] = []
    session.loop(
      count: work.count, name: { work[$0].1?.report.id ?? "" },
      makeWorker: { [modules] in
        var search = PartingSearch(old: instrumented.old, new: instrumented.new, modules: modules)
        return { work[$0].1.flatMap { Self.replay($0, &search) } }
      },
      take: { number, replay in
        if let index = work[number].0 {
          replays[index] = replay
        } else if let replay, let id = work[number].1?.report.id {
          alikeReplays.append((id, replay))
        }
        return true
      })
    let background = ReplayBackground(alikeReplays.sorted { $0.id < $1.id })
    for index in chosen {
      cases[index]?.report.comparison?.replay = replays[index].map { background.subtracted(from: $0) }
    }
    if let fact = background.fact, cases.contains(where: { $0?.report.comparison?.replay?.entered != nil }) {
      session.note(.note, fact)
    }
    nameReplayedCases(candidates)
  }

  /// Cases that answer alike, of different sizes, and how to run them again. A few small ones suffice to
  /// tell what the builds do differently throughout.
  private func casesForBackground() -> [CaseResult] {
    let bySize = alike.sorted { ($0.bounds.new ?? 0, $0.number) < ($1.bounds.new ?? 0, $1.number) }
    let count = min(bySize.count, ReplayBackground.caseCount)
    return (0..<count).compactMap { place in
      let (number, bounds) = bySize[(2 * place + 1) * bySize.count / (2 * count)]
      let file = session.plan.selected[number]
      guard let fixture = try? session.plan.loader.load(file) else { return nil }
      var result = CaseResult(file)
      result.report.comparison = CaseComparison(
        verdict: .same, old: CaseComparison.Side(instructions: bounds.old),
        new: CaseComparison.Side(instructions: bounds.new))
      result.request = session.options.settings.request(for: fixture, interruption: session.interruption)
      return result
    }
  }

  private static func replay(
    _ result: CaseResult, _ search: inout PartingSearch<Provider>
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
        replay: Replay(shortfall: .failed(reason: EscapedText.visible("\(error)"))),
        entered: EnteredDifference())
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
