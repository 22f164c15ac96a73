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
  var options: [OptionRow] { sectionsWithHelp.flatMap(\.options) }
  /// What a reader of help sees: the sections, and the option that every command has.
  var sectionsWithHelp: [OptionSection] { sections + [OptionSection(title: "help", options: [Self.help])] }

  static let help = OptionRow(name: "--help", short: "-h", help: "show this help")
}

/// What is said of the program as a whole.
enum ProgramDescription {
  /// One sentence without a full stop, as the line that names a page of the manual.
  static let summary = "run Lua fixtures on a build of lua.wasm and compare the answers with golden files"
  static let purpose = """
    touchstone runs directories of Lua fixtures on a build of lua.wasm and compares the decoded answers
    with golden files.
    """
  static let operands = "[COMMAND] [OPTION…] [OPERAND…]"
  static let conventions = """
    `touchstone help COMMAND` shows a command's options, and examples of it;
    `\(CommandRegistry.version.name)` the program's version. Options may stand anywhere, with their
    values as in `--jobs 4`, `--jobs=4` or `-j4`; behind `--` every word is an operand.
    """
}

/// A piece of a discussion.
enum HelpBlock {
  /// Words to be wrapped.
  case paragraph(String)
  /// A line that stays a line, with the spaces that it begins with.
  case line(String)
  /// The empty line between paragraphs.
  case gap

  /// The pieces of a text, in order.
  static func blocks(of text: String) -> [HelpBlock] {
    var blocks: [HelpBlock] = []
    var paragraph: [Substring] = []
    func end() {
      if !paragraph.isEmpty { blocks.append(.paragraph(paragraph.joined(separator: " "))) }
      paragraph = []
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty || line.hasPrefix(" ") {
        end()
        blocks.append(line.isEmpty ? .gap : .line(String(line)))
      } else {
        paragraph.append(line)
      }
    }
    end()
    return blocks
  }
}
