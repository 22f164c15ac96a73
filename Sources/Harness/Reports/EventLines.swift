// Events as JSON lines: one object an event, the form that other programs read, `merge` among them.
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Encodes events.
package struct EventLines {
  /// Names the form. The number grows when a reader of the old form would be misled.
  package static let schema = "touchstone-events/1"

  /// The first line of every report.
  package static let header = Array("{\"schema\":\"\(schema)\"}\n".utf8)

  private let encoder = JSONEncoder()

  package init() {
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  /// One line.
  package func line(_ event: RunEvent) -> [UInt8] {
    // Encoding fails only for numbers that are not finite, and no event holds floats.
    return ((try? encoder.encode(EventRecord(event))).map(Array.init) ?? []) + [0x0A]
  }
}

/// Reads a JSON-lines report event by event.
package struct EventReader {
  let path: Path
  private let lines: LineReader
  /// Of the line that was read last, counted from 1.
  private(set) var line = 0
  private let decoder = JSONDecoder()

  /// What a line says.
  enum Item {
    case event(RunEvent)
    /// A case, of which only the outline was read, and the line.
    case report(CaseOutline, line: ArraySlice<UInt8>)
  }

  /// Opens a report. Throws `FileError` or `ReportError`.
  package init(_ path: Path, onlyFiles: Bool = false) throws {
    self.path = path
    lines = try LineReader(path, onlyFiles: onlyFiles)
    guard let first = try nextLine() else {
      throw ReportError(
        path, line: 1, "the report is empty, so what wrote it was probably killed; run it again")
    }
    guard let record = try? decoder.decode(EventRecord.self, from: Data(first)), let schema = record.schema
    else { throw ReportError(path, line: 1, "this is no JSON-lines report; `--json` writes one") }
    guard schema == EventLines.schema else {
      throw ReportError(
        path, line: 1, "the report's schema is \(schema), but this version reads \(EventLines.schema)")
    }
  }

  /// The next event; nil at the end. Events that this version does not know are passed over. Throws
  /// `FileError` or `ReportError`.
  package mutating func next() throws -> RunEvent? {
    while let line = try nextLine() {
      if line.isEmpty { continue }
      if let event = try decode(EventRecord.self, line).runEvent { return event }
    }
    return nil
  }

  /// The next event, as `next`, but with cases left to be read later.
  mutating func nextItem() throws -> Item? {
    while let line = try nextLine() {
      if line.isEmpty { continue }
      let outline = try decode(EventOutline.self, line)
      if outline.event == EventRecord.caseFinished, let report = outline.case {
        return .report(report, line: line)
      }
      if let event = try decode(EventRecord.self, line).runEvent { return .event(event) }
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

  private func decode<Record: Decodable>(_ type: Record.Type, _ line: ArraySlice<UInt8>) throws -> Record {
    if let record = try? decoder.decode(type, from: Data(line)) { return record }
    let isLast = try lines.next() == nil
    throw ReportError(
      path, line: self.line,
      isLast
        ? "the report is cut off in this line, so what wrote it was probably killed; run it again"
        : "expected one JSON object with an event")
  }

  private mutating func nextLine() throws(FileError) -> ArraySlice<UInt8>? {
    line += 1
    return try lines.next()
  }
}

extension CaseReport {
  /// Reads a line that `EventReader` left to be read later; nil if it is none.
  static func read(_ line: ArraySlice<UInt8>, _ decoder: JSONDecoder) -> CaseReport? {
    (try? decoder.decode(EventRecord.self, from: Data(line)))?.case
  }
}

/// What is to be known of a case to file it.
struct CaseOutline: Decodable {
  var id: String
  var file: String?
  var kind: String?
}

/// What is to be known of an event to file it.
private struct EventOutline: Decodable {
  var event: String?
  var `case`: CaseOutline?
}

/// An event as one JSON object: `event` names it, what it carries stands beside.
private struct EventRecord: Codable {
  static let caseFinished = "case-finished"

  /// Only in the first line of a report.
  var schema: String?
  var event: String?
  var run: RunDescription?
  var `case`: CaseReport?
  var notice: Notice?
  var summary: RunSummary?

  init(_ event: RunEvent) {
    switch event {
    case .runStarted(let description): (self.event, run) = ("run-started", description)
    case .caseFinished(let report): (self.event, `case`) = (Self.caseFinished, report)
    case .notice(let notice): (self.event, self.notice) = ("notice", notice)
    case .runFinished(let summary): (self.event, self.summary) = ("run-finished", summary)
    }
  }

  /// The event that the object stands for; nil when it is none that is known.
  var runEvent: RunEvent? {
    switch event {
    case "run-started": run.map { .runStarted($0) }
    case Self.caseFinished: `case`.map { .caseFinished($0) }
    case "notice": notice.map { .notice($0) }
    case "run-finished": summary.map { .runFinished($0) }
    default: nil
    }
  }
}
