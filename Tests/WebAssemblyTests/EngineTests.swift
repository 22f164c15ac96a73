// Engines: types that are one within an engine, and nothing that crosses from one to another.

import Dispatch
import Testing
import WebAssembly
import WebAssemblyText

@Suite struct EngineTests {
  private static func module(_ text: String, _ engine: Engine) throws -> Module {
    try Module(bytes: ModuleStructure(text: text).encode(), engine: engine)
  }

  @Test func aModuleRunsInStoresOfItsEngineOnly() throws {
    let (a, b) = (Engine(), Engine())
    let module = try Self.module("(module (func (export \"f\") (result i32) (i32.const 1)))", a)
    #expect(module.engine === a)
    let store = Store(engine: a)
    #expect(try Instance(store: store, module: module, imports: Imports()).call("f") == [.i32(1)])
    withExtendedLifetime(store) {}
    #expect(throws: EngineError.self) {
      try Instance(store: Store(engine: b), module: module, imports: Imports())
    }
    #expect(throws: EngineError.self) { try Instance(store: Store(), module: module, imports: Imports()) }
  }

  @Test func importsOfAnotherEngineOrStoreAreRefused() throws {
    let (a, b) = (Engine(), Engine())
    let module = try Self.module(
      "(module (import \"m\" \"t\" (tag)) (import \"m\" \"g\" (global i32)) (import \"m\" \"f\" (func)))", a)
    func link(_ tags: Engine, _ globals: Engine, _ functions: Engine) throws {
      let store = Store(engine: a)
      var imports = Imports()
      imports.define("m", "t", .tag(Tag(FunctionType(), engine: tags)))
      imports.define("m", "g", .global(Global(GlobalType(.i32), .i32(1), engine: globals)))
      let other = functions === a ? store : Store(engine: functions)
      imports.define("m", "f", .function(Function(store: other, type: FunctionType()) { _, _ in [] }))
      _ = try Instance(store: store, module: module, imports: imports)
    }
    try link(a, a, a)
    #expect(throws: LinkError.self) { try link(b, a, a) }
    #expect(throws: LinkError.self) { try link(a, b, a) }
    #expect(throws: LinkError.self) { try link(a, a, b) }
  }

  /// Objects that the host holds keep the records of their types.
  @Test func aReferenceKeepsItsEngine() throws {
    weak var gone: Engine?
    var held: Value?
    do {
      let engine = Engine()
      gone = engine
      let store = Store(engine: engine)
      let module = try Self.module(
        """
        (module (type $s (struct (field i32)))
          (func (export "make") (result (ref $s)) (struct.new $s (i32.const 1))))
        """, engine)
      held = try Instance(store: store, module: module, imports: Imports()).call("make")[0]
      withExtendedLifetime(store) {}
    }
    #expect(gone != nil)
    if case .reference(let reference, _)? = held { #expect(reference.kind == .structure) }
    held = nil
    #expect(gone == nil)
  }

  /// Threads add types and check them at once.
  @Test func typesAreSharedByThreads() throws {
    let engine = Engine()
    let failures = Failures()
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      do {
        for round in 0..<20 {
          let fields = String(repeating: "(field i32)", count: round % 5 + thread + 1)
          let module = try Self.module(
            """
            (module
              (type $base (sub (struct \(fields))))
              (type $mine (sub $base (struct \(fields) (field i64))))
              (type $f (sub (func (result i32))))
              (type $g (sub $f (func (result i32))))
              (table funcref (elem $one))
              (func $one (type $g) (i32.const 1))
              (func (export "f") (result i32)
                (i32.add (call_indirect (type $f) (i32.const 0))
                  (ref.test (ref $mine) (struct.new_default $mine)))))
            """, engine)
          let store = Store(engine: engine)
          let instance = try Instance(store: store, module: module, imports: Imports())
          if try instance.call("f") != [.i32(2)] { failures.add("thread \(thread), round \(round)") }
          withExtendedLifetime(store) {}
        }
      } catch {
        failures.add("\(error)")
      }
    }
    #expect(failures.all.isEmpty)
  }

  private final class Failures: @unchecked Sendable {
    private let queue = DispatchQueue(label: "failures")
    private var list: [String] = []
    var all: [String] { queue.sync { list } }
    func add(_ failure: String) { queue.sync { list.append(failure) } }
  }

  /// Stores of two threads import one memory; each sees it grow.
  @Test func aSharedMemoryGrowsForStoresOfSeveralThreads() throws {
    let ownStore = Store()
    let owner = try Instance(
      store: ownStore,
      module: Self.module("(module (memory (export \"m\") 1 200 shared))", .default), imports: Imports())
    guard case .memory(let memory)? = owner.export("m") else { throw MissingExport(name: "m") }
    let failures = Failures()
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      do {
        var imports = Imports()
        imports.define("o", "m", .memory(memory))
        let store = Store()
        let user = try Instance(
          store: store,
          module: Self.module(
            """
            (module (import "o" "m" (memory 1 200 shared))
              (func (export "grow") (result i32) (memory.grow (i32.const 1)))
              (func (export "poke") (param i32)
                (i32.store8 (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 1))
                  (local.get 0))))
            """, .default), imports: imports)
        for _ in 0..<40 {
          guard let former = try user.call("grow")[0].int32, former > 0 else {
            failures.add("memory.grow failed")
            continue
          }
          _ = try user.call("poke", .i32(Int32(thread)))
          if memory.pageCount <= UInt64(former) { failures.add("the size did not grow") }
        }
        withExtendedLifetime(store) {}
      } catch {
        failures.add("\(error)")
      }
    }
    #expect(failures.all.isEmpty)
    #expect(memory.pageCount == 161)
    withExtendedLifetime(ownStore) {}
  }
}
