// Everything that is known of a case, as text for people.
import LuaHost

/// The text of an explanation, section by section.
struct Explanation {
  let fixture: Fixture
  let listing: CaseListing
  let outcome: CaseOutcome
  let report: CaseReport
  let profile: CallProfile?
  /// The names of the module's functions, escaped.
  let labels: [String]
  let options: ExplainOptions
  let paint: ConsolePaint

  /// Bytes of a raw answer that are shown.
  private static let shownBytes = 512
  private static let shownFrames = 40

  var text: String {
    let decoded = Golden(outcome)
    var text = head
    text += section("source", source)
    for (index, step) in outcome.steps.enumerated() {
      let title = outcome.steps.count == 1 ? "answer" : "step \(index + 1)"
      let leading =
        index == 0 ? LeadingBytes(of: fixture.text.firstSource, outcome: outcome) : nil
      text += section(
        title, self.step(step, decoded.steps[index]) + (leading.map { [$0.explanation] } ?? []))
    }
    text += section("host calls", hostCalls)
    text += section(
      "external tables",
      zip(outcome.tables, decoded.tables).map { stored, entry in
        "\(entry.table) \(EscapedText.quoted(entry.key)) = \(entry.value), \(Count.bytes(stored.value.count))"
      })
    text += section("cost", cost)
    text += section("where the instructions went", functions)
    text += section("golden", goldenLines)
    return text
  }

  private func section(_ title: String, _ lines: [String]) -> String {
    lines.isEmpty ? "" : "\n\(title)\n" + lines.map { $0.isEmpty ? "\n" : "  \($0)\n" }.joined()
  }

  private var head: String {
    var lines = [
      listing.line, "fixture \(listing.file)", "golden  \(listing.golden)",
      Self.verdict(report, paint),
    ]
    if report.status == .skipped { lines.append("what follows is from running it all the same") }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func verdict(_ report: CaseReport, _ paint: ConsolePaint) -> String {
    let message = report.message
    return paint(report.status.word, report.status.color) + (message.isEmpty ? "" : ": \(message)")
  }

  /// All there is to say of a case whose fixture cannot be run.
  static func head(_ report: CaseReport, _ paint: ConsolePaint) -> String {
    "\(report.id)\nfixture \(report.file)\ngolden  \(report.golden ?? "")\n\(verdict(report, paint))\n"
  }

  // MARK: - Source

  private var source: [String] {
    var lines: [String] = []
    let lastLine =
      (fixture.text.firstLines.last ?? 1) + (fixture.text.steps.last?.source?.count { $0 == 0x0A } ?? 0)
    let width = "\(lastLine)".count
    func numbered(_ line: Int, _ text: String) -> String {
      let number = "\(line)"
      let blanks = String(repeating: " ", count: max(0, width - number.count))
      return paint("\(blanks)\(number) |", .faint) + " " + text
    }
    for (index, (step, first)) in zip(fixture.text.steps, fixture.text.firstLines).enumerated() {
      if fixture.text.steps.count > 1 { lines.append(paint("── step \(index + 1)", .faint)) }
      switch step {
      case .source(let source):
        var content = source.split(separator: 0x0A, omittingEmptySubsequences: false)
        if content.last?.isEmpty == true { content.removeLast() }
        for (offset, line) in content.enumerated() {
          lines.append(numbered(first + offset, Self.readable(line)))
        }
      case .call(let call): lines.append(numbered(first, "--! \(call.text)"))
      case .newInstance: lines.append(numbered(first, "--! new instance"))
      }
    }
    for module in fixture.modules {
      lines.append("module \(EscapedText.string(module.source.name.utf8)): \(module.path)")
    }
    return lines
  }

  /// A line of source with everything escaped that would not show, tabs as blanks.
  private static func readable(_ line: ArraySlice<UInt8>) -> String {
    let parts = line.split(separator: 0x09, omittingEmptySubsequences: false)
    // A backslash in source is what it looks like.
    return parts.map { part in
      part.split(separator: UInt8(ascii: "\\"), omittingEmptySubsequences: false)
        .map { EscapedText.string($0) }.joined(separator: "\\")
    }.joined(separator: "    ")
  }

  // MARK: - Answer

  private func step(_ step: StepOutcome, _ decoded: GoldenStep) -> [String] {
    var lines = Golden(steps: [decoded]).text().split(separator: "\n").map(String.init)
    if case .trap(_, let frames) = step.result, let cause = LuaFailureCause(frames: frames) {
      lines.append(cause.explanation(message: step.luaMessage.map { EscapedText.string($0) }))
    }
    if step.hasCutOutput { lines.append(StepOutcome.cutOutputNote) }
    if let module = MissingModule(step) { lines.append(MissingModule.remedy(module.name)) }
    switch step.result {
    case .call(_, .statistics(let statistics)): lines.append(statistics.note)
    case .exception(let exception): lines.append("  thrown: \(exception.summary)")
    case .answerTooLong(let byteCount):
      lines.append(
        "the answer has \(Count.bytes(byteCount)), of which none was decoded; one may have at most"
          + " \(Format.grouped(AnswerDecoder.greatestByteCount))")
    default: break
    }
    for frame in step.backtrace.prefix(Self.shownFrames) {
      lines.append(
        "  in \(EscapedText.string(frame.label.utf8)), function \(frame.functionIndex), at byte 0x\(String(frame.offset, radix: 16))"
      )
    }
    if step.backtrace.count > Self.shownFrames {
      lines.append("  … and \(Count.of(step.backtrace.count - Self.shownFrames, "function")) further out")
    }
    if let answer = step.answer {
      let raw = step.rawAnswer ?? []
      lines.append("compute answered \(answer)" + (raw.isEmpty ? "" : ", the buffer holds"))
      lines += hexadecimal(raw)
    }
    return lines
  }

  /// Sixteen bytes a line: offset, digits, characters.
  private func hexadecimal(_ bytes: [UInt8]) -> [String] {
    var lines: [String] = []
    for start in stride(from: 0, to: min(bytes.count, Self.shownBytes), by: 16) {
      let row = bytes[start..<min(start + 16, bytes.count)]
      let digits = row.map { String(decoding: HexadecimalDigit.pair($0), as: UTF8.self) }
        .joined(separator: " ")
      let characters = row.map { (0x20...0x7E).contains($0) ? Character(Unicode.Scalar($0)) : "." }
      let offset = String(start, radix: 16)
      lines.append(
        "  " + String(repeating: "0", count: max(0, 4 - offset.count)) + offset + "  " + digits
          + String(repeating: " ", count: 3 * (16 - row.count)) + "  " + String(characters))
    }
    if bytes.count > Self.shownBytes {
      lines.append("  … and \(Count.bytes(bytes.count - Self.shownBytes)) more")
    }
    return lines
  }

  private var hostCalls: [String] {
    let trace = outcome.trace
    var lines = trace.calls.prefix(options.hostCallLimit).enumerated().map { index, call in
      "\(index + 1)  \(call.text)"
    }
    if trace.count > lines.count {
      lines.append("… and \(Format.grouped(trace.count - lines.count)) more (--host-calls shows more)")
    }
    return lines
  }

  // MARK: - Cost

  private var cost: [String] {
    return [
      "instructions  \(Format.grouped(outcome.instructions))"
        + (outcome.wasCutOff ? ", as far as the clock let it come" : ""),
      "time          \(Format.duration(microseconds: outcome.microseconds))",
      "memory        \(outcome.peakPages) pages at most"
        + (outcome.wasCutOff ? ", as far as the clock let it come" : ""),
      "host calls    \(Format.grouped(outcome.trace.count))",
    ]
  }

  private var functions: [String] {
    guard let profile else { return [] }
    let costs = profile.functions
    let total = profile.total
    guard total > 0 else { return [] }
    func share(_ part: UInt64) -> String {
      Format.decimal(Double(part) / Double(total) * 100, places: 1) + " %"
    }
    var rows = [["itself", "", "with callees", "", "calls", "function"]]
    for cost in costs.prefix(options.functionLimit) {
      rows.append([
        Format.grouped(cost.own), share(cost.own), Format.grouped(cost.inclusive), share(cost.inclusive),
        Format.grouped(cost.calls), labels[Int(cost.function)],
      ])
    }
    let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: "  ")
        + "  " + row[5]
    }
    if costs.count > options.functionLimit {
      lines.append("… and \(costs.count - options.functionLimit) more (--top shows more)")
    }
    if profile.isTruncated {
      lines.append("there were more chains of calls than can be kept apart; some begin in the middle")
    }
    return lines
  }

  // MARK: - Golden

  private var goldenLines: [String] {
    if case .malformedGolden(let line, let reason, _)? = report.finding {
      return ["\(report.golden ?? ""):\(line): \(reason)"]
    }
    return report.difference.isEmpty ? ["the answer is as the golden says"] : paint(report.difference)
  }
}
