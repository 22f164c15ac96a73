// The difference between two texts, line by line, as it is shown to a person.

/// One line of a difference.
package struct DifferenceLine: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    /// In both texts.
    case context
    /// Only in the expected text.
    case removed
    /// Only in the actual text.
    case added
    /// In neither: marks below a removed and an added line the bytes in which they differ.
    case marker
    /// In neither: stands for lines of both that are left out.
    case omission
  }

  package let kind: Kind
  package let text: String

  package init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }

  /// The line behind the sign of its kind, as in a unified diff.
  package var rendered: String {
    switch kind {
    case .context: "  " + text
    case .removed: "- " + text
    case .added: "+ " + text
    case .marker: "? " + text
    case .omission: "@ " + text
    }
  }
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
    var lines = Self.withoutFarContext(Self.marked(all), context: context)
    if lines.count > lineLimit {
      let left = lines.count - lineLimit
      lines = lines.prefix(lineLimit) + [DifferenceLine(.omission, "\(Count.lines(left)) more")]
    }
    self.lines = lines
  }

  /// The whole difference as text, each line ended by a newline.
  package var text: String {
    lines.map { $0.rendered + "\n" }.joined()
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
    return old[..<prefix].map { DifferenceLine(.context, String($0.text)) }
      + middleLines(oldMiddle, newMiddle)
      + old[(old.count - suffix)...].map { DifferenceLine(.context, String($0.text)) }
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
        lines.append(DifferenceLine(.removed, String(old[oldIndex].text)))
        oldIndex += 1
      } else if added.contains(newIndex) {
        lines.append(DifferenceLine(.added, String(new[newIndex].text)))
        newIndex += 1
      } else {
        lines.append(DifferenceLine(.context, String(old[oldIndex].text)))
        oldIndex += 1
        newIndex += 1
      }
    }
    return lines
  }

  /// Puts a marker under each removed line that one added line replaces.
  private static func marked(_ lines: [DifferenceLine]) -> [DifferenceLine] {
    var marked: [DifferenceLine] = []
    for (index, line) in lines.enumerated() {
      marked.append(line)
      let isPair =
        index > 0 && lines[index - 1].kind == .removed && line.kind == .added
        && (index < 2 || lines[index - 2].kind != .removed)
        && (index + 1 == lines.count || lines[index + 1].kind != .added)
      if isPair, let marker = marker(lines[index - 1].text, line.text) { marked.append(marker) }
    }
    return marked
  }

  /// Carets under the characters of the new line that differ; nil when that would not help.
  private static func marker(_ old: String, _ new: String) -> DifferenceLine? {
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
    return DifferenceLine(
      .marker, String(repeating: " ", count: prefix) + String(repeating: "^", count: carets))
  }

  private static func withoutFarContext(_ lines: [DifferenceLine], context: Int) -> [DifferenceLine] {
    var isKept = [Bool](repeating: false, count: lines.count)
    var lastChange: Int?
    for index in lines.indices {
      if lines[index].kind != .context { lastChange = index }
      if let lastChange, index - lastChange <= context { isKept[index] = true }
    }
    var nextChange: Int?
    for index in lines.indices.reversed() {
      if lines[index].kind != .context { nextChange = index }
      if let nextChange, nextChange - index <= context { isKept[index] = true }
    }
    var kept: [DifferenceLine] = []
    var omitted = 0
    for (index, line) in lines.enumerated() {
      if !isKept[index] {
        omitted += 1
        continue
      }
      if omitted > 0 { kept.append(DifferenceLine(.omission, "\(Count.lines(omitted)) alike")) }
      omitted = 0
      kept.append(line)
    }
    if omitted > 0, !kept.isEmpty { kept.append(DifferenceLine(.omission, "\(Count.lines(omitted)) alike")) }
    return kept
  }
}
