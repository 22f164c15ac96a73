// JUnit XML, as Jenkins' junit-10 schema and Surefire's describe it.

/// Collects the cases and writes the whole document at the end, because its counts stand at the front.
package final class JUnitWriter: EventWriter {
  private let file: OutputFile
  private let writesExtras: Bool
  private var description: RunDescription?
  private var reports: [CaseReport] = []
  /// Those by which the run fails.
  private var notices: [Notice] = []

  /// `writesExtras` adds `file` and `line` to each case, which the schemas do not know.
  package init(_ file: OutputFile, writesExtras: Bool) {
    self.file = file
    self.writesExtras = writesExtras
  }

  package func receive(_ event: RunEvent) throws(FileError) {
    switch event {
    case .runStarted(let description): self.description = description
    case .caseFinished(let report): reports.append(report)
    case .notice(let notice):
      if notice.severity == .failure || notice.severity == .fault { notices.append(notice) }
    case .runFinished:
      guard let description else { return }
      try file.write(document(description))
      try file.commit()
    }
  }

  private func document(_ run: RunDescription) -> String {
    let all = reports + notices.enumerated().map { noticeReport($1, number: $0 + 1) }
    var suites: [[String]: [CaseReport]] = [:]
    for report in all { suites[report.directory, default: []].append(report) }
    let directories = suites.keys.sorted { $0.lexicographicallyPrecedes($1) }
    let classNames = ClassNames(language: run.language, directories: directories)
    let counts = Counts(all)
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += open(
      "testsuites",
      [
        ("name", run.name), ("time", Format.seconds(microseconds: counts.microseconds)),
        ("tests", "\(counts.tests)"), ("failures", "\(counts.failures)"), ("errors", "\(counts.errors)"),
      ])
    for directory in directories {
      text += suite(classNames[directory], suites[directory] ?? [], run)
    }
    return text + "</testsuites>\n"
  }

  private func suite(_ name: String, _ reports: [CaseReport], _ run: RunDescription) -> String {
    let counts = Counts(reports)
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
    text += "</properties>\n"
    for report in reports { text += testcase(report, className: name) }
    return text + "</testsuite>\n"
  }

  private func testcase(_ report: CaseReport, className: String) -> String {
    var attributes = [
      ("name", report.name), ("classname", className),
      ("time", Format.seconds(microseconds: report.microseconds)),
    ]
    if writesExtras { attributes += [("file", report.file), ("line", "\(report.line)")] }
    var text = open("testcase", attributes)
    switch report.status {
    case .passed: break
    case .failed: text += problem("failure", report)
    case .error: text += problem("error", report)
    case .skipped: text += empty("skipped", [("message", report.message)])
    case .expectedFailure: text += empty("skipped", [("message", "fails as expected: \(report.message)")])
    case .notRun: text += empty("skipped", [("message", "not run: \(report.message)")])
    }
    if let instructions = report.instructions {
      text += "<system-out>\(report.microseconds) microseconds\n\(instructions) instructions\n"
      if let pages = report.peakPages { text += "\(pages) pages of memory at most\n" }
      text += report.notes.map { XMLText.content($0) + "\n" }.joined() + "</system-out>\n"
    } else if !report.notes.isEmpty {
      text += "<system-out>" + report.notes.map { XMLText.content($0) + "\n" }.joined() + "</system-out>\n"
    }
    return text + "</testcase>\n"
  }

  private func problem(_ element: String, _ report: CaseReport) -> String {
    let attributes = self.attributes([("type", report.kind), ("message", report.message)])
    if report.difference.isEmpty { return "<\(element)\(attributes)/>\n" }
    let difference = XMLText.content(report.difference.joined(separator: "\n"))
    return "<\(element)\(attributes)>\(difference)\n</\(element)>\n"
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

  init(_ reports: [CaseReport]) {
    for report in reports {
      tests += 1
      switch report.status {
      case .passed: break
      case .failed: failures += 1
      case .error: errors += 1
      case .skipped, .expectedFailure, .notRun: skipped += 1
      }
      microseconds &+= report.microseconds
    }
  }
}

/// The dotted names of directories.
private struct ClassNames {
  private var names: [[String]: String] = [:]

  /// Dots inside a segment become `_`; a directory whose name is taken by then gets a number behind it.
  init(language: String, directories: [[String]]) {
    // Names that need no change come first, so that it is the others that get numbers.
    let plainFirst = directories.filter { !Self.hasDots($0) } + directories.filter(Self.hasDots)
    var taken: Set<String> = []
    for directory in plainFirst {
      let segments = directory.map { String($0.map { $0 == "." ? "_" : $0 }) }
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

  private static func hasDots(_ directory: [String]) -> Bool {
    directory.contains { $0.contains(".") }
  }

  subscript(directory: [String]) -> String { names[directory] ?? "" }
}
