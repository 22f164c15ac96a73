// Finds out on what that it should not depend on an answer depends: the clock, the order of keys.
import LuaHost

extension CaseRequest {
  /// The request under other conditions; each repetition, counted from 1, gets others, the same in every
  /// run.
  func perturbed(_ conditions: [Condition], repetition: Int) -> CaseRequest {
    var request = self
    let number = Int64(repetition)
    if conditions.contains(.clock) {
      // Days apart, and as many milliseconds a reading: neither a moment nor a span is as it was.
      request.clock = VirtualClock(
        milliseconds: clock.milliseconds &+ number &* 100_000_007, step: 1 &+ number &* 37)
    }
    if conditions.contains(.keyOrder) {
      request.keyOrder = repetition == 1 ? .reversed : .shuffled(seed: UInt64(repetition))
    }
    return request
  }
}

/// That a case's answer is another one under other conditions.
struct Dependence {
  /// On what the answer depends; empty when it is not the same under equal conditions either.
  let conditions: [Condition]
  let plain: Golden
  let other: Golden

  static let allConditions: [Condition] = [.clock, .keyOrder]

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
    var found: [Condition] = []
    for condition in Self.allConditions {
      let outcome = try run(request.perturbed([condition], repetition: repetition))
      if Golden(outcome) != self.plain { found.append(condition) }
    }
    // Two that only together make a difference are both of them at fault.
    conditions = found.isEmpty ? Self.allConditions : found
    other = perturbed
  }
}
