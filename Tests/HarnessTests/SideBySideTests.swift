// Differences in two columns: which lines stand beside which, what is marked, what is made visible.
import Harness
import TestSupport
import Testing

/// The table that a difference becomes: each row's cells, `[…]` around what is marked, `{…}` around what is
/// set apart because it could not be seen, and `·` for a space that is drawn.
private func table(_ difference: [String]) throws -> [[String]] {
  let page = HTMLPage(
    title: "t", headline: "h",
    statuses: [HTMLStatus(key: "failed", word: "FAIL", label: "failed", tone: .bad)])
  var row = HTMLRow(id: "x", status: "failed")
  row.difference = lines(difference)
  let tree = try TemporaryTree()
  let file = try OutputFile(tree.path.appending("page.html"))
  try HTMLPageWriter.write(page, [row], to: file)
  try file.commit()
  let text = try tree.read("page.html").replacing("<i class=\"w\"> </i>", with: "·")
    .replacing("<mark>", with: "[").replacing("</mark>", with: "]")
    .replacing("<i class=\"x\">", with: "{").replacing("</i>", with: "}")
    .replacing("<i class=\"o\">", with: "{")
  let rows = try HTMLElement(document: text).all("tbody").flatMap(\.children)
  return rows.map { $0.children.map { ($0.classes.first.map { $0 + ": " } ?? "") + $0.text } }
}

/// A difference from lines behind the signs of a diff.
private func lines(_ difference: [String]) -> [DifferenceLine] {
  difference.map { line in
    let text = String(line.unicodeScalars.dropFirst(2))
    return switch line.utf8.first {
    case UInt8(ascii: "-"): DifferenceLine(.expected, text)
    case UInt8(ascii: "+"): DifferenceLine(.actual, text)
    case UInt8(ascii: "@"): DifferenceLine(.alike, count: text.utf8.first.map { Int($0) - 0x30 } ?? 0)
    default: DifferenceLine(.kept, text)
    }
  }
}

@Suite struct SideBySideTests {
  @Test func linesStandBesideWhatReplacesThem() throws {
    #expect(
      SideBySide(
        lines(["@ 2", "  a", "- b", "- c", "+ d", "  e", "+ f", "  g", "- h"])
          + [DifferenceLine(.more, count: 7)]
      ).rows == [
        .omission("2 lines alike"), .same("a"), .different(left: "b", right: "d"),
        .different(left: "c", right: nil), .same("e"), .different(left: nil, right: "f"), .same("g"),
        .different(left: "h", right: nil), .omission("7 lines more"),
      ])
  }

  @Test func theColumnsAreGoldenAndAnswer() throws {
    #expect(
      try table(["  same", "- old line", "+ new line", "- gone", "@ 3"]) == [
        ["same", "same"], ["out: [old] line", "in: [new] line"], ["out: gone", "none: "], ["3 lines alike"],
      ])
  }

  @Test func whatHasOnlyOneSideIsShownInOneColumn() throws {
    #expect(try table(["+ output", "+ result"]) == [["only: output"], ["only: result"]])
    #expect(try table(["- gone"]) == [["only: gone"]])
  }

  @Test(
    arguments: [
      ("result integer 41", "result integer 42", "result integer [41]", "result integer [42]"),
      ("| a b c", "| a b c d", "| a b c", "| a b c[·d]"),
      ("| stdin stdout x", "| stdin new stdout x", "| stdin stdout x", "| stdin [new·]stdout x"),
      ("1 a 2 b 3", "1 x 2 y 3", "1 [a] 2 [b] 3", "1 [x] 2 [y] 3"),
      ("nothing", "in common", "nothing", "in common"),
      ("same", "same", "same", "same"),
      (#"a\n"#, #"a\t"#, #"a[{\n}]"#, #"a[{\t}]"#),
      (#"a\\n"#, #"a\\t"#, #"a\\[n]"#, #"a\\[t]"#),
      (#""\x00\u{202e}\"""#, #""\x01\u{202e}\"""#, #""[{\x00}]{\u{202e}}\"""#, #""[{\x01}]{\u{202e}}\"""#),
      ("end", "end  ", "end", "end[··]"),
      ("a b", "a\u{A0}b", "a[·]b", #"a[{\u{a0}}]b"#),
      ("caf\u{E9}!", "cafe\u{301}!", "[caf\u{E9}]!", #"[cafe{\u{301}}]!"#),
      (#"\u{12"#, #"\x"#, #"\[u{12]"#, #"\[x]"#),
    ])
  func whatDiffersIsMarked(old: String, new: String, left: String, right: String) throws {
    #expect(try table(["- \(old)", "+ \(new)"]) == [["out: \(left)", "in: \(right)"]])
  }

  @Test func ofALongLineThePartThatDiffersIsShown() throws {
    let long = String(repeating: "x", count: 100_000)
    let cells = try table(["- \(long)a", "+ \(long)b"])[0]
    let alike = String(repeating: "x", count: 100)
    #expect(cells[0] == "out: { … 99,900 more characters … }\(alike)[a]")
    #expect(cells[1] == "in: { … 99,900 more characters … }\(alike)[b]")
    #expect(
      try table(["+ \(long)"]) == [
        ["only: \(String(repeating: "x", count: 600)){ … 99,400 more characters … }"]
      ])
  }

  @Test func linesOfManyWordsThatDifferAreComparedInTime() throws {
    let old = (0..<20_000).map { "a\($0)" }.joined(separator: " ")
    let new = (0..<20_000).map { "b\($0)" }.joined(separator: " ")
    let start = ContinuousClock.now
    let cells = try table(["- \(old)", "+ \(new)"])[0]
    #expect(ContinuousClock.now - start < .seconds(5))
    #expect(cells[0].contains("more characters"))
  }

  @Test func aSecondSidesCostAddsTheChange() throws {
    let page = HTMLPage(
      title: "t", headline: "h",
      statuses: [HTMLStatus(key: "same", word: "same", label: "same", tone: .plain)])
    func row(_ id: String, _ old: UInt64?, _ new: UInt64?) -> HTMLRow {
      var row = HTMLRow(id: id, status: "same")
      row.cost = HTMLCost(microseconds: 10, instructions: new, peakPages: 32)
      row.earlierCost = HTMLCost(microseconds: 10, instructions: old, peakPages: 31)
      return row
    }
    let collected = [
      row("more", 1000, 1013), row("less", 1000, 900), row("same", 5, 5), row("nothing", nil, 5),
      row("new", 0, 5),
    ]
    let tree = try TemporaryTree()
    let file = try OutputFile(tree.path.appending("page.html"))
    try HTMLPageWriter.write(page, collected, to: file)
    try file.commit()
    let document = try HTMLElement(document: tree.read("page.html"))
    let rows = try #require(document.element(id: "cases")).children
    #expect(
      rows.map { $0.all("span", class: "n")[2].text } == ["+1.3 %", "-10.0 %", "+0.0 %", "–", "from nothing"])
    #expect(
      rows.map { $0.attributes["data-c"] } == ["13000", "-100000", "0", nil, "\(Int64.max)"])
    #expect(
      rows[0].all("span", class: "up").first?.attributes["title"] == "1,000 instructions before, 1.9 MiB")
    #expect(document.all("span").contains { $0.attributes["data-sort"] == "change" })
  }
}
