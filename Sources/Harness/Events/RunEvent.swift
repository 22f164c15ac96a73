// The stream of events that all reports are made from.

/// One event of a run. They come in this order: one start, cases and notices, one finish.
package enum RunEvent: Hashable, Sendable {
  case runStarted(RunDescription)
  case caseFinished(CaseReport)
  case notice(Notice)
  case runFinished(RunSummary)
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
  /// The options given, as they were given, in alphabetical order.
  package var options: [String] = []
  /// The words by which another command means the same fixtures, module and limits: paths, options. Nil when
  /// none are needed.
  package var again: [String]?
  /// How many cases there will be a report on.
  package var caseCount: Int
  /// `K/N` when this is a part of the cases.
  package var shard: String?
  /// Whose environment named the shard, unless an option did.
  package var shardSource: String?
  /// What there is in all shards together; nil for a command that has none.
  package var suite: SuiteDescription?
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
}

/// The cases that a run has in all of its shards, by which parts of the same run know each other.
package struct SuiteDescription: Hashable, Sendable, Codable {
  package var caseCount: Int
  /// SHA-256 of the ids in hexadecimal.
  package var digest: String
  /// Whether paths or filters leave out some of the fixtures that are there.
  package var isPartial: Bool

  package init(caseCount: Int, digest: String, isPartial: Bool) {
    self.caseCount = caseCount
    self.digest = digest
    self.isPartial = isPartial
  }
}

/// Something about the run that is no case's.
package struct Notice: Hashable, Sendable, Codable {
  package enum Severity: String, Hashable, Sendable, Codable {
    /// Worth knowing.
    case note
    /// Something is not in order, but the run does not fail for it.
    case warning
    /// The run fails for it: a stale golden under `--strict`, say.
    case failure
    /// The harness could not do its work.
    case fault
  }

  package var severity: Severity
  package var message: String
  /// The file that it is about, if any.
  package var file: String?
  package var line: Int?

  package init(_ severity: Severity, _ message: String, file: String? = nil, line: Int? = nil) {
    self.severity = severity
    self.message = message
    self.file = file
    self.line = line
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
    case .notice(let notice):
      if notice.severity == .failure { failureNotices += 1 }
      if notice.severity == .fault { faults += 1 }
    case .runStarted, .runFinished: break
    }
  }

  /// The process's exit code for a run that ended so.
  package var exitCode: ExitCode {
    if wasInterrupted { return .interrupted }
    if faults > 0 { return .fault }
    return failed + errors + failureNotices > 0 ? .failure : .success
  }
}
