// Finds the place at which two runs of a case part, by running it again on both builds under observation.
import LuaHost

/// How a run that is to be repeated ended the first time.
package struct ReplayBounds: Hashable, Sendable {
  /// Its instructions; nil when the clock cut it off.
  package var old: UInt64?
  package var new: UInt64?

  package init(old: UInt64?, new: UInt64?) {
    self.old = old
    self.new = new
  }

  /// A replay goes no further: it takes several times as long as a run.
  static let instructionLimit: UInt64 = 400_000_000
  static let timeLimit: Duration = .seconds(60)

  /// The fuel for one side: what it took, and some for a build that would go on.
  func fuel(of own: UInt64?, other: UInt64?) -> UInt64 {
    let need = own ?? other.map { $0 &* 2 } ?? Self.instructionLimit
    return min(need, Self.instructionLimit) + 1_000_000
  }
}

/// Replays cases on two builds. Belongs to one thread.
package struct PartingSearch<Provider: CaseExecutorProvider> {
  /// The stream of calls is digested in blocks of so many; the first block that differs is recorded.
  package static var blockSize: Int { 4096 }

  private var old: Side
  private var new: Side
  private let modules: ModuleDifference

  /// One build, its module instrumented.
  private struct Side {
    let provider: Provider
    let labels: [String]
    var executor: Provider.Executor?

    init(_ provider: Provider) {
      self.provider = provider
      labels = provider.functions.map(\.label)
    }

    mutating func run(
      _ request: CaseRequest, _ observation: CallObservation, fuel: UInt64
    ) throws(CaseExecutionError) -> (observed: ObservedCalls, outcome: CaseOutcome) {
      var request = request
      request.observation = observation
      request.trace = HostCallTrace(callLimit: 0)
      request.limits.fuel = min(request.limits.fuel ?? .max, fuel)
      request.limits.time = ReplayBounds.timeLimit
      if executor == nil { executor = try provider.makeExecutor(memoryLimit: request.limits.memoryBytes) }
      do {
        guard let outcome = try executor?.run(request), let observed = outcome.observed else {
          throw CaseExecutionError.fault("the executor observed nothing")
        }
        return (observed, outcome)
      } catch {
        executor = nil
        throw error as? CaseExecutionError ?? .fault("\(error)")
      }
    }

    /// The functions that this side's run entered and the other's did not, of those that both builds have.
    func entered(_ digests: CallDigests, butNot others: CallDigests, of other: Side) -> [String] {
      let otherNames = Set(others.firstEntries.keys.map { other.label($0) })
      let known = Set(other.labels.map { EscapedText.string($0.utf8) })
      return digests.firstEntries.sorted { $0.value < $1.value }.map { label($0.key) }
        .filter { !otherNames.contains($0) && known.contains($0) }
    }

    func label(_ function: UInt32) -> String {
      Int(function) < labels.count
        ? EscapedText.string(labels[Int(function)].utf8) : "function \(function)"
    }
  }

  /// `old` and `new` are the builds' instrumented modules.
  package init(old: Provider, new: Provider, modules: ModuleDifference) {
    self.old = Side(old)
    self.new = Side(new)
    self.modules = modules
  }

  // MARK: - Where the runs part

  package mutating func replay(
    _ request: CaseRequest, bounds: ReplayBounds
  ) throws(CaseExecutionError) -> ReplayedCase {
    // When the collector steps in tells nothing of a difference, as long as there is another.
    var result = try replay(request, bounds: bounds, hiding: CallObservation.housekeeping)
    result.replay.isWithoutHousekeeping = true
    if result.replay.parting != nil || result.replay.costParting != nil { return result }
    return try replay(request, bounds: bounds, hiding: [])
  }

  private mutating func replay(
    _ request: CaseRequest, bounds: ReplayBounds, hiding hidden: Set<String>
  ) throws(CaseExecutionError) -> ReplayedCase {
    let fuel = (
      old: bounds.fuel(of: bounds.old, other: bounds.new), new: bounds.fuel(of: bounds.new, other: bounds.old)
    )
    let digests = CallObservation.digests(blockSize: Self.blockSize, hiding: hidden)
    let oldRun = try old.run(request, digests, fuel: fuel.old)
    let newRun = try new.run(request, digests, fuel: fuel.new)
    guard case .digests(let oldDigests) = oldRun.observed, case .digests(let newDigests) = newRun.observed
    else { throw .fault("the executor observed something else than it was asked for") }
    let isCut = (
      old: Self.isCut(oldRun.outcome, bounds.old, request),
      new: Self.isCut(newRun.outcome, bounds.new, request)
    )
    let streams = StreamComparison(
      old: oldDigests, isOldCut: isCut.old, new: newDigests, isNewCut: isCut.new)
    var replay = Replay()
    replay.changedFunction = modules.firstChanged(entered: newDigests.firstEntries, label: new.label)
    let blocks = Set([streams.flow, streams.cost].compactMap { $0 }).sorted()
    if !blocks.isEmpty {
      let size = UInt64(Self.blockSize)
      let ranges = blocks.map { UInt64($0) * size..<(UInt64($0) + 1) * size }
      // Nothing behind the last of these blocks is needed.
      let last = blocks[blocks.count - 1]
      let oldFuel = min(fuel.old, Self.fuel(through: last, of: oldDigests))
      let newFuel = min(fuel.new, Self.fuel(through: last, of: newDigests))
      let oldAgain = try old.run(request, .windows(ranges, hiding: hidden), fuel: oldFuel).observed
      let newAgain = try new.run(request, .windows(ranges, hiding: hidden), fuel: newFuel).observed
      guard case .windows(let oldWindows) = oldAgain, case .windows(let newWindows) = newAgain else {
        throw .fault("the executor observed something else than it was asked for")
      }
      func found(in block: Int, comparingCost: Bool) -> Parting? {
        let start = UInt64(block) * size
        return parting(
          oldWindows.first { $0.start == start }, newWindows.first { $0.start == start }, start, isCut,
          comparingCost: comparingCost)
      }
      replay.parting = streams.flow.flatMap { found(in: $0, comparingCost: false) }
      replay.costParting = streams.cost.flatMap { found(in: $0, comparingCost: true) }
      if replay.costParting?.eventCount == replay.parting?.eventCount { replay.costParting = nil }
    }
    if replay.parting == nil, isCut.old || isCut.new {
      replay.shortfall = .stopped
    }
    return ReplayedCase(
      replay: replay,
      entered: EnteredDifference(
        onlyOld: old.entered(oldDigests, butNot: newDigests, of: new),
        onlyNew: new.entered(newDigests, butNot: oldDigests, of: old)))
  }

  /// The fuel that a run needs to come to a block's end; any amount for the last block, behind whose events
  /// the run may go on.
  private static func fuel(through block: Int, of digests: CallDigests) -> UInt64 {
    block + 1 < digests.blocks.count ? digests.blocks[block].end &+ 1 : .max
  }

  /// Whether a run ended because the replay may not go on for longer.
  private static func isCut(_ outcome: CaseOutcome, _ instructions: UInt64?, _ request: CaseRequest) -> Bool {
    guard let last = outcome.steps.last(where: { $0.result != .notRun }) else { return false }
    switch last.result {
    case .limit(.time): return true
    case .limit(.fuel): return instructions == nil || outcome.instructions < request.limits.fuel ?? .max
    default: return false
    }
  }

  /// The first event in which two recordings of the same block differ.
  private func parting(
    _ oldWindow: CallWindow?, _ newWindow: CallWindow?, _ start: UInt64, _ isCut: (old: Bool, new: Bool),
    comparingCost: Bool
  ) -> Parting? {
    let oldEvents = oldWindow?.events ?? []
    let newEvents = newWindow?.events ?? []
    func isSame(_ left: CallEvent, _ right: CallEvent) -> Bool {
      left.kind == right.kind && (!comparingCost || left.instructions == right.instructions)
        && (left.kind == .end || old.label(left.function) == new.label(right.function))
    }
    let common = zip(oldEvents, newEvents).prefix { isSame($0, $1) }.count
    let oldEvent = common < oldEvents.count ? oldEvents[common] : nil
    let newEvent = common < newEvents.count ? newEvents[common] : nil
    guard oldEvent != nil || newEvent != nil else { return nil }
    // The end of a run that was stopped is not its own, unless it was already later than the other's event.
    for (isStopped, own, other) in [(isCut.old, oldEvent, newEvent), (isCut.new, newEvent, oldEvent)]
    where isStopped {
      guard let own else { return nil }
      if own.kind == .end, own.instructions <= other?.instructions ?? .max { return nil }
    }
    // Either recording knows the stack; what they have in common is the same on both sides.
    let side = oldWindow == nil ? new : old
    var stack = CallStack((oldWindow ?? newWindow)?.stack ?? [])
    for event in (oldWindow == nil ? newEvents : oldEvents)[..<common] {
      switch event.kind {
      case .enter: stack.enter(event.function)
      case .leave: stack.leave(event.function)
      case .end: stack = CallStack()
      }
    }
    let names = stack.functions.reversed().prefix(20).map { side.label($0) }
    return Parting(
      eventCount: start + UInt64(common), function: names.first, callers: Array(names.dropFirst()),
      old: action(oldEvent, old, isStopped: isCut.old), new: action(newEvent, new, isStopped: isCut.new))
  }

  private func action(_ event: CallEvent?, _ side: Side, isStopped: Bool) -> Parting.Action {
    guard let event else { return Parting.Action(.isOver) }
    let kind: Parting.Action.Kind =
      switch event.kind {
      case .enter: .calls
      case .leave: .returns
      case .end: isStopped ? .goesOn : .ends
      }
    return Parting.Action(
      kind, function: kind == .calls ? side.label(event.function) : nil, instructions: event.instructions)
  }

  // MARK: - Where the cost changed

  /// The functions whose own instructions changed most, at most `count`.
  package mutating func costChanges(
    _ request: CaseRequest, bounds: ReplayBounds, count: Int = 5
  ) throws(CaseExecutionError) -> [FunctionCostChange] {
    let fuel = (
      old: bounds.fuel(of: bounds.old, other: bounds.new), new: bounds.fuel(of: bounds.new, other: bounds.old)
    )
    guard case .profile(let oldProfile) = try old.run(request, .profile, fuel: fuel.old).observed,
      case .profile(let newProfile) = try new.run(request, .profile, fuel: fuel.new).observed
    else { throw .fault("the executor observed something else than it was asked for") }
    // Functions of the same name in one module count together.
    var changes: [String: FunctionCostChange] = [:]
    for cost in oldProfile.functions {
      let name = old.label(cost.function)
      changes[name, default: FunctionCostChange(function: name, old: 0, new: 0)].old &+= cost.own
    }
    for cost in newProfile.functions {
      let name = new.label(cost.function)
      changes[name, default: FunctionCostChange(function: name, old: 0, new: 0)].new &+= cost.own
    }
    func size(_ change: FunctionCostChange) -> UInt64 {
      change.new > change.old ? change.new - change.old : change.old - change.new
    }
    return Array(
      changes.values.filter { $0.old != $0.new }
        .sorted { (size($1), $0.function) < (size($0), $1.function) }.prefix(count))
  }
}

/// The first blocks in which two streams of events differ.
struct StreamComparison {
  /// By kind and function.
  let flow: Int?
  /// By kind, function or instructions; not after `flow`.
  let cost: Int?

  /// A stream that was cut off has whole blocks up to its end, and one in which nothing but a look at its
  /// events can tell whether they differ.
  init(old: CallDigests, isOldCut: Bool, new: CallDigests, isNewCut: Bool) {
    func wholeBlocks(_ digests: CallDigests, _ isCut: Bool) -> Int {
      isCut ? Int(digests.eventCount) / digests.blockSize : digests.blocks.count
    }
    let (oldCount, newCount) = (wholeBlocks(old, isOldCut), wholeBlocks(new, isNewCut))
    let common = min(oldCount, newCount)
    let end: Int? = oldCount != newCount || isOldCut || isNewCut ? common : nil
    func first(_ digest: (CallDigests.Block) -> UInt64) -> Int? {
      (0..<common).first { digest(old.blocks[$0]) != digest(new.blocks[$0]) } ?? end
    }
    flow = first(\.flow)
    cost = first(\.cost)
  }
}
