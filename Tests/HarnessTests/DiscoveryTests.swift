// Finding fixtures: ids, roots, links, names that are no text, globs, shards.
import Harness
import LuaHost
import Testing

/// What Slurm sets for a task of an array of so many, numbered from `first` to `last`.
private func slurm(_ id: String, count: Int, _ first: String, _ last: String) -> [String: String] {
  [
    "SLURM_ARRAY_TASK_ID": id, "SLURM_ARRAY_TASK_COUNT": "\(count)", "SLURM_ARRAY_TASK_MIN": first,
    "SLURM_ARRAY_TASK_MAX": last, "SLURM_ARRAY_TASK_STEP": "1",
  ]
}

@Suite struct DiscoveryTests {
  private func scopes(_ tree: TemporaryTree, _ paths: [String], expected: Path? = nil) throws
    -> [FixtureScope]
  {
    try FixtureScope.scopes(of: paths.map { tree.path.appending($0) }, expected: expected)
  }

  private func ids(_ tree: TemporaryTree, _ paths: [String]) throws -> [String] {
    try FixtureWalk.fixtures(in: scopes(tree, paths)).map(\.id.description)
  }

  @Test func idsArePathsBelowTheRootOrderedByTheirBytes() throws {
    let tree = try TemporaryTree([
      "cases/b.lua": "", "cases/a/z.lua": "", "cases/a-b.lua": "", "cases/a.b/c.lua": "",
      "cases/readme.txt": "",
      "cases/.hidden.lua": "", "cases/.git/x.lua": "", "cases/.lua": "", "cases/B.lua": "",
    ])
    #expect(try ids(tree, ["cases"]) == ["B", "a-b", "a.b/c", "a/z", "b"])
  }

  @Test func goldensStandInTheSiblingExpectedUnlessSaidOtherwise() throws {
    let tree = try TemporaryTree(["set/cases/a/x.lua": "", "set/cases/y.lua": ""])
    let golden = try #require(try FixtureWalk.fixtures(in: scopes(tree, ["set/cases"])).first).golden
    #expect(golden == tree.path.appending("set/expected/a/x.golden"))
    let other = try FixtureWalk.fixtures(in: scopes(tree, ["set/cases"], expected: Path("/elsewhere"))).first
    #expect(other?.golden == Path("/elsewhere/a/x.golden"))
    let single = try FixtureWalk.fixtures(in: scopes(tree, ["set/cases/y.lua"])).first
    #expect(single?.golden == tree.path.appending("set/expected/y.golden"))
  }

  @Test func aPathInsideTheDefaultRootKeepsIdsBelowTheRoot() throws {
    let tree = try TemporaryTree([
      "fixtures/strings/format.lua": "", "fixtures/strings/deep/x.lua": "", "fixtures/math.lua": "",
      "fixtures/defaults": "", "fixtures/strings/defaults": "",
    ])
    func scopes(_ path: String) throws -> [FixtureScope] {
      // Relative paths are read from the tree only as text, so the walk itself starts from absolute ones.
      try FixtureScope.scopes(
        of: [tree.path.appending(path)], expected: nil, workingDirectory: tree.path)
    }
    #expect(try scopes("fixtures/strings").map(\.below) == [[Array("strings".utf8)]])
    #expect(try scopes("fixtures/strings/../../fixtures/.").map(\.isWholeRoot) == [true])
    #expect(try scopes("fixtures/math.lua").first?.below == [Array("math.lua".utf8)])
    #expect(
      try scopes("fixtures").first?.root
        == FixtureRoot(fixtures: Path("fixtures"), expected: Path("expected")))
  }

  @Test func linksAreFollowedButNotInCircles() throws {
    let tree = try TemporaryTree(["cases/a/x.lua": "", "other/y.lua": ""])
    try tree.link("cases/a/up", to: "..")
    try tree.link("cases/self", to: "self")
    try tree.link("cases/gone.lua", to: "nowhere")
    try tree.link("cases/other", to: "../other")
    // A link to nothing that is called a fixture is a case, which says that it cannot be read.
    #expect(try ids(tree, ["cases"]) == ["a/x", "gone", "other/y"])
  }

  @Test func namesNeedNotBeText() throws {
    let tree = try TemporaryTree()
    let name: [UInt8] = Array("caf".utf8) + [0xE9] + Array("\n.lua".utf8)
    let directory = tree.path.appending("cases")
    try FileSystem.createDirectory(directory)
    do {
      try FileSystem.write([], to: directory.appending(name))
    } catch {
      // Some file systems take only names that are UTF-8; there is nothing to find on them then.
      return
    }
    let fixture = try #require(try FixtureWalk.fixtures(in: scopes(tree, ["cases"])).first)
    #expect(fixture.id.description == #"caf\xe9\n"#)
    #expect(try FileSystem.read(fixture.path) == [])
  }

  @Test func idsThatCollideAreAUsageError() throws {
    let tree = try TemporaryTree(["one/x.lua": "", "two/x.lua": ""])
    let error = try #require(throws: UsageError.self) { try ids(tree, ["one", "two"]) }
    #expect(error.description.contains("would both be the case x"))
    #expect(try ids(tree, ["one", "one/x.lua"]) == ["x"])
  }

  @Test func whatIsNotThereOrNoFixtureIsAUsageError() throws {
    let tree = try TemporaryTree(["cases/x.txt": ""])
    #expect(throws: UsageError.self) { try scopes(tree, ["nowhere"]) }
    #expect(throws: UsageError.self) { try scopes(tree, ["cases/x.txt"]) }
  }

  @Test func goldensWithoutAFixtureAreStale() throws {
    let tree = try TemporaryTree([
      "cases/a.lua": "", "expected/a.golden": "", "expected/b.golden": "", "expected/c/d.golden": "",
      "expected/a.golden.new": "", "expected/note.txt": "",
    ])
    let scopes = try scopes(tree, ["cases"])
    let strays = try FixtureWalk.strayGoldens(
      in: scopes, fixtures: FixtureWalk.fixtures(in: scopes), isExpectedGiven: false)
    #expect(strays.pending == [tree.path.appending("expected/a.golden.new")])
    #expect(strays.stale == ["expected/b.golden", "expected/c/d.golden"].map { tree.path.appending($0) })
  }

  @Test(arguments: [
    ("strings/format", "strings/format", true),
    ("strings", "strings/format", false),
    ("strings/*", "strings/format", true),
    ("*", "strings/format", false),
    ("*/*", "strings/format", true),
    ("**", "strings/format", true),
    ("**/format", "strings/format", true),
    ("**/format", "a/b/format", true),
    ("**/format", "format", true),
    ("**/format", "strings/xformat", false),
    ("a/**/b", "a/b", true),
    ("a/**/b", "a/x/y/b", true),
    ("a/**/b", "ab", false),
    ("a/**", "a", false),
    ("a/**", "a/b/c", true),
    ("**a", "b/c/da", true),
    ("str?ngs/f*t", "strings/format", true),
    ("s?rings", "s/rings", false),
    ("[a-c]1", "b1", true),
    ("[!a-c]1", "b1", false),
    ("[!a-c]1", "/1", false),
    ("[]x", "[]x", true),
    ("\\*", "*", true),
    ("\\*", "x", false),
    ("", "", true),
    ("*", "", true),
  ])
  func globs(pattern: String, id: String, matches: Bool) {
    #expect(Glob(pattern).matches(id) == matches)
  }

  @Test func aGlobOfManyStarsTakesNoExponentialTime() {
    #expect(!Glob(String(repeating: "*a", count: 100)).matches(String(repeating: "a", count: 5000) + "b"))
  }

  @Test(arguments: 1...9)
  func everyCaseBelongsToExactlyOneShardOfAboutTheSameSize(count: Int) {
    let ids = (0..<900).map { CaseID(components: [Array("dir".utf8), Array("case\($0)".utf8)]) }
    let sizes = (1...count).map { index in
      ids.filter { Shard(index: index, count: count)!.includes($0) }.count
    }
    #expect(sizes.reduce(0, +) == ids.count)
    #expect(sizes.allSatisfy { abs($0 - 900 / count) < 450 / count + 30 }, "\(sizes)")
  }

  @Test(
    arguments: [
      (["TEST_SHARD_INDEX": "1", "TEST_TOTAL_SHARDS": "4"], nil, "2/4"),
      (["TEST_SHARD_INDEX": "0", "TEST_TOTAL_SHARDS": "0"], nil, nil),
      (["CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "4"], nil, "1/4"),
      (["CI_NODE_TOTAL": "1"], nil, nil),
      (["CI_NODE_INDEX": "", "CI_NODE_TOTAL": ""], nil, nil),
      (["CIRCLE_NODE_INDEX": "0", "CIRCLE_NODE_TOTAL": "1"], nil, nil),
      (["CIRCLE_NODE_INDEX": "3", "CIRCLE_NODE_TOTAL": "4"], nil, "4/4"),
      (["BUILDKITE_PARALLEL_JOB": "0", "BUILDKITE_PARALLEL_JOB_COUNT": "2"], nil, "1/2"),
      (slurm("2", count: 3, "1", "3"), nil, "2/3"),
      (slurm("10", count: 3, "0", "10"), nil, "3/3"),
      (slurm("7", count: 3, "3", "11"), nil, "2/3"),
      (slurm("6", count: 1, "6", "6"), nil, nil),
      (["SLURM_ARRAY_TASK_ID": "2", "SLURM_ARRAY_TASK_COUNT": "3"], nil, "3/3"),
      // Engines inside each other are no trouble as long as they agree, or one of them runs no shards.
      (slurm("2", count: 4, "0", "3").merging(["CI_NODE_TOTAL": "1"]) { $1 }, nil, "3/4"),
      (
        slurm("2", count: 4, "0", "3").merging(["CI_NODE_INDEX": "3", "CI_NODE_TOTAL": "4"]) { $1 }, 4, "3/4"
      ),
      (["JOB_COMPLETION_INDEX": "4"], 5, "5/5"),
      (["JOB_COMPLETION_INDEX": "4"], nil, nil),
      (["JOB_COMPLETION_INDEX": "0"], 1, nil),
      ([:], 1, nil),
    ] as [([String: String], Int?, String?)])
  func shardsArePickedUpFromTheEnvironment(environment: [String: String], count: Int?, shard: String?) throws
  {
    #expect(try ShardEnvironment(environment, shardCount: count)?.shard.description == shard)
  }

  @Test(
    arguments: [
      (["TEST_SHARD_INDEX": "4", "TEST_TOTAL_SHARDS": "4"], nil),
      (["CI_NODE_INDEX": "0", "CI_NODE_TOTAL": "4"], nil),
      (["CI_NODE_INDEX": "-9223372036854775808", "CI_NODE_TOTAL": "x"], nil),
      (["CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "-1"], nil),
      (["CI_NODE_INDEX": "2"], nil),
      (["CI_NODE_TOTAL": "2"], nil),
      (["BUILDKITE_PARALLEL_JOB": "", "BUILDKITE_PARALLEL_JOB_COUNT": "2"], nil),
      (slurm("-9223372036854775808", count: 3, "1", "3"), nil),
      (slurm("9223372036854775807", count: 3, "0", "9223372036854775807"), nil),
      (slurm("4", count: 3, "1", "3"), nil),
      (slurm("0", count: 3, "0", "5"), nil),
      (slurm("3", count: 3, "0", "4"), nil),
      (slurm("2", count: 4, "0", "3").merging(["CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "4"]) { $1 }, nil),
      (["CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "4"], 5),
      ([:], 5),
      (["JOB_COMPLETION_INDEX": "5"], 5),
    ] as [([String: String], Int?)])
  func anEnvironmentThatNamesNoShardIsAUsageError(environment: [String: String], count: Int?) {
    #expect(throws: UsageError.self) { try ShardEnvironment(environment, shardCount: count) }
  }

  @Test(arguments: ["0/4", "5/4", "1", "1/0", "a/b", "1/2/3", "-1/4", ""])
  func aShardIsAPartOfTheWhole(text: String) {
    #expect(Shard(text) == nil)
  }
}
