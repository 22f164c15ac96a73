// compare says the same of what is the same: limits, custom sections, optimised and stripped builds.
import Foundation
import Testing
import WebAssembly

@Suite struct SameBuildTests {
  /// The committed module without its name section, or with a section that debuggers read.
  private func changed(_ change: (inout ModuleStructure) -> Void) throws -> [UInt8] {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Workplace.packageRoot + "/lua.wasm")))
    var module = try ModuleContext.decode(bytes).module
    change(&module)
    return module.encode()
  }

  @Test func buildsThatDifferInCustomSectionsAloneAreTheSameAndThatIsSaid() throws {
    let place = try Workplace(["fixtures/a.lua": "_home.x = 1\nreturn pcall(error, 'no')\n"])
    try place.write("plain.wasm", try changed { _ in })
    try place.write("stripped.wasm", try changed { $0.customSections = [] })
    try place.write(
      "debug.wasm",
      try changed {
        $0.customSections.append(CustomSection(name: ".debug_info", bytes: [1, 2, 3], place: 11))
      })
    let stripped = try place("compare", "plain.wasm", "stripped.wasm")
    #expect(stripped.code == 0)
    #expect(
      stripped.output.contains(
        "\nthe builds have the same code and data; they differ in custom sections: only the old one has name\n"
      ))
    #expect(!stripped.output.contains("function"))
    let debug = try place("compare", "stripped.wasm", "debug.wasm")
    #expect(debug.code == 0)
    #expect(debug.output.contains("custom sections: only the new one has name, .debug_info\n"))
    // Another section does not hide that the code differs.
    try place.write("slower.wasm", try PatchedModule.lua(PatchedModule.slower))
    let slower = try place("compare", "debug.wasm", "slower.wasm")
    #expect(slower.output.contains("the code of 1 of "))
    #expect(slower.output.contains("differs: luaV_concat\n"))
  }

  @Test func runsThatEndAtTheSameLimitAreTheSameAsFarAsTheyCome() throws {
    let place = try Workplace([
      "fixtures/calls.lua":
        "--! fuel: 3_000_000\nlocal n = 0\nwhile true do n = n + 1 _home.n = 'n' .. n end\n",
      "fixtures/other.lua": "--! fuel: 3_000_000\nfor i = 1, 1e9 do _home['k' .. i] = string.len('ab') end\n",
    ])
    try place.write("slower.wasm", try PatchedModule.lua(PatchedModule.slower))
    let slower = try place("compare", "lua.wasm", "slower.wasm")
    #expect(slower.code == 0, "\(slower.output)")
    #expect(slower.output.contains("\n2 cases: 2 same in "))
    // Another call before the end of the shorter run is a difference.
    try place.write("wrong.wasm", try PatchedModule.lua(PatchedModule.wrongLength))
    let wrong = try place("compare", "lua.wasm", "wrong.wasm")
    #expect(wrong.code == 1)
    #expect(wrong.output.contains("\n2 cases: 1 same, 1 changed in "))
    #expect(wrong.output.contains("is js_ext_table_set(1, \"k1\", string 2 \"AB\") = 0"))
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/wasm-opt"), "needs binaryen"),
    arguments: ["-O1", "-O2", "-O3", "-O4"])
  func whatAnOptimiserMakesOfTheModuleIsEqualToIt(level: String) throws {
    let place = try Workplace()
    for folder in ["fixtures/contract", "fixtures/limits", "expected/contract", "expected/limits"] {
      try FileManager.default.createDirectory(
        atPath: (place.path + "/" + folder as NSString).deletingLastPathComponent,
        withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: Workplace.packageRoot + "/" + folder, toPath: place.path + "/" + folder)
    }
    let optimiser = Process()
    optimiser.executableURL = URL(fileURLWithPath: "/usr/bin/wasm-opt")
    optimiser.arguments = [
      "--enable-sign-ext", "--enable-mutable-globals", "-g", level, "lua.wasm", "-o", "new.wasm",
    ]
    optimiser.currentDirectoryURL = URL(fileURLWithPath: place.path)
    try optimiser.run()
    optimiser.waitUntilExit()
    #expect(optimiser.terminationStatus == 0)
    let result = try place("compare", "lua.wasm", "new.wasm")
    #expect(result.code == 0, "\(result.output)")
    #expect(result.output.contains(#/\n\d+ cases: \d+ same in /#))
  }
}
