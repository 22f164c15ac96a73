// Reads a command line by the options that a command declares.
import Harness

/// The words of a command line that are no options' values, and which options were given.
struct ParsedArguments {
  /// All of them.
  let words: [String]
  /// What is no option, in order.
  private(set) var operands: [String] = []
  /// The options as they were given, for reports.
  private(set) var given: [GivenOption] = []
  /// Whether help was asked for in place of the command's work.
  private(set) var wantsHelp = false

  /// Reads the values of the options into the command. Options may stand anywhere; behind `--` everything is
  /// an operand, and so is `-`.
  init(_ words: [String], for command: any Command) throws(UsageError) {
    self.words = words
    // Found when the first one is given: looking through a command's properties takes a tenth of a short start.
    lazy var options = command.declaredOptions.map(\.option)
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        operands += rest
        return
      }
      if !word.hasPrefix("-") || word == "-" {
        operands.append(word)
        continue
      }
      let (name, short, attached) = Self.parts(of: word)
      if name == CommandDescription.help.name || word == CommandDescription.help.short {
        wantsHelp = true
        continue
      }
      let named = options.first { $0.row.name == name || short != nil && $0.row.short == short }
      if named == nil, attached == nil, name.hasPrefix("--no-"),
        Settings.names.contains(String(name.dropFirst(5))),
        let option = options.first(where: { $0.row.name == "--" + name.dropFirst(5) })
      {
        option.leaveOut()
        given.append(GivenOption(name))
        continue
      }
      guard let option = named else {
        rest = try Self.meant(by: name, attached, type(of: command).description) + rest
        continue
      }
      // Behind a letter the value follows at once, `=` and all.
      var value = option.row.name == name ? attached : word.count > 2 ? String(word.dropFirst(2)) : nil
      if let placeholder = option.row.value {
        value = value ?? rest.popFirst()
        guard value != nil else {
          throw UsageError("\(option.row.name) needs a value: \(option.row.name) \(placeholder)")
        }
      } else if value != nil {
        throw UsageError("\(option.row.name) takes no value")
      }
      try option.read(value ?? "", as: option.row.name)
      given.append(GivenOption(option.row.name, value))
    }
  }

  /// What a word may name, and the value that hangs on it: `--jobs=4`, `-j4`.
  private static func parts(of word: String) -> (name: String, short: String?, attached: String?) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return (parts[0], word.hasPrefix("--") ? nil : String(word.prefix(2)), parts.count == 2 ? parts[1] : nil)
  }

  /// The words that mean here what other tools call so; throws when there are none.
  private static func meant(
    by name: String, _ value: String?, _ description: CommandDescription
  ) throws(UsageError) -> [String] {
    let known = description.options.map(\.name)
    var hint = Suggestion.nearest(to: name, in: known).map { "did you mean \($0)?" }
    switch ForeignOption.meaning(of: name) {
    case .same(let words) where known.contains(words[0]) && (value == nil || words.count == 1):
      return words + (value.map { [$0] } ?? [])
    case .answer(let answer): hint = answer
    default: break
    }
    throw UsageError(
      "\(description.name) has no option \(name); "
        + (hint ?? "touchstone help \(description.name) lists them"))
  }

  /// Whether standard output is for a report.
  var writesToOutput: Bool {
    let reports = RunOptions.outputs.map(\.name) + ["--profile"]
    return given.contains { option in
      reports.contains(option.name) && option.value.map { StandardStream.isOutput(Path($0)) } ?? false
    }
  }
}
