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
  private let file: Path

  package init(root: FixtureRoot, workingDirectory: Path = FileSystem.workingDirectory) {
    let fixtures = root.fixtures.normalized(workingDirectory: workingDirectory)
    directory = fixtures.parent.appending(".touchstone")
    // Roots beside one another have a record each.
    let name = fixtures.lastComponent
    let suffix = name.elementsEqual("fixtures".utf8) ? "" : "-" + Self.escaped(name)
    file = directory.appending("last-run\(suffix).jsonl")
  }

  /// A name as a part of another, in which no other name has the same form unless it is very long.
  private static func escaped(_ name: some Sequence<UInt8>) -> String {
    let plain = name.map { byte in
      let scalar = Unicode.Scalar(byte)
      return byte < 0x80 && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        ? String(scalar) : "_" + String(byte, radix: 16)
    }
    return String(plain.joined().prefix(150))
  }

  /// The bad cases by their ids; nil when no run is on record.
  package func badCases() throws -> [ExactText: CaseEnding]? {
    do {
      var reader = try EventReader(file, onlyFiles: true)
      var cases: [ExactText: CaseEnding] = [:]
      while let item = try reader.nextItem() {
        if case .report(let outline, _) = item {
          cases[ExactText(outline.id)] = CaseEnding(badKind: outline.kind ?? "")
        }
      }
      return cases
    } catch let error as FileError where error.isAbsence {
      return nil
    }
  }

  /// Records a run: the cases that were `bad`, by their ids. Of those on record before stay the ones of which
  /// `keeping` says so.
  package func record(
    bad: [ExactText: CaseEnding], keeping isKept: (ExactText, CaseEnding) -> Bool
  ) throws {
    try FileSystem.createDirectory(directory)
    let ignore = directory.appending(".gitignore")
    TemporaryFile.removeAbandoned(in: directory)
    // Shards that share a directory end at about the same time, and each adds to what the others wrote.
    try FileSystem.holdingLock(directory.appending("lock")) {
      if try FileSystem.status(ignore) == nil { try FileSystem.write(Array("*\n".utf8), to: ignore) }
      // A record that cannot be read is no reason not to write a new one.
      let earlier = (try? badCases()) ?? [:]
      try write(
        bad.merging(earlier.filter { bad[$0.key] == nil && isKept($0.key, $0.value) }) { own, _ in own })
    }
  }

  private func write(_ cases: [ExactText: CaseEnding]) throws {
    let output = try OutputFile(keeping: file)
    let lines = EventLines()
    try output.write(EventLines.header)
    var pending: [UInt8] = []
    for (id, ending) in cases.sorted(by: { $0.key < $1.key }).map({ ($0.key.text, $0.value) }) {
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
