// WebAssembly values as words of a command line.
import Harness
import WebAssembly

enum ValueText {
  /// Reads an argument of a type. Throws `UsageError` that says what is expected.
  static func value(_ text: String, _ type: ValueType, argument: Int) throws(UsageError) -> Value {
    let value: Value? =
      switch type {
      case .i32: integer(text, UInt32.self, Int32.self).map { .i32($0) }
      case .i64: integer(text, UInt64.self, Int64.self).map { .i64($0) }
      case .f32: float(text).map { .f32(bits: $0) }
      case .f64: FloatNotation.number(text).map { .f64($0) } ?? Double(text).map { .f64($0) }
      case .v128: vector(text)
      default: reference(text, type)
      }
    guard let value else {
      throw UsageError(
        "argument \(argument) is of type \(type), which needs \(expectation(type)), found `\(text)`")
    }
    return value
  }

  /// A result in the form in which it can be an argument.
  static func text(_ value: Value) -> String {
    switch value {
    case .i32(let bits): Int32(bitPattern: bits).description
    case .i64(let bits): Int64(bitPattern: bits).description
    case .f32(let bits): FloatNotation.text(Float(bitPattern: bits))
    case .f64(let bits): FloatNotation.text(Double(bitPattern: bits))
    case .v128(let low, let high): "0x" + hexadecimal(high) + hexadecimal(low)
    case .reference(let reference, let type):
      reference.isNull ? "null" : reference.externNumber.map { "extern:\($0)" } ?? "\(type)"
    }
  }

  private static func expectation(_ type: ValueType) -> String {
    switch type {
    case .i32, .i64: "an integer, decimal or hexadecimal (0x…), that fits"
    case .f32, .f64: "a float such as 0.5, inf or nan:0x1"
    case .v128: "0x and 32 hexadecimal digits"
    default: type.isNullable ? "null, or extern:N for a reference to the host's" : "extern:N"
    }
  }

  /// An integer in the signed or the unsigned reading.
  private static func integer<Unsigned: FixedWidthInteger, Signed: FixedWidthInteger>(
    _ text: String, _: Unsigned.Type, _: Signed.Type
  ) -> Unsigned? {
    if text.hasPrefix("+") { return nil }
    if text.hasPrefix("0x") || text.hasPrefix("0X") {
      let digits = text.dropFirst(2)
      return digits.first == "-" || digits.first == "+" ? nil : Unsigned(digits, radix: 16)
    }
    return Unsigned(text) ?? Signed(text).map { Unsigned(truncatingIfNeeded: $0) }
  }

  private static func float(_ text: String) -> UInt32? {
    let isNegative = text.hasPrefix("-")
    let magnitude = isNegative ? text.dropFirst() : text[...]
    if magnitude.hasPrefix("nan:0x") {
      guard let payload = UInt32(magnitude.dropFirst(6), radix: 16), (1..<1 << 23).contains(payload) else {
        return nil
      }
      return (isNegative ? 0xFF80_0000 : 0x7F80_0000) | payload
    }
    return Float(text)?.bitPattern
  }

  private static func vector(_ text: String) -> Value? {
    let digits = text.dropFirst(2)
    guard text.hasPrefix("0x"), digits.count == 32, digits.allSatisfy(\.isHexDigit),
      let high = UInt64(digits.prefix(16), radix: 16), let low = UInt64(digits.suffix(16), radix: 16)
    else { return nil }
    return .v128(low: low, high: high)
  }

  private static func reference(_ text: String, _ type: ValueType) -> Value? {
    if text == "null", type.isNullable { return .reference(.null, type: type) }
    guard text.hasPrefix("extern:"), type.heapType == .extern, let number = UInt64(text.dropFirst(7)),
      number < 1 << 62
    else { return nil }
    return .reference(.extern(number), type: type)
  }

  private static func hexadecimal(_ bits: UInt64) -> String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
