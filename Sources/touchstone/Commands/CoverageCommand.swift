// touchstone coverage: what is in the files that run --coverage writes.
import Harness

struct CoverageCommand: Command {
  static let name = "coverage"
  static let about = CommandDescription(
    name: name, summary: "say which functions of a module which cases enter",
    operands: "FILE…",
    discussion: """
      A FILE is what run --coverage wrote; those of several shards are joined. Without options the functions
      are listed that no case enters, by their names in the module's name section. In a GLOB `*` stands for
      any characters; --cover '*' asks for the smallest set of cases that enters whatever any case enters,
      or for a small one when finding the smallest would take too long. The exit code is 1 if a --function
      is entered by no case or --fail-under is not reached.
      """,
    examples: [
      Example(
        "touchstone run --coverage coverage.jsonl && touchstone coverage coverage.jsonl",
        "list the functions that no case enters"),
      Example(
        "touchstone coverage coverage.jsonl --function str_upper",
        "list the cases that enter the function str_upper"),
      Example(
        "touchstone coverage coverage.jsonl --cover '*'",
        "choose the fewest cases that enter whatever any case enters"),
      Example(
        "touchstone coverage shard1.cov shard2.cov --fail-under 10",
        "join two shards; exit with 1 if less than 10 % of the functions are entered"),
    ])

  static let title = "questions"

  @Option("--function", .glob, "list the cases that enter these functions") var functions: [Glob]
  @Option("--cover", .glob, "choose the fewest cases that together enter these functions") var covered: [Glob]
  @Option("--fail-under", .percent, "fail if fewer of the module's functions are entered, such as 80")
  var minimum: Double?
  let format = FormatOption()

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    guard !arguments.operands.isEmpty else {
      throw UsageError("coverage needs the files that run --coverage wrote")
    }
    let report = try CoverageReport(
      try Coverage(arguments.operands.map { Path($0) }),
      named: functions, covered: covered)
    context.output.write(format.form == .json ? report.json : report.text)
    var code = ExitCode.success
    if report.functions?.contains(where: { $0.cases.isEmpty }) == true { code = .failure }
    if let minimum, report.percentage < minimum {
      context.error.write(
        "touchstone: \(Format.decimal(report.percentage, places: 1)) % of the functions are entered, not"
          + " \(Format.decimal(minimum, places: 1)) %\n")
      code = .failure
    }
    return code
  }
}
