// JUnit XML, as Jenkins' junit-10 schema and Surefire's describe it.

/// Writes the whole document at the end, because its counts stand at the front and the cases of a directory
/// need not come one after the other. Until then the cases wait in a spool.
package final class JUnitWriter: EventWriter {
  private let file: OutputFile
  private let writesExtras: Bool
  private var description: RunDescription?
  private let spool: Spool
  private var suites: [[ExactText]: Suite] = [:]
  /// Those by which the run fails.
  private var notices: [Notice] = []

  /// The cases of a directory.
  private struct Suite {
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
      if notice.severity == .failure || notice.severity == .fault { notices.append(notice) }
    case .runFinished:
      guard let description else { return }
      for (index, notice) in notices.enumerated() { try add(noticeReport(notice, number: index + 1)) }
      try writeDocument(description)
      try file.commit()
    }
  }

  private func add(_ report: CaseReport) throws(FileError) {
    let start = spool.count
    let head = "<testcase\(attributes([("name", report.name)])) classname=\""
    let rest = testcase(report)
    try spool.append(head.utf8)
    try spool.append(rest.utf8)
    let directory = report.directory.map { ExactText($0) }
    suites[directory, default: Suite()].counts.add(report)
    suites[directory]?.cases.append(
      SpooledCase(
        start: start, headLength: UInt32(head.utf8.count), restLength: UInt32(clamping: rest.utf8.count)))
  }

  private func writeDocument(_ run: RunDescription) throws(FileError) {
    let directories = suites.keys.sorted { $0.lexicographicallyPrecedes($1) }
    let classNames = ClassNames(language: run.language, directories: directories)
    let counts = suites.values.reduce(into: Counts()) { $0.add($1.counts) }
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += open(
      "testsuites",
      [
        ("name", run.name), ("time", Format.seconds(microseconds: counts.microseconds)),
        ("tests", "\(counts.tests)"), ("failures", "\(counts.failures)"), ("errors", "\(counts.errors)"),
      ])
    var pending = Array(text.utf8)
    for directory in directories {
      guard let suite = suites[directory] else { continue }
      let name = classNames[directory]
      pending += suiteHead(name, suite.counts, run).utf8
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

  private func suiteHead(_ name: String, _ counts: Counts, _ run: RunDescription) -> String {
    var text = open(
      "testsuite",
      [
        ("name", name), ("tests", "\(counts.tests)"), ("failures", "\(counts.failures)"),
        ("errors", "\(counts.errors)"), ("skipped", "\(counts.skipped)"),
        ("time", Format.seconds(microseconds: counts.microseconds)),
        ("timestamp", Format.timestamp(secondsSince1970: run.startTime)), ("hostname", run.host),
      ])
    text += "<properties>\n"
    var properties = [("engine.version", run.engineVersion), ("options", run.options.joined(separator: " "))]
    if !run.moduleDigest.isEmpty {
      properties.insert(("module.sha256", run.moduleDigest), at: 0)
      properties.insert(("module", run.module), at: 0)
    }
    if let module = run.oldModule, let digest = run.oldModuleDigest {
      properties.insert(("module.old.sha256", digest), at: 0)
      properties.insert(("module.old", module), at: 0)
    }
    if let shard = run.shard { properties.append(("shard", shard)) }
    for (name, value) in properties { text += empty("property", [("name", name), ("value", value)]) }
    return text + "</properties>\n"
  }

  /// What follows the name of the class.
  private func testcase(_ report: CaseReport) -> String {
    var attributes = [("time", Format.seconds(microseconds: report.microseconds))]
    if writesExtras { attributes += [("file", report.file), ("line", "\(report.line)")] }
    var text = "\"\(self.attributes(attributes))>\n"
    switch report.status {
    case .passed: break
    case .failed: text += problem("failure", report)
    case .error: text += problem("error", report)
    case .skipped: text += empty("skipped", [("message", report.message)])
    case .expectedFailure: text += empty("skipped", [("message", "fails as expected: \(report.message)")])
    case .notRun: text += empty("skipped", [("message", "not run: \(report.message)")])
    }
    // Where to look; attributes for it would break the schemas.
    var lines = report.notes
    if report.isBad, let golden = report.golden { lines += ["fixture \(report.file)", "golden \(golden)"] }
    var costs = ""
    if let instructions = report.instructions {
      costs = "\(report.microseconds) microseconds\n\(instructions) instructions\n"
      if let pages = report.peakPages { costs += "\(pages) pages of memory at most\n" }
    }
    if !costs.isEmpty || !lines.isEmpty {
      text += "<system-out>\(costs)\(self.lines(lines))</system-out>\n"
    }
    return text + "</testcase>\n"
  }

  private func problem(_ element: String, _ report: CaseReport) -> String {
    let attributes = self.attributes([("type", report.kind), ("message", report.message)])
    if report.difference.isEmpty { return "<\(element)\(attributes)/>\n" }
    return "<\(element)\(attributes)>\(lines(report.difference))</\(element)>\n"
  }

  /// Readers of XML refuse text without end.
  private func lines(_ lines: [String]) -> String {
    var budget = TextBudget { XMLText.append($0, to: &$1) }
    return budget.fit(lines).map { $0 + "\n" }.joined()
  }

  /// A notice by which the run fails, in the form of a case, or the document would say that all is well.
  private func noticeReport(_ notice: Notice, number: Int) -> CaseReport {
    var report = CaseReport(
      id: notice.file ?? "notice \(number)", directory: [], name: notice.file ?? "notice \(number)",
      status: notice.severity == .fault ? .error : .failed)
    report.kind = notice.severity == .fault ? "fault" : "strict"
    report.message = notice.message
    report.file = notice.file ?? ""
    report.line = notice.line ?? 1
    return report
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

  mutating func add(_ report: CaseReport) {
    tests += 1
    switch report.status {
    case .passed: break
    case .failed: failures += 1
    case .error: errors += 1
    case .skipped, .expectedFailure, .notRun: skipped += 1
    }
    microseconds &+= report.microseconds
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
