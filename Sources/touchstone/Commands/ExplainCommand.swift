// touchstone explain: one case in full.
import Harness
import LuaHost

enum ExplainCommand: Command {
  static let description = CommandDescription(
    name: "explain", summary: "show everything about one case: answer, host calls, trap, cost, difference",
    operands: "CASE [PATH…]",
    discussion: """
      CASE is an id as list shows it, or the path of a fixture. The case is run and then run again with
      every call of a function watched, which says where its instructions went: what a function executed
      itself, and what it executed together with the functions that it called. The exit code is 0 if the
      case is as expected, or skipped by a run, and 1 if not, or if its fixture is wrong.
      """,
    groups: [
      OptionGroup(
        title: "how",
        options: [
          CommonOptions.module,
          Option(
            "--expected", value: "DIR", "where the goldens are (default: expected/ beside the fixtures)"),
          Option("--top", value: "N", "how many functions to list (default: 15)"),
          Option("--host-calls", value: "N", "how many host calls to list (default: 200)"),
          Option(
            "--profile", value: "FILE",
            "write where the instructions went as collapsed stacks, which flame-graph programs read"),
          CommonOptions.color,
        ]),
      CommonOptions.limits,
    ],
    examples: [
      Example("touchstone explain strings/upper", "show everything about the case strings/upper"),
      Example("touchstone explain strings/upper --module new.wasm", "the same with another build"),
      Example(
        "touchstone explain strings/upper --top 3 --profile stacks.txt",
        "list three functions only, and write a profile for a flame graph"),
    ])

  static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    guard let name = arguments.operands.first else {
      throw UsageError("explain needs the id of a case; touchstone list shows them")
    }
    for word in arguments.operands.dropFirst() where try !FileSystem.exists(Path(word)) {
      throw UsageError(
        "explain shows one case; behind it stand directories of fixtures to look for it in, and there is no"
          + " \(EscapedText.string(Array(word.utf8)))")
    }
    var options = try CommonOptions.select(
      arguments, context, paths: Array(arguments.operands.dropFirst()))
    try CommonOptions.execute(arguments, into: &options)
    options.console = try CommonOptions.console(arguments, context)
    var explain = ExplainOptions(name: name)
    explain.profile = try arguments.path("--profile")
    explain.functionLimit = try arguments.number("--top", from: 0) ?? explain.functionLimit
    explain.hostCallLimit = try arguments.number("--host-calls", from: 0) ?? explain.hostCallLimit
    let interruption = Interruption()
    let signals = InterruptSignals(interruption)
    defer { withExtendedLifetime(signals) {} }
    return try ExplainSession.run(
      SessionContext(options, sink: context.output, interruption: interruption), explain,
      openModule: CommonOptions.openModule)
  }
}
