// JUnit XML: well-formed, in the shape that the schemas demand, and with all that is to be said in it.
import Harness
import LuaHost
import TestSupport
import Testing

@Suite struct JUnitTests {
  private func document(_ files: [String: String], extras: Bool = false) throws -> JUnitDocument {
    var run = try TestRun(files)
    run.options.junit = run.tree.path.appending("junit.xml")
    run.options.junitExtras = extras
    run.options.given = [GivenOption("--fuel", "1"), GivenOption("--filter", "\"<&>\"")]
    _ = try run()
    return try JUnitDocument(run.tree.read("junit.xml"))
  }

  @Test func everyStatusHasItsElement() throws {
    let document = try document([
      "cases/pass.lua": "result nil", "expected/pass.golden": "result nil\n",
      "cases/d/fail.lua": "result none", "expected/d/fail.golden": "result nil\n",
      "cases/d/trap.lua": "trap unreachable", "expected/d/trap.golden": "result nil\n",
      "cases/d/skip.lua": "--! skip: why not", "cases/d/e/xfail.lua": "--! expect-fail: bug\nresult nil",
      "expected/d/e/xfail.golden": "result none\n",
      "cases/d/wrong.lua": "--! what: x",
    ])
    #expect(document.root.children.map { $0["name"] } == ["lua", "lua.d", "lua.d.e"])
    #expect(document.root["tests"] == "6")
    #expect(document.root["failures"] == "1")
    #expect(document.root["errors"] == "2")
    #expect(document.count("skipped") == 2)
    let failure = try #require(document.testcases.first { $0["name"] == "fail" })
    #expect(failure["classname"] == "lua.d")
    #expect(failure["time"] == "0.002")
    #expect(failure.children[0]["type"] == "answer")
    #expect(failure.children[0].text.hasPrefix("- result nil\n+ result none\n"))
    #expect(
      failure.children[1].text.hasPrefix("1500 microseconds\n100 instructions\n32 pages of memory at most\n"))
    let skipped = try #require(document.testcases.first { $0["name"] == "skip" })
    #expect(skipped.children.map(\.name) == ["skipped"])
    #expect(skipped.children[0]["message"] == "why not")
  }

  @Test func whatXMLCannotHoldStandsInTheGoldensEscape() throws {
    let document = try document([
      "cases/x.lua": "result string 21 \"<&>]]>\\x00\\x1b\\u{fffe}\\xff\\\"'\\n\\r\\téé\"",
      "expected/x.golden": "result nil\n",
    ])
    let failure = try #require(document.testcases.first?.children.first)
    #expect(failure.text.contains(#""<&>]]>\x00\x1b\u{fffe}\xff\"'\n\r\téé""#))
    #expect(failure["message"]?.contains(#"<&>]]>\x00"#) == true)
    #expect(
      document.root.children[0].children[0].children.contains { $0["value"] == "--fuel 1 --filter \"<&>\"" })
  }

  @Test func textIsEscapedForItsPlace() {
    #expect(XMLText.attribute("a\t\"\n<\u{1}\u{FFFF}\r") == "a&#9;&quot;&#10;&lt;\\x01\\u{ffff}&#13;")
    #expect(XMLText.content("a\t\"\n<\u{1}") == "a\t\"\n&lt;\\x01")
  }

  @Test func dotsInDirectoriesBecomeUnderscoresAndStayApart() throws {
    let names = ["a.b/x", "a_b/x", "a/b/x", "a.b.c/x", "a_b.c/x"]
    var files: [String: String] = [:]
    for name in names { files["cases/\(name).lua"] = "result nil" }
    let suites = try document(files).root.children.map { $0["name"]! }
    #expect(Set(suites).count == 5)
    #expect(suites.sorted() == ["lua.a.b", "lua.a_b", "lua.a_b_2", "lua.a_b_c", "lua.a_b_c_2"])
  }

  @Test func fileAndLineComeOnlyWithExtras() throws {
    let files = ["cases/x.lua": "-- c\n--! what: x"]
    #expect(try document(files).testcases[0]["file"] == nil)
    let testcase = try document(files, extras: true).testcases[0]
    #expect(testcase["file"]?.hasSuffix("cases/x.lua") == true)
    #expect(testcase["line"] == "2")
  }

  @Test(
    arguments: [
      (0, "0.000"), (499, "0.000"), (500, "0.001"), (1_234_567, "1.235"), (3_600_000_000, "3600.000"),
      (.max, "18446744073709.551"),
    ] as [(UInt64, String)])
  func timesAreSecondsWithThreeDecimals(microseconds: UInt64, text: String) {
    if microseconds < .max { #expect(Format.seconds(microseconds: microseconds) == text) }
    #expect(Format.seconds(microseconds: microseconds).wholeMatch(of: /\d+\.\d{3}/) != nil)
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00"), (951_782_399, "2000-02-28T23:59:59"), (951_782_400, "2000-02-29T00:00:00"),
      (1_781_683_750, "2026-06-17T08:09:10"), (4_107_542_400, "2100-03-01T00:00:00"),
    ] as [(Int64, String)])
  func momentsAreWrittenInUTC(seconds: Int64, text: String) {
    #expect(Format.timestamp(secondsSince1970: seconds) == text)
  }
}
