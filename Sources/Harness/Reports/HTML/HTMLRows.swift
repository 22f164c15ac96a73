// The rows of an HTML report while they are collected: what they open to waits in a file.

/// The rows of a page. Of each only its figures are held in memory, because the page's head is made of
/// those; its markup is kept in a spool.
package final class HTMLRows {
  /// What is held of a row.
  struct Entry {
    /// The key of one of the page's statuses.
    let status: String
    /// By which rows are grouped; empty when there is nothing to say.
    let cause: String
    let cost: HTMLCost
    let earlierCost: HTMLCost?
    fileprivate let start: Int
    fileprivate let idLength: UInt32
    fileprivate let leadLength: UInt32
    fileprivate let detailsLength: UInt32
  }

  private(set) var entries: [Entry] = []
  private let spool: Spool
  private let sides: (left: String, right: String)

  /// `sides` says what stands on the left and on the right of a difference.
  init(sides: (left: String, right: String), file: OutputFile) {
    self.sides = sides
    spool = Spool(beside: file)
  }

  /// Whether rows carry the cost of a second run, by which the page gets a column for the change.
  private(set) var comparesCosts = false

  func add(_ row: HTMLRow) throws(FileError) {
    let start = spool.count
    let (id, message) = HTMLRowMarkup.lead(row)
    let details = HTMLRowMarkup.details(row, sides)
    for text in [id, message, details] { try spool.append(text.utf8) }
    entries.append(
      Entry(
        status: row.status, cause: row.cause, cost: row.cost, earlierCost: row.earlierCost, start: start,
        idLength: UInt32(clamping: id.utf8.count),
        leadLength: UInt32(clamping: id.utf8.count + message.utf8.count),
        detailsLength: UInt32(clamping: details.utf8.count)))
    comparesCosts = comparesCosts || row.earlierCost != nil
  }

  /// The markup of a row's id.
  func id(_ index: Int) throws(FileError) -> String {
    try text(from: entries[index].start, length: entries[index].idLength)
  }

  /// The markup of a row's id and message, and of what the row opens to.
  func markup(_ index: Int) throws(FileError) -> (lead: String, details: String) {
    let entry = entries[index]
    let lead = try text(from: entry.start, length: entry.leadLength)
    return (lead, try text(from: entry.start + Int(entry.leadLength), length: entry.detailsLength))
  }

  private func text(from start: Int, length: UInt32) throws(FileError) -> String {
    String(decoding: try spool.read(start..<(start + Int(length))), as: UTF8.self)
  }
}

extension HTMLRows.Entry {
  /// By how many millionths the instructions grew over those of the run that this one is held against.
  var growth: Int64? {
    guard let earlier = earlierCost?.instructions, let now = cost.instructions else { return nil }
    if earlier == 0 { return now == 0 ? 0 : .max }
    return Int64(exactly: ((Double(now) / Double(earlier) - 1) * 1e6).rounded()) ?? .max
  }
}
