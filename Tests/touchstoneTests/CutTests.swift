// What a build leaves out of its answers is said: the message of an error that it cannot catch, and output that it cut.
import Foundation
import Testing

@Suite struct CutTests {
  private func place(_ files: [String: String] = [:]) throws -> Workplace {
    let place = try Workplace(files)
    try place.write("old.wasm", try PatchedModule.lua(PatchedModule.trapping))
    return place
  }

  @Test(arguments: [
    ("error('boom')", "a Lua error was raised; this build cannot catch errors: eval:1: boom"),
    (
      "local t = nil\n\nreturn t.x",
      "this build cannot catch errors: eval:3: attempt to index a nil value (local 't')"
    ),
    (
      "return 1 +",
      "the source has a syntax error; this build cannot catch errors: eval:1: unexpected symbol near <eof>"
    ),
    ("error('\\27[31m\\n')", "this build cannot catch errors: eval:1: \\x1b[31m\\n"),
    ("error({})", "a Lua error was raised; this build cannot catch errors"),
    ("coroutine.wrap(function() error('inside') end)()", "this build cannot catch errors: eval:1: inside"),
  ])
  func evalSaysWhichErrorABuildCannotCatch(source: String, sentence: String) throws {
    let result = try place()("eval", "--module", "old.wasm", source)
    #expect(result.code == 1)
    #expect(result.error.hasPrefix("trap: unreachable\n  in luaD_throw\n"))
    #expect(result.error.hasSuffix(sentence.replacing("eval:", with: "script:") + "\n"), "\(result.error)")
  }

  @Test func runAndExplainAndCompareSayItToo() throws {
    let place = try place([
      "fixtures/a.lua":
        "_home.n = 1\n--! step\nprint('before')\nerror('boom ' .. _home.n)\n--! step\nreturn 1\n"
    ])
    #expect(try place("bless").code == 0)
    let sentence = "a Lua error was raised; this build cannot catch errors: script:2: boom 1\n"
    #expect(try place("--module", "old.wasm").output.contains("\n  # \(sentence)"))
    #expect(try place("explain", "a", "--module", "old.wasm").output.contains("  \(sentence)"))
    #expect(try place("compare", "lua.wasm", "old.wasm").output.contains("# new: \(sentence)"))
  }

  @Test func withoutNamesThereIsNoMessage() throws {
    let place = try Workplace()
    try place.write("old.wasm", try QuirkModule.published.bytes)
    let result = try place("eval", "--module", "old.wasm", "error")
    #expect(result.error.hasSuffix("  in compute\na Lua error was raised; this build cannot catch errors\n"))
  }

  @Test func outputThatTheBuildCutIsSaid() throws {
    let place = try Workplace([
      "fixtures/lines.lua": "for i = 1, 7000 do print('line ' .. i) end\nreturn 'ok'\n",
      "fixtures/meant.lua":
        "--! expect-cut: what is beyond the limit is the subject\nprint(('x'):rep(70000))\n",
      "fixtures/short.lua": "print('...')\n",
    ])
    let blessed = try place("bless")
    let sentence =
      "the build cut the output; what the script prints behind that is not in the answer, and not compared"
    #expect(blessed.output.components(separatedBy: "  # \(sentence)\n").count == 2)
    #expect(try place().code == 0)
    let strict = try place("--strict")
    #expect(strict.code == 1)
    #expect(strict.output.contains("FAIL lines: \(sentence); print less, or say `--! expect-cut: reason`\n"))
    #expect(strict.output.contains("3 cases: 3 passed in "))
    #expect(try place("explain", "lines").output.contains("  \(sentence)\n"))
  }

  @Test func outputCutByAPublishedBuildIsSaid() throws {
    let place = try Workplace(["fixtures/output.lua": "output"])
    try place.write("old.wasm", try QuirkModule.published.bytes)
    #expect(try place("bless", "--module", "old.wasm").output.contains("  # the build cut the output; "))
  }
}
