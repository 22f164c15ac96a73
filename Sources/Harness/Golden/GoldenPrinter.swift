// Prints goldens: the text that stands in a golden file.
import LuaHost

extension Golden {
  /// The golden's text, each line ended by a newline. `notes` are comments, by step (counted from 0),
  /// that stand after the step and are not part of the golden. Long strings break at their line ends, if so wished.
  package func text(notes: [Int: String] = [:], breaksStrings: Bool = true) -> String {
    var printer = GoldenPrinter(breaksStrings: breaksStrings)
    for (index, step) in steps.enumerated() {
      if steps.count != 1 { printer.line("step \(index + 1)") }
      printer.print(step)
      if let note = notes[index] { printer.comment(note) }
    }
    if !tables.isEmpty {
      printer.line("tables")
      for entry in tables { printer.print(entry) }
    }
    return String(decoding: printer.text, as: UTF8.self)
  }

  /// The notes on an outcome: for each trap the innermost functions it passed through, for an exception its
  /// tag and values, for an answer that is too long its length, for memory statistics what is not compared.
  package static func notes(_ outcome: CaseOutcome) -> [Int: String] {
    var notes: [Int: String] = [:]
    for (index, step) in outcome.steps.enumerated() {
      switch step.result {
      case .trap(_, let frames) where !frames.isEmpty:
        notes[index] =
          "in " + frames.prefix(5).joined(separator: " < ") + (frames.count > 5 ? " < …" : "")
      case .exception(let exception): notes[index] = exception.summary
      case .answerTooLong(let byteCount): notes[index] = Count.bytes(byteCount)
      case .call(_, .statistics(let statistics)): notes[index] = statistics.note
      default: break
      }
    }
    return notes
  }
}

extension LuaFailureCause {
  /// The explanation with the error's message, escaped, where it could be read.
  package func explanation(message: String?) -> String {
    guard let message else { return explanation }
    return "\(explanation): \(message.prefix(500))" + (message.count > 500 ? "…" : "")
  }
}

extension StepOutcome {
  /// What is said of output that the build cut.
  package static let cutOutputNote =
    "the build cut the output; what the script prints behind that is not in the answer, and not compared"
}

extension MemoryStatistics {
  /// What builds that answer alike may differ in.
  package var note: String {
    "Lua heap \(Count.bytes(Int(luaByteCount))), memory \(Count.of(Int(pageCount), "page"))"
  }
}

extension UncaughtException {
  /// The tag and the first of the values: `e with i64 1, i64 2`. Escaped, as the module chooses the tag's name.
  package var summary: String { Self.summary(tag: EscapedText.string(tag.utf8), values: values) }

  /// The same of a tag that is escaped.
  static func summary(tag: String, values: [String]) -> String {
    let name = String(tag.prefix(200))
    guard !values.isEmpty else { return name }
    let shown = values.prefix(8).joined(separator: ", ")
    return "\(name) with \(shown)" + (values.count > 8 ? " and \(values.count - 8) more" : "")
  }
}

extension GoldenValue: CustomStringConvertible {
  /// The value in the golden's notation, on one line however long it is.
  package var description: String {
    var printer = GoldenPrinter(breaksStrings: false)
    printer.append(self)
    return String(decoding: printer.text, as: UTF8.self)
  }
}

extension GoldenResult {
  /// The result's first line in the golden's notation, shortened: for use within a sentence.
  package var summary: String {
    let line = Golden(steps: [GoldenStep(result: self)]).text().prefix { $0 != "\n" }
    return line.count > 120 ? line.prefix(120) + "…" : String(line)
  }
}

private struct GoldenPrinter {
  var text: [UInt8] = []
  var breaksStrings = true

  /// Strings whose line would be longer than this break at their line ends.
  private static let longestUnbrokenString = 80

  mutating func line(_ line: String) {
    text += Array(line.utf8)
    text.append(0x0A)
  }

  mutating func comment(_ comment: String) {
    line("# " + EscapedText.string(Array(comment.utf8)))
  }

  mutating func print(_ step: GoldenStep) {
    printOutput(step.output)
    switch step.result {
    case .value(let value):
      text += Array("result ".utf8)
      append(value)
    case .error(let message):
      text += Array("error ".utf8)
      append(quoted: message)
    case .trap(let kind):
      text += Array("trap ".utf8)
      EscapedText.append(Array(kind.utf8), escapingQuotes: false, to: &text)
    case .exception: text += Array("exception".utf8)
    case .limit(let limit): text += Array("limit \(limit.rawValue)".utf8)
    case .answerTooLong: text += Array("answer too long".utf8)
    case .outsideBuffer(let result): text += Array("outside buffer \(result)".utf8)
    case .call(let call, let answer):
      text += Array("\(call.text) =".utf8)
      switch answer {
      case .values(let values): for value in values { text += Array(" \(value)".utf8) }
      case .missing: text += Array(" missing".utf8)
      }
    case .newInstance: text += Array("new instance".utf8)
    case .notRun: text += Array("not run".utf8)
    }
    text.append(0x0A)
  }

  mutating func print(_ entry: GoldenEntry) {
    text += Array("\(entry.table) ".utf8)
    append(quoted: entry.key)
    text += Array(" = ".utf8)
    append(entry.value)
    text.append(0x0A)
  }

  private mutating func printOutput(_ output: [UInt8]) {
    if output.isEmpty { return }
    var lines = output.split(separator: 0x0A, omittingEmptySubsequences: false)
    let endsWithNewline = lines.last?.isEmpty == true
    if endsWithNewline { lines.removeLast() }
    line("output \(Count.lines(lines.count)), \(Count.bytes(output.count))")
    for (index, content) in lines.enumerated() {
      let isUnended = index == lines.count - 1 && !endsWithNewline
      text += Array((isUnended ? "|-" : content.isEmpty ? "|" : "| ").utf8)
      EscapedText.append(content, escapingQuotes: false, to: &text)
      text.append(0x0A)
    }
  }

  mutating func append(_ value: GoldenValue) {
    switch value {
    case .none: text += Array("none".utf8)
    case .raw(let bytes):
      text += Array("raw \(bytes.count) ".utf8)
      append(quoted: bytes)
    case .function(let byteCount, let digest):
      text += Array("function \(Count.bytes(byteCount)) sha256:\(digest)".utf8)
    case .value(.string(let bytes)):
      text += Array("string \(bytes.count) ".utf8)
      append(quoted: bytes)
    case .value(.nil): text += Array("nil".utf8)
    case .value(.boolean(let flag)): text += Array("boolean \(flag)".utf8)
    case .value(.integer(let number)): text += Array("integer \(number)".utf8)
    case .value(.float(let number)): text += Array("float \(FloatNotation.text(number))".utf8)
    case .value(.function(let bytecode)):
      append(.function(byteCount: bytecode.count, digest: SHA256Digest(of: bytecode)))
    case .value(.cFunction(let index)):
      text += Array("c-function \(StandardFunctions.name(at: index) ?? "#\(index)")".utf8)
    case .value(.externalTable(let id)): text += Array("table \(id)".utf8)
    }
  }

  private mutating func append(quoted bytes: [UInt8]) {
    let start = text.count
    text.append(UInt8(ascii: "\""))
    EscapedText.append(bytes, escapingQuotes: true, to: &text)
    text.append(UInt8(ascii: "\""))
    guard breaksStrings, text.count - start > Self.longestUnbrokenString, bytes.dropLast().contains(0x0A)
    else { return }
    text.removeSubrange(start...)
    text.append(UInt8(ascii: "\""))
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 0x0A), end < bytes.count - 1 {
      EscapedText.append(rest[...end], escapingQuotes: true, to: &text)
      text += Array("\n|".utf8)
      rest = rest[(end + 1)...]
    }
    EscapedText.append(rest, escapingQuotes: true, to: &text)
    text.append(UInt8(ascii: "\""))
  }
}
