// Coverage in a file: JSON lines, a header and one object a case.

extension Coverage {
  private static let schema = "touchstone-coverage/1"

  private struct Header: Codable {
    var schema: String
    var module: String
    /// Names by index, imports first.
    var functions: [String]
    var imports: Int
    var start: [UInt32]
  }

  private struct Line: Codable {
    var `case`: String
    var functions: [UInt32]
  }

  /// The file's text.
  package var text: [UInt8] {
    let header = Header(
      schema: Self.schema, module: moduleDigest, functions: labels, imports: importCount,
      start: enteredAtStart.sorted())
    return cases.reduce(into: JSONLines.line(header)) {
      $0 += JSONLines.line(Line(case: $1.id, functions: $1.functions.sorted()))
    }
  }

  /// Reads files that `run --coverage` wrote, of shards or of different cases, as one. Throws `FileError`,
  /// `ReportError`, or `UsageError` when they are not of the same module.
  package init(_ paths: [Path]) throws {
    guard let first = paths.first else { throw UsageError("name the files that run --coverage wrote") }
    self = try Coverage(first)
    var functions = Dictionary(cases.map { (ExactText($0.id), $0.functions) }) { $0.union($1) }
    for path in paths.dropFirst() {
      let other = try Coverage(path)
      guard other.moduleDigest == moduleDigest, other.labels == labels else {
        throw UsageError("\(first) and \(path) are the coverage of different modules")
      }
      enteredAtStart.formUnion(other.enteredAtStart)
      for item in other.cases { functions[ExactText(item.id), default: []].formUnion(item.functions) }
    }
    cases = functions.sorted { $0.key < $1.key }.map { Case(id: $0.key.text, functions: $0.value) }
  }

  private init(_ path: Path) throws {
    var lines = try JSONLinesReader(path)
    let header = try lines.header(Header.self, else: "this is no coverage; `run --coverage` writes one") {
      $0.schema == Self.schema && $0.imports >= 0 && $0.imports <= $0.functions.count
    }
    self.init(moduleDigest: header.module, labels: header.functions, importCount: header.imports)
    enteredAtStart = Set(header.start)
    while let line = try lines.next() {
      let reason = "expected a case with the indices of functions it enters"
      let item = try lines.value(Line.self, line, else: reason)
      guard item.functions.allSatisfy({ Int($0) < labels.count }) else {
        throw ReportError(path, line: lines.line, reason)
      }
      cases.append(Case(id: item.case, functions: Set(item.functions)))
    }
  }
}

/// Writes which functions cases enter.
final class CoverageWriter: EventWriter {
  private let file: OutputFile
  private var coverage: Coverage

  init(_ file: OutputFile, _ coverage: Coverage) {
    self.file = file
    self.coverage = coverage
  }

  func receive(_ event: RunEvent) throws(FileError) {
    switch event {
    case .caseObserved(let id, let observed): coverage.add(id, observed)
    case .runFinished:
      try file.write(coverage.text)
      try file.commit()
    default: break
    }
  }
}
