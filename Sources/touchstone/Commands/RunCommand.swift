// touchstone run: fixtures against goldens.
import Harness
import LuaHost

struct RunCommand: Command {
  static let name = "run"
  static let about = CommandDescription(
    name: name, summary: "run fixtures and compare their answers with the goldens",
    operands: "[PATH…]",
    discussion: """
      A PATH is a directory of fixtures (*.lua) or one fixture; without any, all fixtures are run. An id, or a
      directory of ids, can stand in place of a PATH.

      Where fixtures and goldens are says the nearest folder, from the PATH or the working directory upwards,
      with a file touchstone.conf, or else the nearest that holds fixtures/, with goldens in its sibling
      expected/. The search ends at a folder with .git. An id is the path of a fixture below that root, from
      wherever it is named. Any other PATH is a root of its own, whose goldens stand in its sibling expected/;
      touchstone init makes it lasting.

      A line of touchstone.conf reads `key: value`. The keys are fixtures, expected and module, and of the
      options below \(Settings.names.joined(separator: ", ")). Paths start from its folder. The command
      line wins over all of it; --no-strict, --no-fuel and so on do without a setting.

      A fixture may begin with directives, lines `--! key: value` with the keys
      \(Directives.keys.joined(separator: ", ")); in a file named defaults they hold for all fixtures below.
      They can change limits, name the files of modules for `require`, and say why a case is skipped.

      Shards are also picked up from the environment of Bazel, GitLab, CircleCI, Buildkite and Slurm, and
      with --shard-count from Kubernetes' JOB_COMPLETION_INDEX; --shard 1/1 runs all cases in spite of it.
      --balance deals cases by their known cost instead, the same way on every machine. touchstone merge joins
      the shards' reports.
      """,
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

  let selection = SelectionOptions()
  let module = ModuleOption()
  let jobs = JobsOption()
  @Option("--max-failures", .number(from: 1), "stop after so many failures") var maxFailures: Int?
  @Option("--repeat", .number(from: 1), "run each case so often; differing instruction counts fail")
  var repeats = 1
  @Option(
    "--perturb",
    "repeat under another clock and another order of external tables' keys; what depends on them fails")
  var perturbs: Bool
  @Option("--coverage", .file, "write which functions each case enters; see touchstone coverage")
  var coverage: Path?
  @Option(
    "--strict", "stale goldens, directives without effect and what only looks like a fixture or golden fail")
  var isStrict: Bool
  @Option("--watch", "go on, and run again what a change of a fixture, golden or module concerns")
  var watches: Bool
  let limits = LimitOptions()
  @Option(
    "--baseline", .file, section: "cost", "hold instruction counts and peak memory against those in this file"
  )
  var baseline: Path?
  @Option(
    "--save-baseline", .file, section: "cost",
    "write the instruction counts and peak memory of all cases to this file") var saveBaseline: Path?
  @Option(
    "--max-cost-growth", .percent, section: "cost",
    "fail cases that cost so much more than in the baseline, such as 1 or 0.5%") var maximumGrowth: Double?
  let reports = ReportOptions()
  let slowest = SlowestOption()

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    let interruption = Interruption()
    let signals = InterruptSignals(interruption)
    defer { withExtendedLifetime(signals) {} }
    func run(_ options: RunOptions) throws -> ExitCode {
      try RunSession.run(
        SessionContext(options, sink: context.output, interruption: interruption),
        openModule: ModuleOption.open(interruption))
    }
    let options = try options(arguments, context)
    guard watches else { return try run(options) }
    if RunOptions.outputs.contains(where: { options[keyPath: $0.path] != nil }) {
      throw UsageError("--watch writes no reports; leave it out to have them")
    }
    return Watch(context.output, interruption).run(run) {
      // The settings may be others now.
      let command = RunCommand()
      return try command.options(ParsedArguments(arguments.words, for: command), context)
    }
  }

  private func options(_ arguments: ParsedArguments, _ context: CommandContext) throws -> RunOptions {
    var options = RunOptions()
    try selectFixtures(
      arguments.operands, arguments, goldens: selection.goldens, module: module, limits: limits,
      into: &options)
    selection.read(into: &options, context)
    try reports.read(into: &options, slowest: slowest, context)
    options.jobs = jobs.jobs
    options.maxFailures = maxFailures
    options.console.showsInOrder = maxFailures != nil
    options.settings.repeats = repeats
    options.settings.perturbs = perturbs
    options.coverage = coverage
    options.isStrict = isStrict
    options.baseline = baseline
    options.saveBaseline = saveBaseline
    options.settings.costs.maximumGrowth = maximumGrowth
    if maximumGrowth != nil, baseline == nil {
      throw UsageError("--max-cost-growth needs a --baseline to measure growth from")
    }
    return options
  }
}
