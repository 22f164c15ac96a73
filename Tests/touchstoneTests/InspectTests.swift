// touchstone inspect: what is no module, what is missing, what the memory holds.
import Foundation
import Testing
import WebAssembly

@Suite struct InspectTests {
  private func lua(_ change: (inout ModuleStructure) -> Void) throws -> [UInt8] {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Workplace.packageRoot + "/lua.wasm")))
    var module = try ModuleContext.decode(bytes).module
    change(&module)
    return module.encode()
  }

  @Test(arguments: [
    ("!<arch>\nlib.o/          0           0     0     644     40        `\n", "it is an archive (ar)"),
    ("", "the file is empty"), ("return 1\n", "it begins with \"return 1\""),
    ("\0asm\u{d}\0\u{1}\0", "its version field is \"\\r\\x00\\x01\\x00\""),
  ])
  func whatIsNoModuleIsRefusedInOneLine(content: String, reason: String) throws {
    let place = try Workplace(["x.a": content])
    let result = try place("inspect", "x.a")
    #expect(result.code == 1)
    #expect(result.output.hasPrefix("x.a is no WebAssembly module"))
    #expect(result.output.contains(reason), "\(result.output)")
    #expect(result.output.split(separator: "\n").count == 1)
    let json = try place("inspect", "x.a", "--format", "json").output
    #expect(json.contains("\"isModule\" : false") && !json.contains("offset"))
  }

  @Test func theMemoryAfterInitIsShown() throws {
    let result = try Workplace()("inspect", "lua.wasm")
    #expect(result.code == 0)
    #expect(
      result.output.contains(
        /\nmemory after init:\n  buffer 65,536 bytes\n  Lua heap [0-9,]+ bytes\n  32 pages\n/))
    let json = try Workplace()("inspect", "lua.wasm", "--format", "json").output
    #expect(json.contains("\"bufferSize\" : 65536"))
  }

  @Test func whatIsMissingOrOfAnotherTypeIsListed() throws {
    let place = try Workplace()
    try place.write("less.wasm", try lua { $0.exports.removeAll { $0.name == "run_gc" } })
    let less = try place("inspect", "less.wasm").output
    #expect(less.contains("exports of the contract that it lacks and a run can do without:\n  run_gc\n"))
    try place.write(
      "other.wasm",
      try lua { module in
        let index = module.exports.firstIndex { $0.name == "run_gc" }!
        module.exports[index].index = module.exports.first { $0.name == "init" }!.index
      })
    let other = try place("inspect", "other.wasm")
    #expect(other.code == 1)
    #expect(
      other.output.contains("its function run_gc has the type [] -> [i32]; the contract says [] -> []\n"))
    try place.write("quirk.wasm", try QuirkModule.proper.bytes)
    #expect(
      try place("inspect", "quirk.wasm").output.contains(
        "functions of the host that it does not import:\n  js_ext_table_get\n  js_ext_table_delete\n"))
    try place.write(
      "refusing.wasm",
      try PatchedModule.lua(PatchedModule.Patch(function: "init") { _ in [0x41, 0x7F, 0x0F] }))
    let refusing = try place("inspect", "refusing.wasm")
    #expect(refusing.code == 1)
    #expect(refusing.output.contains("init answered -1, which means that it failed\n"))
  }

  @Test func manyExportsAreShownQuickly() throws {
    var module = ModuleStructure()
    module.addType(SubType(.function(FunctionType())))
    module.functions = [FunctionDefinition(type: 0, locals: [], body: Expression([0x0B]))]
    module.exports = (0..<200_000).map { Export("export \($0)", .function, 0) }
    let place = try Workplace()
    try place.write("many.wasm", module.encode())
    let process = try place.start(["inspect", "many.wasm"])
    let result = try process.finish(within: 30)
    #expect(result.code == 1)
    #expect(result.output.contains("  func export 199999: [] -> []\n"))
  }
}
