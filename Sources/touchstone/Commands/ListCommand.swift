// touchstone list: the cases, without running them.
import Harness

enum ListCommand: Command {
  static let description = CommandDescription(
    name: "list", summary: "list case ids, tags and limits", operands: "[PATH…]",
    groups: [
      CommonOptions.selection,
      OptionGroup(
        title: "form", options: [Option("--format", value: "FORMAT", "text or json (default: text)")]),
    ])

  static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    let options = try CommonOptions.select(arguments, context)
    let format = try arguments.choice("--format", of: ["text", "json"]) ?? "text"
    let plan = try CasePlan(options)
    if let emptiness = plan.emptiness {
      context.error.write("touchstone: nothing was selected: \(emptiness)\n")
      return .nothingSelected
    }
    let listings = plan.selected.map { CaseListing($0, loader: plan.loader) }
    context.output.write(
      format == "json" ? CaseListing.json(listings) + "\n" : listings.map { $0.line + "\n" }.joined())
    return listings.contains { $0.error != nil } ? .failure : .success
  }
}
