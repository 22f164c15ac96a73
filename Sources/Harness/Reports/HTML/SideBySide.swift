// A difference set out in two columns, as the HTML report shows it.

/// The lines of a difference, each beside the one that stands for it on the other side.
package struct SideBySide: Hashable, Sendable {
  package enum Row: Hashable, Sendable {
    /// A line that both sides have.
    case same(String)
    /// A line of the left side, of the right side, or one replaced by the other.
    case different(left: String?, right: String?)
    /// Says what was left out.
    case omission(String)
  }

  package private(set) var rows: [Row] = []

  /// Arranges lines that stand behind the signs of a diff. What replaces what is found by position: the
  /// first of some removed lines by the first of the lines added after them, and so on.
  package init(rendered lines: [String]) {
    var removed: [String] = []
    var added: [String] = []
    func flush(into rows: inout [Row]) {
      for index in 0..<max(removed.count, added.count) {
        rows.append(
          .different(
            left: index < removed.count ? removed[index] : nil,
            right: index < added.count ? added[index] : nil))
      }
      removed = []
      added = []
    }
    for line in lines.map({ DifferenceLine(rendered: $0) }) {
      switch line.kind {
      case .removed:
        if !added.isEmpty { flush(into: &rows) }
        removed.append(line.text)
      case .added: added.append(line.text)
      // The columns mark what differs in their own way.
      case .marker: continue
      case .context:
        flush(into: &rows)
        rows.append(.same(line.text))
      case .omission:
        flush(into: &rows)
        rows.append(.omission(line.text))
      }
    }
    flush(into: &rows)
  }

  /// Whether there is anything on the left: a case without a golden has nothing there.
  package var hasLeft: Bool { has { left, _ in left } }

  package var hasRight: Bool { has { _, right in right } }

  private func has(_ side: (String?, String?) -> String?) -> Bool {
    rows.contains { row in
      switch row {
      case .same: true
      case .different(let left, let right): side(left, right) != nil
      case .omission: false
      }
    }
  }
}

extension DifferenceLine {
  /// Reads a line back from behind its sign. A line without a sign is taken as an omission, which is
  /// shown as it is.
  package init(rendered line: String) {
    let kind: Kind? =
      switch line.utf8.first {
      case UInt8(ascii: " "): .context
      case UInt8(ascii: "-"): .removed
      case UInt8(ascii: "+"): .added
      case UInt8(ascii: "?"): .marker
      case UInt8(ascii: "@"): .omission
      default: nil
      }
    guard let kind, line.utf8.dropFirst().first == UInt8(ascii: " ") else {
      self.init(.omission, line)
      return
    }
    self.init(kind, String(line.unicodeScalars.dropFirst(2)))
  }
}
