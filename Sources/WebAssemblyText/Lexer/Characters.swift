/// Classes of characters (Core 6.3.1) and the structure of UTF-8.

package enum Characters {
  /// Whether the byte may stand in a word: printable ASCII but for space, quote, comma, semicolon and the
  /// brackets. `@` and `$` count.
  @inline(__always)
  package static func isWord(_ byte: UInt8) -> Bool {
    // One bit a character, the lower 64 in the first number.
    byte < 64 ? low &>> byte & 1 != 0 : byte < 128 && high &>> (byte & 63) & 1 != 0
  }

  private static let low: UInt64 = 0xF7FF_ECFA_0000_0000
  private static let high: UInt64 = 0x57FF_FFFF_D7FF_FFFF

  @inline(__always)
  package static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  /// The value of a hexadecimal digit, nil for other characters.
  @inline(__always)
  package static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  /// Bytes of the UTF-8 sequence at `index`, nil when it is malformed, overlong, a surrogate or beyond
  /// U+10FFFF.
  package static func scalarLength(in bytes: [UInt8], at index: Int) -> Int? {
    func continues(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      index + offset < bytes.count && range.contains(bytes[index + offset])
    }
    switch bytes[index] {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: return continues(1) ? 2 : nil
    case 0xE0: return continues(1, 0xA0...0xBF) && continues(2) ? 3 : nil
    case 0xED: return continues(1, 0x80...0x9F) && continues(2) ? 3 : nil
    case 0xE1...0xEF: return continues(1) && continues(2) ? 3 : nil
    case 0xF0: return continues(1, 0x90...0xBF) && continues(2) && continues(3) ? 4 : nil
    case 0xF1...0xF3: return continues(1) && continues(2) && continues(3) ? 4 : nil
    case 0xF4: return continues(1, 0x80...0x8F) && continues(2) && continues(3) ? 4 : nil
    default: return nil
    }
  }

  package static func isUTF8(_ bytes: [UInt8]) -> Bool {
    var index = 0
    while index < bytes.count {
      guard let length = scalarLength(in: bytes, at: index) else { return false }
      index += length
    }
    return true
  }
}
