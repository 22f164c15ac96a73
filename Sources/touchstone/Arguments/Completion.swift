// What may stand at a place of a command line, for the shells that complete it.
import WebAssembly

/// What can be put in where a value or an operand is expected.
enum Completion: Hashable, Sendable {
  /// Anything, so that nothing can be proposed: a number, source text.
  case nothing
  case files
  case directories
  /// One of some words.
  case words([String])
  /// The name of a command.
  case commands
  /// The id of a case, as `touchstone list` knows it at the moment of completion.
  case cases
  /// A tag that some case has.
  case tags

  /// What a placeholder of help asks for. Words in lower case with `|` between them stand for themselves.
  init(placeholder: String) {
    switch placeholder {
    case "FILE", "PATH", "MODULE", "REPORT": self = .files
    case "DIR": self = .directories
    case "COMMAND": self = .commands
    case "CASE": self = .cases
    case "TAG": self = .tags
    case "FEATURE": self = .words(Feature.allCases.map(\.rawValue))
    // A file of a certain kind: OLD.wasm.
    case _ where placeholder.contains("."): self = .files
    case _ where placeholder.allSatisfy({ $0.isLowercase || $0 == "|" }) && !placeholder.isEmpty:
      self = .words(placeholder.split(separator: "|").map(String.init))
    default: self = .nothing
    }
  }

  /// The words from which one is to be chosen; nil when that is not so.
  var words: [String]? { if case .words(let words) = self { words } else { nil } }
}

/// One operand of a command, read from its usage line.
struct Operand: Hashable, Sendable {
  /// Without the signs around it: `PATH`.
  let placeholder: String
  /// Whether any number of them may follow one another.
  let isRepeated: Bool

  var completion: Completion { Completion(placeholder: placeholder) }

  /// The operands of a usage line such as `CASE [PATH…]`. Of several forms, with `|` between them, it is
  /// the first.
  static func list(_ usage: String) -> [Operand] {
    usage.split(separator: " ").prefix { $0 != "|" }.map { word in
      Operand(placeholder: word.filter { !"[]…".contains($0) }, isRepeated: word.contains("…"))
    }
  }
}

/// The commands and options from which the scripts of all shells are made.
struct CompletionRows {
  let commands: [CommandDescription]
  /// The command that is meant when none is named.
  let fallback: CommandDescription
  /// What may stand in place of a command.
  let programOptions: [OptionRow]
  /// The path of the program that is asked for cases where the typed word is a name that only the shell
  /// knows, such as an alias.
  let program: String

  /// For each command whose operands name fixtures, behind how many other operands those stand.
  var placesOfPaths: [(command: String, place: Int)] {
    commands.compactMap { command in
      command.operandList.firstIndex { $0.placeholder == "PATH" }.map { (command.name, $0) }
    }
  }

  /// A text between single quotes, with what the shell does not take literally in them escaped.
  static func quoted(_ text: String, apostrophe: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: apostrophe) + "'"
  }
}
