// Everything that can be asked of a run.

/// The options of `run`, already read; the defaults are those of the command.
package struct RunOptions: Sendable {
  package var paths: [Path] = []
  package var expected: Path?
  package var module = Path("lua.wasm")
  package var junit: Path?
  package var junitExtras = false
  package var json: Path?
  package var jobs = 1
  package var selection = Selection()
  package var onlyFailed = false
  package var shard: Shard?
  package var shardCount: Int?
  package var settings = CaseSettings()
  package var maxFailures: Int?
  package var baseline: Path?
  package var saveBaseline: Path?
  package var isStrict = false
  package var console = ConsoleStyle()
  /// The options as given, for reports.
  package var given: [String] = []
  package var environment: [String: String] = [:]

  package init() {}
}
