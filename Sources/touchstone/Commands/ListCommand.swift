// touchstone list: the cases, without running them.
import Harness
import LuaHost

struct ListCommand: Command {
  static let name = "list"
  static let about = CommandDescription(
    name: name, summary: "list case ids, tags and limits", operands: "[PATH…]",
    discussion: """
      Selects cases as run does, and runs none. The form text has a line a case: its id, its tags in brackets,
      its steps and limits. The forms ids and tags have nothing but the ids of the cases, or their tags, one
      a line, for scripts. The exit code is 1 if a fixture cannot be read; ids are listed without reading them.
      """,
    examples: [
      Example("touchstone list", "list all cases with their tags and limits"),
      Example("touchstone list --tag slow --format ids", "list the ids of the cases with the tag slow"),
      Example(
        "touchstone list fixtures/strings --format json", "list a directory's cases for a program to read"),
    ])

  enum Form: String, CaseIterable { case text, json, ids, tags }

  let selection = SelectionOptions()
  let module = ModuleOption()
  @Option("--format", .choice, section: "form", "the form of the output (default: text)") var form = Form.text

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    var options = RunOptions()
    try selectFixtures(
      arguments.operands, arguments, goldens: selection.goldens, module: module, into: &options)
    selection.read(into: &options, context)
    var plan = try CasePlan(options)
    if let emptiness = plan.emptiness {
      context.error.write("touchstone: nothing was selected: \(emptiness)\n")
      return .nothingSelected
    }
    // Ids are had without reading the fixtures.
    if form == .ids {
      context.output.write(plan.selected.map { "\($0.id)\n" }.joined())
      return .success
    }
    let isJSON = form == .json
    if isJSON {
      try plan.chooseGoldens(options.variant) {
        try? ModuleOption.load(options.module, Interruption()).goldenVariant
      }
    }
    var isGood = true
    var tags: Set<String> = []
    var pending = isJSON ? "[\n" : ""
    for (index, file) in plan.selected.enumerated() {
      let listing = CaseListing(file, loader: plan.loader)
      if listing.error != nil { isGood = false }
      if form == .tags {
        tags.formUnion(listing.tags)
        continue
      }
      if isJSON, index > 0 { pending += ",\n" }
      pending += isJSON ? listing.json : listing.line + "\n"
      if pending.utf8.count > 1 << 16 {
        context.output.write(pending)
        pending = ""
      }
    }
    pending += tags.sorted().map { $0 + "\n" }.joined()
    context.output.write(pending + (isJSON ? "\n]\n" : ""))
    return isGood ? .success : .failure
  }
}
