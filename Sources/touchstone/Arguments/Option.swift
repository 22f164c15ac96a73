// Options as typed properties: parsing, help, completion and suggestions come from the one declaration.
import Harness

/// An option of a command, declared at the property that a command reads its value from.
@propertyWrapper final class Option<Value>: DeclaredOption {
  let row: OptionRow
  let section: String?
  private(set) var wrappedValue: Value
  private(set) var isGiven = false
  private let initial: Value
  private let expectation: String
  /// Takes a value over; false when it is none.
  private let take: (String, inout Value) -> Bool

  private init(
    _ initial: Value, _ row: OptionRow, section: String?, _ expectation: String,
    _ take: @escaping (String, inout Value) -> Bool
  ) {
    (wrappedValue, self.initial) = (initial, initial)
    self.row = row
    self.section = section
    self.expectation = expectation
    self.take = take
  }

  func leaveOut() { (isGiven, wrappedValue) = (true, initial) }

  func read(_ text: String, as name: String) throws(UsageError) {
    isGiven = true
    if take(text, &wrappedValue) { return }
    let found = text.isEmpty ? "nothing" : "`\(EscapedText.string(Array(text.utf8)))`"
    throw UsageError("\(name) needs \(expectation), found \(found)")
  }
}

/// What parsing and help need to know of an option, whatever the type of its value.
protocol DeclaredOption: AnyObject {
  var row: OptionRow { get }
  /// Under which heading it stands, unless under that of its group.
  var section: String? { get }
  var isGiven: Bool { get }
  /// Makes the value what it is without the option, whatever a project says.
  func leaveOut()
  /// Reads a value; `name` is what whoever wrote it called the option.
  func read(_ text: String, as name: String) throws(UsageError)
}

extension Option where Value == Bool {
  /// An option without a value.
  convenience init(_ name: String, short: String? = nil, section: String? = nil, _ help: String) {
    self.init(false, OptionRow(name: name, short: short, help: help), section: section, "true or false") {
      $1 = $0 != "false"
      return ["", "true", "false"].contains($0)
    }
  }
}

extension Option {
  /// An option that may be left out.
  convenience init<Element>(
    _ name: String, short: String? = nil, _ kind: OptionValue<Element>, section: String? = nil, _ help: String
  ) where Value == Element? {
    self.init(nil, kind.row(name, short, help), section: section, kind.expectation) {
      $1 = kind.read($0)
      return $1 != nil
    }
  }

  /// An option with a default.
  convenience init(
    wrappedValue: Value, _ name: String, short: String? = nil, _ kind: OptionValue<Value>,
    section: String? = nil, _ help: String
  ) {
    self.init(wrappedValue, kind.row(name, short, help), section: section, kind.expectation) {
      guard let value = kind.read($0) else { return false }
      $1 = value
      return true
    }
  }

  /// An option that may be given again and again.
  convenience init<Element>(
    _ name: String, short: String? = nil, _ kind: OptionValue<Element>, section: String? = nil, _ help: String
  ) where Value == [Element] {
    var row = kind.row(name, short, help)
    row.isRepeatable = true
    self.init([], row, section: section, kind.expectation) {
      guard let value = kind.read($0) else { return false }
      $1.append(value)
      return true
    }
  }
}

/// Options that are declared together, as the properties of a type that commands have as a property.
protocol OptionGroup {
  /// The heading in help.
  static var title: String { get }
}

extension OptionGroup {
  static var title: String { "how" }

  /// All options, in the order in which they are declared, with their headings.
  var declaredOptions: [(title: String, option: any DeclaredOption)] {
    Mirror(reflecting: self).children.flatMap { child in
      if let option = child.value as? any DeclaredOption { return [(option.section ?? Self.title, option)] }
      return (child.value as? any OptionGroup)?.declaredOptions ?? []
    }
  }

  /// The rows of the options, under their headings.
  var sections: [OptionSection] {
    var sections: [OptionSection] = []
    for (title, option) in declaredOptions {
      if let index = sections.firstIndex(where: { $0.title == title }) {
        sections[index].options.append(option.row)
      } else {
        sections.append(OptionSection(title: title, options: [option.row]))
      }
    }
    return sections
  }
}
