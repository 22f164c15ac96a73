// Help, made from the same rows that are parsed by.
import Harness

enum HelpText {
  /// No line is longer, unless a single word is.
  private static let columns = 100

  /// The program's: its commands and exit codes.
  static func program(_ commands: [any Command.Type]) -> String {
    let width = commands.map { $0.name.count }.max() ?? 0
    var text =
      paragraphs(ProgramDescription.purpose)
      + "\nusage: touchstone \(ProgramDescription.operands)\n"
      + "\ncommands (\(CommandRegistry.fallback.name) when none is named):\n"
    for command in commands {
      text += row("  \(command.name)", command.about.summary, at: width + 4)
    }
    text += "\n" + paragraphs(ProgramDescription.conventions)
    text += "\nexit codes:\n"
    for code in ExitCode.allCases { text += row("  \(code.rawValue)", code.meaning, at: 7) }
    return text
  }

  /// One command's.
  static func command(_ description: CommandDescription) -> String {
    var text = wrapped(description.summary, indent: 0)
    text += "\nusage: touchstone \(description.name) [OPTION…]"
    if !description.operands.isEmpty { text += " \(description.operands)" }
    text += "\n"
    if !description.discussion.isEmpty { text += "\n" + paragraphs(description.discussion) }
    for section in description.sectionsWithHelp {
      text += "\n\(section.title):\n"
      for option in section.options { text += line(option) }
    }
    if !description.examples.isEmpty { text += "\nexamples:\n" }
    for example in description.examples {
      text += "  \(example.line)\n" + wrapped(example.meaning, indent: 6)
    }
    return text
  }

  private static func line(_ option: OptionRow) -> String {
    var head = "  " + (option.short.map { $0 + ", " } ?? "    ") + option.name
    if let value = option.value { head += " \(value)" }
    return row(head, option.help + (option.isRepeatable ? " (repeatable)" : ""), at: 34)
  }

  // MARK: - Layout

  /// A head with a text beside it from a column on, or below it if the head is too long.
  private static func row(_ head: String, _ text: String, at column: Int) -> String {
    let body = wrapped(text, indent: column)
    return head.count + 2 <= column
      ? head + body.dropFirst(head.count) : head + "\n" + body
  }

  /// Paragraphs, wrapped anew. Lines that begin with a space are kept as they are.
  private static func paragraphs(_ text: String) -> String {
    HelpBlock.blocks(of: text).map { block in
      switch block {
      case .paragraph(let text): wrapped(text, indent: 0)
      case .line(let line): line + "\n"
      case .gap: "\n"
      }
    }.joined()
  }

  /// Lines of whole words, all of them indented.
  private static func wrapped(_ text: String, indent: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= columns {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(margin + word)
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
