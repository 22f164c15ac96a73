// touchstone bless: goldens from what cases answer.
import Harness
import LuaHost

struct BlessCommand: Command {
  static let name = "bless"
  static let about = CommandDescription(
    name: name, summary: "write goldens for the selected cases and say what changed",
    operands: "[PATH…]",
    discussion: """
      Selects cases as run does. Cases that are expected to fail are left alone. Where the variable CI is
      set nothing is written unless --force is given.

      --review runs all cases first and then shows each change and asks: y writes the golden, n leaves it as
      it is, q or the end of input leaves this one and the rest, and ends with exit code 130. What was
      accepted is written by then; the same command goes on with what was not.

      --variant NAME writes what differs from a golden beside it, as CASE.NAME.golden.
      """,
    examples: [
      Example("touchstone bless", "write the goldens of all of fixtures/ and show what changed"),
      Example("touchstone bless fixtures/strings/upper.lua", "write the golden of one fixture"),
      Example(
        "touchstone bless --review --only failed",
        "ask about the golden of each case that failed in the last run"),
      Example("touchstone bless --pending", "write what would change beside the goldens, as *.golden.new"),
    ])

  let selection = SelectionOptions()
  @Option("--pending", "write *.golden.new beside the goldens instead, for bless to accept later")
  var isPending: Bool
  @Option("--review", "ask about each change") var reviews: Bool
  @Option("--prune", "delete goldens that belong to no fixture") var prunes: Bool
  @Option("--force", "write even if CI is set") var isForced: Bool
  let module = ModuleOption()
  let jobs = JobsOption()
  let limits = LimitOptions()
  let color = ColorOption()

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    var options = RunOptions()
    try selectFixtures(
      arguments.operands, arguments, goldens: selection.goldens, module: module, limits: limits,
      writesGoldens: true, into: &options)
    selection.read(into: &options, context)
    options.jobs = jobs.jobs
    options.console = color.console(context)
    if let variable = context.environment["CI"], !["", "0", "false"].contains(variable), !isForced {
      throw UsageError(
        "bless writes goldens, which a CI job (CI is set) should only check; --force writes them all the same"
      )
    }
    // A shard is for checking; goldens are written for all cases that were asked for.
    options.environment = [:]
    var bless = BlessOptions()
    if isPending { bless.target = .pending }
    bless.prunes = prunes
    bless.reviews = reviews
    let interruption = Interruption()
    let signals = InterruptSignals(interruption)
    defer { withExtendedLifetime(signals) {} }
    return try BlessSession.run(
      SessionContext(options, sink: context.output, interruption: interruption), bless,
      ask: { number, count in Self.ask("(\(number) of \(count)) accept? [y]es, [n]o, [q]uit, [?]: ", context)
      },
      openModule: ModuleOption.open(interruption))
  }

  /// Asks until there is an answer, or no more input.
  private static func ask(_ question: String, _ context: CommandContext) -> ReviewAnswer {
    while true {
      context.output.write(question)
      guard let line = readLine() else {
        context.output.write("\n")
        return .quit
      }
      switch line.lowercased().filter({ !$0.isWhitespace }) {
      case "y", "yes": return .accept
      case "n", "no": return .reject
      case "q", "quit": return .quit
      default:
        context.output.write(
          """
            y  write this golden
            n  leave it as it is and go on
            q  leave it and the rest; what was accepted stays

          """)
      }
    }
  }
}
