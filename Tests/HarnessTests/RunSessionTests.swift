// Whole runs on a fake module: what is reported, what is kept, what the exit code is.
import Foundation
import Harness
import LuaHost
import TestSupport
import Testing

/// A run in a temporary tree with fixtures in `cases/` and goldens in `expected/`.
struct TestRun {
  let tree: TemporaryTree
  var options = RunOptions()
  var module = FakeModule()
  let interruption = Interruption()

  init(_ files: [String: String]) throws {
    tree = try TemporaryTree(files.merging(["touchstone.conf": "fixtures: cases\n"]) { $1 })
    options.paths = [tree.path.appending("cases")]
    options.jobs = 2
  }

  func callAsFunction() throws -> (code: ExitCode, text: String) {
    let sink = TextCollector()
    let context = SessionContext(options, engineVersion: "1.0", sink: sink, interruption: interruption)
    return (try RunSession.run(context, openModule: { _ in module }), sink.text)
  }

  /// Runs with a JSON-lines report and returns its events.
  func events() throws -> (code: ExitCode, reports: [CaseReport], notices: [Notice], summary: RunSummary?) {
    var run = self
    run.options.json = tree.path.appending("out/events.jsonl")
    let code = try run().code
    let events = try EventReader.events(tree.path.appending("out/events.jsonl"))
    var reports: [CaseReport] = []
    var notices: [Notice] = []
    var summary: RunSummary?
    for event in events {
      switch event {
      case .runStarted, .partDone, .caseObserved, .tick: continue
      case .caseFinished(let report): reports.append(report)
      case .notice(let notice): notices.append(notice)
      case .runFinished(let last): summary = last
      }
    }
    return (code, reports, notices, summary)
  }
}

@Suite struct RunSessionTests {
  @Test func aRunWhereAllIsAsExpectedSucceeds() throws {
    let run = try TestRun([
      "cases/a.lua": "result integer 2", "expected/a.golden": "# note\nresult integer 2\n",
      "cases/d/b.lua": "--! step\nresult none",
      "expected/d/b.golden": "step 1\nresult nil\nstep 2\nresult none\n",
    ])
    try run.tree.write("cases/d/b.lua", "result nil\n--! step\nresult none")
    let (code, text) = try run()
    #expect(code == .success)
    #expect(text.hasPrefix("2 cases: 2 passed in "))
    #expect(text.hasSuffix(", 200 instructions\n"))
    #expect(run.tree.files.contains(".touchstone/last-run-cases.jsonl"))
    #expect(try run.tree.read(".touchstone/.gitignore") == "*\n")
  }

  @Test(
    arguments: [
      (
        "result integer 3", "result integer 2\n", .failed, "answer",
        "expected result integer 2, got result integer 3"
      ),
      (
        "output 1 line, 2 bytes\n| b\nresult nil", "output 1 line, 2 bytes\n| a\nresult nil\n", .failed,
        "answer", "line 1 of the output: expected `a`, got `b`"
      ),
      ("error \"x\"", "result nil\n", .failed, "answer", #"expected result nil, got error "x""#),
      ("trap unreachable", "result nil\n", .error, "trap", "trap: unreachable in inner < middle < outer"),
      ("trap unreachable", "trap unreachable\n", .passed, "", ""),
      ("trap integer overflow", "trap unreachable\n", .error, "trap", "trap: integer overflow in"),
      ("limit fuel", "result nil\n", .error, "fuel", "hit the fuel limit"),
      ("limit memory", "limit memory\n", .passed, "", ""),
      (
        "exception", "result nil\n", .error, "exception",
        "uncaught exception: thrown with i64 1, f64 0.5"
      ),
      ("exception", "exception\n", .passed, "", ""),
      ("result nil", "exception\n", .failed, "answer", "expected exception, got result nil"),
      (
        "answer too long", "result nil\n", .error, "answer-too-long",
        "the answer has 5000000 bytes; one may have at most 4,194,304"
      ),
      ("answer too long", "answer too long\n", .passed, "", ""),
      ("result raw 1 \"x\"", "result none\n", .error, "undecodable", "cannot be decoded"),
      ("outside buffer -70000", "result none\n", .error, "contract", "-70000"),
      ("result nil", "trap unreachable\n", .failed, "answer", "expected trap unreachable, got result nil"),
      ("result nil", "result nothing\n", .failed, "golden", "expected/x.golden:1: expected nil"),
      ("--! expect-fail: bug 1\nresult nil", "result none\n", .expectedFailure, "", "bug 1"),
      ("--! expect-fail: bug 1\ntrap unreachable", "result none\n", .expectedFailure, "", "bug 1"),
      (
        "--! expect-fail: bug 1\nresult nil", "result nil\n", .failed, "unexpected-pass",
        "is expected to fail (bug 1)"
      ),
      ("--! expect-fail: bug 1\nresult nil", "nonsense\n", .failed, "golden", "nonsense"),
      ("--! skip: later\nfault", "result nil\n", .skipped, "", "later"),
      ("--! what: 1\nresult nil", "result nil\n", .error, "fixture", "cases/x.lua:1: there is no directive"),
      (
        "--! seed: 1 \"k\" = integer 3\nresult nil", "result nil\n", .failed, "answer",
        "the external tables differ"
      ),
      ("result nil\n--! step\nresult nil", "result nil\n", .failed, "answer", "expected 1 step, got 2"),
      ("result nil\n--! step\ntrap unreachable", "result nil\n", .error, "trap", "step 2: trap: unreachable"),
    ] as [(String, String, CaseReport.Status, String, String)])
  func aCaseIsJudgedByItsGolden(
    source: String, golden: String, status: CaseReport.Status, kind: String, message: String
  ) throws {
    let (code, reports, _, _) = try TestRun(["cases/x.lua": source, "expected/x.golden": golden]).events()
    let report = try #require(reports.first)
    #expect(report.status == status)
    #expect(report.kind?.rawValue ?? "" == kind)
    #expect(message.isEmpty ? report.message == "" : report.message.contains(message), "\(report.message)")
    #expect(code == (report.isBad ? .failure : .success))
    #expect(
      !report.isBad || kind == "golden" || kind == "fixture" || kind == "unexpected-pass"
        || !report.difference.isEmpty)
  }

  @Test func aMissingGoldenFailsAndShowsTheAnswer() throws {
    let run = try TestRun(["cases/x.lua": "output 1 line, 3 bytes\n| a\\r\nresult integer 4"])
    let (code, text) = try run()
    #expect(code == .failure)
    #expect(text.contains("FAIL x"))
    #expect(text.contains("there is no golden"))
    #expect(text.contains("    + output 1 line, 3 bytes\n    + | a\\r\n    + result integer 4\n"))
  }

  @Test func aSourceLongerThanTheBufferIsThatCasesError() throws {
    let long = "result nil\n" + String(repeating: "-- x\n", count: 20_000)
    let (code, reports, _, _) = try TestRun([
      "cases/x.lua": long, "cases/y.lua": "result nil", "expected/y.golden": "result nil\n",
    ]).events()
    #expect(code == .failure)
    #expect(reports.map(\.status) == [.error, .passed])
    #expect(reports[0].message.contains("--! step"))
  }

  @Test func anEngineFaultIsReportedAndTheRunGoesOnButEndsIn3() throws {
    let (code, reports, notices, _) = try TestRun([
      "cases/a.lua": "fault", "cases/b.lua": "result nil", "expected/b.golden": "result nil\n",
      "cases/c.lua": "result none", "expected/c.golden": "result nil\n",
    ]).events()
    #expect(code == .fault)
    #expect(reports.map(\.status) == [.error, .passed, .failed])
    #expect(notices.isEmpty)
  }

  @Test func aModuleThatCannotStartFailsTheRunOnce() throws {
    var run = try TestRun([
      "cases/a.lua": "result nil", "cases/b.lua": "result nil", "cases/c.lua": "result nil",
    ])
    run.module.refusesInit = true
    let (code, reports, notices, summary) = try run.events()
    #expect(code == .fault)
    #expect(reports.map(\.status) == [.error, .notRun, .notRun])
    #expect(notices.isEmpty)
    #expect(summary?.total == 3)
    #expect(summary?.faults == 1)
  }

  @Test func nothingPassesOnAnInvalidModule() throws {
    var run = try TestRun(["cases/a.lua": "result nil", "expected/a.golden": "result nil\n"])
    run.module.isInvalid = true
    let (code, reports, notices, _) = try run.events()
    #expect(code == .fault)
    #expect(reports.map(\.status) == [.notRun])
    #expect(notices.first?.message == "function 7 is invalid at offset 0x123: type mismatch")
  }

  @Test func aModuleThatCannotBeLoadedIsReportedToo() throws {
    let run = try TestRun(["cases/a.lua": "result nil"])
    let sink = TextCollector()
    var options = run.options
    options.junit = run.tree.path.appending("junit.xml")
    let code = try RunSession.run(
      SessionContext(options, sink: sink, interruption: Interruption()),
      openModule: { path throws -> FakeModule in throw CaseExecutionError.fault("cannot read \(path)") })
    #expect(code == .fault)
    #expect(sink.text.contains("ERROR cannot read lua.wasm"))
    let document = try JUnitDocument(run.tree.read("junit.xml"))
    #expect(document.count("error") == 1)
  }

  @Test func nothingSelectedIsAnAnswerOfItsOwn() throws {
    var run = try TestRun(["cases/strings/a.lua": "result nil"])
    run.options.selection.filters = [Glob("strings")]
    var (code, text) = try run()
    #expect(code == .nothingSelected)
    #expect(text == "nothing was selected: no case has the id strings; strings/** selects what is below it\n")
    run.options.selection.filters = [Glob("x")]
    (code, text) = try run()
    #expect(code == .nothingSelected)
    #expect(text == "nothing was selected: --filter x matches no case; touchstone list shows all ids\n")
  }

  @Test func filtersExcludesAndTagsSelect() throws {
    var run = try TestRun([
      "cases/a/x.lua": "--! tags: slow\nresult nil", "cases/a/y.lua": "result nil",
      "cases/b/x.lua": "result nil",
      "cases/b/z.lua": "--! tags: slow, other\nresult nil",
    ])
    run.options.selection.filters = [Glob("a/*"), Glob("**/z")]
    #expect(try run.events().reports.map(\.id) == ["a/x", "a/y", "b/z"])
    run.options.selection.excludes = [Glob("*/y")]
    #expect(try run.events().reports.map(\.id) == ["a/x", "b/z"])
    run.options.selection.tags = ["other", "unknown"]
    #expect(try run.events().reports.map(\.id) == ["b/z"])
    run.options.selection.excludedTags = ["slow"]
    #expect(try run().code == .nothingSelected)
    run.options.selection.tags = []
    run.options.selection.excludedTags = ["other", "unknown"]
    #expect(try run.events().reports.map(\.id) == ["a/x"])
  }

  @Test func theReportIsTheSameForAnyNumberOfJobs() throws {
    var files: [String: String] = [:]
    for number in 0..<60 { files["cases/d\(number % 7)/c\(number).lua"] = "result integer \(number)" }
    var run = try TestRun(files)
    run.options.jobs = 1
    let single = try run.events().reports
    run.options.jobs = 8
    #expect(try run.events().reports == single)
    run.options.settings.perturbs = true
    #expect(try run.events().reports == single)
    #expect(single.map(\.id) == single.map(\.id).sorted())
  }

  @Test func aStoppedRunReportsTheSameCasesForAnyNumberOfJobs() throws {
    var files: [String: String] = [:]
    for number in 10..<40 { files["cases/c\(number).lua"] = number % 3 == 0 ? "result nil" : "result none" }
    for number in 10..<40 { files["expected/c\(number).golden"] = "result none\n" }
    var run = try TestRun(files)
    run.options.maxFailures = 2
    for jobs in [1, 4] {
      run.options.jobs = jobs
      let (code, reports, _, summary) = try run.events()
      #expect(code == .failure)
      #expect(reports.count == 30)
      #expect(reports.filter(\.isBad).map(\.id) == ["c12", "c15"])
      #expect(reports.drop { $0.id <= "c15" }.allSatisfy { $0.status == .notRun })
      #expect(summary?.notRun == 24)
    }
  }

  @Test func anInterruptedRunReportsWhatWasFinished() throws {
    var run = try TestRun([
      "cases/a.lua": "result nil", "expected/a.golden": "result nil\n", "cases/b.lua": "wait",
      "cases/c.lua": "result nil",
    ])
    run.options.jobs = 1
    let interruption = run.interruption
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: 0.2)
      interruption.raise()
    }
    let (code, reports, _, summary) = try run.events()
    #expect(code == .interrupted)
    #expect(reports.map(\.status) == [.passed, .notRun, .notRun])
    #expect(summary?.wasInterrupted == true)
  }

  @Test func onlyFailedRunsWhatWasBadUntilItIsGood() throws {
    var run = try TestRun([
      "cases/a.lua": "result nil", "expected/a.golden": "result nil\n", "cases/b.lua": "result nil",
      "cases/c.lua": "result nil", "cases/d.lua": "result nil",
    ])
    run.options.only = .failed
    #expect(throws: UsageError.self) { try run() }
    run.options.only = nil
    #expect(try run().code == .failure)
    try run.tree.write("expected/b.golden", "result nil\n")
    run.options.only = .failed
    #expect(try run.events().reports.map(\.id) == ["b", "c", "d"])
    #expect(try run.events().reports.map(\.id) == ["c", "d"])
    // A run of something else does not forget them, a fixture that is gone does.
    run.options.only = nil
    run.options.selection.filters = [Glob("a")]
    #expect(try run().code == .success)
    run.options.selection.filters = []
    try FileSystem.remove(run.tree.path.appending("cases/d.lua"))
    run.options.only = .failed
    #expect(try run.events().reports.map(\.id) == ["c"])
    try run.tree.write("expected/c.golden", "result nil\n")
    #expect(try run().code == .success)
    let (code, text) = try run()
    #expect(code == .nothingSelected)
    #expect(text.contains("no case failed in the last run"))
  }

  @Test func staleGoldensAreWarnedOfAndFailUnderStrict() throws {
    var run = try TestRun([
      "cases/a.lua": "result nil\n--! fuel: 1", "expected/a.golden": "result nil\n",
      "expected/gone.golden": "",
    ])
    var result = try run.events()
    #expect(result.code == .success)
    #expect(result.notices.map(\.severity) == [.warning, .warning])
    #expect(result.notices[0].line == 2)
    #expect(result.notices[1].message.contains("gone.golden belongs to no fixture"))
    run.options.isStrict = true
    result = try run.events()
    #expect(result.code == .failure)
    #expect(result.summary?.failureNotices == 2)
    run.options.selection.filters = [Glob("a")]
    #expect(try run.events().notices.count == 1)
  }

  @Test func shardsShareTheCasesWithoutOverlap() throws {
    var files: [String: String] = [:]
    for number in 0..<30 {
      files["cases/c\(number).lua"] = "result nil"
      files["expected/c\(number).golden"] = "result nil\n"
    }
    var run = try TestRun(files)
    run.options.shard = Shard(index: 1, count: 3)
    #expect(try run().text.contains(" cases of shard 1/3: "))
    run.options.shard = nil
    var ids: [String] = []
    for index in 1...3 {
      run.options.environment = ["CI_NODE_INDEX": "\(index)", "CI_NODE_TOTAL": "3"]
      ids += try run.events().reports.map(\.id)
    }
    #expect(ids.count == 30)
    #expect(Set(ids).count == 30)
  }

  @Test func aShardWithoutCasesIsNoFailure() throws {
    var run = try TestRun(["cases/a.lua": "result nil", "expected/a.golden": "result nil\n"])
    let codes = try (1...4).map { index in
      run.options.shard = Shard(index: index, count: 4)
      return try run.events()
    }
    #expect(codes.map(\.code) == [.success, .success, .success, .success])
    #expect(codes.flatMap(\.reports).count == 1)
  }

  @Test func bazelsProtocolIsFollowed() throws {
    var run = try TestRun(["cases/a.lua": "result nil", "expected/a.golden": "result nil\n"])
    run.options.environment = [
      "TEST_SHARD_INDEX": "0", "TEST_TOTAL_SHARDS": "1",
      "TEST_SHARD_STATUS_FILE": run.tree.path.appending("status").description,
      "XML_OUTPUT_FILE": run.tree.path.appending("test.xml").description,
    ]
    #expect(try run().code == .success)
    #expect(try run.tree.exists("status"))
    #expect(try JUnitDocument(run.tree.read("test.xml")).count("testcase") == 1)
  }

  @Test func repetitionsFindWhatIsNotTheSameEveryTime() throws {
    var run = try TestRun([
      "cases/a.lua": "result nil", "expected/a.golden": "result nil\n",
      "cases/b.lua": "count\nresult nil", "expected/b.golden": "result nil\n",
    ])
    run.options.jobs = 1
    run.options.settings.repeats = 3
    let (code, reports, _, _) = try run.events()
    #expect(code == .failure)
    #expect(reports[0].status == .passed)
    #expect(reports[1].kind == .unstable)
    #expect(reports[1].message.hasSuffix("1 or 2 or 3"))
  }

  @Test(
    arguments: [
      ("unless reordered", "depends on the order in which external tables list their keys"),
      ("unless later", "depends on the clock"),
      (
        "unless reordered\nunless later",
        "depends on the clock and on the order in which external tables list their keys"
      ),
      (
        "unless both",
        "depends on the clock and on the order in which external tables list their keys"
      ),
    ])
  func perturbationSaysOnWhatAnAnswerDepends(line: String, sentence: String) throws {
    var run = try TestRun([
      "cases/a.lua": "\(line)\nresult boolean true", "expected/a.golden": "result boolean true\n",
    ])
    run.options.settings.repeats = 2
    #expect(try run().code == .success)
    run.options.settings.perturbs = true
    let (code, reports, _, _) = try run.events()
    #expect(code == .failure)
    #expect(reports[0].status == .failed)
    #expect(reports[0].kind == .dependent)
    #expect(reports[0].message == "the answer \(sentence): expected result boolean true, got result nil")
    #expect(reports[0].difference.prefix(2).map(\.rendered) == ["- result boolean true", "+ result nil"])
  }

  @Test func whatIsBadAnywayKeepsItsVerdictAndTheDependenceIsNoted() throws {
    var run = try TestRun([
      "cases/a.lua": "unless later\nresult boolean true", "expected/a.golden": "result boolean false\n",
      "cases/b.lua": "--! expect-fail: why\nunless later\nresult boolean true",
      "expected/b.golden": "result boolean false\n",
    ])
    run.options.settings.perturbs = true
    let reports = try run.events().reports
    #expect(reports.map(\.kind) == [.answer, nil])
    #expect(reports.map(\.status) == [.failed, .expectedFailure])
    #expect(reports.allSatisfy { $0.remarks.contains("the answer depends on the clock") })
  }

  @Test func anAnswerThatChangesByItselfIsNoDependence() throws {
    var run = try TestRun([
      "cases/a.lua": "flip\nresult boolean true", "expected/a.golden": "result boolean true\n",
    ])
    run.options.jobs = 1
    run.options.settings.perturbs = true
    let report = try run.events().reports[0]
    #expect(report.kind == .unstable)
    #expect(report.message.hasPrefix("the answer is not the same under equal conditions: "))
  }

  @Test func costsAreHeldAgainstABaseline() throws {
    var run = try TestRun([
      "cases/a.lua": "instructions 1000\nresult nil", "expected/a.golden": "result nil\n",
      "cases/b.lua": "instructions 1000\nresult nil", "expected/b.golden": "result nil\n",
      "cases/c.lua": "limit time", "expected/c.golden": "limit time\n",
    ])
    let path = run.tree.path.appending("costs.jsonl")
    run.options.saveBaseline = path
    #expect(try run().code == .success)
    let saved = try run.tree.read("costs.jsonl")
    #expect(
      saved == """
        {"module":"\(run.module.moduleDigest)","schema":"touchstone-baseline/1"}
        {"id":"a","instructions":1000,"peakPages":32}
        {"id":"b","instructions":1000,"peakPages":32}

        """)
    run.options.saveBaseline = nil
    run.options.baseline = path
    run.options.settings.costs.maximumGrowth = 1
    try run.tree.write("cases/a.lua", "instructions 1010\nresult nil")
    try run.tree.write("cases/b.lua", "instructions 1011\npages 40\nresult nil")
    let (code, reports, _, _) = try run.events()
    #expect(code == .failure)
    #expect(reports.map(\.status) == [.passed, .failed, .passed])
    #expect(reports[0].remarks == ["instructions: 1,000 → 1,010 (+1.0 %)"])
    #expect(reports[1].kind == .cost)
    #expect(
      reports[1].message
        == "costs more than the 1.0 % growth allowed: instructions: 1,000 → 1,011 (+1.1 %);"
        + " peak memory pages: 32 → 40 (+25.0 %)")
    run.options.settings.costs.maximumGrowth = nil
    #expect(try run().code == .success)

    // A part of the cases replaces its part of the file.
    run.options.baseline = nil
    run.options.saveBaseline = path
    run.options.selection.filters = [Glob("a")]
    #expect(try run().code == .success)
    #expect(
      try run.tree.read("costs.jsonl")
        == saved.replacingOccurrences(of: #""a","instructions":1000"#, with: #""a","instructions":1010"#))
  }

  @Test func aDamagedBaselineIsAnErrorWithItsLine() throws {
    var run = try TestRun(["cases/a.lua": "result nil"])
    run.options.baseline = run.tree.path.appending("costs.jsonl")
    #expect(try run().code == .fault)
    #expect(
      try run().text.contains("costs.jsonl: no such file or directory; `touchstone run --save-baseline "))
    try run.tree.write("costs.jsonl", "{\"module\":\"x\",\"schema\":\"touchstone-baseline/1\"}\n{\"id\":1}\n")
    let (code, reports, _, _) = try run.events()
    #expect(code == .fault)
    #expect(reports.map(\.status) == [.notRun])
    #expect(try run().text.contains("costs.jsonl:2: expected a case with id, instructions and peakPages\n"))
  }

  @Test func reportsThatCannotBeWrittenStopTheRunBeforeItBegins() throws {
    var run = try TestRun(["cases/a.lua": "fault", "file": ""])
    run.options.junit = run.tree.path.appending("file/junit.xml")
    #expect(throws: FileError.self) { try run() }
    run.options.junit = run.tree.path.appending("cases")
    #expect(throws: FileError.self) { try run() }
    #expect(run.tree.files.filter { $0.contains("tmp") || $0.contains(".touchstone") } == [])
  }

  @Test func verboseShowsEveryCaseAndTheSlowest() throws {
    var run = try TestRun([
      "cases/a.lua": "microseconds 2500\nresult nil", "expected/a.golden": "result nil\n",
      "cases/b.lua": "microseconds 999\ninstructions 1234567\nresult nil",
      "expected/b.golden": "result nil\n",
      "cases/c.lua": "--! skip: no\n",
    ])
    run.options.console.verbosity = .verbose
    run.options.console.slowest = 1
    let text = try run().text
    #expect(
      text.contains(
        "pass a (2.5 ms, 100 instructions)\npass b (999 µs, 1,234,567 instructions)\nskip c\n  no\n"))
    #expect(text.contains("slowest:\n  2.5 ms  a  100 instructions\n3 cases: 2 passed, 1 skipped in "))
  }

  @Test func quietSaysNothingWhenAllIsWell() throws {
    var run = try TestRun(["cases/a.lua": "result nil", "expected/a.golden": "result nil\n"])
    run.options.console.verbosity = .quiet
    #expect(try run().text == "")
    try run.tree.write("expected/a.golden", "result none\n")
    #expect(try run().text.hasPrefix("FAIL a\n  expected result none, got result nil\n1 case: 1 failed in "))
  }

  @Test func aTerminalGetsAProgressLineThatIsCleared() throws {
    var run = try TestRun(["cases/a.lua": "result none", "expected/a.golden": "result nil\n"])
    run.options.console.isTerminal = true
    run.options.console.usesColor = true
    let text = try run().text
    #expect(text.contains("\u{1B}[31mFAIL\u{1B}[0m a"))
    #expect(text.components(separatedBy: "FAIL").count == 2)
  }

  @Test(
    arguments: [
      (nil, [:], true, true), (nil, [:], false, false), ("never", [:], true, false),
      ("always", [:], false, true),
      ("auto", ["NO_COLOR": "1"], true, false), (nil, ["CLICOLOR_FORCE": "1"], false, true),
      (nil, ["CLICOLOR_FORCE": "0"], false, false), (nil, ["NO_COLOR": ""], true, true),
      ("always", ["NO_COLOR": "1"], false, true), (nil, ["TERM": "dumb"], true, false),
    ] as [(String?, [String: String], Bool, Bool)])
  func coloursFollowTheOptionThenTheEnvironment(
    option: String?, environment: [String: String], isTerminal: Bool, expected: Bool
  ) {
    #expect(
      ConsoleStyle.usesColor(option: option, environment: environment, isTerminal: isTerminal) == expected)
  }

  @Test func gitHubGetsAnnotationsAndASummary() throws {
    var run = try TestRun([
      "cases/a,b:1.lua": "result string 3 \"a%b\"", "expected/a,b:1.golden": "result nil\n",
      "step.md": "before\n",
    ])
    #expect(try !run().text.contains("::error"))
    run.options.environment = [
      "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": run.tree.path.appending("step.md").description,
    ]
    let text = try run().text
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("::error ") })
    #expect(line.contains("/cases/a%2Cb%3A1.lua,line=1,title=a%2Cb%3A1::expected result nil, got"))
    #expect(line.contains(#"result string 3 "a%25b"%0A- result nil%0A+ result string"#))
    let summary = try run.tree.read("step.md")
    #expect(summary.hasPrefix("before\n### touchstone: failed\n"))
    #expect(summary.contains("- ` a,b:1 `: ` expected result nil"))
  }
}
