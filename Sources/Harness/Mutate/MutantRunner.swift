// Makes one fault after the other and runs the cases that execute it, the cheapest first, until one notices.
import LuaHost

/// What all threads share that make faults.
struct MutationGround: Sendable {
  let module: LuaModule
  /// The cheapest first.
  let cases: [MutationCase]
  let reach: MutationReach
  /// Where in the order of their numbers the chosen faults stand.
  let places: [Int]
  let bounds: StartBounds
  let options: MutateOptions
  let equivalent: [CaseID: String]
  let labels: FunctionLabels
}

struct MutantRunner {
  private let ground: MutationGround
  /// What faults share that are not executed before the cases.
  private var machine: LuaMachine?

  init(_ ground: MutationGround) { self.ground = ground }

  /// Nil when it was interrupted.
  mutating func run(_ index: Int, _ chosen: ChosenFault) -> CaseReport? {
    let (fault, place) = (chosen.fault, ground.places[index])
    let executing = ground.reach.executing(place)
    let differing = ground.reach.differing(place)
    func name(_ function: UInt32) -> String { ground.labels[function] }
    var mutant = MutantReport(
      verdict: .notExecuted, number: fault.number, function: chosen.function, offset: fault.place.lowerBound,
      instruction: EscapedText.visible(fault.instructionText(name)),
      change: EscapedText.visible(fault.changeSentence(name)), executedBy: executing.count,
      differsIn: differing.count, isExecutedAtStart: ground.reach.isExecutedAtStart(place))
    mutant.reason = ground.equivalent[chosen.id].map { EscapedText.visible($0) }
    var report = CaseReport(
      id: chosen.id.description, directory: [chosen.function], name: chosen.name, status: .skipped)
    let start = ContinuousClock.now
    do {
      var spent: UInt64 = 0
      if mutant.isExecutedAtStart || !executing.isEmpty {
        try judge(fault, ground.reach.candidates(place), ground.reach.differsAtStart(place), &mutant, &spent)
        report.instructions = spent
      }
      // Code that nothing reaches is no check of anything, whatever is said of it.
      if mutant.reason != nil, mutant.verdict != .noticed, mutant.verdict != .notExecuted {
        mutant.verdict = .equivalent
      }
      report.status = mutant.status
    } catch CaseExecutionError.interrupted {
      return nil
    } catch {
      report.status = .error
      report.finding = .fault(reason: EscapedText.visible("the fault cannot be made: \(error)"))
    }
    report.mutant = report.status == .error ? nil : mutant
    report.microseconds = (ContinuousClock.now - start).microseconds
    return report
  }

  private mutating func judge(
    _ fault: Fault, _ noticing: [Int], _ differsAtStart: Bool, _ mutant: inout MutantReport,
    _ spent: inout UInt64
  ) throws {
    mutant.verdict = .survived
    if noticing.isEmpty, !differsAtStart { return }
    let made = try ground.module.mutant(fault)
    let shared = try machine ?? ground.module.makeExecutor(memoryLimit: nil)
    machine = shared
    var executor = shared
    var candidates = noticing
    if differsAtStart {
      do throws(CaseExecutionError) {
        executor = try ground.module.makeMachine(made.replacement, within: ground.bounds)
        // Where every case begins from something else, any may notice.
        if try !executor.startsAs(shared) { candidates = Array(ground.cases.indices) }
      } catch {
        if error == .interrupted { throw error }
        (mutant.verdict, mutant.kind) = (.noticed, .contract)
        return
      }
    } else {
      shared.replace(with: made.replacement)
    }
    defer { if executor === shared { shared.restore(made.replacement) } }
    for index in candidates {
      let item = ground.cases[index]
      if let budget = ground.options.budget, mutant.casesRun > 0,
        spent > budget || item.instructions > budget - spent
      {
        mutant.verdict = .withinBudget
        break
      }
      mutant.casesRun += 1
      executor.bounds = StartBounds(
        start: ground.bounds.start, loading: MutationCase.bound(item.loadingInstructions))
      let outcome: CaseOutcome
      do throws(CaseExecutionError) {
        outcome = try executor.run(item.request)
      } catch {
        if error == .interrupted { throw error }
        (mutant.verdict, mutant.kind, mutant.noticedBy) = (.noticed, .contract, item.id.description)
        // What failed so is not used again.
        if executor === shared { machine = nil }
        return
      }
      spent &+= outcome.instructions
      if let finding = Finding.difference(item.golden, Golden(outcome)) {
        mutant.verdict = .noticed
        mutant.kind = Finding.noAnswer(outcome, expected: item.golden)?.kind ?? finding.kind
        mutant.noticedBy = item.id.description
        return
      }
      if made.keepsCost, mutant.costlyCase == nil,
        outcome.instructions != item.instructions || outcome.peakPages != item.peakPages
      {
        mutant.costlyCase = item.id.description
      }
    }
    if mutant.verdict == .survived, mutant.costlyCase != nil { mutant.verdict = .cost }
  }
}
