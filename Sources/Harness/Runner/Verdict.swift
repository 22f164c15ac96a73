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

  var golden: Golden? {
    if case .golden(let golden) = self { golden } else { nil }
  }
}

extension CaseReport {
  /// Holds an outcome against its golden, and notes what came of it and what it cost. `command` is what writes
  /// goldens.
  package mutating func judge(
    _ outcome: CaseOutcome, expected: GoldenFile, expectedFailure: String?, command: String
  ) {
    let actual = Golden(outcome)
    judge(actual, outcome, expected, command)
    if let expectedFailure {
      let declared = EscapedText.visible(expectedFailure)
      switch (status, expected) {
      case (.passed, _): (status, finding) = (.failed, .unexpectedPass(declared: declared))
      // A golden that cannot be read is nobody's expectation.
      case (_, .malformed): break
      case (_, .missing): (status, finding) = (.failed, .missingGolden(declared: declared, command: command))
      default: (status, finding) = (.expectedFailure, .declared(reason: declared))
      }
    }
    if !isBad { cause = nil }
    microseconds = outcome.microseconds
    // Where the clock cut a case off says nothing about the case.
    peakPages = outcome.wasCutOff ? nil : outcome.peakPages
    instructions = outcome.wasCutOff ? nil : outcome.instructions
    backtrace = Backtrace(outcome)
    if status != .passed { notes += CaseNote.notes(outcome) }
  }

  private mutating func judge(
    _ actual: Golden, _ outcome: CaseOutcome, _ expected: GoldenFile, _ command: String
  ) {
    status = .failed
    switch expected {
    case .malformed(_, let error):
      finding = .malformedGolden(
        line: error.line, reason: EscapedText.visible(error.reason), command: command)
    case .missing:
      lacksGolden = true
      finding = .missingGolden(declared: nil, command: command)
    case .golden(let golden):
      finding = .difference(golden, actual)
      guard finding != nil else {
        status = .passed
        return
      }
      cause = .difference(golden, actual) {
        (AnswerSignature(golden.steps[$0].result), AnswerSignature(outcome.steps[$0]))
      }
    }
    difference = LineDifference(expected: expected.golden?.text() ?? "", actual: actual.text()).lines
    if case .malformed = expected { return }
    if let noAnswer = Finding.noAnswer(outcome, expected: expected.golden) {
      (status, finding) = (.error, noAnswer)
    }
  }

  /// Makes a case fail for what its answer depends on, if it would pass; one that is bad anyway, or expected to
  /// be, keeps its verdict.
  mutating func judge(_ dependence: Dependence) {
    guard status == .passed, let difference = Finding.difference(dependence.plain, dependence.other) else {
      notes.append(.dependence(conditions: dependence.conditions))
      return
    }
    status = .failed
    finding = .dependence(conditions: dependence.conditions, finding: difference)
    self.difference = LineDifference(expected: dependence.plain.text(), actual: dependence.other.text()).lines
  }

  /// Notes what the case cost before, and fails it if it passed but grew too much.
  package mutating func judge(_ costs: CostCheck) {
    baseline = costs.baseline?.cost(of: id)
    guard status == .passed, let allowed = costs.maximumGrowth else { return }
    let grown = costChanges.filter { $0.grew(byMoreThan: allowed) }.map(\.measure)
    if !grown.isEmpty { (status, finding) = (.failed, .cost(grown: grown, allowed: allowed)) }
  }
}
