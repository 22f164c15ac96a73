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
    private let ownCost: PackedCost
    private let otherCost: PackedCost
    fileprivate let start: Int
    fileprivate let idLength: UInt32
    fileprivate let messageLength: UInt32
    fileprivate let detailsLength: UInt32
    private let templateNumber: Int32

    /// Which template the details follow, if any.
    var template: Int32? { templateNumber < 0 ? nil : templateNumber }
    var cost: HTMLCost { ownCost.cost ?? HTMLCost() }
    var earlierCost: HTMLCost? { otherCost.cost }

    fileprivate init(
      _ row: HTMLRow, start: Int, lengths: (id: Int, message: Int, details: Int), template: Int32?
    ) {
      (status, cause, self.start) = (row.status, row.cause, start)
      (ownCost, otherCost) = (PackedCost(row.cost), PackedCost(row.earlierCost))
      idLength = UInt32(clamping: lengths.id)
      messageLength = UInt32(clamping: lengths.message)
      detailsLength = UInt32(clamping: lengths.details)
      templateNumber = template ?? -1
    }
  }

  /// A cost in less room: what there is not is the greatest number.
  private struct PackedCost {
    private let microseconds: UInt64
    private let instructions: UInt64
    private let peakPages: UInt32

    init(_ cost: HTMLCost?) {
      microseconds = cost?.microseconds ?? .max
      instructions = cost?.instructions ?? .max
      peakPages = cost.map { $0.peakPages.map { UInt32(clamping: $0) } ?? .max - 1 } ?? .max
    }

    var cost: HTMLCost? {
      if peakPages == .max { return nil }
      return HTMLCost(
        microseconds: microseconds == .max ? nil : microseconds,
        instructions: instructions == .max ? nil : instructions,
        peakPages: peakPages == .max - 1 ? nil : UInt64(peakPages))
    }
  }

  private(set) var entries: [Entry] = []
  private let spool: Spool
  private let sides: (left: String, right: String)

  /// Details that other rows have too but for their ids, in whose place this character stands: that is how it is
  /// with nearly all rows of a large page.
  private(set) var templates: [String] = []
  /// What stands between the places of the id.
  private var templateParts: [[String]] = []
  private var templateNumbers: [[UInt8]: Int32] = [:]
  private var latestTemplate: (bytes: [UInt8], number: Int32)?
  private static let placeholder: UInt8 = 1
  /// Room for differences and lists, which browsers have to hold; rows for which there is none left say so.
  private var room = 32 << 20
  private static let longestTemplate = 1_000
  private static let mostTemplates = 1_000

  /// The largest figures, which the bars of all rows are measured by.
  private(set) var longestTime: UInt64 = 0
  private(set) var mostInstructions: UInt64 = 0

  /// `sides` says what stands on the left and on the right of a difference.
  init(sides: (left: String, right: String), file: OutputFile, expecting count: Int = 0) {
    self.sides = sides
    // The number may come from a file.
    entries.reserveCapacity(min(max(count, 0), 1_000_000))
    spool = Spool(beside: file)
  }

  /// Whether rows carry the cost of a second run, by which the page gets a column for the change.
  private(set) var comparesCosts = false

  func add(_ row: HTMLRow) throws(FileError) {
    let start = spool.count
    let id = HTMLText.content(row.id)
    let message = HTMLText.content(row.message, keepingNewlines: true)
    var row = row
    if room <= 0, !row.difference.isEmpty || !row.lists.isEmpty {
      (row.difference, row.lists) = ([], [])
      row.facts.insert(HTMLFact("left out", "the details, of which this page is full"), at: 0)
    }
    var details = HTMLRowMarkup.details(row, sides)
    let template = row.difference.isEmpty ? template(of: details, id: id) : nil
    if template == nil { room -= details.count }
    if template != nil { details = [] }
    var texts: [UInt8] = []
    texts.append(text: id)
    texts.append(text: message)
    try spool.append(texts)
    if !details.isEmpty { try spool.append(details) }
    entries.append(
      Entry(
        row, start: start, lengths: (id.utf8.count, message.utf8.count, details.count), template: template))
    comparesCosts = comparesCosts || row.earlierCost != nil
    longestTime = max(longestTime, row.cost.microseconds ?? 0)
    mostInstructions = max(mostInstructions, row.cost.instructions ?? 0)
  }

  private func template(of details: [UInt8], id: String) -> Int32? {
    guard details.count <= Self.longestTemplate, let first = id.utf8.first else { return nil }
    var id = id
    let template = details.withUnsafeBufferPointer { details in
      id.withUTF8 { id in
        [UInt8](unsafeUninitializedCapacity: details.count) { template, count in
          var position = 0
          while position < details.count {
            if details[position] == first, position + id.count <= details.count,
              details[position..<(position + id.count)].elementsEqual(id)
            {
              template[count] = Self.placeholder
              position += id.count
            } else {
              template[count] = details[position]
              position += 1
            }
            count += 1
          }
        }
      }
    }
    // Mostly it is that of the row before.
    if let latestTemplate, latestTemplate.bytes == template { return latestTemplate.number }
    if let number = templateNumbers[template] {
      latestTemplate = (template, number)
      return number
    }
    guard templates.count < Self.mostTemplates else { return nil }
    let number = Int32(templates.count)
    templates.append(String(decoding: template, as: UTF8.self))
    // The placeholder is one byte, which is in no other character.
    templateParts.append(
      template.split(separator: Self.placeholder, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) })
    templateNumbers[template] = number
    return number
  }

  /// The markup of a row's id.
  func id(_ index: Int) throws(FileError) -> String {
    let start = entries[index].start
    return String(
      decoding: try spool.read(start..<(start + Int(entries[index].idLength))), as: UTF8.self)
  }

  /// The markup of a row's id and message, and of what the row opens to unless it follows a template.
  func bytes(
    _ index: Int
  ) throws(FileError) -> (id: ArraySlice<UInt8>, message: ArraySlice<UInt8>, details: ArraySlice<UInt8>?) {
    let entry = entries[index]
    let (idLength, messageLength) = (Int(entry.idLength), Int(entry.messageLength))
    let end = entry.start + idLength + messageLength + Int(entry.detailsLength)
    let all = try spool.read(entry.start..<end)
    let rest = all.dropFirst(idLength)
    return (
      all.prefix(idLength), rest.prefix(messageLength),
      entry.template == nil ? rest.dropFirst(messageLength) : nil
    )
  }

  /// The markup of a row's id and message, and of all that the row opens to.
  func markup(_ index: Int) throws(FileError) -> (id: String, message: String, details: String) {
    let texts = try bytes(index)
    let id = String(decoding: texts.id, as: UTF8.self)
    let message = String(decoding: texts.message, as: UTF8.self)
    guard let template = entries[index].template else {
      return (id, message, String(decoding: texts.details ?? [], as: UTF8.self))
    }
    return (id, message, templateParts[Int(template)].joined(separator: id))
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
