// Text in HTML: nothing of it can become markup, and nothing in it stays unseen.

import LuaHost

package enum HTMLText {
  /// Text between tags. Characters that cannot be seen, or that reorder their neighbours, stand in the
  /// golden's escape, set apart by an `i` element of class `x`. Newlines stay on request.
  package static func content(_ text: String, keepingNewlines: Bool = false) -> String {
    if isPlain(text) { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
      if scalar == "\n", keepingNewlines {
        escaped += "\n"
      } else if let escape = escape(scalar) {
        escaped += "<i class=\"x\">\(escape)</i>"
      } else {
        append(scalar, to: &escaped)
      }
    }
    return escaped
  }

  /// Text between the quotes of an attribute, or where no element may stand: in a title.
  package static func attribute(_ text: String) -> String {
    if isPlain(text) { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
      if let escape = escape(scalar) { escaped += escape } else { append(scalar, to: &escaped) }
    }
    return escaped
  }

  /// Text as a value in the part of an address behind `#`, percent-encoded.
  package static func fragment(_ text: String) -> String {
    var encoded: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
        encoded.append(byte)
      default: encoded += [UInt8(ascii: "%")] + HexadecimalDigit.pair(byte)
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  /// The golden's escape for a character that cannot be seen; nil for all others.
  package static func escape(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    case " "..."~": return nil
    case "\u{0}"..."\u{7F}":
      let digits = HexadecimalDigit.pair(UInt8(truncatingIfNeeded: scalar.value))
      return "\\x" + String(decoding: digits, as: UTF8.self)
    default:
      // A golden holds other spaces than U+0020 as they are; beside that one they look the same.
      let isSpace = scalar.properties.generalCategory == .spaceSeparator
      return isSpace || EscapedText.isHidden(scalar) ? namedByNumber(scalar) : nil
    }
  }

  /// `\u{301}`.
  package static func namedByNumber(_ scalar: Unicode.Scalar) -> String {
    "\\u{\(String(scalar.value, radix: 16))}"
  }

  /// Appends a character that can be seen.
  package static func append(_ scalar: Unicode.Scalar, to text: inout String) {
    switch scalar {
    case "&": text += "&amp;"
    case "<": text += "&lt;"
    case ">": text += "&gt;"
    case "\"": text += "&quot;"
    case "'": text += "&#39;"
    default: text.unicodeScalars.append(scalar)
    }
  }

  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"):
        false
      case 0x20...0x7E: true
      default: false
      }
    }
  }
}
