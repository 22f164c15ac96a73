// touchstone spec: WebAssembly test scripts, one case for each command.
import Harness
import LuaHost
import WebAssembly
import WebAssemblyScript
import WebAssemblyText

struct SpecCommand: Command {
  static let name = "spec"
  static let about = CommandDescription(
    name: name, summary: "run WebAssembly test scripts",
    operands: "PATH…",
    discussion: """
      A PATH is a script (.wast text, or the .json that wast2json writes with its .wasm files beside it) or
      a directory, which is searched with all below it. Every command of a script is a case, named
      file:line:column and by its keyword. The features that a script is run with are those of its folder
      in the official suite, WebAssembly 3.0 elsewhere. Threads of a script run side by side; their commands
      are reported where they stand in it.

      Features: \(Feature.allCases.map(\.rawValue).joined(separator: ", ")).
      """,
    examples: [
      Example("touchstone spec suite", "run all scripts below the directory suite"),
      Example(
        "touchstone spec suite/simd.wast --filter 'simd.wast:1*'",
        "run the commands of one script whose line number begins with 1"),
      Example(
        "touchstone spec suite --disable simd --quiet", "run without a feature and say only what is bad"),
    ])

  @Option(
    "--filter", .glob, section: SelectionOptions.title,
    "only commands whose id, such as simd/f32x4.wast:10:1, matches; one * stops at /") var filters: [Glob]
  @Option("--exclude", .glob, section: SelectionOptions.title, "no commands whose id matches") var excludes:
    [Glob]
  @Option("--enable", .text("FEATURE"), "run all scripts with this feature") var enabled: [String]
  @Option("--disable", .text("FEATURE"), "run all scripts without this feature") var disabled: [String]
  let jobs = JobsOption()
  @Option("--timeout", .seconds, "wall-clock time of one command (default: 60)") var timeout =
    Duration.seconds(60)
  let reports = ReportOptions()
  let slowest = SlowestOption()

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    guard !arguments.operands.isEmpty else {
      throw UsageError("spec needs a script or a directory of scripts")
    }
    var options = RunOptions()
    options.given = arguments.given.sorted()
    options.environment = context.environment
    options.selection.filters = filters
    options.selection.excludes = excludes
    options.jobs = jobs.jobs
    try reports.read(into: &options, slowest: slowest, context)
    let runner = ScriptFileRunner(
      enabled: try Self.features(enabled), disabled: try Self.features(disabled), timeout: timeout)
    let files = try ScriptFiles.find(arguments.operands.map { Path($0) })
    let interruption = Interruption()
    let signals = InterruptSignals(interruption)
    defer { withExtendedLifetime(signals) {} }
    let session = try Session(
      SessionContext(options, sink: context.output, interruption: interruption), name: "touchstone spec",
      language: "wasm", caseCount: files.count)
    guard !files.isEmpty else {
      return try session.finish(nothingSelected: "there is no .wast or .json file below the given paths")
    }
    return try Self.run(files, runner, session)
  }

  private static func features(_ names: [String]) throws(UsageError) -> FeatureSet {
    var set = FeatureSet()
    for name in names {
      guard let feature = Feature(rawValue: name) else {
        throw UsageError(
          "there is no feature \(name)" + Suggestion.hint(for: name, in: Feature.allCases.map(\.rawValue)))
      }
      set.insert(feature)
    }
    return set
  }

  private static func run(
    _ files: [ScriptFile], _ runner: ScriptFileRunner, _ session: Session
  ) throws -> ExitCode {
    try session.openReports()
    session.start()
    session.loop(
      count: files.count, name: { files[$0].path.description },
      makeWorker: { [selection = session.options.selection, interruption = session.interruption] in
        {
          var result = runner.run(files[$0], interruption)
          result.reports.removeAll { !selection.includes(script: $0.id) }
          return result
        }
      },
      reports: { $0.reports },
      take: { index, result in
        guard let result else { return true }
        for report in result.reports { session.hub.emit(.caseFinished(report)) }
        for notice in result.notices { session.hub.emit(.notice(notice)) }
        session.note(
          .note,
          .scriptFinished(passed: result.reports.count { $0.status == .passed }, count: result.reports.count),
          file: files[index].path)
        return true
      })
    let code = session.finish()
    if session.hub.summary.total == 0, code == .success {
      session.sink.write("nothing was selected: no command matches\n")
      return .nothingSelected
    }
    return code
  }
}

extension Selection {
  /// Whether the globs select a command of a script by its id.
  fileprivate func includes(script id: String) -> Bool {
    (filters.isEmpty || filters.contains { $0.matches(id) }) && !excludes.contains { $0.matches(id) }
  }
}
