// How a step ended, in the few words by which differences are grouped.
import LuaHost

/// The kind of an answer: what many cases can have in common.
struct AnswerSignature: Equatable {
  let text: String
  /// Whether a value was answered.
  let isValue: Bool

  static let anotherOutput = "another output"
  static let otherTables = "other contents of the external tables"

  /// The words for an answer of one kind where another was expected.
  static func change(from old: AnswerSignature, to new: AnswerSignature) -> String {
    if old == new { return "another \(new.text)" }
    if old.isValue, new.isValue { return "\(old.text) → \(new.text)" }
    // What became of a trap depends on the script, not on the cause.
    func word(_ signature: AnswerSignature) -> String { signature.isValue ? "a value" : signature.text }
    return "\(word(old)) → \(word(new))"
  }

  init(_ step: StepOutcome) {
    if case .trap(let kind, let frames) = step.result {
      self.init(text: Self.trap(kind, frames), isValue: false)
    } else {
      self.init(GoldenResult(step.result))
    }
  }

  init(_ result: GoldenResult) {
    switch result {
    case .value(.none): self.init(text: "no value", isValue: true)
    case .value(.raw): self.init(text: "undecodable answer", isValue: false)
    case .value(.function): self.init(text: "function", isValue: true)
    case .value(.value(let value)): self.init(text: Self.kind(value), isValue: true)
    case .error: self.init(text: "Lua error", isValue: false)
    case .trap(let kind): self.init(text: Self.trap(kind, []), isValue: false)
    case .exception: self.init(text: "exception", isValue: false)
    case .answerTooLong: self.init(text: "answer too long", isValue: false)
    case .limit(let limit): self.init(text: "limit \(limit.rawValue)", isValue: false)
    case .outsideBuffer: self.init(text: "answer outside the buffer", isValue: false)
    case .call(let call, .values):
      self.init(text: "result of \(EscapedText.string(Array(call.name.utf8)))", isValue: true)
    case .call(let call, .missing):
      self.init(text: "no export \(EscapedText.string(Array(call.name.utf8)))", isValue: true)
    case .newInstance: self.init(text: "new instance", isValue: false)
    case .notRun: self.init(text: "not run", isValue: false)
    }
  }

  private init(text: String, isValue: Bool) {
    self.text = text
    self.isValue = isValue
  }

  private static func trap(_ kind: String, _ frames: [String]) -> String {
    if let cause = LuaFailureCause(frames: frames) { return "trap \(kind) (\(cause.explanation))" }
    let innermost = frames.prefix(2).map { EscapedText.string(Array($0.utf8)) }.joined(separator: " < ")
    return "trap \(kind)" + (innermost.isEmpty ? "" : " in \(innermost)")
  }

  private static func kind(_ value: LuaValue) -> String {
    switch value {
    case .nil: "nil"
    case .boolean: "boolean"
    case .integer: "integer"
    case .float: "float"
    case .string: "string"
    case .function: "function"
    case .cFunction: "C function"
    case .externalTable: "table"
    }
  }
}
