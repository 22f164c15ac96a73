// How a step ended, as far as cases have it in common that differ for the same cause.
import LuaHost

/// The kind of an answer.
package struct AnswerSignature: Hashable, Sendable, Codable {
  package enum Kind: String, Hashable, Sendable, Codable {
    /// Some value, whatever its type.
    case value
    case none, `nil`, boolean, integer, float, string, function, table
    case cFunction = "c-function"
    case undecodable, error, trap, exception, fuel, time, memory
    case answerTooLong = "answer-too-long"
    case outsideBuffer = "outside-buffer"
    case call
    case missingExport = "missing-export"
    case newInstance = "new-instance"
    case notRun = "not-run"

    /// Whether a value was answered.
    var isValue: Bool {
      switch self {
      case .value, .none, .nil, .boolean, .integer, .float, .string, .function, .table, .cFunction, .call,
        .missingExport:
        true
      default: false
      }
    }
  }

  package var kind: Kind
  /// The trap, in the specification's wording.
  package var trap: String?
  /// What the script did that ended in a trap, if the functions tell.
  package var luaCause: LuaFailureCause?
  /// The export that was called, or is missing.
  package var export: String?
  /// The innermost functions of another trap.
  package var functions: [String]?

  private init(kind: Kind) { self.kind = kind }

  var withoutType: AnswerSignature { kind.isValue ? AnswerSignature(kind: .value) : self }

  init(_ step: StepOutcome) {
    self.init(GoldenResult(step.result))
    guard case .trap(_, let frames) = step.result else { return }
    luaCause = LuaFailureCause(frames: frames)
    if luaCause == nil, !frames.isEmpty { functions = frames.prefix(2).map { EscapedText.string($0.utf8) } }
  }

  init(_ result: GoldenResult) {
    switch result {
    case .value(.none): self.init(kind: .none)
    case .value(.raw): self.init(kind: .undecodable)
    case .value(.function): self.init(kind: .function)
    case .value(.value(let value)): self.init(kind: Self.kind(value))
    case .error: self.init(kind: .error)
    case .trap(let kind):
      self.init(kind: .trap)
      trap = EscapedText.string(kind.utf8)
    case .exception: self.init(kind: .exception)
    case .answerTooLong: self.init(kind: .answerTooLong)
    case .limit(let limit): self.init(kind: Kind(rawValue: limit.rawValue) ?? .fuel)
    case .outsideBuffer: self.init(kind: .outsideBuffer)
    case .call(let call, .values):
      self.init(kind: .call)
      export = EscapedText.string(call.name.utf8)
    case .call(let call, .missing):
      self.init(kind: .missingExport)
      export = EscapedText.string(call.name.utf8)
    case .newInstance: self.init(kind: .newInstance)
    case .notRun: self.init(kind: .notRun)
    }
  }

  private static func kind(_ value: LuaValue) -> Kind {
    switch value {
    case .nil: .nil
    case .boolean: .boolean
    case .integer: .integer
    case .float: .float
    case .string: .string
    case .function: .function
    case .cFunction: .cFunction
    case .externalTable: .table
    }
  }
}
