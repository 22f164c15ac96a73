// One of the reports that are merged, taken apart.

/// A line that reports on a case, kept in a spool.
struct SpooledCase {
  let id: String
  /// The number of the line in the report, counted from 1.
  let line: Int
  let place: Range<Int>
}

/// A JSON-lines report, checked to be complete unless parts of it will do. The record of the last run is one of a run
/// that was cut off.
struct ReportPart {
  /// A case with the notices about it; without a case, other notices.
  struct Block {
    var item: SpooledCase?
    var notices: [Notice] = []
  }

  let path: Path
  private(set) var description: RunDescription
  /// Nil when the report is cut off.
  let summary: RunSummary?
  /// Whether it is the record of the last run, in which cases stand as they ended.
  let isRecord: Bool
  /// In the order of the report.
  private(set) var blocks: [Block] = []

  var shard: Shard? { description.shard.flatMap { Shard($0) } }

  /// The notices that are no case's and came before the first case.
  var head: [Notice] { blocks.first.flatMap { $0.item == nil ? $0.notices : nil } ?? [] }

  /// The notices that are no case's and came later.
  var tail: [Notice] { blocks.dropFirst().filter { $0.item == nil }.flatMap(\.notices) }

  /// How many cases it has.
  var caseCount: Int { blocks.count { $0.item != nil } }

  /// Puts the lines on cases into the spool. `isPartial` takes a report that is cut off.
  init(_ path: Path, _ spool: Spool, isPartial: Bool) throws {
    self.path = path
    var runs: [RunDescription] = []
    var summary: RunSummary?
    var isRecord = false
    // The first block is that of the head.
    var blocks = [Block()]
    /// The file that the last block's case comes from.
    var file = ""
    var reader = try EventReader(path, isLenient: isPartial)
    while let item = try reader.nextItem() {
      switch item {
      // What is remembered of earlier runs stands in front.
      case .report where runs.isEmpty: isRecord = true
      case .planned: isRecord = true
      case .report(let outline, let line):
        let start = spool.count
        try spool.append(line)
        blocks.append(Block(item: SpooledCase(id: outline.id, line: reader.line, place: start..<spool.count)))
        file = outline.file
      case .event(.runStarted(let start)): runs.append(start)
      case .event(.notice(let notice)):
        // Some commands speak of a file as a whole after its cases.
        if blocks[blocks.count - 1].item != nil, file.isEmpty || file != notice.file {
          blocks.append(Block())
        }
        blocks[blocks.count - 1].notices.append(notice)
      case .event(.runFinished(let end)): summary = end
      case .event: break
      }
    }
    guard let first = runs.first, isPartial || summary != nil && !isRecord else {
      throw ReportError(
        path, line: reader.line,
        isRecord
          ? "this is the record of the last run; "
            + (runs.isEmpty ? "that ended, and its reports have all of it" : "merge --partial takes it")
          : "the report is cut off, so what wrote it was probably killed; run that shard again, or take it as it is"
            + " with merge --partial")
    }
    guard first.shard == nil || first.shard.flatMap({ Shard($0) }) != nil else {
      throw ReportError(path, line: 2, "`\(first.shard ?? "")` is no shard K/N")
    }
    description = first
    (self.summary, self.isRecord, self.blocks) = (summary, isRecord, blocks)
    if let summary, summary.total != caseCount, !isPartial {
      throw ReportError(
        path, line: reader.line,
        "the report is not complete: of \(Count.cases(summary.total)) it holds \(caseCount)")
    }
    // Shards that were run beside one another share a record.
    for run in runs.dropFirst() where run.shard != first.shard {
      try Self.checkSameRun((path, first), (path, run))
      description.shard = nil
      description.caseCount &+= run.caseCount
    }
  }

  /// Whether cases are missing that were to be run.
  var isIncomplete: Bool { summary.map { $0.total != caseCount } ?? true }

  /// Throws unless another part is of the same run, its shard aside.
  func checkSameRun(_ other: ReportPart) throws(UsageError) {
    try Self.checkSameRun((path, description), (other.path, other.description))
  }

  private typealias Run = (path: Path, run: RunDescription)

  private static func checkSameRun(_ one: Run, _ other: Run) throws(UsageError) {
    let (path, own, others) = (one.path, one.run, other.run)
    if own.language != others.language || own.name != others.name {
      throw UsageError("\(path) and \(other.path) are reports of different commands")
    }
    if own.engineVersion != others.engineVersion {
      throw UsageError(
        "\(path) was written by touchstone \(own.engineVersion), but \(other.path) by \(others.engineVersion)"
      )
    }
    // A part that was interrupted while it read its module knows no digest.
    if own.moduleDigest != others.moduleDigest, ![own.moduleDigest, others.moduleDigest].contains("") {
      throw UsageError("\(path) and \(other.path) are reports on different modules")
    }
    if own.oldModuleDigest != others.oldModuleDigest {
      throw UsageError("\(path) and \(other.path) are comparisons with different modules")
    }
    let (options, otherOptions) = (decisiveOptions(own), decisiveOptions(others))
    func text(_ options: [GivenOption]) -> String { options.map(\.description).joined(separator: " ") }
    let only = text(options.filter { !otherOptions.contains($0) })
    let otherOnly = text(otherOptions.filter { !options.contains($0) })
    switch (only, otherOnly) {
    case ("", ""): break
    case (_, ""): throw UsageError("\(path) was run with \(only), but \(other.path) without")
    case ("", _): throw UsageError("\(other.path) was run with \(otherOnly), but \(path) without")
    default: throw UsageError("\(path) was run with \(only), but \(other.path) with \(otherOnly)")
    }
    if own.suite?.digest != others.suite?.digest {
      let counts = [own, others].compactMap { $0.suite.map { "\($0.caseCount)" } }.joined(separator: " and ")
      throw UsageError(
        "\(path) and \(other.path) are parts of runs of different cases, \(counts) in all shards; run all"
          + " shards on the same fixtures, with the same paths")
    }
    // What was not dealt to shards has none of these.
    func differ(_ digest: (RunDescription) -> String?) -> Bool {
      if let own = digest(own), let other = digest(others) { own != other } else { false }
    }
    for (isOther, difference) in [
      (
        differ(\.suite?.sizes),
        "fixtures and goldens whose sizes differ; run all shards on the same files"
      ),
      (
        differ(\.suite?.shared),
        "other `defaults` files, or other modules that they name; run all shards on the same files"
      ),
      (differ(\.balanceDigest), "cases dealt by different baselines; --balance all alike"),
    ] where isOther {
      throw UsageError("\(path) and \(other.path) are parts of runs of \(difference)")
    }
  }

  /// The options that decide what comes of a run. Of those that name files the files are left out, which
  /// may lie elsewhere on each machine.
  private static func decisiveOptions(_ description: RunDescription) -> [GivenOption] {
    description.options.filter { !localOptions.contains($0.name) }
      .map { fileOptions.contains($0.name) ? GivenOption($0.name) : $0 }
  }

  private static let fileOptions: Set = ["--balance", "--baseline", "--expected", "--equivalent"]
  private static let localOptions = Set(
    RunOptions.outputs.map(\.name) + [
      "--shard", "--shard-count", "--module", "--jobs", "--junit-extras", "--slowest", "--color", "--quiet",
      "--verbose",
    ])
}
