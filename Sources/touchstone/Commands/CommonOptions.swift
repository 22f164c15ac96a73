// The options that several commands share, and what is made of them.
import Harness
import LuaHost

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

enum CommonOptions {
  static let selection = OptionGroup(
    title: "which cases",
    options: [
      Option("--expected", value: "DIR", "where the goldens are (default: expected/ beside the fixtures)"),
      Option(
        "--filter", value: "GLOB", isRepeatable: true, completion: .cases,
        "only cases whose id matches, such as 'strings/**'; one * stops at /"),
      Option(
        "--exclude", value: "GLOB", isRepeatable: true, completion: .cases, "no cases whose id matches"),
      Option("--tag", value: "TAG", isRepeatable: true, "only cases with one of these tags"),
      Option("--exclude-tag", value: "TAG", isRepeatable: true, "no cases with one of these tags"),
      Option("--only", value: "failed", "only cases that were bad in the last run"),
      Option(
        "--shard", value: "K/N",
        "only part K of N, such as 2/8; a hash of its id says to which a case belongs"),
      Option(
        "--shard-count", value: "N",
        "how many shards there are, where JOB_COMPLETION_INDEX says which one this is"),
    ])

  static let module = Option("--module", value: "FILE", "the module under test (default: lua.wasm)")
  static let jobs = Option(
    "--jobs", short: "-j", value: "N", "how many threads run cases (default: processors)")

  static let limits = OptionGroup(
    title: "limits of each case",
    options: [
      Option("--timeout", value: "SECONDS", "wall-clock time, such as 0.5 (default: 10)"),
      Option(
        "--fuel", value: "INSTRUCTIONS", "WebAssembly instructions, such as 1_000_000 (default: no limit)"),
      Option(
        "--max-memory", value: "BYTES",
        "memories, tables and objects, such as 16777216 or 16MiB (default: no limit)"),
    ])

  static let color = Option(
    "--color", value: "auto|always|never", "whether to use colours; auto: on terminals (default: auto)")

  /// The form of what is printed, one of two unless there are more.
  static func format(_ forms: String = "text|json") -> Option {
    Option("--format", value: forms, "the form of the output (default: text)")
  }

  /// The options by which cases are selected. `paths` are the words that name fixtures, if those are not
  /// all operands. The directory of goldens must be there unless the command makes it.
  static func select(
    _ arguments: ParsedArguments, _ context: CommandContext, paths: [String]? = nil,
    writesGoldens: Bool = false
  ) throws -> RunOptions {
    var options = RunOptions()
    for operand in paths ?? arguments.operands {
      guard !operand.isEmpty else { throw UsageError("an empty word names no file") }
      options.paths.append(Path(operand))
    }
    options.expected = try arguments.path("--expected")
    if let expected = options.expected, try FileSystem.status(expected)?.kind != .directory {
      if try FileSystem.exists(expected) {
        throw UsageError("--expected needs a directory, and \(expected) is none")
      }
      if !writesGoldens { throw UsageError("--expected: there is no directory \(expected)") }
    }
    options.selection.filters = arguments.texts("--filter").map { Glob($0) }
    options.selection.excludes = arguments.texts("--exclude").map { Glob($0) }
    options.selection.tags = arguments.texts("--tag")
    options.selection.excludedTags = arguments.texts("--exclude-tag")
    options.onlyFailed = try arguments.choice("--only") != nil
    options.shard = try arguments.value("--shard", "K/N with K from 1 to N") { Shard($0) }
    options.shardCount = try arguments.number("--shard-count", from: 1)
    options.given = arguments.given.sorted()
    options.environment = context.environment
    return options
  }

  /// Adds what decides how cases are run.
  static func execute(_ arguments: ParsedArguments, into options: inout RunOptions) throws(UsageError) {
    if let module = try arguments.path("--module") { options.module = module }
    options.jobs =
      try arguments.number("--jobs", from: 1) ?? max(1, ProcessInfo.processInfo.activeProcessorCount)
    let limits = try limits(arguments)
    options.settings.timeout = limits.time
    options.settings.fuel = limits.fuel
    options.settings.memoryBytes = limits.memoryBytes
  }

  static func limits(_ arguments: ParsedArguments) throws(UsageError) -> ExecutionLimits {
    ExecutionLimits(
      fuel: try arguments.value("--fuel", "a number of instructions, such as 1_000_000") {
        Quantity.count($0)
      },
      time: try arguments.value("--timeout", "a number of seconds above 0, such as 0.5") {
        Quantity.seconds($0)
      },
      memoryBytes: try arguments.value("--max-memory", "a number of bytes, such as 16777216 or 16MiB") {
        Quantity.bytes($0)
      })
  }

  /// How the console is to look.
  static func console(
    _ arguments: ParsedArguments, _ context: CommandContext
  ) throws(UsageError) -> ConsoleStyle {
    var style = ConsoleStyle()
    let isTerminal = context.output.isTerminal
    style.usesColor = ConsoleStyle.usesColor(
      option: try arguments.choice("--color"),
      environment: context.environment, isTerminal: isTerminal)
    style.isTerminal = isTerminal && context.environment["TERM"] != "dumb"
    style.columns = context.output.columns ?? 80
    guard !arguments.has("--quiet") || !arguments.has("--verbose") else {
      throw UsageError("--quiet and --verbose exclude each other")
    }
    if arguments.has("--quiet") { style.verbosity = .quiet }
    if arguments.has("--verbose") { style.verbosity = .verbose }
    return style
  }

  /// Loads the module that `--module` names, or the default one.
  static func openModule(
    _ interruption: Interruption, within time: Duration? = nil
  ) -> (Path) throws -> LuaModule {
    { try openModule($0, interruption, within: time) }
  }

  private static func openModule(
    _ path: Path, _ interruption: Interruption, within time: Duration?
  ) throws -> LuaModule {
    do {
      return try loadModule(path, interruption, within: time)
    } catch var error as FileError where error.isAbsence && path == RunOptions().module {
      error.reason = "no such file or directory; name the module with --module FILE"
      throw error
    }
  }

  /// Loads a module under test.
  static func loadModule(
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
