// Variants of goldens, for builds that answer otherwise.
import Foundation
import Testing

private let suite = [
  "fixtures/sort.lua": "return _VERSION\n", "expected/sort.golden": "result string 7 \"Lua 5.4\"\n",
  "fixtures/plain.lua": "return 1\n", "expected/plain.golden": "result integer 1\n",
]

@Suite struct VariantTests {
  private let newer = Workplace.packageRoot + "/Tests/Builds/lua-5.5.wasm"

  @Test func aVariantCountsForTheBuildWhoseNameItHas() throws {
    let place = try Workplace(suite)
    #expect(try place("--module", newer).code == 1)
    let bless = try place("bless", "--module", newer, "--variant", "lua-5.5")
    #expect(bless.output.hasPrefix("new expected/sort.lua-5.5.golden\n"))
    // What the plain golden says already needs no variant.
    #expect(bless.output.hasSuffix("goldens: 1 new, 1 unchanged\n"))
    #expect(!place.exists("expected/plain.lua-5.5.golden"))
    for words in [["--strict"], ["--strict", "--module", newer], ["--strict", "--variant", "other"]] {
      let result = try place.start(words).finish()
      #expect(result.output.hasPrefix("2 cases: 2 passed"), "\(words): \(result.output)")
    }
    #expect(
      try place("--variant", "lua-5.5").output.contains("sort.lua, golden expected/sort.lua-5.5.golden\n"))
    // A variant that is not used stays, one without a fixture does not.
    try place.write("expected/gone.lua-5.5.golden", "result nil\n")
    let prune = try place("bless", "--prune")
    #expect(prune.output == "deleted expected/gone.lua-5.5.golden\ngoldens: 2 unchanged, 1 deleted\n")
    // Where a variant is there, it is what is blessed.
    try place.write("fixtures/sort.lua", "return _VERSION .. '!'\n")
    #expect(try place("bless", "--module", newer).output.hasPrefix("changed expected/sort.lua-5.5.golden\n"))
    #expect(try place.read("expected/sort.golden") == "result string 7 \"Lua 5.4\"\n")
  }

  @Test func otherCommandsFollow() throws {
    let place = try Workplace(suite)
    try place.write("expected/sort.lua-5.5.golden", "result string 7 \"Lua 5.5\"\n")
    #expect(try place("explain", "sort", "--module", newer).code == 0)
    #expect(try place("explain", "sort", "--variant", "lua-5.5").code == 1)
    for words in [["--module", newer], ["--variant", "lua-5.5"]] {
      let list = try place.start(["list", "--format", "json"] + words).finish().output
      #expect(list.contains(#""golden" : "expected/sort.lua-5.5.golden""#), "\(list)")
      #expect(list.contains(#""golden" : "expected/plain.golden""#))
    }
    #expect(try place("list", "--format", "json").output.contains(#""golden" : "expected/sort.golden""#))
    #expect(try place("compare", "lua.wasm", newer).output.contains("fixed 1 case"))
    // A report's command has the variant, too.
    #expect(
      try place("--variant", "lua-5.5").output.contains("`touchstone explain sort --variant lua-5.5` shows"))
  }

  @Test func anIdThatReadsAsAVariantOfAnotherIsRefused() throws {
    let place = try Workplace(suite)
    try place.write("fixtures/sort.lua-5.5.lua", "return 1\n")
    for command in ["run", "bless", "list"] {
      let result = try place(command)
      #expect(result.code == 2)
      #expect(
        result.error
          == "touchstone: the golden of sort.lua-5.5 would be the variant lua-5.5 of that of sort; rename"
          + " fixtures/sort.lua-5.5.lua\n")
    }
    // A name that no variant can have is none.
    let other = try Workplace(["fixtures/a.lua": "", "fixtures/a.B.lua": "", "fixtures/x.y.lua": ""])
    #expect(try other("list", "--format", "ids").output == "a\na.B\nx.y\n")
  }
}
