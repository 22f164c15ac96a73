// Text in XML 1.0 documents.

import LuaHost

package enum XMLText {
  /// Text between tags. Characters that XML 1.0 cannot hold stand in the golden's escape.
  package static func content(_ text: String) -> String {
    escaped(text, inAttribute: false)
  }

  /// Text between the quotes of an attribute, where tab and newline would otherwise be read as spaces.
  package static func attribute(_ text: String) -> String {
    escaped(text, inAttribute: true)
  }

  private static func escaped(_ text: String, inAttribute: Bool) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"" where inAttribute: escaped += "&quot;"
      case "\t" where inAttribute: escaped += "&#9;"
      case "\n" where inAttribute: escaped += "&#10;"
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
    return escaped
  }
}
