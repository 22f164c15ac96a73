// Differences as lines of text, behind the signs of a diff.

extension DifferenceLine {
  /// The line behind its sign.
  package var rendered: String {
    switch kind {
    case .kept: "  " + (text ?? "")
    case .expected: "- " + (text ?? "")
    case .actual: "+ " + (text ?? "")
    case .alike, .more: "@ " + omission
    }
  }

  /// What is said of the lines for which this one stands.
  var omission: String { "\(Count.lines(count ?? 0)) \(kind.rawValue)" }
}

/// A line of a difference as it is shown, and what its colour means.
package struct DiffLine: Hashable, Sendable {
  package let text: String
  /// Nil for marks below a line.
  let kind: DifferenceLine.Kind?

  /// A difference, with a line of marks under each that alone replaces another.
  package static func lines(_ lines: [DifferenceLine]) -> [DiffLine] {
    var shown: [DiffLine] = []
    for (index, line) in lines.enumerated() {
      shown.append(DiffLine(text: line.rendered, kind: line.kind))
      let isPair =
        index > 0 && lines[index - 1].kind == .expected && line.kind == .actual
        && (index < 2 || lines[index - 2].kind != .expected)
        && (index + 1 == lines.count || lines[index + 1].kind != .actual)
      if isPair, let marks = marks(lines[index - 1].text ?? "", line.text ?? "") {
        shown.append(DiffLine(text: "? " + marks, kind: nil))
      }
    }
    return shown
  }

  /// Carets under the characters of the new line that differ; nil when that would not help.
  private static func marks(_ old: String, _ new: String) -> String? {
    // Carets far to the right would be out of sight. A character has hardly more than four bytes.
    guard zip(old.utf8, new.utf8).prefix(800).contains(where: { $0 != $1 }) || old.utf8.count < 800 else {
      return nil
    }
    let (old, new) = (Array(old), Array(new))
    let prefix = zip(old, new).prefix { $0 == $1 }.count
    let suffix = zip(old.dropFirst(prefix).reversed(), new.dropFirst(prefix).reversed())
      .prefix { $0 == $1 }.count
    guard prefix + suffix > 2, prefix < 200 else { return nil }
    let carets = min(max(1, new.count - prefix - suffix), 200)
    return String(repeating: " ", count: prefix) + String(repeating: "^", count: carets)
  }
}
