// The rows of a large page as data: more than a browser lays out at once, so its script makes a few hundred of
// them at a time.

/// Writes rows as JSON that no script runs, in the order in which they stand at first. `HTMLScript` reads it:
///
/// * `#data`: how many rows a page has, the statuses (key, word, tone), the causes, the templates of details,
///   and the largest time and number of instructions;
/// * `.rows`, each some hundred rows: number, id, message, status, cause, microseconds, instructions, pages,
///   earlier instructions, earlier pages, template. Statuses, causes and templates stand as their numbers; what
///   there is not is null; texts are markup;
/// * `.details`, beside each of these: what the rows open to, 0 for those that follow a template.
struct HTMLRowData {
  /// A page with more rows than this has them as data.
  static let mostRows = 2_000
  /// So many of them are shown at a time.
  static let shownRows = 200
  private static let portion = 500

  private let page: HTMLPage
  private let rows: HTMLRows
  private let causes: [String]
  private let statusNumbers: [String: Int]
  private let causeNumbers: [String: Int]

  init(_ page: HTMLPage, _ rows: HTMLRows) {
    self.page = page
    self.rows = rows
    causes = Set(rows.entries.lazy.map(\.cause)).sorted()
    statusNumbers = Dictionary(uniqueKeysWithValues: page.statuses.enumerated().map { ($1.key, $0) })
    causeNumbers = Dictionary(uniqueKeysWithValues: causes.enumerated().map { ($1, $0) })
  }

  /// Writes all rows, in this order.
  func write(_ order: [Int], to write: (String) throws(FileError) -> Void) throws(FileError) {
    let statuses = page.statuses.map { status in
      [status.key, HTMLText.content(status.word), status.tone.rawValue].map(Self.quoted)
    }
    try write(
      """
      <script type="application/json" id="data">{"shown":\(Self.shownRows),\
      "statuses":\(Self.array(statuses.map(Self.array))),\
      "causes":\(Self.array(causes.map { Self.quoted(HTMLGroup.term($0)) })),\
      "templates":\(Self.array(rows.templates.map(Self.quoted))),\
      "time":\(rows.longestTime),"instructions":\(rows.mostInstructions)}</script>

      """)
    for start in stride(from: 0, to: order.count, by: Self.portion) {
      let part = order[start..<min(start + Self.portion, order.count)]
      var details: [String] = []
      var text = "<script type=\"application/json\" class=\"rows\">["
      for index in part {
        let (lead, own) = try self.row(index)
        if index != part.first { text += ",\n" }
        text += lead
        details.append(own)
      }
      try write(text + "]</script>\n")
      try write("<script type=\"application/json\" class=\"details\">\(Self.array(details))</script>\n")
    }
  }

  private func row(_ index: Int) throws(FileError) -> (row: String, details: String) {
    let entry = rows.entries[index]
    let texts = try rows.texts(index)
    var row = "[\(index + 1)"
    for field in [
      Self.quoted(texts.id), Self.quoted(texts.message),
      (statusNumbers[entry.status] ?? 0).description, (causeNumbers[entry.cause] ?? 0).description,
      Self.number(entry.cost.microseconds), Self.number(entry.cost.instructions),
      Self.number(entry.cost.peakPages), Self.number(entry.earlierCost?.instructions),
      Self.number(entry.earlierCost?.peakPages), Self.number(entry.template),
    ] {
      row += ","
      row += field
    }
    return (row + "]", texts.details.map(Self.quoted) ?? "0")
  }

  private static func number(_ value: (some BinaryInteger)?) -> String { value?.description ?? "null" }

  private static func array(_ items: [String]) -> String { "[\(items.joined(separator: ","))]" }

  /// A string in ASCII, which a browser holds in half the room, and without the tags that mean something within a
  /// script: ends, comments, scripts.
  private static func quoted(_ text: String) -> String {
    func isPlain(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): false
      default: (0x20...0x7E).contains(byte)
      }
    }
    if text.utf8.allSatisfy({ isPlain($0) && $0 != UInt8(ascii: "<") }) { return "\"" + text + "\"" }
    var quoted = "\""
    var isInTag = false
    for unit in text.utf16 {
      defer { isInTag = unit == UInt8(ascii: "<") }
      switch UInt8(exactly: unit) {
      case UInt8(ascii: "\"")?: quoted += "\\\""
      case UInt8(ascii: "/")? where isInTag: quoted += "\\/"
      case let byte? where isPlain(byte) && !(isInTag && "!sS".utf8.contains(byte)):
        quoted.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(unit, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return quoted + "\""
  }
}
