// Makes sentences of what is known of a case: the only place where that is done.
import LuaHost

extension CaseReport {
  /// In one sentence what is wrong, or the declared reason. Empty if passed.
  package var message: String {
    if let mutant { return mutant.sentence }
    guard let finding else { return "" }
    return FindingText(report: self).sentence(finding)
  }

  /// What is worth saying besides, a sentence each.
  package var remarks: [String] {
    let (first, others) = (traceRemarks, otherRemarks)
    return first.isEmpty ? others : first + others
  }

  /// The remarks without those that say no more than the backtrace.
  var otherRemarks: [String] {
    // Of nearly all cases there is nothing to say.
    if notes.isEmpty, backtrace == nil, baseline == nil, comparison == nil { return [] }
    var lines: [String] = []
    if comparison == nil, status != .passed, let backtrace,
      let cause = LuaFailureCause(frames: backtrace.functions)
    {
      lines.append(cause.explanation(message: backtrace.luaMessage))
    }
    lines += notes.map(\.sentence)
    if let comparison { lines += ComparisonText.buildRemarks(comparison) }
    lines += costChanges.map(\.sentence)
    if let comparison { lines += ComparisonText.replayRemarks(comparison) }
    return lines
  }

  private var traceRemarks: [String] {
    guard status != .passed, comparison == nil, let backtrace else { return [] }
    return [CaseNote.place(backtrace.step) + backtrace.clause]
  }

  /// How the costs changed that are held against others.
  var costChanges: [CostChange] {
    if comparison == nil, baseline == nil { return [] }
    return CostMeasure.allCases.compactMap { measure in
      let isCount = measure == .instructions
      let old = comparison?.old.cost(measure) ?? (isCount ? baseline?.instructions : baseline?.peakPages)
      let new = comparison?.new.cost(measure) ?? (isCount ? instructions : peakPages)
      // A run that was cut off has neither.
      guard let old, let new, old != new,
        comparison.map({ $0.old.instructions != nil && $0.new.instructions != nil })
          ?? (instructions != nil)
      else { return nil }
      return CostChange(measure: measure, old: old, new: new)
    }
  }
}

/// A cost that is not what it was.
struct CostChange {
  let measure: CostMeasure
  let old: UInt64
  let new: UInt64

  func grew(byMoreThan percent: Double) -> Bool { Double(new) > Double(old) * (1 + percent / 100) }

  var sentence: String {
    let subject = measure == .instructions ? "instructions" : "peak memory pages"
    return "\(subject): \(Format.growth(from: old, to: new))"
  }
}

private struct FindingText {
  let report: CaseReport

  /// What is said of the one and of the other answer.
  private var words: (old: String, new: String) {
    report.comparison == nil ? ("expected", "got") : ("was", "is")
  }

  func sentence(_ finding: Finding) -> String {
    switch finding {
    case .declared(let reason): reason
    case .notRun(let reason, let failures): notRun(reason, failures ?? 0)
    case .result(let step, let expected, let actual, let outputLine):
      CaseNote.place(step) + "\(words.old) \(expected), \(words.new) \(actual)"
        + (outputLine.map { ", and the output differs from line \($0) on" } ?? "")
    case .output(let step, let difference): CaseNote.place(step) + difference.clause(words)
    case .stepCount(let expected, let actual): "expected \(Count.of(expected, "step")), got \(actual)"
    case .tables: "the external tables differ"
    case .hostCall(let number): "host call \(number) differs"
    case .hostCallCount(let old, let new):
      "the old build made \(Count.of(old, "host call")), the new one \(new)"
    case .refused: "was \(side(report.comparison?.old)), is \(side(report.comparison?.new))"
    case .trap, .exception, .answerTooLong, .limit, .outsideBuffer, .undecodable:
      noAnswer(finding) + (report.lacksGolden == true ? "; there is no golden \(golden)" : "")
    case .missingGolden(nil, let command): "there is no golden \(golden); `\(command)` writes it"
    case .missingGolden(let declared?, _):
      "there is no golden \(golden); write by hand what the case should answer, as it is expected to fail"
        + " (\(declared))"
    case .malformedGolden(let line, let reason, let command):
      "\(golden):\(line): \(reason); correct it, or let `\(command)` write it anew"
    case .unexpectedPass(let declared):
      "passes, but is expected to fail (\(declared)); remove the directive expect-fail"
    case .directive(let file, let line, let reason): "\(file):\(line): \(reason)"
    case .sourceTooLong(let step, let byteCount, let bufferSize):
      "\(CaseExecutionError.sourceTooLong(step: step, byteCount: byteCount, bufferSize: bufferSize))"
    case .loadingFailed(let subject, let reason):
      "\(CaseExecutionError.loadingFailed(subject: subject, reason: reason))"
    case .callRefused(let step, let reason):
      "\(CaseExecutionError.callRefused(step: step, reason: reason))"
    case .seedRefused(let table, let key):
      "the seed of table \(table), key \(key), was refused;"
        + " table ids start at 1, and all tables together may hold 64 MiB"
    case .fault(let reason): reason
    case .cost(let grown, let allowed):
      "costs more than the \(Format.decimal(allowed, places: 1)) % growth allowed: "
        + report.costChanges.filter { grown.contains($0.measure) }.map(\.sentence).joined(separator: "; ")
    case .unsteadyCost(let instructions):
      "the instruction count is not the same in every run: "
        + instructions.map { Format.grouped($0) }.joined(separator: " or ")
    case .dependence(let conditions, let finding): conditions.sentence + ": " + sentence(finding)
    case .script(_, let reason): reason
    }
  }

  private var golden: String { report.golden ?? "" }

  private func side(_ side: CaseComparison.Side?) -> String {
    side?.refusal.map { "not run: \(sentence($0))" } ?? side?.result ?? ""
  }

  private func noAnswer(_ finding: Finding) -> String {
    switch finding {
    case .trap(let step, let kind):
      let functions = (report.backtrace?.functions ?? []).prefix(3).joined(separator: " < ")
      return CaseNote.place(step) + "trap: \(kind)" + (functions.isEmpty ? "" : " in \(functions)")
    case .exception(let step, let tag, let values):
      return CaseNote.place(step)
        + "uncaught exception: \(UncaughtException.summary(tag: tag, values: values))"
    case .answerTooLong(let step, let byteCount):
      return CaseNote.place(step) + "the answer has \(Count.bytes(byteCount)); one may have at most"
        + " \(Format.grouped(AnswerDecoder.greatestByteCount))"
    case .limit(let step, let limit):
      return CaseNote.place(step) + "hit the \(limit.rawValue) limit"
        + (report.limits?.clause(for: limit) ?? "")
    case .outsideBuffer(let step, let result):
      return CaseNote.place(step) + "compute answered \(result), which lies outside the module's buffer"
    case .undecodable(let step): return CaseNote.place(step) + "the answer cannot be decoded"
    default: return ""
    }
  }

  private func notRun(_ reason: NotRunReason, _ failures: Int) -> String {
    let module = report.comparison == nil ? "the module" : "a module"
    return switch reason {
    case .interrupted: "the run was interrupted"
    case .stopped: "the run was stopped after \(Count.of(failures, "failure"))"
    case .baselineUnreadable: "the baseline could not be read"
    case .moduleNotLoaded: "\(module) could not be loaded"
    case .moduleInvalid: "\(module) is invalid"
    case .moduleNotStarted: "\(module) could not be started"
    }
  }
}

extension OutputDifference {
  /// `words` are what is said of the old and of the new one: `expected` and `got`.
  fileprivate func clause(_ words: (old: String, new: String)) -> String {
    switch (expected, actual) {
    case (let old?, let new?):
      "line \(line) of the output: \(words.old) `\(old)`, \(words.new) `\(new)`"
        + (isNewlineAlone ? "; only the newline at its end differs" : "")
    case (nil, let new?): "the output goes on where it should end: line \(line) is `\(new)`"
    case (let old?, nil): "the output ends before line \(line), which should be `\(old)`"
    case (nil, nil): "the output differs"
    }
  }
}

extension CaseLimits {
  /// What there was of what ran out: ` of 50.0 ms`.
  fileprivate func clause(for limit: ExceededLimit) -> String {
    let clause: String? =
      switch limit {
      case .fuel: fuel.map { "\(Format.grouped($0)) instructions" }
      case .time: microseconds.map { Format.duration(microseconds: $0) }
      case .memory: memoryBytes.map { "\(Format.grouped($0)) bytes" }
      }
    return clause.map { " of \($0)" } ?? ""
  }
}

extension [Condition] {
  /// In one clause on what the answer depends.
  fileprivate var sentence: String {
    let names = map { $0 == .clock ? "the clock" : "the order in which external tables list their keys" }
    return names.isEmpty
      ? "the answer is not the same under equal conditions"
      : "the answer depends on \(names.joined(separator: " and on "))"
  }
}

extension CaseNote {
  fileprivate var sentence: String {
    switch self {
    case .exception(let build, let step, let tag, let values):
      Self.build(build) + Self.place(step, " ") + UncaughtException.summary(tag: tag, values: values)
    case .answerLength(let build, let step, let byteCount):
      Self.build(build) + Self.place(step, " ") + Count.bytes(byteCount)
    case .leadingBytes(let kind): kind.explanation
    case .missingModule(let name): MissingModule.remedy(name)
    case .fixtureLine(let step, let own, let line):
      "line \(own) of step \(step) is line \(line) of the fixture"
    case .moduleLine(let module, let line, let path): "\(module):\(line) is line \(line) of \(path)"
    case .unsteady(let bad, let runs): "unstable: bad in \(bad) of \(runs) runs"
    case .dependence(let conditions): conditions.sentence
    case .hostCallsKept(let count, let compared):
      "of \(Count.of(count, "host call")) only the first \(compared) were compared one by one"
    case .malformedGolden(let file, let line, let reason):
      "the golden \(file):\(line) does not count: \(reason)"
    }
  }

  private static func build(_ build: Build?) -> String { build.map { "\($0.rawValue): " } ?? "" }

  /// What stands before a clause on a step.
  static func place(_ step: Int?, _ end: String = ": ") -> String { step.map { "step \($0)\(end)" } ?? "" }
}

extension Backtrace {
  /// The innermost functions: `in f < g < …`.
  fileprivate var clause: String {
    "in " + functions.prefix(5).joined(separator: " < ") + (functions.count > 5 ? " < …" : "")
  }
}

// MARK: - Two builds

enum ComparisonText {
  /// Through which functions both builds' traps passed, and which host call differs.
  fileprivate static func buildRemarks(_ comparison: CaseComparison) -> [String] {
    guard comparison.verdict != .same else { return [] }
    var lines: [String] = []
    for (build, side) in [("old", comparison.old), ("new", comparison.new)] {
      guard let backtrace = side.backtrace else { continue }
      lines.append("\(build): " + CaseNote.place(backtrace.step, " ") + backtrace.clause)
      if let cause = LuaFailureCause(frames: backtrace.functions) {
        lines.append("\(build): \(cause.explanation(message: backtrace.luaMessage))")
      }
    }
    if let call = comparison.hostCall {
      lines.append(
        "the first host call that differs is number \(call.number):"
          + " was \(call.old ?? "none"), is \(call.new ?? "none")")
    }
    return lines
  }

  fileprivate static func replayRemarks(_ comparison: CaseComparison) -> [String] {
    (comparison.replay?.remarks ?? [])
      + (comparison.replayedCase.map { ["not replayed; \($0) has the same cause and was"] } ?? [])
  }

  static func action(_ action: Parting.Action, withInstructions: Bool = true) -> String {
    let verb =
      switch action.kind {
      case .calls: "calls \(action.function ?? "")"
      case .returns: "returns"
      case .ends: "ends"
      case .goesOn: "goes on"
      case .isOver: "is over"
      }
    guard withInstructions, let instructions = action.instructions else { return verb }
    return "\(verb) after \(Format.grouped(instructions)) instruction\(instructions == 1 ? "" : "s")"
  }
}

extension Replay {
  /// What the replay showed, a sentence each.
  package var remarks: [String] {
    var lines: [String] = []
    if let parting {
      lines.append(parting.text("the runs part"))
    } else if let entered {
      lines += entered.lines
    } else if shortfall == nil {
      lines.append(
        "both runs make the same calls\(isWithoutHousekeeping ? ", memory management aside" : ""):"
          + " they part in data alone, or within a function")
    }
    if let costParting { lines.append(costParting.text("they first execute another number of instructions")) }
    if let changedFunction {
      lines.append("the first function entered whose code differs is \(changedFunction)")
    }
    for change in costs {
      lines.append(
        "\(change.function) itself: \(Format.grouped(change.old)) → \(Format.grouped(change.new)) instructions"
      )
    }
    switch shortfall {
    case .stopped?: lines.append("the replay was stopped before the runs ended")
    case .failed(let reason)?: lines.append("the replay failed: \(reason)")
    case nil: break
    }
    return lines
  }
}

extension EnteredDifference {
  fileprivate var lines: [String] {
    let lines = [("old", onlyOld), ("new", onlyNew)].filter { !$0.1.isEmpty }.map { build, functions in
      "only the \(build) run enters \(functions.prefix(8).joined(separator: ", "))"
        + (functions.count > 8 ? " and \(functions.count - 8) more" : "")
    }
    return lines.isEmpty
      ? ["both runs enter the same functions, and part where those of cases do that answer alike"] : lines
  }
}

extension Parting {
  fileprivate func text(_ subject: String) -> String {
    let place = function.map { "in \($0)" } ?? "before the first call"
    let path = callers.isEmpty ? "" : " < " + callers.prefix(4).joined(separator: " < ")
    return "\(subject) \(place)\(path)\(callers.count > 4 ? " < …" : ""),"
      + " after \(Format.grouped(eventCount)) calls and returns: the old one \(ComparisonText.action(old)),"
      + " the new one \(ComparisonText.action(new))"
  }
}

// MARK: - Causes

extension Cause {
  /// In a few words what is answered in place of what.
  package var text: String {
    switch self {
    case .output: return "another output"
    case .tables: return "other contents of the external tables"
    case .steps: return "another number of steps"
    case .hostCalls: return "other host calls"
    case .cost: return "costs more"
    case .refused(let byOld, let byNew):
      func word(_ isRefused: Bool) -> String { isRefused ? "cannot be run" : "an answer" }
      return "\(word(byOld)) → \(word(byNew))"
    case .answer(let old, let new): return old == new ? "another \(old.text)" : "\(old.text) → \(new.text)"
    }
  }
}

extension AnswerSignature {
  fileprivate var text: String {
    switch kind {
    case .value: "a value"
    case .none: "no value"
    case .cFunction: "C function"
    case .undecodable: "undecodable answer"
    case .error: "Lua error"
    case .fuel, .time, .memory: "limit \(kind.rawValue)"
    case .answerTooLong: "answer too long"
    case .outsideBuffer: "answer outside the buffer"
    case .call: "result of \(export ?? "")"
    case .missingExport: "no export \(export ?? "")"
    case .newInstance: "new instance"
    case .notRun: "not run"
    case .trap:
      "trap \(trap ?? "")" + (luaCause.map { " (\($0.explanation))" } ?? "")
        + (functions.map { " in \($0.joined(separator: " < "))" } ?? "")
    case .nil, .boolean, .integer, .float, .string, .function, .table, .exception: kind.rawValue
    }
  }
}

extension CaseReport {
  /// By what cases are grouped that are alike: the cause, or else the kind. Empty when neither is known.
  var causeText: String { cause?.text ?? kind?.rawValue ?? "" }
}
