// The rows of a large page as data: more than a browser lays out at once, so its script makes a few hundred of
// them at a time.

import LuaHost

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
  func write(_ order: [Int], to write: ([UInt8]) throws(FileError) -> Void) throws(FileError) {
    let statuses = page.statuses.map { status in
      [status.key, HTMLText.content(status.word), status.tone.rawValue].map(Self.quoted)
    }
    let head = """
      <script type="application/json" id="data">{"shown":\(Self.shownRows),\
      "statuses":\(Self.array(statuses.map(Self.array))),\
      "causes":\(Self.array(causes.map { Self.quoted(HTMLGroup.term($0)) })),\
      "templates":\(Self.array(rows.templates.map(Self.quoted))),\
      "time":\(rows.longestTime),"instructions":\(rows.mostInstructions)}</script>

      """
    try write(Array(head.utf8))
    for start in stride(from: 0, to: order.count, by: Self.portion) {
      let part = order[start..<min(start + Self.portion, order.count)]
      var details = Array("<script type=\"application/json\" class=\"details\">[".utf8)
      var text = Array("<script type=\"application/json\" class=\"rows\">[".utf8)
      for index in part {
        if index != part.first {
          text.append(literal: ",\n")
          details.append(UInt8(ascii: ","))
        }
        try append(index, to: &text, details: &details)
      }
      let end = Array("]</script>\n".utf8)
      try write(text + end)
      try write(details + end)
    }
  }

  private func append(_ index: Int, to row: inout [UInt8], details: inout [UInt8]) throws(FileError) {
    let entry = rows.entries[index]
    let texts = try rows.bytes(index)
    row.append(UInt8(ascii: "["))
    row.append(decimal: UInt64(index + 1))
    for text in [texts.id, texts.message] {
      row.append(UInt8(ascii: ","))
      Self.append(quoting: text, to: &row)
    }
    Self.append(UInt64(statusNumbers[entry.status] ?? 0), to: &row)
    Self.append(UInt64(entry.cause.isEmpty ? 0 : causeNumbers[entry.cause] ?? 0), to: &row)
    let (cost, earlier) = (entry.cost, entry.earlierCost)
    Self.append(cost.microseconds, to: &row)
    Self.append(cost.instructions, to: &row)
    Self.append(cost.peakPages, to: &row)
    Self.append(earlier?.instructions, to: &row)
    Self.append(earlier?.peakPages, to: &row)
    Self.append(entry.template.map { UInt64($0) }, to: &row)
    row.append(UInt8(ascii: "]"))
    if let text = texts.details {
      Self.append(quoting: text, to: &details)
    } else {
      details.append(UInt8(ascii: "0"))
    }
  }

  /// Appends a number behind a comma.
  private static func append(_ number: UInt64?, to text: inout [UInt8]) {
    text.append(UInt8(ascii: ","))
    if let number { text.append(decimal: number) } else { text.append(literal: "null") }
  }

  private static func array(_ items: [String]) -> String { "[\(items.joined(separator: ","))]" }

  private static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    append(quoting: Array(text.utf8)[...], to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends a string in ASCII, which a browser holds in half the room, and without the tags that mean something
  /// within a script: ends, comments, scripts.
  private static func append(quoting text: ArraySlice<UInt8>, to quoted: inout [UInt8]) {
    func isPlain(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): false
      default: (0x20...0x7E).contains(byte)
      }
    }
    quoted.append(UInt8(ascii: "\""))
    defer { quoted.append(UInt8(ascii: "\"")) }
    if text.allSatisfy({ isPlain($0) && $0 != UInt8(ascii: "<") }) {
      quoted += text
      return
    }
    var isInTag = false
    for unit in String(decoding: text, as: UTF8.self).utf16 {
      defer { isInTag = unit == UInt8(ascii: "<") }
      switch UInt8(exactly: unit) {
      case UInt8(ascii: "\"")?: quoted.append(literal: "\\\"")
      case UInt8(ascii: "/")? where isInTag: quoted.append(literal: "\\/")
      case let byte? where isPlain(byte) && !(isInTag && "!sS".utf8.contains(byte)): quoted.append(byte)
      default:
        quoted.append(literal: "\\u")
        quoted += HexadecimalDigit.pair(UInt8(unit >> 8))
        quoted += HexadecimalDigit.pair(UInt8(truncatingIfNeeded: unit))
      }
    }
  }
}
