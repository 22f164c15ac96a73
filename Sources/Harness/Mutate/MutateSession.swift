// Mutation from beginning to end: which cases serve, what they execute, which faults they notice.
import LuaHost

package enum MutateSession {
  /// Makes the faults and answers with the exit code. Throws as `RunSession.run` does.
  package static func run(
    _ context: SessionContext, _ mutate: MutateOptions, openModule: (Path) throws -> LuaModule
  ) throws -> ExitCode {
    var context = context
    let (shard, shardSource) = try context.options.chosenShard
    // What is dealt to shards is the faults: each runs all cases.
    context.options.shard = Shard("1/1")
    context.options.shardCount = nil
    let session = try FixtureSession(context, name: "touchstone mutate")
    session.description.language = "wasm"
    (session.description.shard, session.description.shardSource) = (shard?.description, shardSource)
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
    let own = choice.chosen.filter { shard?.includes($0.id) ?? true }
    session.description.caseCount = own.count
    var work = MutationWork(session, module, choice, own, mutate, shard)
    return try work.run(marks)
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
  private let shard: Shard?
  private var options: RunOptions { session.options }

  init(
    _ session: FixtureSession, _ module: LuaModule, _ choice: FaultChoice, _ own: [ChosenFault],
    _ mutate: MutateOptions, _ shard: Shard?
  ) {
    (self.session, self.module, self.choice) = (session, module, choice)
    (self.own, self.mutate, self.shard) = (own, mutate, shard)
  }

  mutating func run(_ marks: EquivalentFaults?) throws -> ExitCode {
    var leftOut: [LeftOut: [String]] = [:]
    let cases: [MutationCase]
    let reach: (reach: MutationReach, places: [Int])
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
      module: module, cases: cases, reach: reach.reach, places: reach.places,
      bounds: StartBounds(start: MutationCase.bound(start), loading: 0), options: mutate,
      equivalent: equivalent, labels: choice.labels)
    let (opened, known) = openRecord(cases)
    var record = opened
    session.loop(
      count: own.count, name: { own[$0].id.description },
      makeWorker: { [own] in
        var runner = MutantRunner(ground)
        return { known[ExactText(own[$0].id.description)] ?? runner.run($0, own[$0]) }
      },
      weigh: \.size, reports: { [$0] },
      take: { index, report in
        guard let report else {
          session.hub.emit(.caseFinished(Self.notRun(own[index])))
          return true
        }
        session.hub.emit(.caseFinished(report))
        if known[ExactText(report.id)] == nil {
          do {
            try record?.add(report)
          } catch {
            note(notOnRecord: error)
            record = nil
          }
        }
        if let mutant = report.mutant, mutant.verdict == .noticed, mutant.reason != nil {
          session.note(
            .warning, .markNoticed(fault: report.id, case: mutant.noticedBy), file: mutate.equivalent)
        }
        return true
      })
    return session.finish()
  }

  /// Begins the record, and answers with what is taken over from an earlier one.
  private func openRecord(
    _ cases: [MutationCase]
  ) -> (MutationRecord?, known: [ExactText: CaseReport]) {
    guard let root = session.plan.scopes.first?.root else { return (nil, [:]) }
    let record = MutationRecord(root, shard: shard)
    var known: [ExactText: CaseReport] = [:]
    do {
      let key = try self.key(cases)
      if mutate.resumes {
        known = record.reports(key: key) ?? [:]
        session.note(.note, .resumed(faults: known.count))
      }
      try record.begin(key: key, known.values.sorted { $0.id < $1.id })
    } catch {
      note(notOnRecord: error)
      return (nil, known)
    }
    return (record, known)
  }

  private func note(notOnRecord error: any Error) {
    // A read-only checkout can be tested all the same.
    let isIntended = (error as? FileError)?.isProtection ?? false
    session.note(isIntended ? .note : .warning, .notResumable(reason: EscapedText.visible("\(error)")))
  }

  /// Tells what decides about the results from anything else.
  private func key(_ cases: [MutationCase]) throws -> String {
    var parts = [
      TouchstoneVersion.current, module.moduleDigest, session.description.suite?.digest ?? "",
      "\(mutate.budget ?? 0)",
    ]
    if let path = mutate.equivalent {
      parts.append(SHA256Digest(of: try FileSystem.readFile(path)).description)
    }
    for item in cases {
      let request = item.request
      parts.append("\(item.id) \(item.golden.text()) \(request.limits) \(request.seeds) \(request.clock)")
      parts.append("\(item.instructions)")
    }
    return SHA256Digest(of: Array(parts.joined(separator: "\n").utf8)).description
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
      count: files.count, name: { files[$0].id.description },
      makeWorker: {
        [module, plan = session.plan, settings = options.settings, interruption = session.interruption] in
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
  private func reach(of cases: [MutationCase]) throws -> (reach: MutationReach, places: [Int]) {
    let inOrder = own.indices.sorted { own[$0].fault.number < own[$1].fault.number }
    let marked = try module.marked(inOrder.map { own[$0].fault })
    var places = Array(repeating: 0, count: own.count)
    for (place, index) in inOrder.enumerated() { places[index] = place }
    var rows = Array(repeating: MutationReach.Row(isWhole: false), count: cases.count)
    let start = try marked.module.makeExecutor(memoryLimit: nil).startMarks
    // Marking takes more of everything: the more, the more faults there are.
    let more = marked.marks.byteCount
    let factor = 4 + UInt64(40 * own.count / max(choice.faultCount, 1))
    session.loop(
      count: cases.count, name: { "marked case \($0 + 1)" },
      makeWorker: {
        var machine: LuaMachine?
        return { index -> MutationReach.Row? in
          var request = cases[index].request
          request.limits.fuel = request.limits.fuel.map {
            $0.multipliedReportingOverflow(by: factor).overflow ? .max : $0 * factor
          }
          request.limits.time = .seconds(600)
          request.limits.memoryBytes = request.limits.memoryBytes.map {
            $0.addingReportingOverflow(more).overflow ? .max : $0 + more
          }
          if machine == nil { machine = try? marked.module.makeExecutor(memoryLimit: nil) }
          guard let machine else { return nil }
          // However it ends, what it reached is marked.
          let outcome = try? machine.run(request)
          return MutationReach.Row(
            marks: machine.marks, isWhole: outcome.map { Golden($0) == cases[index].golden } ?? false)
        }
      },
      take: { index, result in
        if let result { rows[index] = result }
        return true
      })
    return (
      MutationReach(marks: marked.marks, start: MutationReach.Row(marks: start), cases: rows), places
    )
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
