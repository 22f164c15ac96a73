// A bar chart of the cases that cost most.

/// The first few cases by one figure, as a list whose items carry bars.
struct HTMLChart {
  let markup: String

  private static let length = 10

  /// Nil when fewer than two cases have the figure, or all have none of it.
  init?(_ title: String, _ rows: [HTMLRow], value: (HTMLCost) -> UInt64?, format: (UInt64) -> String) {
    var bars: [(index: Int, value: UInt64)] = []
    for (index, row) in rows.enumerated() {
      if let value = value(row.cost) { bars.append((index, value)) }
    }
    guard bars.count > 1 else { return nil }
    bars.sort { ($1.value, $0.index) < ($0.value, $1.index) }
    guard let largest = bars.first?.value, largest > 0 else { return nil }
    var text = "<section><h2>\(HTMLText.content(title))</h2>\n<ol>\n"
    for (index, value) in bars.prefix(Self.length) {
      text += """
        <li><a href="#c\(index + 1)">\(HTMLText.content(rows[index].id))</a>\
        <span class="bar" style="--w:\(Self.percent(value, of: largest))"><span>\
        \(HTMLText.content(format(value)))</span></span></li>

        """
    }
    markup = text + "</ol></section>\n"
  }

  /// A share in the form that CSS reads: `12.5%`.
  static func percent(_ value: UInt64, of whole: UInt64) -> String {
    guard whole > 0 else { return "0%" }
    return Format.decimal(Double(value) / Double(whole) * 100, places: 1) + "%"
  }
}
