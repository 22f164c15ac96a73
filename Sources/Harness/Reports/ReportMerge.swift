// Joins the reports of several shards into the report of the whole.

/// The parts of one run, checked to be all of it.
package struct ReportMerge {
  /// What was run, as if it had been run in one place.
  package private(set) var description: RunDescription
  /// The reports on all cases and what there was to say besides, as one run would have had them: ordered by
  /// the cases' ids, each followed by the notices about its file.
  private var entries: [Entry] = []
  /// Holds the lines on cases until they are passed on.
  private let spool = Spool()
  private let paths: [Path]
  package private(set) var wasInterrupted = false
  /// The longest time that a part took.
  package private(set) var microseconds: UInt64 = 0

  private enum Entry {
    /// `part` is the number of the report that it stands in.
    case report(SpooledCase, part: Int)
    case notice(Notice)
  }

  /// Reads JSON-lines reports. Throws `FileError`, `ReportError`, or `UsageError` when they are no parts
  /// of one run: shards are missing or doubled, or they tested other modules or cases, or otherwise.
  package init(_ paths: [Path]) throws {
    var parts: [ReportPart] = []
    for path in paths { parts.append(try ReportPart(path, spool)) }
    guard let first = parts.first else { throw UsageError("name the reports to merge") }
    for part in parts.dropFirst() { try first.checkSameRun(part) }
    try Self.checkShards(parts)
    try Self.checkCases(parts)
    self.paths = paths
    description = first.description
    description.shard = nil
    description.shardSource = nil
    description.startTime = parts.map(\.description.startTime).min() ?? first.description.startTime
    let common = parts.dropFirst().reduce(Set(first.description.options)) { options, part in
      options.intersection(part.description.options)
    }
    description.options = first.description.options.filter {
      common.contains($0) && !["--shard", "--shard-count"].contains($0.name)
    }
    if parts.count > 1 { description.caseCount = parts.reduce(0) { $0 &+ $1.description.caseCount } }
    wasInterrupted = parts.contains(where: \.summary.wasInterrupted)
    microseconds = parts.map(\.summary.microseconds).max() ?? 0
    entries = Self.entries(parts)
  }

  /// Passes everything on to writers and answers with what came of it. Throws `FileError`, or
  /// `ReportError` for a report on a case that cannot be read.
  package func emit(to writers: [any EventWriter]) throws -> RunSummary {
    let hub = EventHub(writers)
    hub.emit(.runStarted(description))
    for entry in entries {
      switch entry {
      case .notice(let notice): hub.emit(.notice(notice))
      case .report(let item, let part):
        guard let report = CaseReport.read(try spool.read(item.place)) else {
          throw ReportError(paths[part], line: item.line, "expected one JSON object with an event")
        }
        hub.emit(.caseFinished(report))
      }
    }
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
      throw UsageError(
        missing.count == 1
          ? "the report of shard \(names) is missing"
          : "the reports of shards \(names)\(missing.count > 10 ? ", …" : "") are missing")
    }
  }

  private static func checkCases(_ parts: [ReportPart]) throws(UsageError) {
    var origin: [ExactText: Int] = [:]
    for (number, part) in parts.enumerated() {
      for item in part.blocks.compactMap(\.item) {
        guard let other = origin.updateValue(number, forKey: ExactText(item.id)) else { continue }
        throw UsageError(
          other == number
            ? "\(part.path) reports twice on the case \(item.id)"
            : "\(parts[other].path) and \(part.path) both report on the case \(item.id)")
      }
    }
  }

  private static func entries(_ parts: [ReportPart]) -> [Entry] {
    func entries(_ block: ReportPart.Block, _ part: Int) -> [Entry] {
      (block.item.map { [.report($0, part: part)] } ?? []) + block.notices.map { .notice($0) }
    }
    guard parts.count > 1 else { return parts.flatMap(\.blocks).flatMap { entries($0, 0) } }
    var blocks = parts.enumerated().flatMap { number, part in
      part.blocks.filter { $0.item != nil }.map { (part: number, block: $0) }
    }
    // Scripts are run in the order given; only fixtures have ids that say where they belong.
    if parts.allSatisfy({ $0.description.suite != nil }) {
      let keyed = blocks.map { (key: EscapedText.bytes($0.block.item?.id ?? ""), block: $0) }
      blocks = keyed.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.block)
    }
    var all: [Entry] = notices(parts, \.head).map { .notice($0) }
    for (part, block) in blocks { all += entries(block, part) }
    for notice in notices(parts, \.tail) { all.append(.notice(notice)) }
    for part in parts where part.summary.wasInterrupted {
      all.append(
        .notice(
          Notice(
            .warning,
            .partInterrupted(
              shard: part.shard?.description, report: part.path.description, notRun: part.summary.notRun,
              count: part.summary.total))))
    }
    return all
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
