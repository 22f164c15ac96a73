// Vectors in locals, globals, blocks, branches and calls, beside scalars: each takes two slots.

import Testing
import WebAssembly

@Suite struct VectorTranslationTests {
  static let a = Vector(32, [1, 2, 3, 4])
  static let b = Vector(32, [10, 20, 30, 40])
  static let c = Vector(32, [100, 200, 300, 400])

  static func sum(_ vectors: Vector...) -> Value {
    Vector(32, (0..<4).map { lane in vectors.reduce(0) { $0 + $1.lanes(32)[lane] } }).value
  }

  /// The value of a function's body, called with vectors and then numbers.
  func run(
    _ parameters: String, _ results: String, _ body: String, fields: String = "", _ arguments: [Value]
  ) throws -> [Value] {
    let instance = try TestInstance(
      "(module \(fields) (func (export \"run\") (param \(parameters)) (result \(results)) \(body)))")
    return try instance.call("run", arguments)
  }

  // MARK: - Variables

  @Test func localsThatHoldVectorsStartWithZeros() throws {
    let result = try run(
      "v128", "v128 v128 i32", "(local i32 v128 i64 v128) (local.get 2) (local.get 4) (local.get 1)",
      [Self.a.value])
    #expect(result == [.v128(low: 0, high: 0), .v128(low: 0, high: 0), .i32(0 as UInt32)])
  }

  @Test func localsOfOneAndTwoSlotsKeepApart() throws {
    let body = """
      (local v128 i64 v128 i32)
      (local.set 3 (local.get 2)) (local.set 4 (i64.const -1)) (local.set 5 (local.get 0))
      (local.set 6 (local.get 1))
      (local.set 0 (i32x4.add (local.get 0) (local.get 3)))
      (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5) (local.get 6)
      """
    let result = try run(
      "v128 i32 v128", "v128 i32 v128 v128 i64 v128 i32", body,
      [Self.a.value, .i32(7 as UInt32), Self.b.value])
    #expect(
      result == [
        Self.sum(Self.a, Self.b), .i32(7 as UInt32), Self.b.value, Self.b.value, .i64(UInt64.max),
        Self.a.value,
        .i32(7 as UInt32),
      ])
  }

  @Test func aPendingVectorKeepsTheLocalsOldValue() throws {
    let body = """
      (local.get 0)
      (local.set 0 (local.get 1))
      (local.get 0)
      (local.tee 1 (i32x4.add (local.get 0) (local.get 0)))
      (i32x4.add) (i32x4.sub) (local.get 1) (i32x4.add)
      """
    // a - (b + 2b) + 2b
    let result = try run("v128 v128", "v128", body, [Self.a.value, Self.b.value])
    let expected = (0..<4).map { truncated(Self.a.lanes(32)[$0] &- Self.b.lanes(32)[$0], 32) }
    #expect(result == [Vector(32, expected).value])
  }

  @Test func aTeedConstantIsInTheLocalAndOnTheStack() throws {
    let body = """
      (local v128)
      (local.tee 1 (v128.const i32x4 10 20 30 40)) (local.get 0) (i32x4.add) (local.get 1) (i32x4.add)
      """
    #expect(try run("v128", "v128", body, [Self.a.value]) == [Self.sum(Self.a, Self.b, Self.b)])
  }

  @Test func globalsHoldVectors() throws {
    let store = Store()
    let exporter = try TestInstance(
      """
      (module
        (global (export "constant") v128 (v128.const i32x4 1 2 3 4))
        (global (export "variable") (mut v128) (v128.const i32x4 10 20 30 40)))
      """, store: store)
    var imports = Imports()
    imports.define("m", exporter.instance)
    let instance = try TestInstance(
      """
      (module
        (import "m" "constant" (global $constant v128))
        (import "m" "variable" (global $variable (mut v128)))
        (global $before i32 (i32.const -1))
        (global $own (mut v128) (global.get $constant))
        (global $after i64 (i64.const -1))
        (func (export "run") (param v128) (result v128 v128 v128 i32 i64)
          (global.set $own (i32x4.add (global.get $own) (local.get 0)))
          (global.set $variable (i32x4.add (global.get $variable) (global.get $own)))
          (global.get $constant) (global.get $variable) (global.get $own) (global.get $before)
          (global.get $after)))
      """, store: store, imports: imports)
    let result = try instance.call("run", [Self.c.value])
    #expect(
      result == [
        Self.a.value, Self.sum(Self.a, Self.b, Self.c), Self.sum(Self.a, Self.c), .i32(UInt32.max),
        .i64(UInt64.max),
      ])
    guard case .global(let variable)? = exporter.instance.export("variable") else {
      throw MissingExport(name: "variable")
    }
    #expect(variable.value == Self.sum(Self.a, Self.b, Self.c))
  }

  @Test(arguments: [0, 1, 2, 0xFFFF_FFFF] as [UInt32]) func selectChoosesVectors(_ condition: UInt32) throws {
    let expected = condition != 0 ? Self.a : Self.b
    let arguments = [Self.a.value, Self.b.value, .i32(condition)]
    let fromLocal = "(select (result v128) (local.get 0) (local.get 1) (local.get 2))"
    #expect(try run("v128 v128 i32", "v128", fromLocal, arguments) == [expected.value])
    let fromResult = """
      (select (i32x4.add (local.get 0) (v128.const i64x2 0 0)) (local.get 1)
        (i32.or (local.get 2) (i32.const 0)))
      """
    #expect(try run("v128 v128 i32", "v128", fromResult, arguments) == [expected.value])
  }

  // MARK: - The accumulator

  /// Vector instructions leave the accumulator alone: a scalar computed before them is used after them.
  @Test func aScalarResultOutlivesVectorInstructions() throws {
    let body = """
      (local i32)
      (i32.mul (local.get 2) (i32.const 3))
      (local.set 3 (i32.add (local.get 2) (i32.const 1)))
      (v128.store (i32.const 0) (i32x4.add (local.get 0) (local.get 1)))
      (i32.add (local.get 3))
      (i32.add (i32x4.extract_lane 2 (v128.load (i32.const 0))))
      """
    let result = try run(
      "v128 v128 i32", "i32", body, fields: "(memory 1)", [Self.a.value, Self.b.value, .i32(5 as UInt32)])
    #expect(result == [.i32(15 + 6 + 33 as UInt32)])
  }

  /// A vector written over the slot that the accumulator mirrors ends the mirroring.
  @Test func aVectorOverAScalarsSlotsReplacesIt() throws {
    let body = """
      (drop (i32.add (local.get 1) (i32.const 1)))
      (i32x4.extract_lane 0 (i32x4.add (local.get 0) (local.get 0)))
      (i32.mul (local.get 1) (i32.const 2)) (i32.add (local.get 1) (i32.const 1)) (drop) (drop)
      (i32x4.extract_lane 1 (v128.not (v128.not (local.get 0))))
      (i32.add)
      """
    #expect(try run("v128 i32", "i32", body, [Self.a.value, .i32(9 as UInt32)]) == [.i32(4 as UInt32)])
  }

  @Test func testsOfVectorsDecideBranches() throws {
    let body = """
      (local i32)
      (block $done
        (loop $next
          (br_if $done (i32x4.all_true (local.get 0)))
          (br_if $done (i32.eqz (v128.any_true (local.get 0))))
          (local.set 0 (i32x4.add (local.get 0) (local.get 1)))
          (local.set 2 (i32.add (local.get 2) (i32.const 1)))
          (br $next)))
      (local.get 2)
      """
    let start = Vector(32, [5, 0xFFFF_FFFD, 7, 0])
    let step = Vector(32, [1, 1, 1, 1])
    #expect(try run("v128 v128", "i32", body, [start.value, step.value]) == [.i32(1 as UInt32)])
    let zeros = Vector(32, [0, 0, 0, 0])
    #expect(try run("v128 v128", "i32", body, [zeros.value, step.value]) == [.i32(0 as UInt32)])
  }

  // MARK: - Blocks and branches

  static let mixed = "(type $mixed (func (param v128 i32 v128) (result v128 i32 v128)))"

  @Test func blocksTakeAndGiveVectorsBesideScalars() throws {
    let body = """
      (i64.const 77)
      (local.get 0) (local.get 1) (local.get 2)
      (block (type $mixed)
        (local.set 2) (i32.const 1) (i32.add) (local.get 2))
      (block (type $mixed)
        (br_if 0 (local.get 1))
        (drop) (drop) (drop) (local.get 2) (i32.const 0) (local.get 0))
      """
    for number in [0, 3] as [UInt32] {
      let result = try run(
        "v128 i32 v128", "i64 v128 i32 v128", body, fields: Self.mixed,
        [Self.a.value, .i32(number), Self.b.value])
      let taken: [Value] = [.i64(77 as UInt64), Self.a.value, .i32(number + 1), Self.b.value]
      let other: [Value] = [.i64(77 as UInt64), Self.b.value, .i32(0 as UInt32), Self.a.value]
      #expect(result == (number != 0 ? taken : other))
    }
  }

  /// A branch out of deeper stacks moves vectors down by an odd number of slots.
  @Test(arguments: [0, 1, 2, 3] as [UInt32]) func branchesCarryVectorsToTheirPlace(_ label: UInt32) throws {
    let body = """
      (block $outer (result v128 v128)
        (i32.const 1)
        (block $middle (result v128 v128)
          (i64.const 2) (f32.const 3)
          (block $inner (result v128 v128)
            (f64.const 4)
            (local.get 0) (i32x4.add (local.get 0) (local.get 1))
            (br_table $inner $middle $outer $inner (local.get 2)))
          (i32x4.add (v128.const i32x4 1 1 1 1))
          (br $outer))
        (i32x4.add (v128.const i32x4 2 2 2 2))
        (br $outer))
      """
    let result = try run("v128 v128 i32", "v128 v128", body, [Self.a.value, Self.b.value, .i32(label)])
    let ones = Vector(32, Array(repeating: [1, 2, 0, 1][Int(label)], count: 4))
    #expect(result == [Self.a.value, Self.sum(Self.a, Self.b, ones)])
  }

  @Test func loopsTakeVectors() throws {
    let body = """
      (local.get 0) (local.get 2) (local.get 1)
      (loop $next (type $mixed)
        (local.set 1) (local.set 2)
        (i32x4.add (local.get 1))
        (local.tee 2 (i32.sub (local.get 2) (i32.const 1)))
        (local.get 1)
        (br_if $next (local.get 2)))
      """
    let result = try run(
      "v128 v128 i32", "v128 i32 v128", body, fields: Self.mixed,
      [Self.a.value, Self.b.value, .i32(3 as UInt32)])
    #expect(result == [Self.sum(Self.a, Self.b, Self.b, Self.b), .i32(0 as UInt32), Self.b.value])
  }

  @Test(arguments: [0, 1] as [UInt32]) func bothWaysOfAnIfGiveVectors(_ condition: UInt32) throws {
    let body = """
      (local.get 1)
      (if (param v128) (result v128 v128) (local.get 2)
        (then (local.get 0))
        (else (drop) (local.get 0) (i32x4.add (local.get 0) (local.get 1))))
      """
    let result = try run("v128 v128 i32", "v128 v128", body, [Self.a.value, Self.b.value, .i32(condition)])
    #expect(
      result == (condition != 0 ? [Self.b.value, Self.a.value] : [Self.a.value, Self.sum(Self.a, Self.b)]))
  }

  @Test(arguments: [0, 1] as [UInt32]) func earlyReturnsGiveVectors(_ condition: UInt32) throws {
    let body = """
      (i32.const 5) (local.get 0) (i64.const 6)
      (if (local.get 2) (then (return (local.get 1) (i64.const 8) (local.get 0))))
      (drop) (drop) (drop) (local.get 0) (i64.const 9) (local.get 1)
      """
    let result = try run(
      "v128 v128 i32", "v128 i64 v128", body, [Self.a.value, Self.b.value, .i32(condition)])
    let early: [Value] = [Self.b.value, .i64(8 as UInt64), Self.a.value]
    let late: [Value] = [Self.a.value, .i64(9 as UInt64), Self.b.value]
    #expect(result == (condition != 0 ? early : late))
  }

  // MARK: - Calls

  @Test func callsPassVectorsBetweenFunctionsInstancesAndTheHost() throws {
    let store = Store()
    let other = try TestInstance(
      """
      (module (func (export "swap") (param v128 i32 v128) (result v128 i32 v128)
        (local.get 2) (i32.add (local.get 1) (i32.const 1)) (local.get 0)))
      """, store: store)
    var imports = Imports()
    imports.define("m", other.instance)
    let type = FunctionType([.i32, .v128], [.v128, .i32])
    imports.define(
      "h", "rotate",
      .function(
        Function(store: store, type: type) { _, arguments in
          guard case .v128(let low, let high) = arguments[1] else { throw MissingExport(name: "rotate") }
          return [.v128(low: high, high: low), arguments[0]]
        }))
    let instance = try TestInstance(
      """
      (module
        (type $swap (func (param v128 i32 v128) (result v128 i32 v128)))
        (import "m" "swap" (func $swap (type $swap)))
        (import "h" "rotate" (func $rotate (param i32 v128) (result v128 i32)))
        (table funcref (elem $swap $own))
        (func $own (type $swap)
          (call $swap (local.get 0) (local.get 1) (local.get 2)))
        (func $double (param v128) (result v128) (i32x4.add (local.get 0) (local.get 0)))
        (func (export "own") (param v128 i32 v128) (result v128 i32 v128)
          (f32.const 0)
          (call $own (call $double (local.get 0)) (local.get 1) (local.get 2))
          (local.set 0) (local.set 1) (local.set 2) (drop)
          (local.get 2) (local.get 1) (local.get 0))
        (func (export "indirect") (param v128 i32 v128 i32) (result v128 i32 v128)
          (call_indirect (type $swap) (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
        (func (export "host") (param v128) (result v128 i32)
          (i64.const 1) (call $rotate (i32.const 9) (i32x4.add (local.get 0) (local.get 0)))
          (local.set 0 (i32x4.splat)) (local.set 0)
          (drop)
          (local.get 0) (i32.const 4))
        (func (export "rotated") (param v128) (result v128 i32)
          (call $rotate (i32.const 9) (local.get 0))))
      """, store: store, imports: imports)
    let arguments: [Value] = [Self.a.value, .i32(1 as UInt32), Self.b.value]
    #expect(
      try instance.call("own", arguments) == [Self.b.value, .i32(2 as UInt32), Self.sum(Self.a, Self.a)])
    for index in [0, 1] as [UInt32] {
      let result = try instance.call("indirect", arguments + [.i32(index)])
      #expect(result == [Self.b.value, .i32(2 as UInt32), Self.a.value])
    }
    let turned = Vector(32, [3, 4, 1, 2]).value
    #expect(try instance.call("rotated", [Self.a.value]) == [turned, .i32(9 as UInt32)])
    #expect(
      try instance.call("host", [Self.a.value]) == [Vector(32, [6, 8, 2, 4]).value, .i32(4 as UInt32)])
  }

  @Test func recursionKeepsEachFramesVectors() throws {
    let fields = """
      (func $sum (param i32 v128) (result v128)
        (if (result v128) (i32.eqz (local.get 0))
          (then (local.get 1))
          (else
            (i32x4.add
              (local.get 1)
              (call $sum (i32.sub (local.get 0) (i32.const 1)) (i32x4.add (local.get 1) (local.get 1)))))))
      """
    let result = try run(
      "v128", "v128", "(call $sum (i32.const 4) (local.get 0))", fields: fields, [Self.a.value])
    #expect(result == [Vector(32, Self.a.lanes(32).map { $0 * 31 }).value])
  }

  /// Counting instructions and splitting long code leave vectors alone.
  @Test func veryLongStraightCodeRuns() throws {
    let steps = 70_000
    let body = "(local.get 0)" + String(repeating: "(local.get 1)(i32x4.add)", count: steps)
    let result = try run("v128 v128", "v128", body, [Self.a.value, Vector(32, [1, 0, 2, 0]).value])
    #expect(result == [Vector(32, [1 + UInt64(steps), 2, 3 + 2 * UInt64(steps), 4]).value])
  }
}
