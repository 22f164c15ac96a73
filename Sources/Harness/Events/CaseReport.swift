// What is known of one case when it is done.

/// The report on one case, from whatever command it comes: a fixture, or a command of a test script.
package struct CaseReport: Hashable, Sendable, Codable {
  package enum Status: String, Hashable, Sendable, Codable {
    /// As expected.
    case passed
    /// Another answer than expected.
    case failed
    /// No answer: an unexpected trap or limit, an undecodable answer, a fixture that cannot be run.
    case error
    /// Declared not to be run.
    case skipped
    /// Not as its golden says, which was declared.
    case expectedFailure = "expected-failure"
    /// Not reached, because the run was stopped.
    case notRun = "not-run"
  }

  /// The case's id, unique in the run.
  package var id: String
  /// The directories above the case, by which reports group: `["strings"]` for `strings/format`.
  package var directory: [String]
  /// The last part of the id.
  package var name: String
  package var status: Status
  /// In one word what kind of failure, error or skip this is: `answer`, `trap`, `fuel`. Empty if passed.
  package var kind = ""
  /// What is answered in place of what, in words that cases with the same cause share: reports group by it.
  /// Nil when nothing is known but the kind.
  package var cause: String?
  /// In one sentence what is wrong, or the declared reason. Empty if passed.
  package var message = ""
  /// How expected and actual differ, a line each, behind the signs of a diff.
  package var difference: [String] = []
  /// What is worth saying besides: comments on traps, costs, repetitions.
  package var notes: [String] = []
  /// The file that the case comes from, relative if it was named so.
  package var file = ""
  /// The line in it that an annotation is to stand at, counted from 1.
  package var line = 1
  /// The file and the line of a module at which a Lua error was raised, if it was raised in one.
  package var sourceFile: String?
  package var sourceLine: Int?
  /// The file with what is expected; nil for what has none.
  package var golden: String?
  /// The line in it that cannot be read, counted from 1; nil when it can be read.
  package var goldenLine: Int?
  package var microseconds: UInt64 = 0
  /// WebAssembly instructions; nil when nothing was run or the count means nothing.
  package var instructions: UInt64?
  /// Pages of 64 KiB.
  package var peakPages: UInt64?
  /// What the case is tagged with; nil when nothing is known of it.
  package var tags: [String]?
  /// What the case might use; nil when it was not run.
  package var limits: CaseLimits?
  /// The names of the functions that a trap passed through, innermost first; nil without a trap.
  package var backtrace: [String]?
  /// What the case costs by the baseline that it is held against; nil when that does not know it.
  package var baseline: CaseCost?
  /// How the run on the old build was; only when two builds are compared.
  package var comparison: CaseComparison?

  package init(id: String, directory: [String], name: String, status: Status) {
    self.id = id
    self.directory = directory
    self.name = name
    self.status = status
  }

  /// Whether the case has no answer because the harness could not do its work.
  package var isFault: Bool { status == .error && kind == "fault" }

  /// About how many bytes of memory the report takes.
  var size: Int {
    (difference + notes).reduce(MemoryLayout<Self>.size + id.utf8.count + message.utf8.count) {
      $0 + $1.utf8.count + MemoryLayout<String>.size
    }
  }

  /// Whether the run fails because of this case.
  package var isBad: Bool { status == .failed || status == .error }
}

/// The limits that a case was run with. Nil means none.
package struct CaseLimits: Hashable, Sendable, Codable {
  /// WebAssembly instructions.
  package var fuel: UInt64?
  /// Wall-clock time.
  package var microseconds: UInt64?
  /// Linear memory.
  package var memoryBytes: UInt64?

  package init(fuel: UInt64? = nil, microseconds: UInt64? = nil, memoryBytes: UInt64? = nil) {
    self.fuel = fuel
    self.microseconds = microseconds
    self.memoryBytes = memoryBytes
  }
}

extension CaseReport.Status {
  /// The word that stands before the case's id.
  package var word: String {
    switch self {
    case .passed: "pass"
    case .failed: "FAIL"
    case .error: "ERROR"
    case .skipped: "skip"
    case .expectedFailure: "xfail"
    case .notRun: "not run"
    }
  }
}
