// touchstone compare on the real lua.wasm and on builds of it that differ in one function.
import Foundation
import Testing

private let fixtures = [
  "fixtures/caught.lua": "local ok, message = pcall(error, 'no')\nprint(message)\nreturn ok\n",
  "fixtures/concat.lua": "local s = ''\nfor i = 1, 50 do s = s .. i end\nreturn s\n",
  "fixtures/d/length.lua": "return string.len('four')\n",
  "fixtures/d/steps.lua": "_home.n = 1\nreturn 1\n--! step\n_home.n = string.len('ab')\nreturn _home.n\n",
  "fixtures/plain.lua": "print('hi')\nreturn 1 + 1\n",
  "fixtures/raised.lua": "error('never caught', 0)\n",
]

@Suite struct CompareTests {
  /// A directory with fixtures, their goldens, and two builds.
  private func place(
    old: PatchedModule.Patch? = nil, new: PatchedModule.Patch? = nil, goldens: Bool = true
  ) throws -> Workplace {
    let place = try Workplace(fixtures)
    if goldens { #expect(try place("bless").code == 0) }
    for (name, patch) in [("old.wasm", old), ("new.wasm", new)] {
      try place.write(name, try patch.map { try PatchedModule.lua($0) } ?? PatchedModule.lua())
    }
    return place
  }

  @Test func aBuildComparedWithItselfSaysSoAndSucceeds() throws {
    let place = try Workplace(fixtures)
    let result = try place("compare", "lua.wasm", "lua.wasm", "--max-cost-growth", "0")
    #expect(result.code == 0)
    #expect(result.output.contains("both files are the same build, sha256 "))
    #expect(result.output.contains("\n6 cases: 6 same in "))
    #expect(result.output.contains(", the same in each\n"))
    #expect(result.error == "")
  }

  @Test func aWrongAnswerIsBrokenAndTheFunctionIsNamed() throws {
    let place = try place(new: PatchedModule.wrongLength)
    let result = try place("compare", "old.wasm", "new.wasm", "--json", "report.jsonl", "-j", "2")
    #expect(result.code == 1)
    #expect(result.output.contains("functions differs: str_len\n"))
    #expect(result.output.contains("broken 2 cases: integer → string\n"))
    #expect(
      result.output.contains(
        """
          broken d/length
            was result integer 4, is result string 4 "FOUR"
              - result integer 4
              + result string 4 "FOUR"

        """))
    #expect(result.output.contains("step 2: was result integer 2, is result string 2 \"AB\""))
    #expect(result.output.contains("# the runs part in str_len < precallC < luaD_precall < luaV_execute < "))
    #expect(result.output.contains("the old one calls luaL_checklstring after "))
    #expect(result.output.contains(", the new one calls str_upper after 2 instructions\n"))
    #expect(result.output.contains("# the first function entered whose code differs is str_len\n"))
    #expect(
      result.output.contains(
        "# the first host call that differs is number 2: was js_ext_table_set(1, \"n\", integer 2) = 0, is"
          + " js_ext_table_set(1, \"n\", string 2 \"AB\") = 0\n"))
    #expect(result.output.contains("\n6 cases: 4 same, 2 broken in "))

    let json = try place.read("report.jsonl")
    #expect(json.contains(#""verdict":"broken""#))
    #expect(json.contains(#""oldModule":"old.wasm""#))
    #expect(json.contains(#""function":"str_len""#))
  }

  @Test func withoutGoldensAnotherAnswerIsChanged() throws {
    let place = try place(new: PatchedModule.wrongLength, goldens: false)
    let result = try place("compare", "old.wasm", "new.wasm", "--filter", "d/*")
    #expect(result.code == 1)
    #expect(result.output.contains("changed 2 cases: integer → string\n"))
    #expect(result.output.contains("\n2 cases: 2 changed in "))
  }

  @Test func whatTheNewBuildDoesRightIsFixedAndFailsNothing() throws {
    let place = try place(old: PatchedModule.trapping)
    let result = try place("compare", "old.wasm", "new.wasm", "--junit", "junit.xml")
    #expect(result.code == 0)
    #expect(
      result.output.contains(
        "fixed 1 case: trap unreachable (a Lua error was raised; this build cannot catch errors) → a value\n")
    )
    #expect(
      result.output.contains(
        "fixed 1 case: trap unreachable (a Lua error was raised; this build cannot catch errors) → Lua error\n"
      ))
    #expect(
      result.output.contains("# the runs part in luaD_throw < luaG_errormsg < lua_error < luaB_error < "))
    #expect(result.output.contains("the old one ends after 1 instruction, the new one "))
    #expect(result.output.contains("\n6 cases: 4 same, 2 fixed in "))

    let junit = try place.read("junit.xml")
    #expect(junit.contains(#"<testsuites name="touchstone compare" time="#))
    #expect(junit.contains(#"tests="6" failures="0" errors="0""#))
    #expect(junit.contains(#"<property name="module.old" value="old.wasm"/>"#))
    let back = try place("compare", "new.wasm", "old.wasm", "--junit", "junit.xml")
    #expect(back.code == 1)
    #expect(try place.read("junit.xml").contains(#"<failure type="broken" message="was result "#))
  }

  @Test func whatCostsMoreThanAllowedIsNamedWithTheFunctionsThatCostIt() throws {
    let place = try place(new: PatchedModule.slower)
    let lenient = try place("compare", "old.wasm", "new.wasm")
    #expect(lenient.code == 0)
    #expect(lenient.output.contains("\n6 cases: 6 same in "))
    #expect(lenient.output.contains("instructions of the cases that answer alike: "))
    let strict = try place("compare", "old.wasm", "new.wasm", "--max-cost-growth", "0.01%")
    #expect(strict.code == 1)
    #expect(
      strict.output.contains(
        ": costs more\n  cost concat\n    costs more than the 0.0 % growth allowed: instructions: "))
    #expect(
      strict.output.contains(
        "# both runs make the same calls, memory management aside: they part in data alone, or within a function\n"
      ))
    #expect(
      strict.output.contains(
        "# they first execute another number of instructions in luaV_concat < luaV_execute < "))
    #expect(strict.output.contains("# luaV_concat itself: "))
    #expect(try place("compare", "old.wasm", "new.wasm", "--max-cost-growth", "50").code == 0)
  }

  @Test func manyDifferencesAreGroupedAndAFewOfThemReplayed() throws {
    var files: [String: String] = [:]
    for number in 0..<60 { files["fixtures/e\(number).lua"] = "return pcall(error, \(number))\n" }
    for number in 0..<30 { files["fixtures/s\(number).lua"] = "return load('x =', '\(number)')\n" }
    let place = try Workplace(files)
    try place.write("old.wasm", try PatchedModule.lua(PatchedModule.trapping))
    let result = try place("compare", "old.wasm", "lua.wasm", "--replays", "4", "--json", "report.jsonl")
    #expect(result.code == 1)
    #expect(
      result.output.contains(
        "\nchanged 60 cases: trap unreachable (a Lua error was raised; this build cannot catch errors) → a value\n"
      ))
    #expect(
      result.output.contains(
        "\nchanged 30 cases: trap unreachable (the source has a syntax error; this build cannot catch errors) → a value\n"
      ))
    #expect(result.output.contains(" and 47 more\n"))
    #expect(result.output.contains("# 2 cases replayed; they part in luaD_throw (2)\n"))
    #expect(result.output.split(separator: "\n").count < 40)
    let cases = try place.read("report.jsonl").split(separator: "\n").filter { $0.contains(#""case":{"#) }
    #expect(cases.count == 90)
    #expect(cases.count { $0.contains(#""replay":{"#) } == 4)
    #expect(cases.count { $0.contains(#""replayedCase":""#) } == 86)

    // Shards of a comparison join to the same report.
    for shard in 1...2 {
      _ = try place(
        "compare", "old.wasm", "lua.wasm", "--replays", "0", "--shard", "\(shard)/2", "--json",
        "shard\(shard).jsonl")
    }
    let merged = try place("merge", "shard1.jsonl", "shard2.jsonl")
    #expect(merged.code == 1)
    #expect(merged.output.contains("\nchanged 60 cases: trap unreachable (a Lua error "))
    #expect(merged.output.contains("\n90 cases: 90 changed in "))
  }

  @Test func aBuildThatHangsIsBrokenAndTheFunctionInWhichItHangsIsNamed() throws {
    let place = try Workplace([
      "fixtures/a.lua": "return ('ab'):reverse()", "expected/a.golden": "result string 2 \"ba\"\n",
    ])
    try place.write("new.wasm", try PatchedModule.lua(PatchedModule.endless))
    let result = try place("compare", "lua.wasm", "new.wasm", "--timeout", "0.2")
    #expect(result.code == 1)
    #expect(result.output.contains("broken 1 case: a value → limit time\n"))
    #expect(result.output.contains("# the runs part in str_reverse < precallC < "))
    #expect(result.output.contains(/the new one goes on after [0-9,]+ instructions\n/))
  }

  @Test func everyCaseIsListedWithItsCostsOnRequest() throws {
    let place = try place(new: PatchedModule.slower)
    let result = try place("compare", "old.wasm", "new.wasm", "--verbose")
    #expect(
      result.output.contains(
        /same concat  [0-9,]+ → [0-9,]+ instructions \(\+[0-9.]+ %\), 32 → 32 pages \(\+0.0 %\)\n/))
    #expect(result.output.contains(/same plain  [0-9,]+ → [0-9,]+ instructions \(\+0.0 %\)/))
  }

  @Test func interruptionLeavesReportsOfWhatWasFinished() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1", "fixtures/b.lua": "while true do end"])
    let process = try place.start([
      "compare", "lua.wasm", "lua.wasm", "-j1", "--timeout", "60", "--json", "report.jsonl",
    ])
    Thread.sleep(forTimeInterval: 1)
    process.interrupt()
    let result = try process.finish()
    #expect(result.code == 130)
    #expect(result.output.contains("2 cases: 1 same, 1 not run in "))
    #expect(try place.read("report.jsonl").contains(#""verdict":"same""#))
  }

  @Test func theReportDoesNotDependOnTheNumberOfThreads() throws {
    let place = try place(new: PatchedModule.wrongLength)
    func text(_ jobs: String) throws -> String {
      try place("compare", "old.wasm", "new.wasm", "-j", jobs).output
        .replacing(/\ in [0-9.]+ (µs|ms|s)\n/, with: "\n")
    }
    #expect(try text("1") == text("5"))
  }

  @Test func aModuleThatCannotBeUsedIsAFaultAndSaysWhich() throws {
    let place = try Workplace(fixtures)
    try place.write("bad.wasm", "no module")
    let unreadable = try place("compare", "lua.wasm", "bad.wasm", "--junit", "junit.xml")
    #expect(unreadable.code == 3)
    #expect(unreadable.output.contains("ERROR bad.wasm cannot be used: "))
    #expect(try place.read("junit.xml").contains("<error type=\"fault\""))
    // Valid up to a body that leaves nothing on the stack.
    try place.write("invalid.wasm", try PatchedModule.lua(.init(function: "luaopen_utf8") { _ in [0x1A] }))
    let invalid = try place("compare", "lua.wasm", "invalid.wasm")
    #expect(invalid.code == 3)
    #expect(try place("compare", "lua.wasm").code == 2)
    #expect(try place("compare", "lua.wasm", "missing.wasm").code == 3)
    #expect(try place("compare", "lua.wasm", "lua.wasm", "--filter", "nothing").code == 4)
  }

  /// Builds that call otherwise in every case part there, whatever it is that they answer.
  @Test func whatBuildsDoDifferentlyThroughoutIsLeftOutAndTheFunctionsOfOneRunAreNamed() throws {
    let words = ["a", "b", "c", "d", "x"]
    func build(prologue: String, answer: String) -> QuirkModule {
      let functions = """
          (func $open (call $first)) (func $first) (func $second)
          (func $format_float (result i64) (i64.const 1)) (func $format_integer (result i64) (i64.const 2))
          (func $reply (param $value i64) (result i32)
            (i32.store (i32.const 65536) (i32.const 0))
            (i32.store8 (i32.const 65540) (i32.const 2)) (i64.store (i32.const 65541) (local.get $value))
            (i32.const 13))

        """
      return QuirkModule(
        behaviours: words.enumerated().map { index, word in
          (
            word,
            .code(
              "(call \(prologue)) (call $reply \(word == "x" ? "(call \(answer))" : "(i64.const 7)"))",
              functions: index == 0 ? functions : "")
          )
        })
    }
    let place = try Workplace()
    for word in words { try place.write("fixtures/\(word).lua", word) }
    try place.write("old.wasm", build(prologue: "$open", answer: "$format_integer").bytes)
    try place.write("new.wasm", build(prologue: "$second", answer: "$format_float").bytes)
    let result = try place("compare", "old.wasm", "new.wasm", "--json", "report.jsonl")
    #expect(result.code == 1)
    #expect(
      result.output.contains(
        "the builds make other calls even where they answer alike: in compute the old one calls open and the new"
          + " one calls second, for instance in a; "))
    #expect(result.output.contains("# only the old run enters format_integer\n"))
    #expect(result.output.contains("# only the new run enters format_float\n"))
    #expect(!result.output.contains("the runs part in"))
    #expect(result.output.contains("5 cases: 4 same, 1 changed in "))
    #expect(
      try place.read("report.jsonl").contains(
        #""entered":{"onlyNew":["format_float"],"onlyOld":["format_integer"]}"#))
  }
}
