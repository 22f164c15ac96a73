// Shards of a suite: which case is in which, and how the engines that run them say so.
import Foundation
import Testing

/// An engine that runs shards, and what it tells each of them.
struct ShardEngine: CustomTestStringConvertible, Sendable {
  let name: String
  var options: [String] = []
  /// The environment of a shard, counted from 0, out of so many.
  let environment: @Sendable (_ index: Int, _ count: Int) -> [String: String]

  var testDescription: String { name }

  static let all = [
    ShardEngine(name: "Bazel") { index, count in
      [
        "TEST_SHARD_INDEX": "\(index)", "TEST_TOTAL_SHARDS": "\(count)",
        "TEST_SHARD_STATUS_FILE": "status-\(index)", "XML_OUTPUT_FILE": "bazel-\(index).xml",
      ]
    },
    ShardEngine(name: "GitLab") { ["CI": "true", "CI_NODE_INDEX": "\($0 + 1)", "CI_NODE_TOTAL": "\($1)"] },
    ShardEngine(name: "CircleCI") { ["CIRCLE_NODE_INDEX": "\($0)", "CIRCLE_NODE_TOTAL": "\($1)"] },
    ShardEngine(name: "Buildkite") {
      ["BUILDKITE_PARALLEL_JOB": "\($0)", "BUILDKITE_PARALLEL_JOB_COUNT": "\($1)"]
    },
    slurm("0-", 0, 1), slurm("1-", 1, 1), slurm("7-:5", 7, 5),
    ShardEngine(name: "Kubernetes", options: ["--shard-count", "4"]) { index, _ in
      ["JOB_COMPLETION_INDEX": "\(index)"]
    },
  ]

  private static func slurm(_ name: String, _ first: Int, _ step: Int) -> ShardEngine {
    ShardEngine(name: "Slurm, --array=\(name)") { index, count in
      [
        "SLURM_ARRAY_TASK_ID": "\(first + index * step)", "SLURM_ARRAY_TASK_COUNT": "\(count)",
        "SLURM_ARRAY_TASK_MIN": "\(first)", "SLURM_ARRAY_TASK_MAX": "\(first + (count - 1) * step)",
        "SLURM_ARRAY_TASK_STEP": "\(step)",
      ]
    }
  }
}

@Suite struct ShardTests {
  private static func numbered(_ numbers: Range<Int>) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: numbers.map { ("fixtures/d\($0 % 7)/case-\($0).lua", "return \($0)\n") })
  }

  private func ids(_ place: Workplace, _ words: String..., environment: [String: String] = [:]) throws
    -> Set<Substring>
  {
    let result = try place.start(["list"] + words, environment: environment).finish()
    #expect(result.code == 0, "\(words): \(result.error)")
    let lines = result.output.split(separator: "\n")
    #expect(Set(lines).count == lines.count)
    return Set(lines)
  }

  @Test func everyCaseIsInOneShardAndStaysThereWhenOthersAreAdded() throws {
    let counts = [1, 2, 3, 4, 7, 16]
    let place = try Workplace(Self.numbered(0..<200))
    let all = try ids(place)
    #expect(all.count == 200)
    var shardOf: [Int: [Substring: Int]] = [:]
    for count in counts {
      for index in 1...count {
        for id in try ids(place, "--shard", "\(index)/\(count)") {
          #expect(
            shardOf[count, default: [:]].updateValue(index, forKey: id) == nil, "\(id) is in two shards")
        }
      }
      #expect(Set(shardOf[count, default: [:]].keys) == all)
    }
    for (name, text) in Self.numbered(200..<260) { try place.write(name, text) }
    for count in counts {
      var seen = 0
      for index in 1...count {
        for id in try ids(place, "--shard", "\(index)/\(count)") {
          seen += 1
          if all.contains(id) { #expect(shardOf[count]?[id] == index, "\(id) moved") }
        }
      }
      #expect(seen == 260)
    }
  }

  @Test(arguments: ShardEngine.all) func anEngineNamesTheShard(engine: ShardEngine) throws {
    let place = try Workplace(Self.numbered(0..<40))
    for index in 0..<4 {
      let environment = engine.environment(index, 4)
      let shard = try place.start(["list"] + engine.options, environment: environment).finish()
      #expect(shard.code == 0, "\(shard.error)")
      #expect(shard.output == (try place("list", "--shard", "\(index + 1)/4").output))
      // What is typed wins over what is found.
      #expect(try ids(place, "--shard", "1/1", environment: environment).count == 40)
      #expect(
        try ids(place, "--shard", "4/4", environment: environment) == (try ids(place, "--shard", "4/4")))
    }
  }

  @Test(
    arguments: [
      (
        ["CI_NODE_INDEX": "5", "CI_NODE_TOTAL": "4"], [], "CI_NODE_INDEX=5 and CI_NODE_TOTAL=4 name no shard"
      ),
      (
        ["CI_NODE_INDEX": "x", "CI_NODE_TOTAL": "4"], [], "CI_NODE_INDEX=x and CI_NODE_TOTAL=4 name no shard"
      ),
      (["CI_NODE_INDEX": "2"], [], "CI_NODE_INDEX is set, but CI_NODE_TOTAL is not"),
      (["CIRCLE_NODE_TOTAL": "2"], [], "CIRCLE_NODE_TOTAL is set, but CIRCLE_NODE_INDEX is not"),
      (
        [
          "SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "0",
          "SLURM_ARRAY_TASK_MAX": "7",
        ], [], "not numbered in even steps; submit it with --array=1-3"
      ),
      (
        [
          "CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "2", "SLURM_ARRAY_TASK_ID": "0",
          "SLURM_ARRAY_TASK_COUNT": "4",
          "SLURM_ARRAY_TASK_MIN": "0", "SLURM_ARRAY_TASK_MAX": "3",
        ], [], "this is shard 1/2 to GitLab, but 1/4 to Slurm; give --shard K/N, or --shard 1/1 for all cases"
      ),
      ([:], ["--shard-count", "4"], "--shard-count needs JOB_COMPLETION_INDEX"),
      (
        ["JOB_COMPLETION_INDEX": "4"], ["--shard-count", "4"],
        "JOB_COMPLETION_INDEX=4 is no index below the --shard-count 4"
      ),
      (
        ["CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "2"], ["--shard-count", "4"],
        "--shard-count is 4, but GitLab runs 2 shards"
      ),
      (
        [:], ["--shard", "1/2", "--shard-count", "4"], "--shard 1/2 and --shard-count 4 contradict each other"
      ),
      ([:], ["--shard", "3/2"], "--shard needs K/N with K from 1 to N"),
    ] as [([String: String], [String], String)])
  func whatNamesNoShardOrTwoIsRefusedBeforeAnythingRuns(
    environment: [String: String], options: [String], sentence: String
  ) throws {
    let place = try Workplace(["fixtures/a.lua": "return 1"])
    let result = try place.start(["run", "--json", "x.jsonl"] + options, environment: environment).finish()
    #expect(result.code == 2)
    #expect(result.error.contains(sentence), "\(result.error)")
    #expect(result.output == "")
    #expect(!place.exists("x.jsonl"))
  }

  @Test(arguments: [
    ["CI_NODE_TOTAL": "1"], ["CIRCLE_NODE_INDEX": "0", "CIRCLE_NODE_TOTAL": "1"],
    ["TEST_SHARD_INDEX": "0", "TEST_TOTAL_SHARDS": "0"], ["CI_NODE_INDEX": "", "CI_NODE_TOTAL": ""],
    ["JOB_COMPLETION_INDEX": "3"],
  ]) func oneShardOfOneIsTheWholeRun(environment: [String: String]) throws {
    let place = try Workplace(Self.numbered(0..<5))
    #expect(try place("bless").code == 0)
    let result = try place("--json", "report.jsonl", environment: environment)
    #expect(result.output.hasPrefix("5 cases: 5 passed in "))
    #expect(try place.read("report.jsonl").contains("\"shard") == false)
    #expect(try place("--shard", "1/1").output.hasPrefix("5 cases: 5 passed in "))
  }

  @Test func theConsoleAndTheReportSayWhoNamedTheShard() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1", "expected/a.golden": "result integer 1\n"])
    let outputs = try (1...3).map { index in
      let result = try place(
        "--verbose", "--json", "\(index).jsonl",
        environment: ["CI_NODE_INDEX": "\(index)", "CI_NODE_TOTAL": "3"])
      // A shard that has no cases has nothing to complain of.
      #expect(result.code == 0)
      #expect(result.output.contains(", shard \(index)/3, as GitLab's environment says\n"))
      #expect(try place.read("\(index).jsonl").contains(#""shard":"\#(index)/3","shardSource":"GitLab""#))
      return result.output
    }
    #expect(outputs.filter { $0.contains("\n0 cases of shard ") }.count == 2)
    #expect(outputs.filter { $0.contains("\n1 case of shard ") }.count == 1)
    // Nothing in any shard is something to complain of.
    let nothing = try place("--filter", "x", environment: ["CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "3"])
    #expect(nothing.code == 4)
  }

  @Test func aCaseIsExplainedAndBlessedWhicheverShardItIsIn() throws {
    let place = try Workplace(Self.numbered(0..<4))
    let environment = ["CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "4"]
    #expect(try place("bless", environment: environment).output.hasSuffix("goldens: 4 new\n"))
    for number in 0..<4 {
      let result = try place("explain", "d\(number)/case-\(number)", environment: environment)
      #expect(result.code == 0, "\(result.output)\(result.error)")
      #expect(place.exists("expected/d\(number)/case-\(number).golden"))
    }
  }

  @Test func shardsThatRunAtOnceInOneDirectoryLoseNoFailure() throws {
    let place = try Workplace(Self.numbered(0..<24))
    for _ in 0..<3 {
      let shards = try (1...8).map { try place.start(["run", "-j1", "--shard", "\($0)/8"]) }
      for shard in shards { #expect(try [0, 1].contains(shard.finish().code)) }
      #expect(try ids(place, "--only", "failed").count == 24)
      try FileManager.default.removeItem(atPath: place.path + "/.touchstone")
    }
  }
}

@Suite struct BazelTests {
  private func place() throws -> Workplace {
    try Workplace([
      "fixtures/a.lua": "return 1", "expected/a.golden": "result integer 2\n",
      "fixtures/b.lua": "return 1", "expected/b.golden": "result integer 2\n",
      "fixtures/d/c.lua": "return 1", "expected/d/c.golden": "result integer 1\n",
    ])
  }

  private let sharded = [
    "TEST_SHARD_INDEX": "0", "TEST_TOTAL_SHARDS": "2", "TEST_SHARD_STATUS_FILE": "out/status",
  ]

  @Test func theStatusFileIsTouchedAndResultsGoWhereBazelLooksForThem() throws {
    let place = try place()
    var environment = sharded
    environment["XML_OUTPUT_FILE"] = "out/test.xml"
    let result = try place("run", environment: environment)
    #expect([0, 1].contains(result.code))
    #expect(try place.read("out/status") == "")
    let count = try place("list", "--shard", "1/2").output.split(separator: "\n").count
    #expect(try place.read("out/test.xml").contains("<testsuites name=\"touchstone\""))
    #expect(try place.read("out/test.xml").contains("tests=\"\(count)\""))
    // An option wins, and merge is no test.
    _ = try place("run", "--junit", "own.xml", "--json", "1.jsonl", environment: ["XML_OUTPUT_FILE": "x.xml"])
    #expect(try place.read("own.xml").contains("tests=\"3\""))
    #expect(!place.exists("x.xml"))
    #expect(try place("merge", "1.jsonl", environment: ["XML_OUTPUT_FILE": "x.xml"]).code == 1)
    #expect(!place.exists("x.xml"))
  }

  @Test func aComparisonTouchesTheStatusFileToo() throws {
    let place = try place()
    #expect(try place("compare", "lua.wasm", "lua.wasm", environment: sharded).code == 0)
    #expect(place.exists("out/status"))
  }

  @Test func theStatusFileIsTouchedByAShardWithoutCases() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1", "expected/a.golden": "result integer 1\n"])
    for index in 0..<4 {
      let result = try place(
        "run",
        environment: [
          "TEST_SHARD_INDEX": "\(index)", "TEST_TOTAL_SHARDS": "4",
          "TEST_SHARD_STATUS_FILE": "status\(index)",
          "XML_OUTPUT_FILE": "\(index).xml",
        ])
      #expect(result.code == 0)
      #expect(place.exists("status\(index)"))
      #expect(try place.read("\(index).xml").contains("<testsuites"))
    }
  }

  @Test func testFilterSelectsWithinTheOtherFilters() throws {
    let place = try place()
    let onlyD = ["TESTBRIDGE_TEST_ONLY": "d/*"]
    #expect(try place("run", environment: onlyD).output.hasPrefix("1 case: 1 passed in "))
    #expect(try place("list", "--filter", "*", environment: onlyD).code == 4)
    #expect(try place("list", "--filter", "**", environment: onlyD).output == "d/c\n")
    #expect(try place("list", environment: ["TESTBRIDGE_TEST_ONLY": ""]).output == "a\nb\nd/c\n")
  }

  @Test func failFastStopsAtTheFirstFailure() throws {
    let place = try place()
    let environment = ["TESTBRIDGE_TEST_RUNNER_FAIL_FAST": "1"]
    #expect(try place("-j1", environment: environment).output.contains("3 cases: 1 failed, 2 not run in "))
    let more = try place("-j1", "--max-failures", "2", environment: environment)
    #expect(more.output.contains("3 cases: 2 failed, 1 not run in "))
  }
}
