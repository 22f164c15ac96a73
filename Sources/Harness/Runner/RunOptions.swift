// Everything that can be asked of a run.

/// The options of `run`, already read; the defaults are those of the command.
package struct RunOptions: Sendable {
  package var paths: [Path] = []
  package var expected: Path?
  package var module = Path("lua.wasm")
  package var junit: Path?
  package var junitExtras = false
  package var json: Path?
  package var html: Path?
  package var jobs = 1
  package var selection = Selection()
  package var onlyFailed = false
  package var shard: Shard?
  package var shardCount: Int?
  package var settings = CaseSettings()
  package var maxFailures: Int?
  package var baseline: Path?
  package var saveBaseline: Path?
  /// Where to write which functions each case enters.
  package var coverage: Path?
  package var isStrict = false
  package var console = ConsoleStyle()
  /// The options as given, for reports.
  package var given: [String] = []
  package var environment: [String: String] = [:]

  package init() {}

  /// Opens every report that is asked for. Throws when one cannot be written. A comparison of two builds
  /// looks otherwise on the console, and what is merged has been annotated where it was run.
  package func openWriters(
    _ sink: any TextSink, isComparison: Bool = false, isMerge: Bool = false
  ) throws(FileError) -> [any EventWriter] {
    var writers: [any EventWriter] = [
      isComparison ? ComparisonConsoleWriter(sink, style: console) : ConsoleWriter(sink, style: console)
    ]
    if let path = junit ?? (isMerge ? nil : BazelProtocol(environment).results) {
      writers.append(JUnitWriter(try OutputFile(path), writesExtras: junitExtras))
    }
    if let path = json { writers.append(JSONLinesWriter(try OutputFile(path))) }
    if let path = html { writers.append(HTMLWriter(try OutputFile(path))) }
    if let writer = GitHubWriter(sink, environment: environment, annotates: !isMerge) {
      writers.append(writer)
    }
    return writers
  }
}
