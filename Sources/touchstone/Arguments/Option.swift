// Options as data: from these rows come parsing, help and suggestions.

/// One option of a command.
struct Option: Sendable {
  /// With two dashes.
  let name: String
  /// One dash and a letter.
  var short: String?
  /// What its value is called in help; nil when it has none.
  var value: String?
  /// Whether it may be given more than once, each adding to those before. Otherwise the last one counts.
  var isRepeatable = false
  /// Lower case, without a full stop.
  let help: String

  init(_ name: String, short: String? = nil, value: String? = nil, isRepeatable: Bool = false, _ help: String)
  {
    self.name = name
    self.short = short
    self.value = value
    self.isRepeatable = isRepeatable
    self.help = help
  }
}

/// Options that belong together, under a heading in help.
struct OptionGroup: Sendable {
  let title: String
  let options: [Option]
}

/// What a command takes and what it is for.
struct CommandDescription: Sendable {
  let name: String
  /// One sentence without a full stop, for the list of commands.
  let summary: String
  /// What stands behind the options in the usage line.
  let operands: String
  /// Paragraphs about it.
  var discussion = ""
  var groups: [OptionGroup] = []

  var options: [Option] { groups.flatMap(\.options) + [Self.help] }

  static let help = Option("--help", short: "-h", "show this help")
}
