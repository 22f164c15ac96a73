// Host functions that call back into modules: an activation inside another leaves that as it was.

import Testing
import WebAssembly
import WebAssemblyText

@Suite struct ReentryTests {
  /// Catches whatever its import throws.
  private static let catching = """
    (module
      (import "h" "back" (func $back))
      (tag $t)
      (func (export "throws") (throw $t))
      (func (export "outer") (result i32)
        (block $caught
          (try_table (catch_all $caught) (call $back))
          (return (i32.const 0)))
        (i32.const 1)))
    """

  /// A host function that calls whatever `target` holds by then.
  private final class CallBack {
    var target: Function?

    func function(_ store: Store, _ type: FunctionType = FunctionType()) -> Extern {
      .function(
        Function(store: store, type: type) { [self] _, _ in
          _ = try target?.call()
          return []
        })
    }
  }

  @Test func anExceptionThroughTheHostIsCaughtOutside() throws {
    let store = Store()
    let back = CallBack()
    var imports = Imports()
    imports.define("h", "back", back.function(store))
    let outer = try TestInstance(Self.catching, store: store, imports: imports)
    back.target = outer.instance.function(named: "throws")
    #expect(try outer.call("outer") == [.i32(1)])
    // Again: nothing of the first time is left over.
    #expect(try outer.call("outer") == [.i32(1)])
    back.target = nil
    #expect(try outer.call("outer") == [.i32(0)])
  }

  @Test func anExceptionOfAnotherInstanceIsCaughtOutside() throws {
    let store = Store()
    let back = CallBack()
    let thrower = try TestInstance("(module (tag $t) (func (export \"throws\") (throw $t)))", store: store)
    back.target = thrower.instance.function(named: "throws")
    var imports = Imports()
    imports.define("h", "back", back.function(store))
    let outer = try TestInstance(Self.catching, store: store, imports: imports)
    #expect(try outer.call("outer") == [.i32(1)])
  }

  @Test(arguments: [false, true]) func aTrapOfTheHostHasTheFramesThatCalledIt(callsBack: Bool) throws {
    let store = Store()
    let back = CallBack()
    var imports = Imports()
    imports.define(
      "h", "back",
      .function(
        Function(store: store, type: FunctionType()) { _, _ in
          if callsBack { _ = try back.target?.call() }
          throw Trap(.unreachable)
        }))
    let outer = try TestInstance(
      """
      (module
        (import "h" "back" (func $back))
        (func (export "ok"))
        (func $inner (call $back))
        (func $outer (export "outer") (call $inner) (drop (i32.const 1))))
      """, store: store, imports: imports)
    back.target = outer.instance.function(named: "ok")
    let (count, result) = outer.count("outer")
    let trap = try #require(throws: Trap.self) { try result.get() }
    #expect(trap.backtrace.map(\.functionName) == ["inner", "outer"])
    #expect(count == 2)
  }

  @Test func aTrapOfTheHostCalledInPlaceOfAReturnHasTheCaller() throws {
    let store = Store()
    var imports = Imports()
    imports.define(
      "h", "back",
      .function(
        Function(store: store, type: FunctionType([.i64, .i64, .i64])) { _, _ in throw Trap(.unreachable) }))
    let outer = try TestInstance(
      """
      (module
        (import "h" "back" (func $back (param i64 i64 i64)))
        (func $inner (return_call $back (i64.const 0x4141414141414140) (i64.const 2) (i64.const 3)))
        (func $outer (export "outer") (call $inner)))
      """, store: store, imports: imports)
    let trap = try #require(throws: Trap.self) { try outer.call("outer") }
    #expect(trap.backtrace.map(\.functionName) == ["outer"])
  }

  @Test func anExceptionUnderACallInPlaceOfAReturnIsTheCallersToCatch() throws {
    let store = Store()
    let back = CallBack()
    var imports = Imports()
    imports.define("h", "back", back.function(store, FunctionType([.i64, .i64, .i64])))
    let outer = try TestInstance(
      """
      (module
        (import "h" "back" (func $back (param i64 i64 i64)))
        (tag $t)
        (func (export "throws") (throw $t))
        (func $inner (result i32)
          (block $caught (try_table (catch_all $caught) (return_call $tail)))
          (i32.const 99))
        (func $tail (result i32) (call $back (i64.const 1) (i64.const 2) (i64.const 3)) (i32.const 5))
        (func (export "outer") (result i32)
          (block $caught (try_table (catch_all $caught) (return (call $inner))))
          (i32.const 7)))
      """, store: store, imports: imports)
    #expect(try outer.call("outer") == [.i32(5)])
    back.target = outer.instance.function(named: "throws")
    #expect(try outer.call("outer") == [.i32(7)])
  }

  @Test func aMemoryThatARestoreShrinksEndsForEveryInstance() throws {
    let store = Store()
    let owner = try TestInstance(
      """
      (module (memory (export "m") 1 100)
        (func (export "grow") (result i32) (memory.grow (i32.const 50))))
      """, store: store)
    var imports = Imports()
    imports.define("a", owner.instance)
    let other = try TestInstance(
      """
      (module (import "a" "m" (memory 1))
        (func (export "load") (param i32) (result i32) (i32.load (local.get 0))))
      """, store: store, imports: imports)
    let snapshot = try store.snapshot()
    #expect(try owner.call("grow") == [.i32(1)])
    #expect(try other.call("load", [.i32(40 * 65536)]) == [.i32(0)])
    try store.restore(snapshot)
    let trap = try #require(throws: Trap.self) { try other.call("load", [.i32(40 * 65536)]) }
    #expect(trap.kind == .outOfBoundsMemoryAccess)
  }

  @Test func whatTheInnerActivationDidIsSeenAndCountedOutside() throws {
    let store = Store()
    let back = CallBack()
    var imports = Imports()
    imports.define("h", "back", back.function(store))
    // The inner call grows the memory, clears many locals and writes behind the former end.
    let outer = try TestInstance(
      """
      (module
        (import "h" "back" (func $back))
        (memory 1 10)
        (func (export "inner") (local i64 \(String(repeating: "i64 ", count: 999)))
          (drop (memory.grow (i32.const 1)))
          (i32.store (i32.const 65536) (i32.const 77)))
        (func (export "outer") (result i32) (call $back) (i32.load (i32.const 65536))))
      """, store: store, imports: imports)
    back.target = outer.instance.function(named: "inner")
    let (count, result) = outer.count("outer")
    #expect(try result.get() == [.i32(77)])
    #expect(count == 3 + 6)
  }
}
