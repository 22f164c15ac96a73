// Options as data: from these rows come parsing, help and suggestions.

/// One option of a command.
struct Option: Sendable {
  /// With two dashes.
  let name: String
  /// One dash and a letter.
  var short: String?
  /// What its value is called in help, or the words from which it is chosen with `|` between them; nil
  /// when it has none.
  var value: String?
  /// What shells put in for its value.
  var completion: Completion
  /// Whether it may be given more than once, each adding to those before. Otherwise the last one counts.
  var isRepeatable = false
  /// Lower case, without a full stop.
  let help: String

  /// The completion need be given only where the value's name does not tell it.
  init(
    _ name: String, short: String? = nil, value: String? = nil, isRepeatable: Bool = false,
    completion: Completion? = nil, _ help: String
  ) {
    self.name = name
    self.short = short
    self.value = value
    self.completion = completion ?? Completion(placeholder: value ?? "")
    self.isRepeatable = isRepeatable
    self.help = help
  }
}

/// Options that belong together, under a heading in help.
struct OptionGroup: Sendable {
  let title: String
  let options: [Option]
}

/// A command line, as one types it into a shell, and what it does.
struct Example: Sendable {
  let line: String
  /// Lower case, without a full stop.
  let meaning: String

  init(_ line: String, _ meaning: String) {
    self.line = line
    self.meaning = meaning
  }
}

/// What a command takes and what it is for.
struct CommandDescription: Sendable {
  let name: String
  /// One sentence without a full stop, for the list of commands.
  let summary: String
  /// What stands behind the options in the usage line.
  let operands: String
  /// Paragraphs about it, with an empty line between them. Lines that begin with a space stay lines.
  var discussion = ""
  var groups: [OptionGroup] = []
  var examples: [Example] = []

  var operandList: [Operand] { Operand.list(operands) }
  var options: [Option] { groups.flatMap(\.options) + [Self.help] }

  static let help = Option("--help", short: "-h", "show this help")
}
