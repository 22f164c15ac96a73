// Integer vector instructions against what their lanes give one by one, over the numbers where it matters.

import Testing
import WebAssembly

@Suite struct VectorIntegerTests {
  /// An instruction on lanes of equal width, with its meaning for one pair of lanes.
  struct LaneMeaning: Sendable, CustomTestStringConvertible {
    var mnemonic: String
    var width: Int
    var meaning: @Sendable (UInt64, UInt64) -> UInt64

    var testDescription: String { mnemonic }
  }

  static func shape(_ width: Int) -> String { "i\(width)x\(128 / width)" }

  /// All bits of a lane, or none.
  static func mask(_ holds: Bool, _ width: Int) -> UInt64 { holds ? truncated(-1, width) : 0 }

  static func clamped(_ number: Int64, _ low: Int64, _ high: Int64) -> Int64 { min(max(number, low), high) }

  static let binary: [LaneMeaning] = [8, 16, 32, 64].flatMap { width in
    var rows: [LaneMeaning] = []
    func add(_ name: String, _ meaning: @escaping @Sendable (UInt64, UInt64) -> UInt64) {
      rows.append(LaneMeaning(mnemonic: "\(shape(width)).\(name)", width: width, meaning: meaning))
    }
    add("add") { truncated($0 &+ $1, width) }
    add("sub") { truncated($0 &- $1, width) }
    add("eq") { mask($0 == $1, width) }
    add("ne") { mask($0 != $1, width) }
    add("lt_s") { mask(signed($0, width) < signed($1, width), width) }
    add("gt_s") { mask(signed($0, width) > signed($1, width), width) }
    add("le_s") { mask(signed($0, width) <= signed($1, width), width) }
    add("ge_s") { mask(signed($0, width) >= signed($1, width), width) }
    if width > 8 { add("mul") { truncated($0 &* $1, width) } }
    guard width < 64 else { return rows }
    add("lt_u") { mask($0 < $1, width) }
    add("gt_u") { mask($0 > $1, width) }
    add("le_u") { mask($0 <= $1, width) }
    add("ge_u") { mask($0 >= $1, width) }
    add("min_s") { signed($0, width) < signed($1, width) ? $0 : $1 }
    add("max_s") { signed($0, width) > signed($1, width) ? $0 : $1 }
    add("min_u") { min($0, $1) }
    add("max_u") { max($0, $1) }
    guard width < 32 else { return rows }
    let top: Int64 = 1 << Int64(width - 1)
    add("add_sat_s") { truncated(clamped(signed($0, width) + signed($1, width), -top, top - 1), width) }
    add("sub_sat_s") { truncated(clamped(signed($0, width) - signed($1, width), -top, top - 1), width) }
    add("add_sat_u") { min($0 + $1, truncated(-1, width)) }
    add("sub_sat_u") { $0 > $1 ? $0 - $1 : 0 }
    add("avgr_u") { ($0 + $1 + 1) / 2 }
    guard width == 16 else { return rows }
    add("q15mulr_sat_s") {
      truncated(clamped((signed($0, 16) * signed($1, 16) + 0x4000) >> 15, -top, top - 1), 16)
    }
    return rows
  }

  @Test(arguments: binary) func aBinaryInstructionWorksLaneByLane(_ row: LaneMeaning) throws {
    let module = try VectorInstructions([row.mnemonic], ["v128", "v128"], "v128")
    for (a, b) in pairs(row.width, edges(row.width)) {
      let expected = zip(a.lanes(row.width), b.lanes(row.width)).map(row.meaning)
      #expect(try module.call(row.mnemonic, a, b) == Vector(row.width, expected), "of \(a) and \(b)")
    }
  }

  static let unary: [LaneMeaning] =
    [8, 16, 32, 64].flatMap { width in
      [
        LaneMeaning(mnemonic: "\(shape(width)).abs", width: width) { a, _ in
          truncated(signed(a, width) < 0 ? 0 &- a : a, width)
        },
        LaneMeaning(mnemonic: "\(shape(width)).neg", width: width) { a, _ in truncated(0 &- a, width) },
      ]
    } + [LaneMeaning(mnemonic: "i8x16.popcnt", width: 8) { a, _ in UInt64(a.nonzeroBitCount) }]

  @Test(arguments: unary) func aUnaryInstructionWorksLaneByLane(_ row: LaneMeaning) throws {
    let module = try VectorInstructions([row.mnemonic], ["v128"], "v128")
    let numbers = row.width == 8 ? Array(0...255) : edges(row.width)
    for a in vectors(row.width, numbers) {
      let expected = a.lanes(row.width).map { row.meaning($0, 0) }
      #expect(try module.call(row.mnemonic, a) == Vector(row.width, expected), "of \(a)")
    }
  }

  // MARK: - Shifts

  /// The count from a local, from the accumulator and as an immediate; it counts modulo the width.
  @Test(arguments: [8, 16, 32, 64], ["shl", "shr_s", "shr_u"])
  func aShiftTakesItsCountModuloTheLanesWidth(_ width: Int, _ name: String) throws {
    let mnemonic = "\(Self.shape(width)).\(name)"
    let counts = Array(0...width + 1) + [2 * width + 3, 1000]
    let immediates = counts.map { count in
      """
      (func (export "by \(count)") (param v128) (result v128)
        (\(mnemonic) (local.get 0) (i32.const \(count))))
      """
    }
    let instance = try TestInstance(
      """
      (module
        (func (export "local") (param v128 i32) (result v128) (\(mnemonic) (local.get 0) (local.get 1)))
        (func (export "sum") (param v128 i32) (result v128)
          (\(mnemonic) (local.get 0) (i32.add (local.get 1) (i32.const 1))))
        \(immediates.joined(separator: "\n")))
      """)
    func expected(_ lane: UInt64, _ count: Int) -> UInt64 {
      let count = count % width
      switch name {
      case "shl": return truncated(lane << UInt64(count), width)
      case "shr_s": return truncated(signed(lane, width) >> Int64(count), width)
      default: return lane >> UInt64(count)
      }
    }
    for count in counts {
      for a in vectors(width, edges(width)) {
        let shifted = Vector(width, a.lanes(width).map { expected($0, count) }).value
        #expect(try instance.call("local", [a.value, .i32(UInt32(count))]) == [shifted], "\(a) by \(count)")
        #expect(
          try instance.call("sum", [a.value, .i32(UInt32(count) &- 1)]) == [shifted], "\(a) by \(count)")
        #expect(try instance.call("by \(count)", [a.value]) == [shifted], "\(a) by \(count)")
      }
    }
  }

  // MARK: - Between widths

  static let halves: [(narrow: Int, half: String, sign: String)] = [8, 16, 32].flatMap { narrow in
    ["low", "high"].flatMap { half in ["s", "u"].map { (narrow, half, $0) } }
  }

  static func extended(_ lane: UInt64, _ width: Int, _ sign: String) -> Int64 {
    sign == "s" ? signed(lane, width) : Int64(lane)
  }

  @Test(arguments: halves)
  func extensionsAndProductsTakeTheirHalf(_ narrow: Int, _ half: String, _ sign: String) throws {
    let wide = 2 * narrow
    let extend = "\(Self.shape(wide)).extend_\(half)_\(Self.shape(narrow))_\(sign)"
    let multiply = "\(Self.shape(wide)).extmul_\(half)_\(Self.shape(narrow))_\(sign)"
    let unary = try VectorInstructions([extend], ["v128"], "v128")
    let binary = try VectorInstructions([multiply], ["v128", "v128"], "v128")
    func chosen(_ vector: Vector) -> [Int64] {
      let lanes = vector.lanes(narrow).map { Self.extended($0, narrow, sign) }
      return Array(half == "low" ? lanes.prefix(lanes.count / 2) : lanes.suffix(lanes.count / 2))
    }
    for (a, b) in pairs(narrow, edges(narrow)) {
      let extended = chosen(a).map { truncated($0, wide) }
      let products = zip(chosen(a), chosen(b)).map { truncated($0 &* $1, wide) }
      #expect(try unary.call(extend, a) == Vector(wide, extended), "of \(a)")
      #expect(try binary.call(multiply, a, b) == Vector(wide, products), "of \(a) and \(b)")
    }
  }

  @Test(arguments: [8, 16], ["s", "u"])
  func pairwiseAdditionAddsNeighboursWithoutLoss(_ narrow: Int, _ sign: String) throws {
    let wide = 2 * narrow
    let mnemonic = "\(Self.shape(wide)).extadd_pairwise_\(Self.shape(narrow))_\(sign)"
    let module = try VectorInstructions([mnemonic], ["v128"], "v128")
    for (a, _) in pairs(narrow, edges(narrow)) + pairs(narrow, edges(narrow).reversed()) {
      let lanes = a.lanes(narrow).map { Self.extended($0, narrow, sign) }
      let sums = stride(from: 0, to: lanes.count, by: 2).map { truncated(lanes[$0] + lanes[$0 + 1], wide) }
      #expect(try module.call(mnemonic, a) == Vector(wide, sums), "of \(a)")
    }
  }

  @Test(arguments: [16, 32], ["s", "u"])
  func narrowingSaturatesSignedNumbers(_ wide: Int, _ sign: String) throws {
    let narrow = wide / 2
    let mnemonic = "\(Self.shape(narrow)).narrow_\(Self.shape(wide))_\(sign)"
    let module = try VectorInstructions([mnemonic], ["v128", "v128"], "v128")
    let top: Int64 = 1 << Int64(narrow - 1)
    for (a, b) in pairs(wide, edges(wide)) {
      let lanes = (a.lanes(wide) + b.lanes(wide)).map { lane in
        let (low, high) = sign == "s" ? (-top, top - 1) : (0, 2 * top - 1)
        return truncated(Self.clamped(signed(lane, wide), low, high), narrow)
      }
      #expect(try module.call(mnemonic, a, b) == Vector(narrow, lanes), "of \(a) and \(b)")
    }
  }

  /// Products of pairs, added: with 16-bit lanes, and with 8-bit ones where the sum saturates.
  @Test func dotProductsAddNeighbouringProducts() throws {
    let dot = "i32x4.dot_i16x8_s"
    let relaxed = "i16x8.relaxed_dot_i8x16_i7x16_s"
    let adding = "i32x4.relaxed_dot_i8x16_i7x16_add_s"
    let module = try VectorInstructions([dot, relaxed], ["v128", "v128"], "v128")
    let ternary = try VectorInstructions([adding], ["v128", "v128", "v128"], "v128")
    func products(_ a: Vector, _ b: Vector, _ width: Int) -> [Int64] {
      let products = zip(a.lanes(width), b.lanes(width)).map { signed($0, width) * signed($1, width) }
      return stride(from: 0, to: products.count, by: 2).map { products[$0] + products[$0 + 1] }
    }
    for (a, b) in pairs(16, edges(16)) {
      let sums = products(a, b, 16).map { truncated($0, 32) }
      #expect(try module.call(dot, a, b) == Vector(32, sums), "of \(a) and \(b)")
    }
    for (a, b) in pairs(8, edges(8)) {
      let sums = products(a, b, 8).map { Self.clamped($0, -32768, 32767) }
      #expect(
        try module.call(relaxed, a, b) == Vector(16, sums.map { truncated($0, 16) }), "of \(a) and \(b)")
      let start: [Int64] = [0, 1, -1, 0x7FFF_FFFF]
      let totals = (0..<4).map { truncated(start[$0] + sums[2 * $0] + sums[2 * $0 + 1], 32) }
      let third = Vector(32, start.map { truncated($0, 32) })
      #expect(try ternary.call(adding, a, b, third) == Vector(32, totals), "of \(a) and \(b)")
    }
  }

  // MARK: - Bits and tests

  @Test func bitwiseInstructionsWorkBitByBit() throws {
    let binary = try VectorInstructions(
      ["v128.and", "v128.andnot", "v128.or", "v128.xor"], ["v128", "v128"], "v128")
    let unary = try VectorInstructions(["v128.not"], ["v128"], "v128")
    let selections = [
      "v128.bitselect", "i8x16.relaxed_laneselect", "i16x8.relaxed_laneselect", "i32x4.relaxed_laneselect",
      "i64x2.relaxed_laneselect",
    ]
    let ternary = try VectorInstructions(selections, ["v128", "v128", "v128"], "v128")
    let c = Vector(64, [0x00FF_0F0F_3333_5555, 0xFFFF_0000_F0F0_AAAA])
    for (a, b) in pairs(64, edges(64)) {
      func each(_ meaning: (UInt8, UInt8) -> UInt8) -> Vector {
        Vector(bytes: zip(a.bytes, b.bytes).map(meaning))
      }
      #expect(try binary.call("v128.and", a, b) == each { $0 & $1 })
      #expect(try binary.call("v128.andnot", a, b) == each { $0 & ~$1 })
      #expect(try binary.call("v128.or", a, b) == each { $0 | $1 })
      #expect(try binary.call("v128.xor", a, b) == each { $0 ^ $1 })
      #expect(try unary.call("v128.not", a) == Vector(bytes: a.bytes.map { ~$0 }))
      let chosen = (0..<16).map { (a.bytes[$0] & c.bytes[$0]) | (b.bytes[$0] & ~c.bytes[$0]) }
      for mnemonic in selections {
        #expect(try ternary.call(mnemonic, a, b, c) == Vector(bytes: chosen), "\(mnemonic)")
      }
    }
  }

  @Test(arguments: [8, 16, 32, 64]) func testsLookAtEveryLane(_ width: Int) throws {
    let shape = Self.shape(width)
    let mnemonics = ["\(shape).all_true", "\(shape).bitmask", "v128.any_true"]
    let module = try VectorInstructions(mnemonics, ["v128"], "i32")
    let count = 128 / width
    // Every lane alone different from the others, and mixtures.
    var tried: [Vector] = [Vector(width, Array(repeating: 0, count: count))]
    for lane in 0..<count {
      for number in [1, 1 << UInt64(width - 1), truncated(-1, width)] {
        tried.append(Vector(width, (0..<count).map { $0 == lane ? number : 0 }))
        tried.append(Vector(width, (0..<count).map { $0 == lane ? 0 : number }))
      }
    }
    tried += vectors(width, edges(width))
    for a in tried {
      let lanes = a.lanes(width)
      let signs = lanes.enumerated().reduce(0 as UInt32) {
        $0 | UInt32($1.element >> UInt64(width - 1)) << UInt32($1.offset)
      }
      #expect(try module.test(mnemonics[0], a) == (lanes.contains(0) ? 0 : 1), "all_true of \(a)")
      #expect(try module.test(mnemonics[1], a) == signs, "bitmask of \(a)")
      #expect(try module.test(mnemonics[2], a) == (lanes.contains { $0 != 0 } ? 1 : 0), "any_true of \(a)")
    }
  }
}
