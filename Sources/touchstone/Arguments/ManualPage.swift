// The page of the manual, made from the same rows as help, in the macros of man(7).
import Harness

enum ManualPage {
  /// The whole program's, with every command.
  static func text(_ commands: [any Command.Type]) -> String {
    let version = TouchstoneVersion.current
    var page = Roff()
    page.title("TOUCHSTONE", date: TouchstoneVersion.date, source: "touchstone \(version)")
    page.request("SH", "NAME")
    page.words("touchstone - \(ProgramDescription.summary)")
    page.request("SH", "SYNOPSIS")
    page.line(Roff.bold("touchstone") + " " + Roff.usage(ProgramDescription.operands))
    page.request("SH", "DESCRIPTION")
    page.discussion(ProgramDescription.purpose + "\n\n" + ProgramDescription.conventions)
    page.item(Roff.names(of: CommandRegistry.version), CommandRegistry.version.help)
    page.request("SH", "COMMANDS")
    page.words("When none is named, `\(CommandRegistry.fallback.name)` is meant.")
    for command in commands { page.item(Roff.bold(command.name), command.about.summary) }
    for command in commands { add(command.description, to: &page) }
    page.request("SH", "EXIT STATUS")
    for code in ExitCode.allCases { page.item(Roff.bold("\(code.rawValue)"), code.meaning) }
    return page.text
  }

  private static func add(_ command: CommandDescription, to page: inout Roff) {
    page.request("SH", "touchstone \(command.name)".uppercased())
    page.line(Roff.bold("touchstone \(command.name)") + " " + Roff.usage("[OPTION…] \(command.operands)"))
    page.request("PP")
    page.discussion(command.summary.prefix(1).uppercased() + command.summary.dropFirst() + ".")
    if !command.discussion.isEmpty {
      page.request("PP")
      page.discussion(command.discussion)
    }
    for section in command.sectionsWithHelp {
      page.request("SS", section.title)
      for option in section.options {
        page.item(Roff.names(of: option), option.help + (option.isRepeatable ? " (repeatable)" : ""))
      }
    }
    if !command.examples.isEmpty { page.request("SS", "examples") }
    for example in command.examples { page.item(Roff.bold(example.line), example.meaning) }
  }
}

/// Text for a formatter of the roff family, with what it would take for its own escaped.
private struct Roff {
  private(set) var text = ""

  // MARK: - Lines

  /// The title of the page. A date is a date only as it stands, so nothing is escaped.
  mutating func title(_ name: String, date: String, source: String) {
    text += ".TH \"\(name)\" \"1\" \"\(date)\" \"\(source)\" \"User Commands\"\n"
    // Names of options and variables stay whole.
    text += ".nh\n.ad l\n"
  }

  /// A request or macro with its arguments.
  mutating func request(_ name: String, _ arguments: String...) {
    text += "." + ([name] + arguments.map { "\"\(Self.escaped($0))\"" }).joined(separator: " ") + "\n"
  }

  /// A line whose parts are escaped already.
  mutating func line(_ escaped: String) {
    // Where a line begins a point would make it a request; an apostrophe is escaped everywhere.
    text += (escaped.hasPrefix(".") ? "\\&" : "") + escaped + "\n"
  }

  /// Words on lines of a length that editors show; what stands between backquotes is bold.
  mutating func words(_ text: String) {
    var current = ""
    var isBold = false
    for word in text.split(separator: " ") {
      var escaped = ""
      for (index, part) in word.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
        if index > 0 {
          isBold.toggle()
          escaped += isBold ? "\\fB" : "\\fR"
        }
        escaped += Self.escaped(String(part))
      }
      if !current.isEmpty, current.utf8.count + 1 + escaped.utf8.count > 78 {
        line(current)
        current = ""
      }
      current += (current.isEmpty ? "" : " ") + escaped
    }
    if !current.isEmpty { line(current) }
  }

  /// What a term, escaped already, means.
  mutating func item(_ term: String, _ meaning: String) {
    request("TP")
    line(term)
    words(meaning)
  }

  mutating func discussion(_ text: String) {
    var isLiteral = false
    func end() -> String { isLiteral ? ".fi\n" : "" }
    for block in HelpBlock.blocks(of: text) {
      switch block {
      case .paragraph(let text):
        self.text += end()
        isLiteral = false
        words(text)
      case .line(let text):
        if !isLiteral { request("nf") }
        isLiteral = true
        line(Self.escaped(text))
      case .gap:
        self.text += end()
        isLiteral = false
        request("PP")
      }
    }
    self.text += end()
  }

  // MARK: - Parts of lines

  static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }

  /// The operands of a usage line.
  static func usage(_ text: String) -> String {
    text.split(separator: " ").map { word in
      word.hasPrefix("-") ? bold(String(word)) : "\\fI\(escaped(String(word)))\\fR"
    }.joined(separator: " ")
  }

  /// The names of an option, and of its value.
  static func names(of option: OptionRow) -> String {
    let names = ([option.short].compactMap { $0 } + [option.name]).map { bold($0) }.joined(separator: ", ")
    return names + (option.value.map { " \\fI\(escaped($0))\\fR" } ?? "")
  }

  /// A text that a formatter shows as it is. A plain `-` would become a hyphen, which no shell takes for
  /// one of its own, and quotes would become typographic ones.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "\"": result += "\\(dq"
      case _ where character.isASCII: result.unicodeScalars.append(character)
      default:
        let digits = String(character.value, radix: 16, uppercase: true)
        result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
      }
    }
    return result
  }
}
