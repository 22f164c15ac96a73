// Which cases a command line names: roots, ids in place of paths, filters that match nothing.
import Foundation
import Testing

private let suite = [
  "fixtures/text/upper.lua": "return 'A'\n", "expected/text/upper.golden": "result string 1 \"A\"\n",
  "fixtures/text/lower.lua": "--! tags: slow\nreturn 'a'\n",
  "expected/text/lower.golden": "result string 1 \"a\"\n",
  "fixtures/math/a[1].lua": "return 1\n", "expected/math/a[1].golden": "result integer 1\n",
  "fixtures/defaults": "tags: all\n",
]

/// The same files in a directory below.
private let nested = Dictionary(uniqueKeysWithValues: suite.map { ("suite/" + $0.key, $0.value) })

@Suite struct SelectionTests {
  /// Runs the command in a directory below the place's.
  private func touchstone(_ place: Workplace, in directory: String, _ words: String) throws -> Finished {
    try Shell.bash.run("cd '\(directory)' && touchstone \(words) --module \"$OLDPWD/lua.wasm\"", in: place)
  }

  /// What a list says of files and goldens.
  private func listed(_ result: Finished) throws -> [[String?]] {
    let objects = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]]
    return (objects ?? []).map { object in
      ["id", "file", "golden"].map { object[$0] as? String }
    }
  }

  // MARK: - Roots

  @Test func aPathInADirectoryNamedFixturesBelongsToIt() throws {
    let place = try Workplace(nested)
    for path in [
      "suite/fixtures", "suite/fixtures/text", "suite/fixtures/text/upper.lua",
      "./suite/../suite/fixtures/math",
      place.path + "/suite/fixtures/text",
    ] {
      let result = try place("run", path)
      #expect(result.code == 0, "\(path): \(result.output)\(result.error)")
    }
    let list = try place("list", "--format", "json", "./suite/fixtures/text/lower.lua")
    #expect(
      try listed(list)
        == [["text/lower", "suite/fixtures/text/lower.lua", "suite/expected/text/lower.golden"]])
    // The defaults of the directories above hold, too.
    #expect(try place("list", "suite/fixtures/text").output == "text/lower  [all, slow]\ntext/upper  [all]\n")
    // However the root is spelled, it is one.
    let all = try place(
      "list", "suite/fixtures/text", "./suite/fixtures", place.path + "/suite/fixtures/math")
    #expect(all.output.split(separator: "\n").count == 3, "\(all.error)")
  }

  @Test func aDirectoryBelowFixturesCanBeTheWorkingDirectory() throws {
    let place = try Workplace(suite)
    for (directory, words) in [
      ("fixtures/text", "run upper.lua"), ("fixtures/text", "run ."), ("fixtures", "run text"),
      ("fixtures", "run ."), ("fixtures/text", "run ../math"), ("fixtures/text", "upper.lua"),
    ] {
      let result = try touchstone(place, in: directory, words)
      #expect(result.code == 0, "\(directory) \(words): \(result.output)\(result.error)")
    }
    let list = try Shell.bash.run("cd fixtures/text; touchstone list upper.lua --format json", in: place)
    #expect(
      try listed(list) == [["text/upper", "../text/upper.lua", "../../expected/text/upper.golden"]])
    // There is one record of what failed, beside the root.
    try place.write("fixtures/text/upper.lua", "return 2\n")
    #expect(try touchstone(place, in: "fixtures/text", "run upper.lua").code == 1)
    #expect(place.exists(".touchstone/last-run.jsonl"))
    #expect(!place.exists("fixtures/.touchstone") && !place.exists("fixtures/text/.touchstone"))
    #expect(try place("--only", "failed").output.contains("1 case: 1 failed"))
  }

  @Test func goldensOfSuchARootAreWrittenWhereItsRunsLook() throws {
    let place = try Workplace(["suite/fixtures/a/x.lua": "return 1\n"])
    let result = try touchstone(place, in: "suite/fixtures/a", "bless x.lua")
    #expect(result.output.hasPrefix("new ../../expected/a/x.golden\n"))
    #expect(try place.read("suite/expected/a/x.golden") == "result integer 1\n")
    #expect(try place("suite/fixtures").code == 0)
    // With --expected the path below the root is mirrored as well.
    #expect(try place("bless", "suite/fixtures/a", "--expected", "other").code == 0)
    #expect(place.exists("other/a/x.golden"))
  }

  @Test func theNearestRootWinsUnlessItLiesAmongFixtures() throws {
    let place = try Workplace([
      "fixtures/deep/fixtures/x.lua": "", "suite/fixtures/deep/fixtures/x.lua": "", "cases/x.lua": "",
    ])
    #expect(try place("list", "fixtures/deep/fixtures").output == "deep/fixtures/x\n")
    #expect(
      try listed(place("list", "suite/fixtures/deep/fixtures/x.lua", "--format", "json"))
        == [
          ["deep/fixtures/x", "suite/fixtures/deep/fixtures/x.lua", "suite/expected/deep/fixtures/x.golden"]
        ])
    #expect(
      try listed(place("list", "cases", "--format", "json")) == [["x", "cases/x.lua", "expected/x.golden"]])
    let collision = try place("list", "fixtures", "suite/fixtures")
    #expect(collision.code == 2)
    #expect(collision.error.contains(" would both be the case deep/fixtures/x; run them separately"))
  }

  @Test func linksAreReadAsTheyAreWritten() throws {
    let place = try Workplace(nested.merging(["far/away/x.lua": "return 1\n"]) { $1 })
    for (link, target) in [
      ("suite/fixtures/linked", "../../far/away"), ("here", "suite/fixtures/text"), ("up", "far/away"),
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: place.path + "/" + link, withDestinationPath: target)
    }
    #expect(try place("list", "suite/fixtures/linked", "--format", "ids").output == "linked/x\n")
    // The link's name lies in no root, but the files that it leads to are in one.
    #expect(try place("list", "here", "--format", "ids").output == "text/lower\ntext/upper\n")
    #expect(try touchstone(place, in: "here", "run .").code == 0)
    // Behind a link `..` is not what it looks like: this is far/away, not suite/fixtures/away.
    try place.write("suite/fixtures/away/y.lua", "return 1\n")
    #expect(try place("list", "suite/fixtures/linked/../away", "--format", "ids").output == "x\n")
  }

  // MARK: - Ids in place of paths

  @Test func anIdThatWasPrintedCanBeTyped() throws {
    let place = try Workplace(suite)
    try place.write("fixtures/text/line\nfeed.lua", "return 1\n")
    #expect(try place("run", "text/upper").output.hasPrefix("1 case: 1 passed"))
    #expect(try place("text/upper").output.hasPrefix("1 case: 1 passed"))
    #expect(try place("run", "text/lower", "math").output.hasPrefix("2 cases: 2 passed"))
    #expect(try place("list", "text/upper").output == "text/upper  [all]\n")
    #expect(try place("list", "math/a[1]", "--format", "ids").output == "math/a[1]\n")
    #expect(try place("list", #"text/line\nfeed"#, "--format", "ids").output == "text/line\\nfeed\n")
    #expect(try place("bless", "text/upper").output == "goldens: 1 unchanged\n")
    // A case is meant before a directory of the same name, and a file before both.
    try place.write("fixtures/text.lua", "return 1\n")
    #expect(try place("list", "text", "--format", "ids").output == "text\n")
    try place.write("text/own.lua", "return 1\n")
    #expect(try place("list", "text", "--format", "ids").output == "own\n")
  }

  @Test(arguments: [
    (["run", "text/uper"], "there is no file or directory text/uper; did you mean text/upper?"),
    (["run", "upper"], "there is no file or directory upper; did you mean text/upper?"),
    (
      ["run", "fixtures/text/uper.lua"],
      "there is no file or directory fixtures/text/uper.lua; did you mean text/upper?"
    ),
    (["list", "txet"], "there is no file or directory txet; did you mean text?"),
    (["list", "../text/upper"], "there is no file or directory ../text/upper; did you mean text/upper?"),
    (["run", "nothing-like-it"], "there is no file or directory nothing-like-it"),
    (["text/uper"], "there is no command, file or directory text/uper; did you mean text/upper?"),
  ])
  func whatIsLikeAnIdIsSuggested(words: [String], sentence: String) throws {
    let result = try Workplace(suite).start(words).finish()
    #expect(result.code == 2)
    #expect(result.error == "touchstone: \(sentence)\n")
  }

  // MARK: - Filters

  @Test(arguments: [
    ("--filter upper", "--filter upper matches no case; did you mean **/upper?"),
    ("--filter 'up*'", "--filter up* matches no case; did you mean **/up*?"),
    ("--filter text/uper", "--filter text/uper matches no case; did you mean text/upper?"),
    ("--filter uper", "--filter uper matches no case; did you mean text/upper?"),
    ("--filter text", "no case has the id text; text/** selects what is below it"),
    ("--filter 'txet/**'", "--filter txet/** matches no case; did you mean text/**?"),
    (
      "--filter fixtures/text/upper.lua",
      "--filter fixtures/text/upper.lua matches no case; ids have neither fixtures/ in front nor .lua at the end: did you mean text/upper?"
    ),
    (
      "--filter 'fixtures/x/*'",
      "--filter fixtures/x/* matches no case; ids have neither fixtures/ in front nor .lua at the end"
    ),
    (
      "--filter 'text/{upper,lower}'",
      "--filter text/{upper,lower} matches no case; { } is not special in a pattern: give --filter once for each"
    ),
    (
      "--filter 'math/a[1]'",
      "--filter math/a[1] matches no case; [ ] stands for one character of a set: did you mean 'math/a\\[1]'?"
    ),
    ("--filter xyzzy", "--filter xyzzy matches no case; touchstone list shows all ids"),
    (
      "--filter xyzzy --filter upper",
      "--filter xyzzy and --filter upper match no case; did you mean **/upper?"
    ),
    ("--exclude '**'", "--exclude ** leaves no case"),
    ("--exclude 'text/*' --exclude 'm*/*'", "--exclude text/* and --exclude m*/* leave no case"),
    ("--filter 'text/*' --exclude '**'", "--exclude ** leaves no case that --filter selects"),
    ("--tag slwo", "no case has the tag slwo; did you mean slow?"),
    ("--tag x --tag y", "no case has the tag x or y; touchstone list --format tags shows those there are"),
    ("--filter '**/upper' --tag slow", "no case that --filter selects has the tag slow"),
    ("--tag slow --exclude-tag all", "--exclude-tag all leaves no case with the tag slow"),
    ("--exclude-tag all", "--exclude-tag all leaves no case"),
  ])
  func theFilterThatLeftNothingIsNamed(words: String, reason: String) throws {
    let result = try Shell.bash.run("touchstone list \(words)", in: Workplace(suite))
    #expect(result.code == 4)
    #expect(result.error == "touchstone: nothing was selected: \(reason)\n")
  }

  @Test func ofTheCasesThatFailedAFilterMayLeaveNone() throws {
    let place = try Workplace(suite)
    try place.write("fixtures/text/upper.lua", "return 2\n")
    #expect(try place().code == 1)
    let result = try place("--only", "failed", "--filter", "**/lower")
    #expect(result.code == 4)
    #expect(
      result.output
        == "nothing was selected: --filter **/lower matches no case that failed in the last run; touchstone list shows all ids\n"
    )
    let bazel = try place("list", environment: ["TESTBRIDGE_TEST_ONLY": "upper"])
    #expect(
      bazel.error
        == "touchstone: nothing was selected: TESTBRIDGE_TEST_ONLY=upper matches no case; did you mean **/upper?\n"
    )
  }

  // MARK: - Goldens elsewhere

  @Test func aDirectoryOfGoldensHasToBeThereUnlessTheyAreWritten() throws {
    let place = try Workplace(suite)
    for command in ["run", "list"] {
      let missing = try place(command, "--expected", "goldens")
      #expect(missing.code == 2)
      #expect(missing.error == "touchstone: --expected: there is no directory goldens\n")
      let file = try place(command, "--expected", "lua.wasm")
      #expect(file.code == 2)
      #expect(file.error == "touchstone: --expected needs a directory, and lua.wasm is none\n")
    }
    #expect(try place("bless", "--expected", "lua.wasm").code == 2)
    #expect(try place("bless", "--expected", "goldens").code == 0)
    #expect(try place("run", "--expected", "goldens").code == 0)
  }
}
