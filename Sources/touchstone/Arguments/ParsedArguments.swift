// Reads a command line by the rows of its options.
import Harness

/// The words of a command line, sorted by what they are.
struct ParsedArguments {
  /// What is no option, in order.
  private(set) var operands: [String] = []
  /// The options as they were given, for reports.
  private(set) var given: [GivenOption] = []
  private var values: [String: [String]] = [:]
  private let description: CommandDescription

  /// Options may stand anywhere; behind `--` everything is an operand, and so is `-`.
  init(_ words: [String], _ description: CommandDescription) throws(UsageError) {
    self.description = description
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
      let (option, attached) = try Self.option(word, description)
      var value = ""
      if let placeholder = option.value {
        guard let found = attached ?? rest.popFirst() else {
          throw UsageError("\(option.name) needs a value: \(option.name) \(placeholder)")
        }
        value = found
      } else if attached != nil {
        throw UsageError("\(option.name) takes no value")
      }
      values[option.name, default: []].append(value)
      given.append(GivenOption(option.name, option.value == nil ? nil : value))
    }
  }

  /// The option that a word names, and the value that hangs on it: `--jobs=4`, `-j4`.
  private static func option(
    _ word: String, _ description: CommandDescription
  ) throws(UsageError) -> (Option, String?) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if let option = description.options.first(where: { $0.name == parts[0] }) {
      return (option, parts.count == 2 ? parts[1] : nil)
    }
    if !word.hasPrefix("--"),
      let option = description.options.first(where: { $0.short == String(word.prefix(2)) })
    {
      return (option, word.count > 2 ? String(word.dropFirst(2)) : nil)
    }
    let hint = Suggestion.nearest(to: parts[0], in: description.options.map(\.name))
    throw UsageError(
      "\(description.name) has no option \(parts[0])"
        + (hint.map { "; did you mean \($0)?" } ?? "; touchstone help \(description.name) lists them"))
  }

  // MARK: - Values

  func has(_ name: String) -> Bool { values[name] != nil }

  /// The value of an option, the last if it was given more than once.
  func text(_ name: String) -> String? { values[name]?.last }

  /// All values of a repeatable option.
  func texts(_ name: String) -> [String] { values[name] ?? [] }

  func path(_ name: String) throws(UsageError) -> Path? {
    guard let text = text(name) else { return nil }
    guard !text.isEmpty else { throw UsageError("\(name) needs the path of a file, found nothing") }
    return Path(text)
  }

  /// A number from `minimum` on.
  func number(_ name: String, from minimum: Int) throws(UsageError) -> Int? {
    try value(name, "a number from \(minimum) on") { text in
      Int(text).flatMap { $0 >= minimum ? $0 : nil }
    }
  }

  /// A value that a function reads; `expectation` says what it takes.
  func value<Value>(
    _ name: String, _ expectation: String, _ read: (String) -> Value?
  ) throws(UsageError) -> Value? {
    guard let text = text(name) else { return nil }
    guard let value = read(text) else {
      throw UsageError("\(name) needs \(expectation), found `\(EscapedText.string(Array(text.utf8)))`")
    }
    return value
  }

  /// One of the words that the option's row names.
  func choice(_ name: String) throws(UsageError) -> String? {
    let words = description.options.first { $0.name == name }?.completion.words ?? []
    let expectation = (words.count == 1 ? "" : "one of ") + words.joined(separator: ", ")
    return try value(name, expectation) { words.contains($0) ? $0 : nil }
  }

  /// For commands that take none.
  func refuseOperands() throws(UsageError) {
    if let first = operands.first { throw UsageError("`\(first)` is one word too many") }
  }
}
