// The escapes by which any bytes become text that a reviewer can trust to show all there is.

import LuaHost

/// Bytes as text: printable ASCII and valid UTF-8 stand as they are, everything else is escaped.
///
/// Escaped are backslash and (on request) quote, controls, characters without width or that reorder the
/// text around them, and bytes that are not UTF-8: `\n`, `\r`, `\t`, `\xe9`, `\u{202e}`.
package enum EscapedText {
  /// Appends the escaped form, as UTF-8. Reading it back gives the same bytes.
  package static func append(_ bytes: some Collection<UInt8>, escapingQuotes: Bool, to text: inout [UInt8]) {
    let isDone: Void? = bytes.withContiguousStorageIfAvailable { bytes in
      // Runs of ASCII, of which tables and outputs have megabytes, need no parser.
      var position = 0
      while position < bytes.count {
        if bytes[position] < 0x80 {
          append(ascii: bytes[position], escapingQuotes: escapingQuotes, to: &text)
          position += 1
        } else {
          let end = bytes[position...].firstIndex { $0 < 0x80 } ?? bytes.count
          parse(bytes[position..<end], escapingQuotes: escapingQuotes, to: &text)
          position = end
        }
      }
    }
    if isDone == nil { parse(bytes, escapingQuotes: escapingQuotes, to: &text) }
  }

  private static func parse(
    _ bytes: some Collection<UInt8>, escapingQuotes: Bool, to text: inout [UInt8]
  ) {
    var parser = Unicode.UTF8.ForwardParser()
    // The parser reads ahead, so what it calls invalid is looked up in a second iteration.
    var source = bytes.makeIterator()
    var position = bytes.startIndex
    while true {
      switch parser.parseScalar(from: &source) {
      case .valid(let encoded):
        append(UTF8.decode(encoded), escapingQuotes: escapingQuotes, to: &text)
        bytes.formIndex(&position, offsetBy: encoded.count)
      case .error(let length):
        for _ in 0..<length {
          appendHexadecimalEscape(bytes[position], to: &text)
          bytes.formIndex(after: &position)
        }
      case .emptyInput: return
      }
    }
  }

  /// The escaped form of bytes outside of quotes: of a file's name, say.
  package static func string(_ bytes: some Collection<UInt8>) -> String {
    let plain = bytes.withContiguousStorageIfAvailable { bytes -> String? in
      let isPlain = bytes.allSatisfy { (0x20...0x7E).contains($0) && $0 != backslash }
      return isPlain ? String(decoding: bytes, as: UTF8.self) : nil
    }
    if case let plain?? = plain { return plain }
    var text: [UInt8] = []
    append(bytes, escapingQuotes: false, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// The escaped form between quotes.
  package static func quoted(_ bytes: some Collection<UInt8>) -> String {
    var text = [UInt8(ascii: "\"")]
    append(bytes, escapingQuotes: true, to: &text)
    text.append(UInt8(ascii: "\""))
    return String(decoding: text, as: UTF8.self)
  }

  /// A sentence that may hold what nobody looked at, and what is escaped already: whatever could act on a terminal
  /// or hide is escaped, backslashes and line ends stay.
  package static func visible(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
    var escaped: [UInt8] = []
    for scalar in text.unicodeScalars {
      if scalar == "\n" || scalar == "\\" {
        escaped.append(UInt8(ascii: scalar))
      } else {
        append(scalar, escapingQuotes: false, to: &escaped)
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  private static func append(_ scalar: Unicode.Scalar, escapingQuotes: Bool, to text: inout [UInt8]) {
    switch scalar {
    case "\u{0}"..."\u{7F}":
      append(ascii: UInt8(truncatingIfNeeded: scalar.value), escapingQuotes: escapingQuotes, to: &text)
    case let hidden where isHidden(hidden):
      text += Array("\\u{\(String(hidden.value, radix: 16))}".utf8)
    default: text += Array(UTF8.encode(scalar)!)
    }
  }

  private static var backslash: UInt8 { UInt8(ascii: "\\") }

  @inline(__always)
  private static func append(ascii byte: UInt8, escapingQuotes: Bool, to text: inout [UInt8]) {
    func escape(_ letter: UInt8) {
      text.append(backslash)
      text.append(letter)
    }
    switch byte {
    case 0x0A: escape(UInt8(ascii: "n"))
    case 0x0D: escape(UInt8(ascii: "r"))
    case 0x09: escape(UInt8(ascii: "t"))
    case backslash: escape(backslash)
    case UInt8(ascii: "\"") where escapingQuotes: escape(byte)
    case 0x20...0x7E: text.append(byte)
    default: appendHexadecimalEscape(byte, to: &text)
    }
  }

  private static func appendHexadecimalEscape(_ byte: UInt8, to text: inout [UInt8]) {
    func digit(_ value: UInt8) -> UInt8 { value + (value < 10 ? 0x30 : 0x57) }
    text.append(backslash)
    text.append(UInt8(ascii: "x"))
    text.append(digit(byte >> 4))
    text.append(digit(byte & 15))
  }

  /// Whether a character beyond ASCII would be invisible, or change how its neighbours look. A fixed
  /// list, because a golden must not depend on the Unicode version that a toolchain knows.
  package static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x80...0x9F,  // C1 controls
      0xAD,  // soft hyphen
      0x34F,  // combining grapheme joiner
      0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069,  // direction
      0x115F, 0x1160, 0x3164, 0xFFA0,  // Hangul fillers
      0x17B4, 0x17B5, 0x180B...0x180F,  // Khmer and Mongolian
      0x200B...0x200D, 0x2060...0x2065, 0x206A...0x206F, 0xFEFF,  // without width
      0x2028, 0x2029,  // line and paragraph separator
      0xFE00...0xFE0F, 0xE0000...0xE0FFF,  // variation selectors and tags
      0xFFF0...0xFFFB,  // interlinear annotation
      0x1BCA0...0x1BCA3, 0x1D173...0x1D17A:  // shorthand and musical format controls
      true
    // Noncharacters, at the end of every plane and in one block.
    case 0xFDD0...0xFDEF: true
    case let value: value & 0xFFFE == 0xFFFE
    }
  }
}

/// Why an escape cannot be read.
struct EscapeError: Error {
  /// One clause.
  let reason: String
}

extension EscapedText {
  /// Reads escaped text up to an ending byte or the end of the slice, and drops what was read, the
  /// ending included, from the slice. `ended` is whether the ending was found.
  static func read(
    _ text: inout ArraySlice<UInt8>, until ending: UInt8?, into bytes: inout [UInt8]
  ) throws(EscapeError) -> Bool {
    while let byte = text.popFirst() {
      if byte == ending { return true }
      if byte == backslash {
        bytes += try readEscape(&text)
      } else {
        bytes.append(byte)
      }
    }
    return false
  }

  /// The bytes that an escaped form stands for; its own where it holds what is no escape.
  static func bytes(_ text: String) -> [UInt8] {
    var rest = Array(text.utf8)[...]
    var bytes: [UInt8] = []
    guard (try? read(&rest, until: nil, into: &bytes)) != nil else { return Array(text.utf8) }
    return bytes
  }

  private static func readEscape(_ text: inout ArraySlice<UInt8>) throws(EscapeError) -> [UInt8] {
    switch text.popFirst() {
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case backslash: return [backslash]
    case UInt8(ascii: "\""): return [UInt8(ascii: "\"")]
    case UInt8(ascii: "x"):
      guard let high = text.popFirst().flatMap(HexadecimalDigit.value),
        let low = text.popFirst().flatMap(HexadecimalDigit.value)
      else { throw EscapeError(reason: "\\x needs two hexadecimal digits") }
      return [high << 4 | low]
    case UInt8(ascii: "u"): return try readScalar(&text)
    default: throw EscapeError(reason: "after a backslash stands one of n r t \\ \" x u")
    }
  }

  private static func readScalar(_ text: inout ArraySlice<UInt8>) throws(EscapeError) -> [UInt8] {
    let invalid = EscapeError(reason: "\\u needs a Unicode scalar value in hexadecimal between braces")
    guard text.popFirst() == UInt8(ascii: "{") else { throw invalid }
    var value: UInt32 = 0
    var digitCount = 0
    while let byte = text.popFirst(), byte != UInt8(ascii: "}") {
      guard let digit = HexadecimalDigit.value(of: byte), digitCount < 6 else { throw invalid }
      value = value << 4 | UInt32(digit)
      digitCount += 1
    }
    guard digitCount > 0, let scalar = Unicode.Scalar(value), let encoded = UTF8.encode(scalar) else {
      throw invalid
    }
    return Array(encoded)
  }
}
