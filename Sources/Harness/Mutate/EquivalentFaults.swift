// A file that says which faults make no difference, and why.
import LuaHost

/// Lines of an id and a reason; `#` begins a comment.
struct EquivalentFaults {
  /// The lines in their order.
  private(set) var entries: [(id: CaseID, reason: String, line: Int)] = []

  /// Throws `FileError` or `ReportError`.
  init(_ path: Path) throws {
    let text = try FileSystem.readFile(path)
    var known: Set<CaseID> = []
    for (index, line) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let words = line.split(maxSplits: 1) { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      guard let first = words.first, first.first != UInt8(ascii: "#") else { continue }
      let reason = words.count > 1 ? String(decoding: words[1], as: UTF8.self) : ""
      let trimmed = reason.drop { $0.isWhitespace }
      guard !trimmed.isEmpty else {
        throw ReportError(path, line: index + 1, "expected the id of a fault and behind it a reason")
      }
      let id = CaseID(components: [EscapedText.bytes(String(decoding: first, as: UTF8.self))])
      guard known.insert(id).inserted else {
        throw ReportError(path, line: index + 1, "\(id) is marked twice; leave one out")
      }
      entries.append((id, String(trimmed), index + 1))
    }
  }
}
