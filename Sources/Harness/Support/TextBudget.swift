// How much text a report holds of one case: what is longer is cut, and what is left out is counted.

/// Room for the text of a case. No line of it gets longer than a few thousand bytes, and all of them together not
/// longer than some hundred kilobytes, in the form in which they are written.
package struct TextBudget {
  /// Appends a character as the report writes it.
  package typealias Escape = (Unicode.Scalar, inout String) -> Void

  package static let lineLength = 2_000
  private static let caseLength = 200_000

  /// Nil where text is written as it is.
  private let escape: Escape?
  private var room: Int

  package init(room: Int = caseLength, escape: Escape? = nil) {
    self.room = room
    self.escape = escape
  }

  /// The lines as they are to be written, as many as there is room for.
  package mutating func fit(_ lines: some Collection<String>, cuttingLines: Bool = true) -> [String] {
    var fitting: [String] = []
    for line in lines {
      let text = cuttingLines ? Self.line(line, escape: escape) : line
      if text.utf8.count >= room {
        fitting.append("… \(Count.lines(lines.count - fitting.count)) more")
        room = 0
        break
      }
      room -= text.utf8.count + 1
      fitting.append(text)
    }
    return fitting
  }

  /// A line as it is to be written, cut if need be.
  package static func line(_ text: String, length: Int = lineLength, escape: Escape? = nil) -> String {
    guard let escape else {
      return text.utf8.count <= length ? text : line(text, length: length) { $1.unicodeScalars.append($0) }
    }
    var line = ""
    var taken = 0
    for scalar in text.unicodeScalars {
      if line.utf8.count >= length {
        return line + "… (\(Count.bytes(text.utf8.count - taken)) more)"
      }
      escape(scalar, &line)
      taken += UTF8.width(scalar)
    }
    return line
  }
}
