// Remembers which cases were bad, for `--only failed`.
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The record of bad cases beside the directory of fixtures, in the form of a JSON-lines report.
///
/// A case keeps its place until it is run again and is good, or its fixture is gone.
package struct LastRun {
  private let directory: Path
  private var file: Path { directory.appending("last-run.jsonl") }

  package init(root: FixtureRoot, workingDirectory: Path = FileSystem.workingDirectory) {
    let fixtures = root.fixtures.normalized(workingDirectory: workingDirectory)
    directory = fixtures.parent.appending(".touchstone")
  }

  /// The reports on the bad cases; nil when no run is on record.
  package func badCases() throws -> [CaseReport]? {
    do {
      return try EventReader(file).events.compactMap { event in
        if case .caseFinished(let report) = event { report } else { nil }
      }
    } catch let error as FileError where error.isAbsence {
      return nil
    }
  }

  /// Records a run: `reports` on the cases that were run, `known` the ids of all fixtures there are.
  package func record(_ reports: [CaseReport], known: Set<String>) throws {
    try FileSystem.createDirectory(directory)
    let ignore = directory.appending(".gitignore")
    // Shards that share a directory end at about the same time, and each adds to what the others wrote.
    try FileSystem.holdingLock(directory.appending("lock")) {
      if try FileSystem.status(ignore) == nil { try FileSystem.write(Array("*\n".utf8), to: ignore) }
      // A record that cannot be read is no reason not to write a new one.
      let earlier = (try? badCases()) ?? []
      let isDone = Set(reports.filter { $0.status != .notRun }.map(\.id))
      let kept = earlier.filter { known.contains($0.id) && !isDone.contains($0.id) }
      let bad = (kept + reports.filter(\.isBad)).sorted { $0.id < $1.id }
      try FileSystem.write(EventLines().report(bad.map { .caseFinished($0) }), to: file)
    }
  }
}
