// What is kept of a case when the reports have it.

/// How a case ended, as far as `--only failed` needs to know.
package enum CaseEnding: String, Sendable, Codable {
  case notRun, good, bad
  /// Bad for what it cost alone, which only a run with a limit on growth sees.
  case costly
  /// Bad because its answer was not the same each time, which only a run with repetitions sees.
  case unsteady

  init(_ report: CaseReport) {
    guard report.isBad else {
      self = report.status == .notRun ? .notRun : .good
      return
    }
    switch report.finding {
    case .cost?: self = .costly
    case .unsteadyCost?, .dependence?: self = .unsteady
    default: self = .bad
    }
  }

  var isBad: Bool { self != .notRun && self != .good }

  /// Whether a run with these settings would have seen it again.
  func isSeen(with settings: CaseSettings) -> Bool {
    switch self {
    case .costly: settings.costs.maximumGrowth != nil
    case .unsteady: settings.perturbs || settings.repeats > 1
    case .notRun, .good, .bad: true
    }
  }
}
