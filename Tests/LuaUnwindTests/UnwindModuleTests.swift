// What the pass keeps of a module and what it takes away, what it refuses, and what an audit finds.

import LuaUnwind
import Testing
import WebAssembly
import WebAssemblyText

@Suite struct UnwindModuleTests {
  private let plain = "(func $body (param i32 i32) (call $throwIf (local.get 0)) (call $step (i32.const 1)))"

  @Test func theExportsOfThePassGoAndAllOthersStay() throws {
    let module = try UnwindingModule(plain + #"(memory (export "memory") 1)"#)
    let after = try ModuleStructure.decode(module.unwinding())
    #expect(after.exports.map(\.name).sorted() == ["log", "memory", "run"])
  }

  @Test func ofTheCustomSectionsTheNamesStay() throws {
    var structure = try ModuleStructure.decode(UnwindingModule(plain).source)
    structure.customSections = ["producers", "name", "target_features", ".debug_info"].map {
      CustomSection(name: $0, bytes: [0, 3, 2, 0x68, 0x69], place: 11)
    }
    var pass = try UnwindPass(structure.encode())
    let after = try ModuleStructure.decode(pass.run(audit: false))
    #expect(after.customSections.map(\.name) == ["name"])
    #expect(NameSection(of: after).module == "hi")
  }

  @Test func theSameModuleGivesTheSameBytes() throws {
    let module = try UnwindingModule(plain)
    #expect(try module.unwinding() == module.unwinding())
    #expect(try module.unwinding(audit: true) == module.unwinding(audit: true))
  }

  // MARK: - Refusals

  @Test(arguments: ["unwind_throw", "unwind_try", "unwind_flag"])
  func withoutOneOfItsExportsAModuleIsRefused(name: String) throws {
    var structure = try ModuleStructure.decode(UnwindingModule(plain).source)
    structure.exports.removeAll { $0.name == name }
    let kind: ExternKind = name == "unwind_flag" ? .global : .function
    #expect(throws: UnwindError.missingExport(name: name, kind: kind)) { try UnwindPass(structure.encode()) }
    // One of another kind does not count.
    structure.exports.append(Export(name, kind == .global ? .function : .global, 0))
    #expect(throws: UnwindError.missingExport(name: name, kind: kind)) { try UnwindPass(structure.encode()) }
  }

  @Test(arguments: ["i32", "(mut i64)", "(mut f32)"])
  func aFlagOfAnotherTypeIsRefused(type: String) throws {
    let value = type.contains("64") ? "i64" : type.contains("f32") ? "f32" : "i32"
    let module = try UnwindingModule(plain + "(global $other \(type) (\(value).const 0))")
    var structure = try ModuleStructure.decode(module.source)
    structure.exports.removeAll { $0.name == "unwind_flag" }
    structure.exports.append(Export("unwind_flag", .global, UInt32(structure.globals.count - 1)))
    #expect(throws: UnwindError.unsuitableFlag(name: "unwind_flag")) { try UnwindPass(structure.encode()) }
  }

  @Test func aTableThatTheHostCanFillIsRefused() throws {
    var structure = try ModuleStructure.decode(UnwindingModule(plain).source)
    structure.exports.append(Export("table", .table, 0))
    #expect(throws: UnwindError.openTable) { try UnwindPass(structure.encode()) }
  }

  @Test(arguments: [
    "(func (return_call $throw))",
    "(func (try_table (call $throw)))",
    "(func $null (table.set (i32.const 0) (ref.null func)))",
  ])
  func featuresThatThePassDoesNotFollowAreRefused(function: String) throws {
    let module = try UnwindingModule(plain + function)
    #expect { try UnwindPass(module.source) } throws: { error in
      guard case UnwindError.unusable(let reason)? = error as? UnwindError else { return false }
      return reason.message.contains("feature")
    }
  }

  @Test func bytesThatAreNoModuleAreRefused() throws {
    var structure = try ModuleStructure.decode(UnwindingModule(plain).source)
    structure.customSections = []
    let source = structure.encode()
    for length in 0..<source.count {
      #expect(throws: UnwindError.self) { try UnwindPass(Array(source.prefix(length))) }
    }
  }

  @Test(arguments: [
    "(func (call_indirect (type 99) (i32.const 0)))", "(func (call 99))", "(func (result i32))",
    "(func (br 1))", "(elem (i32.const 0) 99)", #"(export "e" (func 99))"#,
  ])
  func invalidModulesAreRefused(field: String) throws {
    let module = try UnwindingModule(plain + field)
    #expect(throws: UnwindError.self) { try UnwindPass(module.source) }
  }

  // MARK: - Audit

  /// `poke` raises the flag behind the analysis' back, and the host calls it.
  private let sneaky = """
    (func (export "poke") (global.set $flag (i32.const 1)))
    (func $body (param i32 i32) (call $callback) (call $step (i32.const 1)))
    """

  @Test func anAuditTrapsWhereAnErrorWouldPassACallWithoutACheck() throws {
    let module = try UnwindingModule(sneaky)
    #expect(try Machine(module, audit: true).run(0) == (false, 1))
    #expect(throws: Trap.self) { try Machine(module, audit: true, callback: "poke").run(0) }
    #expect(try Machine(module, callback: "poke").run(0) == (true, 1))
  }

  @Test func anAuditTrapsWhereAnErrorWouldReachTheHost() throws {
    let module = try UnwindingModule(
      plain
        + """
        (func (export "leak") (param i32) (result i32) (call $throwIf (local.get 0)) (i32.const 5))
        (func (export "leakLast") (param i32) (call $throwIf (local.get 0)))
        """)
    let audited = try Machine(module, audit: true)
    #expect(try audited.call("leak", [.i32(UInt32(0))]) == [.i32(UInt32(5))])
    #expect(try audited.call("leakLast", [.i32(UInt32(0))]) == [])
    for name in ["leak", "leakLast"] {
      #expect(throws: Trap.self) { try Machine(module, audit: true).call(name, [.i32(UInt32(1))]) }
    }
  }
}
