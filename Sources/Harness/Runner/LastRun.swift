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

  /// The ids of the bad cases; nil when no run is on record.
  package func badCases() throws -> [String]? {
    do {
      var reader = try EventReader(file)
      var ids: [String] = []
      while let item = try reader.nextItem() {
        if case .report(let id, _, _) = item { ids.append(id) }
      }
      return ids
    } catch let error as FileError where error.isAbsence {
      return nil
    }
  }

  /// Records a run: `bad` the ids of cases that were bad. Of those on record before stay the ones that
  /// `keeping` says were not run this time, but still are cases.
  package func record(bad: Set<String>, keeping isKept: (String) -> Bool) throws {
    try FileSystem.createDirectory(directory)
    let ignore = directory.appending(".gitignore")
    // Shards that share a directory end at about the same time, and each adds to what the others wrote.
    try FileSystem.holdingLock(directory.appending("lock")) {
      if try FileSystem.status(ignore) == nil { try FileSystem.write(Array("*\n".utf8), to: ignore) }
      // A record that cannot be read is no reason not to write a new one.
      let earlier = (try? badCases()) ?? []
      try write(bad.union(earlier.filter(isKept)))
    }
  }

  private func write(_ ids: Set<String>) throws {
    let output = try OutputFile(file)
    let lines = EventLines()
    try output.write(EventLines.header)
    var pending: [UInt8] = []
    for id in ids.sorted() {
      let segments = id.split(separator: "/").map(String.init)
      pending += lines.line(
        .caseFinished(
          CaseReport(
            id: id, directory: Array(segments.dropLast()), name: segments.last ?? "", status: .failed)))
      if pending.count > 1 << 16 {
        try output.write(pending)
        pending = []
      }
    }
    try output.write(pending)
    try output.commit()
  }
}
