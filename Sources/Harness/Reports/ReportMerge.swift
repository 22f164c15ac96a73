// Joins the reports of several shards into the report of the whole.

/// The parts of one run, checked to be all of it.
package struct ReportMerge {
  /// What was run, as if it had been run in one place.
  package private(set) var description: RunDescription
  /// The reports on all cases, ordered by id.
  package private(set) var reports: [CaseReport] = []
  /// What the parts had to say besides.
  package private(set) var notices: [Notice] = []
  package private(set) var wasInterrupted = false
  /// The longest time that a part took.
  package private(set) var microseconds: UInt64 = 0

  /// Reads JSON-lines reports. Throws `FileError`, `ReportError`, or `UsageError` when they are no parts
  /// of one run: shards are missing or doubled, or they tested different modules.
  package init(_ paths: [Path]) throws {
    var parts: [Part] = []
    for path in paths { parts.append(try Part(path)) }
    guard let first = parts.first else { throw UsageError("name the reports to merge") }
    for part in parts where part.description.moduleDigest != first.description.moduleDigest {
      throw UsageError("\(first.path) and \(part.path) are reports on different modules")
    }
    for part in parts where part.description.oldModuleDigest != first.description.oldModuleDigest {
      throw UsageError("\(first.path) and \(part.path) are comparisons with different modules")
    }
    for part in parts where part.description.language != first.description.language {
      throw UsageError("\(first.path) and \(part.path) are reports of different commands")
    }
    try Self.checkShards(parts)
    description = first.description
    description.shard = nil
    description.startTime = parts.map(\.description.startTime).min() ?? first.description.startTime
    description.options = Set(parts.flatMap(\.description.options)).filter { !$0.hasPrefix("--shard") }
      .sorted()
    var origin: [String: Path] = [:]
    for part in parts {
      for report in part.reports {
        if let other = origin.updateValue(part.path, forKey: report.id) {
          throw UsageError("\(other) and \(part.path) both report on the case \(report.id)")
        }
      }
      reports += part.reports
      notices += part.notices
      wasInterrupted = wasInterrupted || part.summary.wasInterrupted
      microseconds = max(microseconds, part.summary.microseconds)
    }
    reports.sort { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    description.caseCount = reports.count
  }

  /// Passes everything on to writers and answers with what came of it.
  package func emit(to writers: [any EventWriter]) -> RunSummary {
    let hub = EventHub(writers)
    hub.emit(.runStarted(description))
    for report in reports { hub.emit(.caseFinished(report)) }
    for notice in notices { hub.emit(.notice(notice)) }
    return hub.finish(wasInterrupted: wasInterrupted, microseconds: microseconds)
  }

  private static func checkShards(_ parts: [Part]) throws(UsageError) {
    let sharded = parts.filter { $0.description.shard != nil }
    guard let first = sharded.first, let shard = first.shard else { return }
    var owner: [Int: Path] = [:]
    for part in parts {
      guard let own = part.shard, own.count == shard.count else {
        throw UsageError(
          "\(first.path) is shard \(shard), but \(part.path) is \(part.description.shard.map { "shard \($0)" } ?? "no shard")"
        )
      }
      if let other = owner.updateValue(part.path, forKey: own.index) {
        throw UsageError("\(other) and \(part.path) are both shard \(own)")
      }
    }
    let missing = (1...shard.count).filter { owner[$0] == nil }
    guard missing.isEmpty else {
      let names = missing.prefix(10).map { "\($0)/\(shard.count)" }.joined(separator: ", ")
      throw UsageError("the report of shard \(names)\(missing.count > 10 ? ", …" : "") is missing")
    }
  }
}

/// One report, taken apart.
private struct Part {
  let path: Path
  let description: RunDescription
  let summary: RunSummary
  var reports: [CaseReport] = []
  var notices: [Notice] = []

  var shard: Shard? { description.shard.flatMap { Shard($0) } }

  init(_ path: Path) throws {
    self.path = path
    var description: RunDescription?
    var summary: RunSummary?
    let events = try EventReader(path).events
    for event in events {
      switch event {
      case .runStarted(let start): description = start
      case .caseFinished(let report): reports.append(report)
      case .notice(let notice): notices.append(notice)
      case .runFinished(let end): summary = end
      }
    }
    guard let description, let summary else {
      throw ReportError(path, line: events.count + 1, "the report is not complete: it has no start or no end")
    }
    self.description = description
    self.summary = summary
  }
}
