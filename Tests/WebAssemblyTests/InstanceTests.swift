// Instances: state of their own, snapshots, calls between them, and code shared by threads.

import Foundation
import Testing
import WebAssembly
import WebAssemblyText

@Suite struct InstanceTests {
  /// Writes to everything that an instance can change.
  static let restless = """
    (module
      (memory (export "memory") 1 16)
      (global $g (mut i64) (i64.const 5))
      (table $t 2 10 funcref)
      (elem $e funcref (ref.func $touch))
      (data $d "abc")
      (func $touch (export "touch") (result i32)
        (i32.store (i32.const 100) (i32.add (i32.load (i32.const 100)) (i32.const 1)))
        (memory.init $d (i32.const 200) (i32.const 0) (i32.const 3))
        (data.drop $d)
        (global.set $g (i64.add (global.get $g) (i64.const 1)))
        (table.init $t $e (i32.const 1) (i32.const 0) (i32.const 1))
        (elem.drop $e)
        (drop (table.grow $t (ref.func $touch) (i32.const 1)))
        (drop (memory.grow (i32.const 1)))
        (i32.store (i32.const 0x1fffc) (i32.const 7))
        (i32.add (i32.load (i32.const 100)) (i32.add (memory.size) (table.size $t))))
      (func (export "look") (result i32 i64 i32 i32 i32)
        (i32.load (i32.const 100)) (global.get $g) (memory.size) (table.size $t)
        (ref.is_null (table.get $t (i32.const 1)))))
    """

  @Test func aSnapshotPutsBackEverything() throws {
    let instance = try TestInstance(Self.restless)
    let snapshot = try instance.store.snapshot()
    let before = try instance.call("look")
    let first = try instance.call("touch")
    #expect(try instance.call("look") != before)
    // Dropped segments stay dropped until the restore.
    #expect(throws: Trap.self) { try instance.call("touch") }
    for _ in 0..<3 {
      try instance.store.restore(snapshot)
      #expect(try instance.call("look") == before)
      #expect(try instance.call("touch") == first)
    }
    try instance.store.restore(snapshot)
    guard case .memory(let memory)? = instance.instance.export("memory") else {
      throw MissingExport(name: "memory")
    }
    #expect(memory.pageCount == 1)
    #expect(memory.read(at: 0, count: 65536)?.allSatisfy { $0 == 0 } == true)
    // What the memory gives back when it grows again is clean.
    _ = try memory.grow(by: 2)
    #expect(memory.read(at: 65536, count: 131072)?.allSatisfy { $0 == 0 } == true)
  }

  @Test func instancesOfOneModuleShareNothingButCode() throws {
    let module = try Module(bytes: ModuleStructure(text: Self.restless).encode())
    let store = Store()
    let a = try Instance(store: store, module: module, imports: Imports())
    let b = try Instance(store: store, module: module, imports: Imports())
    let before = try b.function(named: "look")?.call()
    _ = try a.function(named: "touch")?.call()
    #expect(try b.function(named: "look")?.call() == before)
  }

  @Test func threadsShareTranslatedCode() throws {
    let module = try Module(
      bytes: ModuleStructure(
        text: """
          (module (func $fib (export "f") (param i32) (result i32)
            (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (local.get 0))
              (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
                (call $fib (i32.sub (local.get 0) (i32.const 2))))))))
          """
      ).encode())
    let results = Results()
    DispatchQueue.concurrentPerform(iterations: 8) { index in
      let store = Store()
      let value = try? Instance(store: store, module: module, imports: Imports()).function(named: "f")?.call([
        .i32(Int32(15))
      ])
      results.add(value ?? [], store.meter.instructionCount)
    }
    #expect(results.values == Array(repeating: [.i32(Int32(610))], count: 8))
    #expect(Set(results.counts).count == 1)
  }

  private final class Results: @unchecked Sendable {
    private let lock = NSLock()
    private(set) var values: [[Value]] = []
    private(set) var counts: [UInt64] = []

    func add(_ value: [Value], _ count: UInt64) {
      lock.withLock {
        values.append(value)
        counts.append(count)
      }
    }
  }

  @Test func aCallIntoAnotherInstanceComesBack() throws {
    let store = Store()
    let library = try TestInstance(
      """
      (module
        (memory 1)
        (global $calls (mut i32) (i32.const 0))
        (func $add (export "add") (param i32 i32) (result i32)
          (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
          (i32.store (i32.const 0) (i32.const 77))
          (i32.add (local.get 0) (local.get 1)))
        (func (export "fail") (result i32) (call $deep))
        (func $deep (result i32) (unreachable)))
      """, store: store)
    var imports = Imports()
    imports.define("library", library.instance)
    let client = try TestInstance(
      """
      (module
        (import "library" "add" (func $add (param i32 i32) (result i32)))
        (import "library" "fail" (func $fail (result i32)))
        (type $binary (func (param i32 i32) (result i32)))
        (memory 1)
        (table funcref (elem $add))
        (func (export "f") (param i32) (result i32)
          (i32.store (i32.const 0) (i32.const 5))
          (i32.add
            (call $add (local.get 0) (i32.const 1))
            (i32.add (call_indirect (type $binary) (i32.const 10) (i32.const 20) (i32.const 0))
              (i32.load (i32.const 0)))))
        (func $outer (export "g") (result i32) (i32.add (i32.const 1) (call $fail))))
      """, store: store, imports: imports)
    let (count, result) = client.count("f", [.i32(Int32(3))])
    #expect(try result.get() == [.i32(Int32(39))])
    #expect(count == 14 + 2 * 10)
    #expect {
      try client.call("g")
    } throws: { error in
      (error as? Trap)?.backtrace.map(\.functionName)
        == ["deep", "fail", "outer"].map { $0 == "fail" ? nil : $0 }
    }
    // The store is usable afterwards.
    #expect(try client.call("f", [.i32(Int32(3))]) == [.i32(Int32(39))])
  }

  @Test func aMemorySharedByInstancesGrowsForBoth() throws {
    let store = Store()
    let owner = try TestInstance(
      "(module (memory (export \"memory\") 1 4) (func (export \"grow\") (drop (memory.grow (i32.const 1)))))",
      store: store)
    var imports = Imports()
    imports.define("owner", owner.instance)
    let user = try TestInstance(
      """
      (module (import "owner" "memory" (memory 1)) (import "owner" "grow" (func $grow))
        (func (export "f") (result i32)
          (call $grow)
          (i32.store (i32.const 65536) (i32.const 9))
          (i32.load (i32.const 65536)))
        (func (export "load") (param i32) (result i32) (i32.load (local.get 0))))
      """, store: store, imports: imports)
    #expect(throws: Trap.self) { try user.call("load", [.i32(Int32(65536))]) }
    #expect(try user.call("f") == [.i32(Int32(9))])
    _ = try owner.call("grow")
    #expect(try user.call("load", [.i32(Int32(65536 + 65536))]) == [.i32(Int32(0))])
  }

  @Test func anErrorOfAHostFunctionReachesTheCaller() throws {
    struct Refusal: Error {}
    let store = Store()
    var imports = Imports()
    imports.define(
      "env", "no", .function(Function(store: store, type: FunctionType()) { _, _ in throw Refusal() }))
    let instance = try TestInstance(
      "(module (import \"env\" \"no\" (func $no)) (func (export \"f\") (call $no)))", store: store,
      imports: imports)
    #expect(throws: Refusal.self) { try instance.call("f") }
  }

  @Test func unresolvedImportsSayWhatThereIs() throws {
    let store = Store()
    var imports = Imports()
    imports.define("env", "one", .function(Function(store: store, type: FunctionType()) { _, _ in [] }))
    #expect {
      try TestInstance("(module (import \"env\" \"two\" (func)))", store: store, imports: imports)
    } throws: { error in
      (error as? LinkError)?.reason == .unknownImport && "\(error)".contains("one")
    }
    #expect {
      try TestInstance("(module (import \"env\" \"one\" (func (param i32))))", store: store, imports: imports)
    } throws: { ($0 as? LinkError)?.reason == .incompatibleImportType }
  }
}

@Suite struct StoreLifetimeTests {
  @Test func aStoreGoesWithItsInstances() throws {
    weak var store: Store?
    do {
      let instance = try TestInstance(InstanceTests.restless)
      store = instance.store
      _ = try instance.call("touch")
      #expect(store != nil)
    }
    #expect(store == nil)
  }
}
