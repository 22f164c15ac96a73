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
  /// Whether cases are missing.
  private let isIncomplete: Bool
  /// The longest time that a part took.
  package private(set) var microseconds: UInt64 = 0

  private enum Entry {
    /// `part` is the number of the report that it stands in.
    case report(SpooledCase, part: Int)
    case notice(Notice)
  }

  /// Reads JSON-lines reports. Throws `FileError`, `ReportError`, or `UsageError` when they are no parts
  /// of one run: shards are missing or doubled, or they tested other modules or cases, or otherwise. `isPartial`
  /// takes what there is when shards are missing or cut off.
  package init(_ paths: [Path], isPartial: Bool = false) throws {
    var parts: [ReportPart] = []
    for path in paths { parts.append(try ReportPart(path, spool, isPartial: isPartial)) }
    guard let first = parts.first else { throw UsageError("name the reports to merge") }
    for part in parts.dropFirst() { try first.checkSameRun(part) }
    let missing = try Self.missingShards(parts)
    if !isPartial, !missing.isEmpty { throw UsageError(Self.sentence(missing) + "; --partial does without") }
    try Self.checkCases(parts)
    self.paths = paths
    description = first.description
    (description.shard, description.shardSource, description.balanceDigest) = (nil, nil, nil)
    description.suite?.sizes = nil
    description.suite?.shared = nil
    description.startTime = parts.map(\.description.startTime).min() ?? first.description.startTime
    let common = parts.dropFirst().reduce(Set(first.description.options)) { options, part in
      options.intersection(part.description.options)
    }
    description.options = first.description.options.filter {
      common.contains($0) && !["--shard", "--shard-count"].contains($0.name)
    }
    if parts.count > 1 { description.caseCount = parts.reduce(0) { $0 &+ $1.description.caseCount } }
    wasInterrupted = parts.contains { $0.summary?.wasInterrupted == true }
    microseconds = parts.compactMap(\.summary?.microseconds).max() ?? 0
    entries = Self.entries(parts)
    var gaps: [Notice.Fact] = parts.filter(\.isIncomplete).map { part in
      .partCutOff(
        shard: part.description.shard, report: part.path.description, finished: part.caseCount,
        count: part.description.caseCount)
    }
    if !missing.isEmpty {
      gaps.append(.partsMissing(shards: missing.prefix(10).map(\.description), count: missing.count))
    }
    isIncomplete = !gaps.isEmpty || parts.contains { $0.summary?.isIncomplete == true }
    entries += gaps.map { .notice(Notice(.failure, $0)) }
  }

  /// In words which shards are missing.
  private static func sentence(_ missing: [Shard]) -> String {
    Notice(.failure, .partsMissing(shards: missing.prefix(10).map(\.description), count: missing.count))
      .message
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
    return hub.finish {
      ($0.wasInterrupted, $0.microseconds) = (wasInterrupted, microseconds)
      if isIncomplete { $0.isIncomplete = true }
    }
  }

  /// The shards of which there is no part.
  private static func missingShards(_ parts: [ReportPart]) throws(UsageError) -> [Shard] {
    guard let first = parts.first(where: { $0.shard != nil }), let shard = first.shard else { return [] }
    var owner: [Int: ReportPart] = [:]
    for part in parts {
      guard let own = part.shard, own.count == shard.count else {
        throw UsageError(
          "\(first.path) is shard \(shard), but \(part.path) is \(part.description.shard.map { "shard \($0)" } ?? "no shard")"
        )
      }
      if let other = owner.updateValue(part, forKey: own.index) {
        let isSame = other.summary?.contents == part.summary?.contents
        throw UsageError(
          "\(other.path) and \(part.path) are both shard \(own)" + (isSame ? "" : ", of files that differ"))
      }
    }
    return (1...shard.count).filter { owner[$0] == nil }.compactMap { Shard(index: $0, count: shard.count) }
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
    guard parts.count > 1 || parts.contains(where: \.isRecord) else {
      return parts.flatMap(\.blocks).flatMap { entries($0, 0) }
    }
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
    for part in parts {
      guard let summary = part.summary, summary.wasInterrupted else { continue }
      let fact = Notice.Fact.partInterrupted(
        shard: part.shard?.description, report: part.path.description, notRun: summary.notRun,
        count: summary.total)
      all.append(.notice(Notice(.warning, fact)))
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
