// What there is to say of a run that is no case's.

/// A fact about the run. A writer throws one when what it could not do is not the run's fault.
package struct Notice: Error, Hashable, Sendable, Codable {
  package enum Severity: String, Hashable, Sendable, Codable {
    /// Worth knowing.
    case note
    /// Something is not in order, but the run does not fail for it.
    case warning
    /// The run fails for it: a stale golden under `--strict`, say.
    case failure
    /// The harness could not do its work.
    case fault

    var isBad: Bool { self == .failure || self == .fault }
  }

  package enum Fact: Hashable, Sendable, Codable {
    /// Something could not be done, in the words of whoever tried.
    case trouble(reason: String)
    case nothingSelected(reason: String)
    /// The golden `file` belongs to no fixture; the command deletes it.
    case staleGolden(command: String)
    /// The golden `file` was written for somebody to accept; the command does that.
    case pendingGolden(command: String)
    /// What `file` is called keeps it from being a fixture.
    case noFixture(isHidden: Bool)
    /// Only this command line says where fixtures and goldens are; the command makes that lasting.
    case passingRoot(fixtures: String, expected: String, command: String)
    /// A directive that stands behind code, in a line of `file`.
    case unusedDirective
    /// Cases stay on record as failed, because this run could not have seen what is wrong with them.
    case recordKept(cases: Int)
    case notOnRecord(reason: String)
    /// Both modules of a comparison are the same, with this SHA-256.
    case sameBuild(digest: String)
    /// Of functions that both builds have, `count` have other code. `names` are the first of them; nil when so
    /// many differ that it says nothing.
    case functionsChanged(count: Int, of: Int, names: [String]?)
    case functionsRemoved(count: Int, names: [String])
    case functionsAdded(count: Int, names: [String])
    /// Where two builds make other calls even in cases that they answer alike; nil for the first call.
    case callsDiffer(function: String?, old: Parting.Action, new: Parting.Action, example: String)
    /// How many commands of the script `file` passed.
    case scriptFinished(passed: Int, count: Int)
    /// A part of a merged run was interrupted: a shard, or else a report.
    case partInterrupted(shard: String?, report: String, notRun: Int, count: Int)
  }

  package var severity: Severity
  package var fact: Fact
  /// The file that it is about, if any.
  package var file: String?
  package var line: Int?

  package init(_ severity: Severity, _ fact: Fact, file: String? = nil, line: Int? = nil) {
    self.severity = severity
    self.fact = fact
    self.file = file
    self.line = line
  }

  /// What the harness could not do.
  package init(fault error: some Error, file: String? = nil, line: Int? = nil) {
    self.init(.fault, .trouble(reason: EscapedText.visible("\(error)")), file: file, line: line)
  }
}
