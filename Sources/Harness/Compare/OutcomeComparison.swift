// Holds the outcomes of one case on two builds against each other.
import LuaHost

/// What a build made of a case.
enum BuildOutcome: Sendable {
  case outcome(CaseOutcome)
  /// The build could not be given the case; in one sentence.
  case refused(String)

  var outcome: CaseOutcome? {
    if case .outcome(let outcome) = self { outcome } else { nil }
  }

  var golden: Golden? { outcome.map { Golden($0) } }

  /// Whether the clock ended the case: where it did says nothing about the build.
  var wasCutOff: Bool { outcome?.steps.contains { $0.result == .limit(.time) } ?? false }
}

/// In what two outcomes differ.
struct OutcomeComparison {
  /// Whether answers, outputs, tables and host calls are the same.
  private(set) var isSame = true
  private(set) var cause = ""
  /// One sentence on what became what.
  private(set) var message = ""
  private(set) var difference: [String] = []
  private(set) var hostCall: HostCallDifference?
  /// How the step ended in which the outcomes differ, or the last one.
  private(set) var oldResult = ""
  private(set) var newResult = ""

  init(old: BuildOutcome, new: BuildOutcome) {
    guard let oldOutcome = old.outcome, let newOutcome = new.outcome else {
      compare(refused: old, new)
      return
    }
    let (oldGolden, newGolden) = (Golden(oldOutcome), Golden(newOutcome))
    let step = zip(oldGolden.steps, newGolden.steps).prefix { $0 == $1 }.count
    let place = oldGolden.steps.count == 1 ? "" : "step \(step + 1): "
    let shown = min(step, oldGolden.steps.count - 1)
    (oldResult, newResult) = (oldGolden.steps[shown].result.summary, newGolden.steps[shown].result.summary)
    // How far a run came before the clock stopped it is chance, and so are the traces that it left.
    if !old.wasCutOff, !new.wasCutOff {
      hostCall = HostCallDifference(old: oldOutcome.trace, new: newOutcome.trace)
    }
    if step == oldGolden.steps.count, oldOutcome.isUnfinishedAsMuch(as: newOutcome) {
      hostCall = nil
      return
    }
    if step < oldGolden.steps.count {
      differ(
        oldGolden.steps[step], newGolden.steps[step], AnswerSignature(oldOutcome.steps[step]),
        AnswerSignature(newOutcome.steps[step]), place)
    } else if old.wasCutOff || new.wasCutOff {
      return
    } else if oldGolden.tables != newGolden.tables {
      (cause, message) = (AnswerSignature.otherTables, "the external tables differ")
    } else if let hostCall {
      (cause, message) = ("other host calls", "host call \(hostCall.number) differs")
    } else if oldOutcome.trace.count != newOutcome.trace.count {
      (cause, message) = (
        "other host calls",
        "the old build made \(Count.of(oldOutcome.trace.count, "host call")), the new one"
          + " \(newOutcome.trace.count)"
      )
    } else {
      return
    }
    isSame = false
    difference = LineDifference(expected: oldGolden.text(), actual: newGolden.text()).lines.map(\.rendered)
  }

  private mutating func differ(
    _ old: GoldenStep, _ new: GoldenStep, _ oldSignature: AnswerSignature, _ newSignature: AnswerSignature,
    _ place: String
  ) {
    let output = OutputDifference(old: old.output, new: new.output)
    if old.result == new.result {
      (cause, message) = (
        AnswerSignature.anotherOutput, place + (output?.clause(("was", "is")) ?? "the output differs")
      )
      return
    }
    cause = AnswerSignature.change(from: oldSignature, to: newSignature)
    message = place + "was \(oldResult), is \(newResult)"
    if let output { message += ", and the output differs from line \(output.line) on" }
  }

  private mutating func compare(refused old: BuildOutcome, _ new: BuildOutcome) {
    func result(_ side: BuildOutcome) -> String {
      switch side {
      case .refused(let reason): "not run: \(reason)"
      case .outcome(let outcome): Golden(outcome).steps.last?.result.summary ?? ""
      }
    }
    (oldResult, newResult) = (result(old), result(new))
    if case .refused(let reason) = old, case .refused(reason) = new { return }
    isSame = false
    func word(_ side: BuildOutcome) -> String { side.outcome == nil ? "cannot be run" : "an answer" }
    cause = "\(word(old)) → \(word(new))"
    message = "was \(oldResult), is \(newResult)"
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
