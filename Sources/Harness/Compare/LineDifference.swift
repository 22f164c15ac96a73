// The difference between two texts, line by line, as it is shown to a person.

/// One line of a difference.
package struct DifferenceLine: Hashable, Sendable, Codable {
  package enum Kind: String, Hashable, Sendable, Codable {
    /// In both texts.
    case kept
    /// Only in the expected text.
    case expected
    /// Only in the actual text.
    case actual
    /// Stands for lines of both that are left out, as they are alike.
    case alike
    /// Stands for the rest of a difference that is too long.
    case more
  }

  package let kind: Kind
  /// The line, in which every byte can be seen; nil for what stands for several.
  package let text: String?
  /// How many lines it stands for; nil for one line.
  package let count: Int?

  package init(_ kind: Kind, _ text: String) { (self.kind, self.text, count) = (kind, text, nil) }
  package init(_ kind: Kind, count: Int) { (self.kind, text, self.count) = (kind, nil, count) }
}

/// The lines that differ between an expected and an actual text, with some around them.
package struct LineDifference: Hashable, Sendable {
  package let lines: [DifferenceLine]

  /// With more lines between the first and the last difference the two texts are shown one after the
  /// other: the search for common lines takes time and memory by the square of the lines that differ, and
  /// such a difference is too long to read anyhow.
  private static let longestSearch = 3000

  /// Compares texts whose lines show every byte, such as goldens. `context` lines are kept around each
  /// difference, and at most `lineLimit` lines in all.
  package init(expected: String, actual: String, context: Int = 3, lineLimit: Int = 200) {
    let all = Self.allLines(Self.split(expected), Self.split(actual))
    var lines = Self.withoutFarContext(all, context: context)
    if lines.count > lineLimit {
      lines = lines.prefix(lineLimit) + [DifferenceLine(.more, count: lines.count - lineLimit)]
    }
    self.lines = lines
  }

  /// A line that is the same as another only if its bytes are: text that merely looks alike differs.
  private struct Line: Equatable {
    let text: Substring

    static func == (left: Line, right: Line) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
  }

  private static func split(_ text: String) -> [Line] {
    var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { Line(text: Substring($0)) }
  }

  private static func allLines(_ old: [Line], _ new: [Line]) -> [DifferenceLine] {
    let prefix = zip(old, new).prefix { $0 == $1 }.count
    let suffix = zip(old.dropFirst(prefix).reversed(), new.dropFirst(prefix).reversed())
      .prefix { $0 == $1 }.count
    let oldMiddle = Array(old[prefix..<(old.count - suffix)])
    let newMiddle = Array(new[prefix..<(new.count - suffix)])
    return old[..<prefix].map { DifferenceLine(.kept, String($0.text)) }
      + middleLines(oldMiddle, newMiddle)
      + old[(old.count - suffix)...].map { DifferenceLine(.kept, String($0.text)) }
  }

  private static func middleLines(_ old: [Line], _ new: [Line]) -> [DifferenceLine] {
    var removed = Set(old.indices)
    var added = Set(new.indices)
    // Between something and nothing there is nothing to search for.
    if !old.isEmpty, !new.isEmpty, old.count + new.count <= longestSearch {
      (removed, added) = ([], [])
      for change in new.difference(from: old) {
        switch change {
        case .remove(let offset, _, _): removed.insert(offset)
        case .insert(let offset, _, _): added.insert(offset)
        }
      }
    }
    var lines: [DifferenceLine] = []
    var (oldIndex, newIndex) = (0, 0)
    while oldIndex < old.count || newIndex < new.count {
      if removed.contains(oldIndex) {
        lines.append(DifferenceLine(.expected, String(old[oldIndex].text)))
        oldIndex += 1
      } else if added.contains(newIndex) {
        lines.append(DifferenceLine(.actual, String(new[newIndex].text)))
        newIndex += 1
      } else {
        lines.append(DifferenceLine(.kept, String(old[oldIndex].text)))
        oldIndex += 1
        newIndex += 1
      }
    }
    return lines
  }

  private static func withoutFarContext(_ lines: [DifferenceLine], context: Int) -> [DifferenceLine] {
    var isKept = [Bool](repeating: false, count: lines.count)
    var lastChange: Int?
    for index in lines.indices {
      if lines[index].kind != .kept { lastChange = index }
      if let lastChange, index - lastChange <= context { isKept[index] = true }
    }
    var nextChange: Int?
    for index in lines.indices.reversed() {
      if lines[index].kind != .kept { nextChange = index }
      if let nextChange, nextChange - index <= context { isKept[index] = true }
    }
    var kept: [DifferenceLine] = []
    var omitted = 0
    for (index, line) in lines.enumerated() {
      if !isKept[index] {
        omitted += 1
        continue
      }
      if omitted > 0 { kept.append(DifferenceLine(.alike, count: omitted)) }
      omitted = 0
      kept.append(line)
    }
    if omitted > 0, !kept.isEmpty { kept.append(DifferenceLine(.alike, count: omitted)) }
    return kept
  }
}
