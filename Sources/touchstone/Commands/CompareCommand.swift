// touchstone compare: the same cases on two builds.
import Harness
import LuaHost

struct CompareCommand: Command {
  static let name = "compare"
  static let about = CommandDescription(
    name: name,
    summary: "run the same cases on two builds and say what differs, what it costs and where",
    operands: "OLD.wasm NEW.wasm [PATH…]",
    discussion: """
      Each case is run on both builds. Decoded answers, output, external tables, host calls and traps are
      compared, and each case gets a verdict:
        same     nothing differs
        cost     the same, but --max-cost-growth is exceeded
        changed  something differs, and no golden decides
        fixed    the new build answers as the golden says, the old one did not
        broken   the old build answered as the golden says, the new one does not
      The exit code is 1 if a case changed, is broken or costs too much; what is only fixed fails nothing.

      Cases that differ are run once more on both builds with every call of a function watched. That finds
      the function in which the two runs part, named by the modules' name sections; counts of instructions
      between calls are compared as well. When the collector and the allocator do their work is left out of
      account unless nothing else differs. When many cases differ, they are grouped by their cause and a few
      of each group are replayed.
      """,
    examples: [
      Example(
        "touchstone compare lua.wasm new.wasm", "say what differs between two builds on all of fixtures/"),
      Example(
        "touchstone compare lua.wasm new.wasm --max-cost-growth 5%",
        "let a case cost at most 5 % more with the new build"),
      Example(
        "touchstone compare lua.wasm new.wasm fixtures/strings --html comparison.html",
        "compare on one directory and write a page to read in a browser"),
    ])

  let selection = SelectionOptions()
  let jobs = JobsOption()
  @Option(
    "--max-cost-growth", .percent,
    "fail cases whose instructions or peak memory grew by more than so much, such as 5 or 0.5%")
  var maximumGrowth: Double?
  @Option(
    "--replays", .number(from: 0), "how many differing cases are replayed (default: 24); 0 for none")
  var replayLimit: Int?
  let limits = LimitOptions()
  let reports = ReportOptions()

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    guard arguments.operands.count >= 2 else {
      throw UsageError("compare needs two modules, the old one and the new one")
    }
    var options = RunOptions()
    try selectFixtures(
      Array(arguments.operands.dropFirst(2)), arguments, goldens: selection.goldens, limits: limits,
      into: &options)
    selection.read(into: &options, context)
    try reports.read(into: &options, context)
    options.jobs = jobs.jobs
    options.module = Path(arguments.operands[1])
    options.settings.costs.maximumGrowth = maximumGrowth
    var compare = CompareOptions(oldModule: Path(arguments.operands[0]))
    compare.replayLimit = replayLimit ?? compare.replayLimit
    let interruption = Interruption()
    let signals = InterruptSignals(interruption)
    defer { withExtendedLifetime(signals) {} }
    return try CompareSession.run(
      SessionContext(options, sink: context.output, interruption: interruption), compare,
      openModule: { try ModuleOption.load($0, interruption) })
  }
}
