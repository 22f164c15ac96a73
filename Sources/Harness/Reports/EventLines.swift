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

  /// A whole report.
  package func report(_ events: [RunEvent]) -> [UInt8] {
    events.reduce(into: Self.header) { $0 += line($1) }
  }
}

/// A report read back.
package struct EventReader {
  package let path: Path
  package let events: [RunEvent]

  /// Reads a JSON-lines report. Events that this version does not know are passed over. Throws
  /// `FileError` or `ReportError`.
  package init(_ path: Path) throws {
    self.path = path
    let decoder = JSONDecoder()
    var events: [RunEvent] = []
    let lines = try FileSystem.read(path).split(separator: 0x0A, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.isEmpty || index == 0 {
      guard let record = try? decoder.decode(EventRecord.self, from: Data(line)) else {
        throw ReportError(
          path, line: index + 1,
          index == 0
            ? "this is no JSON-lines report; `--json` writes one" : "expected one JSON object with an event")
      }
      if index == 0 {
        guard record.schema == EventLines.schema else {
          throw ReportError(
            path, line: 1,
            record.schema.map { "the report's schema is \($0), but this version reads \(EventLines.schema)" }
              ?? "this is no JSON-lines report; `--json` writes one")
        }
      } else if let event = record.runEvent {
        events.append(event)
      }
    }
    self.events = events
  }
}

/// An event as one JSON object: `event` names it, what it carries stands beside.
private struct EventRecord: Codable {
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
    case .caseFinished(let report): (self.event, `case`) = ("case-finished", report)
    case .notice(let notice): (self.event, self.notice) = ("notice", notice)
    case .runFinished(let summary): (self.event, self.summary) = ("run-finished", summary)
    }
  }

  /// The event that the object stands for; nil when it is none that is known.
  var runEvent: RunEvent? {
    switch event {
    case "run-started": run.map { .runStarted($0) }
    case "case-finished": `case`.map { .caseFinished($0) }
    case "notice": notice.map { .notice($0) }
    case "run-finished": summary.map { .runFinished($0) }
    default: nil
    }
  }
}
