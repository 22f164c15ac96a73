// The options that several commands share, and what is made of them.
import Harness
import LuaHost

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// By which cases are selected.
struct SelectionOptions: OptionGroup {
  static let title = "which cases"

  let goldens = GoldenOptions()
  @Option("--filter", .caseGlob, "only cases whose id matches, such as 'strings/**'; one * stops at /")
  var filters: [Glob]
  @Option("--exclude", .caseGlob, "no cases whose id matches") var excludes: [Glob]
  @Option("--tag", .text("TAG"), "only cases with one of these tags") var tags: [String]
  @Option("--exclude-tag", .text("TAG"), "no cases with one of these tags") var excludedTags: [String]
  @Option("--only", .choice, "only cases that were bad in the last run, or that it did not come to") var only:
    Remembered?
  @Option("--shard", .shard, "only part K of N, such as 2/8; a hash of its id says to which a case belongs")
  var shard: Shard?
  @Option(
    "--shard-count", .number(from: 1),
    "how many shards there are, where JOB_COMPLETION_INDEX says which one this is") var shardCount: Int?
  @Option(
    "--label", .text("TEXT"),
    "what the shards of one run have in common, such as the commit; merge compares it")
  var label: String?
  @Option(
    "--balance", .file, "deal cases to shards by what they cost in this baseline, instead of by their hash")
  var balance: Path?

  /// Reads everything but the paths.
  func read(into options: inout RunOptions, _ context: CommandContext) {
    options.selection.filters = filters
    options.selection.excludes = excludes
    options.selection.tags = tags
    options.selection.excludedTags = excludedTags
    options.only = only
    options.shard = shard
    options.shardCount = shardCount
    options.balance = balance
    options.environment = context.environment
  }
}

/// Where goldens are.
struct GoldenOptions: OptionGroup {
  static let title = SelectionOptions.title

  @Option("--expected", .directory, "where the goldens are (default: expected/ beside the fixtures)")
  var expected: Path?
  @Option(
    "--variant", .variant,
    "which variant of a golden counts where there is one (default: the module's version, such as lua-5.5)")
  var variant: String?
}

struct ModuleOption: OptionGroup {
  @Option("--module", .file, "the module under test (default: lua.wasm)") var path: Path?

  /// The module to use: the one given, or what the project says, which is the working directory's unless
  /// others are given. Throws `UsageError` when it cannot be only one.
  func path(of projects: [Project]?) throws -> Path {
    if let path { return path }
    let here = FileSystem.workingDirectory
    let projects = try projects ?? [Project.find(from: here)].compactMap(\.self)
    let modules = try Set(projects.compactMap { try $0.module?.relative(to: here) }).sorted()
    guard modules.count < 2 else {
      throw UsageError("there are \(modules[0]) and \(modules[1]); say with --module FILE which one is meant")
    }
    return modules.first ?? RunOptions().module
  }

  /// Loads the module that `--module` names, or the default one.
  static func open(
    _ interruption: Interruption, within time: Duration? = nil
  ) -> (Path) throws -> LuaModule {
    { try open($0, interruption, within: time) }
  }

  private static func open(
    _ path: Path, _ interruption: Interruption, within time: Duration?
  ) throws -> LuaModule {
    do {
      return try load(path, interruption, within: time)
    } catch var error as FileError where error.isAbsence && path == RunOptions().module {
      error.reason = "no such file or directory; name the module with --module FILE"
      throw error
    }
  }

  /// Loads a module under test.
  static func load(
    _ path: Path, _ interruption: Interruption, within time: Duration? = nil
  ) throws -> LuaModule {
    let bytes = try FileSystem.read(path)
    do {
      return try LuaModule(bytes: bytes, loadLimit: time ?? .seconds(10), interruption: interruption)
    } catch {
      if interruption.isRaised { throw CaseExecutionError.interrupted }
      throw CaseExecutionError.fault("\(path) cannot be used: \(error)")
    }
  }
}

struct JobsOption: OptionGroup {
  @Option(
    "--jobs", short: "-j", .number(from: 1), "how many threads run cases (default: processors)")
  var jobs = max(1, ProcessInfo.processInfo.activeProcessorCount)
}

/// What a case may take.
struct LimitOptions: OptionGroup {
  static let title = "limits of each case"

  @Option var timeout: Duration?
  @Option(
    "--fuel", .instructions, "WebAssembly instructions, such as 1_000_000 (default: no limit)") var fuel:
    UInt64?
  @Option(
    "--max-memory", .bytes, "memories, tables and objects, such as 16777216 or 16MiB (default: no limit)")
  var memoryBytes: UInt64?

  init(timeout: String = "wall-clock time, such as 0.5 (default: 10)") {
    _timeout = Option("--timeout", .seconds, timeout)
  }

  func read(into settings: inout CaseSettings) {
    settings.timeout = timeout
    settings.fuel = fuel
    settings.memoryBytes = memoryBytes
  }
}

struct FormatOption: OptionGroup {
  static let title = "form"

  enum Form: String, CaseIterable { case text, json }

  @Option("--format", .choice, "the form of the output (default: text)") var form = Form.text
}

struct ColorOption: OptionGroup {
  static let title = "reports"

  @Option(
    "--color", .choice,
    "whether to use colours; auto: as NO_COLOR, FORCE_COLOR or CLICOLOR_FORCE say, else on terminals (default: auto)"
  ) var color = Choice
    .auto

  enum Choice: String, CaseIterable { case auto, always, never }

  func console(_ context: CommandContext) -> ConsoleStyle {
    var style = ConsoleStyle()
    let isTerminal = context.output.isTerminal
    style.usesColor = ConsoleStyle.usesColor(
      option: color.rawValue, environment: context.environment, isTerminal: isTerminal)
    style.isTerminal = isTerminal && context.environment["TERM"] != "dumb"
    style.columns = context.output.columns ?? 80
    return style
  }
}

/// The reports of a run or a comparison, and of what is merged of them.
struct ReportOptions: OptionGroup {
  static let title = "reports"

  @Option("--junit", .file, "write JUnit XML") var junit: Path?
  @Option("--junit-extras", "add file and line attributes, which the schemas do not know") var junitExtras:
    Bool
  @Option(
    "--json", .file, "write JSON lines, one object an event; touchstone merge joins such files") var json:
    Path?
  @Option("--html", .file, "write a page to read in a browser, in one file") var html: Path?
  let color = ColorOption()
  @Option("--quiet", short: "-q", "say only which cases are bad, and nothing when none is") var isQuiet: Bool
  @Option("--verbose", short: "-v", "list every case") var isVerbose: Bool

  func read(into options: inout RunOptions, slowest: SlowestOption? = nil, _ context: CommandContext)
    throws(UsageError)
  {
    options.junit = junit
    options.junitExtras = junitExtras
    options.json = json
    options.html = html
    options.console = color.console(context)
    options.console.slowest = slowest?.count ?? 0
    guard !isQuiet || !isVerbose else { throw UsageError("--quiet and --verbose exclude each other") }
    if isQuiet { options.console.verbosity = .quiet }
    if isVerbose { options.console.verbosity = .verbose }
  }
}

struct SlowestOption: OptionGroup {
  static let title = ReportOptions.title

  @Option("--slowest", .number(from: 0), "list the N slowest cases") var given = 0

  var count: Int { min(given, 1_000_000) }
}
