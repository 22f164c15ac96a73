/// What the runner makes of scripts, on this package's engine.

import Synchronization
import Testing
import WebAssembly
import WebAssemblyScript
import WebAssemblyText

/// Outcomes of a script's commands.
func outcomes(_ text: String, print: @escaping @Sendable (String) -> Void = { _ in }) throws
  -> [CommandOutcome]
{
  var runner = ScriptRunner(engine: try StoreEngine(print: print))
  var outcomes: [CommandOutcome] = []
  runner.run(try Script(text: text)) { outcomes.append($0.outcome) }
  return outcomes
}

private let sample = """
  (module $m
    (global (export "g") (mut i32) (i32.const 3))
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "nan") (result f32) (f32.const -nan:0x400001))
    (func (export "div") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
    (func (export "set") (global.set 0 (i32.const 4)))
    (func $loop (export "loop") (call $loop)))

  """

@Suite struct ScriptRunnerTests {
  @Test(
    "what is as expected passes",
    arguments: [
      "(assert_return (invoke \"add\" (i32.const 2) (i32.const -5)) (i32.const -3))",
      "(assert_return (invoke $m \"add\" (i32.const 0x7fffffff) (i32.const 1)) (i32.const -2147483648))",
      "(assert_return (get \"g\") (i32.const 3))",
      "(assert_return (invoke \"nan\") (f32.const nan:arithmetic))",
      "(assert_return (invoke \"nan\") (f32.const -nan:0x400001))",
      "(assert_return (invoke \"nan\") (either (f32.const 0) (f32.const nan:arithmetic)))",
      "(assert_return (invoke \"set\"))",
      "(assert_trap (invoke \"div\" (i32.const 0)) \"integer divide by zero\")",
      "(assert_exhaustion (invoke \"loop\") \"call stack exhausted\")",
      "(assert_invalid (module (func (result i32))) \"type mismatch\")",
      "(assert_malformed (module quote \"(func\") \"unexpected token\")",
      "(assert_malformed (module binary \"\\00asm\") \"unexpected end\")",
      "(assert_unlinkable (module (import \"x\" \"y\" (func))) \"unknown import\")",
      "(assert_unlinkable (module (import \"spectest\" \"memory\" (func))) \"incompatible import type\")",
      "(assert_trap (module (func $f unreachable) (start $f)) \"unreachable\")",
      "(assert_malformed_custom (module quote \"(@custom)\") \"@custom annotation\")",
      "(module (import \"spectest\" \"table\" (table 10 20 funcref)) (import \"spectest\" \"memory\" (memory 1 2)))",
      "(module definition $d (func $f unreachable) (start $f)) (assert_trap (module instance $i $d) \"unreachable\")",
      "(module definition (import \"x\" \"y\" (func))) (assert_unlinkable (module instance) \"unknown import\")",
      "(module definition) (invoke \"set\")",
      "(assert_trap (module (func $f unreachable) (start $f)) \"unreachable\") (assert_trap (module instance) \"unreachable\")",
    ])
  func passes(text: String) throws {
    #expect(try outcomes(sample + text).filter { !$0.isPassed } == [])
  }

  @Test(
    "what is not as expected fails and says what there was",
    arguments: [
      (
        "(assert_return (invoke \"add\" (i32.const 1) (i32.const 1)) (i32.const 3))",
        "expected (i32.const 3), but the result is (i32.const 2)"
      ),
      ("(assert_return (invoke \"set\") (i32.const 3))", "expected (i32.const 3), but the result is nothing"),
      (
        "(assert_return (invoke \"nan\") (f32.const nan:canonical))",
        "expected (f32.const nan:canonical), but the result is (f32.const -nan:0x400001)"
      ),
      ("(assert_return (invoke \"div\" (i32.const 0)) (i32.const 3))", "trap: integer divide by zero"),
      (
        "(assert_trap (invoke \"div\" (i32.const 1)) \"integer divide by zero\")",
        "expected trap \"integer divide by zero\", but the result is (i32.const 1)"
      ),
      (
        "(assert_trap (invoke \"div\" (i32.const 0)) \"integer overflow\")",
        "expected trap \"integer overflow\", but there was trap: integer divide by zero"
      ),
      (
        "(assert_exhaustion (invoke \"div\" (i32.const 0)) \"call stack exhausted\")",
        "expected exhaustion \"call stack exhausted\", but there was trap: integer divide by zero"
      ),
      ("(assert_exception (invoke \"set\"))", "expected unhandled exception, but the result is nothing"),
      (
        "(assert_invalid (module) \"type mismatch\")",
        "expected invalid module \"type mismatch\", but the module was accepted"
      ),
      (
        "(assert_malformed (module quote \"(func)\") \"unexpected token\")",
        "expected malformed module \"unexpected token\", but the module was accepted"
      ),
      (
        "(assert_unlinkable (module) \"unknown import\")",
        "expected link error \"unknown import\", but the module was instantiated"
      ),
      ("(invoke \"missing\")", "error: the module exports no function \"missing\""),
      ("(invoke $missing \"f\")", "error: there is no instance $missing"),
      ("(invoke \"set\" (i32.const 1))", "error: \"set\" takes 0 arguments, not 1"),
      ("(register \"x\" $missing)", "there is no instance $missing"),
      ("(module instance $missing)", "there is no module definition $missing"),
      ("(module (func x))", "malformed module: unknown operator x: expected an instruction"),
      ("(wait $missing)", "there is no thread $missing"),
      ("(wait)", "there is no thread"),
      (
        "(module definition) (assert_unlinkable (module instance) \"unknown import\")",
        "expected link error \"unknown import\", but the module was instantiated"
      ),
      (
        "(assert_trap (module instance $missing) \"unreachable\")", "there is no module definition $missing"
      ),
      (
        "(thread (shared (module $m)))",
        "error: the module exports no shared memory, and threads share nothing else"
      ),
      ("(thread (shared (module $missing)))", "there is no module $missing to share"),
      ("(frobnicate)", "the command cannot be read: 8:2: unknown operator frobnicate: expected a command"),
    ])
  func fails(text: String, reason: String) throws {
    #expect(try outcomes(sample + text).last == .failed(reason))
  }

  @Test("nothing runs on the module before a broken one") func brokenModule() throws {
    let outcomes = try outcomes(sample + "(module (func x)) (invoke \"set\") (invoke $m \"set\")")
    #expect(outcomes.map(\.isPassed) == [true, false, false, true])
  }

  @Test("nothing runs on the module before an instance that could not be made") func missingInstance() throws
  {
    let outcomes = try outcomes(sample + "(module instance $missing) (invoke \"set\") (invoke $m \"set\")")
    #expect(outcomes.map(\.isPassed) == [true, false, false, true])
  }

  @Test("instances of a definition have each a state of their own") func instances() throws {
    let outcomes = try outcomes(
      """
      (module definition $d (global $g (mut i32) (i32.const 0))
        (func (export "up") (result i32) (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g)))
      (module instance $a $d)
      (module instance $b $d)
      (assert_return (invoke $a "up") (i32.const 1))
      (assert_return (invoke $a "up") (i32.const 2))
      (assert_return (invoke $b "up") (i32.const 1))
      (register "a" $a)
      (module (import "a" "up" (func $up (result i32))) (func (export "f") (result i32) (call $up)))
      (assert_return (invoke "f") (i32.const 3))
      """)
    #expect(outcomes.filter { !$0.isPassed } == [])
  }

  @Test("spectest prints") func printing() throws {
    let lines = Lines()
    let outcomes = try outcomes(
      """
      (module (import "spectest" "print_i32_f32" (func $p (param i32 f32)))
        (import "spectest" "global_i32" (global $g i32))
        (func (export "f") (call $p (global.get $g) (f32.const 1.5))))
      (invoke "f")
      """, print: { line in lines.list.withLock { $0.append(line) } })
    #expect(outcomes.filter { !$0.isPassed } == [])
    #expect(lines.list.withLock { $0 } == ["(i32.const 666) : i32 (f32.const 1.5) : f32"])
  }

  private final class Lines: Sendable { let list = Mutex<[String]>([]) }
}

@Suite struct ResultMatchingTests {
  @Test(
    arguments: [
      (.f32(.canonicalNaN), .f32(0x7FC0_0000), true), (.f32(.canonicalNaN), .f32(0xFFC0_0000), true),
      (.f32(.canonicalNaN), .f32(0x7FC0_0001), false), (.f32(.canonicalNaN), .f32(0x7F80_0000), false),
      (.f32(.arithmeticNaN), .f32(0xFFC0_0001), true), (.f32(.arithmeticNaN), .f32(0x7FA0_0000), false),
      (.f64(.canonicalNaN), .f64(0xFFF8_0000_0000_0000), true),
      (.f64(.arithmeticNaN), .f64(0x7FF8_0000_0000_1000), true),
      (.f64(.arithmeticNaN), .f64(0x7FF0_0000_0000_1000), false), (.f32(.bits(0)), .f32(0x8000_0000), false),
      (.f32(.bits(0)), .i32(0), false), (.i64(1), .i32(1), false), (.null, .null, true),
      (.null, .i32(0), false),
      (.null, .extern(0), false), (.extern(1), .extern(1), true), (.extern(1), .extern(2), false),
      (.extern(1), .host(1), false), (.reference(.extern), .extern(nil), true),
      (.reference(.eq), .reference(.i31), true),
      (.reference(.eq), .reference(.function), false), (.reference(.any), .reference(.struct), true),
      (.reference(.any), .host(3), true), (.reference(.any), .extern(3), false),
      (.reference(.struct), .null, false),
      (.reference(.array), .reference(.struct), false),
      (
        .v128(laneWidth: 32, [.bits(1), .canonicalNaN, .bits(3), .arithmeticNaN]),
        .v128(low: 0x7FC0_0000_0000_0001, high: 0xFFC0_0007_0000_0003), true
      ),
      (.v128(laneWidth: 16, Array(repeating: .bits(0xFFFF), count: 8)), .v128(low: .max, high: .max), true),
      (
        .v128(laneWidth: 16, Array(repeating: .bits(0xFFFF), count: 8)), .v128(low: .max, high: .max - 1),
        false
      ),
      (.either([.i32(1), .i32(2)]), .i32(2), true), (.either([]), .i32(2), false),
    ] as [(ExpectedValue, ScriptResult, Bool)])
  func matches(expected: ExpectedValue, result: ScriptResult, answer: Bool) {
    #expect(expected.matches(result) == answer)
  }
}
