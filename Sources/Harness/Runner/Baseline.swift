// What cases cost, kept in a file to be held against later.

/// The cost of one case: the same on every machine.
package struct CaseCost: Hashable, Sendable, Codable {
  package var id: String
  /// WebAssembly instructions.
  package var instructions: UInt64
  /// Pages of 64 KiB.
  package var peakPages: UInt64

  /// Adds all fields, as the encoder would.
  func write(_ object: inout JSONObject) {
    object.field("id", id)
    object.field("instructions", instructions)
    object.field("peakPages", peakPages)
  }
}

/// The costs of cases, by id.
package struct Baseline: Hashable, Sendable {
  package var moduleDigest: String
  private var costs: [ExactText: CaseCost] = [:]

  private static let schema = "touchstone-baseline/1"

  private struct Header: Codable {
    var schema: String
    var module: String
  }

  package init(moduleDigest: String) {
    self.moduleDigest = moduleDigest
  }

  /// Reads a baseline: a header and one JSON object a case.
  package init(_ path: Path) throws {
    var lines = try Self.open(path)
    moduleDigest = try lines.header(Header.self, else: "this is no baseline; `--save-baseline` writes one") {
      $0.schema == Self.schema
    }.module
    while let line = try lines.next() {
      let cost = try lines.value(
        CaseCost.self, line, else: "expected a case with id, instructions and peakPages")
      costs[ExactText(cost.id)] = cost
    }
  }

  private static func open(_ path: Path) throws(FileError) -> JSONLinesReader {
    do throws(FileError) {
      return try JSONLinesReader(path)
    } catch {
      guard error.isAbsence else { throw error }
      throw FileError(
        path: path, action: error.action, cause: error.cause,
        reason:
          "\(error.cause); `\(ShellWord.line("touchstone run --save-baseline", [path.description]))` writes it"
      )
    }
  }

  /// What a case costs; nil when that is not known.
  package func cost(of id: String) -> CaseCost? { costs[ExactText(id)] }

  /// Notes what a case cost, if its cost means anything.
  package mutating func add(_ report: CaseReport) {
    guard let instructions = report.instructions, let peakPages = report.peakPages else { return }
    costs[ExactText(report.id)] = CaseCost(id: report.id, instructions: instructions, peakPages: peakPages)
  }

  /// Takes over what another baseline says, and the module that it speaks of.
  package mutating func replace(by other: Baseline) {
    moduleDigest = other.moduleDigest
    costs.merge(other.costs) { _, new in new }
  }

  /// The file's text, one line a case, ordered by id so that a reviewer's diff shows what changed.
  package var text: [UInt8] {
    var text = JSONLines.line(Header(schema: Self.schema, module: moduleDigest))
    for id in costs.keys.sorted() {
      guard let cost = costs[id] else { continue }
      text.appendObject(cost.write)
      text.append(0x0A)
    }
    return text
  }
}

extension Baseline {
  /// Writes it. Unless its cases `areAll` that there are, they replace their part of a file that is already
  /// there; a pipe or a stream takes them as they are. Throws `FileError` or `ReportError`.
  package func save(areAll: Bool, to file: OutputFile) throws {
    var baseline = self
    // A module that ran nothing says nothing of what is there.
    if !areAll, costs.isEmpty { return }
    if !areAll, file.replacesFile, try FileSystem.status(file.path) != nil {
      baseline = try Baseline(file.path)
      baseline.replace(by: self)
    }
    try file.write(baseline.text)
    try file.commit()
  }
}

/// Holds costs against a baseline.
package struct CostCheck: Hashable, Sendable {
  package var baseline: Baseline?
  /// By how many per cent a cost may grow; nil when growth is only noted.
  package var maximumGrowth: Double?

  package init(baseline: Baseline? = nil, maximumGrowth: Double? = nil) {
    self.baseline = baseline
    self.maximumGrowth = maximumGrowth
  }
}

/// Writes what cases cost.
package final class BaselineWriter: EventWriter {
  private let file: OutputFile
  private var baseline = Baseline(moduleDigest: "")
  private var isPart = false

  package init(_ file: OutputFile) {
    self.file = file
  }

  package func receive(_ event: RunEvent) throws {
    switch event {
    case .runStarted(let run):
      baseline.moduleDigest = run.moduleDigest
      isPart = run.shard != nil || run.suite?.isPartial ?? false
    case .caseFinished(let report): baseline.add(report)
    case .runFinished(let summary):
      // Costs of a part would pass for those of the whole.
      if !summary.wasInterrupted {
        try baseline.save(areAll: !isPart && summary.notRun == 0 && summary.isIncomplete != true, to: file)
      }
    default: break
    }
  }
}
