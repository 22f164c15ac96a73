// Text in XML 1.0 documents.

import LuaHost

package enum XMLText {
  /// Text between tags. Characters that XML 1.0 cannot hold stand in the golden's escape.
  package static func content(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars { append(scalar, to: &escaped) }
    return escaped
  }

  /// Text between the quotes of an attribute, where tab and newline would otherwise be read as spaces. What is too
  /// long is cut.
  package static func attribute(_ text: String) -> String {
    if text.utf8.count <= TextBudget.lineLength, text.utf8.allSatisfy(isPlain) { return text }
    return TextBudget.line(text) { scalar, escaped in
      switch scalar {
      case "\"": escaped += "&quot;"
      case "\t": escaped += "&#9;"
      case "\n": escaped += "&#10;"
      default: append(scalar, to: &escaped)
      }
    }
  }

  /// Whether a character of ASCII stands for itself wherever there is text.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""): false
    default: (0x20...0x7E).contains(byte)
    }
  }

  /// Appends a character of the text between tags.
  package static func append(_ scalar: Unicode.Scalar, to escaped: inout String) {
    switch scalar {
    case "&": escaped += "&amp;"
    case "<": escaped += "&lt;"
    case ">": escaped += "&gt;"
    // A reader would turn it into a newline.
    case "\r": escaped += "&#13;"
    case "\t", "\n", "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
      escaped.unicodeScalars.append(scalar)
    case "\u{0}"..."\u{1F}":
      escaped +=
        "\\x"
        + String(decoding: HexadecimalDigit.pair(UInt8(truncatingIfNeeded: scalar.value)), as: UTF8.self)
    default: escaped += "\\u{\(String(scalar.value, radix: 16))}"
    }
  }
}
