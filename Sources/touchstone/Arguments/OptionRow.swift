// Options and commands as data: from these rows come help, completion and suggestions.

/// One option of a command, as a reader of help sees it.
struct OptionRow: Sendable {
  /// With two dashes.
  let name: String
  /// One dash and a letter.
  var short: String?
  /// What its value is called in help, or the words from which it is chosen with `|` between them; nil
  /// when it has none.
  var value: String?
  /// What shells put in for its value.
  var completion = Completion.nothing
  /// Whether it may be given more than once, each adding to those before. Otherwise the last one counts.
  var isRepeatable = false
  /// Lower case, without a full stop.
  let help: String
}

/// Options that belong together, under a heading in help.
struct OptionSection: Sendable {
  let title: String
  var options: [OptionRow]
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
  var sections: [OptionSection] = []
  var examples: [Example] = []

  var operandList: [Operand] { Operand.list(operands) }
  var options: [OptionRow] { sections.flatMap(\.options) + [Self.help] }

  static let help = OptionRow(name: "--help", short: "-h", help: "show this help")
}
