// touchstone merge: four shards are one run, and what is no part of one run is refused.
import Foundation
import Testing

/// A suite in which everything occurs that a report can hold.
private func mixedSuite() throws -> Workplace {
  var files: [String: String] = ["fixtures/d1/defaults": "--! tags: second\n"]
  for number in 0..<60 {
    files["fixtures/d\(number % 4)/c\(number).lua"] = "print('case')\nreturn \(number)\n"
    files["expected/d\(number % 4)/c\(number).golden"] =
      "output 1 line, 5 bytes\n| case\nresult integer \(number % 20 == 7 ? -1 : number)\n"
  }
  files["fixtures/skipped.lua"] = "--! skip: not yet\nreturn 1\n"
  files["fixtures/known.lua"] = "--! expect-fail: known\nreturn 1\n"
  files["expected/known.golden"] = "result integer 2\n"
  files["fixtures/missing.lua"] = "return 1\n"
  files["fixtures/malformed.lua"] = "return 1\n"
  files["expected/malformed.golden"] = "result what\n"
  files["fixtures/endless.lua"] = "--! fuel: 5000\nwhile true do end\n"
  files["fixtures/unknown-directive.lua"] = "--! colour: red\n"
  for number in 0..<4 {
    files["fixtures/late\(number).lua"] = "return 1\n--! fuel: 1\n--! timeout: 1\n"
    files["expected/late\(number).golden"] = "result integer 1\n"
  }
  // Names whose escaped forms stand in another order than their bytes.
  for name in ["order/a\u{1}", "order/aA", "order/a z", "order/a'\"", "order/ä", "order/a-b", "order"] {
    files["fixtures/\(name).lua"] = "return #'\(name.utf8.count)'\n"
    files["expected/\(name).golden"] = "result integer \(name == "order" ? 1 : 2)\n"
  }
  for name in ["gone/x", "gone/y", "d0/stale"] { files["expected/\(name).golden"] = "result nil\n" }
  let place = try Workplace(files)
  // A baseline from which some cases have moved.
  _ = try place("--save-baseline", "old.costs", "--quiet")
  for number in [3, 8, 26] {
    try place.write(
      "fixtures/d\(number % 4)/c\(number).lua", "for i = 1, 100 do end\nprint('case')\nreturn \(number)\n")
  }
  return place
}

extension Workplace {
  /// Runs all shards of an engine with the same options, whose reports become `NAME-0.jsonl` and so on.
  fileprivate func runShards(_ engine: ShardEngine, _ options: [String], count: Int = 4) throws -> [String] {
    try (0..<count).map { index in
      let result = try start(
        ["run", "--json", "run.jsonl"] + options + engine.options,
        environment: engine.environment(index, count)
      ).finish()
      #expect([0, 1].contains(result.code), "\(result.error)")
      let name = "part-\(index).jsonl"
      try? FileManager.default.removeItem(atPath: path + "/" + name)
      try FileManager.default.moveItem(atPath: path + "/run.jsonl", toPath: path + "/" + name)
      return name
    }
  }

  /// Writes a copy of a JSON-lines report in which everything took the same time at the same moment.
  fileprivate func makeTimeless(_ name: String) throws -> String {
    let text = try read(name).replacing(/"(?<key>microseconds|startTime)":\d+/) {
      "\"\($0.output.key)\":7000"
    }
    try write("timeless-" + name, text)
    return "timeless-" + name
  }
}

/// Text of the console without durations.
private func timeless(_ text: String) -> String {
  text.replacing(/\d+(\.\d+)? (s|ms|µs)\b/, with: "0 s")
}

@Suite struct MergeTests {
  private let options = ["--baseline", "old.costs", "--max-cost-growth", "2%", "--verbose"]

  @Test(arguments: ShardEngine.all)
  func fourShardsMergedAreOneWholeRunInEveryReport(engine: ShardEngine) throws {
    let place = try mixedSuite()
    let whole = try place.start(
      [
        "run", "--json", "run.jsonl", "--junit", "whole.xml", "--html", "whole.html", "--save-baseline",
        "whole.costs",
      ] + options
    ).finish()
    #expect(whole.code == 1)
    // The suite has one of everything, or the comparison would show little.
    for status in ["passed", "failed", "error", "skipped", "expected-failure"] {
      #expect(try place.read("run.jsonl").contains("\"status\":\"\(status)\""))
    }
    #expect(try place.read("run.jsonl").contains("\"kind\":\"cost\""))
    #expect(whole.output.components(separatedBy: "this directive has no effect").count == 9)
    #expect(whole.output.components(separatedBy: "belongs to no fixture").count == 4)

    // A report merged alone is the report of the run itself, byte for byte.
    let again = try place(
      "merge", "run.jsonl", "--json", "again.jsonl", "--junit", "again.xml", "--html", "again.html",
      "--save-baseline", "again.costs", "--verbose")
    #expect(again.code == 1)
    #expect(timeless(again.output) == timeless(whole.output))
    try expectSame(place, "whole.xml", "again.xml")
    try expectSame(place, "whole.html", "again.html")
    try expectSame(place, "whole.costs", "again.costs")
    try expectSame(place, "run.jsonl", "again.jsonl")

    // Four shards merged are the run, byte for byte, when all take the same time.
    let everything = ["--junit", "o.xml", "--html", "o.html", "--save-baseline", "o.costs"]
    _ = try place.start(["run", "--json", "run.jsonl"] + everything + options).finish()
    let timelessWhole = try place.makeTimeless("run.jsonl")
    let parts = try place.runShards(engine, everything + options).map { try place.makeTimeless($0) }
    let a = try place(
      "merge", timelessWhole, "--json", "a.jsonl", "--junit", "a.xml", "--html", "a.html", "--verbose",
      "--save-baseline", "a.costs")
    let b = try place.start(
      [
        "merge", "--json", "b.jsonl", "--junit", "b.xml", "--html", "b.html", "--verbose", "--save-baseline",
        "b.costs",
      ] + parts.shuffled()
    ).finish()
    #expect(a.code == 1)
    #expect(b.code == 1)
    #expect(b.output == a.output)
    #expect(timeless(b.output) == timeless(whole.output))
    for ending in ["jsonl", "xml", "html", "costs"] { try expectSame(place, "a.\(ending)", "b.\(ending)") }
    try expectSame(place, "whole.costs", "b.costs")
    #expect(!(try place.read("b.jsonl").contains("shard")))
  }

  private func expectSame(_ place: Workplace, _ left: String, _ right: String) throws {
    let lines = try [left, right].map {
      try place.read($0).split(separator: "\n", omittingEmptySubsequences: false)
    }
    #expect(lines[0].count == lines[1].count, "\(left) and \(right) differ in length")
    let difference = zip(lines[0], lines[1]).first { $0 != $1 }
    #expect(difference == nil, "\(left) and \(right) differ")
  }

  @Test func whatIsNotedOfTheSuiteIsNotedOnceAndStrictnessCounts() throws {
    let place = try mixedSuite()
    let whole = try place("--json", "run.jsonl", "--strict", "--quiet")
    let parts = try place.runShards(ShardEngine.all[1], ["--strict", "--quiet"])
    let merged = try place.start(["merge", "--quiet"] + parts).finish()
    #expect(merged.code == 1)
    #expect(timeless(merged.output) == timeless(whole.output))
    #expect(merged.output.contains("failed for 11 other reasons"))
  }

  @Test func theExitCodeIsThatOfTheWholeRun() throws {
    let place = try Workplace([
      "fixtures/a.lua": "return 1", "expected/a.golden": "result integer 1\n",
      "fixtures/b.lua": "return 2", "expected/b.golden": "result integer 2\n",
    ])
    // Two shards of four are empty at least.
    var parts = try place.runShards(ShardEngine.all[1], [])
    #expect(try place.start(["merge"] + parts).finish().code == 0)
    #expect(try place.start(["merge", "--quiet"] + parts).finish().output == "")
    try place.write("fixtures/b.lua", "return 3")
    parts = try place.runShards(ShardEngine.all[1], [])
    let failed = try place.start(["merge"] + parts).finish()
    #expect(failed.code == 1)
    #expect(failed.output.contains("FAIL b ("))
    // A module that none of the shards could load is one fault.
    for index in 1...2 {
      #expect(
        try place("--module", "no.wasm", "--json", "fault\(index).jsonl", "--shard", "\(index)/2").code == 3)
    }
    let fault = try place("merge", "fault1.jsonl", "fault2.jsonl")
    #expect(fault.code == 3)
    #expect(fault.output.components(separatedBy: "ERROR cannot read no.wasm").count == 2)
    #expect(fault.output.contains("2 cases: 2 not run in "))
  }

  @Test func everyShardStopsAtItsOwnLimitOfFailures() throws {
    var files: [String: String] = [:]
    for number in 0..<30 { files["fixtures/c\(number).lua"] = "return \(number)" }
    let place = try Workplace(files)
    let parts = try place.runShards(ShardEngine.all[1], ["--max-failures", "1", "-j1"])
    let merged = try place.start(["merge", "--json", "m.jsonl"] + parts).finish()
    #expect(merged.code == 1)
    #expect(merged.output.contains("30 cases: 4 failed, 26 not run in "))
    #expect(try place.read("m.jsonl").contains("the run was stopped after 1 failure"))
  }

  @Test func anInterruptedShardInterruptsTheWholeAndIsNamed() throws {
    let place = try Workplace([
      "fixtures/loop.lua": "while true do end", "fixtures/a.lua": "return 1",
      "expected/a.golden": "result integer 1\n",
    ])
    let shard = try #require(
      try (1...2).first { try place("list", "--shard", "\($0)/2").output.contains("loop") })
    let other = 3 - shard
    _ = try place("--shard", "\(other)/2", "--json", "other.jsonl", "--timeout", "60")
    let process = try place.start([
      "run", "--shard", "\(shard)/2", "--json", "shard.jsonl", "--timeout", "60", "--save-baseline",
      "x.costs",
    ])
    // Reports are opened after signals are listened to and before anything runs.
    while !(try FileManager.default.contentsOfDirectory(atPath: place.path)).contains(where: {
      $0.hasSuffix(".tmp")
    }) {
      Thread.sleep(forTimeInterval: 0.01)
    }
    process.interrupt()
    #expect(try process.finish().code == 130)
    let merged = try place(
      "merge", "shard.jsonl", "other.jsonl", "--json", "m.jsonl", "--junit", "m.xml", "--save-baseline",
      "m.costs")
    #expect(merged.code == 130)
    #expect(merged.output.contains("warning shard \(shard)/2 was interrupted: "))
    #expect(merged.output.contains("1 not run in ") || merged.output.contains("2 not run in "))
    #expect(merged.output.hasSuffix("; interrupted\n"))
    #expect(try place.read("m.xml").contains("<testcase name=\"loop\""))
    // Costs of a part would pass for those of the whole.
    #expect(!place.exists("m.costs"))
    let again = try place("merge", "m.jsonl")
    #expect(again.code == 130)
    #expect(timeless(again.output) == timeless(merged.output))
  }

  @Test func aBaselineOfAPartKeepsTheRest() throws {
    let place = try Workplace([
      "fixtures/a.lua": "return 1", "expected/a.golden": "result integer 1\n",
      "fixtures/d/b.lua": "return 2", "expected/d/b.golden": "result integer 2\n",
      "fixtures/d/c.lua": "return 3", "expected/d/c.golden": "result integer 3\n",
    ])
    _ = try place("--save-baseline", "whole.costs")
    let whole = try place.read("whole.costs")
    #expect(whole.split(separator: "\n").count == 4)
    #expect(try place("run", "fixtures/d", "--save-baseline", "whole.costs").code == 0)
    #expect(try place.read("whole.costs") == whole)
    for index in 1...2 {
      _ = try place("--filter", "d/*", "--shard", "\(index)/2", "--json", "\(index).jsonl")
    }
    #expect(try place("merge", "1.jsonl", "2.jsonl", "--save-baseline", "whole.costs").code == 0)
    #expect(try place.read("whole.costs") == whole)
    #expect(try place("merge", "1.jsonl", "2.jsonl", "--save-baseline", "part.costs").code == 0)
    #expect(try place.read("part.costs").split(separator: "\n").count == 3)
  }

  @Test func gitHubGetsOneSummaryAndNoAnnotationTwice() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1", "fixtures/b.lua": "return 1"])
    let environment = ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "summary.md"]
    var annotations = 0
    for index in 1...2 {
      let result = try place(
        "--shard", "\(index)/2", "--json", "\(index).jsonl", environment: environment)
      annotations += result.output.components(separatedBy: "::error file=").count - 1
      #expect(try place.read("summary.md").contains("### touchstone, shard \(index)/2: "))
    }
    #expect(annotations == 2)
    try place.write("summary.md", "")
    let merged = try place("merge", "1.jsonl", "2.jsonl", environment: environment)
    #expect(merged.code == 1)
    #expect(!merged.output.contains("::error"))
    let summary = try place.read("summary.md")
    #expect(summary.hasPrefix("### touchstone: failed\n"))
    #expect(summary.contains("- ` a `: ") && summary.contains("- ` b `: "))
  }
}

@Suite struct MergeErrorTests {
  private let place: Workplace

  init() throws {
    var files: [String: String] = [:]
    for number in 0..<12 {
      files["fixtures/d\(number % 2)/c\(number).lua"] = "return \(number)"
      files["expected/d\(number % 2)/c\(number).golden"] = "result integer \(number)\n"
    }
    place = try Workplace(files)
    for index in 1...3 { _ = try place("--shard", "\(index)/3", "--json", "\(index).jsonl") }
  }

  /// Merges shards 1 and 2 with another report.
  private func expect(_ code: Int32, _ sentence: String, merging names: String...) throws {
    let result = try place.start(["merge", "--junit", "m.xml"] + names).finish()
    #expect(result.code == code)
    #expect(result.error.contains(sentence), "\(result.error)")
    #expect(result.output == "")
    // Nothing passes for a report.
    #expect(!place.exists("m.xml"))
  }

  @Test func shardsMustAllBeThereOnce() throws {
    #expect(try place("merge", "1.jsonl", "2.jsonl", "3.jsonl").code == 0)
    try expect(2, "the report of shard 2/3 is missing", merging: "1.jsonl", "3.jsonl")
    try expect(2, "the reports of shards 2/3, 3/3 are missing", merging: "1.jsonl")
    try expect(2, "1.jsonl and 1.jsonl are both shard 1/3", merging: "1.jsonl", "2.jsonl", "1.jsonl")
    _ = try place("--shard", "3/4", "--json", "other.jsonl")
    try expect(
      2, "1.jsonl is shard 1/3, but other.jsonl is shard 3/4", merging: "1.jsonl", "2.jsonl", "other.jsonl")
    _ = try place("--json", "whole.jsonl")
    try expect(
      2, "1.jsonl is shard 1/3, but whole.jsonl is no shard", merging: "1.jsonl", "2.jsonl", "whole.jsonl")
    try expect(2, "both report on the case d0/c0", merging: "whole.jsonl", "whole.jsonl")
    try expect(2, "merge needs the JSON-lines reports to join")
  }

  @Test func mergedReportsAreReportsOfWholeRuns() throws {
    _ = try place("merge", "1.jsonl", "2.jsonl", "3.jsonl", "--json", "m.jsonl")
    #expect(try place("merge", "m.jsonl", "--json", "n.jsonl").code == 0)
    #expect(try place.read("m.jsonl") == place.read("n.jsonl"))
    try expect(2, "1.jsonl is shard 1/3, but m.jsonl is no shard", merging: "m.jsonl", "1.jsonl")
    try expect(2, "both report on the case", merging: "m.jsonl", "n.jsonl")
  }

  @Test func otherModulesAreRefused() throws {
    let module = try Data(contentsOf: URL(fileURLWithPath: place.path + "/lua.wasm"))
    // A custom section changes nothing but the digest.
    try place.write("other.wasm", Array(module) + [0, 2, 1, 0x78])
    #expect(try place("--module", "other.wasm", "--shard", "3/3", "--json", "other.jsonl").code == 0)
    try expect(
      2, "1.jsonl and other.jsonl are reports on different modules", merging: "1.jsonl", "2.jsonl",
      "other.jsonl")
    for (index, old) in [(1, "lua.wasm"), (2, "other.wasm")] {
      #expect(
        try place("compare", old, "lua.wasm", "--shard", "\(index)/2", "--json", "compared\(index).jsonl")
          .code == 0)
    }
    try expect(
      2, "compared1.jsonl and compared2.jsonl are comparisons with different modules",
      merging: "compared1.jsonl", "compared2.jsonl")
    try expect(
      2, "1.jsonl and compared2.jsonl are reports of different commands", merging: "1.jsonl",
      "compared2.jsonl")
  }

  @Test func otherCasesAreRefused() throws {
    let sentence = "1.jsonl and other.jsonl are parts of runs of different cases, 12 and 6 in all shards"
    _ = try place("run", "fixtures/d1", "--shard", "3/3", "--json", "other.jsonl")
    try expect(2, sentence, merging: "1.jsonl", "2.jsonl", "other.jsonl")
    // Another checkout, in which one case has another name.
    try FileManager.default.moveItem(
      atPath: place.path + "/fixtures/d0/c0.lua", toPath: place.path + "/fixtures/d0/renamed.lua")
    _ = try place("--shard", "3/3", "--json", "other.jsonl")
    try expect(
      2, "parts of runs of different cases, 12 and 12 in all shards", merging: "1.jsonl", "2.jsonl",
      "other.jsonl")
  }

  @Test(arguments: [
    ["--fuel", "100000"], ["--strict"], ["--timeout", "5"], ["--exclude", "x"], ["--repeat", "2"],
  ])
  func otherOptionsAreRefused(options: [String]) throws {
    _ = try place.start(["run", "--shard", "3/3", "--json", "other.jsonl"] + options).finish()
    try expect(
      2, "other.jsonl was run with \(options.joined(separator: " ")), but 1.jsonl without",
      merging: "1.jsonl", "2.jsonl", "other.jsonl")
  }

  @Test func otherValuesOfOptionsAreRefused() throws {
    for index in 1...2 {
      _ = try place("--strict", "--fuel", "\(index)000", "--shard", "\(index)/2", "--json", "f\(index).jsonl")
    }
    try expect(
      2, "f1.jsonl was run with --fuel 1000, but f2.jsonl with --fuel 2000\n", merging: "f1.jsonl", "f2.jsonl"
    )
    try expect(
      2, "f1.jsonl was run with --fuel 1000 --strict, but 1.jsonl without", merging: "f1.jsonl", "1.jsonl")
  }

  @Test func optionsThatDecideNothingMayDiffer() throws {
    let result = try place(
      "run", "--shard", "3/3", "--json", "other.jsonl", "-j", "1", "--quiet", "--junit", "x.xml", "--html",
      "x.html", "--save-baseline", "x.costs", "--slowest", "3", "--color", "never", "--module", "./lua.wasm")
    #expect(result.code == 0)
    #expect(try place("merge", "1.jsonl", "2.jsonl", "other.jsonl").code == 0)
  }

  @Test func anotherVersionIsRefused() throws {
    let text = try place.read("3.jsonl")
    try place.write(
      "other.jsonl", text.replacing(/"engineVersion":"[^"]*"/, with: #""engineVersion":"0.0.1""#))
    try expect(2, "but other.jsonl by 0.0.1", merging: "1.jsonl", "2.jsonl", "other.jsonl")
  }

  @Test func whatIsCutOffIsNoReport() throws {
    let lines = try place.read("3.jsonl").split(separator: "\n").map { $0 + "\n" }
    try place.write("cut.jsonl", lines.dropLast().joined())
    try expect(3, "cut.jsonl:\(lines.count - 1): the report is cut off", merging: "1.jsonl", "cut.jsonl")
    try place.write("cut.jsonl", lines[0] + lines[1] + lines[3...].joined())
    try expect(3, "the report is not complete: of ", merging: "1.jsonl", "2.jsonl", "cut.jsonl")
    try place.write("cut.jsonl", String(lines.joined().dropLast(20)))
    try expect(
      3, "cut.jsonl:\(lines.count): the report is cut off in this line", merging: "1.jsonl", "cut.jsonl")
    try place.write("cut.jsonl", "")
    try expect(3, "cut.jsonl:1: the report is empty", merging: "1.jsonl", "cut.jsonl")
    try expect(3, "cannot read none.jsonl: no such file or directory", merging: "1.jsonl", "none.jsonl")
  }
}
