// Where two answers to the same case part.
import LuaHost

extension Finding {
  /// The first difference between two answers, of which one was expected or is the old build's; nil if they are the
  /// same.
  static func difference(_ expected: Golden, _ actual: Golden) -> Finding? {
    if expected.steps.count != actual.steps.count {
      return .stepCount(expected: expected.steps.count, actual: actual.steps.count)
    }
    for (index, (old, new)) in zip(expected.steps, actual.steps).enumerated() where old != new {
      let step = actual.steps.count == 1 ? nil : index + 1
      let output = OutputDifference(old.output, new.output)
      if old.result == new.result, let output { return .output(step: step, difference: output) }
      return .result(
        step: step, expected: old.result.summary, actual: new.result.summary, outputLine: output?.line)
    }
    return expected.tables == actual.tables ? nil : .tables
  }

  /// The first step that came to no answer although one was expected.
  static func noAnswer(_ outcome: CaseOutcome, expected: Golden?) -> Finding? {
    for (index, step) in outcome.steps.enumerated() {
      let result = GoldenResult(step.result)
      let isExpected = expected.map { index < $0.steps.count && $0.steps[index].result == result } ?? false
      if result.isAnswer || isExpected { continue }
      let number = outcome.number(ofStep: index)
      switch step.result {
      case .trap(let kind, _): return .trap(step: number, kind: EscapedText.string(kind.utf8))
      case .exception(let exception):
        return .exception(
          step: number, tag: EscapedText.string(exception.tag.utf8),
          values: exception.values.map { EscapedText.string($0.utf8) })
      case .answerTooLong(let byteCount): return .answerTooLong(step: number, byteCount: byteCount)
      case .limit(let limit): return .limit(step: number, kind: limit)
      case .outsideBuffer(let result): return .outsideBuffer(step: number, result: result)
      case .value: return .undecodable(step: number)
      case .notRun, .error, .call, .newInstance: continue
      }
    }
    return nil
  }
}

extension Cause {
  /// What is common to cases of which the answers part so; nil for answers that are the same.
  static func difference(
    _ expected: Golden, _ actual: Golden, _ signature: (Int) -> (AnswerSignature, AnswerSignature)
  )
    -> Cause?
  {
    if expected.steps.count != actual.steps.count { return .steps }
    for (index, (old, new)) in zip(expected.steps, actual.steps).enumerated() where old != new {
      if old.result == new.result { return .output }
      let (old, new) = signature(index)
      return .change(from: old, to: new)
    }
    return expected.tables == actual.tables ? nil : .tables
  }
}
