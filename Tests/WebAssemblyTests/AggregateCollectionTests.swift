// The collector: what can still be reached stays, everything else goes, and memory is bounded.

import Testing
import WebAssembly

@Suite(.serialized) struct AggregateCollectionTests {
  static let list = """
    (module
      (type $node (struct (field $next (mut (ref null $node))) (field $value i32)))
      (type $bytes (array (mut i8)))
      (global $head (export "head") (mut (ref null $node)) (ref.null $node))
      (func (export "push") (param $count i32)
        (loop $more
          (global.set $head (struct.new $node (global.get $head) (local.get $count)))
          (br_if $more (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
      (func (export "sum") (result i64) (local $at (ref null $node)) (local $sum i64)
        (local.set $at (global.get $head))
        (block $end
          (loop $more
            (br_if $end (ref.is_null (local.get $at)))
            (local.set $sum (i64.add (local.get $sum)
              (i64.extend_i32_u (struct.get $node $value (local.get $at)))))
            (local.set $at (struct.get $node $next (local.get $at)))
            (br $more)))
        (local.get $sum))
      (func (export "clear") (global.set $head (ref.null $node)))
      (func (export "close") (struct.set $node $next (global.get $head) (global.get $head)))
      (func (export "waste") (param $count i32) (param $size i32)
        (loop $more
          (drop (array.new_default $bytes (local.get $size)))
          (br_if $more (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))
    """

  private func sum(_ count: UInt64) -> [Value] { [.i64(count * (count + 1) / 2)] }

  @Test func aListOfAMillionStaysAndThenGoes() throws {
    let instance = try TestInstance(Self.list)
    _ = try instance.call("push", [.i32(Int32(1_000_000))])
    #expect(try instance.call("sum") == sum(1_000_000))
    let census = try instance.store.collectGarbage()
    #expect(census.objectCount == 1_000_000)
    #expect(try instance.call("sum") == sum(1_000_000))
    _ = try instance.call("waste", [.i32(Int32(1000)), .i32(Int32(100_000))])
    #expect(try instance.call("sum") == sum(1_000_000))
    _ = try instance.call("clear")
    let last = try instance.store.collectGarbage()
    #expect(last.objectCount == 0 && last.byteCount == 0)
    #expect(instance.store.heapByteCount == 0)
  }

  @Test func cyclesGo() throws {
    let instance = try TestInstance(Self.list)
    _ = try instance.call("push", [.i32(Int32(10))])
    _ = try instance.call("close")
    #expect(try instance.store.collectGarbage().objectCount == 1)
    _ = try instance.call("clear")
    #expect(try instance.store.collectGarbage().objectCount == 0)
  }

  /// Sizes from the smallest cell to runs of blocks, far more in all than the limit.
  @Test(arguments: [0, 1, 100, 1000, 30_000, 33_000, 70_000, 900_000])
  func whatIsWastedIsMadeAgainWithinTheLimit(size: Int32) throws {
    var limits = StoreLimits()
    limits.heapByteCount = 4 << 20
    let instance = try TestInstance(Self.list, limits: limits)
    _ = try instance.call("push", [.i32(Int32(1000))])
    let count = max(40, 40_000_000 / (size + 100))
    _ = try instance.call("waste", [.i32(count), .i32(size)])
    #expect(instance.store.heapByteCount <= 4 << 20)
    #expect(try instance.call("sum") == sum(1000))
  }

  @Test func aFullHeapEndsTheRunAndServesTheNext() throws {
    var limits = StoreLimits()
    limits.heapByteCount = 1 << 20
    let instance = try TestInstance(Self.list, limits: limits)
    #expect(throws: ExecutionLimit.memory) { try instance.call("push", [.i32(Int32(1_000_000))]) }
    #expect(instance.store.heapByteCount <= 1 << 20)
    #expect(throws: ExecutionLimit.memory) {
      try instance.call("waste", [.i32(Int32(1)), .i32(Int32.max)])
    }
    _ = try instance.call("clear")
    _ = try instance.call("push", [.i32(Int32(1000))])
    #expect(try instance.call("sum") == sum(1000))
  }

  @Test func anEndlessWasteEndsAtItsDeadline() throws {
    let instance = try TestInstance(Self.list)
    _ = try instance.call("push", [.i32(Int32(300_000))])
    for size in [0, 5000, 50_000_000] as [Int32] {
      let deadline = Meter.now + 50_000_000
      instance.store.meter.deadline = deadline
      #expect(throws: ExecutionLimit.time) { try instance.call("waste", [.i32(Int32(-1)), .i32(size)]) }
      #expect(Meter.now - deadline < 200_000_000)
      instance.store.meter.deadline = nil
      #expect(try instance.call("sum") == sum(300_000))
    }
  }

  /// A place that a module keeps its only reference to an object in, and how it looks there.
  static let places: [(name: String, fields: String, put: String, get: String)] = [
    (
      "a table", "(table $t 5 anyref)", "(table.set $t (i32.const 3) (call $make))",
      "(table.get $t (i32.const 3))"
    ),
    (
      "an element segment", "(elem $e anyref (struct.new $s (i32.const 5)))", "",
      "(array.get $r (array.new_elem $r $e (i32.const 0) (i32.const 1)) (i32.const 0))"
    ),
    (
      "an externref", "(global $x (mut externref) (ref.null extern))",
      "(global.set $x (extern.convert_any (call $make)))", "(any.convert_extern (global.get $x))"
    ),
    (
      "an array of an array", "(global $g (mut (ref null $r)) (ref.null $r))",
      "(global.set $g (array.new $r (array.new $r (call $make) (i32.const 3)) (i32.const 2)))",
      "(array.get $r (ref.cast (ref $r) (array.get $r (global.get $g) (i32.const 1))) (i32.const 2))"
    ),
    (
      "an exception", "(tag $tag (param i64 anyref)) (global $x (mut exnref) (ref.null exn))",
      """
      (block $caught (result exnref)
        (try_table (catch_all_ref $caught) (throw $tag (i64.const 1) (call $make)))
        (unreachable))
      (global.set $x)
      """,
      """
      (block $values (result i64 anyref)
        (try_table (catch $tag $values) (throw_ref (global.get $x)))
        (unreachable))
      (local.set $o) (drop) (local.get $o)
      """
    ),
  ]

  @Test(arguments: places.indices)
  func whatAPlaceRefersToStays(index: Int) throws {
    let place = Self.places[index]
    let instance = try TestInstance(
      """
      (module
        (type $s (struct (field i32)))
        (type $r (array (mut anyref)))
        \(place.fields)
        (func $make (result anyref) (struct.new $s (i32.const 5)))
        (func (export "put") \(place.put))
        (func (export "get") (result i32) (local $o anyref)
          (struct.get $s 0 (ref.cast (ref $s) \(place.get))))
        (func (export "waste") (param $count i32)
          (loop $more
            (drop (struct.new $s (i32.const 99)))
            (br_if $more (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))
      """)
    _ = try instance.call("put")
    #expect(try instance.store.collectGarbage().objectCount > 0, "\(place.name)")
    _ = try instance.call("waste", [.i32(Int32(500_000))])
    #expect(try instance.call("get") == [.i32(Int32(5))], "\(place.name)")
  }

  /// Locals, parameters and operands of all callers, across instances and host functions.
  @Test func whatFramesReferToStays() throws {
    let store = Store()
    var imports = Imports()
    imports.define(
      "env", "collect",
      .function(
        Function(store: store, type: FunctionType()) { caller, _ in
          try caller.store.collectGarbage()
          return []
        }))
    let text = """
      (module
        (import "env" "collect" (func $collect))
        (type $s (struct (field i32)))
        (func $down (export "down") (param $depth i32) (param $given (ref $s)) (result i32)
          (local $mine (ref null $s))
          (local.set $mine (struct.new $s (local.get $depth)))
          (i32.add
            (struct.get $s 0 (struct.new $s (i32.const 1)))
            (call $sum
              (struct.new $s (i32.const 10))
              (if (result i32) (local.get $depth)
                (then (call $down (i32.sub (local.get $depth) (i32.const 1)) (struct.new $s (i32.const 100))))
                (else (call $collect) (drop (struct.new $s (i32.const -1))) (i32.const 0)))
              (local.get $mine) (local.get $given))))
        (func $sum (param (ref $s) i32 (ref null $s) (ref $s)) (result i32)
          (call $collect)
          (i32.add (i32.add (struct.get $s 0 (local.get 0)) (local.get 1))
            (i32.add (struct.get $s 0 (local.get 2)) (struct.get $s 0 (local.get 3)))))
        (func (export "f") (param $depth i32) (result i32)
          (call $down (local.get $depth) (struct.new $s (i32.const 100)))))
      """
    let instance = try TestInstance(text, store: store, imports: imports)
    // Each of 21 calls adds 111, and their depths 210 in all.
    #expect(try instance.call("f", [.i32(Int32(20))]) == [.i32(Int32(21 * 111 + 210))])
  }

  @Test func theHostKeepsWhatItHolds() throws {
    let instance = try TestInstance(
      """
      (module (type $s (struct (field i32)))
        (func (export "make") (param i32) (result anyref) (struct.new $s (local.get 0)))
        (func (export "read") (param anyref) (result i32)
          (struct.get $s 0 (ref.cast (ref $s) (local.get 0)))))
      """)
    var held: [Value]? = try (0..<100).flatMap { try instance.call("make", [.i32(Int32($0))]) }
    #expect(try instance.store.collectGarbage().objectCount == 100)
    for (number, value) in held!.enumerated() {
      #expect(try instance.call("read", [value]) == [.i32(Int32(number))])
    }
    let last = held!.removeLast()
    held = nil
    #expect(try instance.store.collectGarbage().objectCount == 1)
    #expect(try instance.call("read", [last]) == [.i32(Int32(99))])
  }

  @Test func aSnapshotKeepsWhatItCaptured() throws {
    let instance = try TestInstance(
      """
      (module (type $s (struct (field i32)))
        (global $g (mut (ref null $s)) (struct.new $s (i32.const 3)))
        (table $t 1 (ref null $s) (struct.new $s (i32.const 4)))
        (func (export "clear")
          (global.set $g (ref.null $s)) (table.set $t (i32.const 0) (ref.null $s)))
        (func (export "read") (result i32)
          (i32.add (struct.get $s 0 (global.get $g)) (struct.get $s 0 (table.get $t (i32.const 0))))))
      """)
    var snapshot: Snapshot? = try instance.store.snapshot()
    _ = try instance.call("clear")
    #expect(try instance.store.collectGarbage().objectCount == 2)
    try instance.store.restore(snapshot!)
    #expect(try instance.call("read") == [.i32(Int32(7))])
    _ = try instance.call("clear")
    snapshot = nil
    #expect(try instance.store.collectGarbage().objectCount == 0)
  }

  /// Exceptions live in the heap too: many may be caught by reference one after the other.
  @Test func caughtExceptionsGo() throws {
    var limits = StoreLimits()
    limits.heapByteCount = 6 << 20
    let instance = try TestInstance(
      """
      (module
        (type $s (struct (field i32)))
        (tag $t (param (ref $s)))
        (func (export "f") (param $count i32) (result i32) (local $last exnref)
          (loop $more
            (local.set $last
              (block $caught (result exnref)
                (try_table (catch_all_ref $caught) (throw $t (struct.new $s (local.get $count))))
                (unreachable)))
            (br_if $more (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
          (struct.get $s 0
            (block $value (result (ref $s))
              (try_table (catch $t $value) (throw_ref (local.get $last)))
              (unreachable)))))
      """, limits: limits)
    #expect(try instance.call("f", [.i32(Int32(200_000))]) == [.i32(Int32(1))])
    #expect(instance.store.heapByteCount <= 6 << 20)
    #expect(try instance.store.collectGarbage().objectCount == 0)
  }

  /// What an uncaught exception carries stays as long as the host has it.
  @Test func anExceptionKeepsItsValuesForTheHost() throws {
    let instance = try TestInstance(
      """
      (module
        (type $s (struct (field i32)))
        (tag $t (param anyref))
        (func (export "throw") (throw $t (struct.new $s (i32.const 8))))
        (func (export "read") (param anyref) (result i32)
          (struct.get $s 0 (ref.cast (ref $s) (local.get 0)))))
      """)
    do {
      _ = try instance.call("throw")
      Issue.record("nothing was thrown")
    } catch let exception as ThrownException {
      #expect(try instance.store.collectGarbage().objectCount == 1)
      #expect(try instance.call("read", exception.values) == [.i32(Int32(8))])
    }
    #expect(try instance.store.collectGarbage().objectCount == 0)
  }

  @Test func aReferenceOutlivesItsStore() throws {
    var value: Value?
    do {
      let instance = try TestInstance(
        "(module (type $s (struct)) (func (export \"f\") (result structref) (struct.new $s)))")
      value = try instance.call("f").first
    }
    guard case .reference(let reference, _)? = value else { throw MissingExport(name: "f") }
    #expect(reference.kind == .structure)
  }

  /// Wide rather than deep, with shared parts: every object is found, and found once.
  @Test func everyObjectOfAGraphIsCountedOnce() throws {
    let instance = try TestInstance(
      """
      (module
        (type $node (array (mut anyref)))
        (global $root (mut (ref null $node)) (ref.null $node))
        (func (export "make") (param $count i32) (local $i i32) (local $shared (ref null $node))
          (local.set $shared (array.new_default $node (i32.const 1)))
          (array.set $node (local.get $shared) (i32.const 0) (local.get $shared))
          (global.set $root (array.new_default $node (local.get $count)))
          (loop $more
            (array.set $node (global.get $root) (local.get $i)
              (array.new_fixed $node 3 (local.get $shared) (global.get $root) (ref.i31 (local.get $i))))
            (br_if $more
              (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $count))))))
      """)
    _ = try instance.call("make", [.i32(Int32(200_000))])
    #expect(try instance.store.collectGarbage().objectCount == 200_002)
  }
}
