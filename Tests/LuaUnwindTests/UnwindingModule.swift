// Modules with the primitives of unwinding, run through the pass and then executed.

import LuaUnwind
import WebAssembly
import WebAssemblyText

/// A module around some functions under test.
///
/// `run(n)` calls the function `$body`, given by the test, through `unwind_try`, with `n` as its first
/// argument, and answers whether the flag came up. `$step d` appends the digit d to what `log` answers.
struct UnwindingModule {
  let source: [UInt8]

  init(_ functions: String) throws {
    let text = """
      (module
        (type $protected (func (param i32 i32)))
        (import "env" "callback" (func $callback))
        (table 4 funcref)
        (elem (i32.const 0) $body)
        (global $flag (export "unwind_flag") (mut i32) (i32.const 0))
        (global $log (mut i32) (i32.const 0))
        (func $throw (export "unwind_throw") (global.set $flag (i32.const 1)))
        (func $try (export "unwind_try") (param i32 i32 i32) (result i32)
          (call_indirect (type $protected) (local.get 1) (local.get 2) (local.get 0))
          (global.get $flag)
          (global.set $flag (i32.const 0)))
        (func $step (param i32)
          (global.set $log (i32.add (i32.mul (global.get $log) (i32.const 10)) (local.get 0))))
        (func $throwIf (param i32) (if (i32.eqz (local.get 0)) (then (return))) (call $throw))
        (func (export "log") (result i32) (global.get $log))
        (func (export "run") (param i32) (result i32)
          (call $try (i32.const 0) (local.get 0) (i32.const 0)))
        \(functions))
      """
    source = try ModuleStructure(text: text).encode()
  }

  /// The module after the pass.
  func unwinding(audit: Bool = false) throws -> [UInt8] {
    var pass = try UnwindPass(source)
    return pass.run(audit: audit)
  }

  /// What the pass did.
  func statistics() throws -> UnwindPass.Statistics {
    var pass = try UnwindPass(source)
    _ = pass.run(audit: false)
    return pass.statistics
  }
}

/// An instance of a module after the pass.
final class Machine {
  private let store = Store()
  private var instance: Instance?

  init(_ module: UnwindingModule, audit: Bool = false, callback: String? = nil) throws {
    let compiled = try Module(bytes: module.unwinding(audit: audit))
    try compiled.validate()
    var imports = Imports()
    let function = Function(store: store, type: FunctionType()) { [unowned self] _, _ in
      if let callback { _ = try self.call(callback) }
      return []
    }
    imports.define("env", "callback", .function(function))
    instance = try Instance(store: store, module: compiled, imports: imports)
  }

  @discardableResult
  func call(_ name: String, _ arguments: [Value] = []) throws -> [Value] {
    try instance!.function(named: name)!.call(arguments)
  }

  /// Whether an error came out of `$body`, and the steps that were passed.
  func run(_ argument: UInt32) throws -> (threw: Bool, log: UInt32) {
    let threw = try call("run", [.i32(argument)])
    guard case .i32(let log) = try call("log")[0] else { return (false, 0) }
    return (threw == [.i32(UInt32(1))], log)
  }
}
