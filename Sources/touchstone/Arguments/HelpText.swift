// Help, made from the same rows that are parsed by.
import Harness

enum HelpText {
  /// The program's: its commands and exit codes.
  static func program(_ commands: [any Command.Type]) -> String {
    let width = commands.map { $0.description.name.count }.max() ?? 0
    var text = """
      touchstone runs directories of Lua fixtures on a build of lua.wasm and compares the decoded answers
      with golden files.

      usage: touchstone [COMMAND] [OPTION…] [OPERAND…]

      commands (run when none is named):

      """
    for command in commands {
      text += "  \(padded(command.description.name, to: width))  \(command.description.summary)\n"
    }
    text += "\n`touchstone help COMMAND` shows a command's options; `--version` the program's version.\n"
    text += "\nexit codes:\n"
    for code in ExitCode.allCases { text += "  \(padded("\(code.rawValue)", to: 3))  \(code.meaning)\n" }
    return text
  }

  /// One command's.
  static func command(_ description: CommandDescription) -> String {
    var text = "\(description.summary)\n\nusage: touchstone \(description.name) [OPTION…]"
    if !description.operands.isEmpty { text += " \(description.operands)" }
    text += "\n"
    if !description.discussion.isEmpty { text += "\n\(description.discussion)\n" }
    for group in description.groups + [OptionGroup(title: "help", options: [CommandDescription.help])] {
      text += "\n\(group.title):\n"
      for option in group.options { text += line(option) }
    }
    return text
  }

  private static func line(_ option: Option) -> String {
    var head = "  " + (option.short.map { $0 + ", " } ?? "    ") + option.name
    if let value = option.value { head += " \(value)" }
    let help = option.help + (option.isRepeatable ? " (repeatable)" : "")
    let column = 34
    return head.count + 2 <= column
      ? padded(head, to: column) + help + "\n"
      : head + "\n" + String(repeating: " ", count: column) + help + "\n"
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
