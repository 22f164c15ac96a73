// Limits end a run as a result: time, interruption, memory, and the depth of calls.

import Foundation
import TestSupport
import Testing
import WebAssembly
import WebAssemblyText

@Suite(.serialized) struct LimitTests {
  static let endless: [(name: String, text: String)] = [
    ("a bare loop", "(module (func (export \"f\") (loop (br 0))))"),
    (
      "whole-memory fills",
      "(module (memory 512) (func (export \"f\") (loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x2000000)) (br 0))))"
    ),
    (
      "small copies",
      "(module (memory 1) (func (export \"f\") (loop (memory.copy (i32.const 0) (i32.const 99) (i32.const 5000)) (br 0))))"
    ),
    (
      "mutual recursion that returns",
      "(module (func $a (param i32) (if (local.get 0) (then (call $b (i32.sub (local.get 0) (i32.const 1)))))) (func $b (param i32) (call $a (local.get 0))) (func (export \"f\") (loop (call $a (i32.const 1000)) (br 0))))"
    ),
    (
      "growing by nothing",
      "(module (memory 1) (func (export \"f\") (loop (drop (memory.grow (i32.const 0))) (br 0))))"
    ),
    (
      "table fills",
      "(module (table 100000 funcref) (func (export \"f\") (loop (table.fill (i32.const 0) (ref.null func) (i32.const 100000)) (br 0))))"
    ),
    ("throws past many clauses", throwing),
  ]

  static let throwing = """
    (module (tag $t) (tag $u)
      (func (export "f")
        (loop $again
          (block $out
            (try_table (catch $u $out)
              (block $never (try_table \(String(repeating: "(catch $t $never) ", count: 50_000)) (throw $u)))))
          (br $again))))
    """

  @Test(arguments: endless.indices)
  func anEndlessLoopEndsAtItsDeadline(index: Int) throws {
    let instance = try TestInstance(Self.endless[index].text)
    // Once before, so that pages are touched and code is translated.
    instance.store.meter.deadline = Meter.now + 20_000_000
    #expect(throws: ExecutionLimit.time) { try instance.call("f") }
    // The best of five: the machine may be busy with other things.
    let overruns = (0..<5).map { _ in
      let deadline = Meter.now + 50_000_000
      instance.store.meter.deadline = deadline
      #expect(throws: ExecutionLimit.time, "\(Self.endless[index].name)") { try instance.call("f") }
      return Meter.now - deadline
    }
    #expect(overruns.min()! < 20_000_000, "\(Self.endless[index].name): \(overruns)")
  }

  @Test func hostCallsAreHeldToTheDeadline() throws {
    let store = Store()
    var imports = Imports()
    imports.define(
      "env", "wait",
      .function(
        Function(store: store, type: FunctionType()) { _, _ in
          usleep(1000)
          return []
        }))
    let instance = try TestInstance(
      "(module (import \"env\" \"wait\" (func $wait)) (func (export \"f\") (loop (call $wait) (br 0))))",
      store: store, imports: imports)
    let deadline = Meter.now + 30_000_000
    store.meter.deadline = deadline
    #expect(throws: ExecutionLimit.time) { try instance.call("f") }
    #expect(Meter.now - deadline < 200_000_000)
  }

  /// Modules of megabytes, one of each kind that takes long to read.
  private static func largeModules() throws -> [(name: String, bytes: [UInt8])] {
    var types = ModuleStructure()
    for index in 0..<200_000 {
      let parameters = (0..<18).map { index >> $0 & 1 == 0 ? ValueType.i32 : .i64 }
      types.addType(SubType(.function(FunctionType(parameters, []))))
    }
    var function = ModuleWriter()
    let type = function.type([ModuleWriter.i32], [ModuleWriter.i32])
    let addition: [UInt8] = [0x20, 0, 0x6A, 0x45]
    let additions = [UInt8](repeatElement(addition, count: 2_000_000).joined())
    function.export(function.function(type, [0x20, 0] + additions))
    var vectors = ModuleWriter()
    let none = vectors.type([], [])
    let splat: [UInt8] = [0x41, 0, 0xFD, 0x11, 0x1A]
    vectors.export(vectors.function(none, [UInt8](repeatElement(splat, count: 400_000).joined())))
    var functions = ModuleWriter()
    let small = functions.type([], [])
    for _ in 0..<300_000 { functions.function(small, []) }
    return [
      ("types", types.encode()), ("one function", function.bytes()), ("vector instructions", vectors.bytes()),
      ("functions", functions.bytes()),
    ]
  }

  @Test func readingAModuleEndsAtTheDeadline() throws {
    for (name, bytes) in try Self.largeModules() {
      var overruns: [UInt64] = []
      // The best of five: the machine may be busy with other things.
      for _ in 0..<5 {
        var meter = Meter()
        meter.deadline = Meter.now + 5_000_000
        #expect(throws: ModuleError.limit(.time), "\(name)") {
          try Module(bytes: bytes, meter: meter).validate(meter: meter)
        }
        overruns.append(Meter.now - (meter.deadline ?? 0))
      }
      #expect(overruns.min()! < 50_000_000, "\(name): \(overruns)")
    }
  }

  @Test func readingAModuleCanBeInterrupted() throws {
    for (name, bytes) in try Self.largeModules() {
      var meter = Meter()
      let interruption = Interruption()
      interruption.raise()
      meter.interruption = interruption
      #expect(throws: ModuleError.limit(.interrupted), "\(name)") {
        try Module(bytes: bytes, meter: meter).validate(meter: meter)
      }
    }
  }

  /// What is over before the limits are looked at is read, whatever the deadline.
  @Test func aSmallModuleIsReadInNoTime() throws {
    var meter = Meter()
    meter.deadline = 1
    let bytes = try ModuleStructure(text: Self.endless[0].text).encode()
    try Module(bytes: bytes, meter: meter).validate(meter: meter)
  }

  /// No store is charged for a translation, whichever is the first to need it.
  @Test func aTranslationIsNoPartOfTheLimitOnMemory() throws {
    func module(_ count: Int) throws -> Module {
      var function = ModuleWriter()
      let type = function.type([ModuleWriter.i32], [ModuleWriter.i32])
      function.export(function.function(type, [0x20, 0] + [UInt8](repeating: 0x67, count: count)))
      return try Module(bytes: function.bytes())
    }
    var limits = StoreLimits()
    limits.memoryByteCount = 1 << 16
    let large = try TestInstance(module(1_000_000), store: Store(limits: limits))
    #expect(try large.call("f", [.i32(1)]) == [.i32(27)])
    #expect(large.store.memoryByteCount == 0 && large.store.memoryPeakByteCount == 0)
    let tooLarge = try TestInstance(module(7_000_000))
    let error = #expect(throws: TranslationError.self) { try tooLarge.call("f", [.i32(1)]) }
    #expect(error?.description.contains("256 MiB") == true)
  }

  @Test func anotherThreadInterrupts() throws {
    let instance = try TestInstance(Self.endless[0].text)
    let interruption = Interruption()
    instance.store.meter.interruption = interruption
    Thread.detachNewThread {
      usleep(20_000)
      interruption.raise()
    }
    #expect(throws: ExecutionLimit.interrupted) { try instance.call("f") }
  }

  @Test func recursionEndsAsATrapWithABacktrace() throws {
    let instance = try TestInstance("(module (func $down (export \"f\") (call $down)))")
    #expect {
      try instance.call("f")
    } throws: { error in
      guard let trap = error as? Trap else { return false }
      return trap.kind == .callStackExhausted && trap.backtrace.count == Trap.maximumFrameCount
        && trap.backtrace.allSatisfy { $0.functionName == "down" }
    }
    // The engine is alive after it.
    #expect(throws: Trap.self) { try instance.call("f") }
  }

  @Test func recursionThroughTheHostEndsAsATrap() throws {
    let store = Store()
    var again: Function?
    var imports = Imports()
    imports.define(
      "env", "again",
      .function(Function(store: store, type: FunctionType()) { _, _ in try again?.call() ?? [] }))
    let instance = try TestInstance(
      "(module (import \"env\" \"again\" (func $again)) (func (export \"f\") (call $again)))", store: store,
      imports: imports)
    again = instance.instance.function(named: "f")
    #expect { try instance.call("f") } throws: { ($0 as? Trap)?.kind == .callStackExhausted }
  }

  @Test func memoryBeyondTheLimitEndsTheRun() throws {
    var limits = StoreLimits()
    limits.memoryByteCount = 4 * 65536
    let instance = try TestInstance(
      "(module (memory 2 100) (func (export \"f\") (param i32) (result i32) (memory.grow (local.get 0))))",
      limits: limits)
    #expect(try instance.call("f", [.i32(Int32(2))]) == [.i32(Int32(2))])
    #expect(throws: ExecutionLimit.memory) { try instance.call("f", [.i32(Int32(1))]) }
    #expect(throws: ExecutionLimit.memory) {
      try TestInstance("(module (memory 5))", limits: limits)
    }
  }

  @Test func memoryBeyondItsTypeAnswersMinusOne() throws {
    let instance = try TestInstance(
      "(module (memory 2 3) (func (export \"f\") (param i32) (result i32) (memory.grow (local.get 0))))")
    #expect(try instance.call("f", [.i32(Int32(2))]) == [.i32(Int32(-1))])
    #expect(try instance.call("f", [.i32(Int32(1))]) == [.i32(Int32(2))])
    #expect(try instance.call("f", [.i32(Int32(1))]) == [.i32(Int32(-1))])
  }

  /// Without a jump at a handler's end every branch would take some of the thread's stack.
  @Test func tenMillionBranchesRunOnASmallStack() throws {
    let outcome = Outcome()
    let thread = Thread {
      outcome.result = Result {
        let instance = try TestInstance(
          """
          (module (func (export "f") (param i32) (result i32) (local i32)
            (loop
              (local.set 1 (i32.add (local.get 1) (i32.const 3)))
              (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
            (local.get 1)))
          """)
        return try instance.call("f", [.i32(Int32(10_000_000))])
      }
      outcome.done.signal()
    }
    thread.stackSize = 512 << 10
    thread.start()
    outcome.done.wait()
    #expect(try outcome.result?.get() == [.i32(Int32(30_000_000))])
  }

  private final class Outcome: @unchecked Sendable {
    var result: Result<[Value], any Error>?
    let done = DispatchSemaphore(value: 0)
  }
}
