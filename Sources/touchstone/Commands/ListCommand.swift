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
    let isJSON = format == "json"
    var isGood = true
    var pending = isJSON ? "[\n" : ""
    for (index, file) in plan.selected.enumerated() {
      let listing = CaseListing(file, loader: plan.loader)
      if listing.error != nil { isGood = false }
      if isJSON, index > 0 { pending += ",\n" }
      pending += isJSON ? listing.json : listing.line + "\n"
      if pending.utf8.count > 1 << 16 {
        context.output.write(pending)
        pending = ""
      }
    }
    context.output.write(pending + (isJSON ? "\n]\n" : ""))
    return isGood ? .success : .failure
  }
}
