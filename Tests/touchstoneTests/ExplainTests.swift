// touchstone explain on the real lua.wasm.
import Foundation
import Testing

@Suite struct ExplainTests {
  private let files = [
    "fixtures/d/steps.lua": "-- a comment\n_home.n = 1\nreturn 'a\\n'\n--! step\n\treturn _home.n + 1\n",
    "expected/d/steps.golden":
      "step 1\nresult string 2 \"a\\n\"\nstep 2\nresult integer 2\ntables\n1 \"n\" = integer 1\n",
    "fixtures/raised.lua": "local function f() error('no') end\nf()\n",
  ]

  @Test func everythingIsShown() throws {
    let place = try Workplace(files)
    let result = try place("explain", "d/steps")
    #expect(result.code == 0)
    #expect(
      result.output.hasPrefix(
        """
        d/steps  steps=2
        fixture fixtures/d/steps.lua
        golden  expected/d/steps.golden
        pass

        source
          ── step 1
          1 | -- a comment
          2 | _home.n = 1
          3 | return 'a\\n'
          ── step 2
          5 |     return _home.n + 1

        step 1
          result string 2 "a\\n"
          compute answered 11, the buffer holds
            0000  00 00 00 00 04 02 00 00 00 61 0a                 .........a.

        step 2
          result integer 2
          compute answered 13, the buffer holds
            0000  00 00 00 00 02 02 00 00 00 00 00 00 00           .............

        host calls
          1  js_ext_table_set(1, "n", integer 1) = 0
          2  js_ext_table_get(1, "n") = 9: integer 1

        external tables
          1 "n" = integer 1

        cost
          instructions  
        """))
    #expect(result.output.contains("\nwhere the instructions went\n"))
    #expect(result.output.contains("luaV_execute\n"))
    #expect(result.output.hasSuffix("\ngolden\n  the answer is as the golden says\n"))
    #expect(try place("explain", "fixtures/d/steps.lua").output.hasPrefix("d/steps"))
  }

  @Test func theInstructionsOfAllStacksAddUpToTheCount() throws {
    let place = try Workplace(files)
    let result = try place("explain", "d/steps", "--profile", "stacks.txt", "--top", "3")
    let count = try #require(result.output.firstMatch(of: /instructions  ([0-9,]+)/)?.1)
    var sum = 0
    for line in try place.read("stacks.txt").split(separator: "\n") {
      let parts = line.split(separator: " ")
      #expect(parts.count == 2)
      #expect(parts[0].hasPrefix("compute"))
      sum += Int(parts[1]) ?? 0
    }
    #expect(sum == Int(count.filter { $0 != "," }))
    #expect(result.output.contains(" more (--top shows more)\n"))
  }

  @Test func aTrapIsShownWithItsBacktraceAndTheLuaCause() throws {
    let place = try Workplace(files)
    try place.write("trapping.wasm", try PatchedModule.lua(PatchedModule.trapping))
    let result = try place("explain", "raised", "--module", "trapping.wasm")
    #expect(result.code == 1)
    #expect(
      result.output.contains(
        "\nERROR: trap: unreachable in luaD_throw < luaG_errormsg < lua_error; there is no golden expected/raised.golden\n"
      ))
    #expect(
      result.output.contains(
        """

        answer
          trap unreachable
          a Lua error was raised; this build cannot catch errors
            in luaD_throw, function 
        """))
    #expect(result.output.contains(/in compute, function \d+, at byte 0x[0-9a-f]+\n/))
    #expect(result.output.hasSuffix("\ngolden\n  + trap unreachable\n"))
  }

  @Test func anErrorIsShownRawAsWell() throws {
    let place = try Workplace(files)
    let result = try place("explain", "raised")
    #expect(result.output.contains("\n  error \"script:1: no\"\n  compute answered -13, the buffer holds\n"))
  }

  @Test func aCaseThatIsNotThereIsNamedWithWhatIsLikeIt() throws {
    let place = try Workplace(files)
    let result = try place("explain", "steps")
    #expect(result.code == 4)
    #expect(result.output == "nothing was selected: there is no case steps; did you mean d/steps?\n")
    #expect(try place("explain").code == 2)
  }

  @Test func anEndlessLoopIsExplainedAsFarAsItCame() throws {
    let place = try Workplace(["fixtures/loop.lua": "--! timeout: 0.05\nwhile true do end\n"])
    let result = try place("explain", "loop")
    #expect(result.code == 1)
    #expect(result.output.contains("\n  limit time\n"))
    #expect(result.output.contains(", as far as the clock let it come\n"))
    #expect(result.output.contains("luaV_execute\n"))
  }
}
