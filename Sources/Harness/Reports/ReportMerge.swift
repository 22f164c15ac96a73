// Joins the reports of several shards into the report of the whole.
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The parts of one run, checked to be all of it.
package struct ReportMerge {
  /// What was run, as if it had been run in one place.
  package private(set) var description: RunDescription
  /// Where the lines are that report on cases, ordered by id.
  private var cases: [SpooledCase] = []
  private let spool = Spool()
  /// What the parts had to say besides.
  package private(set) var notices: [Notice] = []
  package private(set) var wasInterrupted = false
  private let paths: [Path]
  /// The longest time that a part took.
  package private(set) var microseconds: UInt64 = 0

  /// Reads JSON-lines reports. Throws `FileError`, `ReportError`, or `UsageError` when they are no parts
  /// of one run: shards are missing or doubled, or they tested different modules.
  package init(_ paths: [Path]) throws {
    var parts: [Part] = []
    for path in paths { parts.append(try Part(path, number: parts.count, spool, &cases)) }
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
    for part in parts {
      notices += part.notices
      wasInterrupted = wasInterrupted || part.summary.wasInterrupted
      microseconds = max(microseconds, part.summary.microseconds)
    }
    cases.sort { $0.id == $1.id ? $0.part < $1.part : $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    for (one, other) in zip(cases, cases.dropFirst()) where one.id == other.id {
      throw UsageError(
        "\(parts[one.part].path) and \(parts[other.part].path) both report on the case \(one.id)")
    }
    self.paths = parts.map(\.path)
    description.caseCount = cases.count
  }

  /// Passes everything on to writers and answers with what came of it. Throws `FileError`, or
  /// `ReportError` for a report on a case that cannot be read.
  package func emit(to writers: [any EventWriter]) throws -> RunSummary {
    let hub = EventHub(writers)
    hub.emit(.runStarted(description))
    let decoder = JSONDecoder()
    for item in cases {
      guard let report = CaseReport.read(try spool.read(item.place), decoder) else {
        throw ReportError(paths[item.part], line: item.line, "expected one JSON object with an event")
      }
      hub.emit(.caseFinished(report))
    }
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

/// A line that reports on a case.
private struct SpooledCase {
  let id: String
  /// The number of the part, and of the line in it.
  let part: Int
  let line: Int
  let place: Range<Int>
}

/// One report, taken apart.
private struct Part {
  let path: Path
  let description: RunDescription
  let summary: RunSummary
  var notices: [Notice] = []

  var shard: Shard? { description.shard.flatMap { Shard($0) } }

  /// Puts the lines on cases into the spool.
  init(_ path: Path, number: Int, _ spool: Spool, _ cases: inout [SpooledCase]) throws {
    self.path = path
    var description: RunDescription?
    var summary: RunSummary?
    var reader = try EventReader(path)
    while let item = try reader.nextItem() {
      switch item {
      case .report(let id, let line):
        let start = spool.count
        try spool.append(line)
        cases.append(SpooledCase(id: id, part: number, line: reader.line, place: start..<spool.count))
      case .event(.runStarted(let start)): description = start
      case .event(.notice(let notice)): notices.append(notice)
      case .event(.runFinished(let end)): summary = end
      case .event(.caseFinished): break
      }
    }
    guard let description, let summary else {
      throw ReportError(path, line: reader.line, "the report is not complete: it has no start or no end")
    }
    self.description = description
    self.summary = summary
  }
}
