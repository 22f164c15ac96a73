// run --coverage and touchstone coverage.
import Foundation
import Testing

@Suite struct CoverageTests {
  private let files = [
    "fixtures/both.lua": "return ('a'):upper() .. ('A'):lower()\n",
    "fixtures/lower.lua": "return ('A'):lower()\n",
    "fixtures/reverse.lua": "return ('ab'):reverse()\n",
    "fixtures/upper.lua": "return ('a'):upper()\n",
    "expected/both.golden": "result string 2 \"Aa\"\n",
    "expected/lower.golden": "result string 1 \"a\"\n",
    "expected/reverse.golden": "result string 2 \"ba\"\n",
    "expected/upper.golden": "result string 1 \"A\"\n",
  ]

  @Test func functionsAreTracedToTheCasesThatEnterThem() throws {
    let place = try Workplace(files)
    let plain = try place("--json", "plain.jsonl")
    let observed = try place("run", "--coverage", "coverage.jsonl", "--json", "observed.jsonl")
    #expect(plain.code == 0)
    #expect(observed.code == 0)
    // Watching does not change what is counted.
    func counts(_ file: String) throws -> [Substring] {
      try place.read(file).split(separator: "\n").compactMap {
        $0.firstMatch(of: /"instructions":\d+/)?.output
      }
    }
    #expect(try counts("plain.jsonl") == counts("observed.jsonl"))

    let overview = try place("coverage", "coverage.jsonl")
    #expect(overview.code == 0)
    #expect(overview.output.hasPrefix("4 cases enter "))
    #expect(overview.output.contains("entered at start-up alone, "))
    #expect(overview.output.contains("\n  luaopen_string\n"))
    let never = try #require(overview.output.range(of: "never entered, "))
    #expect(overview.output[never.upperBound...].contains("\n  luaB_pcall\n"))
    #expect(!overview.output.contains("\n  str_upper\n"))

    let upper = try place("coverage", "coverage.jsonl", "--function", "str_upper")
    #expect(upper.output == "str_upper: 2 cases\n  both\n  upper\n")
    let none = try place("coverage", "coverage.jsonl", "--function", "luaB_pcall")
    #expect(none.code == 1)
    #expect(none.output == "luaB_pcall: 0 cases\n")
  }

  @Test func aSmallSetOfCasesCoversFunctions() throws {
    let place = try Workplace(files)
    #expect(try place("run", "--coverage", "coverage.jsonl").code == 0)
    let cover = try place(
      "coverage", "coverage.jsonl", "--cover", "str_upper", "--cover", "str_lower", "--cover", "str_re*",
      "--cover", "luaB_pcall")
    #expect(cover.code == 0)
    #expect(
      cover.output
        == """
        2 cases enter 3 of 5 functions, no fewer do
          both  +2
          reverse  +1
        entered by no case, 2:
          luaB_pcall
          str_rep

        """)
    let json = try place("coverage", "coverage.jsonl", "--cover", "str_upper", "--format", "json").output
    #expect(json.contains("\"isSmallest\" : true"))
  }

  @Test func theCoverageOfShardsIsJoined() throws {
    let place = try Workplace(files)
    #expect(try place("run", "--coverage", "all.jsonl").code == 0)
    for shard in 1...3 {
      _ = try place("run", "--shard", "\(shard)/3", "--coverage", "part\(shard).jsonl")
    }
    let parts = (1...3).map { "part\($0).jsonl" }.filter { place.exists($0) }
    let joined = try place.start(["coverage", "--cover", "*"] + parts).finish()
    #expect(joined.output == (try place("coverage", "--cover", "*", "all.jsonl").output))
  }

  @Test func aThresholdFails() throws {
    let place = try Workplace(files)
    #expect(try place("run", "--coverage", "coverage.jsonl").code == 0)
    #expect(try place("coverage", "coverage.jsonl", "--fail-under", "10").code == 0)
    let result = try place("coverage", "coverage.jsonl", "--fail-under", "99")
    #expect(result.code == 1)
    #expect(result.error.contains(" % of the functions are entered, not 99.0 %\n"))
  }

  @Test func whatIsNoCoverageIsRefused() throws {
    let place = try Workplace(files)
    try place.write("other.jsonl", "{}\n")
    let result = try place("coverage", "other.jsonl")
    #expect(result.code == 3)
    #expect(result.error.contains("other.jsonl:1: this is no coverage; `run --coverage` writes one"))
    #expect(try place("coverage").code == 2)
    #expect(try place("run", "--coverage", "coverage.jsonl").code == 0)
    let misspelt = try place("coverage", "coverage.jsonl", "--function", "str_uper")
    #expect(misspelt.code == 2)
    #expect(misspelt.error.contains("the module has no function str_uper; did you mean str_upper?"))
  }
}
