// touchstone explain: one case in full.
import Harness
import LuaHost

struct ExplainCommand: Command {
  static let name = "explain"
  static let about = CommandDescription(
    name: name, summary: "show everything about one case: answer, host calls, trap, cost, difference",
    operands: "CASE [PATH…]",
    discussion: """
      CASE is an id as list shows it, or the path of a fixture; PATHs say where to look for an id, as in run. The case is run and then run again with
      every call of a function watched, which says where its instructions went: what a function executed
      itself, and what it executed together with the functions that it called. The exit code is 0 if the
      case is as expected, or skipped by a run, and 1 if not, or if its fixture is wrong.
      """,
    examples: [
      Example("touchstone explain strings/upper", "show everything about the case strings/upper"),
      Example("touchstone explain strings/upper --module new.wasm", "the same with another build"),
      Example(
        "touchstone explain strings/upper --top 3 --profile stacks.txt",
        "list three functions only, and write a profile for a flame graph"),
    ])

  let module = ModuleOption()
  let goldens = GoldenOptions()
  @Option("--top", .number(from: 0), "how many functions to list (default: 15)") var functionLimit: Int?
  @Option("--host-calls", .number(from: 0), "how many host calls to list (default: 200)") var hostCallLimit:
    Int?
  @Option(
    "--profile", .file,
    "write where the instructions went as collapsed stacks, which flame-graph programs read") var profile:
    Path?
  let color = ColorOption()
  let limits = LimitOptions()

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    guard let name = arguments.operands.first else {
      throw UsageError("explain needs the id of a case; touchstone list shows them")
    }
    for word in arguments.operands.dropFirst() where try !FileSystem.exists(Path(word)) {
      throw UsageError(
        "explain shows one case; behind it stand directories of fixtures to look for it in, and there is no"
          + " \(EscapedText.string(Array(word.utf8)))")
    }
    var options = RunOptions()
    try selectFixtures(
      Self.paths(arguments.operands), arguments, goldens: goldens, module: module, limits: limits,
      into: &options)
    options.console = color.console(context)
    var explain = ExplainOptions(name: name)
    explain.profile = profile
    explain.functionLimit = functionLimit ?? explain.functionLimit
    explain.hostCallLimit = hostCallLimit ?? explain.hostCallLimit
    let interruption = Interruption()
    let signals = InterruptSignals(interruption)
    defer { withExtendedLifetime(signals) {} }
    return try ExplainSession.run(
      SessionContext(options, sink: context.output, interruption: interruption), explain,
      openModule: ModuleOption.open(interruption))
  }

  /// Where to look for the case: at its own path if it is one and nothing else is given.
  static func paths(_ operands: [String]) throws -> [String] {
    guard operands.count == 1, operands[0].hasSuffix(".lua"),
      try FileSystem.status(Path(operands[0]))?.kind == .file
    else { return Array(operands.dropFirst()) }
    return operands
  }
}
