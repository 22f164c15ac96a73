// Shards of equal cost, and selection among many cases.
import Foundation
import Testing

@Suite struct BalanceTests {
  private func baseline(_ costs: [(String, Int)]) -> String {
    #"{"module":"x","schema":"touchstone-baseline/1"}"# + "\n"
      + costs.map { #"{"id":"\#($0.0)","instructions":\#($0.1),"peakPages":1}"# + "\n" }.joined()
  }

  private func ids(_ place: Workplace, _ shard: String) throws -> [String] {
    let list = try place("list", "--format", "ids", "--shard", shard, "--balance", "baseline.jsonl")
    return list.output.split(separator: "\n").map(String.init)
  }

  @Test func theDearestCasesAreDealtFirst() throws {
    let names = ["a", "b", "c", "d", "e", "unknown", "unknown2"]
    let place = try Workplace(
      Dictionary(uniqueKeysWithValues: names.map { ("fixtures/\($0).lua", "return 1\n") }))
    try place.write(
      "baseline.jsonl", baseline([("a", 10), ("b", 40), ("c", 100), ("d", 30), ("e", 60), ("gone", 1000)]))
    // 100 + 10, 60 + 40, 40 + 40 + 30: what is unknown costs the median, and what costs the same goes by id.
    #expect(try ids(place, "1/3") == ["a", "c"])
    #expect(try ids(place, "2/3") == ["e", "unknown2"])
    #expect(try ids(place, "3/3") == ["b", "d", "unknown"])
    // Each case is in one shard, also where there are more shards than cases.
    let all = try (1...9).flatMap { try ids(place, "\($0)/9") }
    #expect(all.sorted() == names)
    let missing = try place("list", "--shard", "1/2", "--balance", "nowhere.jsonl")
    #expect(missing.code == 3)
    let reason = "touchstone: cannot read nowhere.jsonl: no such file or directory; "
    #expect(missing.error == reason + "`touchstone run --save-baseline nowhere.jsonl` writes it\n")
  }

  @Test func balancedShardsAreMergedLikeOthers() throws {
    let place = try Workplace([
      "fixtures/long.lua": "for i = 1, 100000 do end return 1\n", "fixtures/a.lua": "return 1\n",
      "fixtures/b.lua": "return 2\n", "touchstone.conf": "balance: baseline.jsonl\n",
    ])
    #expect(try place("bless").code == 0)
    #expect(try place("run", "--shard", "1/1", "--save-baseline", "baseline.jsonl").code == 0)
    #expect(
      try place("run", "--shard", "1/2", "--json", "1.jsonl").output.hasPrefix(
        "1 case of shard 1/2: 1 passed"))
    #expect(
      try place("run", "--shard", "2/2", "--json", "2.jsonl").output.hasPrefix(
        "2 cases of shard 2/2: 2 passed"))
    #expect(try place("merge", "1.jsonl", "2.jsonl").output.hasPrefix("3 cases: 3 passed"))
  }

  @Test func whatMatchesNothingAmongManyCasesIsSaidAtOnce() throws {
    let place = try Workplace()
    for folder in 0..<100 {
      for number in 0..<200 { try place.write("fixtures/group-\(folder)/the-case-number-\(number).lua", "") }
    }
    for (words, reason) in [
      (["--filter", "group-17/the-case-numbr-55"], "; did you mean group-17/the-case-number-55?"),
      (["--filter", "something/quite-different-from-all"], "; touchstone list shows all ids"),
      (["--exclude", "**"], "--exclude ** leaves no case"),
    ] {
      let start = Date()
      let result = try place.start(["list"] + words).finish()
      #expect(result.code == 4)
      #expect(result.error.hasSuffix(reason + "\n"), "\(result.error)")
      // Alone it takes 0.2 s.
      #expect(Date().timeIntervalSince(start) < 2)
    }
  }
}
