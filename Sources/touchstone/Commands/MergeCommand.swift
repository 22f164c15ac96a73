// touchstone merge: the reports of several shards as one.
import Harness

enum MergeCommand: Command {
  static let description = CommandDescription(
    name: "merge", summary: "join the JSON-lines reports of several shards into one set of reports",
    operands: "REPORT…",
    discussion: """
      A REPORT is what --json wrote for one shard of a run, or of a comparison. The exit code is that of the
      whole. A shard that is missing is an error.
      """,
    groups: [
      OptionGroup(
        title: "cost",
        options: [
          Option("--save-baseline", value: "FILE", "write instruction counts and peak memory to this file")
        ]),
      RunCommand.reports,
    ],
    examples: [
      Example("touchstone merge shard1.jsonl shard2.jsonl shard3.jsonl", "show the outcome of the whole run"),
      Example(
        "touchstone merge shard*.jsonl --junit report.xml --save-baseline baseline.jsonl",
        "write one set of reports, and what each case costs"),
    ])

  static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    var options = RunOptions()
    try RunCommand.readReports(arguments, context, into: &options)
    options.environment = context.environment
    options.environment["XML_OUTPUT_FILE"] = nil
    guard !arguments.operands.isEmpty else { throw UsageError("merge needs the JSON-lines reports to join") }
    let merge = try ReportMerge(arguments.operands.map { Path($0) })
    let baselinePath = try arguments.path("--save-baseline")
    let summary = merge.emit(
      to: try options.openWriters(context.output, isComparison: merge.description.oldModule != nil))
    if let baselinePath {
      var baseline = Baseline(moduleDigest: merge.description.moduleDigest)
      for report in merge.reports { baseline.add(report) }
      try FileSystem.write(Array(baseline.text.utf8), to: baselinePath)
    }
    return summary.exitCode
  }
}
