/// Number and string literals against bits that were computed in another way.

import Testing
import WebAssembly
import WebAssemblyText

@Suite struct IntegerLiteralTests {
  @Test(
    arguments: [
      ("0", 0), ("7", 7), ("0_7", 7), ("1_000_000", 1_000_000), ("+5", 5), ("-1", 0xFFFF_FFFF),
      ("0xFf", 255), ("0x1_0", 16), ("-0x80000000", 0x8000_0000), ("4294967295", 0xFFFF_FFFF),
      ("2147483647", 0x7FFF_FFFF), ("-2147483648", 0x8000_0000), ("+0x7fffffff", 0x7FFF_FFFF),
      ("-0", 0), ("00012", 12),
    ] as [(String, UInt64)])
  func i32(literal: String, bits: UInt64) throws {
    #expect(try constant("i32", literal).value == bits)
  }

  @Test(
    arguments: [
      ("18446744073709551615", UInt64.max), ("-9223372036854775808", 1 << 63), ("-1", UInt64.max),
      ("0xffff_ffff_ffff_ffff", UInt64.max), ("9223372036854775807", UInt64.max >> 1),
    ] as [(String, UInt64)])
  func i64(literal: String, bits: UInt64) throws {
    #expect(try constant("i64", literal).value == bits)
  }

  @Test(arguments: [
    ("i32", "4294967296"), ("i32", "-2147483649"), ("i32", "+2147483648"), ("i32", "0x100000000"),
    ("i64", "18446744073709551616"), ("i64", "-9223372036854775809"),
    ("i64", "99999999999999999999999999999999999999"),
  ])
  func outOfRange(type: String, literal: String) {
    let error = fault("(global \(type) (\(type).const \(literal)))")
    #expect(error?.reason.hasPrefix("constant out of range") == true)
    #expect(error?.position.column == type.count + type.count + 18)
  }

  @Test(arguments: [
    "_1", "1_", "1__0", "0x", "0x_1", "1a", "0b1", "+", "--1", "0xg", "1.", "1e3", "inf", "nan",
  ])
  func notAnInteger(literal: String) {
    #expect(fault("(global i32 (i32.const \(literal)))") != nil)
  }
}

@Suite struct FloatLiteralTests {
  /// Decimal literals with bits from tables of difficult cases and from the definition of the formats.
  @Test(
    arguments: [
      ("0", 0), ("-0", 0x8000_0000_0000_0000), ("1", 0x3FF0_0000_0000_0000), ("1.", 0x3FF0_0000_0000_0000),
      ("0.1", 0x3FB9_9999_9999_999A), ("1e3", 0x408F_4000_0000_0000), ("1.e3", 0x408F_4000_0000_0000),
      ("1_0.5_0e0_1", 0x405A_4000_0000_0000), ("1E-1", 0x3FB9_9999_9999_999A),
      ("2.2250738585072011e-308", 0x000F_FFFF_FFFF_FFFF), ("2.2250738585072014e-308", 0x0010_0000_0000_0000),
      ("4.9406564584124654e-324", 1), ("2.4703282292062328e-324", 1), ("2.4703282292062327e-324", 0),
      ("1.7976931348623157e308", 0x7FEF_FFFF_FFFF_FFFF), ("1e-400", 0),
      ("9007199254740993", 0x4340_0000_0000_0000),
      ("9007199254740993.000000000000000000001", 0x4340_0000_0000_0001),
      ("inf", 0x7FF0_0000_0000_0000), ("-inf", 0xFFF0_0000_0000_0000), ("nan", 0x7FF8_0000_0000_0000),
      ("-nan", 0xFFF8_0000_0000_0000), ("+nan:0x1", 0x7FF0_0000_0000_0001),
      ("nan:0xf_ffff_ffff_ffff", 0x7FFF_FFFF_FFFF_FFFF),
    ] as [(String, UInt64)])
  func f64(literal: String, bits: UInt64) throws {
    #expect(try constant("f64", literal).value == bits)
  }

  /// A literal is rounded to the f32 itself, never to an f64 first.
  @Test(
    arguments: [
      ("16777217", 0x4B80_0000), ("16777217.0000000000000000000001", 0x4B80_0001), ("16777219", 0x4B80_0002),
      ("0x1.000001p0", 0x3F80_0000), ("0x1.00000100000000000000000000001p0", 0x3F80_0001),
      ("0x1.000003p0", 0x3F80_0002), ("340282346638528859811704183484516925440", 0x7F7F_FFFF),
      ("340282356779733661637539395458142568447", 0x7F7F_FFFF), ("1e-45", 1), ("0x1p-149", 1),
      ("0x1p-150", 0),
      ("0x1.8p-150", 1), ("0x1.00000000000001p-150", 1), ("0x1.fffffep-127", 0x0080_0000),
      ("0x1p-126", 0x0080_0000),
      ("0x1.fffffefffp127", 0x7F7F_FFFF), ("nan:0x7fffff", 0x7FFF_FFFF), ("-nan:0x200000", 0xFFA0_0000),
      ("0x1", 0x3F80_0000), ("0x0.0000000000000000000000000000000001p136", 0x3F80_0000),
      ("0x10p-4", 0x3F80_0000),
      ("0xA.8", 0x4128_0000),
    ] as [(String, UInt64)])
  func f32(literal: String, bits: UInt64) throws {
    #expect(try constant("f32", literal).value == bits)
  }

  @Test(arguments: [
    ("f32", "1e39"), ("f32", "0x1p128"), ("f32", "0x1.ffffffp127"), ("f32", "nan:0x800000"),
    ("f32", "nan:0x0"),
    ("f32", "340282356779733661637539395458142568448"), ("f64", "1e309"), ("f64", "-0x1p1024"),
    ("f64", "nan:0x10000000000000"), ("f64", "0x1.fffffffffffff8p1023"), ("f64", "1e99999999999999999999999"),
    ("f64", "0x1p99999999999999999999999"),
  ])
  func outOfRange(type: String, literal: String) {
    #expect(
      fault("(global \(type) (\(type).const \(literal)))")?.reason.hasPrefix("constant out of range") == true)
  }

  @Test(arguments: [
    ".5", "1e", "1e+", "0x1p", "0x.8", "1.5.5", "1._5", "1_.5", "e1", "infinity", "nan:0x", "nan:1",
  ])
  func notANumber(literal: String) {
    #expect(fault("(global f64 (f64.const \(literal)))")?.reason.hasPrefix("unknown operator") == true)
  }

  @Test("the shortest decimal form of a number reads back to its bits") func shortestForms() throws {
    var numbers = Sequence64(state: 1)
    for _ in 0..<500 {
      let bits = numbers.next()
      let double = Double(bitPattern: bits)
      if double.isFinite { #expect(try constant("f64", double.description).value == bits) }
      let single = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
      if single.isFinite { #expect(try constant("f32", single.description).value == bits & 0xFFFF_FFFF) }
    }
  }

  @Test("a hexadecimal number that an f64 holds exactly is rounded to f32 like that f64")
  func hexadecimalRounding()
    throws
  {
    var numbers = Sequence64(state: 2)
    for _ in 0..<500 {
      let significand = numbers.next() >> 12
      let exponent = Int(numbers.next() % 300) - 200
      let exact = Double(significand) * Double(sign: .plus, exponent: exponent, significand: 1)
      let expected = Float(exact)
      guard expected.isFinite else { continue }
      let literal = "0x\(String(significand, radix: 16))p\(exponent)"
      #expect(try constant("f32", literal).value == UInt64(expected.bitPattern), "\(literal)")
      // The same number with its point elsewhere, and with zeros around.
      let digits = String(significand, radix: 16)
      let moved = "0x0\(digits.prefix(1)).\(digits.dropFirst())0000p\(exponent + 4 * (digits.count - 1))"
      #expect(try constant("f32", moved).value == UInt64(expected.bitPattern), "\(moved)")
    }
  }
}

@Suite struct VectorLiteralTests {
  @Test(
    arguments: [
      ("i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 -2 255", 0x0706_0504_0302_0100, 0xFFFE_0D0C_0B0A_0908),
      ("i16x8 1 -1 0xffff 2 0 0 0 32768", 0x0002_FFFF_FFFF_0001, 0x8000_0000_0000_0000),
      ("i32x4 1 2 3 -4", 0x0000_0002_0000_0001, 0xFFFF_FFFC_0000_0003),
      ("i64x2 -1 0x8000_0000_0000_0000", 0xFFFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000),
      ("f32x4 1 -0 inf nan:0x1", 0x8000_0000_3F80_0000, 0x7F80_0001_7F80_0000),
      ("f64x2 1 0x1p-1074", 0x3FF0_0000_0000_0000, 1),
    ] as [(String, UInt64, UInt64)])
  func constants(literal: String, low: UInt64, high: UInt64) throws {
    let instruction = try constant("v128", literal)
    #expect(instruction.value == low)
    #expect(instruction.value2 == high)
  }

  @Test(arguments: [
    ("i8x16 0", "wrong number of lane literals"), ("i32x4 1 2 3 4 5", "wrong number of lane literals"),
    ("i32x4", "wrong number of lane literals"), ("1 2 3 4", "unexpected token"),
    ("i8x16 256 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15", "constant out of range"),
    ("f32x4 1 2 3 i32", "unexpected token"), ("i64x2 1 1.5", "unexpected token"),
  ])
  func refused(literal: String, reason: String) {
    #expect(fault("(global v128 (v128.const \(literal)))")?.reason.hasPrefix(reason) == true)
  }
}

@Suite struct StringLiteralTests {
  @Test(
    arguments: [
      (#""""#, []), (#""a\tb\n\r\"\'\\""#, Array("a\tb\n\r\"'\\".utf8)), (#""\00\ff\7F""#, [0, 255, 127]),
      (#""\u{1F600}\u{0_41}""#, Array("😀A".utf8)), (#""grün""#, Array("grün".utf8)),
      (#""a" "b" "" "c""#, Array("abc".utf8)),
      (#""\80\c3""#, [0x80, 0xC3]),
    ] as [(String, [UInt8])])
  func decodes(literal: String, bytes: [UInt8]) throws {
    #expect(Array(try module("(data \(literal))").data[0].bytes) == bytes)
  }

  @Test(arguments: [
    (#"(data "a)"#, "unclosed string"), ("(data \"a\nb\")", "unclosed string"),
    (#"(data "\q")"#, "illegal escape"),
    (#"(data "\u{110000}")"#, "illegal escape"), (#"(data "\u{d800}")"#, "illegal escape"),
    (#"(data "\u{}")"#, "illegal escape"), (#"(data "\4")"#, "illegal escape"),
    ("(data \"a\u{7f}\")", "illegal control character"),
    (#"(export "\ff" (func 0))"#, "malformed UTF-8 encoding"),
  ])
  func refused(text: String, reason: String) {
    #expect(fault(text)?.reason.hasPrefix(reason) == true)
  }

  @Test("bytes in strings must be UTF-8 as they stand") func rawBytes() {
    #expect(
      fault(Array("(data \"".utf8) + [0xC3, 0x28] + Array("\")".utf8))?.reason == "malformed UTF-8 encoding")
  }
}
