// touchstone help.
import Harness

struct HelpCommand: Command {
  static let name = "help"
  static let about = CommandDescription(
    name: name, summary: "show what there is, or a command's options", operands: "[COMMAND]",
    examples: [
      Example("touchstone help", "list the commands"),
      Example("touchstone help run", "show the options of run; touchstone run --help does the same"),
    ])

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    guard let name = arguments.operands.first else {
      context.output.write(HelpText.program(CommandRegistry.commands))
      return .success
    }
    if arguments.operands.count > 1 {
      throw UsageError("help shows one command at a time; `\(arguments.operands[1])` is one word too many")
    }
    guard let command = CommandRegistry.command(named: name) else {
      throw UsageError(
        "there is no command \(name)"
          + Suggestion.hint(for: name, in: CommandRegistry.commands.map { $0.name }))
    }
    context.output.write(HelpText.command(command.description))
    return .success
  }
}
