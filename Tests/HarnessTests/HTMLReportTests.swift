// The HTML report of a run: complete, self-contained, and unmoved by whatever cases are called.
import Foundation
import Harness
import LuaHost
import TestSupport
import Testing

/// The page that a writer makes of events.
private func page(of events: [RunEvent]) throws -> HTMLElement {
  let tree = try TemporaryTree()
  let writer = HTMLWriter(try OutputFile(tree.path.appending("report.html")))
  for event in events { try writer.receive(event) }
  return try HTMLElement(document: tree.read("report.html"))
}

/// The page of a run on these cases.
private func page(
  _ reports: [CaseReport], notices: [Notice] = [], oldModule: String? = nil
) throws -> HTMLElement {
  var run = RunDescription(
    name: "touchstone", language: "lua", engineVersion: "1.0", caseCount: reports.count,
    startTime: 1_781_683_750, host: "host")
  run.module = "lua.wasm"
  run.moduleDigest = String(repeating: "ab", count: 32)
  run.oldModule = oldModule
  run.options = [GivenOption("--fuel", "1"), GivenOption("--filter", "\"<&>\"")]
  var events = [RunEvent.runStarted(run)] + reports.map { .caseFinished($0) }
  events += notices.map { .notice($0) }
  var summary = RunSummary()
  for event in events { summary.count(event) }
  summary.microseconds = 2_500_000
  return try page(of: events + [.runFinished(summary)])
}

private func report(_ id: String, _ status: CaseReport.Status = .passed) -> CaseReport {
  var report = CaseReport(id: id, directory: [], name: id, status: status)
  report.file = "fixtures/\(id).lua"
  return report
}

/// Swift has no literal for it.
private let noncharacter = String(Unicode.Scalar(0xFDD0 as UInt32)!)

extension HTMLElement {
  fileprivate var rows: [HTMLElement] { element(id: "cases")?.children ?? [] }

  fileprivate var caseID: String? { all("bdi").first?.text }
}

@Suite struct HTMLReportTests {
  @Test func everyCaseHasARowAndBadOnesComeFirst() throws {
    let statuses: [CaseReport.Status] = [.passed, .skipped, .error, .expectedFailure, .failed, .notRun]
    let reports = (0..<60).map { report("case-\($0)", statuses[$0 % 6]) }
    let rows = try page(reports).rows
    #expect(Set(rows.compactMap(\.caseID)) == Set(reports.map(\.id)))
    #expect(
      rows.map { $0.attributes["data-s"] }
        == ["failed", "error", "not-run", "expected-failure", "skipped", "passed"]
        .flatMap { [String](repeating: $0, count: 10) })
    #expect(rows.prefix(10).compactMap(\.caseID) == stride(from: 4, to: 60, by: 6).map { "case-\($0)" })
    #expect(Set(rows.compactMap { $0.attributes["id"] }).count == 60)
  }

  @Test func theSummarySaysWhatWasRunAndWhatCameOfIt() throws {
    var passed = report("a")
    passed.instructions = 1_234_567
    let page = try page(
      [passed, report("b", .failed), report("c", .failed)],
      notices: [Notice(.warning, .trouble(reason: "a <stale> golden"))])
    #expect(page.all("h1").first?.text == "touchstone 3 cases: 2 failed")
    #expect(page.all("title").first?.text == "touchstone: 3 cases: 2 failed")
    let facts = page.all("dl", class: "facts")[0].all("div").map { $0.children.map(\.text) }
    #expect(
      facts == [
        ["module", "lua.wasm"], ["sha256", String(repeating: "ab", count: 32)], ["engine", "1.0"],
        ["options", "--fuel 1 --filter \"<&>\""], ["started", "2026-06-17 08:09:10 UTC on host"],
        ["duration", "2.50 s"], ["instructions", "1,234,567"],
      ])
    #expect(page.element(id: "tallies")?.children.map(\.text) == ["2 failed", "1 passed"])
    #expect(page.all("ul", class: "notices").first?.text.contains("a <stale> golden") == true)
  }

  @Test func aRunWhereAllIsWellSaysSoAndShowsWhatItCost() throws {
    let reports = (1...30).map { number in
      var report = report("case-\(number)")
      report.microseconds = UInt64(number) * 1000
      report.instructions = UInt64(number) * 10
      report.peakPages = UInt64(number)
      return report
    }
    let page = try page(reports)
    #expect(page.all("h1").first?.text == "touchstone 30 cases, all passed")
    let charts = page.all("details", class: "charts")[0]
    #expect(charts.attributes["open"] != nil)
    let bars = charts.all("section")[0].all("li")
    #expect(bars.map { $0.all("a")[0].text } == (21...30).reversed().map { "case-\($0)" })
    #expect(bars[0].all("a")[0].attributes["href"] == "#c30")
    #expect(bars[0].all("span")[0].attributes["style"] == "--w:100.0%")
    #expect(bars[9].all("span")[0].attributes["style"] == "--w:70.0%")
    let row = try #require(page.element(id: "c15"))
    #expect(row.all("span", class: "n").map(\.text) == ["15.0 ms", "150", "960 KiB"])
    #expect(
      row.all("span", class: "n").prefix(2).map { $0.attributes["style"] } == ["--w:50.0%", "--w:50.0%"])
    #expect(row.attributes["data-t"] == "15000")
    #expect(row.attributes["data-i"] == "150")
    #expect(row.attributes["data-m"] == "15")
    #expect(page.element(id: "c16")?.all("span", class: "n").last?.text == "1.0 MiB")
  }

  @Test func fewBadCasesStandOpenAndManyDoNot() throws {
    let few = try page((0..<5).map { report("bad-\($0)", .failed) } + [report("good")])
    #expect(few.rows.map { $0.attributes["open"] != nil } == [true, true, true, true, true, false])
    let many = try page((0..<6).map { report("bad-\($0)", .error) })
    #expect(many.rows.allSatisfy { $0.attributes["open"] == nil })
  }

  @Test func aCaseOpensToAllThatIsKnownOfIt() throws {
    var bad = report("bad", .error)
    bad.finding = .trap(step: nil, kind: "unreachable")
    bad.difference = [DifferenceLine(.expected, "result nil"), DifferenceLine(.actual, "trap unreachable")]
    bad.notes = [.unsteady(bad: 1, runs: 2)]
    bad.tags = ["slow", "<b>"]
    bad.limits = CaseLimits(fuel: 1000, microseconds: 10_000_000, memoryBytes: 65_536)
    bad.backtrace = Backtrace(functions: ["f", "g"])
    let row = try #require(try page([bad]).rows.first)
    #expect(row.all("small").first?.text == "trap: unreachable in f < g")
    #expect(row.all("td").map(\.text) == ["result nil", "trap unreachable"])
    #expect(row.all("ol").first?.all("li").map(\.text) == ["f", "g"])
    #expect(row.all("ul").first?.all("li").map(\.text) == ["unstable: bad in 1 of 2 runs"])
    #expect(
      row.all("p").first?.text
        == "file: fixtures/bad.lua:1 · kind: trap · tags: slow, <b> · limits: 10 s, 1,000 instructions, "
        + "65,536 bytes of memory")
  }

  @Test(
    arguments: [
      ("</script><script>alert(1)</script>", "</script><script>alert(1)</script>"),
      ("<!--", "<!--"), ("]]>", "]]>"), ("\"'&amp;", "\"'&amp;"), ("a\tb\nc\r", #"a\tb\nc\r"#),
      ("\u{0}\u{1B}[31m\u{7F}\u{85}", #"\x00\x1b[31m\x7f\u{85}"#),
      ("\u{202E}\u{2066}\u{200B}\u{FEFF}\u{2028}", #"\u{202e}\u{2066}\u{200b}\u{feff}\u{2028}"#),
      ("\u{A0}\u{3000}", #"\u{a0}\u{3000}"#), ("\u{FFFF}" + noncharacter, #"\u{ffff}\u{fdd0}"#),
      ("é\u{5D0}😀", "é\u{5D0}😀"),
    ])
  func whateverACaseIsCalledItIsShownAndNothingElse(name: String, shown: String) throws {
    var bad = report(name, .failed)
    bad.finding = .fault(reason: name)
    bad.tags = [name]
    bad.notes = [.unsteady(bad: 1, runs: 2)]
    bad.backtrace = Backtrace(functions: [name])
    bad.difference = [DifferenceLine(.expected, name), DifferenceLine(.actual, "x")]
    let other = report("other")
    // A message and a list keep their line ends.
    let shownBroken = shown.replacing("\\n", with: "\n")
    let page = try page([bad, other], notices: [Notice(.fault, .trouble(reason: name))])
    #expect(page.rows.first?.caseID == shown)
    #expect(page.rows.first?.all("small").first?.text == shownBroken)
    #expect(page.rows.first?.all("li").map(\.text) == ["unstable: bad in 1 of 2 runs", shownBroken])
    #expect(page.rows.first?.all("p").first?.text.contains(shown) == true)
    #expect(page.rows.first?.all("td").first?.text == shown)
    #expect(page.all("script").count == 1)
    #expect(page.all("style").count == 1)
  }

  @Test func thePageNeedsNothingButItself() throws {
    var bad = report("bad", .failed)
    bad.difference = [DifferenceLine(.expected, "a"), DifferenceLine(.actual, "b")]
    let page = try page([bad, report("good")])
    func check(_ element: HTMLElement) {
      for (name, value) in element.attributes {
        #expect(!["src", "srcset", "action", "data", "poster"].contains(name) && !name.hasPrefix("on"))
        if name == "href" { #expect(value.hasPrefix("#")) }
      }
      #expect(!["link", "img", "iframe", "object", "embed", "base"].contains(element.name))
      element.children.forEach(check)
    }
    check(page)
    let style = try #require(page.all("style").first?.text)
    #expect(!style.contains("url(") && !style.contains("@import") && !style.contains("//"))
    let script = try #require(page.all("script").first?.text)
    // It makes elements of rows that are data, whose texts the writer has escaped.
    for word in ["http:", "https:", "fetch(", "XMLHttpRequest", "import(", "eval("] {
      #expect(!script.contains(word))
    }
  }

  /// The policy names the script by its digest: nothing else can run.
  @Test func thePolicyAllowsThePagesOwnScriptAlone() throws {
    let page = try page([report("good")])
    let script = try #require(page.all("script").first?.text)
    let digest = Data(SHA256Digest(of: Array(script.utf8)).bytes).base64EncodedString()
    let policy = try #require(
      page.all("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" })
    #expect(
      policy.attributes["content"]
        == "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-\(digest)'; "
        + "base-uri 'none'; form-action 'none'")
  }

  @Test func badCasesAreGroupedByKindAndLeadToTheirCases() throws {
    let findings: [Finding?] = [
      .tables, .trap(step: nil, kind: "unreachable"), .tables, .script(kind: .assertReturn, reason: ""), nil,
    ]
    let reports = findings.enumerated().map { number, finding in
      var report = report("case-\(number)", finding?.kind == .trap ? .error : .failed)
      report.finding = finding
      return report
    }
    let links = try page(reports).all("ul", class: "groups")[0].all("a")
    #expect(links.map(\.text) == ["2 × answer", "1 × assert_return", "1 × trap"])
    #expect(
      links.map { $0.attributes["href"] } == [
        "#status=failed&q=cause%3a%22answer%22", "#status=failed&q=cause%3a%22assert_return%22",
        "#status=error&q=cause%3a%22trap%22",
      ])
    #expect(try page([reports[0], reports[2]]).all("ul", class: "groups").isEmpty)
  }

  @Test func aComparisonShowsVerdictsBothBuildsAndTheChangeInCost() throws {
    func compared(
      _ id: String, _ verdict: CaseComparison.Verdict, _ old: UInt64, _ new: UInt64
    ) -> CaseReport {
      func side(_ instructions: UInt64) -> CaseComparison.Side {
        var side = CaseComparison.Side(instructions: instructions)
        (side.peakPages, side.microseconds) = (32, 5)
        return side
      }
      var report = report(id, verdict.isBad ? .failed : .passed)
      report.comparison = CaseComparison(verdict: verdict, old: side(old), new: side(new))
      report.cause =
        switch verdict {
        case .same: nil
        case .cost: .cost
        case .broken: .output
        case .changed: .tables
        case .fixed: .hostCalls
        }
      report.instructions = new
      report.peakPages = 32
      report.difference =
        verdict == .same
        ? [] : [DifferenceLine(.expected, "result nil"), DifferenceLine(.actual, "result none")]
      return report
    }
    let page = try page(
      [
        compared("a", .same, 1000, 1100), compared("b", .fixed, 100, 100),
        compared("c", .broken, 100, 50),
        compared("d", .cost, 1000, 2000), report("e", .error), report("f", .skipped),
        compared("g", .changed, 0, 1),
      ], oldModule: "old.wasm")
    #expect(
      page.all("h1")[0].text
        == "touchstone 7 cases: 1 broken, 1 changed, 1 costs more, 1 fixed, 1 not comparable")
    #expect(
      page.rows.map { $0.attributes["data-s"] } == [
        "broken", "changed", "cost", "error", "fixed", "skipped", "same",
      ])
    let facts = page.all("dl", class: "facts")[0].all("div").map(\.text)
    #expect(facts[0] == "old buildold.wasm")
    #expect(facts.last == "instructions of the cases that answer alike2,000 → 3,100, +55.0 %")
    #expect(page.rows[0].all("th").map(\.text) == ["old build", "new build"])
    #expect(page.rows[0].all("p")[0].text.hasSuffix("cause: another output"))
    #expect(
      page.rows.map { $0.all("span", class: "n")[2].text }
        == ["-50.0 %", "from nothing", "+100.0 %", "–", "+0.0 %", "–", "+10.0 %"])
    #expect(
      page.all("ul", class: "groups")[0].all("li").map(\.text) == [
        "broken 1 × another output", "changed 1 × other contents of the external tables",
        "cost 1 × costs more",
        "fixed 1 × other host calls",
      ])
    let charts = page.all("details", class: "charts")[0].all("section").map { $0.all("li").map(\.text) }
    #expect(charts[1] == ["gfrom nothing", "d+100.0 %", "a+10.0 %"])
    #expect(charts[2] == ["c-50.0 %"])
  }

  @Test func aRunThatWasInterruptedOrCouldNotWorkSaysSo() throws {
    var fault = report("a", .error)
    fault.finding = .fault(reason: "")
    #expect(
      try page([fault]).all("h1")[0].text
        == "touchstone 1 case: 1 without an answer, the harness could not do its work")
    let run = RunDescription(
      name: "touchstone", language: "lua", engineVersion: "1", caseCount: 0, startTime: 0, host: "")
    var summary = RunSummary()
    summary.wasInterrupted = true
    let page = try page(of: [.runStarted(run), .runFinished(summary)])
    #expect(page.all("h1")[0].text == "touchstone 0 cases: interrupted")
    #expect(page.rows.isEmpty)
  }

  @Test func theReportIsOpenedBeforeTheRunAndNamedAfterIt() throws {
    var run = try TestRun(["cases/a.lua": "result nil", "expected/a.golden": "result nil\n"])
    run.options.html = run.tree.path.appending("a.html/b.html")
    try run.tree.write("a.html", "a file, not a directory")
    #expect(throws: FileError.self) { try run() }
    run.options.html = run.tree.path.appending("out/report.html")
    #expect(try run().code == .success)
    #expect(run.tree.files.filter { $0.hasPrefix("out/") } == ["out/report.html"])
    let page = try HTMLElement(document: run.tree.read("out/report.html"))
    #expect(page.rows.first?.all("p").first?.text.contains("cases/a.lua:1 · golden: ") == true)
  }

  @Test func tenThousandCasesAreWrittenInLinearTime() throws {
    let reports = (0..<10_000).map { number in
      var report = report("folder/case-\(number)", number % 10 == 0 ? .failed : .passed)
      report.microseconds = UInt64(number)
      if number % 10 == 0 {
        report.difference = [
          DifferenceLine(.expected, "result integer 1"), DifferenceLine(.actual, "result integer \(number)"),
        ]
      }
      return report
    }
    let clock = ContinuousClock()
    let tree = try TemporaryTree()
    func time(_ count: Int) throws -> Duration {
      let writer = HTMLWriter(try OutputFile(tree.path.appending("\(count).html")))
      let run = RunDescription(
        name: "touchstone", language: "lua", engineVersion: "1", caseCount: count, startTime: 0, host: "")
      return try clock.measure {
        try writer.receive(.runStarted(run))
        for report in reports.prefix(count) { try writer.receive(.caseFinished(report)) }
        try writer.receive(.runFinished(RunSummary()))
      }
    }
    let few = try time(1000)
    let many = try time(10_000)
    #expect(many < few * 60)
    #expect(try HTMLElement(document: tree.read("1000.html")).rows.count == 1000)
    #expect(try HTMLElement(document: tree.read("10000.html")).element(id: "data") != nil)
  }

  /// A browser has to hold the whole page: what there is no room for is said of each case.
  @Test func aPageThatIsFullLeavesDetailsOut() throws {
    let lines = (0..<10_000).map {
      DifferenceLine(.actual, "a line of some length, so that many of them fill a page: \($0)")
    }
    let reports = (0..<60).map { number in
      var report = report("case-\(number)", .failed)
      report.difference = lines
      return report
    }
    let rows = try page(reports).rows
    #expect(rows.count == 60)
    let full = rows.filter { $0.all("p").first?.text.hasPrefix("left out: the details, of which") == true }
    #expect(full.count > 5 && full.count < 55)
    #expect(full.allSatisfy { $0.all("table").isEmpty })
    #expect(rows.filter { !$0.all("table").isEmpty }.count == 60 - full.count)
  }

  /// A large page has the first rows as it would have them all, and each row as data.
  @Test func rowsThatAreTooManyToShowAreData() throws {
    let count = 2_001
    let reports = (0..<count).map { number in
      var report = report("f/</script>\(number)", number % 100 == 7 ? .failed : .passed)
      report.microseconds = UInt64(number)
      report.instructions = UInt64(number) * 2
      if report.isBad {
        report.difference = [
          DifferenceLine(.expected, "result integer 1"), DifferenceLine(.actual, "result integer \(number)"),
        ]
      }
      return report
    }
    let page = try page(reports)
    #expect(page.rows.count == 200)
    #expect(page.rows.prefix(20).allSatisfy { $0.attributes["data-s"] == "failed" })
    #expect(page.all("noscript").first?.text.contains("the first 200 of 2,001 cases") == true)
    func data(_ name: String) throws -> [[Any]] {
      var items: [[Any]] = []
      for script in page.all("script") where script.attributes["class"] == name {
        let values = try #require(JSONSerialization.jsonObject(with: Data(script.text.utf8)) as? [Any])
        for value in values { items.append(value as? [Any] ?? [value]) }
      }
      return items
    }
    let (rows, details) = (try data("rows"), try data("details"))
    #expect(rows.count == count)
    #expect(details.count == count)
    #expect(rows.compactMap { $0[0] as? Int }.prefix(3) == [8, 108, 208])
    #expect(Set(rows.compactMap { $0[1] as? String }).count == count)
    #expect(rows[20][1] as? String == "f/&lt;/script&gt;0")
    #expect(rows[21][5] as? Int == 1)
    #expect(rows[21][6] as? Int == 2)
    #expect((details[1][0] as? String)?.contains("<mark>107</mark>") == true)
    #expect(details[20][0] as? Int == 0)
    let text = try #require(page.element(id: "data")?.text)
    let head = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let template = try #require((head["templates"] as? [String])?[rows[20][10] as? Int ?? -1])
    #expect(template == "<p>file: <code>fixtures/\u{1}.lua:1</code></p>\n")
  }
}
