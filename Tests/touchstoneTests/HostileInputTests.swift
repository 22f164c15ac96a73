// Scripts, reports and options that were written to break the harness.
import Foundation
import TestSupport
import Testing

@Suite struct HostileInputTests {
  @Test(arguments: ["9223372036854775807", "5000", "99999999999999999999", "0"])
  func aLineThatAScriptInventsIsNotBelieved(line: String) throws {
    let place = try Workplace([
      "fixtures/a.lua": "-- one\nerror('script:\(line):x', 0)", "fixtures/b.lua": "return 1",
    ])
    let result = try place("--json", "report.jsonl", environment: ["GITHUB_ACTIONS": "true"])
    #expect(result.code == 1)
    #expect(result.output.contains("::error file=fixtures/a.lua,line=1,title=a::"))
    #expect(result.output.contains("2 cases: 2 failed in "))
    #expect(try place("bless").code == 0)
  }

  @Test func largeNumbersEndInNoCrash() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1", "expected/a.golden": "result integer 1\n"])
    #expect(try place("--slowest", "9223372036854775807", "--json", "1.jsonl").code == 0)
    #expect(try place("merge", "1.jsonl", "--slowest", "9223372036854775807").code == 0)
    let slurm = ["SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_TASK_COUNT": "01"]
    #expect(try place(environment: slurm).code == 0)
    #expect(try place("--shard", "1/9223372036854775807").code == 2)
    let report = try place.read("1.jsonl")
    for (old, new) in [
      (#""passed":1"#, #""failed":9,"passed":9223372036854775807"#),
      (#""caseCount":1"#, #""caseCount":9223372036854775807"#),
      (#""run":{"#, #""run":{"shard":"1/9223372036854775807","#), (#""run":{"#, #""run":{"shard":"banana","#),
    ] {
      let damaged = report.replacingOccurrences(of: old, with: new).replacingOccurrences(
        of: #""failed":0,"#, with: "")
      #expect(damaged != report)
      try place.write("2.jsonl", damaged)
      let result = try place("merge", "2.jsonl", "1.jsonl")
      #expect(result.code == 2 || result.code == 3, "\(new): \(result)")
      #expect(result.error.hasPrefix("touchstone: "))
    }
    try place.write(
      "2.jsonl", report.replacingOccurrences(of: #""run":{"#, with: #""run":{"shard":"banana","#))
    let result = try place("merge", "2.jsonl")
    #expect(result.code == 3)
    #expect(result.error.contains("`banana` is no shard K/N"))
  }

  /// Reading a module of megabytes counts against the limit on time.
  @Test func aModuleIsReadWithinTheLimitOnTime() throws {
    let place = try Workplace()
    var module = ModuleWriter()
    let type = module.type([], [])
    for _ in 0..<400_000 { module.function(type, []) }
    module.export(module.function(type, []))
    try place.write("large.wasm", module.bytes())
    let invoked = try place("invoke", "large.wasm", "f", "--timeout", "0.001")
    #expect(invoked.code == 1 && invoked.error == "limit time\n")
    #expect(try place("invoke", "large.wasm", "f", "--timeout", "100").code == 0)
    let evaluated = try place("eval", "--module", "large.wasm", "--timeout", "0.001", "return 1")
    #expect(evaluated.code == 3)
    #expect(
      evaluated.error.contains("large.wasm cannot be used: reading the module reached the limit of time"))
  }

  /// Two spellings of the same letter, which are the same string to Swift and two files to a file system.
  @Test func namesThatOnlyLookAlikeAreApart() throws {
    let names = ["caf\u{E9}", "cafe\u{301}"]
    let place = try Workplace()
    for (number, name) in names.enumerated() {
      try place.write("fixtures/\(name).lua", "for i = 1, \(1 + number * 5000) do end return \(number)")
      try place.write("expected/\(name).golden", "result integer \(number)\n")
      try place.write("fixtures/\(name)/x.lua", "return \(number)")
      try place.write("expected/\(name)/x.golden", "result integer \(number)\n")
    }
    let count = try FileManager.default.contentsOfDirectory(atPath: place.path + "/fixtures").count
    // Some file systems take them for one.
    guard count == 4 else { return }
    #expect(
      try place(
        "--json", "r.jsonl", "--junit", "j.xml", "--save-baseline", "b.jsonl", "--coverage", "c.jsonl"
      ).code == 0)
    #expect(try place("--baseline", "b.jsonl", "--max-cost-growth", "1").code == 0)
    #expect(try place.read("b.jsonl").split(separator: "\n").count == 5)
    #expect(try place("merge", "r.jsonl").code == 0)
    #expect(try place("coverage", "c.jsonl").output.hasPrefix("4 cases enter "))
    #expect(try place.read("j.xml").components(separatedBy: "<testsuite ").count == 4)
    try place.write("expected/\(names[1]).golden", "result nil\n")
    #expect(try place().code == 1)
    #expect(try place("--only", "failed").output.contains("\n1 case: 1 failed in "))
  }

  @Test func aBaselineIsNotReplacedByThatOfARunThatWasStopped() throws {
    var files: [String: String] = [:]
    for number in 0..<4 {
      files["fixtures/c\(number).lua"] = "return \(number)"
      files["expected/c\(number).golden"] = "result integer \(number)\n"
    }
    let place = try Workplace(files)
    #expect(try place("--save-baseline", "b.jsonl").code == 0)
    let whole = try place.read("b.jsonl")
    try place.write("expected/c0.golden", "result nil\n")
    #expect(try place("--save-baseline", "b.jsonl", "--max-failures", "1", "--json", "m.jsonl").code == 1)
    #expect(try place.read("b.jsonl") == whole)
    #expect(try place("merge", "m.jsonl", "--save-baseline", "b.jsonl").code == 1)
    #expect(try place.read("b.jsonl") == whole)
    #expect(try place("--baseline", "b.jsonl", "--json", "b.jsonl").code == 2)
    #expect(try place("merge", "m.jsonl", "--json", "m.jsonl").code == 2)
    #expect(try place.read("b.jsonl") == whole)
  }

  @Test func rootsBesideOneAnotherHaveARecordEach() throws {
    let place = try Workplace([
      "a/x/one.lua": "return 1", "a/y/two.lua": "return 2", "a/y/three.lua": "return 3",
    ])
    #expect(try place("run", "a/x").code == 1)
    #expect(try place("run", "a/y").code == 1)
    #expect(try place("run", "a/x", "--only", "failed").output.contains("\n1 case: 1 failed in "))
    #expect(try place("run", "a/y", "--only", "failed").output.contains("\n2 cases: 2 failed in "))
  }

  @Test func nothingSelectedIsReportedByEveryCommandAndAReportThatFailsIsAFault() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1", "scripts/readme.txt": "no script"])
    for words in [
      ["compare", "lua.wasm", "lua.wasm", "--filter", "nope"], ["spec", "scripts"],
      ["run", "--filter", "nope"],
    ] {
      try place.write("r.jsonl", "an earlier run")
      #expect(try place.start(words + ["--json", "r.jsonl"]).finish().code == 4)
      #expect(try place.read("r.jsonl").contains("nothing was selected: "))
    }
    #if os(Linux)
      let result = try place("--filter", "nope", "--json", "/dev/full")
      #expect(result.code == 3)
      #expect(result.output.contains("ERROR cannot write to /dev/full: no space left on device\n"))
    #endif
  }

  @Test func whatIsWrongWithDefaultsIsNotShownAtALineThatAFixtureLacks() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1", "fixtures/defaults": "\n\n\n--! what: x\n"])
    let result = try place(environment: ["GITHUB_ACTIONS": "true"])
    #expect(result.output.contains("::error file=fixtures/a.lua,line=1,title=a::fixtures/defaults:4: "))
  }

  @Test func theCommandForMoreCanBeTypedWhateverTheName() throws {
    let place = try Workplace(["fixtures/a\nb.lua": "return 1"])
    let output = try place().output
    #expect(output.contains(#"`touchstone explain 'a\nb'` shows it in full"#))
    #expect(try place("explain", #"a\nb"#).output.hasPrefix(#"a\nb"#))
  }
}
