// What a smaller script must still do to stand for the larger one.
import LuaHost

/// What is kept while a script is made smaller.
package enum KeptProperty: Hashable, Sendable {
  /// A step ends in a trap of this kind. Of a Lua error that trapped its message counts, where it can be read, and
  /// else the function.
  case trap(kind: String, function: String?, message: [UInt8]?)
  /// A step ends in a Lua error with this message, whatever the line that it names.
  case error(message: [UInt8])
  case exception(tag: String)
  case limit(ExceededLimit)
  case answerTooLong
  case outsideBuffer
  /// A step ends with this, where the golden has something else.
  case result(GoldenResult)
  /// A step puts out this line, and none does that of the golden.
  case line(actual: [UInt8], expected: [UInt8]?)
  /// The external tables hold this at the end.
  case entry(GoldenEntry)
  /// Two builds answer differently, and so.
  case difference(Cause)

  /// How a step came to no answer, or to a Lua error; nil for other ends.
  init?(ending step: StepOutcome) {
    switch step.result {
    case .trap(let kind, let frames):
      self = .trap(kind: kind, function: frames.first, message: step.luaMessage.map(Self.withoutLines))
    case .error(let message): self = .error(message: Self.withoutLines(message))
    case .exception(let exception): self = .exception(tag: exception.tag)
    case .limit(let limit): self = .limit(limit)
    case .answerTooLong: self = .answerTooLong
    case .outsideBuffer: self = .outsideBuffer
    case .value, .call, .newInstance, .notRun: return nil
    }
  }

  /// The last end of a case that is a property of its own.
  init?(endingOf outcome: CaseOutcome) {
    guard let step = outcome.steps.last(where: { $0.result != .notRun }),
      let property = KeptProperty(ending: step)
    else { return nil }
    self = property
  }

  /// In what an outcome differs from the golden, as something that it has; nil when it only lacks something.
  init?(_ outcome: CaseOutcome, expected: Golden) {
    let actual = Golden(outcome)
    for (index, (old, new)) in zip(expected.steps, actual.steps).enumerated() where old != new {
      if old.result != new.result {
        self = KeptProperty(ending: outcome.steps[index]) ?? .result(new.result)
        return
      }
      guard let line = Self.firstDifference(old.output, new.output) else { return nil }
      self = line
      return
    }
    let known = Set(expected.tables)
    guard let entry = actual.tables.first(where: { !known.contains($0) }) else { return nil }
    self = .entry(entry)
  }

  private static func firstDifference(_ expected: [UInt8], _ actual: [UInt8]) -> KeptProperty? {
    let (old, new) = (lines(expected), lines(actual))
    let common = zip(old, new).prefix { $0 == $1 }.count
    guard common < new.count else { return nil }
    return .line(actual: new[common], expected: common < old.count ? old[common] : nil)
  }

  private static func lines(_ output: [UInt8]) -> [[UInt8]] {
    output.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
  }

  /// Whether an outcome has the property. Never of two builds.
  func holds(_ outcome: CaseOutcome) -> Bool {
    switch self {
    case .trap(let kind, let function, let message):
      return outcome.steps.contains { step in
        guard case .trap(kind, let frames) = step.result else { return false }
        return message.map { $0 == step.luaMessage.map(Self.withoutLines) } ?? (frames.first == function)
      }
    case .error, .exception, .limit, .answerTooLong, .outsideBuffer:
      return outcome.steps.contains { KeptProperty(ending: $0) == self }
    case .result(let result): return outcome.steps.contains { GoldenResult($0.result) == result }
    case .line(let actual, let expected):
      let lines = outcome.steps.lazy.map { Self.lines($0.output) }
      return lines.contains { $0.contains(actual) }
        && !(expected.map { expected in lines.contains { $0.contains(expected) } } ?? false)
    case .entry(let entry): return Golden(outcome).tables.contains(entry)
    case .difference: return false
    }
  }

  /// Whether the message of a Lua error that trapped has to be read to tell.
  var needsMessage: Bool {
    if case .trap(_, _, let message?) = self { !message.isEmpty } else { false }
  }

  /// Whether a literal in the script could have the property all by itself.
  var isValue: Bool {
    switch self {
    case .result, .line, .entry: true
    default: false
    }
  }

  /// A message without the numbers of lines that it names: what is reduced has others.
  static func withoutLines(_ message: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var position = 0
    while position < message.count {
      result.append(message[position])
      position += 1
      guard result.last == UInt8(ascii: ":") else { continue }
      let digits = message[position...].prefix { $0 &- 0x30 < 10 }
      if !digits.isEmpty, digits.endIndex < message.count, message[digits.endIndex] == UInt8(ascii: ":") {
        result.append(UInt8(ascii: "N"))
        position = digits.endIndex
      }
    }
    return result
  }
}

extension KeptProperty: CustomStringConvertible {
  /// A clause whose subject is the script.
  package var description: String {
    switch self {
    case .trap(let kind, let function, let message):
      "traps (\(EscapedText.string(kind.utf8)))"
        + (function.map { " in \(EscapedText.string($0.utf8))" } ?? "")
        + (message.map { " for a Lua error \(Self.shown($0))" } ?? "")
    case .error(let message): "ends in the Lua error \(Self.shown(message))"
    case .exception(let tag): "ends in an exception \(EscapedText.string(tag.utf8))"
    case .limit(let limit): "reaches the limit of \(limit.rawValue)"
    case .answerTooLong: "answers more than a host reads"
    case .outsideBuffer: "claims an answer outside of the buffer"
    case .result(let result): "ends with \(result.summary)"
    case .line(let actual, let expected):
      "puts out the line \(Self.shown(actual))"
        + (expected.map { " and not \(Self.shown($0))" } ?? "")
    case .entry(let entry):
      "leaves \(entry.table) \(Self.shown(entry.key)) = \(entry.value.description.prefix(120))"
    case .difference(let cause): "tells the two apart: \(cause.text)"
    }
  }

  private static func shown(_ bytes: [UInt8]) -> String {
    EscapedText.quoted(bytes.prefix(120)) + (bytes.count > 120 ? "…" : "")
  }
}
