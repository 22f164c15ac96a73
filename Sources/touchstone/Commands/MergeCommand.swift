// touchstone merge: the reports of several shards as one.
import Harness

enum MergeCommand: Command {
  static let description = CommandDescription(
    name: "merge", summary: "join the JSON-lines reports of several shards into one set of reports",
    operands: "REPORT…",
    discussion: "The exit code is that of the whole run. A shard that is missing is an error.",
    groups: [
      OptionGroup(
        title: "cost",
        options: [
          Option("--save-baseline", value: "FILE", "write instruction counts and peak memory to this file")
        ]),
      RunCommand.reports,
    ])

  static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    var options = RunOptions()
    try RunCommand.readReports(arguments, context, into: &options)
    options.environment = context.environment
    options.environment["XML_OUTPUT_FILE"] = nil
    guard !arguments.operands.isEmpty else { throw UsageError("merge needs the JSON-lines reports to join") }
    options.saveBaseline = try arguments.path("--save-baseline")
    try options.checkOutputs()
    let merge = try ReportMerge(arguments.operands.map { Path($0) })
    var writers = try options.openWriters(
      context.output, isComparison: merge.description.oldModule != nil)
    let costs = BaselineWriter(moduleDigest: merge.description.moduleDigest)
    let baselineFile = try options.saveBaseline.map { path throws(FileError) in try OutputFile(path) }
    if baselineFile != nil { writers.append(costs) }
    let summary = try merge.emit(to: writers)
    if let baselineFile {
      try baselineFile.write(costs.baseline.text)
      try baselineFile.commit()
    }
    return summary.exitCode
  }
}
