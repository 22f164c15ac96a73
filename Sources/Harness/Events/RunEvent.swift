// The stream of events that all reports are made from.
import LuaHost

/// One event of a session. They come in this order: one start, cases and notices, one finish.
package enum RunEvent: Hashable, Sendable {
  case runStarted(RunDescription)
  /// One of the pieces of work that the start counts is done, with the reports on its cases; these come again, in
  /// their places, as `caseFinished`. For the live line: no report holds it.
  case partDone([CaseReport])
  case caseFinished(CaseReport)
  /// Which functions the case entered that finished last, if that was watched. For coverage: no report holds it.
  case caseObserved(id: String, ObservedCalls)
  case notice(Notice)
  /// Some time has passed, and of what is being done this takes longest so far. For the live line: no report holds it.
  case tick(RunningWork?)
  case runFinished(RunSummary)
}

/// A piece of work that is being done: a case, or a script.
package struct RunningWork: Hashable, Sendable {
  package var name: String
  package var time: Duration
}

/// What is being run, and by what.
package struct RunDescription: Hashable, Sendable, Codable {
  /// The name of the whole report.
  package var name: String
  /// What the first segment of every classname says: `lua`, `wasm`.
  package var language: String
  /// The file of the module under test; empty if there is none.
  package var module = ""
  /// SHA-256 in hexadecimal; empty without a module.
  package var moduleDigest = ""
  /// The file of the module that it is compared with; only when two builds are compared.
  package var oldModule: String?
  package var oldModuleDigest: String?
  package var engineVersion: String
  /// In alphabetical order.
  package var options: [GivenOption] = []
  /// The words by which another command means the same fixtures, module and limits: paths, options. Nil when
  /// none are needed.
  package var again: [String]?
  /// How many pieces of work there are: cases, or scripts.
  package var caseCount: Int
  /// `K/N` when this is a part of the cases.
  package var shard: String?
  /// Whose environment named the shard, unless an option did.
  package var shardSource: String?
  /// SHA-256 in hexadecimal of the baseline by whose costs the shards were dealt their cases.
  package var balanceDigest: String?
  /// What there is in all shards together; nil for a command that has none.
  package var suite: SuiteDescription?
  /// Which faults are made; nil for a command that makes none.
  package var mutation: MutationDescription?
  /// When the run started, in seconds since 1970.
  package var startTime: Int64
  package var host: String

  package init(
    name: String, language: String, engineVersion: String, caseCount: Int, startTime: Int64, host: String
  ) {
    self.name = name
    self.language = language
    self.engineVersion = engineVersion
    self.caseCount = caseCount
    self.startTime = startTime
    self.host = host
  }

  /// The options on one line.
  var optionsText: String { options.map(\.description).joined(separator: " ") }

  /// Whether an option was given.
  func has(_ option: String) -> Bool { options.contains { $0.name == option } }
}

/// An option of the command line, as it was given.
package struct GivenOption: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  /// With its hyphens.
  package var name: String
  /// Nil for one that takes none.
  package var value: String?

  package init(_ name: String, _ value: String? = nil) {
    self.name = name
    self.value = value
  }

  package var description: String { value.map { "\(name) \($0)" } ?? name }

  package static func < (left: Self, right: Self) -> Bool {
    (left.name, left.value ?? "") < (right.name, right.value ?? "")
  }
}

/// The cases that a run has in all of its shards, by which parts of the same run know each other.
package struct SuiteDescription: Hashable, Sendable, Codable {
  package var caseCount: Int
  /// SHA-256 of the ids in hexadecimal.
  package var digest: String
  /// Whether paths or filters leave out some of the fixtures that are there.
  package var isPartial: Bool
  /// SHA-256 of the sizes of all fixtures and goldens, those of other shards too; nil without shards. Of very many
  /// cases it is only the fixtures.
  package var sizes: String?
  /// SHA-256 of the contents of all `defaults` files and the modules that they name; nil without shards.
  package var shared: String?

  package init(caseCount: Int, digest: String, isPartial: Bool) {
    self.caseCount = caseCount
    self.digest = digest
    self.isPartial = isPartial
  }
}

/// What came of a run.
package struct RunSummary: Hashable, Sendable, Codable {
  package var passed = 0
  package var failed = 0
  package var errors = 0
  package var skipped = 0
  package var expectedFailures = 0
  package var notRun = 0
  /// Notices by which the run fails.
  package var failureNotices = 0
  /// Notices and cases that say that the harness could not do its work.
  package var faults = 0
  /// WebAssembly instructions of all cases.
  package var instructions: UInt64 = 0
  /// Wall time of the whole run.
  package var microseconds: UInt64 = 0
  package var wasInterrupted = false
  /// Whether it was merged although cases are missing; nil when none are.
  package var isIncomplete: Bool?
  /// SHA-256 in hexadecimal of the contents of the fixtures, goldens and modules of this shard; nil without shards.
  package var contents: String?
  /// What came of the comparison, when two builds are compared.
  package var comparison: ComparisonSummary?
  /// What came of the faults, when some are made.
  package var mutation: MutationSummary?

  package init() {}

  /// All cases reported.
  package var total: Int {
    // The numbers may come from a file.
    [failed, errors, skipped, expectedFailures, notRun].reduce(passed) { $0 &+ $1 }
  }

  package mutating func count(_ event: RunEvent) {
    switch event {
    case .caseFinished(let report):
      switch report.status {
      case .passed: passed += 1
      case .failed: failed += 1
      case .error: errors += 1
      case .skipped: skipped += 1
      case .expectedFailure: expectedFailures += 1
      case .notRun: notRun += 1
      }
      if report.isFault { faults += 1 }
      instructions &+= report.instructions ?? 0
      if let compared = report.comparison {
        comparison = (comparison ?? ComparisonSummary()).counting(compared)
      }
      if let mutant = report.mutant { mutation?.count(mutant) }
    case .notice(let notice):
      if notice.severity == .failure { failureNotices += 1 }
      if notice.severity == .fault { faults += 1 }
    case .runStarted(let run):
      mutation = run.mutation.map { MutationSummary($0, isPart: run.shard != nil) }
    case .partDone, .caseObserved, .tick, .runFinished: break
    }
  }

  /// The process's exit code for a run that ended so.
  package var exitCode: ExitCode {
    if wasInterrupted { return .interrupted }
    if faults > 0 { return .fault }
    // What survives fails nothing unless somebody says how much must not.
    if let mutation { return mutation.isBelow || errors + failureNotices > 0 ? .failure : .success }
    return failed + errors + failureNotices > 0 ? .failure : .success
  }
}

/// What came of a comparison of two builds.
package struct ComparisonSummary: Hashable, Sendable, Codable {
  /// How many cases got each verdict; those that none got are left out.
  package var verdicts: [CaseComparison.Verdict: Int] = [:]
  /// The instructions of the cases that answer alike; of others a difference says nothing.
  package var oldInstructions: UInt64 = 0
  package var newInstructions: UInt64 = 0

  fileprivate func counting(_ comparison: CaseComparison) -> ComparisonSummary {
    var summary = self
    summary.verdicts[comparison.verdict, default: 0] += 1
    if let (old, new) = comparison.alikeInstructions {
      summary.oldInstructions &+= old
      summary.newInstructions &+= new
    }
    return summary
  }
}
