// Writes an HTML page: the head, the summary, the charts, and around the rows what is needed to use them.

import LuaHost

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes a page in portions: no more of the document than one of them is ever held.
package struct HTMLPageWriter {
  private let page: HTMLPage
  private let rows: HTMLRows
  private let file: OutputFile
  private var pending = ""

  private static let portion = 1 << 16

  /// Writes the whole page, but leaves giving the file its name to the caller.
  static func write(_ page: HTMLPage, _ rows: HTMLRows, to file: OutputFile) throws(FileError) {
    var writer = HTMLPageWriter(page: page, rows: rows, file: file)
    try writer.write()
  }

  /// Writes a page with few rows.
  package static func write(_ page: HTMLPage, _ rows: [HTMLRow], to file: OutputFile) throws(FileError) {
    let collected = HTMLRows(sides: page.sides, file: file)
    for row in rows { try collected.add(row) }
    try write(page, collected, to: file)
  }

  private init(page: HTMLPage, rows: HTMLRows, file: OutputFile) {
    self.page = page
    self.rows = rows
    self.file = file
  }

  private mutating func write() throws(FileError) {
    let order = rowOrder()
    writeHead()
    writeSummary()
    writeNotices()
    writeGroups()
    try writeCharts()
    writeTools()
    try writeRows(order)
    pending += """
      </main>
      <footer>\(HTMLText.content(page.producer))</footer>
      <script>\(HTMLScript.text)</script>
      </body>
      </html>

      """
    try file.write(pending)
  }

  /// The rows by the order of their statuses, otherwise as they came.
  private func rowOrder() -> [Int] {
    var byStatus: [String: [Int]] = [:]
    for (index, row) in rows.entries.enumerated() { byStatus[row.status, default: []].append(index) }
    let known = page.statuses.flatMap { byStatus.removeValue(forKey: $0.key) ?? [] }
    return known + byStatus.values.joined().sorted()
  }

  // MARK: - Above the rows

  /// The policy lets nothing be fetched and no script run but the page's own, whatever a case is called.
  private mutating func writeHead() {
    let digest = Data(SHA256Digest(of: Array(HTMLScript.text.utf8)).bytes).base64EncodedString()
    pending += """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
      script-src 'sha256-\(digest)'; base-uri 'none'; form-action 'none'" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>\(HTMLText.attribute("\(page.title): \(page.headline)"))</title>
      <style>\(HTMLStyle.text)</style>
      </head>
      <body>

      """
  }

  private mutating func writeSummary() {
    pending += "<header class=\"\(page.tone.rawValue)\">\n"
    pending += "<h1><span>\(HTMLText.content(page.title))</span> \(HTMLText.content(page.headline))</h1>\n"
    var counts: [String: Int] = [:]
    for row in rows.entries { counts[row.status, default: 0] += 1 }
    let present = page.statuses.filter { counts[$0.key] != nil }
    pending += "<div class=\"share\" aria-hidden=\"true\">"
    for status in present {
      pending +=
        "<span class=\"\(status.tone.rawValue)\" style=\"flex-grow:\(counts[status.key] ?? 0)\"></span>"
    }
    pending += "</div>\n<dl class=\"facts\">\n"
    for fact in page.facts {
      var value: [UInt8] = []
      HTMLRowMarkup.append(value: fact, to: &value)
      pending += "<div><dt>\(HTMLText.content(fact.name))</dt><dd>"
      pending += String(decoding: value, as: UTF8.self) + "</dd></div>\n"
    }
    pending += "</dl>\n</header>\n<main>\n"
    pending += "<ul class=\"tallies\" id=\"tallies\">\n"
    for status in present {
      pending += """
        <li class="\(status.tone.rawValue)" data-status="\(HTMLText.attribute(status.key))">\
        <b>\(Format.grouped(counts[status.key] ?? 0))</b> \(HTMLText.content(status.label))</li>

        """
    }
    pending += "</ul>\n"
  }

  private mutating func writeNotices() {
    guard !page.notices.isEmpty else { return }
    pending += "<ul class=\"notices\">\n"
    for notice in page.notices {
      let tone: HTMLTone =
        switch notice.severity {
        case .note: .plain
        case .warning: .warning
        case .failure, .fault: .bad
        }
      pending += """
        <li class="\(tone.rawValue)"><b>\(notice.severity.rawValue)</b> \
        <span>\(HTMLText.content(notice.message, keepingNewlines: true))</span></li>

        """
    }
    pending += "</ul>\n"
  }

  /// Each group leads to its cases. One group alone would say no more than the number of cases does.
  private mutating func writeGroups() {
    guard page.groups.count > 1 else { return }
    let words = Dictionary(page.statuses.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    pending += "<ul class=\"groups\">\n"
    for group in page.groups.prefix(Self.shownGroups) {
      let status = words[group.status]
      let search = "cause:\"\(HTMLGroup.term(group.cause))\""
      let address = "#status=\(HTMLText.fragment(group.status))&q=\(HTMLText.fragment(search))"
      pending += """
        <li><b class="\((status?.tone ?? .plain).rawValue)">\(HTMLText.content(status?.word ?? group.status))</b> \
        <a href="\(HTMLText.attribute(address))">\(Format.grouped(group.count)) × \
        \(HTMLText.content(group.cause))</a></li>

        """
    }
    let rest = page.groups.count - Self.shownGroups
    if rest > 0 { pending += "<li>and \(Count.of(rest, "other cause"))</li>\n" }
    pending += "</ul>\n"
  }

  private static let shownGroups = 20

  private mutating func writeCharts() throws(FileError) {
    var charts = [
      try HTMLChart("longest time", rows, value: \.cost.microseconds) { Format.duration(microseconds: $0) },
      try HTMLChart("most instructions", rows, value: \.cost.instructions) { Format.grouped($0) },
    ].compactMap { $0 }
    if rows.comparesCosts { charts += try HTMLChart.changes(rows) }
    guard !charts.isEmpty else { return }
    // Where something is bad, that is what one came to see.
    let bad = Set(page.statuses.filter { $0.tone == .bad }.map(\.key))
    let isOpen = !rows.entries.contains { bad.contains($0.status) }
    pending += "<details class=\"charts\"\(isOpen ? " open=\"\"" : "")>\n"
    let title = rows.comparesCosts ? "Most expensive cases and largest changes" : "Most expensive cases"
    pending += "<summary>\(title)</summary>\n<div>\n"
    for chart in charts { pending += chart.markup }
    pending += "</div>\n</details>\n"
  }

  /// The search is of use only to the script, which shows it.
  private mutating func writeTools() {
    pending += """
      <div class="tools\(rows.comparesCosts ? " two" : "")" id="tools">
      <div class="search" hidden="" id="search-bar">
      <input type="search" id="search" placeholder="Search" aria-label="Search cases" \
      title="Finds cases in which every word occurs, in ids, messages, tags and differences; \
      cause:&quot;…&quot; finds those of one cause ( / )" \
      autocomplete="off" spellcheck="false" />
      <span id="shown" role="status"></span>
      <nav id="pages" aria-label="Pages of cases"></nav>
      <button type="button" id="open">Open all</button>
      </div>
      <div class="row head">
      <span data-sort="status">status</span>
      <span data-sort="id">case</span>
      <span data-sort="time" class="n">time</span>
      <span data-sort="instructions" class="n">instructions</span>
      \(rows.comparesCosts ? "<span data-sort=\"change\" class=\"n\">change</span>\n" : "")\
      <span data-sort="memory" class="n">peak memory</span>
      </div>
      </div>

      """
  }

  // MARK: - Rows

  private mutating func writeRows(_ order: [Int]) throws(FileError) {
    let markup = HTMLRowMarkup(page, rows)
    let isPaged = order.count > HTMLRowData.mostRows
    pending += "<div class=\"cases\(rows.comparesCosts ? " two" : "")\" id=\"cases\">\n"
    let opensBad =
      rows.entries.lazy.filter { markup.isBad($0) }.prefix(Self.openRows + 1).count <= Self.openRows
    for index in isPaged ? order.prefix(HTMLRowData.shownRows) : order[...] {
      let row = rows.entries[index]
      pending += markup.text(
        row, try rows.markup(index), number: index + 1, isOpen: opensBad && markup.isBad(row))
      if pending.utf8.count > Self.portion {
        try file.write(pending)
        pending = ""
      }
    }
    pending += "</div>\n<p id=\"nothing\" hidden=\"\">No case matches.</p>\n"
    guard isPaged else { return }
    pending += """
      <noscript><p>These are the first \(HTMLRowData.shownRows) of \(Format.grouped(order.count)) cases; \
      the others need the page's script.</p></noscript>

      """
    try file.write(pending)
    pending = ""
    try HTMLRowData(page, rows).write(order) { [file] text throws(FileError) in try file.write(text) }
  }

  /// As long as there are no more bad cases than this they stand open: a page on few needs no click, one
  /// on many an overview.
  private static let openRows = 5
}
