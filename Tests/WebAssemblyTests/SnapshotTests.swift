// Snapshots of whole stores: what a restore brings back, what it lets vanish, and what the host keeps.

import Testing
import WebAssembly
import WebAssemblyText

@Suite struct SnapshotTests {
  /// A list that only objects hold together, and ways to spoil it.
  private static let list = """
    (module
      (rec (type $node (struct (field $value (mut i32)) (field $next (mut (ref null $node))))))
      (type $bytes (array (mut i8)))
      (global $first (ref null $node)
        (struct.new $node (i32.const 1) (struct.new $node (i32.const 2)
          (struct.new $node (i32.const 3) (ref.null $node)))))
      (global $array (ref $bytes) (array.new $bytes (i32.const 7) (i32.const 100000)))
      (func (export "sum") (result i32) (local $sum i32) (local $node (ref null $node))
        (local.set $node (global.get $first))
        (block $done (loop $next
          (br_if $done (ref.is_null (local.get $node)))
          (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 10))
            (struct.get $node $value (local.get $node))))
          (local.set $node (struct.get $node $next (local.get $node)))
          (br $next)))
        (local.get $sum))
      (func (export "byte") (result i32) (array.get_u $bytes (global.get $array) (i32.const 99999)))
      ;; Another second node and other contents; the former second and third are garbage.
      (func (export "spoil") (param $value i32)
        (struct.set $node $value (global.get $first) (local.get $value))
        (struct.set $node $next (global.get $first)
          (struct.new $node (local.get $value) (ref.null $node)))
        (array.fill $bytes (global.get $array) (i32.const 0) (local.get $value) (i32.const 100000)))
      (func (export "litter") (param $count i32) (local $node (ref null $node))
        (loop $more
          (local.set $node (struct.new $node (local.get $count) (local.get $node)))
          (br_if $more (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
        (struct.set $node $next (global.get $first) (local.get $node)))
      (func (export "make") (param $value i32) (result (ref $node))
        (struct.new $node (local.get $value) (struct.new $node (i32.const 5) (global.get $first))))
      (func (export "big") (param $size i32) (result (ref $bytes))
        (array.new $bytes (i32.const 9) (local.get $size)))
      (func (export "length") (param $bytes (ref $bytes)) (result i32) (array.len (local.get $bytes)))
      (func (export "digits") (param $node (ref $node)) (result i32)
        (i32.add (i32.mul (struct.get $node $value (local.get $node)) (i32.const 100))
          (i32.add
            (i32.mul (struct.get $node $value (struct.get $node $next (local.get $node))) (i32.const 10))
            (struct.get $node $value
              (struct.get $node $next (struct.get $node $next (local.get $node))))))))
    """

  @Test func objectsGetTheirContentsBack() throws {
    let instance = try TestInstance(Self.list)
    let snapshot = try instance.store.snapshot()
    let bytes = instance.store.heapByteCount
    for round in 0..<4 {
      #expect(try instance.call("sum") == [.i32(123)])
      #expect(try instance.call("byte") == [.i32(7)])
      _ = try instance.call("spoil", [.i32(round)])
      if round % 2 == 0 { _ = try instance.call("litter", [.i32(500_000)]) }
      if round > 1 { try instance.store.collectGarbage() }
      #expect(try instance.call("sum") != [.i32(123)])
      try instance.store.restore(snapshot)
      #expect(instance.store.heapByteCount == bytes)
    }
    #expect(try instance.store.collectGarbage().objectCount == 4)
    #expect(try instance.call("sum") == [.i32(123)])
  }

  @Test func objectsMadeLaterVanish() throws {
    let instance = try TestInstance(Self.list)
    let snapshot = try instance.store.snapshot()
    let before = instance.store.memoryByteCount
    for _ in 0..<3 {
      _ = try instance.call("litter", [.i32(1_000_000)])
      #expect(instance.store.memoryByteCount > before + 20 << 20)
      try instance.store.restore(snapshot)
      #expect(instance.store.memoryByteCount == before)
    }
    #expect(try instance.store.collectGarbage().objectCount == 4)
  }

  /// Counts, limits and the time of collections are the same in every repetition.
  @Test func everyRepetitionBeginsFromTheSameHeap() throws {
    var limits = StoreLimits()
    limits.memoryByteCount = 8 << 20
    let instance = try TestInstance(Self.list, limits: limits)
    let snapshot = try instance.store.snapshot()
    var counts: Set<UInt64> = []
    for _ in 0..<4 {
      let (count, result) = instance.count("litter", [.i32(1_000_000)])
      #expect(throws: ExecutionLimit.memory) { try result.get() }
      counts.insert(count)
      try instance.store.restore(snapshot)
    }
    #expect(counts.count == 1)
  }

  @Test func whatTheHostHoldsOutlivesARestore() throws {
    let instance = try TestInstance(Self.list)
    let old = try instance.call("make", [.i32(8)])[0]
    let snapshot = try instance.store.snapshot()
    var held: [Value] = []
    for round in 0..<200 {
      held.append(try instance.call("make", [.i32(round)])[0])
      _ = try instance.call("make", [.i32(round)])
    }
    let big = try instance.call("big", [.i32(300_000)])[0]
    _ = try instance.call("spoil", [.i32(6)])
    try instance.store.restore(snapshot)
    #expect(try instance.call("sum") == [.i32(123)])
    // 200 pairs, the array, and the six objects of the snapshot.
    #expect(try instance.store.collectGarbage().objectCount == 200 * 2 + 1 + 6)
    _ = try instance.call("litter", [.i32(300_000)])
    for (round, value) in held.enumerated() {
      // What a survivor refers to of the snapshot's is as it was.
      #expect(try instance.call("digits", [value]) == [.i32(round * 100 + 51)])
    }
    #expect(try instance.call("length", [big]) == [.i32(300_000)])
    #expect(try instance.call("digits", [old]) == [.i32(851)])
    try instance.store.restore(snapshot)
    #expect(try instance.call("digits", [held[17]]) == [.i32(1751)])
    held = []
    try instance.store.restore(snapshot)
    #expect(try instance.call("length", [big]) == [.i32(300_000)])
    #expect(try instance.store.collectGarbage().objectCount == 1 + 6)
  }

  @Test func twoSnapshotsCanBeRestoredInAnyOrder() throws {
    let instance = try TestInstance(Self.list)
    let first = try instance.store.snapshot()
    _ = try instance.call("litter", [.i32(5)])
    let sum = try instance.call("sum")
    let second = try instance.store.snapshot()
    for _ in 0..<3 {
      _ = try instance.call("litter", [.i32(10_000)])
      try instance.store.restore(first)
      #expect(try instance.call("sum") == [.i32(123)])
      _ = try instance.call("litter", [.i32(10_000)])
      try instance.store.restore(second)
      #expect(try instance.call("sum") == sum)
      _ = try instance.call("spoil", [.i32(4)])
    }
  }

  @Test func aMemoryOfSeveralInstancesShrinksForAll() throws {
    let store = Store()
    let owner = try TestInstance(
      """
      (module (memory (export "m") 1 10) (table (export "t") 1 funcref)
        (global (export "g") (mut i32) (i32.const 1))
        (func (export "size") (result i32) (memory.size)))
      """, store: store)
    var imports = Imports()
    imports.define("owner", owner.instance)
    let user = try TestInstance(
      """
      (module (import "owner" "m" (memory 1)) (import "owner" "t" (table 1 funcref))
        (import "owner" "g" (global $g (mut i32)))
        (func (export "grow") (result i32)
          (drop (memory.grow (i32.const 3))) (drop (table.grow (ref.null func) (i32.const 1000)))
          (global.set $g (i32.const 2))
          (i32.store (i32.const 200000) (i32.const 9)) (i32.load (i32.const 200000)))
        (func (export "read") (result i32) (i32.load (i32.const 200000)))
        (func (export "look") (result i32 i32 i32) (memory.size) (table.size) (global.get $g)))
      """, store: store, imports: imports)
    let snapshot = try store.snapshot()
    let bytes = store.memoryByteCount
    for _ in 0..<3 {
      #expect(try user.call("grow") == [.i32(9)])
      #expect(try owner.call("size") == [.i32(4)])
      #expect(store.memoryByteCount == bytes + 3 * 65536 + 8000)
      try store.restore(snapshot)
      #expect(try user.call("look") == [.i32(1), .i32(1), .i32(1)])
      #expect { try user.call("read") } throws: { ($0 as? Trap)?.kind == .outOfBoundsMemoryAccess }
      #expect(store.memoryByteCount == bytes)
    }
  }

  /// What is written again and again is remembered between restores, and is zero all the same; so is what is
  /// written only now and then, or by a run that writes much.
  @Test func pagesAreWhatTheyWereHoweverOftenTheyAreWrittenTo() throws {
    let instance = try TestInstance(
      """
      (module (memory (export "memory") 8 16) (data (i32.const 70000) "kept")
        (func (export "write") (param $at i32) (i32.store8 (local.get $at) (i32.const 1)))
        (func (export "grow") (drop (memory.grow (i32.const 1)))
          (i32.store8 (i32.const 524288) (i32.const 1)))
        (func (export "fill") (memory.fill (i32.const 0) (i32.const 1) (i32.const 524288))))
      """)
    guard case .memory(let memory)? = instance.instance.export("memory") else {
      Issue.record("no memory")
      return
    }
    var expected = [UInt8](repeating: 0, count: 524_288)
    expected.replaceSubrange(70_000..<70_004, with: "kept".utf8)
    let snapshot = try instance.store.snapshot()
    for round in 1...70 {
      // Before, behind and within what is not zero, a page of its own each round, and the last one.
      for address in [0, 4_095, 66_000, 70_001, 80_000, 300_000, 4_096 * (round + 40), 524_287] {
        _ = try instance.call("write", [.i32(UInt32(address))])
      }
      if round % 5 == 0 { _ = try instance.call("fill") }
      if round % 7 == 0 { _ = try instance.call("grow") }
      try instance.store.restore(snapshot)
      #expect(memory.read(at: 0, count: memory.byteCount) == expected)
    }
    _ = try instance.call("grow")
    #expect(memory.read(at: 524_289, count: 65_535) == [UInt8](repeating: 0, count: 65_535))
  }

  @Test func whatASnapshotCannotDoIsSaid() throws {
    let a = try TestInstance("(module (memory 1))")
    let b = try TestInstance("(module (memory 1))")
    let snapshot = try a.store.snapshot()
    #expect(throws: SnapshotError.otherStore) { try b.store.restore(snapshot) }
    _ = try TestInstance("(module)", store: a.store)
    #expect(throws: SnapshotError.instancesAdded) { try a.store.restore(snapshot) }

    var imports = Imports()
    imports.define(
      "host", "restore",
      .function(
        Function(store: b.store, type: FunctionType()) { caller, _ in
          try caller.store.restore(try caller.store.snapshot())
          return []
        }))
    let c = try TestInstance(
      "(module (import \"host\" \"restore\" (func $f)) (func (export \"f\") (call $f)))", store: b.store,
      imports: imports)
    #expect(throws: SnapshotError.isRunning) { try c.call("f") }
  }
}
