// One shared memory in stores on several threads: atomic accesses, waits and notifications, growth.

import Foundation
import Synchronization
import Testing
import WebAssembly

/// Runs `body` on so many threads at once and returns when all have ended. Throws what one of them threw.
private func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
  let failure = Failure()
  let group = DispatchGroup()
  for number in 0..<count {
    group.enter()
    Thread.detachNewThread {
      do { try body(number) } catch { failure.error.withLock { $0 = error } }
      group.leave()
    }
  }
  group.wait()
  if let error = failure.error.withLock({ $0 }) { throw error }
}

private final class Failure: Sendable {
  let error = Mutex<(any Error)?>(nil)
}

/// A module compiled once, for stores on several threads.
private struct SharedModule {
  let memory: SharedMemory
  let module: Module

  /// `fields` see one page of shared memory, at most eight.
  init(_ fields: String) throws {
    let owner = try TestInstance("(module (memory (export \"m\") 1 8 shared))")
    guard case .memory(let memory)? = owner.instance.export("m"), let shared = SharedMemory(memory) else {
      throw MissingExport(name: "m")
    }
    self.memory = shared
    module = try TestInstance.module("(module (import \"env\" \"m\" (memory 1 8 shared)) \(fields))")
  }

  /// In a store of its own, for the thread that calls.
  func instance() throws -> TestInstance {
    var imports = Imports()
    imports.define("env", "m", .memory(memory.memory))
    return try TestInstance(module, imports: imports)
  }
}

@Suite struct SharedMemoryTests {
  @Test("a counter has the exact sum of what four threads add", arguments: ["8", "16", "32", ""])
  func counter(width: String) throws {
    let suffix = width.isEmpty ? "" : "_u"
    let shared = try SharedModule(
      """
      (func (export "add") (param i32) (loop
        (drop (i64.atomic.rmw\(width).add\(suffix) (i32.const 16) (i64.const 3)))
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
      (func (export "swap") (param i32) (local i32) (loop
        (loop
          (local.set 1 (i32.atomic.load (i32.const 32)))
          (br_if 0 (i32.ne (local.get 1)
            (i32.atomic.rmw.cmpxchg (i32.const 32) (local.get 1) (i32.add (local.get 1) (i32.const 1))))))
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
      """)
    let rounds: UInt32 = 100_000
    final class Start: Sendable { let count = Atomic<Int>(0) }
    let start = Start()
    try onThreads(4) { _ in
      let instance = try shared.instance()
      // All begin together, or the first has ended before the last is there.
      start.count.add(1, ordering: .relaxed)
      while start.count.load(ordering: .relaxed) < 4 { usleep(10) }
      _ = try instance.call("add", [.i32(rounds)])
      _ = try instance.call("swap", [.i32(rounds)])
    }
    let sum = UInt64(rounds) * 4 * 3
    let mask = UInt64.max >> UInt64(64 - (Int(width) ?? 64))
    #expect(shared.memory.memory.load(UInt64.self, at: 16) == sum & mask)
    #expect(shared.memory.memory.load(UInt32.self, at: 32) == rounds * 4)
  }

  /// Every wake-up that is lost ends the test, because nobody else would wake the thread.
  @Test("two threads wait for each other a thousand times") func pingPong() throws {
    let shared = try SharedModule(
      """
      (func (export "play") (param $mine i32) (param $rounds i32) (local $now i32) (loop $again
        ;; Wait until the number is of this side, then make it the other's.
        (block $turn (loop $wait
          (local.set $now (i32.atomic.load (i32.const 0)))
          (br_if $turn (i32.eq (i32.and (local.get $now) (i32.const 1)) (local.get $mine)))
          (drop (memory.atomic.wait32 (i32.const 0) (local.get $now) (i64.const -1)))
          (br $wait)))
        (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
        (drop (memory.atomic.notify (i32.const 0) (i32.const 1)))
        (br_if $again (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1))))))
      """)
    try onThreads(2) { number in
      let instance = try shared.instance()
      instance.store.meter.stop(after: .seconds(30))
      _ = try instance.call("play", [.i32(UInt32(number)), .i32(UInt32(1000))])
    }
    #expect(shared.memory.memory.load(UInt32.self, at: 0) == 2000)
  }

  @Test("a notification between the look at the value and the wait is not lost") func lostWakeUp() throws {
    let shared = try SharedModule("")
    final class Answer: Sendable { let count = Atomic<UInt32>(99) }
    let answer = Answer()
    let end = DispatchSemaphore(value: 0)
    let outcome = try shared.memory.memory.wait(at: 8, nanoseconds: 5_000_000_000, Meter()) {
      Thread.detachNewThread {
        answer.count.store(shared.memory.memory.notify(at: 8, count: 1), ordering: .relaxed)
        end.signal()
      }
      // Time in which the notification would find nobody.
      usleep(30_000)
      return true
    }
    end.wait()
    #expect(outcome == 0)
    #expect(answer.count.load(ordering: .relaxed) == 1)
  }

  private static let waits = """
    (func (export "wait32") (param i32 i32 i64) (result i32)
      (memory.atomic.wait32 (local.get 0) (local.get 1) (local.get 2)))
    (func (export "wait64") (param i32 i64 i64) (result i32)
      (memory.atomic.wait64 (local.get 0) (local.get 1) (local.get 2)))
    (func (export "notify") (param i32 i32) (result i32)
      (memory.atomic.notify (local.get 0) (local.get 1)))
    (func (export "grow") (result i32) (memory.grow (i32.const 1)))
    (func (export "size") (result i32) (memory.size))
    (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
    (func (export "store") (param i32) (i32.store (local.get 0) (i32.const 7)))
    """

  @Test("a wait that nobody ends is over after its time") func timeOuts() throws {
    let instance = try SharedModule(Self.waits).instance()
    for nanoseconds: UInt64 in [0, 1, 1_000_000, 30_000_000] {
      for (name, zero, one) in [
        ("wait32", Value.i32(UInt32(0)), Value.i32(UInt32(1))), ("wait64", .i64(UInt64(0)), .i64(UInt64(1))),
      ] {
        let start = Meter.now
        #expect(try instance.call(name, [.i32(UInt32(8)), zero, .i64(nanoseconds)]) == [.i32(UInt32(2))])
        #expect(Meter.now - start >= nanoseconds)
        #expect(try instance.call(name, [.i32(UInt32(8)), one, .i64(nanoseconds)]) == [.i32(UInt32(1))])
      }
    }
    // Nobody is left in the list.
    #expect(try instance.call("notify", [.i32(UInt32(8)), .i32(UInt32.max)]) == [.i32(UInt32(0))])
  }

  @Test("a wait without end ends with the deadline and the interruption") func limits() throws {
    let instance = try SharedModule(Self.waits).instance()
    let forever: [Value] = [.i32(UInt32(8)), .i32(UInt32(0)), .i64(UInt64.max)]
    let deadline = Meter.now + 50_000_000
    instance.store.meter.deadline = deadline
    #expect(throws: ExecutionLimit.time) { try instance.call("wait32", forever) }
    #expect(Meter.now >= deadline && Meter.now - deadline < 50_000_000)
    instance.store.meter.deadline = nil
    let interruption = Interruption()
    instance.store.meter.interruption = interruption
    Thread.detachNewThread {
      usleep(20_000)
      interruption.raise()
    }
    #expect(throws: ExecutionLimit.interrupted) { try instance.call("wait32", forever) }
    instance.store.meter.interruption = nil
    #expect(try instance.call("notify", [.i32(UInt32(8)), .i32(UInt32.max)]) == [.i32(UInt32(0))])
  }

  @Test("those that came first are woken first, as many as asked for, at their address alone") func order()
    throws
  {
    let shared = try SharedModule(Self.waits)
    let host = try shared.instance()
    func notify(_ address: UInt32, _ count: UInt32) throws -> [Value] {
      try host.call("notify", [.i32(address), .i32(count)])
    }
    final class List: Sendable { let woken = Mutex<[Int]>([]) }
    let list = List()
    let group = DispatchGroup()
    for number in 0..<4 {
      group.enter()
      Thread.detachNewThread {
        let result = try? shared.instance().call(
          "wait32", [.i32(UInt32(8)), .i32(UInt32(0)), .i64(UInt64.max)])
        if result == [.i32(UInt32(0))] { list.woken.withLock { $0.append(number) } }
        group.leave()
      }
      // The next one comes when this one surely waits.
      while shared.memory.memory.waiterCount(at: 8) <= number { usleep(1000) }
    }
    #expect(try notify(8, 0) == [.i32(UInt32(0))])
    #expect(try notify(12, 9) == [.i32(UInt32(0))])
    for number in 0..<2 {
      #expect(try notify(8, 1) == [.i32(UInt32(1))])
      while list.woken.withLock({ $0.count }) <= number { usleep(1000) }
    }
    #expect(list.woken.withLock { $0 } == [0, 1])
    #expect(try notify(8, .max) == [.i32(UInt32(2))])
    group.wait()
    #expect(list.woken.withLock { $0.sorted() } == [0, 1, 2, 3])
    #expect(try notify(8, .max) == [.i32(UInt32(0))])
  }

  @Test("nobody waits at a memory that is not shared") func unshared() throws {
    let instance = try TestInstance("(module (memory 1) \(Self.waits))")
    #expect(try instance.call("notify", [.i32(UInt32(8)), .i32(UInt32(1))]) == [.i32(UInt32(0))])
    for (address, kind) in [
      (8, TrapKind.expectedSharedMemory), (9, .unalignedAtomic), (65536, .outOfBoundsMemoryAccess),
    ] {
      #expect {
        try instance.call("wait32", [.i32(UInt32(address)), .i32(UInt32(1)), .i64(UInt64(0))])
      } throws: {
        ($0 as? Trap)?.kind == kind
      }
    }
    let unshared = try TestInstance("(module (memory (export \"m\") 1 1))")
    guard case .memory(let memory)? = unshared.instance.export("m") else { return }
    #expect(SharedMemory(memory) == nil)
  }

  @Test("all threads see a shared memory grow") func growth() throws {
    let shared = try SharedModule(Self.waits)
    let first = try shared.instance()
    #expect(throws: Trap.self) { try first.call("load", [.i32(UInt32(65536))]) }
    try onThreads(7) { number in
      let instance = try shared.instance()
      guard case .i32(let former)? = try instance.call("grow").first else { return }
      // The page that this thread added.
      _ = try instance.call("store", [.i32(former * 65536 + UInt32(number) * 4)])
    }
    #expect(try first.call("size") == [.i32(UInt32(8))])
    #expect(try first.call("grow") == [.i32(UInt32.max)])
    var written = 0
    for page: UInt32 in 1..<8 {
      for number: UInt32 in 0..<7
      where try first.call("load", [.i32(page * 65536 + number * 4)]) == [.i32(UInt32(7))] {
        written += 1
      }
    }
    #expect(written == 7)
    #expect(throws: Trap.self) { try first.call("load", [.i32(UInt32(8 * 65536))]) }
  }

  /// Another thread may be about to access what it grew by.
  @Test("a memory that other threads have is cleared but not made smaller again") func restore() throws {
    let instance = try TestInstance("(module (memory (export \"m\") 1 8 shared) \(Self.waits))")
    guard case .memory(let memory)? = instance.instance.export("m") else { throw MissingExport(name: "m") }
    #expect(SharedMemory(memory) != nil)
    let snapshot = try instance.store.snapshot()
    #expect(try instance.call("grow") == [.i32(UInt32(1))])
    _ = try instance.call("store", [.i32(UInt32(65536))])
    try instance.store.restore(snapshot)
    #expect(try instance.call("size") == [.i32(UInt32(2))])
    #expect(try instance.call("load", [.i32(UInt32(65536))]) == [.i32(UInt32(0))])
  }
}
