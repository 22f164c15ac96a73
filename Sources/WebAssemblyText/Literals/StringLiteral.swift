/// Strings and their escapes (Core 6.3.3).

package enum StringLiteral {
  /// Bytes of the escape at `index`, where a backslash stands; nil when it is none.
  static func escapeLength(in bytes: [UInt8], at index: Int) -> Int? {
    guard index + 1 < bytes.count else { return nil }
    switch bytes[index + 1] {
    case UInt8(ascii: "t"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "\""), UInt8(ascii: "'"),
      UInt8(ascii: "\\"):
      return 2
    case UInt8(ascii: "u"):
      return unicodeEscape(in: bytes[index...])?.length
    case let byte where Characters.hexadecimalValue(byte) != nil:
      guard index + 2 < bytes.count, Characters.hexadecimalValue(bytes[index + 2]) != nil else { return nil }
      return 3
    default:
      return nil
    }
  }

  /// The scalar and length of `\u{…}` at the start of the slice.
  private static func unicodeEscape(in bytes: ArraySlice<UInt8>) -> (scalar: Unicode.Scalar, length: Int)? {
    var index = bytes.startIndex + 2
    guard index < bytes.endIndex, bytes[index] == UInt8(ascii: "{") else { return nil }
    index += 1
    var value: UInt32 = 0
    var digitBefore = false
    while index < bytes.endIndex {
      if let digit = Characters.hexadecimalValue(bytes[index]) {
        value = value << 4 | UInt32(digit)
        if value > 0x10FFFF { return nil }
        digitBefore = true
      } else if bytes[index] == UInt8(ascii: "_"), digitBefore {
        digitBefore = false
      } else {
        break
      }
      index += 1
    }
    guard digitBefore, index < bytes.endIndex, bytes[index] == UInt8(ascii: "}"),
      let scalar = Unicode.Scalar(value)
    else { return nil }
    return (scalar, index + 1 - bytes.startIndex)
  }

  /// The bytes that a well-formed string, given with its quotes, stands for.
  package static func decode(_ literal: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    append(literal, to: &result)
    return result
  }

  package static func append(_ literal: ArraySlice<UInt8>, to result: inout [UInt8]) {
    var index = literal.startIndex + 1
    let end = literal.endIndex - 1
    while index < end {
      let byte = literal[index]
      guard byte == UInt8(ascii: "\\"), index + 1 < end else {
        result.append(byte)
        index += 1
        continue
      }
      let escaped = literal[index + 1]
      index += 2
      switch escaped {
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "u"):
        if let (scalar, length) = unicodeEscape(in: literal[(index - 2)..<end]) {
          result.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
          index += length - 2
        }
      default:
        if let high = Characters.hexadecimalValue(escaped), index < end,
          let low = Characters.hexadecimalValue(literal[index])
        {
          result.append(high << 4 | low)
          index += 1
        } else {
          result.append(escaped)
        }
      }
    }
  }

  /// The bytes as a string literal with its quotes. Printable ASCII stands as it is, so does other text
  /// when all of the bytes are UTF-8 without control or invisible characters; the rest is escaped.
  package static func encode(_ bytes: some Collection<UInt8>, keepsUnicode: Bool = true) -> String {
    var result = "\""
    if keepsUnicode, let text = String(validating: bytes, as: UTF8.self) {
      for scalar in text.unicodeScalars { append(scalar, to: &result) }
    } else {
      for byte in bytes {
        if byte < 0x80 {
          append(Unicode.Scalar(byte), to: &result)
        } else {
          appendHexadecimal(byte, to: &result)
        }
      }
    }
    return result + "\""
  }

  private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
    switch scalar {
    case "\"", "\\":
      result.append("\\")
      result.unicodeScalars.append(scalar)
    case "\t": result.append("\\t")
    case "\n": result.append("\\n")
    case "\r": result.append("\\r")
    case let scalar where scalar.value < 0x20 || scalar.value == 0x7F:
      appendHexadecimal(UInt8(scalar.value), to: &result)
    case let scalar where scalar.value < 0x7F || isVisible(scalar):
      result.unicodeScalars.append(scalar)
    default:
      result.append("\\u{" + String(scalar.value, radix: 16) + "}")
    }
  }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
      .spaceSeparator, .nonspacingMark, .enclosingMark, .spacingMark:
      false
    default: true
    }
  }

  private static func appendHexadecimal(_ byte: UInt8, to result: inout String) {
    result.append("\\")
    if byte < 16 { result.append("0") }
    result.append(String(byte, radix: 16))
  }
}
