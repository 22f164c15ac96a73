// touchstone reduce: the smallest script that still fails, or still tells two builds apart.
import Harness
import LuaHost

struct ReduceCommand: Command {
  static let name = "reduce"
  static let about = CommandDescription(
    name: name, summary: "make a failing case as small as it can be while it fails in the same way",
    operands: "CASE [PATH…]",
    discussion: """
      CASE is an id as list shows it, or the path of a fixture; PATHs say where to look for an id, as in run.
      What the case does wrong is kept: it ends in the same Lua error, traps in the same function, reaches the
      same limit, or gives the wrong value or the wrong line that the golden does not have. With --against the
      two builds still answer differently, and in the same way. Statements, arguments, parts of expressions and
      at last single words are left out, as long as that holds; the same case gives the same result.

      The script is written to standard output, and to standard error what it keeps and how many runs it took.
      The exit code is 1 when the case does nothing that could be kept.
      """,
    examples: [
      Example(
        "touchstone reduce scratch/fails.lua -o small.lua",
        "write the smallest script that fails like this one"),
      Example(
        "touchstone reduce errors/raised --keep ending -o small.lua",
        "keep how the case ends, though its golden expects that"),
    ])

  enum Kept: String, CaseIterable { case failure, ending }

  let module = ModuleOption()
  @Option("--against", .file, "another build: keep that the two answer differently") var reference: Path?
  @Option(
    "--keep", .choice,
    "failure: what is not as the golden says (the default); ending: the error, trap or limit in which the case"
      + " ends, expected or not") var kept: Kept?
  @Option("--output", short: "-o", .file, "where to write the script (default: standard output)") var output:
    Path?
  let goldens = GoldenOptions()
  let bounds = SearchBounds(time: "end the search after so long (default: 60)")
  @Option("--permitted", .file, "differences between two builds that do not count, as explore reads them")
  var permitted: Path?
  let limits = LimitOptions()

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    guard let name = arguments.operands.first else {
      throw UsageError("reduce needs the id of a case; touchstone list shows them")
    }
    var options = RunOptions()
    try selectFixtures(
      try ExplainCommand.paths(arguments.operands), arguments, goldens: goldens, module: module,
      limits: limits,
      into: &options)
    var reduce = ReduceOptions(name: name)
    reduce.keepsEnding = kept == .ending
    if reduce.keepsEnding, reference != nil {
      throw UsageError("--keep ending is about one build; leave --against out")
    }
    reduce.output = output
    reduce.timeLimit = bounds.time ?? reduce.timeLimit
    reduce.runLimit = bounds.runs
    if let permitted {
      reduce.permitted = try PermittedDifferences(FileSystem.read(permitted), file: permitted)
    }
    let interruption = Interruption()
    let signals = InterruptSignals(interruption)
    defer { withExtendedLifetime(signals) {} }
    return try ReduceSession.run(
      SessionContext(options, sink: context.output, interruption: interruption), reduce,
      say: output.map { StandardStream.isOutput($0) } ?? true ? context.error : context.output,
      write: { context.output.write($0) },
      openModule: ModuleOption.open(interruption),
      openReference: reference.map { path in
        { try ExploreCommand.other(path, interruption) }
      })
  }
}

/// How long something is searched for.
struct SearchBounds: OptionGroup {
  static let title = "how long"

  @Option var time: Duration?
  @Option("--runs", .number(from: 1), "end the search after so many runs, the same on every machine")
  var runs: Int?

  init(time: String) {
    _time = Option("--time", .seconds, time)
  }
}
