// One line of a difference as HTML: what differs is marked, and what cannot be seen is shown.

/// Lines of goldens, cut into what is shown as one: a character or an escape.
struct DifferenceText {
  private struct Piece: Equatable {
    var scalars: Substring.UnicodeScalarView
    var isEscape: Bool

    static func == (left: Piece, right: Piece) -> Bool { left.scalars.elementsEqual(right.scalars) }
  }

  private let pieces: [Piece]

  /// A line that is longer than this many pieces is shown only around what differs.
  private static let longestLine = 2000
  /// So many pieces are then shown before that.
  private static let contextBefore = 200

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

  /// The line without marks.
  var markup: String { markup(emphasis: pieces.count..<pieces.count) }

  /// Two lines that stand side by side, what differs between their common beginning and their common end
  /// marked.
  static func markup(_ left: String, _ right: String) -> (left: String, right: String) {
    let (old, new) = (DifferenceText(left), DifferenceText(right))
    let prefix = zip(old.pieces, new.pieces).prefix { $0 == $1 }.count
    let suffix = zip(old.pieces.dropFirst(prefix).reversed(), new.pieces.dropFirst(prefix).reversed())
      .prefix { $0 == $1 }.count
    return (
      old.markup(emphasis: prefix..<(old.pieces.count - suffix)),
      new.markup(emphasis: prefix..<(new.pieces.count - suffix))
    )
  }

  private func markup(emphasis: Range<Int>) -> String {
    var shown = 0..<pieces.count
    if pieces.count > Self.longestLine {
      let focus = emphasis.lowerBound < pieces.count ? emphasis.lowerBound : 0
      let start = min(max(0, focus - Self.contextBefore), pieces.count - Self.longestLine)
      shown = start..<(start + Self.longestLine)
    }
    let marked = emphasis.clamped(to: shown)
    var text = Self.omission(shown.lowerBound)
    append(shown.lowerBound..<marked.lowerBound, isMarked: false, to: &text)
    if !marked.isEmpty {
      // A mark over the whole line would say nothing that the line's colour does not.
      let isPartial = marked.count < pieces.count
      if isPartial { text += "<mark>" }
      append(marked, isMarked: true, to: &text)
      if isPartial { text += "</mark>" }
    }
    append(marked.upperBound..<shown.upperBound, isMarked: false, to: &text)
    return text + Self.omission(pieces.count - shown.upperBound)
  }

  private static func omission(_ count: Int) -> String {
    count == 0
      ? "" : "<i class=\"o\">… \(Format.grouped(count)) more \(count == 1 ? "character" : "characters") …</i>"
  }

  private func append(_ range: Range<Int>, isMarked: Bool, to text: inout String) {
    let lastSeen = pieces.lastIndex { !$0.scalars.elementsEqual([" "]) } ?? -1
    for index in range {
      let piece = pieces[index]
      if piece.isEscape {
        // A doubled backslash and a quote can be seen.
        let isSeen =
          piece.scalars.elementsEqual("\\\\".unicodeScalars)
          || piece.scalars.elementsEqual("\\\"".unicodeScalars)
        let escape = HTMLText.content(String(piece.scalars))
        text += isSeen ? escape : "<i class=\"x\">\(escape)</i>"
        continue
      }
      guard let scalar = piece.scalars.first else { continue }
      if scalar == " " {
        // CSS draws the dot, so that a copy of the text holds a space.
        text += isMarked || index > lastSeen ? "<i class=\"w\"> </i>" : " "
      } else if let escape = HTMLText.escape(scalar) ?? (isMarked ? Self.composition(scalar) : nil) {
        text += "<i class=\"x\">\(escape)</i>"
      } else {
        HTMLText.append(scalar, to: &text)
      }
    }
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
