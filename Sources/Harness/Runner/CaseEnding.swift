// What is kept of a case when the reports have it.

/// How a case ended, as far as `--only failed` needs to know.
package enum CaseEnding: UInt8, Sendable {
  case notRun, good, bad
  /// Bad for what it cost alone, which only a run with a limit on growth sees.
  case costly
  /// Bad because its answer was not the same each time, which only a run with repetitions sees.
  case unsteady

  init(_ report: CaseReport) {
    self = report.isBad ? Self(badKind: report.kind) : report.status == .notRun ? .notRun : .good
  }

  /// That of a bad case with a report of this kind.
  init(badKind kind: String) {
    self =
      switch kind {
      case "cost": .costly
      case "unstable", "dependent": .unsteady
      default: .bad
      }
  }

  var isBad: Bool { self != .notRun && self != .good }

  /// The kind of a report with which it is put on record.
  var kind: String {
    switch self {
    case .costly: "cost"
    case .unsteady: "unstable"
    case .notRun, .good, .bad: ""
    }
  }

  /// Whether a run with these settings would have seen it again.
  func isSeen(with settings: CaseSettings) -> Bool {
    switch self {
    case .costly: settings.costs.maximumGrowth != nil
    case .unsteady: settings.perturbs || settings.repeats > 1
    case .notRun, .good, .bad: true
    }
  }
}
