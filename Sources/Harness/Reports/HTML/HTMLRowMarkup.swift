// One row of the HTML report, with what it opens to.

/// Writes rows. The bars of all rows have the same scale.
struct HTMLRowMarkup {
  private let statuses: [String: HTMLStatus]
  private let comparesCosts: Bool
  private let longest: UInt64
  private let mostInstructions: UInt64

  /// A list that is longer than this opens only on request.
  private static let openListLength = 12

  init(_ page: HTMLPage, _ rows: HTMLRows) {
    statuses = Dictionary(page.statuses.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    comparesCosts = rows.comparesCosts
    longest = rows.longestTime
    mostInstructions = rows.mostInstructions
  }

  func isBad(_ row: HTMLRows.Entry) -> Bool { statuses[row.status]?.tone == .bad }

  /// The row as markup, of which a part was made before. Its anchor is `c` and its number.
  func text(
    _ row: HTMLRows.Entry, _ markup: (id: String, message: String, details: String), number: Int, isOpen: Bool
  ) -> String {
    let status = statuses[row.status]
    var text = "<details id=\"c\(number)\" data-s=\"\(HTMLText.attribute(row.status))\""
    if !row.cause.isEmpty { text += " data-g=\"\(HTMLText.attribute(HTMLGroup.term(row.cause)))\"" }
    if let time = row.cost.microseconds { text += " data-t=\"\(time)\"" }
    if let instructions = row.cost.instructions { text += " data-i=\"\(instructions)\"" }
    if let pages = row.cost.peakPages { text += " data-m=\"\(pages)\"" }
    if let growth = row.growth { text += " data-c=\"\(growth)\"" }
    text += isOpen ? " open=\"\">\n" : ">\n"
    let message = markup.message.isEmpty ? "" : " <small>\(markup.message)</small>"
    text += """
      <summary class="row"><b class="\((status?.tone ?? .plain).rawValue)">\
      \(HTMLText.content(status?.word ?? row.status))</b> \
      <span><bdi>\(markup.id)</bdi>\(message)</span> \(costs(row))</summary>

      """
    return text + markup.details + "</details>\n"
  }

  // MARK: - Costs

  private func costs(_ row: HTMLRows.Entry) -> String {
    var text = cell(row.cost.microseconds, of: longest) { Format.duration(microseconds: $0) }
    text += cell(row.cost.instructions, of: mostInstructions) { Format.grouped($0) }
    if comparesCosts { text += change(row) }
    return text + cell(row.cost.peakPages, of: 0, Self.memory)
  }

  private func cell(_ value: UInt64?, of largest: UInt64, _ format: (UInt64) -> String) -> String {
    guard let value else { return "<span class=\"n\">–</span> " }
    let bar = largest > 0 ? " style=\"--w:\(HTMLChart.percent(value, of: largest))\"" : ""
    return "<span class=\"n\"\(bar)>\(format(value))</span> "
  }

  /// The change in instructions, with the earlier figures behind it.
  private func change(_ row: HTMLRows.Entry) -> String {
    guard let earlier = row.earlierCost?.instructions, let now = row.cost.instructions else {
      return "<span class=\"n\">–</span> "
    }
    let tone = now == earlier ? "" : now > earlier ? " up" : " down"
    var before = "\(Format.grouped(earlier)) instructions before"
    if let pages = row.earlierCost?.peakPages { before += ", \(Self.memory(pages))" }
    return "<span class=\"n\(tone)\" title=\"\(before)\">\(Format.change(from: earlier, to: now))</span> "
  }

  /// Pages of 64 KiB in the unit that suits them.
  private static func memory(_ pages: UInt64) -> String {
    pages < 16 ? "\(pages * 64) KiB" : "\(Format.decimal(Double(pages) / 16, places: 1)) MiB"
  }

  // MARK: - Details

  /// What the row opens to.
  static func details(_ row: HTMLRow, _ sides: (left: String, right: String)) -> [UInt8] {
    var text: [UInt8] = []
    // Of nearly all rows it is facts alone.
    text.reserveCapacity(256)
    if !row.difference.isEmpty { text.append(text: difference(SideBySide(row.difference), sides)) }
    for list in row.lists where !list.items.isEmpty { text.append(text: self.list(list)) }
    for (index, fact) in row.facts.enumerated() {
      text.append(literal: index == 0 ? "<p>" : " · ")
      text.append(text: HTMLText.content(fact.name))
      text.append(literal: ": ")
      append(value: fact, to: &text)
    }
    if !row.facts.isEmpty { text.append(literal: "</p>\n") }
    return text
  }

  /// Appends what a fact says.
  static func append(value fact: HTMLFact, to text: inout [UInt8]) {
    if fact.isCode { text.append(literal: "<code>") }
    text.append(text: HTMLText.content(fact.value))
    if fact.isCode { text.append(literal: "</code>") }
  }

  private static func list(_ list: HTMLList) -> String {
    let isOpen = list.items.count <= openListLength
    var text = "<details class=\"list\"\(isOpen ? " open=\"\"" : "")>"
    let element = list.isNumbered ? "ol" : "ul"
    text += "<summary>\(HTMLText.content(list.title)) (\(list.items.count))</summary><\(element)>\n"
    for item in list.items { text += "<li>\(HTMLText.content(item, keepingNewlines: true))</li>\n" }
    return text + "</\(element)></details>\n"
  }

  private static func difference(
    _ difference: SideBySide, _ sides: (left: String, right: String)
  ) -> String {
    guard difference.hasLeft, difference.hasRight else { return oneSided(difference, sides) }
    var text = """
      <div class="diff"><table><thead><tr><th scope="col">\(HTMLText.content(sides.left))</th>\
      <th scope="col">\(HTMLText.content(sides.right))</th></tr></thead><tbody>

      """
    for row in difference.rows {
      switch row {
      case .same(let line):
        let markup = DifferenceText.markup(line)
        text += "<tr class=\"same\"><td>\(markup)</td><td>\(markup)</td></tr>\n"
      case .different(let left?, let right?):
        let markup = DifferenceText.markup(left, right)
        text += "<tr><td class=\"out\">\(markup.left)</td><td class=\"in\">\(markup.right)</td></tr>\n"
      case .different(let left, let right):
        text += "<tr>" + cell(left, "out") + cell(right, "in") + "</tr>\n"
      case .omission(let what): text += omission(what, span: 2)
      }
    }
    return text + "</tbody></table></div>\n"
  }

  /// The difference of a case that has only one side.
  private static func oneSided(
    _ difference: SideBySide, _ sides: (left: String, right: String)
  ) -> String {
    let name = difference.hasLeft ? sides.left : sides.right
    var text =
      "<div class=\"diff one\"><table><thead><tr><th scope=\"col\">\(HTMLText.content(name))</th></tr>"
    text += "</thead><tbody>\n"
    for row in difference.rows {
      switch row {
      case .same(let line): text += "<tr>" + cell(line, "only") + "</tr>\n"
      case .different(let left, let right):
        if let left { text += "<tr>" + cell(left, "only") + "</tr>\n" }
        if let right { text += "<tr>" + cell(right, "only") + "</tr>\n" }
      case .omission(let what): text += omission(what, span: 1)
      }
    }
    return text + "</tbody></table></div>\n"
  }

  private static func cell(_ line: String?, _ kind: String) -> String {
    line.map { "<td class=\"\(kind)\">\(DifferenceText.markup($0))</td>" } ?? "<td class=\"none\"></td>"
  }

  private static func omission(_ what: String, span: Int) -> String {
    "<tr class=\"omission\"><td colspan=\"\(span)\">\(HTMLText.content(what))</td></tr>\n"
  }
}
