// touchstone mutate: how good the fixtures are.
import Harness
import LuaHost

struct MutateCommand: Command {
  static let name = "mutate"
  static let about = CommandDescription(
    name: name,
    summary: "make small faults in the module, one at a time, and say which of them no case notices",
    operands: "[PATH…]",
    discussion: """
      A fault changes one instruction of one function: a comparison becomes its neighbour or its opposite,
      arithmetic its inverse, a constant one more; a branch is never or always taken, a store or a call is left
      out, a load has another width or sign, a call goes to another function of the same type. With each fault
      the cases are run that execute the instruction, the cheapest first, until one does not answer as its
      golden says. What comes of a fault is one of
        noticed       a case answers otherwise
        cost only     all answer alike, but one takes another number of instructions; this does not count
        survived      nothing differs, though the instruction is executed
        budget        the same, as far as --budget let cases run
        not executed  no case executes the instruction

      The score is the share of all faults that is noticed; beside it stands the share of those whose instruction
      is executed. A case that takes ten times its instructions has run away, which is noticed as well. Cases
      that fail without a fault, end at a time limit, are skipped or expected to fail are left out.

      A fault has an id, such as luaV_execute+0x01f3a:i32.le_s: the function, the place of the instruction in
      its body, and what stands there. --equivalent names a file of lines with an id and the reason why that
      fault makes no difference; such faults do not count.
      """,
    examples: [
      Example("touchstone mutate --sample 200", "try 200 faults chosen at random, the same ones each time"),
      Example("touchstone mutate --function 'str_*'", "try every fault in the functions of these names"),
      Example(
        "touchstone mutate fixtures/strings --function 'str_*' --html faults.html",
        "hold them against some of the cases alone, and write a page to read in a browser"),
      Example(
        "touchstone mutate --sample 500 --seed 3 --budget 500_000_000 --fail-under 1",
        "run cases of at most so many instructions for a fault; exit with 1 if less than 1 % is noticed"),
      Example(
        "touchstone mutate --sample 400 --shard 1/4 --json part1.jsonl",
        "make a quarter of the faults, for touchstone merge to join"),
    ])

  static let title = "which faults"

  @Option("--sample", .number(from: 1), "choose so many faults (default: all)") var sample: Int?
  @Option("--seed", .seed, "chooses the sample (default: 1)") var seed: UInt64 = 1
  @Option("--function", .glob, "only faults in functions whose name matches, such as 'str_*'")
  var functions: [Glob]
  @Option("--equivalent", .file, "faults that make no difference: lines of an id and a reason")
  var equivalent: Path?
  @Option("--budget", .instructions, "what the cases may take with one fault, together (default: no limit)")
  var budget: UInt64?
  @Option("--resume", "take over what a session with the same options came to before it was interrupted")
  var resumes: Bool
  @Option("--fail-under", .percent, "exit with 1 if less is noticed, such as 75") var failUnder: Double?
  let selection = SelectionOptions()
  let module = ModuleOption()
  let jobs = JobsOption()
  let limits = LimitOptions()
  let reports = ReportOptions()

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    let interruption = Interruption()
    let signals = InterruptSignals(interruption)
    defer { withExtendedLifetime(signals) {} }
    var options = RunOptions()
    try selectFixtures(
      arguments.operands, arguments, goldens: selection.goldens, module: module, limits: limits,
      into: &options)
    selection.read(into: &options, context)
    try reports.read(into: &options, context)
    options.jobs = jobs.jobs
    var mutate = MutateOptions()
    mutate.sample = sample
    mutate.seed = seed
    mutate.functions = functions
    mutate.equivalent = equivalent
    mutate.budget = budget
    mutate.failUnder = failUnder
    mutate.resumes = resumes
    return try MutateSession.run(
      SessionContext(options, sink: context.output, interruption: interruption), mutate,
      openModule: ModuleOption.open(interruption))
  }
}

extension OptionValue where Value == UInt64 {
  fileprivate static let seed = OptionValue(
    placeholder: "N", expectation: "a number from 0 on", read: Quantity.count)
}
