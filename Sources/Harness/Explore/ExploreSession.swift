// A search for scripts that two builds answer differently, from beginning to end.
import LuaHost
import LuaSyntax

/// A search.
package enum ExploreSession {
  /// Searches and answers with the exit code: failure when something was found. Throws as `RunSession.run` does.
  package static func run(
    _ context: SessionContext, _ explore: ExploreOptions, openModule: (Path) throws -> LuaModule,
    openOther: () throws -> TestedBuild
  ) throws -> ExitCode {
    let session = try FixtureSession(context, name: "touchstone explore")
    if let emptiness = session.plan.emptiness { return try session.finish(nothingSelected: emptiness) }
    let writer = try explore.output.map { try FindingWriter($0) }
    let new = try openModule(context.options.module)
    let old = try openOther()
    try new.finishValidation()
    try old.finishValidation()
    var work = ExploreWork(session, explore, new: new, old: old)
    try work.search()
    let reduced = try work.reduced()
    work.report(reduced, writer)
    try writer?.write(reduced, old: old.name, new: context.options.module.description)
    if session.interruption.isRaised { return .interrupted }
    return work.findings.groups.isEmpty ? .success : .failure
  }
}

/// The rounds of a search. Between them what the threads found is put together in the order of the scripts' numbers,
/// so that it does not depend on which thread tried which.
private struct ExploreWork {
  let session: FixtureSession
  let options: ExploreOptions
  let new: LuaModule
  let old: TestedBuild
  private(set) var findings = ExploreFindings()
  private var corpus: ScriptCorpus
  private var knowledge = ExploreKnowledge()
  private var knownEdges: Set<UInt32> = []
  private var tried = 0
  private let start = ContinuousClock.now
  private var searchTime = Duration.zero
  private let runners: TrialRunnerPool

  /// Scripts that are dealt at once to a thread, and in a round.
  private static let pieceSize = 32
  private static let roundSize = 2048

  init(_ session: FixtureSession, _ options: ExploreOptions, new: LuaModule, old: TestedBuild) {
    (self.session, self.options, self.new, self.old) = (session, options, new, old)
    corpus = ScriptCorpus(seed: options.seed)
    let (counting, interruption) = (new.countingEdges(), session.interruption)
    runners = TrialRunnerPool { TrialRunner(new: counting, old: old, options, interruption) }
  }

  private var isOver: Bool {
    session.interruption.isRaised || start.duration(to: .now) >= options.timeLimit
      || tried >= options.runLimit ?? .max
  }

  mutating func search() throws {
    let seeds = seeds()
    var place = 0
    while place < seeds.count, !isOver {
      let end = min(place + min(Self.roundSize, (options.runLimit ?? .max) - tried), seeds.count)
      try round(count: end - place) { [round = Array(seeds[place..<end])] in round[$0] }
      place = end
    }
    var number = 0
    while !isOver {
      let count = min(Self.roundSize, (options.runLimit ?? .max) - tried)
      try round(count: count) { [corpus, number] in corpus.script(number + $0) }
      number += count
    }
    searchTime = start.duration(to: .now)
  }

  /// The fixtures' sources, the large ones in slices.
  private mutating func seeds() -> [[UInt8]] {
    var seeds: [[UInt8]] = []
    var known: Set<[UInt8]> = []
    for file in session.plan.selected {
      guard let fixture = try? session.plan.loader.load(file), fixture.directives.skip == nil else {
        continue
      }
      for source in ReducedFixture.withoutDirectives(fixture.text.steps).compactMap(\.source) {
        guard let tree = try? SyntaxTree(parsing: source) else { continue }
        corpus.addPieces(of: source)
        for slice in tree.slices(tokenLimit: ScriptCorpus.sliceTokenLimit) where known.insert(slice).inserted
        {
          seeds.append(slice)
        }
      }
    }
    return seeds
  }

  /// Tries so many scripts on all threads.
  private mutating func round(count: Int, script: @escaping @Sendable (Int) -> [UInt8]) throws {
    let pieceCount = (count + Self.pieceSize - 1) / Self.pieceSize
    var trials: [[Trial]] = []
    var failure: CaseExecutionError?
    let base = tried
    session.loop(
      count: pieceCount, name: { "scripts from \(base + $0 * Self.pieceSize + 1) on" },
      makeWorker: { [runners, knowledge, mayTake = old.takesSourcesOnly] in
        let lease = RunnerLease(runners)
        lease.runner.learn(knowledge.edges)
        return { piece in
          let numbers = piece * Self.pieceSize..<min((piece + 1) * Self.pieceSize, count)
          var kept: [Trial] = []
          do throws(CaseExecutionError) {
            for number in numbers {
              let source = script(number)
              if mayTake, !NativeScript.isAllowed(source) { continue }
              guard let trial = try lease.runner.run(source, number: base + number, known: knowledge) else {
                return nil
              }
              if trial.isWorthKeeping { kept.append(trial) }
            }
          } catch {
            return .failure(error)
          }
          return .success(kept)
        }
      },
      take: { (_, result: Result<[Trial], CaseExecutionError>?) in
        switch result {
        case .success(let kept): trials.append(kept)
        case .failure(let error): failure = failure ?? error
        case nil: break
        }
        return failure == nil
      })
    if let failure { throw failure }
    tried += count
    for trial in trials.joined() { take(trial) }
  }

  private mutating func take(_ trial: Trial) {
    let edges = trial.edges.filter { knownEdges.insert($0).inserted }
    knowledge.edges += edges
    let pairCount = knowledge.pairs.count
    knowledge.pairs.formUnion(trial.pairs)
    if !edges.isEmpty || knowledge.pairs.count > pairCount {
      corpus.add(trial.source, cost: trial.instructions)
    }
    findings.add(trial)
  }

  // MARK: - What was found

  /// The examples of all groups, as small as they get, without those that say the same as others.
  func reduced() throws -> [ReducedFinding] {
    let work = findings.groups.flatMap { group in group.examples.map { (group, $0) } }
    var results: [ReducedFinding] = []
    var outlines: Set<[UInt8]> = []
    var countOfGroup: [ExploreFinding: Int] = [:]
    var failure: CaseExecutionError?
    session.loop(
      count: work.count, name: { "finding \($0 + 1)" },
      makeWorker: { [new, old, options, interruption = session.interruption] in
        var newExecutor = BuildExecutor(TestedBuild(new, name: "new"))
        var oldExecutor = BuildExecutor(old)
        return { place in
          let (group, example) = work[place]
          do throws(CaseExecutionError) {
            return .success(
              try Self.reduce(group, example.source, options, interruption, &newExecutor, &oldExecutor))
          } catch {
            return .failure(error)
          }
        }
      },
      take: { (_, result: Result<ReducedFinding, CaseExecutionError>?) in
        switch result {
        case .success(let found):
          let isNew = outlines.insert(found.outline).inserted
          if isNew, countOfGroup[found.finding, default: 0] < Self.examplesShown {
            countOfGroup[found.finding, default: 0] += 1
            results.append(found)
          }
        case .failure(let error): if error != .interrupted { failure = failure ?? error }
        case nil: break
        }
        return failure == nil
      })
    if let failure { throw failure }
    // The smallest first: it says most.
    return results.enumerated().sorted {
      ($0.element.source.count, $0.offset) < ($1.element.source.count, $1.offset)
    }.map(\.element)
  }

  private static let examplesShown = 6
  /// Runs that reducing one example may take.
  private static let reductionRuns = 4000

  private static func reduce(
    _ group: FindingGroup, _ source: [UInt8], _ options: ExploreOptions, _ interruption: Interruption,
    _ new: inout BuildExecutor, _ old: inout BuildExecutor
  ) throws(CaseExecutionError) -> ReducedFinding {
    var request = CaseRequest(
      steps: [.source(source)],
      limits: ExecutionLimits(
        fuel: options.fuel, time: .seconds(10), memoryBytes: options.memoryBytes),
      trace: HostCallTrace(callLimit: old.build.takesSourcesOnly ? 0 : 1000, byteLimit: 1 << 20),
      interruption: interruption)
    var smallest = source
    var property: KeptProperty?
    switch group.finding {
    case .difference(let cause): property = .difference(cause)
    case .ending(let ending): property = ending
    case .cost: property = nil
    }
    if options.reduces, let property {
      let isDifference = if case .difference = property { true } else { false }
      var reducer = CaseReducer(
        request.steps,
        PropertyJudge(
          property, request, new: new, old: isDifference ? old : nil,
          permitted: PermissionMatcher(old.build.permitted.joined(with: options.permitted))),
        runLimit: reductionRuns)
      do {
        try reducer.run()
      } catch is ReductionStop {
      } catch {
        throw error as? CaseExecutionError ?? .fault("\(error)")
      }
      smallest = reducer.steps.first?.source ?? source
    }
    request.steps = [.source(smallest)]
    return ReducedFinding(
      finding: group.finding, source: smallest, count: group.count, old: try old.run(request).golden,
      new: try new.run(request).golden)
  }

  func report(_ reduced: [ReducedFinding], _ writer: FindingWriter?) {
    let sink = session.sink
    for (number, finding) in reduced.enumerated() {
      let name = writer.map { " → \($0.path(number))" } ?? ""
      sink.write(
        "\(finding.finding.text), of \(Format.grouped(finding.count)) such scripts\(name)\n"
          + FindingWriter.lines(of: String(decoding: finding.source, as: UTF8.self), "  ")
          + FindingWriter.lines(of: finding.old?.text() ?? "cannot be run\n", "    \(old.name): ")
          + FindingWriter.lines(
            of: finding.new?.text() ?? "cannot be run\n", "    \(session.options.module): "))
    }
    sink.write(
      "tried \(Format.grouped(tried)) scripts with seed \(options.seed): "
        + (findings.groups.isEmpty
          ? "both answer alike" : "\(Count.of(findings.groups.count, "kind")) of difference")
        + "; \(Format.grouped(corpus.trees.count)) reached something new, "
        + "\(Format.grouped(knownEdges.count)) edges in all; "
        + "\(Format.duration(microseconds: searchTime.microseconds))\n")
  }
}

/// A runner in a thread's use.
private final class RunnerLease {
  let runner: TrialRunner
  private let pool: TrialRunnerPool

  init(_ pool: TrialRunnerPool) {
    self.pool = pool
    runner = pool.take()
  }

  deinit { pool.giveBack(runner) }
}
