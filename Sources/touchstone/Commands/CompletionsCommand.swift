// touchstone completions: scripts by which shells complete command lines.
import Harness

enum CompletionsCommand: Command {
  static let description = CommandDescription(
    name: "completions",
    summary: "print a script that teaches a shell to complete touchstone's command lines",
    operands: "bash|zsh|fish",
    discussion: """
      Commands, options, values, files, the ids of cases and tags are completed; ids and tags are those that
      touchstone list finds at that moment. Put the line of your shell below into its start-up file:
      ~/.bashrc, ~/.zshrc (behind compinit) or ~/.config/fish/config.fish.
      """,
    examples: [
      Example("eval \"$(touchstone completions bash)\"", "complete in this bash"),
      Example("eval \"$(touchstone completions zsh)\"", "complete in this zsh"),
      Example("touchstone completions fish | source", "complete in this fish"),
    ])

  static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    let scripts: [String: (CompletionRows) -> String] = [
      "bash": BashCompletion.script, "zsh": ZshCompletion.script, "fish": FishCompletion.script,
    ]
    guard let name = arguments.operands.first, arguments.operands.count == 1 else {
      throw UsageError("completions needs the name of one shell: \(description.operands)")
    }
    guard let script = scripts[name] else {
      throw UsageError(
        "there is no completion for the shell \(name)" + Suggestion.hint(for: name, in: scripts.keys.sorted())
      )
    }
    let rows = CompletionRows(
      commands: CommandRegistry.commands.map { $0.description },
      fallback: CommandRegistry.fallback.description, programOptions: [CommandRegistry.version])
    context.output.write(script(rows))
    return .success
  }
}
