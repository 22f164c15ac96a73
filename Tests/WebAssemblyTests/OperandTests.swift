// What reads a value finds it, wherever the translation has put it and whichever way control came.

import Testing
import WebAssembly

@Suite struct OperandTests {
  /// The body of a function `(param i32) (result i32)`, with what an argument gives.
  static let bodies: [(name: String, body: String, results: [(argument: Int32, result: Int32)])] = [
    ("a constant that a branch may return", "(br_if 0 (i32.const 5) (local.get 0))", [(1, 5), (0, 5)]),
    (
      "a constant that a branch on null may return",
      "(i32.const 5) (br_on_null 0 (table.get 1 (local.get 0))) (drop)", [(0, 5), (2, 5)]
    ),
    (
      "a constant for two labels of a table",
      "(block $b (result i32) (br_table 1 $b 1 (i32.const 5) (local.get 0))) (i32.add (i32.const 1))",
      [(0, 5), (1, 6), (2, 5)]
    ),
    (
      "a local that a branch may return", "(local.get 0) (br_if 0 (local.get 0)) (local.set 0 (i32.const 9))",
      [(3, 3), (0, 0)]
    ),
    (
      "a temporary that a branch may return",
      "(i32.add (local.get 0) (i32.const 3)) (br_if 0 (local.get 0)) (i32.const 1) (i32.add)",
      [(0, 4), (2, 5)]
    ),
    (
      "a local that was the index of a call",
      "(i32.add (call_indirect (type $u) (i32.const 7) (local.get 0)) (local.get 0))", [(1, 71), (0, 70)]
    ),
    (
      "a local that was the index of a call whose result is dropped",
      "(drop (call_indirect (type $u) (i32.const 7) (local.get 0))) (i32.clz (local.get 0))", [(1, 31)]
    ),
    (
      "a local that was a called reference",
      "(local $f (ref null $u)) (local.set $f (ref.func $ten)) (drop (call_ref $u (i32.const 0) (local.get $f))) (ref.is_null (local.get $f))",
      [(1, 0)]
    ),
    (
      "operands below a block that catches",
      "(i32.mul (local.get 0) (i32.const 7)) (block $h (result i32) (try_table (catch $t $h) (throw $t (local.get 0))) (i32.const 99)) (i32.sub)",
      [(2, 12)]
    ),
    (
      "a local read before a block that writes it and throws",
      "(local.get 0) (block $h (result i32) (try_table (catch $t $h) (local.set 0 (i32.const 55)) (throw $t (i32.const 5))) (i32.const 99)) (i32.sub)",
      [(2, -3)]
    ),
    (
      "operands below a legacy clause",
      "(i32.mul (local.get 0) (i32.const 7)) (try (result i32) (do (throw $t (i32.const 4))) (catch $t (i32.add (i32.const 100))) (catch_all (i32.const 3))) (i32.sub)",
      [(100, 596)]
    ),
    (
      "what a rethrow throws again",
      "(try (result i32) (do (try (result i32) (do (throw $t (i32.const 4))) (catch $t (drop) (local.get 0) (if (then (rethrow 1))) (i32.const 8)))) (catch $t (i32.const 1000) (i32.add)))",
      [(1, 1004), (0, 8)]
    ),
    (
      "what a delegate passes by a catch_all",
      "(try (result i32) (do (try (result i32) (do (try (result i32) (do (throw $t (i32.const 4))) (delegate 1))) (catch_all (i32.const 1)))) (catch $t))",
      [(0, 4)]
    ),
    (
      "a loop's parameters",
      "(i32.const 0) (local.get 0) (loop $l (param i32 i32) (result i32) (local.set 0) (i32.add (local.get 0)) (i32.sub (local.get 0) (i32.const 1)) (local.tee 0) (local.get 0) (br_if $l) (drop))",
      [(4, 10)]
    ),
    (
      "an if's parameters",
      "(local.get 0) (i32.const 3) (local.get 0) (if (param i32 i32) (result i32) (then (i32.sub)) (else (i32.add) (local.set 0 (i32.const 77))))",
      [(4, 1), (0, 3)]
    ),
    (
      "a local read before and after it is set to itself",
      "(local.get 0) (local.tee 0 (local.get 0)) (local.set 0 (i32.const 4)) (i32.add (local.get 0)) (i32.add)",
      [(5, 14)]
    ),
    (
      "a reference that a failed cast leaves",
      "(block $b (result anyref) (br_on_cast_fail $b anyref (ref $s) (struct.new $s (local.get 0))) (return (struct.get $s 0))) (drop) (i32.const -1)",
      [(6, 6)]
    ),
    (
      "a reference that a cast carries",
      "(block $b (result (ref $s)) (br_on_cast $b anyref (ref $s) (struct.new $s (local.get 0))) (drop) (struct.new $s (i32.const 0))) (struct.get $s 0)",
      [(6, 6)]
    ),
    (
      "a reference behind two checks",
      "(struct.get $s 0 (ref.as_non_null (ref.cast (ref null $s) (struct.new $s (local.get 0)))))", [(6, 6)]
    ),
    (
      "a temporary across calls with a vector among their results",
      "(i32.clz (local.get 0)) (call $two (local.get 0)) (i32x4.extract_lane 2) (i32.add) (i32.add)",
      [(1, 36)]
    ),
    (
      "a load before a store to the same place",
      "(i32.store (i32.const 16) (i32.const 7)) (i32.load (i32.const 16)) (i32.store (i32.const 16) (local.get 0)) (i32.sub (i32.load (i32.const 16)))",
      [(2, 5)]
    ),
    (
      "a comparison that a local keeps",
      "(local $a i32) (local.set $a (i32.lt_s (local.get 0) (i32.const 5))) (if (result i32) (local.get $a) (then (local.get $a)) (else (i32.add (local.get $a) (i32.const 50))))",
      [(1, 1), (7, 50)]
    ),
  ]

  @Test(arguments: bodies.indices)
  func isWhatWasComputed(index: Int) throws {
    let row = Self.bodies[index]
    let instance = try TestInstance(
      """
      (module
        (type $u (func (param i32) (result i32)))
        (type $s (struct (field i32)))
        (tag $t (param i32))
        (memory 1)
        (table funcref (elem $ten $ten))
        (table 3 funcref)
        (elem declare func $ten)
        (func $ten (param i32) (result i32) (i32.mul (local.get 0) (i32.const 10)))
        (func $two (param i32) (result i32 v128)
          (i32.add (local.get 0) (i32.const 1)) (v128.const i32x4 1 2 3 4))
        (func (export "f") (param i32) (result i32) \(row.body)))
      """)
    for (argument, result) in row.results {
      #expect(try instance.call("f", [.i32(argument)]) == [.i32(result)], "\(row.name)")
    }
  }
}
