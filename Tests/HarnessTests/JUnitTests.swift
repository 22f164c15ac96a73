// JUnit XML: well-formed, and in the shape that Jenkins' junit-10 and Surefire's schemas demand.
import Harness
import LuaHost
import Testing

/// A reader of the XML that reports are made of, which refuses what is not well-formed.
struct XMLElement {
  var name: String
  var attributes: [(name: String, value: String)] = []
  var children: [XMLElement] = []
  /// The text directly inside, references resolved.
  var text = ""

  subscript(attribute: String) -> String? { attributes.first { $0.name == attribute }?.value }

  struct Malformed: Error {
    let reason: String
  }

  init(document: String) throws {
    var rest = Substring(document)
    let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    guard rest.hasPrefix(declaration) else { throw Malformed(reason: "no declaration") }
    rest = rest.dropFirst(declaration.count)
    for scalar in document.unicodeScalars {
      let isAllowed =
        switch scalar.value {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
      guard isAllowed else { throw Malformed(reason: "U+\(String(scalar.value, radix: 16))") }
    }
    self = try Self(&rest)
    guard rest == "\n" else { throw Malformed(reason: "something behind the document") }
  }

  private init(_ rest: inout Substring) throws {
    guard rest.popFirst() == "<" else { throw Malformed(reason: "no element") }
    name = Self.name(&rest)
    while rest.first == " " {
      rest.removeFirst()
      let attribute = Self.name(&rest)
      guard rest.hasPrefix("=\""), self[attribute] == nil else {
        throw Malformed(reason: "attribute \(attribute)")
      }
      rest = rest.dropFirst(2)
      guard let end = rest.firstIndex(of: "\"") else { throw Malformed(reason: "attribute not ended") }
      guard !rest[..<end].contains("<"), !rest[..<end].contains("\n"), !rest[..<end].contains("\t") else {
        throw Malformed(reason: "character in attribute")
      }
      attributes.append((attribute, try Self.resolved(rest[..<end])))
      rest = rest[end...].dropFirst()
    }
    if rest.hasPrefix("/>") {
      rest = rest.dropFirst(2)
      return
    }
    guard rest.popFirst() == ">" else { throw Malformed(reason: "tag of \(name)") }
    while !rest.hasPrefix("</") {
      guard let first = rest.first else { throw Malformed(reason: "\(name) not ended") }
      if first == "<" {
        children.append(try Self(&rest))
      } else {
        let piece = rest.prefix { $0 != "<" }
        guard !piece.contains("]]>"), !piece.contains("\r") else { throw Malformed(reason: "text") }
        text += try Self.resolved(piece)
        rest = rest[piece.endIndex...]
      }
    }
    let end = "</\(name)>"
    guard rest.hasPrefix(end) else { throw Malformed(reason: "end of \(name)") }
    rest = rest.dropFirst(end.count)
  }

  private static func name(_ rest: inout Substring) -> String {
    let name = rest.prefix { $0.isLetter || $0 == "-" }
    rest = rest[name.endIndex...]
    return String(name)
  }

  private static func resolved(_ text: Substring) throws -> String {
    var resolved = ""
    var rest = text
    while let character = rest.popFirst() {
      guard character == "&" else {
        resolved.append(character)
        continue
      }
      guard let end = rest.firstIndex(of: ";") else { throw Malformed(reason: "reference") }
      let references = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#9": "\t", "#10": "\n", "#13": "\r"]
      guard let meaning = references[String(rest[..<end])] else {
        throw Malformed(reason: "&\(rest[..<end]);")
      }
      resolved += meaning
      rest = rest[end...].dropFirst()
    }
    return resolved
  }
}

/// A JUnit document checked against the rules of both schemas.
struct JUnitDocument {
  let root: XMLElement

  struct Invalid: Error {
    let reason: String
  }

  init(_ text: String) throws {
    root = try XMLElement(document: text)
    try check(root, "testsuites", ["name", "time", "tests", "failures", "errors"])
    try checkNoText(root)
    for suite in root.children { try check(suite: suite) }
    for attribute in ["tests", "failures", "errors"] {
      let total = root.children.reduce(0) { $0 + (Int($1[attribute] ?? "") ?? -1_000_000) }
      try require(root[attribute] == "\(total)", "testsuites/\(attribute)")
    }
  }

  private func check(suite: XMLElement) throws {
    try check(
      suite, "testsuite",
      ["name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname"])
    try checkNoText(suite)
    try require(suite["timestamp"]!.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/) != nil, "timestamp")
    try require(suite.children.first?.name == "properties", "properties come first")
    for property in suite.children[0].children {
      try check(property, "property", ["name", "value"])
    }
    let cases = suite.children.dropFirst()
    for testcase in cases {
      try check(testcase, "testcase", ["name", "classname", "time"], optional: ["file", "line"])
      try checkNoText(testcase)
      let names = testcase.children.map(\.name)
      try require(
        [["failure"], ["error"], ["skipped"], []].contains(names.filter { $0 != "system-out" })
          && names.filter { $0 == "system-out" }.count <= 1 && !names.dropLast().contains("system-out"),
        "children \(names)")
      for child in testcase.children {
        switch child.name {
        case "failure", "error": try check(child, child.name, ["type", "message"])
        case "skipped": try check(child, child.name, ["message"])
        default: try check(child, "system-out", [])
        }
      }
    }
    try require(suite["tests"] == "\(cases.count)", "tests")
    for (attribute, element) in [("failures", "failure"), ("errors", "error"), ("skipped", "skipped")] {
      let count = cases.filter { $0.children.contains { $0.name == element } }.count
      try require(suite[attribute] == "\(count)", attribute)
    }
  }

  private func check(
    _ element: XMLElement, _ name: String, _ attributes: [String], optional: [String] = []
  ) throws {
    try require(element.name == name, "\(element.name) instead of \(name)")
    let found = element.attributes.map(\.name)
    try require(Set(attributes).isSubset(of: found), "\(name) has \(found)")
    try require(Set(found).isSubset(of: attributes + optional), "\(name) has \(found)")
    if let time = element["time"] {
      try require(time.wholeMatch(of: /\d+\.\d{3}/) != nil, "time \(time)")
    }
  }

  private func checkNoText(_ element: XMLElement) throws {
    try require(element.text.allSatisfy(\.isWhitespace), "text in \(element.name)")
  }

  private func require(_ condition: Bool, _ reason: String) throws {
    if !condition { throw Invalid(reason: reason) }
  }

  var testcases: [XMLElement] { root.children.flatMap { $0.children.dropFirst() } }

  /// How many elements of this name there are.
  func count(_ name: String) -> Int {
    func count(_ element: XMLElement) -> Int {
      element.children.reduce(element.name == name ? 1 : 0) { $0 + count($1) }
    }
    return count(root)
  }
}

@Suite struct JUnitTests {
  private func document(_ files: [String: String], extras: Bool = false) throws -> JUnitDocument {
    var run = try TestRun(files)
    run.options.junit = run.tree.path.appending("junit.xml")
    run.options.junitExtras = extras
    run.options.given = ["--fuel 1", "--filter \"<&>\""]
    _ = try run()
    return try JUnitDocument(run.tree.read("junit.xml"))
  }

  @Test func everyStatusHasItsElement() throws {
    let document = try document([
      "cases/pass.lua": "result nil", "expected/pass.golden": "result nil\n",
      "cases/d/fail.lua": "result none", "expected/d/fail.golden": "result nil\n",
      "cases/d/trap.lua": "trap unreachable", "expected/d/trap.golden": "result nil\n",
      "cases/d/skip.lua": "--! skip: why not", "cases/d/e/xfail.lua": "--! expect-fail: bug\nresult nil",
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
