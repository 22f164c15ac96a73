// Runs scripts on both builds, one after the other, on one thread.
import LuaHost
import Synchronization

/// The builds of one thread, kept from round to round.
final class TrialRunner {
  private var new: LuaMachine?
  private let newModule: LuaModule
  private var old: BuildExecutor
  private let options: ExploreOptions
  private let permitted: PermissionMatcher
  private let interruption: Interruption
  /// How many of the edges that all threads know of this one's map knows.
  private var learntCount = 0

  init(new: LuaModule, old: TestedBuild, _ options: ExploreOptions, _ interruption: Interruption) {
    (newModule, self.old) = (new, BuildExecutor(old))
    (self.options, self.interruption) = (options, interruption)
    permitted = PermissionMatcher(old.permitted.joined(with: options.permitted))
  }

  /// Takes over what all threads know.
  func learn(_ edges: [UInt32]) {
    new?.edges?.learn(edges[learntCount...])
    if new != nil { learntCount = edges.count }
  }

  /// Tries a script. Nil when it was interrupted. What is fresh is so against what was learnt: not against other
  /// scripts since.
  func run(_ source: [UInt8], number: Int, known: ExploreKnowledge) throws(CaseExecutionError) -> Trial? {
    var request = CaseRequest(
      steps: [.source(source)],
      limits: ExecutionLimits(fuel: options.fuel, time: .seconds(10), memoryBytes: options.memoryBytes),
      trace: HostCallTrace(callLimit: 64, byteLimit: 1 << 16), interruption: interruption)
    let outcome: CaseOutcome
    do {
      if new == nil {
        new = try newModule.makeExecutor(memoryLimit: options.memoryBytes)
        learn(known.edges)
      }
      guard let run = try new?.run(request) else { return nil }
      outcome = run
    } catch {
      if error == .interrupted { return nil }
      guard case .fault = error else {
        new?.edges?.forgetFresh()
        return Trial(number: number, source: [], edges: [], pairs: [])
      }
      throw error
    }
    let edges = new?.edges?.fresh ?? []
    new?.edges?.forgetFresh()
    let pairs = HostCallPair.pairs(outcome.trace).subtracting(known.pairs)
    var trial = Trial(
      number: number, source: source, edges: edges,
      pairs: pairs.sorted { ($0.first, $0.second) < ($1.first, $1.second) },
      instructions: outcome.instructions)
    let first = BuildOutcome.outcome(outcome)
    if first.wasStopped, old.build.takesSourcesOnly || !options.findsEndings { return trial }
    if old.build.takesSourcesOnly { request.trace = HostCallTrace(callLimit: 0) }
    do {
      trial.finding = try finding(request, outcome)
    } catch {
      if error == .interrupted { return nil }
      throw error
    }
    return trial
  }

  private func finding(
    _ request: CaseRequest, _ outcome: CaseOutcome
  ) throws(CaseExecutionError) -> ExploreFinding? {
    var new = outcome
    if old.build.takesSourcesOnly { new.trace = HostCallTrace(callLimit: 0) }
    let other = try old.run(request)
    // How far a build comes within a limit is its cost.
    if other.wasCutOff || other.wasStopped && !options.findsEndings { return nil }
    if let cause = OutcomeComparison(old: other, new: .outcome(new)).cause {
      let isPermitted = try permitted.covers(other.golden, Golden(new), request) {
        (repetition) throws(CaseExecutionError) in
        switch repetition {
        case .new(let changed):
          defer { self.new?.edges?.forgetFresh() }
          guard let outcome = try self.new?.run(changed) else { return nil }
          return Golden(outcome)
        case .oldStartedAnew: return try old.runAnew(request).golden
        }
      }
      return isPermitted ? nil : .difference(cause)
    }
    if options.findsEndings, let ending = KeptProperty(endingOf: new), !ending.isLuaError {
      return .ending(ending)
    }
    if let factor = options.costFactor, let old = other.outcome?.instructions, old > 0 {
      let ratio = Double(new.instructions) / Double(old)
      if ratio >= factor { return .cost(isMore: true) }
      if ratio <= 1 / factor { return .cost(isMore: false) }
    }
    return nil
  }
}

/// What is known when a round begins.
struct ExploreKnowledge: Sendable {
  /// In the order in which they became known.
  var edges: [UInt32] = []
  var pairs: Set<HostCallPair> = []
}

/// The runners that no thread uses at the moment.
final class TrialRunnerPool: Sendable {
  /// `@unchecked Sendable`: a runner is used by the thread that took it, until that gives it back.
  private struct Kept: @unchecked Sendable {
    let runner: TrialRunner
  }

  private let runners = Mutex<[Kept]>([])
  private let make: @Sendable () -> TrialRunner

  init(_ make: @escaping @Sendable () -> TrialRunner) { self.make = make }

  func take() -> TrialRunner { runners.withLock { $0.popLast() }?.runner ?? make() }

  func giveBack(_ runner: TrialRunner) {
    let kept = Kept(runner: runner)
    runners.withLock { $0.append(kept) }
  }
}
