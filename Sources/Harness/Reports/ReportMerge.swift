// Joins the reports of several shards into the report of the whole.

/// The parts of one run, checked to be all of it.
package struct ReportMerge {
  /// What was run, as if it had been run in one place.
  package private(set) var description: RunDescription
  /// The reports on all cases and what there was to say besides, as one run would have had them: ordered by
  /// the cases' ids, each followed by the notices about its file.
  private var events: [RunEvent] = []
  package private(set) var wasInterrupted = false
  /// The longest time that a part took.
  package private(set) var microseconds: UInt64 = 0

  /// The reports on all cases, ordered by id.
  package var reports: [CaseReport] {
    events.compactMap { if case .caseFinished(let report) = $0 { report } else { nil } }
  }

  /// Reads JSON-lines reports. Throws `FileError`, `ReportError`, or `UsageError` when they are no parts
  /// of one run: shards are missing or doubled, or they tested other modules or cases, or otherwise.
  package init(_ paths: [Path]) throws {
    var parts: [ReportPart] = []
    for path in paths { parts.append(try ReportPart(path)) }
    guard let first = parts.first else { throw UsageError("name the reports to merge") }
    for part in parts.dropFirst() { try first.checkSameRun(part) }
    try Self.checkShards(parts)
    try Self.checkCases(parts)
    description = first.description
    description.shard = nil
    description.shardSource = nil
    description.startTime = parts.map(\.description.startTime).min() ?? first.description.startTime
    let common = parts.dropFirst().reduce(Set(first.description.options)) { options, part in
      options.intersection(part.description.options)
    }
    description.options = first.description.options.filter { common.contains($0) && !$0.hasPrefix("--shard") }
    if parts.count > 1 { description.caseCount = parts.reduce(0) { $0 + $1.description.caseCount } }
    wasInterrupted = parts.contains(where: \.summary.wasInterrupted)
    microseconds = parts.map(\.summary.microseconds).max() ?? 0
    events = Self.events(parts)
  }

  /// Passes everything on to writers and answers with what came of it.
  package func emit(to writers: [any EventWriter]) -> RunSummary {
    let hub = EventHub(writers)
    hub.emit(.runStarted(description))
    for event in events { hub.emit(event) }
    return hub.finish(wasInterrupted: wasInterrupted, microseconds: microseconds)
  }

  private static func checkShards(_ parts: [ReportPart]) throws(UsageError) {
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

  private static func checkCases(_ parts: [ReportPart]) throws(UsageError) {
    var origin: [String: Path] = [:]
    for part in parts {
      for report in part.blocks.compactMap(\.report) {
        if let other = origin.updateValue(part.path, forKey: report.id) {
          throw UsageError("\(other) and \(part.path) both report on the case \(report.id)")
        }
      }
    }
  }

  private static func events(_ parts: [ReportPart]) -> [RunEvent] {
    guard parts.count > 1 else { return parts.flatMap(\.blocks).flatMap(\.events) }
    var blocks = parts.flatMap { $0.blocks.filter { $0.report != nil } }
    // Scripts are run in the order given; only fixtures have ids that say where they belong.
    if parts.allSatisfy({ $0.description.suite != nil }) {
      let keyed = blocks.map { (key: EscapedText.bytes($0.report?.id ?? ""), block: $0) }
      blocks = keyed.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.block)
    }
    var events: [RunEvent] = notices(parts, \.head).map { .notice($0) }
    for block in blocks { events += block.events }
    for notice in notices(parts, \.tail) { events.append(.notice(notice)) }
    for part in parts where part.summary.wasInterrupted {
      let name = part.shard.map { "shard \($0)" } ?? "\(part.path)"
      events.append(
        .notice(
          Notice(
            .warning,
            "\(name) was interrupted: \(Count.cases(part.summary.notRun)) of"
              + " \(part.summary.total) not run")))
    }
    return events
  }

  /// What parts say of the run. What several of them say is said once.
  private static func notices(
    _ parts: [ReportPart], _ place: (ReportPart) -> [Notice]
  ) -> [Notice] {
    var said: Set<Notice> = []
    var notices: [Notice] = []
    for part in parts {
      let own = place(part)
      notices += own.filter { !said.contains($0) }
      said.formUnion(own)
    }
    return notices
  }
}
