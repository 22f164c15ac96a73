// JUnit XML, as Jenkins' junit-10 schema and Surefire's describe it.

/// Writes the whole document at the end, because its counts stand at the front and the cases of a directory
/// need not come one after the other. Until then the cases wait in a spool.
package final class JUnitWriter: EventWriter {
  private let file: OutputFile
  private let writesExtras: Bool
  private var description: RunDescription?
  private let spool: Spool
  private var suites: [Suite] = []
  private var places: [[ExactText]: Int] = [:]
  /// The suite of the case before, which mostly is the next one's as well.
  private var latest: (directory: [ExactText], place: Int)?
  /// Those by which the run fails.
  private var notices: [Notice] = []

  /// The cases of a directory.
  private struct Suite {
    let directory: [ExactText]
    var counts = Counts()
    var cases: [SpooledCase] = []
  }

  /// Where the markup of a case is, which lacks the name of its class.
  private struct SpooledCase {
    var start: Int
    var headLength: UInt32
    var restLength: UInt32
  }

  /// `writesExtras` adds `file` and `line` to each case, which the schemas do not know.
  package init(_ file: OutputFile, writesExtras: Bool) {
    self.file = file
    self.writesExtras = writesExtras
    spool = Spool(beside: file)
  }

  package func receive(_ event: RunEvent) throws(FileError) {
    switch event {
    case .runStarted(let description): self.description = description
    case .caseFinished(let report): try add(report)
    case .notice(let notice):
      if notice.severity.isBad { notices.append(notice) }
    case .partDone, .caseObserved, .tick: break
    case .runFinished(let summary):
      guard let description else { return }
      for (index, notice) in notices.enumerated() { try add(notice, number: index + 1) }
      try writeDocument(description, isIncomplete: summary.isIncomplete == true)
      try file.commit()
    }
  }

  private func add(_ report: CaseReport) throws(FileError) {
    try add(
      testcase(report), named: report.name, in: report.directory, report.status,
      microseconds: report.microseconds)
  }

  /// A notice by which the run fails, in the form of a case, or the document would say that all is well.
  private func add(_ notice: Notice, number: Int) throws(FileError) {
    let (element, kind, status): (String, CaseKind, CaseReport.Status) =
      notice.severity == .fault ? ("error", .fault, .error) : ("failure", .strict, .failed)
    var text: [UInt8] = []
    appendHead(0, file: notice.file ?? "", line: notice.line ?? 1, to: &text)
    text.append(text: problem(element, kind, notice.message, []) + "</testcase>\n")
    try add(text, named: notice.file ?? "notice \(number)", in: [], status, microseconds: 0)
  }

  /// Spools a case, of which `rest` follows the name of its class.
  private func add(
    _ rest: [UInt8], named name: String, in directory: [String], _ status: CaseReport.Status,
    microseconds: UInt64
  ) throws(FileError) {
    let start = spool.count
    var head: [UInt8] = []
    head.append(literal: "<testcase name=\"")
    head.append(text: XMLText.attribute(name))
    head.append(literal: "\" classname=\"")
    try spool.append(head)
    try spool.append(rest)
    let place = place(of: directory)
    suites[place].counts.add(status, microseconds)
    suites[place].cases.append(
      SpooledCase(
        start: start, headLength: UInt32(head.count), restLength: UInt32(clamping: rest.count)))
  }

  private func place(of directory: [String]) -> Int {
    if let latest, latest.directory.elementsEqual(directory, by: { $0.text.utf8.elementsEqual($1.utf8) }) {
      return latest.place
    }
    let directory = directory.map { ExactText($0) }
    let place = places[directory] ?? suites.count
    if place == suites.count {
      suites.append(Suite(directory: directory))
      places[directory] = place
    }
    latest = (directory, place)
    return place
  }

  private func writeDocument(_ run: RunDescription, isIncomplete: Bool) throws(FileError) {
    let suites = self.suites.sorted { $0.directory.lexicographicallyPrecedes($1.directory) }
    let classNames = ClassNames(language: run.language, directories: suites.map(\.directory))
    let counts = suites.reduce(into: Counts()) { $0.add($1.counts) }
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += open(
      "testsuites",
      [
        ("name", run.name), ("time", Format.seconds(microseconds: counts.microseconds)),
        ("tests", "\(counts.tests)"), ("failures", "\(counts.failures)"), ("errors", "\(counts.errors)"),
      ])
    var pending = Array(text.utf8)
    for suite in suites {
      let name = classNames[suite.directory]
      pending += suiteHead(name, suite.counts, run, isIncomplete).utf8
      let className = XMLText.attribute(name).utf8
      for item in suite.cases {
        let rest = item.start + Int(item.headLength)
        pending += try spool.read(item.start..<rest)
        pending += className
        pending += try spool.read(rest..<(rest + Int(item.restLength)))
        if pending.count > Self.portion {
          try file.write(pending)
          pending.removeAll(keepingCapacity: true)
        }
      }
      pending += "</testsuite>\n".utf8
    }
    pending += "</testsuites>\n".utf8
    try file.write(pending)
  }

  private static let portion = 1 << 16

  private func suiteHead(
    _ name: String, _ counts: Counts, _ run: RunDescription, _ isIncomplete: Bool
  ) -> String {
    var text = open(
      "testsuite",
      [
        ("name", name), ("tests", "\(counts.tests)"), ("failures", "\(counts.failures)"),
        ("errors", "\(counts.errors)"), ("skipped", "\(counts.skipped)"),
        ("time", Format.seconds(microseconds: counts.microseconds)),
        ("timestamp", Format.timestamp(secondsSince1970: run.startTime)), ("hostname", run.host),
      ])
    text += "<properties>\n"
    var properties = [("engine.version", run.engineVersion), ("options", run.optionsText)]
    if !run.moduleDigest.isEmpty {
      properties.insert(("module.sha256", run.moduleDigest), at: 0)
      properties.insert(("module", run.module), at: 0)
    }
    if let module = run.oldModule, let digest = run.oldModuleDigest {
      properties.insert(("module.old.sha256", digest), at: 0)
      properties.insert(("module.old", module), at: 0)
    }
    if let shard = run.shard { properties.append(("shard", shard)) }
    if isIncomplete { properties.append(("incomplete", "true")) }
    for (name, value) in properties { text += empty("property", [("name", name), ("value", value)]) }
    return text + "</properties>\n"
  }

  /// Appends what follows the name of the class, up to the end of the opening tag.
  private func appendHead(_ microseconds: UInt64, file: String, line: Int, to text: inout [UInt8]) {
    text.append(literal: "\" time=\"")
    text.append(text: Format.seconds(microseconds: microseconds))
    text.append(literal: "\"")
    if writesExtras { text.append(text: attributes([("file", file), ("line", "\(line)")])) }
    text.append(literal: ">\n")
  }

  /// What follows the name of the class.
  private func testcase(_ report: CaseReport) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(256)
    appendHead(report.microseconds, file: report.file, line: report.line, to: &text)
    if report.status != .passed { text.append(text: ending(report)) }
    // Where to look; attributes for it would break the schemas.
    var lines = report.remarks
    if report.isBad, let golden = report.golden { lines += ["fixture \(report.file)", "golden \(golden)"] }
    if report.instructions != nil || !lines.isEmpty {
      text.append(literal: "<system-out>")
      if let instructions = report.instructions {
        text.append(decimal: report.microseconds)
        text.append(literal: " microseconds\n")
        text.append(decimal: instructions)
        text.append(literal: " instructions\n")
        if let pages = report.peakPages {
          text.append(decimal: pages)
          text.append(literal: " pages of memory at most\n")
        }
      }
      if !lines.isEmpty { text.append(text: self.lines(lines)) }
      text.append(literal: "</system-out>\n")
    }
    text.append(literal: "</testcase>\n")
    return text
  }

  /// The element of a case that did not pass.
  private func ending(_ report: CaseReport) -> String {
    let message = report.message
    return switch report.status {
    case .passed: ""
    case .failed: problem("failure", report.kind, message, report.difference)
    case .error: problem("error", report.kind, message, report.difference)
    case .skipped: empty("skipped", [("message", message)])
    case .expectedFailure: empty("skipped", [("message", "fails as expected: \(message)")])
    case .notRun: empty("skipped", [("message", "not run: \(message)")])
    }
  }

  private func problem(
    _ element: String, _ kind: CaseKind?, _ message: String, _ difference: [DifferenceLine]
  ) -> String {
    let attributes = self.attributes([("type", kind?.rawValue ?? ""), ("message", message)])
    if difference.isEmpty { return "<\(element)\(attributes)/>\n" }
    return "<\(element)\(attributes)>\(lines(DiffLine.lines(difference).map(\.text)))</\(element)>\n"
  }

  /// Readers of XML refuse text without end.
  private func lines(_ lines: [String]) -> String {
    var budget = TextBudget { XMLText.append($0, to: &$1) }
    return budget.fit(lines).map { $0 + "\n" }.joined()
  }

  private func open(_ element: String, _ attributes: [(String, String)]) -> String {
    "<\(element)\(self.attributes(attributes))>\n"
  }

  private func empty(_ element: String, _ attributes: [(String, String)]) -> String {
    "<\(element)\(self.attributes(attributes))/>\n"
  }

  private func attributes(_ attributes: [(String, String)]) -> String {
    attributes.map { " \($0)=\"\(XMLText.attribute($1))\"" }.joined()
  }
}

private struct Counts {
  var tests = 0
  var failures = 0
  var errors = 0
  var skipped = 0
  var microseconds: UInt64 = 0

  mutating func add(_ status: CaseReport.Status, _ microseconds: UInt64) {
    tests += 1
    switch status {
    case .passed: break
    case .failed: failures += 1
    case .error: errors += 1
    case .skipped, .expectedFailure, .notRun: skipped += 1
    }
    self.microseconds &+= microseconds
  }

  mutating func add(_ other: Counts) {
    tests += other.tests
    failures += other.failures
    errors += other.errors
    skipped += other.skipped
    microseconds &+= other.microseconds
  }
}

/// The dotted names of directories.
private struct ClassNames {
  private var names: [[ExactText]: String] = [:]

  /// Dots inside a segment become `_`; a directory whose name is taken by then gets a number behind it.
  init(language: String, directories: [[ExactText]]) {
    // Names that need no change come first, so that it is the others that get numbers.
    let plainFirst = directories.filter { !Self.hasDots($0) } + directories.filter(Self.hasDots)
    var taken: Set<String> = []
    for directory in plainFirst {
      // Not by characters: with a combining mark behind it a dot would be none.
      let segments = directory.map { segment in
        String(String.UnicodeScalarView(segment.text.unicodeScalars.map { $0 == "." ? "_" : $0 }))
      }
      let plain = ([language] + segments).joined(separator: ".")
      var name = plain
      var number = 2
      while !taken.insert(name).inserted {
        name = "\(plain)_\(number)"
        number += 1
      }
      names[directory] = name
    }
  }

  private static func hasDots(_ directory: [ExactText]) -> Bool {
    directory.contains { $0.text.utf8.contains(UInt8(ascii: ".")) }
  }

  subscript(directory: [ExactText]) -> String { names[directory] ?? "" }
}
