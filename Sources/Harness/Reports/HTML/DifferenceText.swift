// One line of a difference as HTML: what differs is marked, and what cannot be seen is shown.

/// A line of a golden, cut into what is shown as one: a character or an escape.
struct DifferenceText {
  private struct Piece: Equatable {
    var scalars: Substring.UnicodeScalarView
    var isEscape: Bool

    static func == (left: Piece, right: Piece) -> Bool { left.scalars.elementsEqual(right.scalars) }

    var isSpace: Bool { scalars.elementsEqual(CollectionOfOne(" ")) }

    /// Whether it is a part of a word: a letter, a digit, or what melts into one.
    var joinsWord: Bool {
      guard let scalar = scalars.first, !isEscape else { return false }
      return scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_"
        || DifferenceText.composition(scalar) != nil
    }
  }

  private let pieces: [Piece]

  /// A line that is longer than this many pieces is not shown whole.
  private static let longestLine = 600
  /// So many pieces are then shown before and behind what differs.
  private static let context = 100

  init(_ line: String) {
    var pieces: [Piece] = []
    var rest = line.unicodeScalars[...]
    while !rest.isEmpty {
      let length = Self.escapeLength(rest)
      pieces.append(Piece(scalars: rest.prefix(max(1, length)), isEscape: length > 0))
      rest = rest.dropFirst(max(1, length))
    }
    self.pieces = pieces
  }

  /// How many characters at the beginning are an escape that stands for something unseen, or for a
  /// backslash or a quote; 0 if none.
  private static func escapeLength(_ text: Substring.UnicodeScalarView) -> Int {
    guard text.first == "\\", let letter = text.dropFirst().first else { return 0 }
    switch letter {
    case "n", "r", "t", "\\", "\"": return 2
    case "x": return text.prefix(4).count == 4 ? 4 : 0
    case "u":
      guard let end = text.prefix(10).firstIndex(of: "}") else { return 0 }
      return text[...end].count
    default: return 0
    }
  }

  /// A line without marks.
  static func markup(_ line: String) -> String {
    // Most lines are so, and need not be cut into pieces.
    let isPlain =
      line.utf8.count <= longestLine && line.utf8.last != UInt8(ascii: " ")
      && line.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
    return isPlain ? HTMLText.content(line) : DifferenceText(line).markup([])
  }

  /// Two lines that stand side by side, each with what the other does not have marked.
  static func markup(_ left: String, _ right: String) -> (left: String, right: String) {
    let (old, new) = (DifferenceText(left), DifferenceText(right))
    let parts = ChangedParts(old.pieces, new.pieces, joinsWord: \.joinsWord)
    return (old.markup(parts.left), new.markup(parts.right))
  }

  private func markup(_ marked: [Range<Int>]) -> String {
    var text = ""
    for (range, isMarked) in ranges(marked) {
      guard let range else {
        text += "<i class=\"o\">\(omission(text.isEmpty, marked))</i>"
        continue
      }
      if isMarked { text += "<mark>" }
      append(range, isMarked: isMarked, to: &text)
      if isMarked { text += "</mark>" }
    }
    return text
  }

  /// What is shown of a line as text.
  enum Part {
    case text(String, isMarked: Bool)
    /// Says what is left out here.
    case omission(String)
  }

  /// Two lines of which one replaces the other, each with what the other does not have marked.
  static func parts(_ left: String, _ right: String) -> (left: [Part], right: [Part]) {
    let (old, new) = (DifferenceText(left), DifferenceText(right))
    let parts = ChangedParts(old.pieces, new.pieces, joinsWord: \.joinsWord)
    return (old.parts(parts.left), new.parts(parts.right))
  }

  private func parts(_ marked: [Range<Int>]) -> [Part] {
    ranges(marked).enumerated().map { index, part in
      guard let range = part.range else { return .omission(omission(index == 0, marked)) }
      return .text(String(pieces[range].map { String($0.scalars) }.joined()), isMarked: part.isMarked)
    }
  }

  /// The line in pieces that are marked and such that are not; nil stands for what is left out at an end of it.
  private func ranges(_ marked: [Range<Int>]) -> [(range: Range<Int>?, isMarked: Bool)] {
    let shown = shownPart(marked)
    // A mark over the whole line would say nothing that the line's colour does not.
    let marks = marked == [0..<pieces.count] ? [] : marked.map { $0.clamped(to: shown) }
    var ranges: [(range: Range<Int>?, isMarked: Bool)] = shown.lowerBound > 0 ? [(nil, false)] : []
    var position = shown.lowerBound
    for mark in marks where !mark.isEmpty {
      if position < mark.lowerBound { ranges.append((position..<mark.lowerBound, false)) }
      ranges.append((mark, true))
      position = mark.upperBound
    }
    if position < shown.upperBound { ranges.append((position..<shown.upperBound, false)) }
    return shown.upperBound < pieces.count ? ranges + [(nil, false)] : ranges
  }

  /// The part of the line that is shown: all of it, or what differs with something around it.
  private func shownPart(_ marked: [Range<Int>]) -> Range<Int> {
    guard pieces.count > Self.longestLine else { return 0..<pieces.count }
    guard let first = marked.first?.lowerBound, let last = marked.last?.upperBound else {
      return 0..<Self.longestLine
    }
    let start = max(0, first - Self.context)
    return start..<min(pieces.count, last + Self.context, start + Self.longestLine)
  }

  private func omission(_ isInFront: Bool, _ marked: [Range<Int>]) -> String {
    let shown = shownPart(marked)
    let count = isInFront ? shown.lowerBound : pieces.count - shown.upperBound
    return " … \(Format.grouped(count)) more \(count == 1 ? "character" : "characters") … "
  }

  private func append(_ range: Range<Int>, isMarked: Bool, to text: inout String) {
    let lastSeen = pieces.lastIndex { !$0.isSpace } ?? -1
    for index in range {
      let piece = pieces[index]
      if piece.isEscape {
        append(escape: String(piece.scalars), to: &text)
        continue
      }
      guard let scalar = piece.scalars.first else { continue }
      if piece.isSpace {
        // CSS draws the dot, so that a copy of the text holds a space.
        text += isMarked || index > lastSeen ? "<i class=\"w\"> </i>" : " "
      } else if let escape = HTMLText.escape(scalar) ?? (isMarked ? Self.composition(scalar) : nil) {
        text += "<i class=\"x\">\(escape)</i>"
      } else {
        HTMLText.append(scalar, to: &text)
      }
    }
  }

  private func append(escape: String, to text: inout String) {
    let markup = HTMLText.attribute(escape)
    // A doubled backslash and a quote stand for what can be seen.
    text += escape == "\\\\" || escape == "\\\"" ? markup : "<i class=\"x\">\(markup)</i>"
  }

  /// The escape for a mark that melts into the character before it: where two lines differ, é in one
  /// piece and in two would look the same.
  private static func composition(_ scalar: Unicode.Scalar) -> String? {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .spacingMark: HTMLText.namedByNumber(scalar)
    default: nil
    }
  }
}
