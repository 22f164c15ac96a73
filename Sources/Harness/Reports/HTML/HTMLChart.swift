// A bar chart of the cases that cost most.

/// The first few cases by one figure, as a list whose items carry bars.
struct HTMLChart {
  let markup: String

  private static let length = 10

  /// Nil when fewer than two cases have the figure, or all have none of it.
  init?(
    _ title: String, _ rows: HTMLRows, value: (HTMLRows.Entry) -> UInt64?, format: (UInt64) -> String
  ) throws(FileError) {
    var bars: [(index: Int, value: UInt64)] = []
    for (index, row) in rows.entries.enumerated() {
      if let value = value(row) { bars.append((index, value)) }
    }
    guard bars.count > 1 else { return nil }
    try self.init(title, rows, bars, format: { format($0.value) })
  }

  private init?(
    _ title: String, _ rows: HTMLRows, _ bars: [(index: Int, value: UInt64)],
    format: ((index: Int, value: UInt64)) -> String
  ) throws(FileError) {
    let bars = bars.sorted { ($1.value, $0.index) < ($0.value, $1.index) }
    guard let largest = bars.first?.value, largest > 0 else { return nil }
    var text = "<section><h2>\(HTMLText.content(title))</h2>\n<ol>\n"
    for bar in bars.prefix(Self.length) {
      text += """
        <li><a href="#c\(bar.index + 1)">\(try rows.id(bar.index))</a>\
        <span class="bar" style="--w:\(Self.percent(bar.value, of: largest))"><span>\
        \(HTMLText.content(format(bar)))</span></span></li>

        """
    }
    markup = text + "</ol></section>\n"
  }

  /// The cases whose instructions grew and shrank most, by the ratio.
  static func changes(_ rows: HTMLRows) throws(FileError) -> [HTMLChart] {
    var (grown, shrunk): ([(index: Int, value: UInt64)], [(index: Int, value: UInt64)]) = ([], [])
    for (index, row) in rows.entries.enumerated() {
      guard let growth = row.growth, growth != 0 else { continue }
      if growth > 0 {
        grown.append((index, growth.magnitude))
      } else {
        shrunk.append((index, growth.magnitude))
      }
    }
    func format(_ bar: (index: Int, value: UInt64)) -> String {
      let row = rows.entries[bar.index]
      guard let old = row.earlierCost?.instructions, let new = row.cost.instructions else { return "" }
      return Format.change(from: old, to: new)
    }
    return [
      try HTMLChart("instructions grew most", rows, grown, format: format),
      try HTMLChart("instructions shrank most", rows, shrunk, format: format),
    ].compactMap { $0 }
  }

  /// A share in the form that CSS reads: `12.5%`.
  static func percent(_ value: UInt64, of whole: UInt64) -> String {
    guard whole > 0 else { return "0%" }
    return Format.decimal(Double(value) / Double(whole) * 100, places: 1) + "%"
  }
}
