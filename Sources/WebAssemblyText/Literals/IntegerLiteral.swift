/// The value of integer literals (Core 6.3.2).

package enum IntegerLiteral {
  /// The value of a literal without sign, nil beyond 64 bits.
  package static func natural(_ literal: ArraySlice<UInt8>) -> UInt64? {
    let hexadecimal = NumberSyntax.isHexadecimal(literal, at: literal.startIndex)
    let radix: UInt64 = hexadecimal ? 16 : 10
    var value: UInt64 = 0
    for byte in hexadecimal ? literal.dropFirst(2) : literal {
      guard let digit = Characters.hexadecimalValue(byte) else { continue }
      let (product, overflowed) = value.multipliedReportingOverflow(by: radix)
      let (sum, carried) = product.addingReportingOverflow(UInt64(digit))
      if overflowed || carried { return nil }
      value = sum
    }
    return value
  }

  /// The bits of a constant of `width` bits (8 to 64), which may be written as a signed or an unsigned
  /// number; nil when it does not fit.
  package static func bits(_ literal: ArraySlice<UInt8>, width: Int) -> UInt64? {
    let negative = literal.first == UInt8(ascii: "-")
    let signed = negative || literal.first == UInt8(ascii: "+")
    guard let magnitude = natural(signed ? literal.dropFirst() : literal) else { return nil }
    let mask = UInt64.max >> UInt64(64 - width)
    if negative {
      guard magnitude <= mask / 2 + 1 else { return nil }
      return (0 &- magnitude) & mask
    }
    // A plus sign makes a signed number, of which the upper half of the unsigned ones is no part.
    return magnitude <= (signed ? mask / 2 : mask) ? magnitude : nil
  }
}
