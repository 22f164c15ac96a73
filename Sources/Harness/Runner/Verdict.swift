// Judges what a case answered.
import LuaHost

/// The golden of a case as it was found.
package enum GoldenFile: Hashable, Sendable {
  case golden(Golden)
  case missing(Path)
  case malformed(Path, GoldenError)

  /// Reads the golden at a path.
  package init(_ path: Path) throws(FileError) {
    let text: [UInt8]
    do {
      text = try FileSystem.readFile(path)
    } catch {
      guard error.isAbsence else { throw error }
      self = .missing(path)
      return
    }
    do {
      self = .golden(try Golden(parsing: text))
    } catch {
      self = .malformed(path, error)
    }
  }
}

/// What is said of an answer.
package struct Verdict: Hashable, Sendable {
  package var status: CaseReport.Status
  package var kind = ""
  package var message = ""
  package var difference: [String] = []
  /// What is answered in place of what, in words that cases with the same cause share; empty when the
  /// answer is as expected.
  package var cause = ""

  /// Holds an outcome against its golden.
  package init(
    _ outcome: CaseOutcome, expected: GoldenFile, expectedFailure: String?, limits: CaseLimits = CaseLimits()
  ) {
    let actual = Golden(outcome)
    self.init(actual, outcome, expected, limits)
    guard let expectedFailure else { return }
    switch (status, expected) {
    case (.passed, _):
      status = .failed
      kind = "unexpected-pass"
      message = "passes, but is expected to fail (\(expectedFailure)); remove the directive expect-fail"
    // A golden that cannot be read is nobody's expectation.
    case (_, .malformed): break
    case (_, .missing(let path)):
      status = .failed
      kind = "missing-golden"
      message =
        "there is no golden \(path); write by hand what the case should answer, as it is expected to fail"
        + " (\(expectedFailure))"
    default: (status, kind, message) = (.expectedFailure, "", expectedFailure)
    }
  }

  private init(
    _ actual: Golden, _ outcome: CaseOutcome, _ expected: GoldenFile, _ limits: CaseLimits
  ) {
    switch expected {
    case .malformed(let path, let error):
      status = .failed
      kind = "golden"
      message = "\(path):\(error.line): \(error.reason); correct it, or let `touchstone bless` write it anew"
      difference = LineDifference(expected: "", actual: actual.text()).lines.map(\.rendered)
    case .missing(let path):
      status = .failed
      kind = "missing-golden"
      message = "there is no golden \(path); `touchstone bless` writes it"
      difference = LineDifference(expected: "", actual: actual.text()).lines.map(\.rendered)
      if let noAnswer = NoAnswer(outcome, expected: nil, limits) {
        (status, kind) = (.error, noAnswer.kind)
        message = noAnswer.message + "; there is no golden \(path)"
      }
    case .golden(let golden):
      switch Comparison(expected: golden, actual: actual) {
      case .same: status = .passed
      case .different(let lines):
        status = .failed
        kind = "answer"
        message = Self.firstDifference(golden, actual)
        cause = Self.cause(golden, actual, outcome)
        difference = lines.lines.map(\.rendered)
        if let noAnswer = NoAnswer(outcome, expected: golden, limits) {
          (status, kind, message) = (.error, noAnswer.kind, noAnswer.message)
        }
      }
    }
  }

  private static func cause(_ expected: Golden, _ actual: Golden, _ outcome: CaseOutcome) -> String {
    if expected.steps.count != actual.steps.count { return "another number of steps" }
    for (index, (old, new)) in zip(expected.steps, actual.steps).enumerated() where old != new {
      if old.result == new.result { return AnswerSignature.anotherOutput }
      return AnswerSignature.change(
        from: AnswerSignature(old.result), to: AnswerSignature(outcome.steps[index]))
    }
    return AnswerSignature.otherTables
  }

  /// One sentence on where the two part.
  static func firstDifference(_ expected: Golden, _ actual: Golden) -> String {
    if expected.steps.count != actual.steps.count {
      return "expected \(Count.of(expected.steps.count, "step")), got \(actual.steps.count)"
    }
    for (index, (old, new)) in zip(expected.steps, actual.steps).enumerated() where old != new {
      let place = actual.steps.count == 1 ? "" : "step \(index + 1): "
      let output = OutputDifference(old: old.output, new: new.output)
      if old.result == new.result {
        return place + (output?.clause(("expected", "got")) ?? "the output differs")
      }
      return place + "expected \(old.result.summary), got \(new.result.summary)"
        + (output.map { ", and the output differs from line \($0.line) on" } ?? "")
    }
    return "the external tables differ"
  }
}

/// The first step that came to no answer although one was expected.
private struct NoAnswer {
  let kind: String
  let message: String

  init?(_ outcome: CaseOutcome, expected: Golden?, _ limits: CaseLimits) {
    for (index, step) in outcome.steps.enumerated() {
      let result = GoldenResult(step.result)
      let isExpected = expected.map { index < $0.steps.count && $0.steps[index].result == result } ?? false
      if result.isAnswer || isExpected { continue }
      let place = outcome.steps.count == 1 ? "" : "step \(index + 1): "
      switch step.result {
      case .trap(let kind, let frames):
        self.kind = "trap"
        let functions = frames.prefix(3).joined(separator: " < ")
        message = place + "trap: \(kind)" + (functions.isEmpty ? "" : " in \(functions)")
      case .exception(let exception):
        kind = "exception"
        message = place + "uncaught exception: \(exception.summary)"
      case .answerTooLong(let byteCount):
        kind = "answer-too-long"
        message =
          place + "the answer has \(Count.bytes(byteCount)); one may have at most"
          + " \(Format.grouped(AnswerDecoder.greatestByteCount))"
      case .limit(let limit):
        kind = limit.rawValue
        message = place + "hit the \(limit.rawValue) limit" + limits.clause(for: limit)
      case .outsideBuffer(let result):
        kind = "contract"
        message = place + "compute answered \(result), which lies outside the module's buffer"
      case .value:
        kind = "undecodable"
        message = place + "the answer cannot be decoded"
      case .notRun, .error, .call, .newInstance: continue
      }
      return
    }
    return nil
  }
}
