// Floating-point vector instructions against the same operation on each lane's number.

import Testing
import WebAssembly

/// Float and Double, by their bits.
protocol LaneNumber: BinaryFloatingPoint, SendableMetatype {
  static var width: Int { get }
  static var shape: String { get }
  init(bits: UInt64)
  var bits: UInt64 { get }
  /// From which power of two on all numbers are integers.
  static var integersFrom: Self { get }
}

extension Float: LaneNumber {
  static var width: Int { 32 }
  static var shape: String { "f32x4" }
  init(bits: UInt64) { self.init(bitPattern: UInt32(truncatingIfNeeded: bits)) }
  var bits: UInt64 { UInt64(bitPattern) }
  static var integersFrom: Float { 0x1p23 }
}

extension Double: LaneNumber {
  static var width: Int { 64 }
  static var shape: String { "f64x2" }
  init(bits: UInt64) { self.init(bitPattern: bits) }
  var bits: UInt64 { bitPattern }
  static var integersFrom: Double { 0x1p52 }
}

extension LaneNumber {
  private static var quietBit: UInt64 { 1 << UInt64(significandBitCount - 1) }
  static var canonicalNaN: UInt64 { Self.infinity.bits | quietBit }

  /// Numbers at which rounding and comparison change what they do, of both signs, and NaNs of all kinds.
  static var edges: [UInt64] {
    var numbers: [Self] = [
      0, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, .infinity,
    ]
    for integer in [0, 1, 2, 3] as [Self] {
      let half = integer + 0.5
      numbers += [integer, half, half.nextUp, half.nextDown, (integer + 1).nextDown, (integer + 1).nextUp]
    }
    for power in [integersFrom / 2, integersFrom, integersFrom * 2] {
      numbers += [power, power - 1, power - 0.5, power.nextDown, power.nextUp]
    }
    for bound in [0x1p31, 0x1p32] as [Self] {
      numbers += [bound, bound.nextDown, bound.nextUp, bound - 1, bound - 0.5]
    }
    return signs(numbers)
  }

  /// A few of them, to be combined with each other.
  static var someEdges: [UInt64] {
    signs([
      0, .leastNonzeroMagnitude, .leastNormalMagnitude, 1, Self(1).nextUp, 1.5, 3, integersFrom + 1,
      .greatestFiniteMagnitude, .infinity,
    ])
  }

  /// Both signs of the numbers, and the NaNs.
  private static func signs(_ numbers: [Self]) -> [UInt64] {
    let quiet = canonicalNaN
    let nans = [quiet, quiet | 1, quiet ^ quietBit | 1, quiet ^ quietBit | quietBit >> 1]
    return (numbers + numbers.map { -$0 }).map(\.bits) + nans + nans.map { $0 | 1 << UInt64(width - 1) }
  }

  static func isNaN(_ bits: UInt64) -> Bool { Self(bits: bits).isNaN }

  /// Whether `bits` is a NaN that an operation on these operands may give (Core 4.3.3, NaN propagation).
  static func isAllowedNaN(_ bits: UInt64, _ operands: [UInt64]) -> Bool {
    let magnitude = bits & ~(1 << UInt64(width - 1))
    let onlyCanonical = operands.allSatisfy { operand in
      !isNaN(operand) || operand & ~(1 << UInt64(width - 1)) == canonicalNaN
    }
    return onlyCanonical ? magnitude == canonicalNaN : isNaN(bits) && bits & quietBit != 0
  }
}

@Suite struct VectorFloatTests {
  // MARK: - Lane by lane

  static func minimum<Number: LaneNumber>(_ a: Number, _ b: Number) -> Number {
    if a.isNaN || b.isNaN { return .nan }
    if a == 0, b == 0 { return a.sign == .minus ? a : b }
    return a < b ? a : b
  }

  static func maximum<Number: LaneNumber>(_ a: Number, _ b: Number) -> Number {
    if a.isNaN || b.isNaN { return .nan }
    if a == 0, b == 0 { return a.sign == .plus ? a : b }
    return a > b ? a : b
  }

  static func arithmetic<Number: LaneNumber>(_: Number.Type) -> [(
    name: String, meaning: (Number, Number) -> Number
  )] {
    [
      ("add", { $0 + $1 }), ("sub", { $0 - $1 }), ("mul", { $0 * $1 }), ("div", { $0 / $1 }),
      ("min", minimum), ("max", maximum), ("relaxed_min", minimum), ("relaxed_max", maximum),
    ]
  }

  static func rounding<Number: LaneNumber>(_: Number.Type) -> [(name: String, meaning: (Number) -> Number)] {
    [
      ("ceil", { $0.rounded(.up) }), ("floor", { $0.rounded(.down) }), ("trunc", { $0.rounded(.towardZero) }),
      ("nearest", { $0.rounded(.toNearestOrEven) }), ("sqrt", { $0.squareRoot() }),
    ]
  }

  static func comparisons<Number: LaneNumber>(_: Number.Type) -> [(
    name: String, holds: (Number, Number) -> Bool
  )] {
    [
      ("eq", { $0 == $1 }), ("ne", { $0 != $1 }), ("lt", { $0 < $1 }), ("gt", { $0 > $1 }),
      ("le", { $0 <= $1 }),
      ("ge", { $0 >= $1 }),
    ]
  }

  /// Compares lanes; `operands` are each lane's, for what NaN may come of them.
  static func check<Number: LaneNumber>(
    _ type: Number.Type, _ result: Vector, _ expected: [Number], _ operands: [[UInt64]], _ comment: Comment
  ) {
    for (lane, bits) in result.lanes(Number.width).enumerated() {
      if expected[lane].isNaN {
        #expect(Number.isAllowedNaN(bits, operands[lane]), comment)
      } else {
        #expect(bits == expected[lane].bits, comment)
      }
    }
  }

  static func checkArithmetic<Number: LaneNumber>(_ type: Number.Type) throws {
    let rows = arithmetic(type)
    let module = try VectorInstructions(rows.map { "\(Number.shape).\($0.name)" }, ["v128", "v128"], "v128")
    for (a, b) in pairs(Number.width, Number.someEdges) {
      let operands = zip(a.lanes(Number.width), b.lanes(Number.width)).map { [$0, $1] }
      for (name, meaning) in rows {
        let expected = operands.map { meaning(Number(bits: $0[0]), Number(bits: $0[1])) }
        let result = try module.call("\(Number.shape).\(name)", a, b)
        check(type, result, expected, operands, "\(name) of \(a) and \(b)")
      }
    }
  }

  @Test func arithmeticOf32BitNumbersIsThatOfEachLane() throws { try Self.checkArithmetic(Float.self) }
  @Test func arithmeticOf64BitNumbersIsThatOfEachLane() throws { try Self.checkArithmetic(Double.self) }

  static func checkRounding<Number: LaneNumber>(_ type: Number.Type) throws {
    let rows = rounding(type)
    let module = try VectorInstructions(rows.map { "\(Number.shape).\($0.name)" }, ["v128"], "v128")
    for a in vectors(Number.width, Number.edges) {
      let lanes = a.lanes(Number.width)
      for (name, meaning) in rows {
        let result = try module.call("\(Number.shape).\(name)", a)
        let expected = lanes.map { meaning(Number(bits: $0)) }
        check(type, result, expected, lanes.map { [$0] }, "\(name) of \(a)")
      }
    }
  }

  @Test func roundingOf32BitNumbersIsThatOfEachLane() throws { try Self.checkRounding(Float.self) }
  @Test func roundingOf64BitNumbersIsThatOfEachLane() throws { try Self.checkRounding(Double.self) }

  // MARK: - Bit for bit

  static func checkComparisons<Number: LaneNumber>(_ type: Number.Type) throws {
    let rows = comparisons(type)
    let binary = try VectorInstructions(
      rows.map { "\(Number.shape).\($0.name)" } + ["\(Number.shape).pmin", "\(Number.shape).pmax"],
      ["v128", "v128"],
      "v128")
    let unary = try VectorInstructions(["\(Number.shape).abs", "\(Number.shape).neg"], ["v128"], "v128")
    let sign: UInt64 = 1 << UInt64(Number.width - 1)
    for (a, b) in pairs(Number.width, Number.someEdges) {
      let lanes = zip(a.lanes(Number.width), b.lanes(Number.width)).map { ($0, $1) }
      func expect(_ name: String, _ meaning: (UInt64, UInt64) -> UInt64) throws {
        let expected = Vector(Number.width, lanes.map(meaning))
        #expect(try binary.call("\(Number.shape).\(name)", a, b) == expected, "\(name) of \(a) and \(b)")
      }
      for (name, holds) in rows {
        try expect(name) { holds(Number(bits: $0), Number(bits: $1)) ? truncated(-1, Number.width) : 0 }
      }
      try expect("pmin") { Number(bits: $1) < Number(bits: $0) ? $1 : $0 }
      try expect("pmax") { Number(bits: $0) < Number(bits: $1) ? $1 : $0 }
      #expect(try unary.call("\(Number.shape).abs", a) == Vector(Number.width, lanes.map { $0.0 & ~sign }))
      #expect(try unary.call("\(Number.shape).neg", a) == Vector(Number.width, lanes.map { $0.0 ^ sign }))
    }
  }

  @Test func comparisonsOf32BitNumbersAreThoseOfEachLane() throws { try Self.checkComparisons(Float.self) }
  @Test func comparisonsOf64BitNumbersAreThoseOfEachLane() throws { try Self.checkComparisons(Double.self) }

  // MARK: - Three operands

  /// Rounded after the product and after the sum, on every processor.
  static func checkProductAndSum<Number: LaneNumber>(_ type: Number.Type) throws {
    let add = "\(Number.shape).relaxed_madd"
    let subtract = "\(Number.shape).relaxed_nmadd"
    let module = try VectorInstructions([add, subtract], ["v128", "v128", "v128"], "v128")
    let precise = [Number(1).nextUp, 1 + Number.ulpOfOne * 3, Number(1).nextDown, -1.5, 0]
    for (a, b) in pairs(Number.width, Number.someEdges + precise.map(\.bits)) {
      for third in [0, -1, -Number(1).nextUp, .infinity] as [Number] {
        let c = Vector(Number.width, Array(repeating: third.bits, count: 128 / Number.width))
        let operands = zip(a.lanes(Number.width), b.lanes(Number.width)).map { [$0, $1, third.bits] }
        let products = operands.map { Number(bits: $0[0]) * Number(bits: $0[1]) }
        check(
          type, try module.call(add, a, b, c), products.map { $0 + third }, operands, "\(a) * \(b) + \(c)")
        check(
          type, try module.call(subtract, a, b, c), products.map { -$0 + third }, operands,
          "-\(a) * \(b) + \(c)")
      }
    }
  }

  @Test func productAndSumOf32BitNumbersRoundTwice() throws { try Self.checkProductAndSum(Float.self) }
  @Test func productAndSumOf64BitNumbersRoundTwice() throws { try Self.checkProductAndSum(Double.self) }

  // MARK: - Conversions

  static func saturated(_ number: Double, _ sign: Substring) -> UInt64 {
    if number.isNaN { return 0 }
    let (low, high) = sign == "s" ? (-0x1p31, 0x1p31 - 1) : (0, 0x1p32 - 1)
    return truncated(Int64(min(max(number, low), high)), 32)
  }

  @Test(arguments: ["trunc_sat", "relaxed_trunc"], ["f32x4_s", "f32x4_u", "f64x2_s_zero", "f64x2_u_zero"])
  func truncationSaturates(_ name: String, _ type: String) throws {
    let mnemonic = "i32x4.\(name)_\(type)"
    let module = try VectorInstructions([mnemonic], ["v128"], "v128")
    let sign = type.split(separator: "_")[1]
    if type.hasPrefix("f32x4") {
      for a in vectors(32, Float.edges) {
        let expected = a.lanes(32).map { Self.saturated(Double(Float(bits: $0)), sign) }
        #expect(try module.call(mnemonic, a) == Vector(32, expected), "of \(a)")
      }
    } else {
      for a in vectors(64, Double.edges) {
        let expected = a.lanes(64).map { Self.saturated(Double(bits: $0), sign) } + [0, 0]
        #expect(try module.call(mnemonic, a) == Vector(32, expected), "of \(a)")
      }
    }
  }

  @Test func integersBecomeTheNearestNumbers() throws {
    let mnemonics = [
      "f32x4.convert_i32x4_s", "f32x4.convert_i32x4_u", "f64x2.convert_low_i32x4_s",
      "f64x2.convert_low_i32x4_u",
    ]
    let module = try VectorInstructions(mnemonics, ["v128"], "v128")
    for a in vectors(
      32, edges(32) + [0x0100_0001, 0x0100_0003, 0x7FFF_FFBF, 0x7FFF_FFC0, 0xFFFF_FF7F, 0xFFFF_FF80])
    {
      let lanes = a.lanes(32)
      let low = lanes.prefix(2)
      #expect(
        try module.call(mnemonics[0], a) == Vector(32, lanes.map { Float(signed($0, 32)).bits }), "of \(a)")
      #expect(try module.call(mnemonics[1], a) == Vector(32, lanes.map { Float($0).bits }), "of \(a)")
      #expect(
        try module.call(mnemonics[2], a) == Vector(64, low.map { Double(signed($0, 32)).bits }), "of \(a)")
      #expect(try module.call(mnemonics[3], a) == Vector(64, low.map { Double($0).bits }), "of \(a)")
    }
  }

  @Test func promotionAndDemotionKeepNumbersAndNaNs() throws {
    let module = try VectorInstructions(
      ["f32x4.demote_f64x2_zero", "f64x2.promote_low_f32x4"], ["v128"], "v128")
    func expect<Number: LaneNumber>(
      _ isNaN: Bool, _ bits: UInt64, _ expected: UInt64, _ canonical: Bool, _ type: Number.Type
    ) {
      if isNaN {
        #expect(type.isAllowedNaN(bits, [canonical ? type.canonicalNaN : type.canonicalNaN | 1]))
      } else {
        #expect(bits == expected)
      }
    }
    for a in vectors(
      64, Double.edges + [0x36A0_0000_0000_0000, 0x36A0_0000_0000_0001, 0x47EF_FFFF_F000_0000])
    {
      let lanes = a.lanes(64)
      let result = try module.call("f32x4.demote_f64x2_zero", a).lanes(32)
      for (lane, bits) in result.prefix(2).enumerated() {
        let number = Double(bits: lanes[lane])
        expect(
          number.isNaN, bits, Float(number).bits, lanes[lane] & ~(1 << 63) == Double.canonicalNaN, Float.self)
      }
      #expect(result.suffix(2) == [0, 0])
    }
    for a in vectors(32, Float.edges) {
      let lanes = a.lanes(32)
      for (lane, bits) in try module.call("f64x2.promote_low_f32x4", a).lanes(64).enumerated() {
        let number = Float(bits: lanes[lane])
        expect(
          number.isNaN, bits, Double(number).bits, lanes[lane] & ~(1 << 31) == Float.canonicalNaN, Double.self
        )
      }
    }
  }
}
