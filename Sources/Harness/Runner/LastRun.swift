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

  /// The bad cases by their ids; nil when no run is on record.
  package func badCases() throws -> [String: CaseEnding]? {
    do {
      var reader = try EventReader(file)
      var cases: [String: CaseEnding] = [:]
      while let item = try reader.nextItem() {
        if case .report(let outline, _) = item { cases[outline.id] = CaseEnding(badKind: outline.kind ?? "") }
      }
      return cases
    } catch let error as FileError where error.isAbsence {
      return nil
    }
  }

  /// Records a run: the cases that were `bad`, by their ids. Of those on record before stay the ones of which
  /// `keeping` says so.
  package func record(
    bad: [String: CaseEnding], keeping isKept: (String, CaseEnding) -> Bool
  ) throws {
    try FileSystem.createDirectory(directory)
    let ignore = directory.appending(".gitignore")
    // Shards that share a directory end at about the same time, and each adds to what the others wrote.
    try FileSystem.holdingLock(directory.appending("lock")) {
      if try FileSystem.status(ignore) == nil { try FileSystem.write(Array("*\n".utf8), to: ignore) }
      // A record that cannot be read is no reason not to write a new one.
      let earlier = (try? badCases()) ?? [:]
      try write(
        bad.merging(earlier.filter { bad[$0.key] == nil && isKept($0.key, $0.value) }) { own, _ in own })
    }
  }

  private func write(_ cases: [String: CaseEnding]) throws {
    let output = try OutputFile(file)
    let lines = EventLines()
    try output.write(EventLines.header)
    var pending: [UInt8] = []
    for (id, ending) in cases.sorted(by: { $0.key < $1.key }) {
      let segments = id.split(separator: "/").map(String.init)
      var report = CaseReport(
        id: id, directory: Array(segments.dropLast()), name: segments.last ?? "", status: .failed)
      report.kind = ending.kind
      pending += lines.line(.caseFinished(report))
      if pending.count > 1 << 16 {
        try output.write(pending)
        pending = []
      }
    }
    try output.write(pending)
    try output.commit()
  }
}
