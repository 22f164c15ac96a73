// Floats as the shortest text that reads back to the same bits.

package enum FloatNotation {
  /// `0.1`, `1`, `-0`, `1e+300`, `inf`, and for a NaN its payload: `nan:0x8000000000000`.
  package static func text<Number: BinaryFloatingPoint & CustomStringConvertible>(_ number: Number) -> String
  {
    let sign = number.sign == .minus ? "-" : ""
    if number.isNaN { return sign + "nan:0x" + String(UInt64(number.significandBitPattern), radix: 16) }
    if number.isInfinite { return sign + "inf" }
    let shortest = number.description
    return shortest.hasSuffix(".0") ? String(shortest.dropLast(2)) : shortest
  }

  /// The float of a text; nil when it is none, or too large to be finite.
  package static func number(_ text: String) -> Double? {
    let isNegative = text.hasPrefix("-")
    let magnitude = isNegative ? String(text.dropFirst()) : text
    guard let number = magnitude == "inf" ? .infinity : nan(magnitude) ?? finite(magnitude) else {
      return nil
    }
    return isNegative ? -number : number
  }

  private static func nan(_ text: String) -> Double? {
    guard text.hasPrefix("nan:0x"), case let digits = text.dropFirst(6), digits.first != "+",
      let payload = UInt64(digits, radix: 16), payload != 0, payload < 1 << 52
    else { return nil }
    return Double(bitPattern: Double.infinity.bitPattern | payload)
  }

  private static func finite(_ text: String) -> Double? {
    // The library's parser also takes hexadecimal floats, names and a leading plus.
    let allowed = text.utf8.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || ".e+-".utf8.contains($0)
    }
    guard allowed, text.utf8.first.map({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) == true,
      let number = Double(text), number.isFinite
    else { return nil }
    return number
  }
}
