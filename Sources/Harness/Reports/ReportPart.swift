// One of the reports that are merged, taken apart.

/// A line that reports on a case, kept in a spool.
struct SpooledCase {
  let id: String
  /// The number of the line in the report, counted from 1.
  let line: Int
  let place: Range<Int>
}

/// A JSON-lines report, checked to be complete.
struct ReportPart {
  /// A case with the notices about it; without a case, other notices.
  struct Block {
    var item: SpooledCase?
    var notices: [Notice] = []
  }

  let path: Path
  let description: RunDescription
  let summary: RunSummary
  /// In the order of the report.
  private(set) var blocks: [Block] = []

  var shard: Shard? { description.shard.flatMap { Shard($0) } }

  /// The notices that are no case's and came before the first case.
  var head: [Notice] { blocks.first.flatMap { $0.item == nil ? $0.notices : nil } ?? [] }

  /// The notices that are no case's and came later.
  var tail: [Notice] { blocks.dropFirst().filter { $0.item == nil }.flatMap(\.notices) }

  /// Puts the lines on cases into the spool.
  init(_ path: Path, _ spool: Spool) throws {
    self.path = path
    var description: RunDescription?
    var summary: RunSummary?
    // The first block is that of the head.
    var blocks = [Block()]
    /// The file that the last block's case comes from.
    var file = ""
    var reader = try EventReader(path)
    while let item = try reader.nextItem() {
      switch item {
      case .report(let outline, let line):
        let start = spool.count
        try spool.append(line)
        blocks.append(Block(item: SpooledCase(id: outline.id, line: reader.line, place: start..<spool.count)))
        file = outline.file
      case .event(.runStarted(let start)): description = start
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
    guard let description, let summary else {
      throw ReportError(
        path, line: reader.line,
        "the report is cut off, so what wrote it was probably killed; run that shard again")
    }
    guard description.shard == nil || description.shard.flatMap({ Shard($0) }) != nil else {
      throw ReportError(path, line: 2, "`\(description.shard ?? "")` is no shard K/N")
    }
    let caseCount = blocks.count { $0.item != nil }
    guard summary.total == caseCount else {
      throw ReportError(
        path, line: reader.line,
        "the report is not complete: of \(Count.cases(summary.total)) it holds \(caseCount)")
    }
    self.description = description
    self.summary = summary
    self.blocks = blocks
  }

  /// Throws unless another part is of the same run, its shard aside.
  func checkSameRun(_ other: ReportPart) throws(UsageError) {
    let (own, others) = (description, other.description)
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
    let (options, otherOptions) = (Self.decisiveOptions(own), Self.decisiveOptions(others))
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
  }

  /// The options that decide what comes of a run. Of those that name files the files are left out, which
  /// may lie elsewhere on each machine.
  private static func decisiveOptions(_ description: RunDescription) -> [GivenOption] {
    description.options.filter { !localOptions.contains($0.name) }
      .map { fileOptions.contains($0.name) ? GivenOption($0.name) : $0 }
  }

  private static let fileOptions: Set = ["--baseline", "--expected", "--equivalent"]
  private static let localOptions: Set = [
    "--shard", "--shard-count", "--module", "--jobs", "--junit", "--junit-extras", "--json", "--html",
    "--coverage", "--save-baseline", "--slowest", "--color", "--quiet", "--verbose",
  ]
}
