// What the values of options are, how they are read and what they are called.
import Harness

/// A type of value that options can have.
struct OptionValue<Value>: Sendable {
  /// What it is called in help, or the words from which it is chosen with `|` between them.
  let placeholder: String
  /// What it takes, for whoever wrote something else.
  let expectation: String
  /// What shells put in, unless the placeholder tells.
  var completion: Completion?
  let read: @Sendable (String) -> Value?

  func row(_ name: String, _ short: String?, _ help: String) -> OptionRow {
    OptionRow(
      name: name, short: short, value: placeholder,
      completion: completion ?? Completion(placeholder: placeholder), help: help)
  }
}

extension OptionValue where Value == Path {
  static let file = OptionValue(placeholder: "FILE", expectation: "the path of a file", read: path)
  static let directory = OptionValue(placeholder: "DIR", expectation: "the path of a directory", read: path)

  @Sendable private static func path(_ text: String) -> Path? { text.isEmpty ? nil : Path(text) }
}

extension OptionValue where Value == String {
  /// Any text.
  static func text(_ placeholder: String) -> OptionValue {
    OptionValue(placeholder: placeholder, expectation: "a value") { $0 }
  }

  static let variant = OptionValue(
    placeholder: "NAME", expectation: "a name such as lua-5.5, of small letters, digits, dots and hyphens"
  ) { GoldenVariant.isName($0) ? $0 : nil }
}

extension OptionValue where Value == Glob {
  /// A pattern on whatever.
  static let glob = OptionValue(placeholder: "GLOB", expectation: "a pattern") { Glob($0) }
  /// A pattern on the ids of cases.
  static let caseGlob = OptionValue(placeholder: "GLOB", expectation: "a pattern", completion: .cases) {
    Glob($0)
  }
}

extension OptionValue where Value == Int {
  static func number(from minimum: Int) -> OptionValue {
    OptionValue(placeholder: "N", expectation: "a number from \(minimum) on") { text in
      Int(text).flatMap { $0 >= minimum ? $0 : nil }
    }
  }
}

extension OptionValue where Value == UInt64 {
  static let instructions = OptionValue(
    placeholder: "INSTRUCTIONS", expectation: "a number of instructions, such as 1_000_000",
    read: Quantity.count)
  static let bytes = OptionValue(
    placeholder: "BYTES", expectation: "a number of bytes, such as 16777216 or 16MiB", read: Quantity.bytes)
}

extension OptionValue where Value == Duration {
  static let seconds = OptionValue(
    placeholder: "SECONDS", expectation: "a number of seconds above 0, such as 0.5", read: Quantity.seconds)
}

extension OptionValue where Value == Double {
  static let factor = OptionValue(placeholder: "FACTOR", expectation: "a number above 1, such as 1.5") {
    text in
    Double(text).flatMap { $0 > 1 && $0.isFinite ? $0 : nil }
  }
  static let percent = OptionValue(
    placeholder: "PERCENT", expectation: "a number of per cent, such as 1 or 0.5%", read: Quantity.percent)
}

extension OptionValue where Value == Shard {
  static let shard = OptionValue(placeholder: "K/N", expectation: "K/N with K from 1 to N") { Shard($0) }
}

extension OptionValue
where Value: CaseIterable & RawRepresentable & SendableMetatype, Value.RawValue == String {
  /// One of the words that a type has.
  static var choice: OptionValue {
    let words = Value.allCases.map(\.rawValue)
    return OptionValue(
      placeholder: words.joined(separator: "|"),
      expectation: (words.count == 1 ? "" : "one of ") + words.joined(separator: ", ")
    ) { Value(rawValue: $0) }
  }
}
