// What is known of one case when it is done.
import LuaHost

/// The report on one case, from whatever command it comes: a fixture, or a command of a test script. It holds
/// facts; `CaseText` makes sentences of them. What a module, a script or a file contributes is escaped.
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
  /// What is wrong, or why the case was not run or may fail. Nil if passed, and for a comparison in which
  /// nothing differs.
  package var finding: Finding?
  /// What is answered in place of what: cases with the same cause are grouped by it.
  package var cause: Cause?
  /// How expected and actual differ.
  package var difference: [DifferenceLine] = []
  package var notes: [CaseNote] = []
  /// The file that the case comes from, relative if it was named so.
  package var file = ""
  /// The line in it that an annotation is to stand at, counted from 1.
  package var line = 1
  /// The file and the line of a module at which a Lua error was raised, if it was raised in one.
  package var sourceFile: String?
  package var sourceLine: Int?
  /// The file with what is expected; nil for what has none.
  package var golden: String?
  /// Whether that file is not there; nil when it is, or was not looked for.
  package var lacksGolden: Bool?
  package var microseconds: UInt64 = 0
  /// WebAssembly instructions; nil when nothing was run or the count means nothing.
  package var instructions: UInt64?
  /// Pages of 64 KiB.
  package var peakPages: UInt64?
  /// What the case is tagged with; nil when nothing is known of it.
  package var tags: [String]?
  /// What the case might use; nil when it was not run.
  package var limits: CaseLimits?
  /// The functions that a trap passed through; nil without a trap. Of two builds the new one's.
  package var backtrace: Backtrace?
  /// What the case costs by the baseline that it is held against; nil when that does not know it.
  package var baseline: CaseCost?
  /// How the run on the old build was; only when two builds are compared.
  package var comparison: CaseComparison?
  /// What is known of the fault that the report is about; only when faults are made.
  package var mutant: MutantReport?

  package init(id: String, directory: [String], name: String, status: Status) {
    self.id = id
    self.directory = directory
    self.name = name
    self.status = status
  }

  /// Whether the case has no answer because the harness could not do its work.
  package var isFault: Bool {
    if status == .error, case .fault? = finding { true } else { false }
  }

  /// In one word what kind of failure, error or difference this is.
  package var kind: CaseKind? {
    if let mutant { return mutant.isSurvivor ? .survived : nil }
    guard let verdict = comparison?.verdict else { return finding?.kind }
    return verdict == .same ? nil : CaseKind(rawValue: verdict.rawValue)
  }

  /// About how many bytes of memory the report takes.
  var size: Int {
    // Each text of its own comes with what the allocator adds.
    func room(_ text: String?) -> Int { (text?.utf8.count ?? 0) + 48 }
    var size = MemoryLayout<Self>.size + notes.count * MemoryLayout<CaseNote>.size
    size += room(id) + room(name) + room(file) + room(golden)
    for part in directory { size += room(part) }
    for tag in tags ?? [] { size += room(tag) }
    for line in difference { size += room(line.text) + MemoryLayout<DifferenceLine>.size }
    return size
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

  init(_ limits: ExecutionLimits) {
    self.init(fuel: limits.fuel, microseconds: limits.time?.microseconds, memoryBytes: limits.memoryBytes)
  }

  /// Adds all fields, as the encoder would.
  func write(_ object: inout JSONObject) {
    object.field("fuel", fuel)
    object.field("memoryBytes", memoryBytes)
    object.field("microseconds", microseconds)
  }
}

/// The functions that a trap passed through.
package struct Backtrace: Hashable, Sendable, Codable {
  /// Counted from 1; nil in a case of one step.
  package var step: Int?
  /// Innermost first.
  package var functions: [String]
  /// What the Lua error said that the build could not catch, if its memory told.
  package var luaMessage: String?

  package init(step: Int? = nil, functions: [String]) {
    self.step = step
    self.functions = functions
  }

  /// That of the step that trapped, behind which none was run; nil without a trap or names.
  init?(_ outcome: CaseOutcome) {
    guard let index = outcome.steps.firstIndex(where: { if case .trap = $0.result { true } else { false } }),
      case .trap(_, let frames) = outcome.steps[index].result, !frames.isEmpty
    else { return nil }
    self.init(step: outcome.number(ofStep: index), functions: frames.map { EscapedText.string($0.utf8) })
    luaMessage = outcome.steps[index].luaMessage.map { EscapedText.string($0) }
  }
}

extension CaseOutcome {
  /// The number of a step from 1 on, given that from 0 on; nil in a case of one step.
  func number(ofStep index: Int) -> Int? { steps.count == 1 ? nil : index + 1 }
}

/// What is known of a case besides its finding.
package enum CaseNote: Hashable, Sendable, Codable {
  package enum Build: String, Hashable, Sendable, Codable { case old, new }

  /// What a step threw; `build` only when two are compared.
  case exception(build: Build?, step: Int?, tag: String, values: [String])
  /// How long an answer was that is too long.
  case answerLength(build: Build?, step: Int?, byteCount: Int)
  /// What the source begins with, which is no Lua.
  case leadingBytes(kind: LeadingBytes)
  /// The script requires a module that no directive names.
  case missingModule(name: String)
  /// Which line of the fixture the line is that an error names.
  case fixtureLine(step: Int, lineOfStep: Int, line: Int)
  /// Which line of a module's file an error names.
  case moduleLine(module: String, line: Int, path: String)
  /// Only some of the runs of the case were bad.
  case unsteady(bad: Int, runs: Int)
  /// On what the answer depends; on nothing known if it is not the same under equal conditions.
  case dependence(conditions: [Condition])
  /// Of so many host calls only the first were compared one by one.
  case hostCallsKept(count: Int, compared: Int)
  /// The golden cannot be read, and did not decide.
  case malformedGolden(file: String, line: Int, reason: String)

  /// What is known of the steps of an outcome that no golden says.
  static func notes(_ outcome: CaseOutcome, build: Build? = nil) -> [CaseNote] {
    outcome.steps.enumerated().compactMap { index, step in
      let number = outcome.number(ofStep: index)
      switch step.result {
      case .exception(let exception):
        return .exception(
          build: build, step: number, tag: EscapedText.string(exception.tag.utf8),
          values: exception.values.map { EscapedText.string($0.utf8) })
      case .answerTooLong(let byteCount):
        return .answerLength(build: build, step: number, byteCount: byteCount)
      default: return nil
      }
    }
  }
}

/// What hosts are free to choose, and no answer should depend on.
package enum Condition: String, Hashable, Sendable, Codable { case clock, keyOrder = "key-order" }
