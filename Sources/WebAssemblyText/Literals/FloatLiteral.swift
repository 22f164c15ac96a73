/// The value of floating-point literals (Core 6.3.3), rounded once, to the nearest, ties to even.

/// A binary interchange format of IEEE 754.
package struct FloatFormat: Sendable {
  /// Bits of the significand, the implicit one included.
  let precision: Int
  /// Exponents of the last place of the least subnormal number, and of the first place of the greatest.
  let least: Int
  let greatest: Int
  let infinity: UInt64
  let sign: UInt64
  let width: Int

  package static let binary32 = FloatFormat(
    precision: 24, least: -149, greatest: 127, infinity: 0x7F80_0000, sign: 0x8000_0000, width: 32)
  package static let binary64 = FloatFormat(
    precision: 53, least: -1074, greatest: 1023, infinity: 0x7FF0_0000_0000_0000,
    sign: 0x8000_0000_0000_0000, width: 64)

  /// The canonical NaN without sign (2.2.3).
  package var canonicalNaN: UInt64 { infinity | quietBit }
  package var quietBit: UInt64 { 1 << UInt64(precision - 2) }
  package var payloadMask: UInt64 { 1 << UInt64(precision - 1) - 1 }
}

package enum FloatLiteral {
  /// The bits of a literal that the lexer took for a number; nil when it is too great for the format or a
  /// NaN's payload is zero or too long.
  package static func bits(_ literal: ArraySlice<UInt8>, _ format: FloatFormat) -> UInt64? {
    var digits = literal
    var sign: UInt64 = 0
    if let first = digits.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      if first == UInt8(ascii: "-") { sign = format.sign }
      digits = digits.dropFirst()
    }
    return magnitude(digits, format).map { $0 | sign }
  }

  private static func magnitude(_ digits: ArraySlice<UInt8>, _ format: FloatFormat) -> UInt64? {
    switch digits.first {
    case UInt8(ascii: "i"):
      return format.infinity
    case UInt8(ascii: "n"):
      guard digits.count > 3 else { return format.canonicalNaN }
      guard let payload = IntegerLiteral.natural(digits.dropFirst(4)), payload != 0,
        payload <= format.payloadMask
      else { return nil }
      return format.infinity | payload
    default:
      return NumberSyntax.isHexadecimal(digits, at: digits.startIndex)
        ? hexadecimal(digits.dropFirst(2), format) : decimal(digits, format)
    }
  }

  /// The standard library reads decimal numbers with any number of digits and rounds them correctly.
  private static func decimal(_ digits: ArraySlice<UInt8>, _ format: FloatFormat) -> UInt64? {
    var text: [UInt8] = []
    text.reserveCapacity(digits.count + 1)
    for byte in digits where byte != UInt8(ascii: "_") {
      // It wants a digit on both sides of the point.
      if byte | 0x20 == UInt8(ascii: "e"), text.last == UInt8(ascii: ".") { text.append(UInt8(ascii: "0")) }
      text.append(byte)
    }
    if text.last == UInt8(ascii: ".") { text.append(UInt8(ascii: "0")) }
    let string = String(decoding: text, as: UTF8.self)
    if format.width == 32 {
      guard let value = Float(string), value.isFinite else { return nil }
      return UInt64(value.bitPattern)
    }
    guard let value = Double(string), value.isFinite else { return nil }
    return value.bitPattern
  }

  private static func hexadecimal(_ digits: ArraySlice<UInt8>, _ format: FloatFormat) -> UInt64? {
    // The number is significand × 2^exponent, and a little more when `inexact`.
    var significand: UInt64 = 0
    var exponent = 0
    var inexact = false
    var behindPoint = false
    var index = digits.startIndex
    while index < digits.endIndex {
      let byte = digits[index]
      if byte | 0x20 == UInt8(ascii: "p") { break }
      index += 1
      if byte == UInt8(ascii: ".") {
        behindPoint = true
      } else if let digit = Characters.hexadecimalValue(byte) {
        if significand >> 60 == 0 {
          significand = significand << 4 | UInt64(digit)
          if behindPoint { exponent -= 4 }
        } else {
          inexact = inexact || digit != 0
          if !behindPoint { exponent += 4 }
        }
      }
    }
    if significand == 0 { return 0 }
    if index < digits.endIndex { exponent += scale(digits[(index + 1)...]) }
    return round(significand, exponent: exponent, inexact: inexact, format)
  }

  /// The decimal exponent behind `p`, held within bounds that no significand of a text can make up for.
  private static func scale(_ digits: ArraySlice<UInt8>) -> Int {
    let bound = 1 << 40
    var magnitude = 0
    for byte in digits where Characters.isDigit(byte) {
      magnitude = min(magnitude * 10 + Int(byte - 0x30), bound)
    }
    return digits.first == UInt8(ascii: "-") ? -magnitude : magnitude
  }

  private static func round(
    _ significand: UInt64, exponent: Int, inexact: Bool, _ format: FloatFormat
  ) -> UInt64? {
    let length = 64 - significand.leadingZeroBitCount
    let first = exponent + length - 1
    if first > format.greatest { return nil }
    // The exponent of the result's last place, and how many places the significand has below it.
    let last = max(first - (format.precision - 1), format.least)
    let surplus = last - exponent
    var quotient: UInt64
    if surplus <= 0 {
      quotient = significand << UInt64(-surplus)
    } else if surplus > 64 {
      quotient = 0
    } else {
      quotient = surplus == 64 ? 0 : significand >> UInt64(surplus)
      let half: UInt64 = 1 << UInt64(surplus - 1)
      let remainder = significand & (half | (half - 1))
      if remainder > half || remainder == half && (inexact || quotient & 1 == 1) { quotient += 1 }
    }
    // A carry out of the significand adds to the exponent, which is what it should do.
    let bits = UInt64(last - format.least) << UInt64(format.precision - 1) + quotient
    return bits < format.infinity ? bits : nil
  }
}
