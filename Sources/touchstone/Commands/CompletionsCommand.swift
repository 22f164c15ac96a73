// touchstone completions: scripts by which shells complete command lines.
import Harness

struct CompletionsCommand: Command {
  static let name = "completions"
  static let about = CommandDescription(
    name: name,
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

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    let scripts: [String: (CompletionRows) -> String] = [
      "bash": BashCompletion.script, "zsh": ZshCompletion.script, "fish": FishCompletion.script,
    ]
    guard let name = arguments.operands.first, arguments.operands.count == 1 else {
      throw UsageError("completions needs the name of one shell: \(Self.about.operands)")
    }
    guard let script = scripts[name] else {
      let hint = Suggestion.hint(for: name, in: scripts.keys)
      throw UsageError(
        "there is no completion for the shell \(name)"
          + (hint.isEmpty ? "; there is one for bash, zsh and fish" : hint))
    }
    let rows = CompletionRows(
      commands: CommandRegistry.commands.map { $0.description },
      fallback: CommandRegistry.fallback.description, programOptions: [CommandRegistry.version],
      program: try Self.program(context).map { String(decoding: $0.bytes, as: UTF8.self) } ?? "touchstone")
    context.output.write(script(rows))
    return .success
  }

  /// Where this program is, as far as the word tells by which it was started: where a link is called it is
  /// the link, which outlives the version that it leads to.
  private static func program(_ context: CommandContext) throws -> Path? {
    guard let word = CommandLine.arguments.first.map({ Path($0) }) else { return nil }
    let workingDirectory = FileSystem.workingDirectory
    if word.components.count > 1 || word.isAbsolute {
      return word.normalized(workingDirectory: workingDirectory)
    }
    let directories = (context.environment["PATH"] ?? "").split(separator: ":")
    let places = directories.map { Path(String($0)).appending(word.bytes) }
    return try places.first { try FileSystem.status($0)?.kind == .file }?
      .normalized(workingDirectory: workingDirectory)
  }
}
