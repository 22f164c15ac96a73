// Writes goldens from what cases answer.
import LuaHost

/// What can be asked of `bless` besides which cases.
package struct BlessOptions: Sendable {
  package enum Target: Sendable {
    /// The goldens themselves.
    case golden
    /// Files beside them, `*.golden.new`.
    case pending
  }

  package var target = Target.golden
  /// Whether goldens that belong to no fixture are deleted.
  package var prunes = false
  /// Whether each change is asked about.
  package var reviews = false

  package init() {}
}

/// A round of blessing.
package enum BlessSession {
  /// Runs the selected cases and writes what changed. `ask` is called after a change was shown, when changes are
  /// reviewed. Throws as `RunSession.run` does, and `CaseExecutionError.fault` when the module cannot be used.
  package static func run<Provider: CaseExecutorProvider>(
    _ context: SessionContext, _ bless: BlessOptions, ask: @escaping Review.Question,
    openModule: (Path) throws -> Provider
  ) throws -> ExitCode {
    var context = context
    context.options.settings.repeats = 1
    let (options, interruption) = (context.options, context.interruption)
    let session = try FixtureSession(context, name: "touchstone bless")
    if options.expected == nil { try FixtureWalk.checkBlessing(Set(session.plan.scopes.map(\.root))) }
    if bless.prunes,
      !session.plan.isUnfiltered || !session.plan.scopes.allSatisfy(\.isWholeRoot)
    {
      throw UsageError(
        "--prune needs a whole directory of fixtures without filters, or it would take goldens for stale that are not"
      )
    }
    if let emptiness = session.plan.emptiness, !bless.prunes {
      return try session.finish(nothingSelected: emptiness)
    }
    let provider = try openModule(options.module)
    try provider.finishValidation()
    try session.chooseGoldens(of: provider)
    let (plan, sink) = (session.plan, session.sink)
    let paint = ConsolePaint(isOn: options.console.usesColor)
    var work = BlessWork(bless, sink, paint, ask, variant: options.variant)
    session.runCases(
      makeRunner: { [interruption, settings = options.settings] loader in
        var runner = CaseRunner(provider, loader: loader, settings: settings, interruption: interruption)
        return { runner.run($0) }
      },
      take: { if let result = $1 { work.take(plan.selected[$0], result) } })
    work.review(interruption)
    if bless.prunes, !interruption.isRaised, !work.wasQuit {
      try work.prune(plan, isExpectedGiven: options.expected != nil)
    }
    if work.created > 0 {
      for root in Set(plan.scopes.map(\.root)) where !root.isLasting {
        sink.write("\(Notice(.warning, options.lastingHint(root)).message)\n")
      }
    }
    work.writeSummary()
    if interruption.isRaised || work.wasQuit { return .interrupted }
    if work.faults > 0 { return .fault }
    return work.problems > 0 ? .failure : .success
  }
}

/// Takes results one after the other and writes goldens.
private struct BlessWork {
  private let bless: BlessOptions
  private let sink: any TextSink
  private let paint: ConsolePaint
  /// The variant to write where a golden has to change; nil for the one that was compared with.
  private let variant: String?
  private var review: Review
  private(set) var problems = 0
  private(set) var faults = 0
  /// How many changes nobody was asked about, because the review was quit.
  private var unasked = 0
  private(set) var created = 0
  private var changed = 0
  private var unchanged = 0
  private var rejected = 0
  private var leftAlone = 0
  private var deleted = 0

  init(
    _ bless: BlessOptions, _ sink: any TextSink, _ paint: ConsolePaint, _ ask: @escaping Review.Question,
    variant: String?
  ) {
    self.bless = bless
    self.paint = paint
    self.sink = sink
    self.variant = variant
    review = Review(ask)
  }

  var wasQuit: Bool { unasked > 0 }

  mutating func take(_ file: FixtureFile, _ result: CaseResult) {
    do {
      try bless(file, result)
    } catch {
      fail(error)
    }
  }

  private mutating func fail(_ error: any Error) {
    faults += 1
    sink.write("ERROR \(error)\n")
  }

  /// Asks about the changes, now that it is known how many there are.
  mutating func review(_ interruption: Interruption) {
    for number in 0..<review.count {
      if interruption.isRaised {
        unasked = review.count - number
        return
      }
      do {
        let change = try review.change(number)
        let existing = try GoldenFile(change.file.golden)
        show(existing, change)
        switch review.ask(number + 1, review.count) {
        case .accept: try write(change, over: existing)
        case .reject: rejected += 1
        case .quit:
          unasked = review.count - number
          return
        }
      } catch {
        fail(error)
      }
    }
  }

  private mutating func bless(_ file: FixtureFile, _ result: CaseResult) throws(FileError) {
    guard result.outcome != nil else {
      guard result.report.isBad else {
        leftAlone += 1
        return
      }
      if result.report.isFault { faults += 1 } else { problems += 1 }
      sink.write("\(result.report.status.word) \(file.id)\n  \(result.report.message)\n")
      return
    }
    if let reason = result.expectedFailure {
      leftAlone += 1
      sink.write("left alone \(file.golden): it is expected to fail (\(reason))\n")
      return
    }
    guard let (change, existing) = try result.goldenChange(of: file, variant: variant) else {
      unchanged += 1
      // What was pending is settled.
      let pendingPath = GoldenChange.pendingPath(file)
      if try FileSystem.exists(pendingPath) { try FileSystem.remove(pendingPath) }
      return
    }
    if bless.reviews {
      try review.add(change)
    } else {
      show(existing, change)
      try write(change, over: existing)
    }
  }

  private mutating func write(_ change: GoldenChange, over existing: GoldenFile) throws(FileError) {
    switch bless.target {
    case .pending: try change.writePending()
    case .golden: try change.write()
    }
    if case .missing = existing { created += 1 } else { changed += 1 }
  }

  private func show(_ existing: GoldenFile, _ change: GoldenChange) {
    let path = bless.target == .pending ? change.pendingPath : change.file.golden
    let (text, golden) = (change.text, change.golden)
    var output: String
    switch existing {
    case .missing:
      output = "new \(path)\n"
      for line in text.split(separator: "\n") { output += "  + \(line)\n" }
    case .golden(let old):
      output = "changed \(path)\n"
      for line in paint(LineDifference(expected: old.text(), actual: golden.text()).lines) {
        output += "  \(line)\n"
      }
    case .malformed(let path, let error):
      output = "changed \(path), which could not be read (\(error))\n"
      for line in text.split(separator: "\n") { output += "  + \(line)\n" }
    }
    for remark in change.remarks { output += "  # \(remark)\n" }
    sink.write(output)
  }

  mutating func prune(_ plan: CasePlan, isExpectedGiven: Bool) throws(FileError) {
    let stale = try FixtureWalk.strayGoldens(
      in: plan.scopes, fixtures: plan.all, isExpectedGiven: isExpectedGiven
    ).stale
    for path in stale {
      try FileSystem.remove(path)
      deleted += 1
      sink.write("deleted \(path)\n")
    }
  }

  func writeSummary() {
    var parts: [String] = []
    let written =
      bless.target == .pending
      ? [(created + changed, "pending")] : [(created, "new"), (changed, "changed")]
    for (count, word) in written + [
      (unchanged, "unchanged"), (rejected, "rejected"),
      (deleted, "deleted"), (leftAlone, "left alone"), (problems + faults, "without an answer"),
    ] where count > 0 {
      parts.append("\(count) \(word)")
    }
    sink.write("goldens: \(parts.isEmpty ? "none" : parts.joined(separator: ", "))\n")
    if bless.target == .pending, created + changed > 0 {
      sink.write("touchstone bless without --pending accepts them, with --review one by one\n")
    }
    if unasked > 0 {
      let (changes, them) = unasked == 1 ? ("1 change was", "it") : ("\(unasked) changes were", "them")
      sink.write("the review was quit: \(changes) not asked about; the same command goes on with \(them)\n")
    }
  }
}
