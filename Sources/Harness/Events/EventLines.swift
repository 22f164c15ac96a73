// Events as JSON lines: one object an event, the form that other programs read, `merge` among them.

/// Writes events.
package enum EventLines {
  /// Names the form. The number grows when a reader of the old form would be misled.
  package static let schema = "touchstone-events/2"

  /// The first line of every report.
  package static let header = JSONLines.line(["schema": schema])

  /// One line; none for an event that no report holds.
  package static func line(_ event: RunEvent) -> [UInt8] {
    var line: [UInt8] = []
    append(event, to: &line)
    return line
  }

  /// Appends one line, or none for an event that no report holds.
  static func append(_ event: RunEvent, to lines: inout [UInt8]) {
    switch event {
    case .caseFinished(let report): append(report, to: &lines)
    case .partDone, .caseObserved, .tick: break
    case .runStarted, .notice, .runFinished: lines += encodedLine(event)
    }
  }

  /// The same, by the fields that the event's type has.
  package static func encodedLine(_ event: RunEvent) -> [UInt8] {
    EventRecord(event).map { JSONLines.line($0) } ?? []
  }

  /// Appends the line of a finished case: nearly all lines are such.
  static func append(_ report: CaseReport, to lines: inout [UInt8]) {
    lines.appendObject { object in
      object.begin("case")
      report.write(&object)
      object.end()
      object.field("event", EventRecord.Name.caseFinished.rawValue)
      if let text = report.text { object.field("text", encoding: text) }
    }
    lines.append(0x0A)
  }

  /// Says which cases a run is to do. Only the record of the last run holds such lines, of a few thousand bytes each.
  static func lines(planned ids: some Sequence<String>) -> [UInt8] {
    var lines: [UInt8] = []
    var (part, size) = ([String](), 0)
    func endLine() {
      lines.appendObject { object in
        object.field("event", EventRecord.Name.casesPlanned.rawValue)
        object.field("planned", part)
      }
      lines.append(0x0A)
      part.removeAll(keepingCapacity: true)
      size = 0
    }
    for id in ids {
      part.append(id)
      size += id.utf8.count
      if size >= TextBudget.lineLength { endLine() }
    }
    if !part.isEmpty { endLine() }
    return lines
  }
}

/// Reads a JSON-lines report event by event.
package struct EventReader {
  private var lines: JSONLinesReader
  /// Whether a line that cannot be read is passed over: whoever wrote it may have been killed.
  private let isLenient: Bool

  /// What a line says.
  enum Item {
    case event(RunEvent)
    /// A case, of which only the outline was read, and the line.
    case report(CaseOutline, line: ArraySlice<UInt8>)
    /// The cases that a run is to do, in the record of the last run.
    case planned([String])
  }

  var path: Path { lines.path }
  /// Of the line that was read last, counted from 1.
  var line: Int { lines.line }
  /// Where in the file that line lies.
  var place: Range<Int> { lines.place }

  /// Opens a report. `onlyFiles` refuses a pipe. Throws `FileError` or `ReportError`.
  package init(_ path: Path, isLenient: Bool = false, onlyFiles: Bool = false) throws {
    self.isLenient = isLenient
    lines = try JSONLinesReader(path, onlyFiles: onlyFiles)
    guard let first = try lines.next() else {
      throw ReportError(
        path, line: 1, "the report is empty, so what wrote it was probably killed; run it again")
    }
    guard let schema = JSONLines.value(EventSchema.self, first)?.schema else {
      throw ReportError(path, line: 1, "this is no JSON-lines report; `--json` writes one")
    }
    guard schema == EventLines.schema else {
      throw ReportError(
        path, line: 1,
        "the report's schema is \(EscapedText.visible(schema)), but this version reads \(EventLines.schema);"
          + " run it again with this version")
    }
  }

  /// The next event; nil at the end. Events that this version does not know are passed over. Throws
  /// `FileError` or `ReportError`.
  package mutating func next() throws -> RunEvent? {
    while let line = try lines.next() {
      if let event = try decode(EventRecord.self, line)?.runEvent { return event }
    }
    return nil
  }

  /// The next event, as `next`, but with cases left to be read later.
  mutating func nextItem() throws -> Item? {
    while let line = try lines.next() {
      guard let outline = try decode(EventOutline.self, line) else { continue }
      if outline.event == .caseFinished, let report = outline.case { return .report(report, line: line) }
      guard let record = try decode(EventRecord.self, line) else { continue }
      if let ids = record.planned { return .planned(ids) }
      if let event = record.runEvent { return .event(event) }
    }
    return nil
  }

  /// All events of a report.
  package static func events(_ path: Path) throws -> [RunEvent] {
    var reader = try EventReader(path)
    var events: [RunEvent] = []
    while let event = try reader.next() { events.append(event) }
    return events
  }

  private mutating func decode<Record: Decodable>(_ type: Record.Type, _ line: ArraySlice<UInt8>) throws
    -> Record?
  {
    if let record = JSONLines.value(type, line) { return record }
    if isLenient { return nil }
    let number = self.line
    throw ReportError(
      path, line: number,
      try lines.isAtEnd()
        ? "the report is cut off in this line, so what wrote it was probably killed; run it again"
        : "expected one JSON object with an event")
  }
}

extension CaseReport {
  /// Adds all fields, as the encoder would.
  fileprivate func write(_ object: inout JSONObject) {
    // Most cases lack most of these, and it takes time to hand them on.
    if backtrace != nil { object.field("backtrace", encoding: backtrace) }
    if let baseline {
      object.begin("baseline")
      baseline.write(&object)
      object.end()
    }
    if cause != nil { object.field("cause", encoding: cause) }
    if comparison != nil { object.field("comparison", encoding: comparison) }
    object.field("difference", list: difference)
    object.field("directory", directory)
    object.field("file", file)
    if finding != nil { object.field("finding", encoding: finding) }
    object.field("golden", golden)
    object.field("id", id)
    object.field("instructions", instructions)
    object.field("lacksGolden", lacksGolden)
    if let limits {
      object.begin("limits")
      limits.write(&object)
      object.end()
    }
    object.field("line", line)
    object.field("microseconds", microseconds)
    if mutant != nil { object.field("mutant", encoding: mutant) }
    object.field("name", name)
    object.field("notes", list: notes)
    object.field("peakPages", peakPages)
    object.field("sourceFile", sourceFile)
    object.field("sourceLine", sourceLine)
    object.field("status", status.rawValue)
    object.field("tags", tags)
  }

  /// Reads a line that `EventReader` left to be read later; nil if it is none.
  static func read(_ line: ArraySlice<UInt8>) -> CaseReport? { JSONLines.value(EventRecord.self, line)?.case }
}

/// What is to be known of a case to file it.
struct CaseOutline: Decodable {
  var id: String
  var file: String
  var status: CaseReport.Status
  var finding: FindingName?

  /// The name of a finding, which is the one field that it has.
  struct FindingName: Decodable {
    let name: String

    init(from decoder: any Decoder) throws {
      name = try decoder.singleValueContainer().decode([String: IgnoredValue].self).keys.first ?? ""
    }
  }

  private struct IgnoredValue: Decodable {
    init(from decoder: any Decoder) {}
  }
}

private struct EventSchema: Decodable {
  var schema: String
}

/// What is to be known of an event to file it.
private struct EventOutline: Decodable {
  var event: EventRecord.Name?
  var `case`: CaseOutline?
}

/// An event as one JSON object: `event` names it, what it carries stands beside.
private struct EventRecord: Codable {
  enum Name: String, Codable {
    case runStarted = "run-started"
    case caseFinished = "case-finished"
    case notice
    case runFinished = "run-finished"
    case casesPlanned = "cases-planned"
    /// One that a later version may write.
    case other

    init(from decoder: any Decoder) throws {
      self = Name(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .other
    }
  }

  var event: Name
  var run: RunDescription?
  var `case`: CaseReport?
  var notice: Notice?
  var summary: RunSummary?
  var planned: [String]?
  var text: EventText?

  /// Nil for an event that no report holds.
  init?(_ event: RunEvent) {
    switch event {
    case .runStarted(let description): (self.event, run) = (.runStarted, description)
    case .caseFinished(let report):
      (self.event, `case`) = (.caseFinished, report)
      text = report.text
    case .notice(let notice):
      (self.event, self.notice) = (.notice, notice)
      text = EventText(message: notice.message)
    case .runFinished(let summary): (self.event, self.summary) = (.runFinished, summary)
    case .partDone, .caseObserved, .tick: return nil
    }
  }

  /// The event that the object stands for; nil when it is none that is known.
  var runEvent: RunEvent? {
    switch event {
    case .runStarted: run.map { .runStarted($0) }
    case .caseFinished: `case`.map { .caseFinished($0) }
    case .notice: notice.map { .notice($0) }
    case .runFinished: summary.map { .runFinished($0) }
    case .casesPlanned, .other: nil
    }
  }
}

/// The facts of an event in words, for whoever reads the lines with other tools; never read back.
private struct EventText: Codable {
  var kind: CaseKind?
  var cause: String?
  var message: String?
  var remarks: [String]?

  init(kind: CaseKind? = nil, cause: String? = nil, message: String? = nil, remarks: [String]? = nil) {
    (self.kind, self.cause, self.message, self.remarks) = (kind, cause, message, remarks)
  }

  init(from decoder: any Decoder) {}
}

extension CaseReport {
  /// Nil for a case of which there is nothing to say.
  fileprivate var text: EventText? {
    let remarks = remarks
    if finding == nil, cause == nil, comparison == nil, mutant == nil, remarks.isEmpty { return nil }
    let text = EventText(
      kind: kind, cause: cause?.text, message: finding == nil ? nil : message,
      remarks: remarks.isEmpty ? nil : remarks)
    let isEmpty = text.kind == nil && text.cause == nil && text.message == nil && text.remarks == nil
    return isEmpty ? nil : text
  }
}
