// Runs candidates and says whether they have the property.
import LuaHost

/// Asks one build, or two. Belongs to one thread.
struct PropertyJudge {
  let property: KeptProperty
  /// Everything but the steps.
  private let request: CaseRequest
  private let permitted: PermissionMatcher
  private var new: BuildExecutor
  private var old: BuildExecutor?

  init(
    _ property: KeptProperty, _ request: CaseRequest, new: BuildExecutor, old: BuildExecutor?,
    permitted: PermissionMatcher
  ) {
    (self.property, self.request, self.permitted) = (property, request, permitted)
    (self.new, self.old) = (new, old)
  }

  /// Whether a case of these steps has the property.
  mutating func holds(_ steps: [CaseStep]) throws(CaseExecutionError) -> Bool {
    var request = request
    request.steps = steps
    if old != nil { return try difference(request) == property }
    var found = try new.run(request)
    if property.needsMessage { found = try new.readMessages(of: found, request) }
    guard case .outcome(let outcome) = found else { return false }
    return property.holds(outcome)
  }

  private mutating func difference(_ request: CaseRequest) throws(CaseExecutionError) -> KeptProperty? {
    guard var old else { return nil }
    defer { self.old = old }
    return try Self.difference(request, old: &old, new: &new, permitted)
  }

  /// In what two builds answer differently; nil when they do not, or only as is permitted.
  static func difference(
    _ request: CaseRequest, old: inout BuildExecutor, new: inout BuildExecutor,
    _ permitted: PermissionMatcher
  ) throws(CaseExecutionError) -> KeptProperty? {
    let first = try new.run(request)
    // What the clock cuts off tells nothing, and a program that counts no instructions cannot be held against one
    // that was stopped for them.
    if first.wasCutOff || old.build.takesSourcesOnly && first.wasStopped { return nil }
    let outcomes = (old: try old.run(request), new: first)
    if outcomes.old.wasCutOff { return nil }
    guard let cause = OutcomeComparison(old: outcomes.old, new: outcomes.new).cause else { return nil }
    let isPermitted = try permitted.covers(outcomes.old.golden, outcomes.new.golden, request) {
      (repetition) throws(CaseExecutionError) in
      switch repetition {
      case .new(let changed): try new.run(changed).golden
      case .oldStartedAnew: try old.runAnew(request).golden
      }
    }
    return isPermitted ? nil : .difference(cause)
  }
}

extension BuildOutcome {
  /// Whether a limit ended the case.
  var wasStopped: Bool {
    outcome?.steps.contains { if case .limit = $0.result { true } else { false } } ?? false
  }
}
