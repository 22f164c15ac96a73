// What is wrong with a case, or why it was not run, as a fact.
import LuaHost

extension ExceededLimit: Codable {}
extension LuaFailureCause: Codable {}

/// Steps count from 1; those of a case with only one have none. Results stand in the golden's notation, shortened.
package indirect enum Finding: Hashable, Sendable, Codable {
  /// Why the fixture says that it is skipped, or fails.
  case declared(reason: String)
  /// `failures` are those after which the run was stopped.
  case notRun(reason: NotRunReason, failures: Int?)

  // Another answer. Of two builds, the expected one is the old one's.
  case result(step: Int?, expected: String, actual: String, outputLine: Int?)
  case output(step: Int?, difference: OutputDifference)
  case stepCount(expected: Int, actual: Int)
  case tables
  /// Of two builds: the first host call that differs.
  case hostCall(number: Int)
  case hostCallCount(old: Int, new: Int)
  /// Only one of two builds could be given the case.
  case refused

  // No answer where one was expected.
  case trap(step: Int?, kind: String)
  case exception(step: Int?, tag: String, values: [String])
  case answerTooLong(step: Int?, byteCount: Int)
  case limit(step: Int?, kind: ExceededLimit)
  case outsideBuffer(step: Int?, result: Int32)
  case undecodable(step: Int?)

  // The golden. `declared` is why the case is expected to fail; the command writes what the case answers.
  case missingGolden(declared: String?, command: String)
  case malformedGolden(line: Int, reason: String, command: String)
  case unexpectedPass(declared: String)

  // The fixture.
  case directive(file: String, line: Int, reason: String)
  case sourceTooLong(step: Int, byteCount: Int, bufferSize: Int)
  case loadingFailed(subject: String, reason: String)
  case callRefused(step: Int, reason: String)
  case seedRefused(table: UInt32, key: String)
  /// The harness could not do its work.
  case fault(reason: String)

  // What costs or depends on what it should not.
  /// By more than so many per cent.
  case cost(grown: [CostMeasure], allowed: Double)
  case unsteadyCost(instructions: [UInt64])
  case dependence(conditions: [Condition], finding: Finding)

  /// A command of a test script.
  case script(kind: CaseKind, reason: String)

  package var kind: CaseKind? {
    switch self {
    case .declared, .notRun: nil
    case .result, .output, .stepCount, .tables, .hostCall, .hostCallCount, .refused: .answer
    case .trap: .trap
    case .exception: .exception
    case .answerTooLong: .answerTooLong
    case .limit(_, let limit): CaseKind(rawValue: limit.rawValue)
    case .outsideBuffer: .contract
    case .undecodable: .undecodable
    case .missingGolden: .missingGolden
    case .malformedGolden: .golden
    case .unexpectedPass: .unexpectedPass
    case .directive, .sourceTooLong, .loadingFailed, .callRefused, .seedRefused: .fixture
    case .fault: .fault
    case .cost: .cost
    case .unsteadyCost: .unstable
    case .dependence(let conditions, _): conditions.isEmpty ? .unstable : .dependent
    case .script(let kind, _): kind
    }
  }

  /// Why a case has no outcome.
  package init(_ error: any Error) {
    switch error {
    case FixtureError.directive(let error):
      self = .directive(
        file: error.file.description, line: error.line, reason: EscapedText.visible(error.reason))
    case CaseExecutionError.sourceTooLong(let step, let byteCount, let bufferSize):
      self = .sourceTooLong(step: step, byteCount: byteCount, bufferSize: bufferSize)
    case CaseExecutionError.loadingFailed(let subject, let reason):
      self = .loadingFailed(subject: EscapedText.visible(subject), reason: EscapedText.visible(reason))
    case CaseExecutionError.callRefused(let step, let reason):
      self = .callRefused(step: step, reason: EscapedText.visible(reason))
    case CaseExecutionError.seedRefused(let table, let key):
      self = .seedRefused(table: table, key: EscapedText.quoted(key))
    default: self = .fault(reason: EscapedText.visible("\(error)"))
    }
  }
}

/// The kinds of findings and differences, the commands of test scripts among them.
package enum CaseKind: String, Hashable, Sendable, Codable, CaseIterable {
  case answer, trap, exception, fuel, time, memory, contract, undecodable, golden, fixture, fault, cost,
    unstable
  case dependent, changed, fixed, broken, strict, survived
  case answerTooLong = "answer-too-long"
  case missingGolden = "missing-golden"
  case unexpectedPass = "unexpected-pass"
  case module, register, invoke, get, thread, wait
  case definition = "module definition"
  case instance = "module instance"
  case assertReturn = "assert_return"
  case assertTrap = "assert_trap"
  case assertExhaustion = "assert_exhaustion"
  case assertException = "assert_exception"
  case assertSuspension = "assert_suspension"
  case assertMalformed = "assert_malformed"
  case assertInvalid = "assert_invalid"
  case assertUnlinkable = "assert_unlinkable"
  case assertMalformedCustom = "assert_malformed_custom"
  case assertInvalidCustom = "assert_invalid_custom"
  case unreadable = "unreadable command"
}

package enum NotRunReason: String, Hashable, Sendable, Codable {
  case interrupted, stopped
  case baselineUnreadable = "baseline-unreadable"
  case moduleNotLoaded = "module-not-loaded"
  case moduleInvalid = "module-invalid"
  case moduleNotStarted = "module-not-started"
}

/// What a case costs that is the same on every machine.
package enum CostMeasure: String, Hashable, Sendable, Codable, CaseIterable {
  case instructions
  case peakPages = "peak-pages"
}

/// What a case answers in place of what, as far as cases have it in common.
package enum Cause: Hashable, Sendable, Codable {
  case output, tables, steps, hostCalls, cost
  /// Whether either of two builds could be given the case.
  case refused(byOld: Bool, byNew: Bool)
  case answer(from: AnswerSignature, to: AnswerSignature)

  /// An answer of one kind where another was expected.
  static func change(from old: AnswerSignature, to new: AnswerSignature) -> Cause {
    // What became of a trap depends on the script, not on the cause.
    let isOfValues = old.kind.isValue && new.kind.isValue
    return .answer(from: isOfValues ? old : old.withoutType, to: isOfValues ? new : new.withoutType)
  }
}
