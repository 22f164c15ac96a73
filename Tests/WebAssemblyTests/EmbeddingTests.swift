// What makes the engine handy for a program that embeds it: calls by name, numbers in and out, time limits.
import Testing
import WebAssembly

@Suite struct EmbeddingTests {
  @Test func anExportIsCalledByItsName() throws {
    let test = try TestInstance(
      """
      (module (memory (export "memory") 1)
        (func (export "subtract") (param i32 i32) (result i32) (i32.sub (local.get 0) (local.get 1))))
      """)
    #expect(try test.instance.call("subtract", .i32(1), .i32(3)) == [.i32(-2)])
    let error = #expect(throws: CallError.self) { try test.instance.call("add", .i32(1)) }
    #expect(error?.description == "the module exports no function named add")
    #expect(throws: CallError.self) { try test.instance.call("memory") }
  }

  @Test func aNumberIsReadOfItsOwnTypeAlone() {
    #expect(Value.i32(-1).int32 == -1)
    #expect(Value.i32(-1).uint32 == .max)
    #expect(Value.i64(-1).int64 == -1)
    #expect(Value.i64(-1).uint64 == .max)
    #expect(Value.f32(0.5 as Float).float == 0.5)
    #expect(Value.f64(0.5 as Double).double == 0.5)
    #expect(Value.i64(1).int32 == nil)
    #expect(Value.i32(1).uint64 == nil)
    #expect(Value.f64(1 as Double).float == nil)
    #expect(Value.f32(1 as Float).double == nil)
    #expect(Value.reference(.null, type: .externref).uint32 == nil)
  }

  @Test func aLiteralMayBeReadEitherWay() {
    #expect(Value.i32(0xFFFF_FFFF) == Value.i32(-1))
    #expect(Value.i32(-0x8000_0000) == Value.i32(UInt32(1) << 31))
    #expect(Value.i64(-1) == Value.i64(UInt64.max))
  }

  @Test func aRunStopsAfterATime() throws {
    let test = try TestInstance("(module (func (export \"spin\") (loop br 0)))")
    test.store.meter.stop(after: .milliseconds(20))
    #expect(throws: ExecutionLimit.time) { try test.instance.call("spin") }
    test.store.meter.stop(after: .seconds(-1))
    #expect(throws: ExecutionLimit.time) { try test.instance.call("spin") }
    test.store.meter.stop(after: .seconds(Int64.max))
    test.store.meter.fuel = test.store.meter.instructionCount + 1000
    #expect(throws: ExecutionLimit.fuel) { try test.instance.call("spin") }
  }

  @Test func theSignOfANaNIsTheEmbeddersChoice() throws {
    let test = try TestInstance(
      """
      (module
        (func (export "f64") (param f64) (result f64) (f64.sub (local.get 0) (local.get 0)))
        (func (export "f32") (param f32) (result f32) (f32.sub (local.get 0) (local.get 0)))
        (func (export "kept") (param f64) (result f64) (local f64)
          (local.set 1 (f64.sqrt (local.get 0)))
          (f64.promote_f32 (f32.demote_f64 (f64.neg (local.get 1)))))
        (func (export "bits") (param f64) (result f64) (f64.neg (local.get 0))))
      """)
    let infinity = Value.f64(Double.infinity)
    for (sign, bit) in [(FloatingPointSign.minus, UInt64(1)), (.plus, 0)] {
      test.store.nanSign = sign
      let (wide, narrow) = (0x7ff8_0000_0000_0000 | bit << 63, 0x7fc0_0000 | UInt32(bit) << 31)
      #expect(try test.instance.call("f64", infinity) == [.f64(Double(bitPattern: wide))])
      #expect(try test.instance.call("f32", .f32(Float.infinity)) == [.f32(Float(bitPattern: narrow))])
      #expect(try test.instance.call("kept", .f64(-1 as Double)) == [.f64(Double(bitPattern: wide))])
      #expect(try test.instance.call("f64", .f64(1 as Double)) == [.f64(0 as Double)])
      // What is no arithmetic keeps its bits.
      #expect(
        try test.instance.call("bits", .f64(Double(bitPattern: 0x7ff8_0000_0000_0001)))
          == [.f64(Double(bitPattern: 0xfff8_0000_0000_0001))])
    }
  }
}
