// Finds out on what that it should not depend on an answer depends: the clock, the order of keys.
import LuaHost

/// Conditions that hosts are free to choose, and that no answer should depend on.
struct Perturbation: OptionSet, Hashable {
  let rawValue: Int

  static let clock = Perturbation(rawValue: 1)
  static let keyOrder = Perturbation(rawValue: 2)
  static let all: Perturbation = [.clock, .keyOrder]

  /// The request under other conditions; each repetition, counted from 1, gets others, the same in every
  /// run.
  func applied(to request: CaseRequest, repetition: Int) -> CaseRequest {
    var request = request
    let number = Int64(repetition)
    if contains(.clock) {
      // Days apart, and as many milliseconds a reading: neither a moment nor a span is as it was.
      let start = request.clock.milliseconds
      request.clock = VirtualClock(milliseconds: start &+ number &* 100_000_007, step: 1 &+ number &* 37)
    }
    if contains(.keyOrder) {
      request.keyOrder = repetition == 1 ? .reversed : .shuffled(seed: UInt64(repetition))
    }
    return request
  }
}

/// That a case's answer is another one under other conditions.
struct Dependence {
  /// On what the answer depends; empty when it is not the same under equal conditions either.
  let conditions: Perturbation
  let plain: Golden
  let other: Golden

  /// Runs the case under each condition alone, and as it was, to tell which one it is. Nil if the answers
  /// are the same. `run` runs a request.
  init?(
    _ plain: CaseOutcome, _ perturbed: CaseOutcome, request: CaseRequest, repetition: Int,
    run: (CaseRequest) throws(CaseExecutionError) -> CaseOutcome
  ) throws(CaseExecutionError) {
    self.plain = Golden(plain)
    let perturbed = Golden(perturbed)
    guard perturbed != self.plain else { return nil }
    let again = Golden(try run(request))
    guard again == self.plain else {
      (conditions, other) = ([], again)
      return
    }
    var found: Perturbation = []
    for condition in [Perturbation.clock, .keyOrder] {
      let outcome = try run(condition.applied(to: request, repetition: repetition))
      if Golden(outcome) != self.plain { found.insert(condition) }
    }
    // Two that only together make a difference are both of them at fault.
    conditions = found.isEmpty ? .all : found
    other = perturbed
  }

  /// In one clause what the answer depends on.
  var description: String {
    let clock = "the clock"
    let order = "the order in which external tables list their keys"
    return switch conditions {
    case .clock: "depends on \(clock)"
    case .keyOrder: "depends on \(order)"
    case .all: "depends on \(clock) and on \(order)"
    default: "is not the same under equal conditions"
    }
  }

  /// Makes a case fail for it that would pass; one that is bad anyway, or expected to be, keeps its verdict.
  func check(_ report: inout CaseReport) {
    let sentence = "the answer \(description)"
    guard report.status == .passed else {
      report.notes.append(sentence)
      return
    }
    report.status = .failed
    report.kind = conditions.isEmpty ? "unstable" : "dependent"
    report.message = sentence + ": " + Verdict.firstDifference(plain, other)
    if case .different(let lines) = Comparison(expected: plain, actual: other) {
      report.difference = lines.lines.map(\.rendered)
    }
  }
}
