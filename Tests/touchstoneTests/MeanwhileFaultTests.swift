// Fixtures, goldens and modules that change or vanish while a run goes on.
import Foundation
import TestSupport
import Testing

@Suite struct MeanwhileFaultTests {
  /// A run that has found its cases and opened its reports, but waits for its module until all is changed.
  private func run(_ place: Workplace, _ words: String..., afterChanging change: () throws -> Void) throws
    -> Finished
  {
    try place.write("fixtures/a.lua", "return 1")
    try place.write("expected/a.golden", "result integer 1\n")
    place.pipe("module")
    let process = try place.start(
      ["--module", "module", "--junit", "report.xml"] + words + ["--json", "report.jsonl"])
    // The reports are opened in the order of junit, json, html.
    let count = 2 + words.count / 2
    place.wait { place.temporaryFiles.count == count }
    #expect(place.temporaryFiles.count == count)
    try change()
    #expect(try place.shell("cat lua.wasm > module").code == 0)
    return try process.finish(within: 60)
  }

  private let files = [
    "fixtures/b.lua": "return 1", "expected/b.golden": "result integer 1\n",
    "fixtures/c.lua": "return 1", "expected/c.golden": "result integer 1\n",
    "fixtures/d/e.lua": "return 1", "expected/d/e.golden": "result integer 1\n",
    "fixtures/f.lua": "return 1", "expected/f.golden": "result integer 1\n",
    "fixtures/g.lua": "return 1", "expected/g.golden": "result integer 1\n",
  ]

  @Test func fixturesThatVanishOrChangeAreReportedAsTheyAreThen() throws {
    let place = try Workplace(files)
    let result = try run(place) {
      try FileManager.default.removeItem(atPath: place.path + "/fixtures/b.lua")
      try place.write("fixtures/c.lua", "return 2")
      try FileManager.default.removeItem(atPath: place.path + "/fixtures/d")
      try FileManager.default.removeItem(atPath: place.path + "/fixtures/f.lua")
      try place.write("fixtures/f.lua/x.lua", "return 1")
      try place.write("fixtures/new.lua", "return 1")
    }
    #expect(result.code == 3)
    #expect(result.output.contains("ERROR b\n  cannot read fixtures/b.lua: no such file or directory\n"))
    #expect(result.output.contains("FAIL c ("))
    #expect(result.output.contains("ERROR d/e\n  cannot read fixtures/d/e.lua: no such file or directory\n"))
    #expect(result.output.contains("ERROR f\n  cannot read fixtures/f.lua: is a directory\n"))
    #expect(result.output.contains("\n6 cases: 2 passed, 1 failed, 3 without an answer in "))
    let document = try JUnitDocument(place.read("report.xml"))
    #expect(document.testcases.count == 6)
    #expect(document.count("error") == 3 && document.count("failure") == 1)
    #expect(try place.read("report.jsonl").split(separator: "\n").count == 9)
  }

  @Test func goldensThatVanishAreMissing() throws {
    let place = try Workplace(files)
    let result = try run(place) {
      try FileManager.default.removeItem(atPath: place.path + "/expected/b.golden")
      try place.write("expected/c.golden", "result")
      try FileManager.default.removeItem(atPath: place.path + "/expected/d")
    }
    #expect(result.code == 1)
    #expect(result.output.contains("  there is no golden expected/b.golden; `touchstone bless"))
    #expect(result.output.contains("FAIL c ("))
    #expect(result.output.contains("  there is no golden expected/d/e.golden; "))
    #expect(result.output.contains("\n6 cases: 3 passed, 3 failed in "))
    _ = try JUnitDocument(place.read("report.xml"))
  }

  @Test func theModuleThatWasReadIsTheOneThatIsTested() throws {
    let place = try Workplace(files)
    try place.write("fixtures/a.lua", "--! timeout: 1.5\nwhile true do end")
    try place.write("expected/a.golden", "limit time\n")
    let process = try place.start(["-j1", "--verbose"])
    // That line has the module's digest.
    place.wait { process.outputSoFar.contains("6 cases on lua.wasm") }
    try FileManager.default.removeItem(atPath: place.path + "/lua.wasm")
    try place.write("lua.wasm", "no module")
    let result = try process.finish(within: 60)
    #expect(result.code == 0, "\(result.output)")
    #expect(result.output.contains("6 cases: 6 passed in "))
    #expect(try place.bounded().code == 3)
  }

  @Test func aReportsDirectoryThatVanishesIsAFault() throws {
    let place = try Workplace(files)
    let result = try run(place, "--html", "out/report.html") {
      try FileManager.default.removeItem(atPath: place.path + "/out")
    }
    #expect(result.code == 3)
    #expect(result.output.contains("ERROR cannot write to out/report.html: no such file or directory\n"))
    #expect(try JUnitDocument(place.read("report.xml")).testcases.count == 6)
  }

  @Test func allThatIsFinishedIsReportedWhenTheTreeIsGone() throws {
    let place = try Workplace(files)
    let result = try run(place) {
      try FileManager.default.removeItem(atPath: place.path + "/fixtures")
      try FileManager.default.removeItem(atPath: place.path + "/expected")
    }
    #expect(result.code == 3)
    #expect(result.output.contains("\n6 cases: 6 without an answer in "))
    #expect(try JUnitDocument(place.read("report.xml")).testcases.count == 6)
  }
}
