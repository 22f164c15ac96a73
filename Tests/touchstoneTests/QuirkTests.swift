// What builds in the wild really do, and that the decoder, the reports and the comparison say so.
import LuaHost
import Testing

/// One word for each quirk.
private let words = QuirkModule.published.behaviours.map(\.word)

@Suite struct QuirkTests {
  /// Runs words on the published build, a step each.
  private func run(_ words: String..., on module: QuirkModule = .published) throws -> CaseOutcome {
    let module = try LuaModule(bytes: module.bytes)
    try module.finishValidation()
    return try module.makeExecutor().run(CaseRequest(steps: words.map { .source(Array($0.utf8)) }))
  }

  @Test func everyErrorTrapsAndTheNextCaseStartsAfresh() throws {
    let module = try LuaModule(bytes: QuirkModule.published.bytes)
    let machine = try module.makeExecutor()
    for word in ["error", "syntax", "yield"] {
      let outcome = try machine.run(
        CaseRequest(steps: [.source(Array(word.utf8)), .source(Array("keep".utf8))]))
      guard case .trap("unreachable", let frames) = outcome.steps[0].result else {
        Issue.record("\(word) did not trap")
        continue
      }
      #expect(frames.first == "luaD_throw")
      #expect(frames.last == "compute")
      #expect(outcome.steps[0].backtrace.map(\.label) == frames)
      #expect(outcome.steps[1].result == .notRun)
      let next = try machine.run(CaseRequest(steps: [.source(Array("keep".utf8))]))
      #expect(next.steps[0].result == .value(.value(.integer(42))))
      #expect(next.steps[0].output == Array("kept\n".utf8))
    }
  }

  @Test func valuesWithoutATagStayRaw() throws {
    let outcome = try run("table", "function")
    #expect(outcome.steps[0].result == .value(.raw([0, 0, 0, 0] + Array("table".utf8))))
    #expect(outcome.steps[1].result == .value(.raw([0, 0, 0, 0] + Array("function".utf8))))
  }

  @Test func theEmptyStringIsNoValue() throws {
    let outcome = try run("quotes")
    #expect(outcome.steps[0].result == .value(.none))
    #expect(outcome.steps[0].answer == 4)
    #expect(outcome.steps[0].rawAnswer == [0, 0, 0, 0])
  }

  @Test func integralFloatsAreIntegersAndFormatsAreLeftAlone() throws {
    let outcome = try run("division", "percent")
    #expect(outcome.steps[0].result == .value(.value(.integer(5))))
    #expect(outcome.steps[1].result == .value(.value(.string(Array("%5.2f".utf8)))))
  }

  @Test func aHeaderThatDoesNotCountTheDotsIsNotTrusted() throws {
    let step = try run("output").steps[0]
    guard case .value(.raw(let bytes)) = step.result else {
      Issue.record("the answer was decoded: \(step.result)")
      return
    }
    #expect(bytes.count == 63_504)
    #expect(bytes[63_492...63_495] == [0x2E, 0x2E, 0x2E, 2])
    #expect(step.output.isEmpty)
  }

  @Test func aCutStringIsAStringOfTheLengthThatIsLeft() throws {
    guard case .value(.value(.string(let bytes))) = try run("long").steps[0].result else {
      Issue.record("the answer is no string")
      return
    }
    #expect(bytes.count == 65_527)
  }

  @Test func theClockIsVirtualAndAdvancesWithEachReading() throws {
    let outcome = try run("clock", "clock")
    #expect(outcome.steps[0].result == .value(.value(.integer(0))))
    #expect(outcome.steps[1].result == .value(.value(.integer(1))))
  }

  @Test func fourExportsAreEnough() throws {
    var module = QuirkModule.published
    module.hasOptionalExports = false
    #expect(try run("keep", on: module).steps[0].result == .value(.value(.integer(42))))
    let place = try Workplace()
    try place.write("old.wasm", try module.bytes)
    let result = try place("inspect", "old.wasm")
    #expect(result.code == 0)
    #expect(result.output.contains("meets the contract of lua.wasm"))
    #expect(result.output.contains("set_memory_alias_enabled"))
  }

  @Test func anOlderBuildHasLessMemory() throws {
    #expect(try run("keep").peakPages == 28)
    #expect(try run("keep", on: .proper).peakPages == 32)
  }

  @Test func aRunNamesTheLuaCauseOfATrap() throws {
    let place = try Workplace([
      "fixtures/error.lua": "error", "fixtures/syntax.lua": "syntax", "fixtures/yield.lua": "yield",
      "fixtures/table.lua": "table",
    ])
    try place.write("old.wasm", try QuirkModule.published.bytes)
    let result = try place("--module", "old.wasm", "--junit", "junit.xml")
    #expect(result.code == 1)
    #expect(
      result.output.contains(
        """
          # in luaD_throw < luaG_errormsg < lua_error < luaB_error < compute
          # a Lua error was raised; this build cannot catch errors

        """))
    #expect(result.output.contains("# the source has a syntax error; this build cannot catch errors\n"))
    #expect(result.output.contains("# a coroutine yielded; this build cannot leave a coroutine\n"))
    #expect(result.output.contains(#"+ result raw 9 "\x00\x00\x00\x00table""#))
    #expect(
      try place.read("junit.xml").contains(#"<error type="trap" message="trap: unreachable in luaD_throw"#))
  }

  /// Goldens of what the contract says decide which of two builds is right.
  @Test func comparedWithAProperBuildEveryQuirkIsFixed() throws {
    let place = try Workplace(Dictionary(uniqueKeysWithValues: words.map { ("fixtures/\($0).lua", $0) }))
    try place.write("old.wasm", try QuirkModule.published.bytes)
    try place.write("new.wasm", try QuirkModule.proper.bytes)
    #expect(try place("bless", "--module", "new.wasm").code == 0)
    let forth = try place("compare", "old.wasm", "new.wasm", "--json", "forth.jsonl")
    // The clock is read no more, which no golden tells.
    #expect(forth.code == 1)
    #expect(forth.output.contains("13 cases: 1 same, 1 changed, 11 fixed in "))
    #expect(forth.output.contains("changed 1 case: other host calls\n  changed clock\n"))
    #expect(
      forth.output.contains(
        "trap unreachable (a Lua error was raised; this build cannot catch errors) → Lua error"))
    #expect(
      forth.output.contains(
        "trap unreachable (a coroutine yielded; this build cannot leave a coroutine) → a value"))
    #expect(forth.output.contains("undecodable answer → a value"))
    #expect(forth.output.contains("undecodable answer → Lua error"))
    #expect(forth.output.contains("no value → string"))
    #expect(forth.output.contains("integer → float"))
    #expect(forth.output.contains("another string"))
    #expect(forth.output.contains("a value → Lua error"))
    #expect(
      forth.output.contains(
        "was js_ext_table_set(1, \"a\", raw 1 \"h\") = 0, is js_ext_table_set(1, \"b\", raw 1 \"h\") = 0"))
    #expect(forth.output.contains("peak memory pages: keep 28 → 32"))
    let back = try place("compare", "new.wasm", "old.wasm")
    #expect(back.code == 1)
    #expect(back.output.contains("13 cases: 1 same, 11 broken, 1 changed in "))
  }
}
