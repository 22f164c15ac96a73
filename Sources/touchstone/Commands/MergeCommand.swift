// touchstone merge: the reports of several shards as one.
import Harness

struct MergeCommand: Command {
  static let name = "merge"
  static let about = CommandDescription(
    name: name, summary: "join the JSON-lines reports of several shards into one set of reports",
    operands: "REPORT…",
    discussion: """
      A REPORT is what run --json or compare --json wrote in one of the shards. All shards must be
      there, of the same run: the same module, cases, version and options, but for files, colours and
      threads, which may differ. Then the reports are those of one run of everything, and so is the exit
      code: 130 if a shard was interrupted, 3 if one could not do its work, 1 if a case failed, 0 if all
      is as expected. Reports that are no parts of one run end with 2, one that cannot be read or is cut
      off with 3. The time is that of the shard that took longest. Under GitHub Actions merge adds to the
      step summary, but leaves annotations to the shards.

      Parts cannot belong together when their fixtures, goldens, modules for require or --label differ as
      far as each shard knows them; which of these it is, is said. --partial also takes the record of a run
      that was killed, .touchstone/last-run.jsonl.
      """,
    examples: [
      Example("touchstone merge shard1.jsonl shard2.jsonl shard3.jsonl", "show the outcome of the whole run"),
      Example(
        "touchstone merge shard*.jsonl --junit report.xml --save-baseline baseline.jsonl",
        "write one set of reports, and what each case costs"),
    ])

  @Option(
    "--partial", section: SelectionOptions.title,
    "do without shards that are missing or were cut off; the reports say so, and the exit code is 1")
  var isPartial: Bool
  @Option("--save-baseline", .file, section: "cost", "write instruction counts and peak memory to this file")
  var saveBaseline: Path?
  let reports = ReportOptions()
  let slowest = SlowestOption()

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    var options = RunOptions()
    try reports.read(into: &options, slowest: slowest, context)
    options.environment = context.environment
    guard !arguments.operands.isEmpty else { throw UsageError("merge needs the JSON-lines reports to join") }
    options.saveBaseline = saveBaseline
    try options.checkOutputs(isMerge: true, reports: arguments.operands.map { Path($0) })
    let merge = try ReportMerge(arguments.operands.map { Path($0) }, isPartial: isPartial)
    let summary = try merge.emit(
      to: try options.openWriters(context.output, merge.description, isMerge: true))
    return summary.exitCode
  }
}
