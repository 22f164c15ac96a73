// Remembers what came of each fault while a session goes on, for `--resume` after an interruption.

/// A file of JSON lines beside the directory of fixtures, one line a fault, written as faults are done.
struct MutationRecord {
  private let file: Path

  private struct Header: Codable {
    var schema = "touchstone-mutation-record/1"
    /// Tells the session from any that would come to other results.
    var key: String
  }

  init(_ root: FixtureRoot, shard: Shard?) {
    let fixtures = root.fixtures.normalized(workingDirectory: FileSystem.workingDirectory)
    let part = shard.map { "-\($0.index)-of-\($0.count)" } ?? ""
    file = fixtures.parent.appending(".touchstone").appending("mutate\(part).jsonl")
  }

  /// What an earlier session came to, by the faults' ids; nil when none with this key is on record.
  func reports(key: String) -> [ExactText: CaseReport]? {
    guard var lines = try? JSONLinesReader(file, onlyFiles: true),
      let header = try? lines.header(Header.self, else: "", { $0.schema == Header(key: "").schema }),
      header.key == key
    else { return nil }
    var reports: [ExactText: CaseReport] = [:]
    // The line at which it was interrupted may be cut off.
    while let line = try? lines.next(), let report = JSONLines.value(CaseReport.self, line) {
      reports[ExactText(report.id)] = report
    }
    return reports
  }

  /// Begins a record with what is known already. Throws `FileError`.
  func begin(key: String, _ reports: [CaseReport]) throws {
    try FileSystem.createRecordDirectory(file.parent)
    try FileSystem.write(
      reports.reduce(into: JSONLines.line(Header(key: key))) { $0 += JSONLines.line($1) }, to: file)
  }

  func add(_ report: CaseReport) throws(FileError) {
    try FileSystem.append(JSONLines.line(report), to: file)
  }
}
