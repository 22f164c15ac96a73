// One id for a fixture, from wherever it is named: projects, their settings, commands that reports suggest.
import Foundation
import Testing

private let project = [
  "touchstone.conf": "fixtures: tests/lua\nexpected: tests/goldens\n", ".git/HEAD": "",
  "tests/lua/a/one.lua": "return 1\n", "tests/goldens/a/one.golden": "result integer 1\n",
  "tests/lua/two.lua": "return 2\n", "tests/goldens/two.golden": "result integer 2\n", "src/x.txt": "",
]

/// What a suite looks like to which no settings file belongs yet.
private let loose = [
  ".git/HEAD": "", "tests/lua/a/one.lua": "return 1\n", "tests/lua/b/two.lua": "return 2\n",
  "tests/expected/a/one.golden": "result integer 1\n", "tests/expected/b/two.golden": "result integer 2\n",
]

@Suite struct IdentityTests {
  private func shell(_ place: Workplace, _ line: String) throws -> Finished {
    try Shell.bash.run(line, in: place)
  }

  /// The commands between backquotes in what a report says.
  private func suggestions(_ output: String) -> [String] {
    output.matches(of: /`((?:cd |touchstone )[^`]+)`/).map { String($0.1) }
  }

  // MARK: - Projects

  @Test func everyFolderOfAProjectIsAsGoodAsItsTop() throws {
    let place = try Workplace(project)
    for folder in [".", "tests", "tests/lua", "tests/lua/a", "src"] {
      let run = try shell(place, "cd \(folder) && touchstone")
      #expect(run.output.hasPrefix("2 cases: 2 passed"), "\(folder): \(run.output)\(run.error)")
      #expect(try shell(place, "cd \(folder) && touchstone list --format ids").output == "a/one\ntwo\n")
      #expect(try shell(place, "cd \(folder) && touchstone run a/one").output.hasPrefix("1 case: 1 passed"))
      #expect(try shell(place, "cd \(folder) && touchstone eval 'return 6*7'").output == "integer 42\n")
    }
    // However a fixture is named, it is the same case with the same golden.
    for words in [
      "a/one", "tests/lua/a/one.lua", "tests/lua/a", "./tests/../tests/lua/a/", "'\(place.path)/tests/lua/a'",
    ] {
      #expect(try shell(place, "touchstone list --format ids \(words)").output == "a/one\n", "\(words)")
    }
    let list = try shell(place, "cd tests/lua/a && touchstone list --format json one.lua")
    #expect(list.output.contains(#""file" : "../a/one.lua""#) && list.output.contains(#""id" : "a/one""#))
    #expect(list.output.contains(#""golden" : "../../goldens/a/one.golden""#))
    // What holds all fixtures names them all.
    #expect(
      try shell(place, "touchstone list --format ids . && touchstone list --format ids tests").output
        == "a/one\ntwo\na/one\ntwo\n")
  }

  @Test func theSearchEndsWhereARepositoryBegins() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1\n", "inner/.git/HEAD": "", "inner/x/y.txt": ""])
    #expect(try shell(place, "cd inner/x && touchstone list").code == 2)
    #expect(try shell(place, "rm -r inner/.git && cd inner/x && touchstone list").output == "a\n")
  }

  @Test func whatLiesBelowAnotherSettingsFileIsItsOwn() throws {
    let place = try Workplace(project)
    try place.write("tests/lua/own/touchstone.conf", "fixtures: .\n")
    try place.write("tests/lua/own/three.lua", "return 3\n")
    #expect(try place("list", "--format", "ids").output == "a/one\ntwo\n")
    #expect(try place("list", "--format", "ids", "tests/lua/own").output == "three\n")
    #expect(
      try place("bless", "tests/lua/own/three.lua").output.hasPrefix(
        "new tests/lua/own/expected/three.golden\n"))
    // Settings that contradict each other cannot hold for one run.
    try place.write("tests/lua/own/touchstone.conf", "fixtures: .\nfuel: 1000\n")
    let both = try place("run", "tests/lua/a", "tests/lua/own")
    #expect(both.code == 2)
    #expect(
      both.error
        == "touchstone: tests/lua/own belongs to tests/lua/own/touchstone.conf, and another path to"
        + " touchstone.conf, which says something else; run them separately\n")
    let apart = try Workplace(["one/fixtures/x.lua": "", "two/fixtures/y.lua": ""])
    #expect(try apart("list", "--format", "ids", "one/fixtures", "two/fixtures").output == "x\ny\n")
    try apart.write("one/touchstone.conf", "jobs: 1\n")
    #expect(try apart("list", "one/fixtures", "two/fixtures").code == 2)
    try apart.write("two/touchstone.conf", "jobs: 1\n")
    #expect(try apart("list", "one/fixtures", "two/fixtures").code == 0)
  }

  // MARK: - Settings

  @Test func settingsAreDefaultsThatDirectivesAndOptionsChange() throws {
    let place = try Workplace([
      "touchstone.conf":
        "# what we always want\nfuel: 50_000\n--! timeout: 7\nmodule: build/lua.wasm\njobs: 1\nstrict: true\n",
      "fixtures/loop.lua": "for i = 1, 1e9 do end\n", "expected/loop.golden": "limit fuel\n",
      "fixtures/more.lua": "--! fuel: 90_000_000\nfor i = 1, 1e5 do end return 1\n",
      "expected/more.golden": "result integer 1\n",
    ])
    #expect(try shell(place, "mkdir build && mv lua.wasm build").code == 0)
    #expect(try place().output.contains("2 cases: 2 passed"))
    #expect(
      try place("list").output == "loop  timeout=7.000s  fuel=50000\nmore  timeout=7.000s  fuel=90000000\n")
    // The command line wins, over what is stricter too.
    #expect(try place("run", "--fuel", "60_000", "loop", "--json", "r.jsonl").code == 0)
    #expect(try place.read("r.jsonl").contains(#""instructions":60000"#))
    #expect(try place("--module", "gone.wasm").code == 3)
    // What is set counts as if it was given: a golden without a fixture fails.
    try place.write("expected/gone.golden", "result nil\n")
    #expect(try place().code == 1)
    let report = try shell(place, "cd fixtures && touchstone --json ../r.jsonl; cat ../r.jsonl")
    #expect(report.output.contains(#"{"name":"--fuel","value":"50_000"}"#))
    #expect(report.output.contains(#"{"name":"--strict"}"#))
  }

  @Test(arguments: [
    ("jbos: 2", 1, "there is no setting `jbos`; did you mean jobs?"),
    ("module: lua.wasm\n\n# x\njobs 2", 4, "a setting reads `key: value`, found `jobs 2`"),
    ("jobs: none", 1, "jobs needs a number from 1 on, found `none`"),
    ("timeout:", 1, "timeout needs a number of seconds above 0, such as 0.5, found nothing"),
    ("strict: maybe", 1, "strict needs true or false, found `maybe`"),
    ("jobs: 1\njobs: 2", 2, "`jobs` was already given on line 1"),
    ("junit: report.xml", 1, "`junit` is asked of one run: give --junit on the command line"),
    ("fixtures: ../other", 1, "fixtures needs a directory at or below this folder"),
    ("\nfixtures: nowhere", 2, "there is no directory ../nowhere"),
    ("expected:", 1, "expected needs the path of a directory"),
    ("color: red", 1, "color needs one of auto, always, never, found `red`"),
  ])
  func aWrongSettingIsAUsageErrorWithFileAndLine(text: String, line: Int, sentence: String) throws {
    let place = try Workplace(["fixtures/a.lua": "", "touchstone.conf": text])
    let result = try shell(place, "cd fixtures && touchstone")
    #expect(result.code == 2)
    #expect(result.error == "touchstone: ../touchstone.conf:\(line): \(sentence)\n")
  }

  @Test func anUnknownSettingIsNamedWithThoseThereAre() throws {
    let result = try Workplace(["fixtures/a.lua": "", "touchstone.conf": "xyzzy: 1"])("list")
    #expect(result.code == 2)
    #expect(
      result.error.contains(
        "there is no setting `xyzzy`; there are fixtures, "
          + "expected, module, jobs, timeout"))
  }

  // MARK: - Roots of their own

  @Test func aSuiteWithoutAProjectHasOneIdAndIsToldHowToKeepIt() throws {
    let place = try Workplace(loose)
    for (path, ids) in [
      ("tests/lua", "a/one\nb/two\n"), ("tests/lua/a", "a/one\n"), ("tests/lua/a/one.lua", "a/one\n"),
    ] {
      #expect(try place("list", path, "--format", "ids").output == ids)
    }
    let run = try place("run", "tests/lua")
    #expect(run.code == 0)
    #expect(
      run.output.hasPrefix(
        "warning only this command line says that tests/lua holds fixtures and tests/expected their goldens;"
          + " `touchstone init tests/lua` makes it lasting\n"))
    #expect(try shell(place, suggestions(run.output)[0]).code == 0)
    #expect(try place("run", "tests/lua").output.hasPrefix("2 cases: 2 passed"))
    #expect(try place().output.hasPrefix("2 cases: 2 passed"))
    // The advice holds beside a project too.
    try place.write("other/cases/x.lua", "return 3\n")
    let other = try place("bless", "other/cases")
    #expect(try place.read("other/expected/x.golden") == "result integer 3\n")
    #expect(try shell(place, suggestions(other.output)[0]).code == 0)
    #expect(try place("run", "other/cases/x.lua").output.hasPrefix("1 case: 1 passed"))
    #expect(try place().output.hasPrefix("2 cases: 2 passed"))
  }

  @Test func blessNeverWritesAmongFixtures() throws {
    let place = try Workplace(loose)
    #expect(try shell(place, "rm -r tests/expected").code == 0)
    let refused = try place("bless", "tests/lua/a")
    #expect(refused.code == 2)
    #expect(
      refused.error
        == "touchstone: the goldens of tests/lua/a would go to tests/lua/expected, among other fixtures; say with"
        + " --expected DIR where they belong, or make a project of all with `touchstone init tests/lua`\n")
    #expect(!place.exists("tests/lua/expected"))
    #expect(try shell(place, suggestions(refused.error)[0]).code == 0)
    #expect(try place("bless", "tests/lua/a").output.hasPrefix("new tests/expected/a/one.golden\n"))
    // Nor among the goldens of the project.
    try place.write("tests/more/x.lua", "return 1\n")
    let more = try place("bless", "tests/more")
    #expect(more.code == 2)
    #expect(
      more.error.contains("would go to tests/expected, among those of tests/lua; say with --expected DIR"))
    #expect(try place("bless", "tests/more", "--expected", "goldens").code == 0)
  }

  // MARK: - Suggestions

  @Test(arguments: [
    "touchstone", "touchstone --fuel 10", "touchstone --module 'a b.wasm' --timeout 5 --quiet=",
    "cd tests/lua && touchstone two",
  ])
  func whatAProjectsReportSuggestsShowsTheSameFailure(line: String) throws {
    let line = line.replacing(" --quiet=", with: "")
    let place = try Workplace(project)
    try place.write("a b.wasm", Array(try Data(contentsOf: URL(fileURLWithPath: place.path + "/lua.wasm"))))
    try place.write("tests/lua/two.lua", "return 3\n")
    try check(line, in: place)
  }

  @Test(arguments: [
    "touchstone tests/lua", "touchstone tests/lua/b --fuel 10",
    "touchstone tests/lua --expected 'my goldens'",
    "cd tests/lua/b && touchstone . --module ../../../lua.wasm",
  ])
  func whatIsSuggestedForASuiteOfItsOwnShowsTheSameFailure(line: String) throws {
    let place = try Workplace(loose)
    try place.write("tests/lua/b/two.lua", "return 3\n")
    try place.write("my goldens/b/two.golden", "result integer 2\n")
    try place.write("my goldens/a/one.golden", "result integer 1\n")
    try check(line, in: place)
  }

  /// Runs a line, and what its report suggests from the same folder: it must fail for the same reason.
  private func check(_ line: String, in place: Workplace) throws {
    let run = try shell(place, line)
    #expect(run.code == 1, "\(run.output)\(run.error)")
    let reason = try #require(run.output.firstMatch(of: /golden .*\n  (.*)\n/)?.1)
    let command = try #require(suggestions(run.output).first { $0.contains(" explain ") })
    let folder = line.contains("&&") ? line.prefix { $0 != "&" } + "&& " : ""
    let explain = try shell(place, folder + command)
    #expect(explain.code == 1, "\(command): \(explain.error)")
    let said = reason.replacing(" of 10 instructions", with: "")
    #expect(explain.output.contains(said), "\(command): \(explain.output)")
  }

  @Test func theCommandThatPrunesMeansTheSameRoot() throws {
    let place = try Workplace(loose)
    try place.write("tests/expected/gone.golden", "result nil\n")
    let run = try place("run", "tests/lua", "--strict")
    let command = try #require(suggestions(run.output).first { $0.contains("--prune") })
    #expect(command == "touchstone bless --prune tests/lua")
    #expect(try shell(place, command).output.hasPrefix("deleted tests/expected/gone.golden\n"))
  }

  @Test func anIdWinsOverAFileThatIsNoFixture() throws {
    let place = try Workplace([
      "fixtures/a.lua": "return 1\n", "expected/a.golden": "result integer 1\n", "a": "",
    ])
    #expect(try place("explain", "a").output.hasPrefix("a\nfixture fixtures/a.lua\n"))
    #expect(try place("run", "a").output.hasPrefix("1 case: 1 passed"))
    let file = try place("run", "lua.wasm")
    #expect(file.error == "touchstone: lua.wasm is no fixture; fixtures end in .lua\n")
  }

  // MARK: - What is no fixture

  @Test func whatLooksLikeAFixtureAndIsNoneIsSaid() throws {
    let place = try Workplace([
      "fixtures/a.lua": "return 1\n", "expected/a.golden": "result integer 1\n", "fixtures/UPPER.LUA": "",
      "fixtures/deep/.hidden.lua": "", "expected/gone.golden": "result nil\n", "expected/a.golden.new": "",
    ])
    let run = try place()
    #expect(run.code == 0)
    for sentence in [
      "the golden expected/gone.golden belongs to no fixture; `touchstone bless --prune` deletes it",
      "expected/a.golden.new was never accepted; `touchstone bless` does that, or delete it",
      "fixtures/UPPER.LUA is no fixture, as fixtures end in .lua, in small letters",
      "fixtures/deep/.hidden.lua is no fixture, as its name starts with a dot",
    ] {
      #expect(run.output.contains("warning \(sentence)\n"), "\(run.output)")
    }
    let strict = try place("--strict")
    #expect(strict.code == 1)
    #expect(strict.output.contains("; failed for 4 other reasons\n"))
    // A part says nothing of the whole.
    #expect(try place("--strict", "a").code == 0)
  }
}
