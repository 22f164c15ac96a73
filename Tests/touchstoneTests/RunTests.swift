// touchstone run, bless, list and merge on the real lua.wasm.
import Foundation
import Testing

private let twoCases = [
  "fixtures/a.lua": "--! tags: quick\nprint('hi')\nreturn 1 + 1\n",
  "expected/a.golden": "output 1 line, 3 bytes\n| hi\nresult integer 2\n",
  "fixtures/d/b.lua":
    "_home.n = (_home.n or 0) + 1\nreturn _home.n\n--! step\n_home.n = _home.n + 1\nreturn _home.n / 0\n",
  "expected/d/b.golden": "step 1\nresult integer 1\nstep 2\nresult float inf\ntables\n1 \"n\" = integer 2\n",
]

@Suite struct RunTests {
  @Test func aRunWithoutACommandsNameChecksTheDefaultDirectories() throws {
    let place = try Workplace(twoCases)
    let result = try place()
    #expect(result.code == 0)
    #expect(result.output.hasPrefix("2 cases: 2 passed in "))
    #expect(result.error == "")
    #expect(try place("run", "fixtures/d").output.hasPrefix("1 case: 1 passed in "))
    #expect(try place("fixtures/a.lua", "--verbose").output.contains("\npass a ("))
  }

  @Test func aWrongAnswerShowsADifferenceInBytes() throws {
    let place = try Workplace(twoCases)
    try place.write("fixtures/a.lua", "print('hi\\r')\nreturn '2'\n")
    let result = try place()
    #expect(result.code == 1)
    #expect(result.output.contains("FAIL a ("))
    #expect(
      result.output.contains(
        #"""
            - output 1 line, 3 bytes
            - | hi
            - result integer 2
            + output 1 line, 4 bytes
            + | hi\r
            + result string 1 "2"

        """#))
  }

  @Test func aModuleThatIsNoneIsAFault() throws {
    let place = try Workplace(twoCases)
    try place.write("text.wasm", "no module")
    let result = try place("--module", "text.wasm", "--junit", "junit.xml")
    #expect(result.code == 3)
    #expect(result.output.contains("ERROR text.wasm cannot be used: "))
    #expect(try place.read("junit.xml").contains("<error type=\"fault\""))
    #expect(try place("--module", "missing.wasm").output.contains("no such file or directory"))
    // A module without the exports of the contract.
    try place.write("empty.wasm", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0])
    #expect(try place("--module", "empty.wasm").code == 3)
  }

  @Test func countsAreTheSameForAnyNumberOfJobsAndInEveryRun() throws {
    var files: [String: String] = [:]
    for number in 0..<20 {
      files["fixtures/c\(number).lua"] =
        "local t = {}\nfor i = 1, \(number * 50) do t[i] = i end\nreturn #t\n"
    }
    let place = try Workplace(files)
    func counts(_ jobs: String) throws -> [Substring] {
      _ = try place("-j", jobs, "--json", "report.jsonl")
      return try place.read("report.jsonl").split(separator: "\n").compactMap { line in
        line.firstMatch(of: /"instructions":\d+/)?.output
      }
    }
    let counts = try (counts("1"), counts("2"), counts("7"))
    #expect(counts.0.count == 21)
    #expect(counts.0 == counts.1)
    #expect(counts.0 == counts.2)
  }

  @Test func limitsAreResults() throws {
    let place = try Workplace([
      "fixtures/fuel.lua": "--! fuel: 100000\nwhile true do end", "expected/fuel.golden": "limit fuel\n",
      "fixtures/time.lua": "--! timeout: 0.05\nwhile true do end\n--! step\nreturn 1",
      "expected/time.golden": "step 1\nlimit time\nstep 2\nnot run\n",
      "fixtures/after.lua": "return 'still here'",
      "expected/after.golden": "result string 10 \"still here\"\n",
    ])
    let result = try place("-j1")
    #expect(result.code == 0, "\(result.output)")
  }

  @Test func directivesSeedTablesAndTheClock() throws {
    let place = try Workplace([
      "fixtures/x.lua": "--! seed: 2 \"input\" = string \"abc\"\nreturn _io.input:upper()\n",
      "expected/x.golden": "result string 3 \"ABC\"\ntables\n2 \"input\" = string 3 \"abc\"\n",
    ])
    #expect(try place().code == 0)
  }

  @Test(arguments: ["SIGINT", "SIGTERM"])
  func interruptionLeavesReportsOfWhatWasFinished(signal: String) throws {
    let place = try Workplace([
      "fixtures/a.lua": "return 1", "expected/a.golden": "result integer 1\n",
      "fixtures/b.lua": "while true do end", "fixtures/c.lua": "return 1",
    ])
    let process = try place.start([
      "-j1", "--timeout", "60", "--junit", "junit.xml", "--json", "report.jsonl", "--verbose",
    ])
    Thread.sleep(forTimeInterval: 1)
    if signal == "SIGTERM" { process.terminate() } else { process.interrupt() }
    let result = try process.finish()
    #expect(result.code == 130)
    #expect(result.output.contains("interrupted"))
    let report = try place.read("report.jsonl")
    #expect(report.contains(#""id":"a","instructions""#))
    #expect(report.contains(#""wasInterrupted":true"#))
    #expect(try place.read("junit.xml").contains("<testcase name=\"a\""))
    #expect(!FileManager.default.enumerator(atPath: place.path)!.contains { "\($0)".hasSuffix(".tmp") })
  }

  /// `script` gives the command a terminal; what it does on one is not what it does in a pipe.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "script is not here"))
  func onATerminalTheProgressIsShownWithRateAndTimeLeft() throws {
    let place = try Workplace(twoCases)
    for number in 0..<6 {
      let name = "fixtures/slow/\(number)"
      try place.write(name + ".lua", "--! timeout: 0.2\nwhile true do end")
      try place.write(
        name.replacingOccurrences(of: "fixtures", with: "expected") + ".golden",
        number == 3 ? "result nil\n" : "limit time\n")
    }
    #if os(Linux)
      let arguments = ["-qec", Workplace.executable + " -j1", "/dev/null"]
    #else
      let arguments = ["-q", "/dev/null", Workplace.executable, "-j1"]
    #endif
    let result = try RunningProcess(
      "/usr/bin/script", arguments, ["TERM": "xterm", "SHELL": "/bin/sh"], "", in: place
    ).finish()
    let progress = result.output.matches(
      of: /\r\x1b\[2K(\d)\/8, (?:1 failed, )?(?:\d+\.)?\d+\/s, \d+ s left/)
    #expect(progress.count > 3, "\(result.output.debugDescription)")
    // The line is cleared before the failure, and before the summary.
    #expect(result.output.contains("\r\u{1b}[2K\u{1b}[31mERROR\u{1b}[0m slow/3"))
    #expect(result.output.contains("\r\u{1b}[2K\u{1b}[31mfailed\u{1b}[0m on lua.wasm (sha256 "))
    #expect(
      result.output.contains("\n8 cases: \u{1b}[32m7 passed\u{1b}[0m, ")
        || result.output.contains("\r\n8 cases: "))
    let piped = try place("-j1")
    #expect(!piped.output.contains("\u{1b}") && !piped.output.contains("\r"))
  }

  @Test func reportsAreOpenedBeforeAnythingRuns() throws {
    let place = try Workplace(twoCases)
    let result = try place("--junit", "lua.wasm/junit.xml")
    #expect(result.code == 3)
    #expect(result.output == "")
    #expect(result.error.hasPrefix("touchstone: cannot "))
    #expect(!place.exists(".touchstone"))
  }

  #if os(Linux)
    @Test func aReportThatFailsInTheEndIsAFault() throws {
      let place = try Workplace(twoCases)
      let result = try place("--junit", "/dev/full")
      #expect(result.code == 3)
      #expect(result.output.contains("cannot write to /dev/full: no space left on device"))
    }
  #endif

  @Test func onlyFailedAndExitCode4() throws {
    let place = try Workplace(twoCases)
    #expect(try place("--only", "failed").code == 2)
    try place.write("expected/a.golden", "result nil\n")
    #expect(try place().code == 1)
    let result = try place("--only", "failed")
    #expect(result.code == 1)
    #expect(result.output.contains("1 case: 1 failed"))
    #expect(try place("bless", "--only", "failed").code == 0)
    #expect(try place("--only", "failed").code == 0)
    #expect(try place("--only", "failed").code == 4)
    #expect(try place("--filter", "nothing").code == 4)
    // A run of a part knows nothing of the rest.
    try place.write("expected/a.golden", "result nil\n")
    try place.write("expected/d/b.golden", "result nil\n")
    #expect(try place().code == 1)
    #expect(try place("bless", "fixtures/d").code == 0)
    #expect(try place("run", "fixtures/d").code == 0)
    #expect(try place("--only", "failed").output.contains("\n1 case: 1 failed"))
    // What is gone leaves the record when all is looked through.
    try FileManager.default.removeItem(atPath: place.path + "/fixtures/a.lua")
    #expect(try place().code == 0)
    #expect(try place("--only", "failed").code == 4)
  }

  @Test func aBaselineFailsOnGrowth() throws {
    let place = try Workplace(twoCases)
    #expect(try place("--save-baseline", "costs.jsonl").code == 0)
    #expect(try place("--baseline", "costs.jsonl", "--max-cost-growth", "0%").code == 0)
    try place.write("fixtures/a.lua", "for i = 1, 1000 do end\nprint('hi')\nreturn 1 + 1\n")
    let result = try place("--baseline", "costs.jsonl", "--max-cost-growth", "1")
    #expect(result.code == 1)
    #expect(result.output.contains("FAIL a ("))
    #expect(result.output.contains("costs more than the 1.0 % growth allowed: instructions: "))
    #expect(try place("--baseline", "costs.jsonl").code == 0)
  }

  @Test func repetitionAndPerturbationChangeNothingForScriptsThatDependOnNeither() throws {
    let place = try Workplace(twoCases)
    #expect(try place("--repeat", "3").code == 0)
    #expect(try place("--repeat", "3", "--perturb").code == 0)
    try place.write(
      "fixtures/keys.lua",
      "for i = 1, 20 do _home['k' .. i] = i end\nlocal s = ''\nfor k in pairs(_home) do s = s .. k end\nreturn s\n"
    )
    #expect(try place("bless").code == 0)
    #expect(try place().code == 0)
    let result = try place("--repeat", "2", "--perturb")
    #expect(result.code == 1)
    #expect(
      result.output.contains("the answer depends on the order in which external tables list their keys: "))
  }

  @Test func whatDependsOnTheClockIsReportedAsSuch() throws {
    // Three modules that import the clock: one tells the time, one how long a reading takes, and one
    // waits until time has passed and tells nothing of it.
    let readings = QuirkModule(
      behaviours: [
        ("--!", QuirkModule.clock),
        (
          "span",
          .code(
            """
            (i32.store (i32.const 65536) (i32.const 0)) (i32.store8 (i32.const 65540) (i32.const 2))
            (i64.store (i32.const 65541)
              (i64.extend_i32_s (i32.sub (call $js_time_now) (call $js_time_now))))
            (i32.const 13)
            """)
        ),
        (
          "wait",
          .code(
            """
            (local.set $source (i32.add (call $js_time_now) (i32.const 100)))
            (loop (br_if 0 (i32.lt_s (call $js_time_now) (local.get $source))))
            (i32.store (i32.const 65536) (i32.const 0)) (i32.store8 (i32.const 65540) (i32.const 0))
            (i32.const 5)
            """)
        ),
      ], importsClock: true)
    let place = try Workplace([
      "fixtures/span.lua": "span", "expected/span.golden": "result integer -1\n",
      "fixtures/time.lua": "--! clock: 41000\n", "expected/time.golden": "result integer 41000\n",
      "fixtures/wait.lua": "wait", "expected/wait.golden": "result nil\n",
    ])
    try place.write("clock.wasm", readings.bytes)
    #expect(try place("--module", "clock.wasm", "--repeat", "2").code == 0)
    let result = try place(
      "--module", "clock.wasm", "--repeat", "2", "--perturb", "--json", "report.jsonl", "--junit", "junit.xml"
    )
    #expect(result.code == 1)
    #expect(
      result.output.contains(
        "the answer depends on the clock: expected result integer 41000, got result integer "))
    #expect(
      result.output.contains(
        "the answer depends on the clock: expected result integer -1, got result integer -38"))
    #expect(result.output.contains("3 cases: 1 passed, 2 failed"))
    #expect(!result.output.contains("unstable"))
    #expect(try place.read("junit.xml").components(separatedBy: "type=\"dependent\"").count == 3)
    #expect(try place.read("report.jsonl").contains("\"kind\":\"dependent\""))
  }
}

/// What whoever reads a failing log needs: which, where, why, and what to do next.
@Suite struct FailureTests {
  private let cases = [
    "fixtures/a.lua": "print('one') print('two')\nreturn 1",
    "expected/a.golden": "output 2 lines, 8 bytes\n| one\n| 2wo\nresult integer 1\n",
    "fixtures/it's.lua": "return 1\n--! step\nlocal x\nreturn x.y\n",
    "expected/it's.golden": "step 1\nresult integer 1\nstep 2\nresult nil\n",
  ]

  @Test func theLogNamesFilesLinesAndTheCommandThatShowsMore() throws {
    let place = try Workplace(cases)
    let result = try place()
    #expect(result.code == 1)
    #expect(
      result.output.contains(
        "\n  fixtures/a.lua, golden expected/a.golden\n  line 2 of the output: expected `2wo`, got `two`\n"))
    #expect(result.output.contains("\n  # line 2 of step 2 is line 4 of the fixture\n"))
    #expect(result.output.contains("\nfailed on lua.wasm (sha256 "))
    #expect(
      result.output.contains(
        "): a, it's\n`touchstone explain a` shows the first in full\n2 cases: 2 failed"))
    try place.write("fixtures/a.lua", "print('one') print('2wo')\nreturn 1")
    #expect(try place().output.contains("`touchstone explain 'it'\\''s'` shows it in full\n"))
    #expect(try place("explain", "fixtures/it's.lua").output.contains("FAIL"))
  }

  @Test func annotationsStandAtTheLineThatWentWrong() throws {
    let place = try Workplace(cases)
    try place.write("fixtures/c.lua", "return 1")
    try place.write("expected/c.golden", "result integer 1\nnonsense\n")
    let result = try place("--junit", "junit.xml", "--junit-extras", environment: ["GITHUB_ACTIONS": "true"])
    #expect(
      result.output.contains(
        "::error file=fixtures/it's.lua,line=4,title=it's::step 2: expected result nil, "))
    #expect(result.output.contains("::error file=expected/c.golden,line=2,title=c::"))
    #expect(try place.read("junit.xml").contains("file=\"fixtures/it's.lua\" line=\"4\""))
    #expect(
      try place.read("junit.xml").contains("fixture fixtures/a.lua\ngolden expected/a.golden\n</system-out>"))
  }

  @Test func aGoldenThatCannotBeReadShowsTheAnswerAllTheSame() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1", "expected/a.golden": "<<<<<<< mine\n"])
    let output = try place().output
    #expect(output.contains("expected/a.golden:1: "))
    #expect(
      output.contains("; correct it, or let `touchstone bless` write it anew\n    + result integer 1\n"))
  }

  @Test func whatIsExpectedToFailNeedsAGolden() throws {
    let place = try Workplace(["fixtures/a.lua": "--! expect-fail: known\nreturn 1"])
    let result = try place()
    #expect(result.code == 1)
    #expect(
      result.output.contains(
        "there is no golden expected/a.golden; write by hand what the case should answer, "))
    try place.write("expected/a.golden", "result integer 2\n")
    #expect(try place().code == 0)
  }

  @Test func limitsSayWhatTheyAre() throws {
    let place = try Workplace([
      "fixtures/f.lua": "--! fuel: 100_000\nwhile true do end",
      "fixtures/t.lua": "--! timeout: 0.05\nwhile true do end",
    ])
    let output = try place().output
    #expect(
      output.contains("hit the fuel limit of 100,000 instructions; there is no golden expected/f.golden\n"))
    #expect(output.contains("hit the time limit of 50.0 ms; there is no golden expected/t.golden\n"))
  }

  @Test func theReportOfAnEarlierRunDoesNotPassForThatOfThisOne() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1", "expected/a.golden": "result integer 1\n"])
    #expect(try place("--junit", "junit.xml").code == 0)
    let unselected = try place("--filter", "zzz", "--junit", "junit.xml")
    #expect(unselected.code == 4)
    #expect(unselected.output.hasPrefix("nothing was selected: "))
    #expect(try place.read("junit.xml").contains("tests=\"0\""))
    #expect(try place("--junit", "junit.xml").code == 0)
    let unread = try place("--baseline", "nope", "--junit", "junit.xml")
    #expect(unread.code == 3)
    let reason =
      "cannot read nope: no such file or directory; `touchstone run --save-baseline nope` writes it"
    #expect(unread.output.contains("ERROR \(reason)\n1 case: 1 not run in "))
    #expect(try place.read("junit.xml").contains("<error type=\"fault\" message=\"\(reason)\"/>"))
  }

  @Test func growthThatFailsNothingIsSaidAndSoIsWhatTheBaselineDoesNotKnow() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1", "expected/a.golden": "result integer 1\n"])
    #expect(try place("--save-baseline", "costs.jsonl").code == 0)
    #expect(try !place("--baseline", "costs.jsonl").output.contains("cost"))
    try place.write("fixtures/a.lua", "for i = 1, 1000 do end return 1")
    try place.write("fixtures/b.lua", "return 1")
    try place.write("expected/b.golden", "result integer 1\n")
    let result = try place("--baseline", "costs.jsonl")
    #expect(result.code == 0)
    #expect(result.output.hasPrefix("cost 1 case took more instructions than in the baseline, the most a (+"))
    #expect(
      result.output.contains(
        "; with --max-cost-growth such growth fails\ncost 1 case not in the baseline, the first b; "))
    #expect(try place("--baseline", "costs.jsonl", "--quiet").output == "")
  }

  @Test func whatFailedForItsCostStaysOnRecordUntilARunThatWouldSeeIt() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1", "expected/a.golden": "result integer 1\n"])
    #expect(try place("--save-baseline", "costs.jsonl").code == 0)
    try place.write("fixtures/a.lua", "for i = 1, 1000 do end return 1")
    #expect(try place("--baseline", "costs.jsonl", "--max-cost-growth", "1").code == 1)
    let result = try place("--only", "failed")
    #expect(result.code == 0)
    #expect(
      result.output.contains("warning on record for --only failed stays 1 case that failed under options "))
    #expect(try place("--only", "failed", "--baseline", "costs.jsonl", "--max-cost-growth", "1").code == 1)
    try place.write("fixtures/a.lua", "return 1")
    #expect(try place("--only", "failed", "--baseline", "costs.jsonl", "--max-cost-growth", "1").code == 0)
    #expect(try place("--only", "failed").code == 4)
  }

  @Test func thePageGroupsByWhatIsAnsweredInPlaceOfWhat() throws {
    var files: [String: String] = [:]
    for number in 0..<4 {
      files["fixtures/s\(number).lua"] = "return '\(number)'"
      files["expected/s\(number).golden"] = "result integer \(number)\n"
      files["fixtures/e\(number).lua"] = "error('no')"
      files["expected/e\(number).golden"] = "result integer \(number)\n"
    }
    let place = try Workplace(files)
    _ = try place("--html", "page.html", "--json", "report.jsonl")
    let page = try place.read("page.html")
    #expect(page.contains(">4 × integer → string</a>"))
    #expect(page.contains(">4 × a value → Lua error</a>"))
    #expect(try place.read("report.jsonl").contains(#""cause":"integer → string""#))
  }
}

@Suite struct BlessTests {
  @Test func goldensAreWrittenAndWhatChangedIsSaid() throws {
    let place = try Workplace(twoCases)
    try place.write("fixtures/new.lua", "error({})\n--! step\nreturn ('x'):rep(3)")
    try place.write("fixtures/a.lua", "return 0.1")
    try place.write("expected/a.golden.new", "old")
    let result = try place("bless")
    #expect(result.code == 0)
    #expect(result.output.contains("changed expected/a.golden\n  - output 1 line, 3 bytes\n"))
    #expect(result.output.contains("new expected/new.golden\n  + step 1\n  + error "))
    #expect(result.output.hasSuffix("goldens: 1 new, 1 changed, 1 unchanged\n"))
    #expect(try place.read("expected/a.golden") == "result float 0.1\n")
    #expect(!place.exists("expected/a.golden.new"))
    #expect(try place().code == 0)
    #expect(try place("bless").output == "goldens: 3 unchanged\n")
  }

  @Test func pendingGoldensStandBeside() throws {
    let place = try Workplace(twoCases)
    try place.write("fixtures/a.lua", "return 0.1")
    let result = try place("bless", "--pending")
    #expect(result.code == 0)
    #expect(
      result.output.hasSuffix(
        """
        goldens: 1 pending, 1 unchanged
        touchstone bless without --pending accepts them, with --review one by one

        """))
    #expect(try place.read("expected/a.golden.new") == "result float 0.1\n")
    #expect(try place.read("expected/a.golden") == twoCases["expected/a.golden"])
    #expect(!place.exists("expected/d/b.golden.new"))
    try place.write("fixtures/a.lua", twoCases["fixtures/a.lua"]!)
    #expect(try place("bless", "--pending").code == 0)
    #expect(!place.exists("expected/a.golden.new"))
  }

  @Test func nothingIsWrittenInCIUnlessForced() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1"])
    let result = try place("bless", environment: ["CI": "true"])
    #expect(result.code == 2)
    #expect(result.error.contains("--force"))
    #expect(!place.exists("expected"))
    #expect(try place("bless", "--force", environment: ["CI": "true"]).code == 0)
    #expect(place.exists("expected/a.golden"))
  }

  @Test func staleGoldensAreDeletedOnRequestOnly() throws {
    let place = try Workplace(twoCases)
    try place.write("expected/gone/x.golden", "result nil\n")
    let result = try place("--strict")
    #expect(result.code == 1)
    #expect(result.output.contains("FAIL the golden expected/gone/x.golden belongs to no fixture"))
    #expect(try place("bless", "--prune", "--filter", "a").code == 2)
    #expect(try place("bless", "--prune", "fixtures/d").code == 2)
    #expect(place.exists("expected/gone/x.golden"))
    #expect(
      try place("bless", "--prune").output
        == "deleted expected/gone/x.golden\ngoldens: 2 unchanged, 1 deleted\n")
    #expect(try place("--strict").code == 0)
  }

  @Test func changesAreAskedAboutInAReview() throws {
    let place = try Workplace([
      "fixtures/a.lua": "return 1", "fixtures/b.lua": "return 2", "fixtures/c.lua": "return 3",
    ])
    let result = try place("bless", "--review", input: "n\ny\nq\n")
    #expect(result.code == 130)
    #expect(
      result.output == """
        new expected/a.golden
          + result integer 1
        (1 of 3) accept? [y]es, [n]o, [q]uit, [?]: new expected/b.golden
          + result integer 2
        (2 of 3) accept? [y]es, [n]o, [q]uit, [?]: new expected/c.golden
          + result integer 3
        (3 of 3) accept? [y]es, [n]o, [q]uit, [?]: goldens: 1 new, 1 rejected
        the review was quit: 1 change was not asked about; the same command goes on with it

        """)
    #expect(!place.exists("expected/a.golden"))
    #expect(try place.read("expected/b.golden") == "result integer 2\n")
    #expect(!place.exists("expected/c.golden"))
    // What was accepted is not asked about again.
    let rest = try place("bless", "--review", input: "y\ny\n")
    #expect(rest.code == 0)
    #expect(rest.output.contains("(2 of 2) accept? "))
    #expect(rest.output.hasSuffix("goldens: 2 new, 1 unchanged\n"))
    #expect(try place("bless", "--review").output == "goldens: 3 unchanged\n")
  }

  @Test func aReviewAsksAgainUntilThereIsAnAnswer() throws {
    let place = try Workplace([
      "fixtures/a.lua": "return 1", "fixtures/b.lua": "return 2", "fixtures/c.lua": "return 3",
    ])
    let result = try place("bless", "--review", input: "\nmaybe\n?\n YES\n")
    #expect(result.code == 130)
    #expect(result.output.components(separatedBy: "(1 of 3) accept? ").count == 5)
    #expect(result.output.contains("[?]:   y  write this golden\n  n  leave it as it is and go on\n  q  "))
    #expect(
      result.output.hasSuffix(
        """
        (2 of 3) accept? [y]es, [n]o, [q]uit, [?]: 
        goldens: 1 new
        the review was quit: 2 changes were not asked about; the same command goes on with them

        """))
    #expect(try place.read("expected/a.golden") == "result integer 1\n")
    #expect(!place.exists("expected/b.golden"))
    #expect(try place("help", "bless").output.contains("130"))
  }

  @Test func aReviewOfPendingGoldensShowsWhatChanged() throws {
    let place = try Workplace(twoCases)
    try place.write("fixtures/a.lua", "return '\\0é\\n' .. ('x'):rep(3)")
    let result = try place("bless", "--review", "--pending", input: "y\n")
    #expect(result.code == 0)
    #expect(result.output.hasPrefix("changed expected/a.golden.new\n  - output 1 line, 3 bytes\n"))
    #expect(try place.read("expected/a.golden") == twoCases["expected/a.golden"])
    #expect(try place("bless").code == 0)
    #expect(try place().code == 0)
  }

  @Test func whatIsExpectedToFailIsLeftAlone() throws {
    let place = try Workplace([
      "fixtures/a.lua": "--! expect-fail: known\nreturn 1", "expected/a.golden": "result integer 2\n",
      "fixtures/b.lua": "--! nonsense: x\n",
    ])
    let result = try place("bless")
    #expect(result.code == 1)
    #expect(result.output.contains("left alone expected/a.golden: it is expected to fail (known)\n"))
    #expect(result.output.contains("fixtures/b.lua:1: there is no directive `nonsense`"))
    #expect(try place.read("expected/a.golden") == "result integer 2\n")
    #expect(!place.exists("expected/b.golden"))
  }
}

@Suite struct ListAndMergeTests {
  @Test func casesAreListedWithTagsAndLimits() throws {
    let place = try Workplace(twoCases)
    try place.write("fixtures/c.lua", "--! timeout: 1.5\n--! fuel: 10\n--! memory: 4MiB\n--! skip: why\n")
    #expect(
      try place("list").output
        == "a  [quick]\nc  timeout=1.500s  fuel=10  memory=4194304  skip: why\nd/b  steps=2\n")
    #expect(try place("list", "--tag", "quick").output == "a  [quick]\n")
    #expect(try place("list", "--exclude", "**/b", "--filter", "*").output.split(separator: "\n").count == 2)
    let json = try place("list", "--format", "json", "fixtures/d").output
    let objects = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]]
    #expect(objects?.count == 1)
    #expect(objects?[0]["id"] as? String == "d/b")
    #expect(objects?[0]["golden"] as? String == "expected/d/b.golden")
    #expect(try place("list", "--filter", "x").code == 4)
    try place.write("fixtures/bad.lua", "--! what: 1\n")
    #expect(try place("list").code == 1)
  }

  @Test func shardsMergeIntoTheReportOfTheWhole() throws {
    var files: [String: String] = [:]
    for number in 0..<12 {
      files["fixtures/d\(number % 3)/c\(number).lua"] = "return \(number)"
      files["expected/d\(number % 3)/c\(number).golden"] = "result integer \(number == 7 ? 8 : number)\n"
    }
    let place = try Workplace(files)
    #expect(try place("--json", "whole.jsonl").code == 1)
    for shard in 1...3 {
      let code = try place(
        "--json", "part\(shard).jsonl", environment: ["CI_NODE_INDEX": "\(shard)", "CI_NODE_TOTAL": "3"]
      ).code
      #expect([0, 1].contains(code))
    }
    let merged = try place(
      "merge", "part3.jsonl", "part1.jsonl", "part2.jsonl", "--json", "merged.jsonl", "--junit", "merged.xml")
    #expect(merged.code == 1)
    #expect(merged.output.contains("12 cases: 11 passed, 1 failed in "))
    func cases(_ name: String) throws -> [Substring] {
      try place.read(name).split(separator: "\n").filter { $0.contains("case-finished") }
        .map { $0.replacing(/"microseconds":\d+/, with: "") }.map { $0[...] }
    }
    #expect(try cases("merged.jsonl") == cases("whole.jsonl"))
    #expect(try place.read("merged.xml").contains("tests=\"12\" failures=\"1\" errors=\"0\""))

    let missing = try place("merge", "part1.jsonl", "part2.jsonl")
    #expect(missing.code == 2)
    #expect(missing.error == "touchstone: the report of shard 3/3 is missing; --partial does without\n")
    #expect(
      try place("merge", "part1.jsonl").error
        == "touchstone: the reports of shards 2/3, 3/3 are missing; --partial does without\n")
    #expect(
      try place("merge", "part1.jsonl", "part1.jsonl", "part2.jsonl").error.contains("are both shard 1/3"))
    #expect(try place("merge", "whole.jsonl", "part1.jsonl").code == 2)
    #expect(try place("merge", "merged.xml").code == 3)
    let lines = try place.read("part1.jsonl").split(separator: "\n")
    try place.write("cut.jsonl", lines.dropLast().joined(separator: "\n") + "\n")
    let cut = try place("merge", "cut.jsonl", "part2.jsonl", "part3.jsonl")
    #expect(cut.code == 3)
    #expect(cut.error.contains("the report is cut off"))
  }
}
