// Remembers which cases were bad, for `--only failed`.

/// The record of bad cases beside the directory of fixtures: JSON lines, one for each case.
///
/// A case keeps its place until it is run again and is good, or its fixture is gone.
package struct LastRun {
  private let directory: Path
  private let file: Path

  private struct Header: Codable {
    var schema = "touchstone-record/1"
  }

  private struct Line: Codable {
    var id: String
    var ending: CaseEnding
  }

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
      var lines = try JSONLinesReader(file, onlyFiles: true)
      _ = try lines.header(
        Header.self, else: "the record is none of this version; run once without --only failed"
      ) { $0.schema == Header().schema }
      var cases: [ExactText: CaseEnding] = [:]
      while let line = try lines.next() {
        let item = try lines.value(Line.self, line, else: "expected a case with its ending")
        cases[ExactText(item.id)] = item.ending
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
    var pending = JSONLines.line(Header())
    for (id, ending) in cases.sorted(by: { $0.key < $1.key }) {
      pending += JSONLines.line(Line(id: id.text, ending: ending))
      if pending.count > 1 << 16 {
        try output.write(pending)
        pending = []
      }
    }
    try output.write(pending)
    try output.commit()
  }
}

/// Keeps the record of one root.
final class LastRunWriter: EventWriter {
  private let root: FixtureRoot
  private let plan: CasePlan
  private let options: RunOptions
  /// Those of the plan's cases, in order.
  private var endings: [CaseEnding] = []

  init(_ root: FixtureRoot, _ plan: CasePlan, _ options: RunOptions) {
    self.root = root
    self.plan = plan
    self.options = options
  }

  func receive(_ event: RunEvent) throws {
    switch event {
    case .caseFinished(let report): endings.append(CaseEnding(report))
    case .runFinished: try record()
    default: break
    }
  }

  private func record() throws {
    var bad: [ExactText: CaseEnding] = [:]
    let own = zip(plan.selected, endings).filter { $0.0.root == root }
    for (file, ending) in own where ending.isBad { bad[ExactText(file.id.description)] = ending }
    // What stands on record and was not found is gone, if all of the root was looked through.
    let isWhole = plan.scopes.contains { $0.root == root && $0.isWholeRoot }
    // Seldom is there anything on record that was not run.
    lazy var known: [ExactText: CaseEnding] = {
      var known: [ExactText: CaseEnding] = [:]
      for file in plan.all where file.root == root { known[ExactText(file.id.description)] = .notRun }
      for (file, ending) in own { known[ExactText(file.id.description)] = ending }
      return known
    }()
    var staying = 0
    do {
      try LastRun(root: root).record(bad: bad) { id, earlier in
        switch known[id] {
        case .notRun: return true
        case .good where !earlier.isSeen(with: options.settings):
          staying += 1
          return true
        case nil: return !isWhole
        default: return false
        }
      }
    } catch {
      // A read-only checkout can be tested all the same.
      let isIntended = (error as? FileError)?.isProtection ?? false
      throw Notice(isIntended ? .note : .warning, .notOnRecord(reason: EscapedText.visible("\(error)")))
    }
    if staying > 0, options.onlyFailed { throw Notice(.warning, .recordKept(cases: staying)) }
  }
}
