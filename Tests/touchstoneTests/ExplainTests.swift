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
          1 "n" = integer 1, 9 bytes

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
          a Lua error was raised; this build cannot catch errors: script:1: no
            in luaD_throw, function 
        """))
    #expect(result.output.contains(/in compute, function \d+, at byte 0x[0-9a-f]+\n/))
    #expect(result.output.hasSuffix("\ngolden\n  + trap unreachable\n"))
    // A trap that the golden expects is explained as well.
    try place.write("expected/raised.golden", "trap unreachable\n")
    let expected = try place("explain", "raised", "--module", "trapping.wasm")
    #expect(expected.code == 0)
    #expect(
      expected.output.contains("\n  a Lua error was raised; this build cannot catch errors: script:1: no\n"))
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

  @Test func aCaseThatARunSkipsIsRunAllTheSame() throws {
    let place = try Workplace(["fixtures/a.lua": "--! skip: not yet\nreturn 7\n"])
    for golden in [nil, "result integer 8\n", "result integer 7\n"] {
      if let golden { try place.write("expected/a.golden", golden) }
      let result = try place("explain", "a")
      #expect(result.code == 0)
      #expect(
        result.output.hasPrefix(
          """
          a  skip: not yet
          fixture fixtures/a.lua
          golden  expected/a.golden
          skip: not yet
          what follows is from running it all the same

          source
          """))
      #expect(result.output.contains("\nanswer\n  result integer 7\n"))
      #expect(!result.output.contains("there is no golden"))
    }
    #expect(try place().code == 0)
  }

  @Test func aFixtureThatIsWrongIsABadCaseAsInARun() throws {
    let place = try Workplace([
      "fixtures/seed.lua": "--! seed: 2 \"x\" = string abc\n",
      "fixtures/long.lua": "return 1 --" + String(repeating: "x", count: 17_000_000),
    ])
    let reason = "fixtures/seed.lua:1: seed needs TABLE \"key\" = VALUE: a string reads: string \"abc\"\n"
    let seed = try place("explain", "seed")
    #expect(seed.code == 1)
    #expect(seed.error == "")
    #expect(
      seed.output == "seed\nfixture fixtures/seed.lua\ngolden  expected/seed.golden\nERROR: " + reason)
    let long = try place("explain", "long")
    #expect(long.code == 1)
    #expect(long.output.contains("\nERROR: the source of step 1, 17000011 bytes, could not be loaded: "))
    let run = try place("fixtures/seed.lua")
    #expect(run.code == 1)
    #expect(run.output.contains(reason))
  }

  @Test(arguments: [
    ("\u{feff}return 1\n", "byte order mark"), ("#!/bin/lua\nreturn 1\n", "line for the system (#!)"),
  ])
  func whatStandsBeforeTheSourceIsNamed(source: String, name: String) throws {
    let place = try Workplace(["fixtures/a.lua": source])
    let sentence = "the file begins with a \(name), which Lua takes for source here; "
    #expect(try place("explain", "a").output.contains("\n  \(sentence)"))
    #expect(try place().output.contains("\n  # \(sentence)"))
    #expect(try place("bless").output.contains("\n  # \(sentence)"))
    #expect(try !place.read("expected/a.golden").contains(name))
    // The mark is not what is wrong with a source that runs into something else.
    try place.write("fixtures/a.lua", "error('#')\n")
    #expect(try !place("explain", "a").output.contains("takes for source"))
  }

  @Test func aModuleThatIsNotThereCanBeNamed() throws {
    let place = try Workplace(["fixtures/a.lua": "return require('lib.stack').name\n"])
    let sentence = "`--! module: lib.stack = PATH` at the fixture's start says "
    #expect(try place("explain", "a").output.contains("\n  \(sentence)"))
    #expect(try place().output.contains("\n  # \(sentence)"))
    #expect(try place("bless").output.contains("\n  # \(sentence)"))
    // As it is meant, it needs no remark.
    #expect(try !place().output.contains(sentence))
    try place.write("lib/stack.lua", "return {name = 'stack'}\n")
    try place.write(
      "fixtures/a.lua", "--! module: lib.stack = ../lib/stack.lua\nreturn require('lib.stack').name\n")
    #expect(try place("explain", "a").output.contains("result string 5 \"stack\""))
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
