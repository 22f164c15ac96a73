// touchstone explore: a search for scripts that two builds answer differently.
import Harness
import LuaHost

struct ExploreCommand: Command {
  static let name = "explore"
  static let about = CommandDescription(
    name: name, summary: "search for Lua scripts that two builds answer differently",
    operands: "NEW.wasm --against OLD.wasm|PROGRAM [PATH…]",
    discussion: """
      Scripts are made from those of the fixtures (PATHs, as in run), whose syntax trees are changed and crossed,
      and from calls of library functions with values at their edges. Each is run on both builds. Those that take a
      branch of NEW.wasm that none has taken before, or two host calls in an order that is new, are changed
      further. Answers, output, external tables, host calls and traps are compared as compare does.

      What differs is grouped by its cause, reduced as reduce does, and shown; with --output it is written as
      fixtures below DIR, whose goldens are pending: they hold the answer of OLD.wasm, and that of NEW.wasm as a
      comment. The same seed and number of runs find the same with any number of --jobs. Differences that mean
      nothing, such as addresses, are rows in a file: `permit: PATTERN`, `near: 1e-12` for numbers, or
      `varies: nan-sign`, `addresses` or `start` for scripts to which one of the two itself answers
      otherwise then, perhaps `when: PATTERN` for the script, and `reason: TEXT`.

      The exit code is 1 if something was found.
      """,
    examples: [
      Example(
        "touchstone explore new.wasm --against lua.wasm --runs 3000",
        "try three thousand scripts, the same on every machine"),
      Example(
        "touchstone explore new.wasm --against lua.wasm --time 2 --seed 7 --output found",
        "try others for two seconds, and write what is found as fixtures below found/"),
    ])

  @Option("--against", .file, "the build to compare with, or a Lua of the system such as lua5.4")
  var reference: Path?
  let bounds = SearchBounds(time: "end the search after so long (default: 60)")
  @Option("--seed", .number(from: 0), "another number makes other scripts (default: 1)") var seed: Int?
  @Option("--output", short: "-o", .directory, "write what is found as fixtures below DIR") var output: Path?
  @Option("--no-reduce", "leave what is found as it is") var keepsSize: Bool
  @Option("--permitted", .file, "differences that do not count") var permitted: Path?
  @Option("--endings", "find traps and limits, even where both builds have them") var findsEndings: Bool
  @Option("--cost-factor", .factor, "find scripts that cost so many times more or less, such as 1.5")
  var costFactor: Double?
  @Option(
    "--fuel", .instructions, "WebAssembly instructions that a script may take (default: 100_000)") var fuel:
    UInt64?
  @Option("--max-memory", .bytes, "memory that it may take (default: 64MiB)") var memoryBytes: UInt64?
  let jobs = JobsOption()

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    guard let name = arguments.operands.first else {
      throw UsageError("explore needs a module: touchstone explore NEW.wasm --against OLD.wasm")
    }
    guard let reference else {
      throw UsageError("explore needs another build to compare with: --against OLD.wasm")
    }
    var options = RunOptions()
    try selectFixtures(
      Array(arguments.operands.dropFirst()), arguments, goldens: GoldenOptions(), into: &options)
    options.jobs = jobs.jobs
    options.module = Path(name)
    var explore = ExploreOptions()
    explore.timeLimit = bounds.time ?? (bounds.runs == nil ? explore.timeLimit : .seconds(1 << 30))
    explore.runLimit = bounds.runs
    explore.seed = UInt64(seed ?? 1)
    explore.output = output
    explore.reduces = !keepsSize
    explore.findsEndings = findsEndings
    explore.costFactor = costFactor
    explore.fuel = fuel ?? explore.fuel
    explore.memoryBytes = memoryBytes ?? explore.memoryBytes
    if let permitted {
      explore.permitted = try PermittedDifferences(FileSystem.read(permitted), file: permitted)
    }
    let interruption = Interruption()
    let signals = InterruptSignals(interruption)
    defer { withExtendedLifetime(signals) {} }
    return try ExploreSession.run(
      SessionContext(options, sink: context.output, interruption: interruption), explore,
      openModule: { try ModuleOption.load($0, interruption) },
      openOther: { try Self.other(reference, interruption) })
  }

  /// A build of the module, or a Lua of the system: the name of a program, or a file that is no module.
  static func other(_ reference: Path, _ interruption: Interruption) throws -> TestedBuild {
    let isProgram: Bool
    if try FileSystem.status(reference)?.kind == .file {
      let start = try FileSystem.read(reference).prefix(4)
      isProgram = !start.elementsEqual([0x00, 0x61, 0x73, 0x6D]) && !reference.hasSuffix(".wasm")
    } else {
      isProgram = !reference.hasSuffix(".wasm")
    }
    guard isProgram else {
      return TestedBuild(try ModuleOption.load(reference, interruption), name: reference.description)
    }
    let isName = !reference.bytes.contains(UInt8(ascii: "/"))
    let program =
      try isName && FileSystem.status(reference) == nil
      ? reference.description
      : reference.normalized(workingDirectory: FileSystem.workingDirectory).description
    return try NativeLua.open(program, interruption: interruption)
  }
}
