/// What is wrong with a text, where, and how to show it.

/// A place in a text. Lines and columns count from 1, columns in Unicode scalars.
public struct TextPosition: Hashable, Sendable {
  /// In bytes from the start of the text.
  public var offset: Int
  public var line: Int
  public var column: Int

  public init(offset: Int, line: Int, column: Int) {
    self.offset = offset
    self.line = line
    self.column = column
  }

  /// Where every text begins.
  public static let start = TextPosition(offset: 0, line: 1, column: 1)

  /// The place `offset` bytes into a text. Lines and columns are counted from `base`, a place before it that
  /// is known; where it is not before, from the start.
  public init(offset: Int, in bytes: [UInt8], from base: TextPosition = .start) {
    let offset = min(max(offset, 0), bytes.count)
    var place = base.offset <= offset ? base : .start
    for byte in bytes[place.offset..<offset] {
      if byte == UInt8(ascii: "\n") {
        place.line += 1
        place.column = 1
      } else if byte & 0xC0 != 0x80 {
        place.column += 1
      }
    }
    self.init(offset: offset, line: place.line, column: place.column)
  }
}

extension TextPosition: CustomStringConvertible {
  public var description: String { "\(line):\(column)" }
}

/// The reason why a text is not a module or script.
public struct TextError: Error, Hashable, Sendable {
  /// One sentence. It begins with the words that the official test scripts expect, where they have any.
  public let reason: String
  public let position: TextPosition
  /// The line of the text around the position, cut to a width that fits a terminal, and the number of
  /// scalars in it before the position.
  public let excerpt: String
  public let excerptColumn: Int

  /// An error at `offset` of `bytes`, whose line is counted from `base`.
  public init(_ reason: String, at offset: Int, in bytes: [UInt8], from base: TextPosition = .start) {
    self.reason = reason
    position = TextPosition(offset: offset, in: bytes, from: base)
    let offset = position.offset
    let width = 100
    var start = offset
    while start > 0, bytes[start - 1] != UInt8(ascii: "\n"), offset - start < width { start -= 1 }
    var end = offset
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n"), end - offset < width { end += 1 }
    // A cut in the middle of a scalar would show as a replacement character.
    while start < offset, bytes[start] & 0xC0 == 0x80 { start += 1 }
    while end < bytes.count, end > offset, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    if end > offset, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    excerpt = Self.shown(bytes[start..<end])
    excerptColumn = bytes[start..<offset].count { $0 & 0xC0 != 0x80 }
  }

  /// Bytes of a text as they may be shown in one line: what would end the line, act on a terminal or reorder
  /// what stands around it is a replacement character, which is as wide.
  static func shown(_ bytes: some Collection<UInt8>) -> String {
    var view = String.UnicodeScalarView()
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control where scalar != "\t": view.append("\u{FFFD}")
      case .format, .lineSeparator, .paragraphSeparator: view.append("\u{FFFD}")
      default: view.append(scalar)
      }
    }
    return String(view)
  }

  /// The error with its line and a caret below the place, the way compilers show one.
  public func rendered(file: String) -> String {
    let margin = String.UnicodeScalarView(
      excerpt.unicodeScalars.prefix(excerptColumn).map { $0 == "\t" ? "\t" : " " })
    return """
      \(file):\(position): error: \(reason)
        \(excerpt)
        \(String(margin))^
      """
  }
}

extension TextError: CustomStringConvertible {
  public var description: String { "\(position): \(reason)" }
}
