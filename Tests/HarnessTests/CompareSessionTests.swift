// Comparisons of two fake builds: which verdict a case gets, and what that means for the whole.
import Harness
import LuaHost
import Testing

/// A comparison in a temporary tree with fixtures in `cases/` and goldens in `expected/`.
private struct TestComparison {
  let tree: TemporaryTree
  var options = RunOptions()
  var old = FakeModule(moduleDigest: String(repeating: "01", count: 32), name: "old")
  var new = FakeModule(moduleDigest: String(repeating: "02", count: 32), name: "new")

  init(_ files: [String: String]) throws {
    tree = try TemporaryTree(files)
    options.paths = [tree.path.appending("cases")]
    options.module = Path("new.wasm")
    options.jobs = 2
  }

  /// The exit code, what a person sees, and the reports on the cases.
  func callAsFunction() throws -> (code: ExitCode, text: String, reports: [CaseReport]) {
    let sink = TextCollector()
    var options = options
    options.json = tree.path.appending("out/events.jsonl")
    var compare = CompareOptions(oldModule: Path("old.wasm"))
    compare.replayLimit = 0
    let code = try CompareSession.run(
      SessionContext(options, sink: sink, interruption: Interruption()), compare,
      openModule: { $0 == Path("old.wasm") ? old : new })
    let reports = try EventReader.events(tree.path.appending("out/events.jsonl")).compactMap { event in
      if case .caseFinished(let report) = event { report } else { nil }
    }
    return (code, sink.text, reports)
  }

  /// The reports of one case.
  func only() throws -> CaseReport {
    let reports = try self().reports
    return try #require(reports.count == 1 ? reports[0] : nil)
  }
}

@Suite struct CompareSessionTests {
  /// One row: what the case does, its golden, the verdict and the cause.
  @Test(
    arguments: [
      ("result integer 1", "result integer 1\n", .same, ""),
      ("result integer 1", "result integer 2\n", .same, ""),
      ("on old result integer 1\non new result integer 2", nil, .changed, "another integer"),
      ("on old result integer 1\non new result integer 2", "result integer 3\n", .changed, "another integer"),
      ("on old result integer 1\non new result integer 2", "no golden\n", .changed, "another integer"),
      ("on old result integer 1\non new result integer 2", "result integer 2\n", .fixed, "another integer"),
      ("on old result integer 1\non new result float 1", "result integer 1\n", .broken, "integer → float"),
      ("on old output 1 line, 2 bytes\non old | a\nresult nil", nil, .changed, "another output"),
      (
        "on old trap unreachable\non new result nil", nil, .changed,
        "trap unreachable in inner < middle → a value"
      ),
      ("on old limit fuel\non new error \"no\"", nil, .changed, "limit fuel → Lua error"),
      (
        "on old result raw 1 \"x\"\non new result string 1 \"x\"", nil, .changed,
        "undecodable answer → a value"
      ),
      ("on old result none\non new result string 0 \"\"", nil, .changed, "no value → string"),
      ("on old time 1\non new time 2\nresult nil", nil, .changed, "other host calls"),
      ("on old time 1\nresult nil", nil, .changed, "other host calls"),
      ("on old time 1\nlimit time", nil, .same, ""),
      ("on new pages 40\non new instructions 110\nresult nil", nil, .same, ""),
    ] as [(String, String?, CaseComparison.Verdict, String)])
  func eachCaseGetsAVerdict(
    source: String, golden: String?, verdict: CaseComparison.Verdict, cause: String
  ) throws {
    var files = ["cases/a.lua": source]
    files["expected/a.golden"] = golden
    let comparison = try TestComparison(files)
    let (code, text, reports) = try comparison()
    let report = try #require(reports.first)
    #expect(report.comparison?.verdict == verdict)
    #expect(report.cause?.text ?? "" == cause)
    #expect(code == (verdict.isBad ? .failure : .success))
    #expect(report.status == (verdict.isBad ? .failed : .passed))
    #expect(text.contains("1 case: 1 \(verdict.rawValue) in "))
  }

  @Test func growthBeyondTheLimitFails() throws {
    var comparison = try TestComparison([
      "cases/a.lua": "on new instructions 110\nresult nil", "cases/b.lua": "on new pages 36\nresult nil",
      "cases/c.lua": "on new instructions 90\nresult nil",
    ])
    comparison.options.settings.costs.maximumGrowth = 10
    let (code, text, reports) = try comparison()
    #expect(code == .failure)
    #expect(reports.map(\.comparison?.verdict) == [.same, .cost, .same])
    #expect(
      reports[1].message == "costs more than the 10.0 % growth allowed: peak memory pages: 32 → 36 (+12.5 %)")
    #expect(reports[0].remarks == ["instructions: 100 → 110 (+10.0 %)"])
    #expect(text.contains("3 cases: 2 same, 1 cost more in "))
    #expect(text.contains("  +10.0 %  a  100 → 110\n"))
    #expect(text.contains("  -10.0 %  c  100 → 90\n"))
    #expect(text.contains("peak memory pages: b 32 → 36\n"))
  }

  @Test func theStepThatDiffersIsNamed() throws {
    let report = try TestComparison([
      "cases/a.lua":
        "result nil\n--! step\non old result integer 1\non new trap unreachable\n--! step\nresult nil"
    ]).only()
    #expect(report.message == "step 2: was result integer 1, is trap unreachable")
    #expect(report.remarks == ["new: step 2 in inner < middle < outer"])
    #expect(report.difference.contains(DifferenceLine(.expected, "result integer 1")))
    #expect(report.difference.contains(DifferenceLine(.actual, "trap unreachable")))
  }

  @Test func aHostCallThatOnlyOneBuildMakesIsNamed() throws {
    let report = try TestComparison(["cases/a.lua": "time 1\non old time 2\nresult nil"]).only()
    #expect(
      report.comparison?.hostCall?.number == 2
        && report.comparison?.hostCall?.old == "js_time_now() = 2" && report.comparison?.hostCall?.new == nil)
    #expect(
      report.remarks.contains("the first host call that differs is number 2: was js_time_now() = 2, is none"))
  }

  @Test func hostCallsThatWereNotKeptAreCountedAndTheReportSaysSo() throws {
    let note = "of 100002 host calls only the first 100000 were compared one by one"
    let same = try TestComparison(["cases/a.lua": "times 100002\nresult nil"]).only()
    #expect(same.comparison?.verdict == .same)
    #expect(same.remarks == [note])
    let report = try TestComparison([
      "cases/a.lua": "on old times 100001\non new times 100002\nresult nil"
    ]).only()
    #expect(report.comparison?.verdict == .changed)
    #expect(report.cause == .hostCalls)
    #expect(report.message == "the old build made 100001 host calls, the new one 100002")
    #expect(report.remarks.contains(note))
  }

  @Test func aSourceThatOnlyOneBuildCanTakeIsAChange() throws {
    var comparison = try TestComparison([
      "cases/long.lua": "result nil\n-- " + String(repeating: "x", count: 100)
    ])
    comparison.old.bufferSize = 50
    let report = try comparison.only()
    #expect(report.comparison?.verdict == .changed)
    #expect(report.cause?.text == "cannot be run → an answer")
    // Neither can take it: nothing to compare.
    comparison.new.bufferSize = 50
    let neither = try comparison.only()
    #expect(neither.status == .error)
    #expect(neither.kind == .fixture)
  }

  @Test func skippedCasesAndBrokenFixturesAreReportedAsInARun() throws {
    let comparison = try TestComparison([
      "cases/a.lua": "--! skip: later\nresult nil", "cases/b.lua": "--! nonsense: 1\nresult nil",
      "cases/c.lua": "result nil",
    ])
    let (code, text, reports) = try comparison()
    #expect(code == .failure)
    #expect(reports.map(\.status) == [.skipped, .error, .passed])
    #expect(text.contains("3 cases: 1 same, 1 not comparable, 1 skipped in "))
  }

  @Test func aBuildThatFailsIsAFault() throws {
    var comparison = try TestComparison([
      "cases/a.lua": "on new fault\nresult nil", "cases/b.lua": "result nil",
    ])
    let (code, _, reports) = try comparison()
    #expect(code == .fault)
    #expect(reports.map(\.status) == [.error, .passed])
    comparison = try TestComparison(["cases/a.lua": "result nil"])
    comparison.new.refusesInit = true
    #expect(try comparison().code == .fault)
    comparison = try TestComparison(["cases/a.lua": "result nil"])
    comparison.old.isInvalid = true
    let invalid = try comparison()
    #expect(invalid.code == .fault)
    #expect(invalid.text.contains("ERROR old.wasm: function 7 is invalid"))
    #expect(invalid.reports.map(\.status) == [.notRun])
  }

  @Test func groupsComeBrokenFirstAndTheLargerBeforeTheSmaller() throws {
    var files: [String: String] = [:]
    for number in 0..<3 { files["cases/f\(number).lua"] = "on old result integer 1\non new result integer 2" }
    for number in 0..<3 { files["expected/f\(number).golden"] = "result integer 2\n" }
    for number in 0..<2 { files["cases/c\(number).lua"] = "on old result integer 1\non new result float 1" }
    for number in 0..<5 {
      files["cases/o\(number).lua"] = "on old output 1 line, 2 bytes\non old | a\nresult nil"
    }
    files["cases/b.lua"] = "on old result integer 1\non new result integer 2"
    files["expected/b.golden"] = "result integer 1\n"
    let groups = DifferenceGroups.groups(of: try TestComparison(files)().reports)
    #expect(
      groups.map { $0.cause?.text } == [
        "another integer", "another output", "integer → float", "another integer",
      ])
    #expect(groups.map(\.verdict) == [.broken, .changed, .changed, .fixed])
    #expect(groups.map(\.reports.count) == [1, 5, 2, 3])
  }
}

@Suite struct ModuleDifferenceTests {
  private func function(_ index: UInt32, _ name: String?, _ code: [UInt8]?) -> ModuleFunction {
    ModuleFunction(index: index, name: name, code: code)
  }

  @Test func functionsAreMatchedByName() {
    let same = (2..<12).map { function($0, "f\($0)", [11]) }
    let difference = ModuleDifference(
      old: [function(0, "host", nil), function(1, "gone", [11])] + same + [function(12, "a", [1, 11])],
      new: [function(0, "host", nil), function(1, "a", [2, 11])] + same.reversed() + [
        function(12, "come", [11])
      ])
    #expect(difference.commonCount == 12)
    #expect(difference.changed.map(\.label) == ["a"])
    #expect(difference.isTelling)
    #expect(
      difference.facts.map { Notice(.note, $0).message } == [
        "the code of 1 of 12 functions differs: a", "1 function only in the old build: gone",
        "1 function only in the new build: come",
      ])
  }

  @Test func whatDiffersEverywhereTellsNothing() {
    let old = (0..<10).map { function($0, "f\($0)", [UInt8($0), 11]) }
    let new = (0..<10).map { function($0, "f\($0)", [UInt8($0) + 1, 11]) }
    let difference = ModuleDifference(old: old, new: new)
    #expect(!difference.isTelling)
    #expect(difference.facts == [.functionsChanged(count: 10, of: 10, names: nil)])
    #expect(ModuleDifference(old: old, new: old).facts == [])
  }
}
