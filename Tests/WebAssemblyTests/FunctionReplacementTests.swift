// Bodies that one instance has in place of its module's: others keep theirs, and everything that calls, traps or
// throws finds the one that runs.

import Testing
import WebAssembly
import WebAssemblyText

@Suite struct FunctionReplacementTests {
  /// Function 0 is what is replaced; it is called directly, through a table, by reference and in place of a return.
  private static func text(_ body: String = "(i32.add (local.get 0) (i32.const 1))", _ locals: String = "")
    -> String
  {
    """
    (module (type $t (func (param i32) (result i32))) (tag $e) (table funcref (elem $f)) (memory 1)
      (func $f (export "f") (type $t) \(locals) \(body))
      (func (export "direct") (type $t) (call $f (local.get 0)))
      (func (export "indirect") (type $t) (call_indirect (type $t) (local.get 0) (i32.const 0)))
      (func (export "reference") (type $t) (call_ref $t (local.get 0) (ref.func $f)))
      (func (export "tail") (type $t) (return_call $f (local.get 0)))
      (func (export "catching") (type $t)
        (block $b (try_table (catch $e $b) (return (call $f (local.get 0))))) (i32.const -1))
      (func $never (export "never") (type $t) (i32.mul (call $f (local.get 0)) (i32.const 100))))
    """
  }
  private static let callers = ["f", "direct", "indirect", "reference", "tail", "catching", "never"]

  private static func replacement(
    _ module: Module, _ body: String, locals: String = "", mode: CodeMode = .plain
  ) throws -> FunctionReplacement {
    let definition = try ModuleStructure(text: text(body, locals)).functions[0]
    return try module.replacement(
      forFunction: 0, locals: definition.locals, body: definition.body, mode: mode)
  }

  private static func results(_ instance: TestInstance, _ argument: UInt32 = 5) throws -> [UInt32?] {
    try callers.map { try instance.call($0, [.i32(argument)]).first?.uint32 }
  }

  private static func all(_ value: UInt32) -> [UInt32?] {
    callers.map { $0 == "never" ? value * 100 : value }
  }

  @Test(arguments: [false, true]) func oneInstanceHasABodyOfItsOwn(isTranslatedBefore: Bool) throws {
    let module = try TestInstance.module(Self.text())
    let store = Store()
    let (changed, other) = (try TestInstance(module, store: store), try TestInstance(module, store: store))
    if isTranslatedBefore { #expect(try Self.results(changed) == Self.all(6)) }
    let double = try Self.replacement(
      module, "(i32.shl (local.get 0) (i32.const 1))", locals: "(local i64 i64)")
    let triple = try Self.replacement(module, "(i32.mul (local.get 0) (i32.const 3))")
    changed.instance.replace(with: double)
    #expect(try Self.results(changed) == Self.all(10))
    #expect(try Self.results(other) == Self.all(6))
    changed.instance.replace(with: triple)
    #expect(try Self.results(changed) == Self.all(15))
    changed.instance.restore(function: 0)
    #expect(try Self.results(changed) == Self.all(6))
    // One body serves several instances, also in another store.
    let third = try TestInstance(module)
    third.instance.replace(with: double)
    other.instance.replace(with: double)
    #expect(try Self.results(third) == Self.all(10))
    #expect(try Self.results(other) == Self.all(10))
    #expect(try Self.results(changed) == Self.all(6))
  }

  @Test func whoImportsTheFunctionCallsTheInstancesBody() throws {
    let module = try TestInstance.module(Self.text())
    let provider = try TestInstance(module)
    var imports = Imports()
    imports.define("m", "f", try #require(provider.instance.export("f")))
    let user = try TestInstance(
      """
      (module (import "m" "f" (func $f (param i32) (result i32)))
        (func (export "f") (param i32) (result i32) (call $f (local.get 0))))
      """, store: provider.store, imports: imports)
    provider.instance.replace(with: try Self.replacement(module, "(i32.const 77)"))
    #expect(try user.call("f", [.i32(1 as UInt32)]) == [.i32(77 as UInt32)])
    provider.instance.restore(function: 0)
    #expect(try user.call("f", [.i32(1 as UInt32)]) == [.i32(2 as UInt32)])
  }

  @Test func aTrapNamesTheBodyThatRanAndCountsItsInstructions() throws {
    let module = try TestInstance.module(Self.text())
    let instance = try TestInstance(module)
    instance.instance.replace(
      with: try Self.replacement(
        module, "(drop (i32.load (i32.const -1))) (i32.add (local.get 0) (i32.const 9))"))
    let (count, result) = instance.count("direct", [.i32(5 as UInt32)])
    // In `direct` local.get and call, then const and the load that traps; nothing behind it.
    #expect(count == 4)
    let trap = #expect(throws: Trap.self) { try result.get() }
    #expect(trap?.kind == .outOfBoundsMemoryAccess)
    #expect(trap?.backtrace.map(\.functionIndex) == [0, 1])
  }

  @Test func exceptionsPassThroughIt() throws {
    let module = try TestInstance.module(Self.text())
    let instance = try TestInstance(module)
    instance.instance.replace(
      with: try Self.replacement(
        module,
        "(if (local.get 0) (then (throw $e))) (block $b (try_table (catch $e $b) (throw $e))) (i32.const 4)"))
    #expect(try instance.call("catching", [.i32(1 as UInt32)]) == [.i32(-1 as Int32)])
    #expect(try instance.call("catching", [.i32(0 as UInt32)]) == [.i32(4 as UInt32)])
    #expect(throws: ThrownException.self) { try instance.call("f", [.i32(1 as UInt32)]) }
  }

  @Test func callsOfItAreObserved() throws {
    final class Recorder: CallMonitor {
      var functions: [UInt32] = []
      func enter(function: UInt32, of module: Module, instructions: UInt64) { functions.append(function) }
      func leave(function: UInt32, of module: Module, instructions: UInt64) {}
    }
    let module = try TestInstance.module(Self.text())
    let store = Store()
    let recorder = Recorder()
    store.monitor = recorder
    let instance = try Instance(store: store, module: module, imports: Imports(), mode: .callsObserved)
    instance.replace(with: try Self.replacement(module, "(i32.const 3)", mode: .callsObserved))
    #expect(try instance.call("direct", .i32(5 as UInt32)) == [.i32(3 as UInt32)])
    #expect(recorder.functions == [1, 0])
  }

  @Test func aBodyIsValidatedInTheModule() throws {
    let module = try TestInstance.module(Self.text())
    var body = InstructionWriter()
    body.append(.i64Const, value: 1)
    body.append(.end)
    let error = #expect(throws: ValidationError.self) {
      try module.replacement(forFunction: 0, locals: [], body: body.expression)
    }
    #expect(error?.message.hasPrefix("type mismatch") == true && error?.functionIndex == 0)
    #expect(throws: TranslationError.self) {
      var body = InstructionWriter()
      body.append(.unreachable)
      body.append(.end)
      _ = try module.replacement(
        forFunction: 0, locals: [LocalGroup(count: 40_000, type: .v128)], body: body.expression)
    }
  }
}
