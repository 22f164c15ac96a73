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
        "--filter", value: "GLOB", isRepeatable: true,
        "only cases whose id matches; * stops at /, ** does not"),
      Option("--exclude", value: "GLOB", isRepeatable: true, "no cases whose id matches"),
      Option("--tag", value: "TAG", isRepeatable: true, "only cases with one of these tags"),
      Option("--exclude-tag", value: "TAG", isRepeatable: true, "no cases with one of these tags"),
      Option("--only", value: "failed", "only what was bad when it was last run"),
      Option("--shard", value: "K/N", "only this part of the cases, by a hash of their ids"),
      Option("--shard-count", value: "N", "how many shards there are, for JOB_COMPLETION_INDEX"),
    ])

  static let module = Option("--module", value: "FILE", "the module under test (default: lua.wasm)")
  static let jobs = Option(
    "--jobs", short: "-j", value: "N", "how many threads run cases (default: processors)")

  static let limits = OptionGroup(
    title: "limits of each case",
    options: [
      Option("--timeout", value: "SECONDS", "wall-clock time (default: 10)"),
      Option("--fuel", value: "INSTRUCTIONS", "WebAssembly instructions (default: no limit)"),
      Option("--max-memory", value: "BYTES", "linear memory; KiB, MiB and GiB are understood"),
    ])

  static let color = Option("--color", value: "WHEN", "auto, always or never (default: auto)")

  /// The options by which cases are selected. `paths` are the words that name fixtures, if those are not
  /// all operands.
  static func select(
    _ arguments: ParsedArguments, _ context: CommandContext, paths: [String]? = nil
  ) throws(UsageError) -> RunOptions {
    var options = RunOptions()
    for operand in paths ?? arguments.operands {
      guard !operand.isEmpty else { throw UsageError("an empty word names no file") }
      options.paths.append(Path(operand))
    }
    options.expected = try arguments.path("--expected")
    options.selection.filters = arguments.texts("--filter").map { Glob($0) }
    options.selection.excludes = arguments.texts("--exclude").map { Glob($0) }
    options.selection.tags = arguments.texts("--tag")
    options.selection.excludedTags = arguments.texts("--exclude-tag")
    options.onlyFailed = try arguments.choice("--only", of: ["failed"]) != nil
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
      fuel: try arguments.value("--fuel", "a number of instructions") { Quantity.count($0) },
      time: try arguments.value("--timeout", "a number of seconds above 0") { Quantity.seconds($0) },
      memoryBytes: try arguments.value("--max-memory", "a number of bytes") { Quantity.bytes($0) })
  }

  /// How the console is to look.
  static func console(
    _ arguments: ParsedArguments, _ context: CommandContext
  ) throws(UsageError) -> ConsoleStyle {
    var style = ConsoleStyle()
    let isTerminal = context.output.isTerminal
    style.usesColor = ConsoleStyle.usesColor(
      option: try arguments.choice("--color", of: ["auto", "always", "never"]),
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

  /// Loads the module under test.
  static func openModule(_ path: Path) throws -> LuaModule {
    let bytes = try FileSystem.read(path)
    do {
      return try LuaModule(bytes: bytes)
    } catch {
      throw CaseExecutionError.fault("\(path) cannot be used: \(error)")
    }
  }
}
