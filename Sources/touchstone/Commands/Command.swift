// What a command is, and which there are.
import Harness

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One command of the program, in a file of its own. Its options are its properties, which have their values
/// before it is run.
protocol Command: OptionGroup, SendableMetatype {
  /// The word that names it. A command line is resolved without making anybody's description.
  static var name: String { get }
  /// What it is, its options aside.
  static var about: CommandDescription { get }
  init()
  /// Does the work. Throws `UsageError` for what whoever typed it must change, anything else for work
  /// that could not be done.
  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode
}

extension Command {
  static var description: CommandDescription {
    var description = about
    description.sections = Self().sections
    return description
  }
}

/// What the process gives to a command.
struct CommandContext {
  private(set) var output = StandardStream.output
  let error = StandardStream.error
  /// Read when it is asked for: most commands do without it.
  var environment: [String: String] { ProcessInfo.processInfo.environment }

  /// For when a report goes to standard output: all else goes to standard error.
  var withoutOutput: Self {
    var context = self
    context.output = error
    return context
  }
}

enum CommandRegistry {
  /// In the order of help.
  static let commands: [any Command.Type] = [
    RunCommand.self, BlessCommand.self, ListCommand.self, ExplainCommand.self, CompareCommand.self,
    MutateCommand.self, ReduceCommand.self, ExploreCommand.self, CoverageCommand.self, InitCommand.self,
    SpecCommand.self, EvalCommand.self, InvokeCommand.self,
    InspectCommand.self, Wat2WasmCommand.self, Wasm2WatCommand.self, MergeCommand.self,
    CompletionsCommand.self, HelpCommand.self,
  ]

  /// The command that is meant when none is named.
  static let fallback: any Command.Type = RunCommand.self

  /// Stands in place of a command.
  static let version = OptionRow(name: "--version", short: "-V", help: "show the program's version")

  static func command(named name: String) -> (any Command.Type)? {
    commands.first { $0.name == name }
  }

  /// The command that a command line means, and the words that belong to it. The
  /// fallback need not be named.
  static func resolve(_ words: [String]) throws -> (any Command.Type, [String]) {
    guard let first = words.first else { return (fallback, []) }
    if let command = command(named: first) { return (command, Array(words.dropFirst())) }
    if first == "--help" || first == "-h" { return (HelpCommand.self, Array(words.dropFirst())) }
    if first.hasPrefix("-") {
      try checkOrder(words)
      return (fallback, words)
    }
    if try FileSystem.exists(Path(first)) || CaseName.isID(first) { return (fallback, words) }
    let hint = Suggestion.hint(for: first, in: commands.map { $0.name })
    throw UsageError(
      "there is no command, file or directory \(EscapedText.string(Array(first.utf8)))"
        + (hint.isEmpty ? CaseName.hint(for: first) : hint))
  }

  /// Refuses a command's name behind options: it would be taken for the name of a fixture.
  private static func checkOrder(_ words: [String]) throws {
    let options = ([fallback] + commands).flatMap { $0.description.options }
    var rest = words[...]
    while let word = rest.popFirst(), word != "--" {
      guard word.hasPrefix("-"), word != "-" else {
        if command(named: word) != nil, try !FileSystem.exists(Path(word)) {
          throw UsageError("the command \(word) stands before its options: touchstone \(word) …")
        }
        return
      }
      if options.first(where: { $0.name == word || $0.short == word })?.value != nil { _ = rest.popFirst() }
    }
  }
}
