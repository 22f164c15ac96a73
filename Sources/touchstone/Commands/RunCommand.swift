// touchstone run: fixtures against goldens.
import Harness
import LuaHost

enum RunCommand: Command {
  static let description = CommandDescription(
    name: "run", summary: "run fixtures and compare their answers with the goldens",
    operands: "[PATH…]",
    discussion: """
      A PATH is a directory of fixtures (*.lua) or one fixture; without any, fixtures/ is run. An id, or a
      directory of ids, in fixtures/ can stand in place of a PATH.

      Inside fixtures/ ids are relative to it, and goldens stand in its sibling expected/. A PATH elsewhere
      that lies in a directory named fixtures belongs to that, the nearest if there are several, in the same
      way; any other directory is a root of its own, whose goldens stand in its sibling expected/.

      Shards are also picked up from the environment of Bazel, GitLab, CircleCI, Buildkite and Slurm, and
      with --shard-count from Kubernetes' JOB_COMPLETION_INDEX; --shard 1/1 runs all cases in spite of it.
      touchstone merge joins the shards' reports.
      """,
    groups: [
      CommonOptions.selection,
      OptionGroup(
        title: "how",
        options: [
          CommonOptions.module, CommonOptions.jobs,
          Option("--max-failures", value: "N", "stop after so many failures"),
          Option("--repeat", value: "N", "run each case so often; differing instruction counts fail"),
          Option(
            "--perturb",
            "repeat under another clock and another order of external tables' keys; what depends on them fails"
          ),
          Option(
            "--coverage", value: "FILE", "write which functions each case enters; see touchstone coverage"),
          Option("--strict", "stale goldens and directives without effect fail"),
        ]),
      CommonOptions.limits,
      OptionGroup(
        title: "cost",
        options: [
          Option(
            "--baseline", value: "FILE", "hold instruction counts and peak memory against those in this file"),
          Option(
            "--save-baseline", value: "FILE",
            "write the instruction counts and peak memory of all cases to this file"),
          Option(
            "--max-cost-growth", value: "PERCENT",
            "fail cases that cost so much more than in the baseline, such as 1 or 0.5%"),
        ]),
      reports,
    ],
    examples: [
      Example("touchstone run", "run all of fixtures/ with lua.wasm"),
      Example(
        "touchstone --quiet --filter 'strings/**'",
        "run what is below fixtures/strings and say only what is bad"),
      Example("touchstone run --module new.wasm", "check another build against the same goldens"),
      Example("touchstone run --only failed", "run again what failed in the last run"),
      Example(
        "touchstone run --junit report.xml --html report.html", "write reports for a CI system and for people"
      ),
      Example(
        "touchstone run --shard 2/3 --json shard2.jsonl",
        "run the second of three parts, for touchstone merge to join"),
      Example("touchstone run --save-baseline baseline.jsonl", "note what each case costs now"),
      Example(
        "touchstone run --baseline baseline.jsonl --max-cost-growth 1%",
        "fail cases that execute over 1 % more instructions than was noted, or need so much more memory"),
    ])

  static let reports = OptionGroup(
    title: "reports",
    options: [
      Option("--junit", value: "FILE", "write JUnit XML"),
      Option("--junit-extras", "add file and line attributes, which the schemas do not know"),
      Option(
        "--json", value: "FILE", "write JSON lines, one object an event; touchstone merge joins such files"),
      Option("--html", value: "FILE", "write a page to read in a browser, in one file"),
      Option("--slowest", value: "N", "list the N slowest cases"),
      CommonOptions.color,
      Option("--quiet", "say only which cases are bad, and nothing when none is"),
      Option("--verbose", "list every case"),
    ])

  static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    var options = try CommonOptions.select(arguments, context)
    try CommonOptions.execute(arguments, into: &options)
    try readReports(arguments, context, into: &options)
    options.maxFailures = try arguments.number("--max-failures", from: 1)
    options.console.showsInOrder = options.maxFailures != nil
    options.settings.repeats = try arguments.number("--repeat", from: 1) ?? 1
    options.settings.perturbs = arguments.has("--perturb")
    options.coverage = try arguments.path("--coverage")
    options.isStrict = arguments.has("--strict")
    options.baseline = try arguments.path("--baseline")
    options.saveBaseline = try arguments.path("--save-baseline")
    options.settings.costs.maximumGrowth = try arguments.value(
      "--max-cost-growth", "a number of per cent, such as 1 or 0.5%"
    ) {
      Quantity.percent($0)
    }
    if options.settings.costs.maximumGrowth != nil, options.baseline == nil {
      throw UsageError("--max-cost-growth needs a --baseline to measure growth from")
    }
    let interruption = Interruption()
    let signals = InterruptSignals(interruption)
    defer { withExtendedLifetime(signals) {} }
    return try RunSession.run(
      SessionContext(options, sink: context.output, interruption: interruption),
      openModule: CommonOptions.openModule)
  }

  /// The options about reports, which `merge` has too.
  static func readReports(
    _ arguments: ParsedArguments, _ context: CommandContext, into options: inout RunOptions
  ) throws(UsageError) {
    options.junit = try arguments.path("--junit")
    options.junitExtras = arguments.has("--junit-extras")
    options.json = try arguments.path("--json")
    options.html = try arguments.path("--html")
    options.console = try CommonOptions.console(arguments, context)
    options.console.slowest = min(try arguments.number("--slowest", from: 0) ?? 0, 1_000_000)
  }
}
