// The cases that faults are held against: what they cost, and which instructions they execute.
import LuaHost

/// A case that answers as its golden says on the module as it is.
struct MutationCase: Sendable {
  let id: CaseID
  /// Its limits are those of a run on a faulty module.
  var request: CaseRequest
  let golden: Golden
  let instructions: UInt64
  let peakPages: UInt64
  let loadingInstructions: UInt64

  /// How much more than without the fault a case may take before it has run away.
  static func bound(_ instructions: UInt64) -> UInt64 {
    let (bound, overflow) = instructions.multipliedReportingOverflow(by: 10)
    return overflow ? .max : bound.addingReportingOverflow(1_000_000).overflow ? .max : bound + 1_000_000
  }
}

/// Why cases are left out.
package enum LeftOut: String, Hashable, Sendable, Codable, CaseIterable {
  case skipped
  case expectedToFail = "expected-to-fail"
  case time
  case failing

  /// What the cases do, behind `which`.
  func clause(_ count: Int) -> String {
    switch self {
    case .skipped: count == 1 ? "is skipped" : "are skipped"
    case .expectedToFail: count == 1 ? "is expected to fail" : "are expected to fail"
    case .time: count == 1 ? "ends at the time limit" : "end at the time limit"
    case .failing: (count == 1 ? "fails" : "fail") + " on the module as it is"
    }
  }
}

/// What came of running a case once to find out whether it serves.
enum MutationCandidate: Sendable {
  case kept(MutationCase)
  case leftOut(LeftOut)
}

struct MutationCandidateRunner {
  let module: LuaModule
  let loader: FixtureLoader
  let settings: CaseSettings
  let interruption: Interruption
  private var machine: LuaMachine?

  init(_ module: LuaModule, _ loader: FixtureLoader, _ settings: CaseSettings, _ interruption: Interruption) {
    (self.module, self.loader, self.settings, self.interruption) = (module, loader, settings, interruption)
  }

  /// Nil when it was interrupted. Throws when start-up fails.
  mutating func run(_ file: FixtureFile) throws -> MutationCandidate? {
    guard let fixture = try? loader.load(file) else { return .leftOut(.failing) }
    if fixture.directives.skip != nil { return .leftOut(.skipped) }
    if fixture.directives.expectedFailure != nil { return .leftOut(.expectedToFail) }
    guard case .golden(let golden)? = try? GoldenFile(file.golden) else { return .leftOut(.failing) }
    var request = settings.request(for: fixture, interruption: interruption)
    let machine = try machine ?? module.makeExecutor(memoryLimit: nil)
    self.machine = machine
    let outcome: CaseOutcome
    do {
      outcome = try machine.run(request)
    } catch CaseExecutionError.interrupted {
      return nil
    } catch {
      return .leftOut(.failing)
    }
    if outcome.wasCutOff { return .leftOut(.time) }
    guard Finding.difference(golden, Golden(outcome)) == nil else { return .leftOut(.failing) }
    let bound = MutationCase.bound(outcome.instructions)
    request.limits.fuel = min(request.limits.fuel ?? bound, bound)
    // A fault may ask for memory without end. Where that is what the case does, its own limit holds.
    if !outcome.steps.contains(where: { $0.result == .limit(.memory) }) {
      let most = 64 << 20 + (outcome.peakPages << 16).multipliedReportingOverflow(by: 4).partialValue
      request.limits.memoryBytes = min(request.limits.memoryBytes ?? most, most)
    }
    return .kept(
      MutationCase(
        id: file.id, request: request, golden: golden, instructions: outcome.instructions,
        peakPages: outcome.peakPages, loadingInstructions: machine.loadingInstructions))
  }
}

/// Which of the cases set which marks.
struct MutationReach: Sendable {
  /// What a run set, by mark.
  struct Row: Sendable {
    var marks: [UInt8] = []
    /// Whether it went as without marks: if not, a fault may make a difference behind its end.
    var isWhole = true

    func has(_ mark: Int) -> Bool { mark < marks.count && marks[mark] != 0 }
  }

  let marks: Marks
  let start: Row
  let cases: [Row]

  /// Whether start-up executes the instruction of a fault.
  func isExecutedAtStart(_ fault: Int) -> Bool { start.has(marks.reached[fault]) }

  /// The cases that execute the instruction of a fault, in their order.
  func executing(_ fault: Int) -> [Int] {
    cases.indices.filter { cases[$0].has(marks.reached[fault]) }
  }

  /// Whether start-up executes it where the fault makes a difference.
  func differsAtStart(_ fault: Int) -> Bool {
    start.has(marks.differing[fault] ?? marks.reached[fault])
  }

  /// The cases that do.
  func differing(_ fault: Int) -> [Int] {
    let mark = marks.differing[fault] ?? marks.reached[fault]
    return cases.indices.filter { cases[$0].has(mark) }
  }

  /// The cases that may notice the fault: those, and those of which it is not known.
  func candidates(_ fault: Int) -> [Int] {
    let mark = marks.differing[fault] ?? marks.reached[fault]
    return cases.indices.filter { cases[$0].has(mark) || !cases[$0].isWhole }
  }
}
