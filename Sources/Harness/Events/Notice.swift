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
    /// The build cut the output of a step, which the golden would hide; nil in a case of one step.
    case cutOutput(id: String, step: Int?)
    /// Two builds have the same code and data, and these custom sections are in one of them alone.
    case sameCode(onlyOld: [String], onlyNew: [String])
    /// An import or an export that only the old build has, or only the new one.
    case itemMissing(kind: ItemKind, name: String, type: String)
    case itemAdded(kind: ItemKind, name: String, type: String)
    /// One that has another type, or is another function.
    case itemType(kind: ItemKind, name: String, old: String, new: String)
    case itemFunction(kind: ItemKind, name: String, old: String, new: String)
    /// So many more imports or exports differ.
    case moreItems(kind: ItemKind, count: Int)
    /// Cases that are not run on faulty modules, the first of them by their ids.
    case casesLeftOut(reason: LeftOut, count: Int, cases: [String])
    /// So many faults were judged by an earlier session.
    case resumed(faults: Int)
    case notResumable(reason: String)
    /// `file` marks a fault that the module does not have.
    case staleMark(fault: String)
    /// A fault that is marked as making no difference, and the case that notices it; nil if start-up does.
    case markNoticed(fault: String, case: String?)
    /// How many commands of the script `file` passed.
    case scriptFinished(passed: Int, count: Int)
    /// So many shards of a merged run have no report; `shards` are the first of them.
    case partsMissing(shards: [String], count: Int)
    /// The report of a part of a merged run was cut off: of its cases only so many had finished.
    case partCutOff(shard: String?, report: String, finished: Int, count: Int)
    /// A part of a merged run was interrupted: a shard, or else a report.
    case partInterrupted(shard: String?, report: String, notRun: Int, count: Int)
  }

  package enum ItemKind: String, Hashable, Sendable, Codable { case `import`, export }

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
