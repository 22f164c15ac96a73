// touchstone explore: scripts that tell builds apart are found, reduced and written down.
import Foundation
import Testing

@Suite struct ExploreTests {
  private static let seeds = [
    "fixtures/strings.lua":
      "local s = 'hello'\nprint(s:upper(), #s)\nfor w in s:gmatch('l') do print(w) end\n",
    "fixtures/tables.lua": "local t = {3, 1, 2}\ntable.sort(t)\nprint(table.concat(t, ','))\nreturn #t\n",
    "fixtures/home.lua": "_home.n = (_home.n or 0) + 1\nreturn _home.n\n",
  ]

  private func place(_ patch: PatchedModule.Patch? = nil) throws -> Workplace {
    let place = try Workplace(Self.seeds)
    try place.write("new.wasm", try patch.map { try PatchedModule.lua($0) } ?? PatchedModule.lua())
    return place
  }

  @Test func aBuildThatAnswersOtherwiseIsToldApart() throws {
    let place = try place(PatchedModule.wrongLength)
    let result = try place(
      "explore", "new.wasm", "--against", "lua.wasm", "--runs", "3000", "--output", "found")
    #expect(result.code == 1)
    #expect(result.error == "")
    #expect(result.output.contains("\ntried 3,000 scripts with seed 1: "))
    #expect(result.output.contains(" → found/fixtures/difference-1.lua\n"))
    let script = try place.read("found/fixtures/difference-1.lua")
    #expect(script.hasPrefix("-- lua.wasm and new.wasm: "))
    #expect(script.contains("len"))
    #expect(script.split(separator: "\n").count <= 5, "\(script)")
    // The pending golden holds what the other build answers, and what the new one does as a comment.
    let golden = try place.read("found/expected/difference-1.golden.new")
    #expect(golden.contains("\n# new.wasm answers:\n# "))
    let blessed = try place("bless", "found", "--module", "lua.wasm")
    #expect(blessed.code == 0, "\(blessed.output)\(blessed.error)")
    #expect(
      golden.hasPrefix(try place.read("found/expected/difference-1.golden")),
      "\(golden)")
    let run = try place("run", "found", "--module", "new.wasm")
    #expect(run.code == 1)
    #expect(!run.output.contains(" passed"))
  }

  @Test func theSameSeedFindsTheSameWithAnyNumberOfThreads() throws {
    let place = try place(PatchedModule.wrongLength)
    func explore(_ options: String...) throws -> String {
      let words = ["explore", "new.wasm", "--against", "lua.wasm", "--runs", "4000"] + options
      // But for the time that it took.
      return try place.start(words).finish().output.replacing(/; [0-9.]+ (s|ms)\n$/, with: "")
    }
    let one = try explore("-j", "1")
    #expect(one.contains("tried 4,000 scripts"))
    #expect(try explore("-j", "3") == one)
    #expect(try explore("-j", "2", "--seed", "2") != one)
  }

  @Test func buildsThatAnswerAlikeAreNotToldApart() throws {
    let place = try place()
    // A script that costs more or less by nothing at all: edges are counted without a change of the count.
    let result = try place(
      "explore", "new.wasm", "--against", "lua.wasm", "--runs", "3000", "--cost-factor", "1.000001")
    #expect(result.code == 0)
    #expect(result.output.hasPrefix("tried 3,000 scripts with seed 1: both answer alike; "))
    let edges = try #require(result.output.firstMatch(of: /([\d,]+) edges in all/)).output.1
    #expect(Int(edges.filter { $0 != "," }) ?? 0 > 3000)
  }

  @Test func costsAndEndingsAreFoundWhenAskedFor() throws {
    let slower = try place(PatchedModule.slower)
    let plain = try slower("explore", "new.wasm", "--against", "lua.wasm", "--runs", "1500")
    #expect(plain.code == 0)
    let costs = try slower(
      "explore", "new.wasm", "--against", "lua.wasm", "--runs", "1500", "--cost-factor", "1.00001")
    #expect(costs.code == 1)
    #expect(costs.output.contains("costs more, of "))
    let endless = try place()
    let endings = try endless(
      "explore", "new.wasm", "--against", "lua.wasm", "--runs", "1500", "--endings", "--fuel", "30000")
    #expect(endings.code == 1)
    #expect(endings.output.contains("both: the script reaches the limit of fuel, of "))
  }

  @Test func whatIsPermittedIsNoFinding() throws {
    let place = try place(PatchedModule.wrongLength)
    try place.write(
      "permitted", "# Known.\nignore: .\nwhen: len\nreason: the new build has no len yet\n")
    let result = try place(
      "explore", "new.wasm", "--against", "lua.wasm", "--runs", "2000", "--permitted", "permitted")
    #expect(result.code == 0, "\(result.output)")
    try place.write("permitted", "near: 1\nreason: x\n")
    let whole = try place("explore", "new.wasm", "--against", "lua.wasm", "--permitted", "permitted")
    #expect(whole.error.contains("permitted:1: `near: SHARE` takes a number between 0 and 1"))
    try place.write("permitted", "permit: (\nreason: x\n")
    let broken = try place("explore", "new.wasm", "--against", "lua.wasm", "--permitted", "permitted")
    #expect(broken.code == 3)
    #expect(broken.error.contains("permitted:1: `(` is no regular expression"))
    try place.write("permitted", "permit: x*\nreason: x\n")
    let wide = try place("explore", "new.wasm", "--against", "lua.wasm", "--permitted", "permitted")
    #expect(wide.error.contains("matches nothing at all, and so everywhere; make it narrower"))
    try place.write("permitted", "permit: x\n")
    let bare = try place("explore", "new.wasm", "--against", "lua.wasm", "--permitted", "permitted")
    #expect(bare.error.contains("the last row has no `reason: TEXT`"))
  }

  @Test func wrongCommandLinesAreRefused() throws {
    let place = try place()
    #expect(try place("explore").code == 2)
    #expect(try place("explore", "new.wasm").code == 2)
    #expect(try place("explore", "new.wasm", "--against", "missing.wasm").code == 3)
    #expect(try place("explore", "new.wasm", "--against", "no-such-program").code == 3)
    #expect(try place("explore", "new.wasm", "--against", "lua.wasm", "--cost-factor", "1").code == 2)
  }

  /// Whether the system has a Lua of the version.
  private static let program = ["/usr/bin/lua5.4", "/usr/local/bin/lua5.4"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test(.enabled(if: program != nil, "needs a native Lua 5.4 as lua5.4"))
  func anotherLuaIsAProgramThatGetsOneScriptAfterTheOther() throws {
    let place = try place(PatchedModule.wrongLength)
    let result = try place(
      "explore", "new.wasm", "--against", try #require(Self.program), "--runs", "2500")
    #expect(result.code == 1)
    #expect(result.output.contains("len"), "\(result.output)")
    try place.write("fixtures/length.lua", "local x = 1\nprint(x)\nreturn string.len('four')\n")
    let reduced = try place(
      "reduce", "length", "--module", "new.wasm", "--against", try #require(Self.program))
    #expect(reduced.code == 0, "\(reduced.error)")
    #expect(reduced.output.contains("string.len("), "\(reduced.output)")
    // What scripts change is put back between them, and what they must not see is not there.
    try place.write(
      "fixtures/hostile.lua",
      "string.len = nil\nsetmetatable(_G, {__metatable = 1})\nreturn tostring(io) .. tostring(os)\n")
    let hostile = try place("reduce", "hostile", "--against", try #require(Self.program))
    #expect(hostile.code == 0, "\(hostile.error)")
    #expect(!FileManager.default.fileExists(atPath: place.path + "/.lua"))
  }
}
