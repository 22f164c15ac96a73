// The record of the last run: what a run that was killed had finished, and what --only selects by it.
import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Twenty cases of which one is bad, and one that does not end.
private func suite() throws -> Workplace {
  var files = ["fixtures/z.lua": "while true do end", "expected/z.golden": "result integer 1\n"]
  for number in 0..<20 {
    files["fixtures/c\(number).lua"] = "return \(number)"
    files["expected/c\(number).golden"] = "result integer \(number == 7 ? -1 : number)\n"
  }
  return try Workplace(files)
}

extension Workplace {
  fileprivate static let record = ".touchstone/last-run.jsonl"

  /// Starts a run and kills it when so many cases are on record.
  fileprivate func killedRun(_ options: [String], after count: Int) throws {
    let process = try start(["-j2", "--timeout", "60", "--json", "r.jsonl"] + options)
    wait { (try? self.read(Self.record).components(separatedBy: "case-finished").count > count) ?? false }
    kill(process.identifier, SIGKILL)
    #expect(try process.finish().code == -9)
  }

  fileprivate func ids(_ only: String) throws -> [String] {
    try self("list", "--only", only, "--format", "ids").output.split(separator: "\n").map(String.init)
  }
}

@Suite struct RecordTests {
  @Test func whatAKilledRunFinishedIsFound() throws {
    let place = try suite()
    try place.killedRun([], after: 20)
    #expect(!place.temporaryFiles.isEmpty)
    #expect(try place.ids("unfinished") == ["z"])
    #expect(try place.ids("failed") == ["c7"])

    let merged = try place(
      "merge", "--partial", Workplace.record, "--json", "m.jsonl", "--junit", "m.xml", "--html", "m.html",
      environment: ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "summary.md"])
    #expect(merged.code == 1)
    #expect(
      merged.output.contains("FAIL the report of \(Workplace.record) is cut off: 20 of 21 cases finished\n"))
    #expect(merged.output.contains("\n20 cases: 19 passed, 1 failed in "))
    #expect(merged.output.hasSuffix("; failed for 1 other reason; incomplete\n"))
    // Each report is marked.
    #expect(try place.read("m.xml").contains(#"<property name="incomplete" value="true"/>"#))
    #expect(try place.read("m.xml").contains("is cut off: 20 of 21 cases finished"))
    #expect(try place.read("m.jsonl").contains(#""isIncomplete":true"#))
    #expect(try place.read("m.html").contains("20 cases: incomplete, 1 failed"))
    #expect(try place.read("summary.md").hasPrefix("### touchstone: incomplete\n"))
    #expect(try place("merge", "m.jsonl").code == 1)
    let whole = try place("merge", Workplace.record)
    #expect(whole.code == 3)
    #expect(whole.error.contains("this is the record of the last run; merge --partial takes it\n"))

    // The next run goes on, and nothing of the other stays behind.
    try place.write("fixtures/z.lua", "return 1")
    let rest = try place("--only", "unfinished")
    #expect(rest.code == 0)
    #expect(rest.output.hasPrefix("1 case: 1 passed in "))
    #expect(place.temporaryFiles.isEmpty)
    let none = try place("--only", "unfinished")
    #expect(none.code == 4)
    #expect(
      none.error + none.output == "nothing was selected: no case was left unfinished by the last run\n")
    #expect(try place.ids("failed") == ["c7"])
    let ended = try place("merge", "--partial", Workplace.record)
    #expect(ended.code == 3)
    #expect(ended.error.contains("that ended, and its reports have all of it\n"))
  }

  @Test func aRunThatStopsLeavesTheRestUnfinished() throws {
    let place = try suite()
    #expect(try place("--exclude", "z", "--max-failures", "1", "-j1").code == 1)
    // In the order of ids c7 is the eighteenth.
    #expect(try place.ids("unfinished") == ["c8", "c9"])
    #expect(try place("--filter", "c8").code == 0)
    #expect(try place.ids("unfinished") == ["c9"])

    let process = try place.start(["--timeout", "60", "-j1", "--filter", "c[789]", "--filter", "z"])
    place.wait { (try? place.read(Workplace.record).contains("\"id\":\"c9\"")) ?? false }
    process.interrupt()
    #expect(try process.finish().code == 130)
    #expect(try place.ids("unfinished") == ["z"])
    #expect(try place.ids("failed") == ["c7"])
    // A fixture that is gone is not waited for.
    try FileManager.default.removeItem(atPath: place.path + "/fixtures/z.lua")
    #expect(try place("--strict", "--quiet").code == 1)
    #expect(!(try place.read(Workplace.record).contains("cases-planned")))
  }

  @Test func runsBesideOneAnotherShareTheRecord() throws {
    let place = try suite()
    let shards = try (1...2).map { try place("list", "--shard", "\($0)/2", "--format", "ids").output }
    let endless = try #require(shards.firstIndex { $0.contains("z\n") }) + 1
    let first = try place.start(["--shard", "\(endless)/2", "--timeout", "60", "-j2"])
    let own = shards[endless - 1].split(separator: "\n").count
    place.wait {
      ((try? place.read(Workplace.record)) ?? "").components(separatedBy: "case-finished").count == own
    }
    let other = try place("--shard", "\(3 - endless)/2", "--timeout", "60")
    // The first still runs, so all stands there.
    #expect(try place.read(Workplace.record).components(separatedBy: "case-finished").count == 21)
    #expect(try place.ids("unfinished") == ["z"])
    let merged = try place("merge", "--partial", Workplace.record)
    #expect(merged.output.contains("is cut off: 20 of 21 cases finished\n"))
    first.interrupt()
    #expect(try first.finish().code == 130)
    #expect([0, 1].contains(other.code))
    // The last to end leaves only what is to be remembered.
    let record = try place.read(Workplace.record)
    #expect(record.split(separator: "\n").count == 3)
    #expect(record.contains("\"id\":\"c7\"") && record.hasSuffix("\"planned\":[\"z\"]}\n"))
  }

  @Test func aRecordIsReadByItsSchema() throws {
    let place = try suite()
    try place.killedRun([], after: 20)
    let schema = try JSONSchema(
      String(
        contentsOfFile: Workplace.packageRoot + "/Sources/touchstone/Documentation.docc/events.schema.json",
        encoding: .utf8))
    for line in try place.read(Workplace.record).split(separator: "\n") {
      #expect(throws: Never.self) { try schema.check(line) }
    }
  }
}

@Suite struct PartsTests {
  private func eight() throws -> Workplace {
    var files: [String: String] = [
      "fixtures/defaults": "module: shared = ../shared.lua\n", "shared.lua": "return 1",
    ]
    for number in 0..<8 {
      files["fixtures/c\(number).lua"] = "return \(number)"
      files["expected/c\(number).golden"] = "result integer \(number)\n"
    }
    return try Workplace(files)
  }

  private func expectRefusal(_ place: Workplace, _ sentence: String) throws {
    let merged = try place("merge", "1.jsonl", "2.jsonl")
    #expect(merged.code == 2)
    #expect(merged.error.contains(sentence), "\(merged.error)")
  }

  @Test func partsOfOtherFilesAreRefused() throws {
    let place = try eight()
    func run(_ shard: Int, _ options: String...) throws {
      let result = try place.start(["--shard", "\(shard)/2", "--json", "\(shard).jsonl"] + options).finish()
      #expect(result.code == 0)
    }
    try run(1)
    try run(2)
    #expect(try place("merge", "1.jsonl", "2.jsonl").code == 0)
    for number in 0..<8 {
      try place.write("fixtures/c\(number).lua", "return \(number) + 10")
      try place.write("expected/c\(number).golden", "result integer \(number + 10)\n")
    }
    try run(2)
    try expectRefusal(
      place, "1.jsonl and 2.jsonl are parts of runs of fixtures and goldens whose sizes differ; ")
    try place.write("fixtures/defaults", "module: shared = ../shared.lua\n\n")
    try run(1)
    try expectRefusal(place, "are parts of runs of other `defaults` files, or other modules that they name; ")
    try run(2)
    #expect(try place("merge", "1.jsonl", "2.jsonl").code == 0)
    try place.write("shared.lua", "return 2")
    try run(2)
    try expectRefusal(place, "are parts of runs of other `defaults` files, or other modules that they name; ")
    try run(1, "--label", "one")
    try run(2, "--label", "other")
    try expectRefusal(place, "1.jsonl was run with --label one, but 2.jsonl with --label other")
    try run(2, "--label", "one")
    #expect(try place("merge", "1.jsonl", "2.jsonl").code == 0)
    // The merged report is one of a whole run, with its label.
    _ = try place("merge", "1.jsonl", "2.jsonl", "--json", "m.jsonl")
    let text = try place.read("m.jsonl")
    #expect(text.contains(#"{"name":"--label","value":"one"}"#))
    #expect(!text.contains("\"sizes\"") && !text.contains("\"contents\""))
  }

  @Test func aShardOfOtherContentsIsNoSecondCopy() throws {
    let place = try eight()
    let shard = try place("list", "--shard", "1/2").output.isEmpty ? "2/2" : "1/2"
    _ = try place("--shard", shard, "--json", "1.jsonl")
    _ = try place("--shard", shard, "--json", "2.jsonl")
    let same = try place("merge", "1.jsonl", "2.jsonl")
    #expect(same.error == "touchstone: 1.jsonl and 2.jsonl are both shard \(shard)\n")
    // As long as it was.
    for number in 0..<8 { try place.write("fixtures/c\(number).lua", "return\t\(number)") }
    _ = try place("--shard", shard, "--json", "2.jsonl")
    let other = try place("merge", "1.jsonl", "2.jsonl")
    #expect(other.error == "touchstone: 1.jsonl and 2.jsonl are both shard \(shard), of files that differ\n")
  }

  @Test func partsDealtByOtherBaselinesAreRefused() throws {
    let place = try eight()
    _ = try place("--save-baseline", "a.costs", "--quiet")
    try place.write("fixtures/c3.lua", "for i = 1, 1000 do end return 3 ")
    _ = try place("--save-baseline", "b.costs", "--quiet")
    for (shard, costs) in [(1, "a.costs"), (2, "b.costs")] {
      _ = try place("--shard", "\(shard)/2", "--balance", costs, "--json", "\(shard).jsonl")
    }
    try expectRefusal(place, "are parts of runs of cases dealt by different baselines; --balance all alike")
    try place.shell("cp a.costs c.costs").check()
    _ = try place("--shard", "2/2", "--balance", "c.costs", "--json", "2.jsonl")
    #expect(try place("merge", "1.jsonl", "2.jsonl").code == 0)
  }

  @Test func missingAndCutPartsAreMergedAsIncomplete() throws {
    let place = try eight()
    for shard in 1...3 { _ = try place("--shard", "\(shard)/3", "--json", "\(shard).jsonl") }
    let missing = try place("merge", "1.jsonl", "2.jsonl")
    #expect(missing.code == 2)
    #expect(missing.error == "touchstone: the report of shard 3/3 is missing; --partial does without\n")
    let without = try place("merge", "--partial", "1.jsonl", "2.jsonl", "--save-baseline", "costs")
    #expect(without.code == 1)
    #expect(without.output.hasPrefix("FAIL the report of shard 3/3 is missing\n"))
    #expect(without.output.hasSuffix("; incomplete\n"))
    // Whole reports are merged as ever.
    #expect(try place("merge", "--partial", "1.jsonl", "2.jsonl", "3.jsonl").code == 0)
    // A report that ends within a line.
    let number = try #require(
      try (1...3).first { try place.read("\($0).jsonl").components(separatedBy: "case-finished").count > 2 })
    let text = try place.read("\(number).jsonl")
    let cases = text.components(separatedBy: "case-finished").count - 1
    let end = try #require(text.range(of: "{\"event\":\"run-finished\""))
    try place.write("\(number).jsonl", String(text[..<end.lowerBound].dropLast(30)))
    #expect(try place("merge", "1.jsonl", "2.jsonl", "3.jsonl").code == 3)
    let cut = try place("merge", "--partial", "1.jsonl", "2.jsonl", "3.jsonl")
    #expect(cut.code == 1)
    #expect(
      cut.output.contains("FAIL the report of shard \(number)/3 is cut off: \(cases - 1) of \(cases) case"))
    #expect(cut.output.contains("\n7 cases: 7 passed in "))
  }
}

extension Finished {
  fileprivate func check() { #expect(code == 0, "\(error)") }
}
