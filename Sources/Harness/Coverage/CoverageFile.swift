// Coverage in a file: JSON lines, a header and one object a case.
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

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
  package var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func line(_ value: some Encodable) -> String {
      (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) + "\n" } ?? ""
    }
    let header = Header(
      schema: Self.schema, module: moduleDigest, functions: labels, imports: importCount,
      start: enteredAtStart.sorted())
    return line(header)
      + cases.map { line(Line(case: $0.id, functions: $0.functions.sorted())) }.joined()
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
    let lines = try FileSystem.read(path).split(separator: 0x0A)
    let decoder = JSONDecoder()
    guard let first = lines.first, let header = try? decoder.decode(Header.self, from: Data(first)),
      header.schema == Self.schema, header.imports >= 0, header.imports <= header.functions.count
    else { throw ReportError(path, line: 1, "this is no coverage; `run --coverage` writes one") }
    self.init(moduleDigest: header.module, labels: header.functions, importCount: header.imports)
    enteredAtStart = Set(header.start)
    for (index, line) in lines.enumerated().dropFirst() {
      guard let item = try? decoder.decode(Line.self, from: Data(line)),
        item.functions.allSatisfy({ Int($0) < labels.count })
      else {
        throw ReportError(path, line: index + 1, "expected a case with the indices of functions it enters")
      }
      cases.append(Case(id: item.case, functions: Set(item.functions)))
    }
  }
}
