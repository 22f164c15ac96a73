// What cases cost, kept in a file to be held against later.
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The cost of one case: the same on every machine.
package struct CaseCost: Hashable, Sendable, Codable {
  package var id: String
  /// WebAssembly instructions.
  package var instructions: UInt64
  /// Pages of 64 KiB.
  package var peakPages: UInt64
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
    let lines = try FileSystem.read(path).split(separator: 0x0A)
    let decoder = JSONDecoder()
    guard let first = lines.first, let header = try? decoder.decode(Header.self, from: Data(first)),
      header.schema == Self.schema
    else {
      throw ReportError(path, line: 1, "this is no baseline; `--save-baseline` writes one")
    }
    moduleDigest = header.module
    for (index, line) in lines.enumerated().dropFirst() {
      guard let cost = try? decoder.decode(CaseCost.self, from: Data(line)) else {
        throw ReportError(path, line: index + 1, "expected a case with id, instructions and peakPages")
      }
      costs[ExactText(cost.id)] = cost
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
  package var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func line(_ value: some Encodable) -> String {
      (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) + "\n" } ?? ""
    }
    return line(Header(schema: Self.schema, module: moduleDigest))
      + costs.sorted { $0.key < $1.key }.map { line($0.value) }.joined()
  }
}

extension Baseline {
  /// Writes it. Unless its cases `areAll` that there are, they replace their part of a file that is already
  /// there. Throws `FileError` or `ReportError`.
  package func save(areAll: Bool, to file: OutputFile) throws {
    var baseline = self
    // A module that ran nothing says nothing of what is there.
    if !areAll, costs.isEmpty { return }
    if !areAll, try FileSystem.status(file.path) != nil {
      baseline = try Baseline(file.path)
      baseline.replace(by: self)
    }
    try file.write(baseline.text)
    try file.commit()
  }
}

/// A report or baseline that cannot be read, and where.
package struct ReportError: Error, Hashable, Sendable, CustomStringConvertible {
  package let path: Path
  /// Counted from 1.
  package let line: Int
  package let reason: String

  init(_ path: Path, line: Int, _ reason: String) {
    self.path = path
    self.line = line
    self.reason = reason
  }

  package var description: String { "\(path):\(line): \(reason)" }
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

  /// Notes changed costs in a report, and fails a case that passed but grew too much.
  package func check(_ report: inout CaseReport) {
    report.baseline = baseline?.cost(of: report.id)
    guard let old = report.baseline, let instructions = report.instructions,
      let peakPages = report.peakPages
    else { return }
    check("instructions", from: old.instructions, to: instructions, &report)
    check("peak memory pages", from: old.peakPages, to: peakPages, &report)
  }

  private func check(_ what: String, from old: UInt64, to new: UInt64, _ report: inout CaseReport) {
    guard old != new else { return }
    let change =
      "\(what): \(Format.grouped(old)) → \(Format.grouped(new)) (\(Format.change(from: old, to: new)))"
    report.notes.append(change)
    guard let maximumGrowth, report.status == .passed || report.kind == "cost",
      Double(new) > Double(old) * (1 + maximumGrowth / 100)
    else { return }
    let allowed = Format.decimal(maximumGrowth, places: 1)
    report.message =
      report.kind == "cost"
      ? report.message + "; " + change : "costs more than the \(allowed) % growth allowed: " + change
    report.status = .failed
    report.kind = "cost"
  }
}

/// Collects what cases cost.
package final class BaselineWriter: EventWriter {
  package private(set) var baseline: Baseline

  package init(moduleDigest: String) {
    baseline = Baseline(moduleDigest: moduleDigest)
  }

  package func receive(_ event: RunEvent) {
    if case .caseFinished(let report) = event { baseline.add(report) }
  }
}
