// Holds the outcomes of one case on two builds against each other.
import LuaHost

/// What a build made of a case.
enum BuildOutcome: Sendable {
  case outcome(CaseOutcome)
  /// The build could not be given the case.
  case refused(Finding)

  var outcome: CaseOutcome? {
    if case .outcome(let outcome) = self { outcome } else { nil }
  }

  var golden: Golden? { outcome.map { Golden($0) } }

  /// Whether the clock ended the case: where it did says nothing about the build.
  var wasCutOff: Bool { outcome?.wasCutOff ?? false }
}

extension CaseOutcome {
  var wasCutOff: Bool { steps.contains { $0.result == .limit(.time) } }
}

/// In what two outcomes differ.
struct OutcomeComparison {
  /// Nil when answers, outputs, tables and host calls are the same.
  private(set) var finding: Finding?
  private(set) var cause: Cause?
  private(set) var difference: [DifferenceLine] = []
  private(set) var hostCall: HostCallDifference?
  /// How the step ended in which the outcomes differ, or the last one; nil for a build that was refused.
  private(set) var results: (old: String?, new: String?)

  init(old: BuildOutcome, new: BuildOutcome) {
    guard let oldOutcome = old.outcome, let newOutcome = new.outcome else {
      results = (old.golden?.steps.last?.result.summary, new.golden?.steps.last?.result.summary)
      if old.outcome == nil, new.outcome == nil { return }
      finding = .refused
      cause = .refused(byOld: old.outcome == nil, byNew: new.outcome == nil)
      return
    }
    let (oldGolden, newGolden) = (Golden(oldOutcome), Golden(newOutcome))
    let step = zip(oldGolden.steps, newGolden.steps).prefix { $0 == $1 }.count
    let shown = min(step, oldGolden.steps.count - 1)
    results = (oldGolden.steps[shown].result.summary, newGolden.steps[shown].result.summary)
    // How far a run came before the clock stopped it is chance, and so are the traces that it left.
    let wasCutOff = old.wasCutOff || new.wasCutOff
    if !wasCutOff { hostCall = HostCallDifference(old: oldOutcome.trace, new: newOutcome.trace) }
    if step == oldGolden.steps.count, wasCutOff { return }
    if step == oldGolden.steps.count, oldOutcome.isUnfinishedAsMuch(as: newOutcome) {
      hostCall = nil
      return
    }
    finding = .difference(oldGolden, newGolden)
    cause = .difference(oldGolden, newGolden) {
      (AnswerSignature(oldOutcome.steps[$0]), AnswerSignature(newOutcome.steps[$0]))
    }
    if finding == nil {
      if let hostCall {
        finding = .hostCall(number: hostCall.number)
      } else if oldOutcome.trace.count != newOutcome.trace.count {
        finding = .hostCallCount(old: oldOutcome.trace.count, new: newOutcome.trace.count)
      }
      if finding != nil { cause = .hostCalls }
    }
    if finding != nil {
      difference = LineDifference(expected: oldGolden.text(), actual: newGolden.text()).lines
    }
  }
}

extension CaseOutcome {
  /// Whether a limit ended both runs, whose steps are the same, and the host calls of one are the beginning of
  /// the other's. How far a build comes within the same limit is its cost, and so is what the tables hold then.
  fileprivate func isUnfinishedAsMuch(as other: CaseOutcome) -> Bool {
    guard case .limit? = steps.last(where: { $0.result != .notRun })?.result else { return false }
    return zip(trace.calls, other.trace.calls).allSatisfy { $0 == $1 }
  }
}
