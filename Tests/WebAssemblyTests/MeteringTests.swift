// Exact instruction counts, and the limits that rest on them.

import Testing
import WebAssembly

@Suite struct MeteringTests {
  /// Text of a function, its arguments, and its count by hand: every instruction that is reached counts
  /// one; `block`, `loop`, `else`, `end` and `nop` count none.
  static let counted: [(name: String, body: String, argument: Int32, count: UInt64)] = [
    ("straight code", "(i32.add (local.get 0) (i32.const 1))", 5, 3),
    ("nothing but structure", "(block (loop (nop))) (i32.const 1)", 0, 1),
    (
      "the taken arm",
      "(if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.add (i32.const 2) (i32.const 3))))", 1,
      3
    ),
    (
      "the other arm",
      "(if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.add (i32.const 2) (i32.const 3))))", 0,
      5
    ),
    (
      // Each round: local.get, i32.eqz, br_if, then local.get, i32.const, i32.sub, local.set, br.
      "a loop",
      "(block (loop (br_if 1 (i32.eqz (local.get 0))) (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br 0))) (i32.const 7)",
      10, 10 * 8 + 3 + 1
    ),
    ("code behind a branch is not reached", "(block (br 0) (unreachable)) (i32.const 1)", 0, 2),
    (
      "an early return",
      "(if (local.get 0) (then (return (i32.const 9)))) (i32.const 1) (drop) (i32.const 2)", 1, 4
    ),
    ("a call", "(call $twice (local.get 0))", 4, 2 + 3),
    (
      "two calls and what stands between",
      "(i32.add (call $twice (i32.const 1)) (call $twice (i32.const 2)))", 0, 5 + 6
    ),
    (
      "a jump table",
      "(block (block (block (br_table 0 1 2 (local.get 0))) (return (i32.const 1))) (return (i32.const 2))) (i32.const 3)",
      1, 4
    ),
    (
      "select and tee",
      "(drop (local.tee 0 (i32.const 3))) (select (i32.const 1) (i32.const 2) (local.get 0))", 0, 7
    ),
    (
      "a branch that carries a value",
      "(block (result i32) (br_if 0 (i32.const 5) (local.get 0)) (drop) (i32.const 6))", 1, 3
    ),
    (
      "one that does not", "(block (result i32) (br_if 0 (i32.const 5) (local.get 0)) (drop) (i32.const 6))",
      0, 5
    ),
    (
      "memory", "(i32.store (i32.const 8) (local.get 0)) (i32.load (i32.add (i32.const 4) (i32.const 4)))", 3,
      7
    ),
    ("a call through a table", "(call_indirect (type $unary) (i32.const 21) (i32.const 0))", 0, 3 + 3),
  ]

  private static func module(_ body: String) -> String {
    """
    (module
      (type $unary (func (param i32) (result i32)))
      (memory 1)
      (table funcref (elem $twice))
      (func $twice (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
      (func (export "f") (param i32) (result i32) \(body)))
    """
  }

  @Test(arguments: counted.indices)
  func countsWhatIsReached(index: Int) throws {
    let row = Self.counted[index]
    let instance = try TestInstance(Self.module(row.body))
    for _ in 0..<2 {
      let (count, result) = instance.count("f", [.i32(row.argument)])
      _ = try result.get()
      #expect(count == row.count, "\(row.name)")
    }
  }

  @Test(arguments: counted.indices)
  func fuelIsExact(index: Int) throws {
    let row = Self.counted[index]
    let instance = try TestInstance(Self.module(row.body))
    for fuel in 0..<row.count {
      instance.store.meter.fuel = fuel
      let (count, result) = instance.count("f", [.i32(row.argument)])
      #expect(count == fuel)
      #expect(throws: ExecutionLimit.fuel, "\(row.name) with \(fuel)") { try result.get() }
    }
    instance.store.meter.fuel = row.count
    let (count, result) = instance.count("f", [.i32(row.argument)])
    _ = try result.get()
    #expect(count == row.count)
  }

  /// A body that traps, the trap, and the count, the trapping instruction included.
  static let trapping: [(body: String, kind: TrapKind, count: UInt64)] = [
    ("(i32.const 1) (drop) (unreachable)", .unreachable, 3),
    ("(i32.div_u (i32.const 1) (local.get 0)) (i32.const 5) (i32.add)", .integerDivideByZero, 3),
    ("(i32.add (i32.const 1) (i32.div_s (i32.const 1) (local.get 0)))", .integerDivideByZero, 4),
    ("(i32.load (i32.const -1)) (i32.const 1) (i32.add)", .outOfBoundsMemoryAccess, 2),
    ("(i32.load (i32.add (i32.const -9) (local.get 0))) (drop) (i32.const 1)", .outOfBoundsMemoryAccess, 4),
    ("(i32.trunc_f64_s (f64.const 1e10))", .integerOverflow, 2),
    ("(call $failing) (i32.const 1)", .integerOverflow, 1 + 3),
    ("(i32.const 3) (drop) (call_indirect (type $unary) (i32.const 0) (i32.const 9))", .undefinedElement, 5),
    (
      "(block (br_if 0 (i32.const 1)) (nop)) (memory.fill (i32.const 65536) (i32.const 0) (i32.const 1)) (i32.const 1)",
      .outOfBoundsMemoryAccess, 6
    ),
    // The way out of a body that catches jumps over the landings: a segment ends at its `end`.
    (
      "(block (try_table (catch_all 0) (drop (i32.div_u (i32.const 1) (local.get 0)))) (drop (i32.const 1))) (i32.const 2)",
      .integerDivideByZero, 3
    ),
    (
      "(try (do (throw $tag)) (catch_all (drop (i32.div_u (i32.const 1) (local.get 0))))) (i32.const 2)",
      .integerDivideByZero, 4
    ),
    (
      "(try (do (drop (i32.div_u (i32.const 1) (local.get 0)))) (catch_all)) (i32.const 2)",
      .integerDivideByZero, 3
    ),
    (
      "(try (do (try (do (drop (i32.div_u (i32.const 1) (local.get 0)))) (delegate 0))) (catch_all)) (i32.const 2)",
      .integerDivideByZero, 3
    ),
  ]

  @Test(arguments: trapping.indices)
  func aTrapCountsUpToItself(index: Int) throws {
    let row = Self.trapping[index]
    let text = """
      (module
        (type $unary (func (param i32) (result i32)))
        (memory 1 1)
        (table 1 funcref)
        (tag $tag)
        (func $failing (drop (i32.div_s (i32.const 0x80000000) (i32.const -1))))
        (func (export "f") (param i32) (result i32) \(row.body)))
      """
    let instance = try TestInstance(text)
    let (count, result) = instance.count("f", [.i32(Int32(0))])
    #expect(count == row.count)
    #expect { try result.get() } throws: { ($0 as? Trap)?.kind == row.kind }

    // With exactly that fuel it is still the trap; with less it is the limit.
    instance.store.meter.fuel = row.count
    #expect { try instance.count("f", [.i32(Int32(0))]).result.get() } throws: { $0 is Trap }
    instance.store.meter.fuel = row.count - 1
    #expect(throws: ExecutionLimit.fuel) { try instance.count("f", [.i32(Int32(0))]).result.get() }
  }

  /// Straight code is charged in parts of 60,000 instructions: the last one of a part may be the one that traps.
  @Test(arguments: [59_998, 59_999, 60_000, 60_001, 120_000])
  func aTrapAroundTheEndOfAPartIsCountedExactly(position: Int) throws {
    let before = String(repeating: "i32.popcnt ", count: position - 3)
    let behind = String(repeating: "i32.const 2 drop ", count: 100)
    let instance = try TestInstance(
      """
      (module (func (export "f")
        i32.const 1 i32.const 0 \(before) i32.div_u drop \(behind)))
      """)
    let (count, result) = instance.count("f")
    #expect(count == UInt64(position))
    #expect { try result.get() } throws: { ($0 as? Trap)?.kind == .integerDivideByZero }
  }

  @Test func longStraightCodeIsCountedExactly() throws {
    let additions = 200_000
    let body = String(repeating: "local.get 0 i32.const 3 i32.add local.set 0 ", count: additions)
    let instance = try TestInstance(
      "(module (func (export \"f\") (param i32) (result i32) \(body) local.get 0))")
    let (count, result) = instance.count("f", [.i32(Int32(1))])
    #expect(try result.get() == [.i32(Int32(1 + 3 * additions))])
    #expect(count == UInt64(additions) * 4 + 1)
  }

  @Test func aTrapInLongStraightCodeIsCountedExactly() throws {
    let before = String(repeating: "local.get 0 drop ", count: 70_000)
    let text =
      "(module (func (export \"f\") (param i32) (result i32) \(before) local.get 0 i32.const 0 i32.div_u \(before)))"
    let instance = try TestInstance(text)
    let (count, result) = instance.count("f", [.i32(Int32(1))])
    #expect { try result.get() } throws: { ($0 as? Trap)?.kind == .integerDivideByZero }
    #expect(count == 140_003)
  }

  @Test func hostCallsSeeTheCountSoFar() throws {
    let store = Store()
    var seen: [UInt64] = []
    var imports = Imports()
    imports.define(
      "env", "look",
      .function(
        Function(store: store, type: FunctionType()) { caller, _ in
          seen.append(caller.store.meter.instructionCount)
          return []
        }))
    let instance = try TestInstance(
      """
      (module (import "env" "look" (func $look))
        (func (export "f") (call $look) (drop (i32.const 1)) (call $look) (drop (i32.const 1))))
      """, store: store, imports: imports)
    let (count, result) = instance.count("f")
    _ = try result.get()
    #expect(seen == [1, 4])
    #expect(count == 6)
  }
}

@Suite struct CallMonitorTests {
  private final class Recorder: CallMonitor {
    var events: [String] = []
    func enter(function: UInt32, of module: Module, instructions: UInt64) {
      events.append("+\(function)@\(instructions)")
    }
    func leave(function: UInt32, of module: Module, instructions: UInt64) {
      events.append("-\(function)@\(instructions)")
    }
  }

  @Test func callsAndReturnsAreReportedWithExactCounts() throws {
    let text = """
      (module
        (func $half (param i32) (result i32) (i32.div_u (local.get 0) (i32.const 2)))
        (func (export "f") (param i32) (result i32)
          (if (i32.eqz (local.get 0)) (then (return (i32.const 0))))
          (i32.add (call $half (local.get 0)) (call $half (i32.const 3)))))
      """
    let bytes = try ModuleStructure(text: text).encode()
    let store = Store()
    let recorder = Recorder()
    store.monitor = recorder
    let module = try Module(bytes: bytes)
    let instance = try Instance(store: store, module: module, imports: Imports(), mode: .callsObserved)
    #expect(try instance.function(named: "f")?.call([.i32(Int32(8))]) == [.i32(Int32(5))])
    // Of f: local.get, eqz, if, local.get, call; then half's three; const, call; half's three; add.
    #expect(recorder.events == ["+1@0", "+0@5", "-0@8", "+0@10", "-0@13", "-1@14"])
    #expect(store.meter.instructionCount == 14)
    let plain = try TestInstance(text)
    #expect(plain.count("f", [.i32(Int32(8))]).count == 14)
    // One module has code in both modes.
    let silent = try Instance(store: store, module: module, imports: Imports())
    #expect(try silent.function(named: "f")?.call([.i32(Int32(8))]) == [.i32(Int32(5))])
    #expect(recorder.events.count == 6)
    _ = try instance.function(named: "f")?.call([.i32(Int32(0))])
    #expect(recorder.events.count == 8)
  }
}
