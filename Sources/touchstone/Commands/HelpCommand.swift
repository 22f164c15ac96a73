// touchstone help.
import Harness

struct HelpCommand: Command {
  static let name = "help"
  static let about = CommandDescription(
    name: name, summary: "show what there is, or a command's options", operands: "[COMMAND]",
    discussion: """
      With --man it prints the page of the manual with all commands; man finds it as touchstone.1 in a
      directory man1 of its path, such as ~/.local/share/man/man1.
      """,
    examples: [
      Example("touchstone help", "list the commands"),
      Example("touchstone help run", "show the options of run; touchstone run --help does the same"),
      Example("touchstone help --man >touchstone.1", "write the page of the manual"),
    ])

  @Option("--man", section: "form", "print the page of the manual, in roff, for man to show") var isManualPage

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    if isManualPage {
      if let word = arguments.operands.first {
        throw UsageError("the page of the manual holds all commands; leave `\(word)` out")
      }
      context.output.write(ManualPage.text(CommandRegistry.commands))
      return .success
    }
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
