// Directives, step marks and `defaults` files.
import Harness
import LuaHost
import Testing

@Suite struct DirectiveTests {
  private func text(_ source: String) throws -> FixtureText {
    try FixtureText(Array(source.utf8), file: Path("dir/x.lua"))
  }

  @Test func everyDirectiveIsRead() throws {
    let directives = try text(
      """
      -- A comment before them.
      --! tags: slow, strings  utf8
      --! timeout: 2.5
      --! fuel: 1_000_000

      --! memory: 4MiB
      --! clock: 1700000000000
      --! skip: not today
      --! expect-fail: a known bug
      --! seed: 2 "input" = string "x"
      --! seed: 1 "n" = integer 7
      return 1
      """
    ).directives
    #expect(directives.tags == ["slow", "strings", "utf8"])
    #expect(directives.timeout == .milliseconds(2500))
    #expect(directives.fuel == 1_000_000)
    #expect(directives.memory == 4 << 20)
    #expect(directives.clock == 1_700_000_000_000)
    #expect(directives.skip == "not today")
    #expect(directives.expectedFailure == "a known bug")
    #expect(
      directives.seeds == [
        ExternalTables.Entry(
          table: 2, key: Array("input".utf8), value: LuaValue.string(Array("x".utf8)).encoded),
        ExternalTables.Entry(table: 1, key: Array("n".utf8), value: LuaValue.integer(7).encoded),
      ])
  }

  @Test(arguments: [
    ("--! tag: x", 1, "there is no directive `tag`; did you mean tags?"),
    ("-- x\n--! nonsense: x", 2, "there is no directive `nonsense`; there are tags"),
    ("--! tags", 1, "a directive reads"),
    ("--! tags:", 1, "at least one tag"),
    ("--! timeout: 0", 1, "number of seconds"),
    ("--! timeout: -1", 1, "number of seconds"),
    ("--! timeout: 1e9", 1, "number of seconds"),
    ("--! fuel: 18446744073709551616", 1, "number of instructions"),
    ("--! fuel: -1", 1, "number of instructions"),
    ("--! memory: 17179869184GiB", 1, "number of bytes"),
    ("--! clock: soon", 1, "milliseconds"),
    ("--! skip:", 1, "needs a reason"),
    ("--! expect-fail: ", 1, "needs a reason"),
    ("--! fuel: 1\n--! fuel: 2", 2, "already given on line 1"),
    ("--! seed: 0 \"x\" = nil", 1, "table id from 1 on"),
    ("--! seed: 1 x = nil", 1, "a string between quotes"),
    ("--! call", 1, "a call reads `--! call NAME [INTEGER…]`"),
    ("return 1\n--! call run_gc now", 2, "the arguments of a call are integers, found `now`"),
    ("--! call f 0x10", 1, "found `0x10`"),
    ("--! module: greeter", 1, "NAME = PATH"),
    ("--! module: = x.lua", 1, "NAME = PATH"),
    ("--! module: a = x.lua\n--! module: a = y.lua", 2, "the module a was already named"),
    ("--! modules: lib", 1, "`modules` stands in a `defaults` file"),
    ("--! expect-cut:", 1, "needs a reason"),
    ("--! steps: 2", 1, "there is no directive `steps`"),
  ])
  func whatIsNoDirectiveIsAnErrorWithFileAndLine(source: String, line: Int, part: String) throws {
    let error = try #require(throws: DirectiveError.self) { try text(source) }
    #expect(error.line == line)
    #expect(error.description.hasPrefix("dir/x.lua:\(line): "))
    #expect(error.reason.contains(part), "\(error)")
  }

  @Test func stepMarksSplitTheFileAndNoByteIsLost() throws {
    let fixture = try text("--! fuel: 1\nreturn 1\n--! step\nreturn 2 --! step\n  --!step\r\nreturn 3")
    #expect(
      fixture.steps.map { String(decoding: $0.source ?? [], as: UTF8.self) } == [
        "--! fuel: 1\nreturn 1\n", "return 2 --! step\n", "return 3",
      ])
    #expect(fixture.firstLines == [1, 4, 6])
  }

  @Test func anEmptyFixtureIsOneEmptyStep() throws {
    #expect(try text("").steps == [.source([])])
    #expect(try text("--! step").steps == [.source([]), .source([])])
  }

  @Test func callsAndNewInstancesAreStepsAndSoIsTheCodeBehindThem() throws {
    let fixture = try text(
      "--! tags: a\n-- no code\n--! call init\n--!  call  attach_memory_table\t-7\n\nreturn 1\n--! new  instance\n-- none\n--! step\n--! call run_gc\n-- none\n"
    )
    #expect(
      fixture.steps == [
        .call(ExportCall("init")), .call(ExportCall("attach_memory_table", [-7])),
        .source(Array("\nreturn 1\n".utf8)), .newInstance, .source([]), .call(ExportCall("run_gc")),
      ])
    #expect(fixture.firstLines == [3, 4, 5, 7, 10, 10])
    #expect(fixture.directives.tags == ["a"])
    #expect(fixture.unusedLines == [])
    #expect(try text("x = 1\n--! calling\n--! new\n").unusedLines == [2, 3])
  }

  @Test func directivesBehindTheCodeHaveNoEffectAndAreNoted() throws {
    let fixture = try text("return 1\n--! fuel: 1\n--! step\n--! nonsense\n")
    #expect(fixture.directives == Directives())
    #expect(fixture.unusedLines == [2, 4])
  }

  @Test func aLongCommentEndsTheLeadingLines() throws {
    #expect(try text("--[==[\n--! fuel: 1\n]==]").unusedLines == [2])
    #expect(try text("--[x\n--! fuel: 1").directives.fuel == 1)
  }

  @Test func windowsLineEndsAndAByteOrderMarkDoNotHideDirectives() throws {
    #expect(try text("\u{FEFF}--! fuel: 1\r\n--! skip: why\r\n").directives.skip == "why")
  }

  @Test func innerDirectivesWinAndTagsAndSeedsAddUp() throws {
    let tree = try TemporaryTree([
      "cases/defaults": "# for all\ntags: all\nfuel: 5\nseed: 1 \"a\" = nil\nseed: 1 \"b\" = nil\n",
      "cases/in/defaults": "--! fuel: 6\n-- why\ntimeout: 3\n",
      "cases/in/x.lua": "--! tags: own\n--! seed: 1 \"b\" = integer 1\n",
      "cases/y.lua": "",
      "cases/bad/defaults": "\nfuel: many\n",
      "cases/bad/z.lua": "",
    ])
    let files = try FixtureWalk.fixtures(
      in: FixtureScope.scopes(of: [tree.path.appending("cases")], expected: nil))
    let loader = FixtureLoader(for: files)
    #expect(files.map(\.id.description) == ["bad/z", "in/x", "y"])
    let inner = try loader.load(files[1]).directives
    #expect(inner.tags == ["all", "own"])
    #expect(inner.fuel == 6)
    #expect(inner.timeout == .seconds(3))
    #expect(inner.seeds.map(\.key) == [Array("a".utf8), Array("b".utf8)])
    #expect(inner.seeds.last?.value == LuaValue.integer(1).encoded)
    #expect(try loader.load(files[2]).directives.timeout == nil)
    let error = try #require(throws: FixtureError.self) { try loader.load(files[0]) }
    #expect(error.description.contains("bad/defaults:2: fuel needs a number of instructions"))
  }

  @Test func defaultsHoldForAPartOfTheRootToo() throws {
    let tree = try TemporaryTree(["fixtures/defaults": "fuel: 5\n", "fixtures/a/b/x.lua": ""])
    let root = FixtureRoot(
      fixtures: tree.path.appending("fixtures"), expected: tree.path.appending("expected"))
    for below in [["a", "b"], ["a", "b", "x.lua"]] {
      let files = try FixtureWalk.fixtures(
        in: [FixtureScope(root: root, below: below.map { Array($0.utf8) })])
      #expect(files.map(\.id.description) == ["a/b/x"])
      #expect(try FixtureLoader(for: files).load(files[0]).directives.fuel == 5)
    }
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func anyTextIsAFixtureOrAnErrorAndKeepsItsBytes(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "--!", "--! ", "step", "\n", "\r\n", "fuel: 1", "seed: ", "1 \"a\" = ", "string 1 \"", "\"", ":",
      "--[[", "x", " ",
      "\u{FEFF}", "tags: a", "\0",
    ]
    for _ in 0..<300 {
      var source: [UInt8] = []
      for _ in 0..<Int.random(in: 0...20, using: &random) {
        source += Array(pieces.randomElement(using: &random)!.utf8)
        if Bool.random(using: &random) { source.append(UInt8.random(in: .min ... .max, using: &random)) }
      }
      guard let fixture = try? FixtureText(source, file: Path("x.lua")) else { continue }
      let marks = source.count - fixture.steps.reduce(0) { $0 + ($1.source ?? []).count }
      #expect(fixture.steps.count == fixture.firstLines.count)
      #expect(fixture.steps.count > 1 ? marks >= 7 * (fixture.steps.count - 1) : marks == 0)
    }
  }

  @Test func optionsWinOnlyWhereTheyAreStricter() {
    var settings = CaseSettings()
    var directives = Directives()
    #expect(settings.limits(directives) == ExecutionLimits(time: .seconds(10)))
    directives.timeout = .seconds(60)
    directives.fuel = 100
    #expect(settings.limits(directives) == ExecutionLimits(fuel: 100, time: .seconds(60)))
    settings.timeout = .seconds(20)
    settings.fuel = 200
    settings.memoryBytes = 1 << 20
    #expect(
      settings.limits(directives) == ExecutionLimits(fuel: 100, time: .seconds(20), memoryBytes: 1 << 20))
  }
}
