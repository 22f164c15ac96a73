// Every page of the documentation is carried out as it is written: its files are made, its commands run,
// and their output held against what the page shows. With the variable TOUCHSTONE_UPDATE_PAGES in the
// environment, output that differs is put into the pages, for a reviewer's diff to show.
import Foundation
import Testing

/// What a page of Markdown asks a reader to do, in order.
struct GuidePage: CustomTestStringConvertible, Sendable {
  enum Action: Sendable {
    /// The text is the content of a file.
    case file(name: String, text: String)
    /// A command of a `console` block and the output shown below it; `line` counts from 1.
    case command(line: Int, text: String, output: [String])
  }

  let name: String
  /// Whether the page's commands are those of a reader with a checkout: fixtures, goldens and the second
  /// build are there then.
  let isInCheckout: Bool
  private let lines: [String]
  private(set) var actions: [Action] = []

  /// All pages with something to carry out, by their paths in the repository.
  static let all: [GuidePage] = {
    let root = URL(fileURLWithPath: Workplace.packageRoot)
    let names =
      (FileManager.default.enumerator(atPath: root.appendingPathComponent("Sources").path)?.allObjects ?? [])
      .map { "Sources/\($0)" }.filter { $0.hasSuffix(".md") }
    return (["README.md"] + names.sorted()).compactMap { name in
      guard let text = try? String(contentsOf: root.appendingPathComponent(name), encoding: .utf8) else {
        return nil
      }
      let page = GuidePage(name: name, text: text)
      return page.actions.isEmpty ? nil : page
    }
  }()

  init(name: String, text: String) {
    self.name = name
    isInCheckout = text.contains("<!-- in the checkout -->")
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var index = 0
    while index < lines.count {
      defer { index += 1 }
      guard lines[index].hasPrefix("```") else { continue }
      let words = lines[index].dropFirst(3).split(separator: " ")
      let first = index + 1
      index = lines[first...].firstIndex { $0.hasPrefix("```") } ?? lines.count
      let block = lines[first..<index]
      if words.first == "console" {
        addCommands(of: block)
      } else if words.count == 2 {
        actions.append(.file(name: String(words[1]), text: block.map { $0 + "\n" }.joined()))
      }
    }
  }

  private mutating func addCommands(of block: ArraySlice<String>) {
    for (index, line) in block.enumerated() {
      if line.hasPrefix("$ ") {
        actions.append(
          .command(line: block.startIndex + index + 1, text: String(line.dropFirst(2)), output: []))
      } else if case .command(let start, let text, let output)? = actions.popLast() {
        actions.append(
          line.hasPrefix("> ") && output.isEmpty
            ? .command(line: start, text: text + "\n" + line.dropFirst(2), output: [])
            : .command(line: start, text: text, output: output + [line]))
      }
    }
  }

  var testDescription: String { name }

  /// What comes before a command's output in the session's, followed by its number.
  private static let mark = "\u{1D11E} "

  /// Carries the page out in a session of bash and answers with the output of each command.
  func carriedOut(in place: Workplace) throws -> [String] {
    var script = "exec 2>&1\nmark() { local code=$?; printf '%s\\n' \"$1\"; return $code; }\n"
    var count = 0
    for action in actions {
      switch action {
      case .file(let name, let text):
        // A heredoc keeps every byte; the page's files end in a newline.
        let directory = (name as NSString).deletingLastPathComponent
        if !directory.isEmpty { script += "mkdir -p '\(directory)'\n" }
        script += "cat >'\(name)' <<'END OF FILE'\n\(text)END OF FILE\n"
      case .command(_, let text, _):
        script += "mark '\(Self.mark)'\n\(text)\n"
        count += 1
      }
    }
    try place.write(".session", script)
    let executable = (Workplace.executable as NSString).deletingLastPathComponent
    let session = try RunningProcess(
      "/usr/bin/env", ["bash", ".session"],
      [
        "PATH": executable + ":/usr/local/bin:/usr/bin:/bin", "HOME": place.path, "LC_ALL": Shell.locale,
        "COLUMNS": "100", "SWIFT_BACKTRACE": "enable=no",
      ], "", in: place)
    let outputs = try session.finish(within: 300).output.components(separatedBy: Self.mark + "\n").dropFirst()
    #expect(outputs.count == count, "\(name): the session ended before its last command")
    return Array(outputs)
  }

  /// The page's text with other output below some commands, given by their lines.
  func text(showing outputs: [Int: [String]]) -> String {
    var text: [String] = []
    var index = 0
    while index < lines.count {
      let output = outputs[index + 1]
      text.append(lines[index])
      index += 1
      guard let output else { continue }
      while lines[index].hasPrefix("> ") {
        text.append(lines[index])
        index += 1
      }
      while !lines[index].hasPrefix("$ "), !lines[index].hasPrefix("```") { index += 1 }
      text += output
    }
    return text.joined(separator: "\n")
  }

  /// Whether output is what the page shows: `…` stands for any text, alone on a line for any lines; every
  /// duration is like every other.
  static func matches(_ output: String, _ shown: [String]) -> Bool {
    // On a busy machine more runs for long than on the page.
    var lines = output.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("running for 5 s: ") }.map { timeless(String($0)) }
    if lines.last == "" { lines.removeLast() }
    return matches(lines[...], shown.map(timeless)[...])
  }

  private static func matches(_ lines: ArraySlice<String>, _ shown: ArraySlice<String>) -> Bool {
    guard let pattern = shown.first else { return lines.isEmpty }
    if pattern.trimmingCharacters(in: .whitespaces) == "…" {
      return (lines.startIndex...lines.endIndex).contains { matches(lines[$0...], shown.dropFirst()) }
    }
    guard let line = lines.first, matches(line: line, pattern) else { return false }
    return matches(lines.dropFirst(), shown.dropFirst())
  }

  private static func matches(line: String, _ pattern: String) -> Bool {
    var pieces = pattern.components(separatedBy: "…")
    guard pieces.count > 1 else { return line == pattern }
    guard line.hasPrefix(pieces.removeFirst()), line.hasSuffix(pieces.removeLast()) else { return false }
    var rest = line[...]
    for piece in pieces {
      guard let range = rest.range(of: piece) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }

  /// The line with every duration, and the blanks before it, in the same spelling.
  private static func timeless(_ line: String) -> String {
    line.replacing(/[ ]*[0-9][0-9,]*(\.[0-9]+)? (s|ms|µs|min)\b/, with: " 0 s")
  }
}

@Suite struct DocumentationTests {
  @Test(arguments: GuidePage.all)
  func everyCommandOfAPageDoesWhatThePageShows(page: GuidePage) throws {
    let place = try Workplace()
    if page.isInCheckout {
      for name in ["fixtures", "expected", "Tests/Builds"] {
        let target = URL(fileURLWithPath: place.path + "/" + name)
        try FileManager.default.createDirectory(
          at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
          at: URL(fileURLWithPath: Workplace.packageRoot + "/" + name), to: target)
      }
    }
    var outputs = try page.carriedOut(in: place)[...]
    var changed: [Int: [String]] = [:]
    for case .command(let line, let text, let shown) in page.actions {
      let output = outputs.popFirst() ?? ""
      let isAsShown = GuidePage.matches(output, shown)
      if !isAsShown {
        changed[line] = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
          String($0)
        }
      }
      #expect(
        isAsShown,
        "\(page.name):\(line): `\(text)` printed\n\(output)instead of\n\(shown.joined(separator: "\n"))")
    }
    if !changed.isEmpty, ProcessInfo.processInfo.environment["TOUCHSTONE_UPDATE_PAGES"] != nil {
      try page.text(showing: changed).write(
        toFile: Workplace.packageRoot + "/" + page.name, atomically: true, encoding: .utf8)
    }
  }

  @Test func whatIsShownMayLeaveOut() {
    #expect(GuidePage.matches("a\nb\nc\n", ["a", "…", "c"]))
    #expect(GuidePage.matches("a\nc\n", ["a", "…", "c"]))
    #expect(!GuidePage.matches("a\nb\n", ["a", "…", "c"]))
    #expect(GuidePage.matches("took 1.5 ms, 3 cases\n", ["took 12 s, 3 cases"]))
    #expect(!GuidePage.matches("took 1.5 ms, 3 cases\n", ["took 12 s, 4 cases"]))
    #expect(GuidePage.matches("sha256:abcdef!\n", ["sha256:…!"]))
    #expect(!GuidePage.matches("one\n", []))
  }
}
