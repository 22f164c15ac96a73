// Makes sentences of what there is to say of a run.
import LuaHost

extension Notice {
  /// One sentence.
  package var message: String {
    let file = file ?? ""
    switch fact {
    case .trouble(let reason): return reason
    case .nothingSelected(let reason): return "nothing was selected: \(reason)"
    case .staleGolden(let command): return "the golden \(file) belongs to no fixture; `\(command)` deletes it"
    case .pendingGolden(let command):
      return "\(file) was never accepted; `\(command)` does that, or delete it"
    case .noFixture(let isHidden):
      return "\(file) is no fixture, as "
        + (isHidden ? "its name starts with a dot" : "fixtures end in .lua, in small letters")
    case .passingRoot(let fixtures, let expected, let command):
      return "only this command line says that \(fixtures) holds fixtures and \(expected) their goldens;"
        + " `\(command)` makes it lasting"
    case .unusedDirective:
      return "\(file):\(line ?? 1): this directive has no effect; directives stand before the code"
    case .recordKept(let cases):
      return
        "on record for --only failed stays \(Count.cases(cases)) that failed under options which this run"
        + " was not given: --max-cost-growth, --repeat or --perturb"
    case .notOnRecord(let reason): return "the run is not on record for --only failed: \(reason)"
    case .sameBuild(let digest): return "both files are the same build, sha256 \(digest)"
    case .functionsChanged(let count, let total, let names):
      let subject = "the code of \(count) of \(Count.of(total, "function")) differs"
      return names.map { "\(subject): \(Self.list($0, of: count))" } ?? subject
    case .functionsRemoved(let count, let names):
      return "\(Count.of(count, "function")) only in the old build: \(Self.list(names, of: count))"
    case .functionsAdded(let count, let names):
      return "\(Count.of(count, "function")) only in the new build: \(Self.list(names, of: count))"
    case .callsDiffer(let function, let old, let new, let example):
      func action(_ action: Parting.Action) -> String {
        ComparisonText.action(action, withInstructions: false)
      }
      return "the builds make other calls even where they answer alike: in \(function ?? "the first call")"
        + " the old one \(action(old)) and the new one \(action(new)), for instance in \(example);"
        + " for cases that part there, the functions that only one of the runs enters are named instead"
    case .cutOutput(let id, let step):
      return (step.map { "step \($0) of " } ?? "") + id
        + ": \(StepOutcome.cutOutputNote); print less, or say `--! expect-cut: reason`"
    case .sameCode(let onlyOld, let onlyNew):
      let parts = [("old", onlyOld), ("new", onlyNew)].filter { !$0.1.isEmpty }.map { build, names in
        "only the \(build) one has \(names.joined(separator: ", "))"
      }
      return "the builds have the same code and data; they differ in "
        + (parts.isEmpty
          ? "the contents of custom sections" : "custom sections: " + parts.joined(separator: ", "))
    case .itemMissing(let kind, let name, let type):
      return "the \(kind.rawValue) \(name) is missing in the new build; it was \(type)"
    case .itemAdded(let kind, let name, let type):
      return "the \(kind.rawValue) \(name) is only in the new build, as \(type)"
    case .itemType(let kind, let name, let old, let new):
      return "the \(kind.rawValue) \(name) was \(old), is \(new)"
    case .itemFunction(let kind, let name, let old, let new):
      return "the \(kind.rawValue) \(name) was the function \(old), is the function \(new)"
    case .casesLeftOut(let reason, let count, let cases):
      return "\(Count.cases(count)) left out, which \(reason.clause(count)): \(Self.list(cases, of: count))"
    case .resumed(let faults): return "\(Count.of(faults, "fault")) taken over from the session before"
    case .notResumable(let reason): return "the session is not on record for --resume: \(reason)"
    case .staleMark(let fault):
      return "\(file):\(line ?? 1): the module has no fault \(fault); delete the line"
    case .markNoticed(let fault, let noticing):
      return "\(fault) is marked in \(file) as making no difference, but "
        + (noticing.map { "\($0) notices it" } ?? "start-up fails with it") + "; delete the line"
    case .moreItems(let kind, let count): return "\(count) more \(kind.rawValue)s differ"
    case .scriptFinished(let passed, let count):
      return "\(file): \(passed) of \(Count.of(count, "command")) passed"
    case .partsMissing(let shards, let count):
      return count == 1
        ? "the report of shard \(shards[0]) is missing"
        : "the reports of shards \(shards.joined(separator: ", "))\(count > shards.count ? ", …" : "") are missing"
    case .partCutOff(let shard, let report, let finished, let count):
      return "the report of \(shard.map { "shard \($0)" } ?? report) is cut off: \(finished) of"
        + " \(Count.cases(count)) finished"
    case .partInterrupted(let shard, let report, let notRun, let count):
      let part = shard.map { "shard \($0)" } ?? report
      return "\(part) was interrupted: \(Count.cases(notRun)) of \(count) not run"
    }
  }

  private static func list(_ names: [String], of count: Int) -> String {
    names.joined(separator: ", ") + (count > names.count ? " and \(count - names.count) more" : "")
  }
}
