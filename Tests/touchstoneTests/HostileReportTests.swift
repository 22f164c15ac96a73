// Names and outputs that try to break the reports: every report stays in order and says everything.
import Foundation
import TestSupport
import Testing

/// Names, as bytes, that file systems take and formats choke on.
private let hostileNames: [[UInt8]] =
  [
    "with space", "quo\"te's", "new\nline", "carriage\rreturn", "back\\slash", ";&|$(x)`y`*?[z]", "🚀é",
    "tab\t",
    "\u{1}\u{1B}[31m\u{7F}", "<&>]]>", "<!--", "%0A%25", "::error::x", "a,b:c=d", "\u{FFFE}x", "\u{202E}rtl",
    "\u{301}combining", "a:\u{301}", "b.\u{301}c", "dots.in..it", "-dash", "#hash", "nul\u{200B}width",
    "\u{85}nel",
    "\u{E000}\u{10FFFD}", String(repeating: "x", count: 246), String(repeating: "é", count: 120),
  ].map { Array($0.utf8) }
  + [[0xFF, 0xFE], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], Array("caf".utf8) + [0xE9]]

/// What a case may print and answer: the same, from Lua.
private let hostileSource = """
  local s = '\\0\\1\\27[31m\\127<&>]]>\\xff\\xED\\xA0\\x80\\u{202E}\\u{FFFE}\\u{1F680}\\r\\n\\t%0A,:"\\'`::error::x\\\\ \\u{301}'
  print(s .. string.len('four')) print(']]>') print('\\r') return s
  """

@Suite struct HostileReportTests {
  /// A place with a fixture of every name, in the root and in a directory of the name.
  private func place() throws -> (Workplace, count: Int) {
    let place = try Workplace()
    var count = 0
    for name in hostileNames {
      guard try place.write(in: "fixtures", name: name + Array(".lua".utf8), hostileSource) else { continue }
      count += 1
    }
    for name in ["d.1", "d_1", "<d>]]>", "d\n,:%", "::d", "🚀"] {
      #expect(try place.write(in: "fixtures/\(name)", name: Array("x.lua".utf8), hostileSource))
      count += 1
    }
    #expect(count > 25)
    return (place, count)
  }

  /// Reads all three reports, each with its own strict reader.
  private func check(_ place: Workplace, _ name: String, count: Int, bad: Int) throws {
    let document = try JUnitDocument(place.read("\(name).xml"))
    #expect(document.testcases.count == count)
    #expect(Set(document.testcases.map { "\($0["classname"]!)\u{0}\($0["name"]!)" }).count == count)
    #expect(document.count("failure") + document.count("error") == bad)
    for testcase in document.testcases {
      #expect(testcase["classname"]!.unicodeScalars.allSatisfy { $0 != "\n" && $0 != "\r" })
    }
    var ids: Set<String> = []
    for line in try place.read("\(name).jsonl").split(separator: "\n") {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      if let report = object["case"] as? [String: Any] { ids.insert(report["id"] as! String) }
    }
    #expect(ids.count == count)
    let page = try HTMLElement(document: place.read("\(name).html"))
    #expect(page.element(id: "cases")?.children.count == count)
  }

  private func reports(_ name: String) -> [String] {
    ["--junit", "\(name).xml", "--json", "\(name).jsonl", "--html", "\(name).html"]
  }

  private func run(_ place: Workplace, _ words: [String]) throws -> Finished {
    try place.start(words).finish(within: 120)
  }

  @Test func runBlessListAndMergeKeepTheirReportsInOrder() throws {
    let (place, count) = try place()
    let failed = try run(place, reports("failed"))
    #expect(failed.code == 1)
    try check(place, "failed", count: count, bad: count)
    #expect(try run(place, ["bless"]).code == 0)
    let passed = try run(place, reports("passed") + ["--strict"])
    #expect(passed.code == 0, "\(passed.output)")
    try check(place, "passed", count: count, bad: 0)
    #expect(passed.output.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 32 && $0.value != 127) })

    // Ids select exactly their case, and lines of a list are one to a case.
    let listed = try run(place, ["list"]).output.split(separator: "\n")
    #expect(listed.count == count)
    let objects = try JSONSerialization.jsonObject(
      with: Data(run(place, ["list", "--format", "json"]).output.utf8))
    #expect((objects as? [[String: Any]])?.count == count)

    // Wrong goldens, in shards.
    _ = try place.shell("find expected -name '*.golden' -exec sh -c 'echo \"result nil\" > \"$1\"' _ {} ';'")
    for shard in 1...3 {
      let code = try run(place, ["--shard", "\(shard)/3", "--json", "part\(shard).jsonl"]).code
      #expect(code == 1)
    }
    let merged = try run(place, ["merge", "part1.jsonl", "part2.jsonl", "part3.jsonl"] + reports("merged"))
    #expect(merged.code == 1)
    try check(place, "merged", count: count, bad: count)
    let again = try run(place, ["--only", "failed"] + reports("again"))
    #expect(again.code == 1)
    try check(place, "again", count: count, bad: count)
  }

  @Test func compareKeepsItsReportsInOrder() throws {
    let (place, count) = try place()
    try place.write("new.wasm", try PatchedModule.lua(PatchedModule.wrongLength))
    let result = try run(place, ["compare", "lua.wasm", "new.wasm"] + reports("compare"))
    #expect(result.code == 1)
    try check(place, "compare", count: count, bad: count)
    let merged = try run(place, ["merge", "compare.jsonl"] + reports("merged"))
    #expect(merged.code == 1)
    try check(place, "merged", count: count, bad: count)
  }

  @Test func specKeepsItsReportsInOrder() throws {
    let place = try Workplace()
    let script =
      "(module (func (export \"]]>\\0a<\\f0\\9f\\9a\\80\\u{202e}\\u{1}\") (result i32) (i32.const 1)))\n"
      + "(assert_return (invoke \"]]>\\0a<\\f0\\9f\\9a\\80\\u{202e}\\u{1}\") (i32.const 2))\n"
      + "(assert_return (invoke \"missing ]]>\\00\") (i32.const 2))\n"
    var count = 0
    for name in hostileNames {
      // The longest leave no room for the ending.
      guard name.count < 245 else { continue }
      guard try place.write(in: "scripts/<&>", name: name + Array(".wast".utf8), script) else { continue }
      count += 3
    }
    let result = try run(place, ["spec", "scripts"] + reports("spec"))
    #expect(result.code == 1, "\(result.output.suffix(500))")
    try check(place, "spec", count: count, bad: count / 3 * 2)
  }

  /// The golden's name is three bytes longer than the fixture's.
  @Test(.enabled(if: Workplace.takesLongNames, "the file system takes no names of 255 bytes"))
  func aNameThatLeavesNoRoomForAGoldenIsSaidToBeTooLong() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1", "expected/a.golden": "result integer 1\n"])
    let long = String(repeating: "n", count: 251)
    let fits = String(repeating: "f", count: 248)
    try place.write("fixtures/\(long).lua", "return 1")
    try place.write("fixtures/\(fits).lua", "return 1")
    let blessed = try place.bounded("bless")
    #expect(blessed.code == 3)
    #expect(blessed.output.contains("cannot read expected/\(long).golden: file name too long\n"))
    #expect(blessed.output.contains("new expected/\(fits).golden\n"))
    let result = try place.bounded("--junit", "r.xml", "--html", "r.html")
    #expect(result.code == 3)
    #expect(
      result.output.contains("ERROR \(long)\n  cannot read expected/\(long).golden: file name too long\n"))
    #expect(result.output.contains("\n3 cases: 2 passed, 1 without an answer in "))
    #expect(try JUnitDocument(place.read("r.xml")).testcases.contains { $0["name"] == long })
    let report = String(repeating: "r", count: 255)
    #expect(try place.bounded("fixtures/a.lua", "--junit", report).code == 0)
    #expect(place.exists(report))
    let longer = try place.bounded("fixtures/a.lua", "--junit", report + "r")
    #expect(longer.code == 3)
    #expect(longer.error.hasSuffix(": file name too long\n"))
  }

  /// Readers of XML refuse text without end. What is cut is counted.
  @Test func junitHoldsNoMoreOfACaseThanReadersTake() throws {
    let place = try Workplace([
      "fixtures/large.lua": "local s = ('<'):rep(60000) for i = 1, 100 do _io['k' .. i] = s end return 1"
    ])
    #expect(try place.bounded("--junit", "r.xml").code == 1)
    let text = try place.read("r.xml")
    #expect(text.utf8.count < 300_000)
    #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count < 5_000 })
    let document = try JUnitDocument(text)
    let large = try #require(document.testcases.first { $0["name"] == "large" }?.children.first?.text)
    #expect(large.utf8.count < 200_000)
    // A line of 60,031 bytes, of which 515 are shown: each `<` is written as four.
    #expect(large.contains(/\n\+ 2 "k1" = string 60000 "<{480,510}… \(59\d{3} bytes more\)\n/))
    #expect(large.contains(/\n… \d+ lines more\n$/))
  }

  /// What stands between `::` and `::`, and behind it, as the runner reads it back.
  @Test func annotationsAreReadBackAsTheyWereMeant() throws {
    let (place, count) = try place()
    try place.write("expected/stale,:%.golden", "result nil\n")
    let result = try place.start(
      ["--json", "r.jsonl"], environment: ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "summary.md"]
    ).finish(within: 120)
    #expect(result.code == 1)
    // By scalars: a combining mark behind a sign is no reason not to see the sign.
    func split(_ text: Substring, at sign: Unicode.Scalar, maxSplits: Int = .max) -> [Substring] {
      text.unicodeScalars.split(separator: sign, maxSplits: maxSplits, omittingEmptySubsequences: false)
        .map { Substring($0) }
    }
    func decoded(_ text: Substring) -> String {
      var pieces = split(text, at: "%").map { Array($0.utf8) }
      let meanings = ["3A": ":", "2C": ",", "0D": "\r", "0A": "\n", "25": "%"]
      for index in pieces.indices.dropFirst() {
        let code = String(decoding: pieces[index].prefix(2), as: UTF8.self)
        guard let meaning = meanings[code] else {
          Issue.record("%\(code)")
          continue
        }
        pieces[index].replaceSubrange(..<2, with: meaning.utf8)
      }
      return String(decoding: pieces.joined(), as: UTF8.self)
    }
    var titles: Set<String> = []
    var files: Set<String> = []
    // Of all of them a run shows ten.
    var output = ""
    for shard in 1...16 {
      output += try place.start(["--shard", "\(shard)/16"], environment: ["GITHUB_ACTIONS": "true"])
        .finish(within: 120).output
    }
    try #require(!output.contains("::notice::"))
    for line in output.split(separator: "\n") where line.hasPrefix("::") {
      #expect(!line.unicodeScalars.contains("\r"))
      // Nothing before the second `::` may hold a colon.
      let parts = split(line.dropFirst(2), at: ":", maxSplits: 2)
      try #require(parts.count == 3 && parts[1].isEmpty)
      let head = split(parts[0], at: " ", maxSplits: 1)
      let properties = split(head[1], at: ",").map { property in
        let parts = split(property, at: "=", maxSplits: 1)
        return (name: String(parts[0]), value: decoded(parts[1]))
      }
      if head[0] == "warning" {
        #expect(properties.map(\.name) == ["file", "line"])
        #expect(properties[0].value == "expected/stale,:%.golden")
        continue
      }
      #expect(properties.map(\.name) == ["file", "line", "title"])
      files.insert(properties[0].value)
      titles.insert(properties[2].value)
      #expect(decoded(parts[2]).contains("\n+ | \\x00\\x01\\x1b[31m\\x7f<&>]]>"))
    }
    var ids: Set<String> = []
    var paths: Set<String> = []
    for line in try place.read("r.jsonl").split(separator: "\n") {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      guard let report = object?["case"] as? [String: Any] else { continue }
      ids.insert(report["id"] as! String)
      paths.insert(report["file"] as! String)
    }
    #expect(ids.count == count)
    #expect(titles == ids)
    #expect(files == paths)
    let summary = try place.read("summary.md")
    #expect(summary.hasPrefix("### touchstone: failed\n\n| passed | failed |"))
    #expect(summary.split(separator: "\n").count { $0.hasPrefix("- `") } == count)
    #expect(summary.contains("- `` ;&|$(x)`y`*?[z] ``: "))
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/xmllint"), "needs xmllint"))
  func anotherReaderHoldsTheDocumentsValid() throws {
    let (place, _) = try place()
    try place.write("report.xsd", Self.schema)
    try place.write("fixtures/skip.lua", "--! skip: ]]> \u{1}\n")
    try place.write("fixtures/trap.lua", "--! fuel: 10\nwhile true do end")
    #expect(try run(place, ["--junit", "run.xml", "--json", "run.jsonl"]).code == 1)
    #expect(try run(place, ["merge", "run.jsonl", "--junit", "merge.xml"]).code == 1)
    #expect(try run(place, ["compare", "lua.wasm", "lua.wasm", "--junit", "compare.xml"]).code == 0)
    try place.write("x.wast", "(module)(assert_invalid (module) \"no\")")
    #expect(try run(place, ["spec", "x.wast", "--junit", "spec.xml"]).code == 1)
    let result = try place.shell(
      "xmllint --noout --schema report.xsd run.xml merge.xml compare.xml spec.xml 2>&1")
    #expect(result.code == 0, "\(result.output)")
  }

  /// The rules that both schemas have in common for the elements that are written.
  private static let schema = """
    <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
      <xs:simpleType name="seconds"><xs:restriction base="xs:decimal"><xs:pattern value="[0-9]+\\.[0-9]{3}"/>
      </xs:restriction></xs:simpleType>
      <xs:complexType name="problem"><xs:simpleContent><xs:extension base="xs:string">
        <xs:attribute name="type" type="xs:string" use="required"/>
        <xs:attribute name="message" type="xs:string" use="required"/>
      </xs:extension></xs:simpleContent></xs:complexType>
      <xs:element name="testsuites"><xs:complexType><xs:sequence>
        <xs:element ref="testsuite" minOccurs="0" maxOccurs="unbounded"/>
      </xs:sequence>
        <xs:attribute name="name" type="xs:string"/><xs:attribute name="time" type="seconds"/>
        <xs:attribute name="tests" type="xs:nonNegativeInteger"/>
        <xs:attribute name="failures" type="xs:nonNegativeInteger"/>
        <xs:attribute name="errors" type="xs:nonNegativeInteger"/>
      </xs:complexType></xs:element>
      <xs:element name="testsuite"><xs:complexType><xs:sequence>
        <xs:element name="properties"><xs:complexType><xs:sequence>
          <xs:element name="property" maxOccurs="unbounded"><xs:complexType>
            <xs:attribute name="name" type="xs:string" use="required"/>
            <xs:attribute name="value" type="xs:string" use="required"/>
          </xs:complexType></xs:element>
        </xs:sequence></xs:complexType></xs:element>
        <xs:element name="testcase" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
          <xs:choice minOccurs="0">
            <xs:element name="skipped"><xs:complexType><xs:attribute name="message" type="xs:string"/>
            </xs:complexType></xs:element>
            <xs:element name="error" type="problem"/><xs:element name="failure" type="problem"/>
          </xs:choice>
          <xs:element name="system-out" type="xs:string" minOccurs="0"/>
        </xs:sequence>
          <xs:attribute name="name" type="xs:string" use="required"/>
          <xs:attribute name="classname" type="xs:string" use="required"/>
          <xs:attribute name="time" type="seconds" use="required"/>
        </xs:complexType></xs:element>
      </xs:sequence>
        <xs:attribute name="name" type="xs:string" use="required"/>
        <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
        <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
        <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
        <xs:attribute name="skipped" type="xs:nonNegativeInteger" use="required"/>
        <xs:attribute name="time" type="seconds" use="required"/>
        <xs:attribute name="timestamp" type="xs:dateTime" use="required"/>
        <xs:attribute name="hostname" type="xs:string" use="required"/>
      </xs:complexType></xs:element>
    </xs:schema>
    """
}
