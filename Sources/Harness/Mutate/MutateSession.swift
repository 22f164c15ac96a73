// Mutation from beginning to end: which cases serve, what they execute, which faults they notice.
import LuaHost

package enum MutateSession {
  /// Makes the faults and answers with the exit code. Throws as `RunSession.run` does.
  package static func run(
    _ context: SessionContext, _ mutate: MutateOptions, openModule: (Path) throws -> LuaModule
  ) throws -> ExitCode {
    var context = context
    let shard = try Self.shard(context.options)
    // What is dealt to shards is the faults: each runs all cases.
    context.options.shard = Shard("1/1")
    context.options.shardCount = nil
    let session = try FixtureSession(context, name: "touchstone mutate")
    session.description.language = "wasm"
    (session.description.shard, session.description.shardSource) = (shard?.shard.description, shard?.source)
    session.description.mutation = MutationDescription(
      faultCount: 0, seed: mutate.seed, sample: mutate.sample, budget: mutate.budget,
      failUnder: mutate.failUnder, cases: 0)
    if let emptiness = session.plan.emptiness { return try session.finish(nothingSelected: emptiness) }
    let marks = try mutate.equivalent.map { try EquivalentFaults($0) }
    try session.openReports()
    guard
      let module = session.prepare(
        .moduleNotLoaded, context.options.module,
        {
          let module = try openModule(context.options.module)
          try module.finishValidation()
          return module
        })
    else { return session.finish() }
    try session.chooseGoldens(of: module)
    let choice = try FaultChoice(module, mutate)
    session.description.moduleDigest = module.moduleDigest
    session.description.mutation?.faultCount = choice.faultCount
    session.description.suite = SuiteDescription(
      caseCount: choice.chosen.count, digest: choice.digest(with: session.plan.suite),
      isPartial: session.plan.suite.isPartial || choice.chosen.count < choice.faultCount
        || !mutate.functions.isEmpty)
    let own = choice.chosen.filter { shard?.shard.includes($0.id) ?? true }
    session.description.caseCount = own.count
    var work = MutationWork(session, module, choice, own, mutate)
    return try work.run(marks)
  }

  /// Which part of the faults is made here, and whose environment says so unless an option does.
  private static func shard(_ options: RunOptions) throws -> (shard: Shard, source: String?)? {
    if let shard = options.shard {
      if let count = options.shardCount, count != shard.count {
        throw UsageError("--shard \(shard) and --shard-count \(count) contradict each other; leave one out")
      }
      return shard.count == 1 ? nil : (shard, nil)
    }
    return try ShardEnvironment(options.environment, shardCount: options.shardCount).map {
      ($0.shard, $0.source)
    }
  }
}

extension FaultChoice {
  /// Tells these faults, held against these cases, from any other.
  fileprivate func digest(with suite: SuiteDescription) -> String {
    var bytes = Array(suite.digest.utf8)
    for fault in chosen { bytes += fault.id.bytes + [0] }
    return SHA256Digest(of: bytes).description
  }
}

private struct MutationWork {
  private let session: FixtureSession
  private let module: LuaModule
  private let choice: FaultChoice
  /// The faults of this shard.
  private let own: [ChosenFault]
  private let mutate: MutateOptions
  private var options: RunOptions { session.options }

  init(
    _ session: FixtureSession, _ module: LuaModule, _ choice: FaultChoice, _ own: [ChosenFault],
    _ mutate: MutateOptions
  ) {
    (self.session, self.module, self.choice, self.own, self.mutate) = (session, module, choice, own, mutate)
  }

  mutating func run(_ marks: EquivalentFaults?) throws -> ExitCode {
    var leftOut: [LeftOut: [String]] = [:]
    let cases: [MutationCase]
    let reach: (reach: MutationReach, marks: [Int])
    do {
      cases = try servingCases(&leftOut)
      session.description.mutation?.cases = cases.count
      if cases.isEmpty, !session.interruption.isRaised {
        session.start()
        note(leftOut)
        session.note(.failure, .nothingSelected(reason: "no case serves to notice a fault"))
        return session.finish()
      }
      reach = try self.reach(of: cases)
    } catch {
      session.start()
      session.hub.emit(.notice(Notice(fault: error, file: options.module.description)))
      return session.finish()
    }
    session.start()
    note(leftOut)
    if let marks, let path = mutate.equivalent { note(stale: marks, path) }
    let equivalent = Dictionary(
      uniqueKeysWithValues: (marks?.entries ?? []).map { ($0.id, $0.reason) })
    let start = try module.makeExecutor(memoryLimit: nil).startInstructions
    let ground = MutationGround(
      module: module, cases: cases, reach: reach.reach, marks: reach.marks,
      bounds: StartBounds(start: MutationCase.bound(start), loading: 0), options: mutate,
      equivalent: equivalent, labels: choice.labels)
    session.loop(
      count: own.count,
      makeWorker: { [own] in
        var runner = MutantRunner(ground)
        return { runner.run($0, own[$0]) }
      },
      weigh: \.size, reports: { [$0] },
      take: { index, report in
        guard let report else {
          session.hub.emit(.caseFinished(Self.notRun(own[index])))
          return true
        }
        session.hub.emit(.caseFinished(report))
        if let mutant = report.mutant, mutant.verdict == .noticed, mutant.reason != nil {
          session.note(
            .warning, .markNoticed(fault: report.id, case: mutant.noticedBy), file: mutate.equivalent)
        }
        return true
      })
    return session.finish()
  }

  private static func notRun(_ chosen: ChosenFault) -> CaseReport {
    var report = CaseReport(
      id: chosen.id.description, directory: [chosen.function], name: chosen.name, status: .notRun)
    report.finding = .notRun(reason: .interrupted, failures: nil)
    return report
  }

  // MARK: - Cases

  /// The cases that pass as they are, the cheapest first.
  private func servingCases(_ leftOut: inout [LeftOut: [String]]) throws -> [MutationCase] {
    let files = session.plan.selected
    var cases: [MutationCase] = []
    var failure: (any Error)?
    session.loop(
      count: files.count,
      makeWorker: { [module, plan = session.plan, settings = options.settings, interruption = session.interruption] in
        var runner = MutationCandidateRunner(module, plan.loader, settings, interruption)
        return { index in
          do {
            return try runner.run(files[index]).map { .success($0) }
          } catch {
            return .failure(error)
          }
        }
      },
      take: { (index, result: Result<MutationCandidate, any Error>?) in
        switch result {
        case .success(.kept(let item))?: cases.append(item)
        case .success(.leftOut(let reason))?: leftOut[reason, default: []].append(files[index].id.description)
        case .failure(let error)?:
          failure = error
          return false
        case nil: break
        }
        return true
      })
    if let failure { throw failure }
    return cases.sorted { ($0.instructions, $0.id) < ($1.instructions, $1.id) }
  }

  /// What start-up and the cases execute of the instructions in which faults are made.
  private func reach(of cases: [MutationCase]) throws -> (reach: MutationReach, marks: [Int]) {
    let inOrder = own.indices.sorted { own[$0].fault.number < own[$1].fault.number }
    let marked = try module.marked(inOrder.map { own[$0].fault })
    var marks = Array(repeating: 0, count: own.count)
    for (place, index) in inOrder.enumerated() { marks[index] = marked.marks.ofFault[place] }
    var byCase = Array(repeating: [UInt8](), count: cases.count)
    let atStart = try marked.module.makeExecutor(memoryLimit: nil).startMarks
    session.loop(
      count: cases.count,
      makeWorker: {
        var machine: LuaMachine?
        return { index -> [UInt8]? in
          var request = cases[index].request
          // Marking takes more of everything.
          request.limits.fuel = request.limits.fuel.map { $0.multipliedReportingOverflow(by: 4).overflow ? .max : $0 * 4 }
          request.limits.time = .seconds(600)
          request.limits.memoryBytes = request.limits.memoryBytes.map { $0.addingReportingOverflow(64 << 20).partialValue }
          if machine == nil { machine = try? marked.module.makeExecutor(memoryLimit: nil) }
          // However it ends, what it reached is marked.
          _ = try? machine?.run(request)
          return machine?.marks
        }
      },
      take: { index, result in
        if let result { byCase[index] = result }
        return true
      })
    return (MutationReach(marked.marks, atStart: atStart, byCase: byCase), marks)
  }

  // MARK: - Notes

  private func note(_ leftOut: [LeftOut: [String]]) {
    for reason in LeftOut.allCases {
      guard let cases = leftOut[reason] else { continue }
      session.note(
        reason == .failing ? .warning : .note,
        .casesLeftOut(reason: reason, count: cases.count, cases: Array(cases.prefix(Self.namedCases))))
    }
  }

  private static let namedCases = 20

  private func note(stale marks: EquivalentFaults, _ path: Path) {
    let all: Set<CaseID>
    // Marks may speak of faults that this session does not make.
    let isWhole = mutate.sample == nil && mutate.functions.isEmpty
    if isWhole {
      all = Set(choice.chosen.map(\.id))
    } else if let whole = try? FaultChoice(module, MutateOptions()) {
      all = Set(whole.chosen.map(\.id))
    } else {
      return
    }
    for entry in marks.entries where !all.contains(entry.id) {
      session.note(.warning, .staleMark(fault: entry.id.description), file: path, line: entry.line)
    }
  }
}
