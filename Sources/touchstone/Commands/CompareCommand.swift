// touchstone compare: the same cases on two builds.
import Harness
import LuaHost

enum CompareCommand: Command {
  static let description = CommandDescription(
    name: "compare",
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
    groups: [
      CommonOptions.selection,
      OptionGroup(
        title: "how",
        options: [
          CommonOptions.jobs,
          Option(
            "--max-cost-growth", value: "PERCENT",
            "fail cases whose instructions or peak memory grew by more than so much, such as 5 or 0.5%"),
          Option(
            "--replays", value: "N", "how many differing cases are replayed (default: 24); 0 for none"),
        ]),
      CommonOptions.limits,
      OptionGroup(
        title: RunCommand.reports.title,
        options: RunCommand.reports.options.filter { $0.name != "--slowest" }),
    ],
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

  static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    guard arguments.operands.count >= 2 else {
      throw UsageError("compare needs two modules, the old one and the new one")
    }
    var options = try CommonOptions.select(
      arguments, context, paths: Array(arguments.operands.dropFirst(2)))
    try CommonOptions.execute(arguments, into: &options)
    options.module = Path(arguments.operands[1])
    try RunCommand.readReports(arguments, context, into: &options)
    options.settings.costs.maximumGrowth = try arguments.value(
      "--max-cost-growth", "a number of per cent, such as 1 or 0.5%"
    ) {
      Quantity.percent($0)
    }
    var compare = CompareOptions(oldModule: Path(arguments.operands[0]))
    compare.replayLimit = try arguments.number("--replays", from: 0) ?? compare.replayLimit
    let interruption = Interruption()
    let signals = InterruptSignals(interruption)
    defer { withExtendedLifetime(signals) {} }
    return try CompareSession.run(
      SessionContext(options, sink: context.output, interruption: interruption), compare,
      openModule: CommonOptions.loadModule)
  }
}
