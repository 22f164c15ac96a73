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

  /// Arranges the lines of a difference. What replaces what is found by position: the first of some expected
  /// lines by the first of the actual lines after them, and so on.
  package init(_ lines: [DifferenceLine]) {
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
    for line in lines {
      let text = line.text ?? ""
      switch line.kind {
      case .expected:
        if !added.isEmpty { flush(into: &rows) }
        removed.append(text)
      case .actual: added.append(text)
      case .kept:
        flush(into: &rows)
        rows.append(.same(text))
      case .alike, .more:
        flush(into: &rows)
        rows.append(.omission(line.omission))
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
