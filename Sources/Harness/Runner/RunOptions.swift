// Everything that can be asked of a run.

/// What the record of the last run tells of a case.
package enum Remembered: String, Sendable, CaseIterable { case failed, unfinished }

/// The options of `run`, already read; the defaults are those of the command.
package struct RunOptions: Sendable {
  package var paths: [Path] = []
  package var expected: Path?
  /// What the paths name, if that has been found out.
  package var found: FoundScopes?
  /// What a project says of all its cases: directives change it.
  package var defaults = Directives()
  /// Which variant of a golden counts where there is one; nil for that of the module's version.
  package var variant: String?
  package var module = Path("lua.wasm")
  package var junit: Path?
  package var junitExtras = false
  package var json: Path?
  package var html: Path?
  package var jobs = 1
  package var selection = Selection()
  /// Only cases that the record of the last run has as such.
  package var only: Remembered?
  package var shard: Shard?
  package var shardCount: Int?
  /// Where the costs are by which cases are dealt to shards; nil when the hashes of their ids do that.
  package var balance: Path?
  /// If not nil, only these cases, which have changed.
  package var changed: Set<CaseID>?
  package var settings = CaseSettings()
  package var maxFailures: Int?
  package var baseline: Path?
  package var saveBaseline: Path?
  /// Where to write which functions each case enters.
  package var coverage: Path?
  package var isStrict = false
  package var console = ConsoleStyle()
  /// The options as given, for reports.
  package var given: [GivenOption] = []
  /// The words by which another command means the same fixtures, module and limits.
  package var again: [String] = []
  package var environment: [String: String] = [:]

  package init() {}

  /// Which shard is asked for, and whose environment says so unless an option does; nil for all there is. Throws
  /// `UsageError`.
  package var chosenShard: (shard: Shard?, source: String?) {
    get throws {
      guard let shard else {
        let found = try ShardEnvironment(environment, shardCount: shardCount)
        return (found?.shard, found?.source)
      }
      if let shardCount, shardCount != shard.count {
        throw UsageError(
          "--shard \(shard) and --shard-count \(shardCount) contradict each other; leave one out")
      }
      // One of one is all there is, and the way to say so against the environment.
      return (shard.count == 1 ? nil : shard, nil)
    }
  }

  /// A command line for a shell that means the same fixtures, module and limits.
  package func command(_ words: String) -> String {
    ShellWord.line("touchstone \(words)", again)
  }

  /// The options that name a file to write.
  package static let outputs: [(name: String, path: KeyPath<RunOptions, Path?> & Sendable)] = [
    ("--junit", \.junit), ("--json", \.json), ("--html", \.html), ("--coverage", \.coverage),
    ("--save-baseline", \.saveBaseline),
  ]

  /// Refuses outputs that would overwrite one another, or something that is no output.
  package func checkOutputs(isMerge: Bool = false, reports: [Path] = []) throws {
    let inputs =
      (isMerge ? [] : [(path: module, role: "is the module")])
      + reports.map { (path: $0, role: "is to be read") }
    var outputs: [(option: String, path: Path)] = []
    for (option, place) in Self.outputs {
      guard let path = option == "--junit" && !isMerge ? junitPath : self[keyPath: place] else { continue }
      let isStream = FileDescriptor.stream(namedBy: path) != nil
      guard try isStream || FileSystem.status(path)?.kind != .other else { continue }
      for other in outputs where try FileSystem.areSame(path, other.path) {
        throw UsageError("\(other.option) and \(option) would both write to \(path); name two files")
      }
      let isInput = [".lua", ".golden", ".wasm", ".wast"].contains { path.hasSuffix($0) }
      if isInput, try FileSystem.status(path)?.kind == .file {
        throw UsageError("\(option) would overwrite \(path), which is no report; name another file")
      }
      for input in inputs where try FileSystem.areSame(path, input.path) {
        throw UsageError("\(option) would overwrite \(path), which \(input.role); name another file")
      }
      // A baseline may be held against and written anew in one run.
      for baseline in [baseline, balance].compactMap(\.self) where option != "--save-baseline" {
        guard try FileSystem.areSame(path, baseline) else { continue }
        throw UsageError("\(option) would overwrite \(path), which is the baseline; name another file")
      }
      outputs.append((option, path))
    }
  }

  /// Bazel names the file in which it looks for the results.
  private var junitPath: Path? {
    junit ?? BazelProtocol(environment).results
  }

  /// Opens every report that is asked for, and the console's, which looks otherwise when two builds are compared or faults are made.
  /// What is merged has been annotated where it was run. Throws when one cannot be written.
  package func openWriters(
    _ sink: any TextSink, _ run: RunDescription, isMerge: Bool = false
  ) throws(FileError) -> [any EventWriter] {
    // First what the reports say if it goes wrong.
    let baseline = try saveBaseline.map { path throws(FileError) in BaselineWriter(try OutputFile(path)) }
    let consoleWriter: any EventWriter =
      if run.mutation != nil {
        MutationConsoleWriter(sink, style: console)
      } else if run.oldModule != nil {
        ComparisonConsoleWriter(sink, style: console)
      } else {
        ConsoleWriter(sink, style: console)
      }
    return (baseline.map { [$0] } ?? []) + [consoleWriter] + (try openReports(sink, isMerge: isMerge))
  }

  /// Opens every report that is asked for but the console's.
  func openReports(_ sink: any TextSink, isMerge: Bool = false) throws(FileError) -> [any EventWriter] {
    var writers: [any EventWriter] = []
    if let path = isMerge ? junit : junitPath {
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
