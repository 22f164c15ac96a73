// Moving lanes: shuffles, swizzles, splats, extraction and replacement.

import Testing
import WebAssembly

@Suite struct VectorLaneTests {
  static let first = Vector(bytes: (0..<16).map { 0x80 + $0 * 7 })
  static let second = Vector(bytes: (0..<16).map { 0x11 ^ $0 * 5 })

  /// Single bytes, and groups that start at even and odd lanes, within one operand and across both.
  static let shuffles: [[UInt8]] = [
    Array(0..<16), Array(16..<32), (0..<16).reversed(), (16..<32).reversed(),
    [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23],
    [8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31],
    [4, 5, 6, 7, 0, 1, 2, 3, 28, 29, 30, 31, 20, 21, 22, 23],
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 17, 18, 19, 20],
    Array(4..<20), Array(5..<21), Array(2..<18), Array(15..<31), Array(14..<30), Array(1..<17),
    [14, 15, 16, 17, 14, 15, 16, 17, 0, 1, 2, 3, 4, 5, 6, 7],
    [15, 16, 15, 16, 30, 31, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    Array(repeating: 0, count: 16), Array(repeating: 31, count: 16),
    [0, 1, 0, 1, 0, 1, 0, 1, 30, 31, 30, 31, 30, 31, 30, 31],
    [31, 0, 30, 1, 29, 2, 28, 3, 27, 4, 26, 5, 25, 6, 24, 7],
  ]

  @Test(arguments: shuffles) func aShuffleTakesEachByteFromTheOperandThatItsLaneNames(_ lanes: [UInt8]) throws
  {
    let immediate = lanes.map(String.init).joined(separator: " ")
    // Operands in locals, in temporaries, and the same one twice.
    let instance = try TestInstance(
      """
      (module
        (func (export "locals") (param v128 v128) (result v128)
          (i8x16.shuffle \(immediate) (local.get 0) (local.get 1)))
        (func (export "temporaries") (param v128 v128) (result v128)
          (i8x16.shuffle \(immediate)
            (v128.not (v128.not (local.get 0))) (v128.not (v128.not (local.get 1)))))
        (func (export "in place") (param v128 v128) (result v128)
          (local.set 0 (i8x16.shuffle \(immediate) (local.get 0) (local.get 1)))
          (local.get 0))
        (func (export "twice") (param v128) (result v128)
          (i8x16.shuffle \(immediate) (local.get 0) (local.get 0))))
      """)
    func shuffled(_ a: Vector, _ b: Vector) -> Value {
      Vector(bytes: lanes.map { (a.bytes + b.bytes)[Int($0)] }).value
    }
    let operands = [Self.first.value, Self.second.value]
    let expected = shuffled(Self.first, Self.second)
    #expect(try instance.call("locals", operands) == [expected])
    #expect(try instance.call("temporaries", operands) == [expected])
    #expect(try instance.call("in place", operands) == [expected])
    #expect(try instance.call("twice", [Self.first.value]) == [shuffled(Self.first, Self.first)])
  }

  @Test(arguments: ["i8x16.swizzle", "i8x16.relaxed_swizzle"])
  func aSwizzleGivesZeroForIndicesBeyondTheLanes(_ mnemonic: String) throws {
    let module = try VectorInstructions([mnemonic], ["v128", "v128"], "v128")
    for start in 0..<16 {
      let indices = (0..<16).map { UInt8(start + $0 * 16) }.shuffledBy(start)
      let expected = indices.map { $0 < 16 ? Self.first.bytes[Int($0)] : 0 }
      #expect(try module.call(mnemonic, Self.first, Vector(bytes: indices)) == Vector(bytes: expected))
      let inner = (0..<16).map { UInt8(($0 * 3 + start) % 16) }
      let moved = inner.map { Self.first.bytes[Int($0)] }
      #expect(try module.call(mnemonic, Self.first, Vector(bytes: inner)) == Vector(bytes: moved))
    }
  }

  // MARK: - Scalars

  struct Shape: Sendable, CustomTestStringConvertible {
    var name: String
    var type: String
    var width: Int
    /// The suffixes of `extract_lane`.
    var extractions: [String]
    var value: @Sendable (UInt64) -> Value

    var testDescription: String { name }
  }

  static let shapes = [
    Shape(name: "i8x16", type: "i32", width: 8, extractions: ["_s", "_u"]) {
      .i32(UInt32(truncatingIfNeeded: $0))
    },
    Shape(name: "i16x8", type: "i32", width: 16, extractions: ["_s", "_u"]) {
      .i32(UInt32(truncatingIfNeeded: $0))
    },
    Shape(name: "i32x4", type: "i32", width: 32, extractions: [""]) { .i32(UInt32(truncatingIfNeeded: $0)) },
    Shape(name: "i64x2", type: "i64", width: 64, extractions: [""]) { .i64($0) },
    // With numbers that are signalling NaNs: their bits do not change.
    Shape(name: "f32x4", type: "f32", width: 32, extractions: [""]) {
      .f32(bits: UInt32(truncatingIfNeeded: $0))
    },
    Shape(name: "f64x2", type: "f64", width: 64, extractions: [""]) { .f64(bits: $0) },
  ]

  @Test(arguments: shapes) func aSplatFillsEveryLane(_ shape: Shape) throws {
    let instance = try TestInstance(
      """
      (module
        (func $same (param \(shape.type)) (result \(shape.type)) (local.get 0))
        (func (export "local") (param \(shape.type)) (result v128) (\(shape.name).splat (local.get 0)))
        (func (export "result") (param \(shape.type)) (result v128)
          (\(shape.name).splat (call $same (local.get 0))))
        (func (export "constant") (result v128) (\(shape.name).splat (\(shape.type).const 3))))
      """)
    for number in edges(shape.width) + [0x7FA0_0001, 0x7FF4_0000_0000_0001] {
      let expected = Vector(
        shape.width, Array(repeating: truncated(number, shape.width), count: 128 / shape.width))
      #expect(try instance.call("local", [shape.value(number)]) == [expected.value])
      #expect(try instance.call("result", [shape.value(number)]) == [expected.value])
    }
    let three: UInt64 =
      shape.name == "f32x4"
      ? UInt64((3 as Float).bitPattern) : shape.name == "f64x2" ? (3 as Double).bitPattern : 3
    #expect(
      try instance.call("constant")
        == [Vector(shape.width, Array(repeating: three, count: 128 / shape.width)).value])
  }

  @Test(arguments: shapes) func everyLaneCanBeExtractedAndReplaced(_ shape: Shape) throws {
    let count = 128 / shape.width
    var functions = ""
    for lane in 0..<count {
      for suffix in shape.extractions {
        functions += """
          (func (export "get\(suffix) \(lane)") (param v128) (result \(shape.type))
            (\(shape.name).extract_lane\(suffix) \(lane) (local.get 0)))\n
          """
      }
      functions += """
        (func (export "set \(lane)") (param v128 \(shape.type)) (result v128)
          (\(shape.name).replace_lane \(lane) (local.get 0) (local.get 1)))
        (func (export "move \(lane)") (param v128 v128) (result v128)
          (\(shape.name).replace_lane \(lane) (local.get 0)
            (\(shape.name).extract_lane\(shape.extractions[0]) \(count - 1 - lane) (local.get 1))))\n
        """
    }
    let instance = try TestInstance("(module \(functions))")
    for vector in vectors(
      shape.width,
      edges(shape.width) + [0x7FA0_0001, 0x7FF4_0000_0000_0001].map { truncated($0, shape.width) })
    {
      let lanes = vector.lanes(shape.width)
      for lane in 0..<count {
        for suffix in shape.extractions {
          let number = suffix == "_s" ? UInt64(bitPattern: signed(lanes[lane], shape.width)) : lanes[lane]
          #expect(try instance.call("get\(suffix) \(lane)", [vector.value]) == [shape.value(number)])
        }
        var changed = Self.first.lanes(shape.width)
        changed[lane] = lanes[lane]
        #expect(
          try instance.call("set \(lane)", [Self.first.value, shape.value(lanes[lane])])
            == [Vector(shape.width, changed).value])
        changed[lane] = lanes[count - 1 - lane]
        #expect(
          try instance.call("move \(lane)", [Self.first.value, vector.value])
            == [Vector(shape.width, changed).value])
      }
    }
  }
}

extension [UInt8] {
  /// The same numbers, rotated.
  fileprivate func shuffledBy(_ count: Int) -> [UInt8] {
    Array(self[(count % self.count)...] + self[..<(count % self.count)])
  }
}
