// What is kept of a case when the reports have it.

/// How a case ended, as far as `--only` needs to know.
package enum CaseEnding: Sendable {
  case notRun, good, bad
  /// Bad for what it cost alone, which only a run with a limit on growth sees.
  case costly
  /// Bad because its answer was not the same each time, which only a run with repetitions sees.
  case unsteady

  init(_ outline: CaseOutline) {
    let name = outline.finding?.name
    self.init(
      outline.status, isCost: name == "cost", isUnsteady: ["unsteadyCost", "dependence"].contains(name))
  }

  fileprivate init(_ status: CaseReport.Status, isCost: Bool, isUnsteady: Bool) {
    switch status {
    case .notRun: self = .notRun
    case .passed, .skipped, .expectedFailure: self = .good
    case .failed, .error: self = isCost ? .costly : isUnsteady ? .unsteady : .bad
    }
  }

  /// Whether a run with these options would have seen it again.
  func isSeen(by run: RunDescription) -> Bool {
    switch self {
    case .costly: run.has("--max-cost-growth")
    case .unsteady: run.has("--perturb") || run.has("--repeat")
    case .notRun, .good, .bad: true
    }
  }
}

extension CaseReport {
  /// How the case ended.
  var ending: CaseEnding {
    if status == .passed { return .good }
    return CaseEnding(status, isCost: kind == .cost, isUnsteady: isUnsteady)
  }

  fileprivate var isUnsteady: Bool {
    switch finding {
    case .unsteadyCost?, .dependence?: true
    default: false
    }
  }
}
