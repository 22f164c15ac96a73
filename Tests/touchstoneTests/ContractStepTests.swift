// Calls of exports and new instances as steps, through every command that shows them.
import Foundation
import Testing

@Suite struct ContractStepTests {
  private let fixture = """
    _home.n = 1
    --! call get_memory_table_id
    --! call attach_memory_table 7
    _home.n = 2
    return _home
    --! call get_memory_stats
    --! call get_weather 1 2
    --! new instance
    return _home.n

    """
  private let golden = """
    step 1
    result nil
    step 2
    call get_memory_table_id = 1
    step 3
    call attach_memory_table 7 =
    step 4
    result table 7
    step 5
    call get_memory_stats = 65536
    step 6
    call get_weather 1 2 = missing
    step 7
    new instance
    step 8
    result integer 1
    tables
    1 "n" = integer 1
    7 "n" = integer 2

    """

  @Test func callsAndNewInstancesStandInGoldens() throws {
    let place = try Workplace(["fixtures/calls.lua": fixture])
    #expect(try place("bless").code == 0)
    let written = try place.read("expected/calls.golden")
    let comment = try #require(written.split(separator: "\n").first { $0.hasPrefix("#") })
    #expect(comment.contains(/^# Lua heap \d+ bytes, memory 32 pages$/))
    #expect(written.replacing("\(comment)\n", with: "") == golden)
    #expect(try place().code == 0)
    // What stands in a comment is not compared.
    try place.write("expected/calls.golden", golden)
    #expect(try place().code == 0)
  }

  @Test func anotherResultFailsAndEveryReportSaysWhich() throws {
    let place = try Workplace([
      "fixtures/calls.lua": fixture,
      "expected/calls.golden": golden.replacing("table_id = 1", with: "table_id = 3"),
    ])
    let result = try place("--junit", "r.xml", "--html", "r.html", "--json", "r.jsonl")
    #expect(result.code == 1)
    let sentence = "step 2: expected call get_memory_table_id = 3, got call get_memory_table_id = 1"
    #expect(result.output.contains("  \(sentence)\n"))
    #expect(
      result.output.contains("    - call get_memory_table_id = 3\n    + call get_memory_table_id = 1\n"))
    for report in ["r.xml", "r.html", "r.jsonl"] {
      #expect(try place.read(report).contains("get_memory_table_id = 1"), "\(report)")
    }
    let explained = try place("explain", "calls").output
    #expect(
      explained.contains(
        "  ── step 3\n   3 | --! call attach_memory_table 7\n  ── step 4\n   4 | _home.n = 2\n"))
    #expect(explained.contains("\nstep 7\n  new instance\n"))
    #expect(try place("list").output.hasPrefix("calls  steps=8\n"))
  }

  @Test func aCallThatTrapsEndsTheCaseAndCountsAgainstItsLimits() throws {
    let place = try Workplace(["fixtures/trap.lua": "--! fuel: 1000\n--! call run_gc\n--! call init\n"])
    #expect(try place("bless").code == 0)
    #expect(try place.read("expected/trap.golden") == "step 1\nlimit fuel\nstep 2\nnot run\n")
    try place.write(
      "new.wasm", try PatchedModule.lua(PatchedModule.Patch(function: "run_gc") { _ in [0x00] }))
    try place.write("fixtures/trap.lua", "--! call run_gc\n--! call init\n")
    #expect(try place("bless", "--module", "new.wasm").code == 0)
    #expect(
      try place.read("expected/trap.golden") == "step 1\ntrap unreachable\n# in run_gc\nstep 2\nnot run\n")
  }

  @Test func aCallThatCannotBeMadeIsAnErrorOfItsCase() throws {
    let place = try Workplace([
      "fixtures/a.lua": "--! call attach_memory_table\n",
      "fixtures/b.lua": "--! call attach_memory_table 4294967296\n",
    ])
    let result = try place()
    #expect(result.code == 1)
    #expect(
      result.output.contains(
        "ERROR a\n  the call of step 1 cannot be made: attach_memory_table has the type [i32] -> [], and there are 0 arguments\n"
      ))
    #expect(
      result.output.contains(
        "ERROR b\n  the call of step 1 cannot be made: 4294967296 is no integer of 32 bits\n"))
  }

  @Test func memoryStatisticsThatAreNotWrittenShow() throws {
    let place = try Workplace(["fixtures/m.lua": "--! call get_memory_stats\n"])
    try place.write(
      "new.wasm", try PatchedModule.lua(PatchedModule.Patch(function: "get_memory_stats") { _ in [0x0F] }))
    #expect(try place("bless", "--module", "new.wasm").code == 0)
    #expect(try place.read("expected/m.golden").hasPrefix("call get_memory_stats = 4294967295\n"))
  }

  @Test func aNewInstanceKeepsTablesAndClockAndNothingElse() throws {
    let place = try Workplace(["fixtures/n.lua": "clock\n--! new instance\nclock\n--! new instance\nhome"])
    try place.write("old.wasm", try QuirkModule.published.bytes)
    #expect(try place("bless", "--module", "old.wasm").code == 0)
    #expect(
      try place.read("expected/n.golden") == """
        step 1
        result integer 0
        step 2
        new instance
        step 3
        result integer 1
        step 4
        new instance
        step 5
        result nil
        tables
        1 "a" = raw 1 "h"

        """)
  }

  @Test func comparisonsNameTheCallThatAnswersOtherwise() throws {
    let place = try Workplace(["fixtures/calls.lua": fixture])
    try place.write(
      "new.wasm",
      try PatchedModule.lua(PatchedModule.Patch(function: "get_memory_table_id") { _ in [0x41, 5, 0x0F] }))
    let result = try place("compare", "lua.wasm", "new.wasm")
    #expect(result.code == 1)
    #expect(result.output.contains("changed 1 case: another result of get_memory_table_id\n"))
    #expect(
      result.output.contains("step 2: was call get_memory_table_id = 1, is call get_memory_table_id = 5\n"))
  }
}
