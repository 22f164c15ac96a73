// One limit for all that a store's instances hold: memories, tables and objects.

import Testing
import WebAssembly
import WebAssemblyText

@Suite struct MemoryBudgetTests {
  private static func limits(_ byteCount: UInt64) -> StoreLimits {
    var limits = StoreLimits()
    limits.memoryByteCount = byteCount
    return limits
  }

  /// Three ways to take memory, each in steps of about a page.
  private static let hungry = """
    (module
      (memory $a 1) (memory $b 1) (table $t 0 externref)
      (type $bytes (array (mut i8)))
      (type $list (struct (field (ref null $list)) (field (ref $bytes))))
      (global $kept (mut (ref null $list)) (ref.null $list))
      (func (export "memory a") (drop (memory.grow $a (i32.const 1))))
      (func (export "memory b") (drop (memory.grow $b (i32.const 1))))
      (func (export "table") (drop (table.grow $t (ref.null extern) (i32.const 8192))))
      (func (export "objects")
        (global.set $kept
          (struct.new $list (global.get $kept) (array.new $bytes (i32.const 1) (i32.const 60000)))))
      (func (export "garbage") (param $count i32)
        (loop $more (drop (array.new $bytes (i32.const 1) (i32.const 60000)))
          (br_if $more (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))
    """

  @Test(arguments: ["memory a", "memory b", "table", "objects"])
  func everythingCountsTogether(_ way: String) throws {
    let instance = try TestInstance(Self.hungry, limits: Self.limits(2 << 20))
    var steps = 0
    #expect(throws: ExecutionLimit.memory) {
      while steps < 100 {
        _ = try instance.call(way)
        steps += 1
      }
    }
    // Two pages were there at first.
    #expect((25...30).contains(steps))
    // Whatever is next ends the run too.
    for other in ["memory a", "memory b", "table", "objects"] {
      #expect(throws: ExecutionLimit.memory) { for _ in 0..<3 { _ = try instance.call(other) } }
    }
    #expect(instance.store.memoryByteCount <= 2 << 20 + 65535)
    instance.store.memoryLimit = 4 << 20
    _ = try instance.call(way)
  }

  @Test func garbageMakesRoomForOtherThings() throws {
    let instance = try TestInstance(Self.hungry, limits: Self.limits(2 << 20))
    _ = try instance.call("garbage", [.i32(1000)])
    try instance.store.collectGarbage()
    for _ in 0..<20 { _ = try instance.call("memory a") }
    _ = try instance.call("garbage", [.i32(1000)])
    #expect(instance.store.memoryByteCount <= 2 << 20 + 65535)
  }

  @Test(arguments: [
    "(module (memory 16384))", "(module (memory 20) (memory 20))", "(module (table 1000000 funcref))",
    "(module (type $a (array i64)) (global (ref $a) (array.new_default $a (i32.const 1000000))))",
    "(module " + String(repeating: "(memory 1)", count: 40) + ")",
    "(module (memory i64 0x1000000))",
    "(module (memory 0) (func $f (drop (memory.grow (i32.const 1000)))) (start $f))",
  ])
  func instantiationCounts(_ text: String) throws {
    #expect(throws: ExecutionLimit.memory) { try TestInstance(text, limits: Self.limits(2 << 20)) }
  }

  @Test func whatIsFreedIsGivenBack() throws {
    let store = Store(limits: Self.limits(2 << 20))
    #expect(throws: ExecutionLimit.memory) {
      try TestInstance("(module (memory 1) (table 1000000 funcref))", store: store)
    }
    // The memory of an instance that could not be completed stays with it.
    #expect(store.memoryByteCount == 65536)
    store.resetMemoryPeak()
    let other = try TestInstance("(module (memory (export \"m\") 4))", store: store)
    #expect(store.memoryByteCount == 5 * 65536)
    #expect(store.memoryPeakByteCount == 5 * 65536)
    withExtendedLifetime(other) {}
  }

  /// A limit of whole pages leaves a memory all of them, whatever small table is beside it.
  @Test func aSmallTableCostsNoPage() throws {
    let instance = try TestInstance(
      """
      (module (memory 1) (table 100 funcref)
        (func (export "grow") (result i32) (memory.grow (i32.const 1))))
      """, limits: Self.limits(4 * 65536))
    for size in 1...3 { #expect(try instance.call("grow") == [.i32(size)]) }
    #expect(throws: ExecutionLimit.memory) { try instance.call("grow") }
  }

  @Test func anEmptyStackIsReportedNotFatal() throws {
    var limits = StoreLimits()
    limits.stackSlotCount = .max / 16
    #expect { try TestInstance("(module)", limits: limits) } throws: {
      ($0 as? Trap)?.kind == .allocationFailure
    }
  }
}
