// The page of the manual: what help says is in it, and formatters read it without a warning.
import Foundation
import Testing

@Suite struct ManualPageTests {
  /// What a formatter makes of text in the page, by hand: its escapes are these and no others.
  private func shown(_ roff: some StringProtocol) -> String {
    var text = String(roff)
    for (escape, sign) in [
      ("\\fB", ""), ("\\fI", ""), ("\\fR", ""), ("\\&", ""), ("\\-", "-"), ("\\(aq", "'"), ("\\(ga", "`"),
      ("\\(ha", "^"), ("\\(ti", "~"), ("\\(dq", "\""), ("\\[u2026]", "…"),
    ] { text = text.replacing(escape, with: sign) }
    #expect(text.replacing("\\e", with: "").firstIndex(of: "\\") == nil, "an escape that is none: \(text)")
    return text.replacing("\\e", with: "\\")
  }

  /// The lines that are shown, of one command's section or of the whole page.
  private func words(_ page: String, of command: String? = nil) throws -> String {
    var page = page[...]
    if let command {
      let heading = try #require(page.range(of: ".SH \"TOUCHSTONE \(command.uppercased())\"\n"), "\(command)")
      page = page[heading.upperBound...]
      page = page[..<(page.range(of: "\n.SH ")?.lowerBound ?? page.endIndex)]
    }
    return page.split(separator: "\n").filter { !$0.hasPrefix(".") || $0.hasPrefix(".SS ") }
      .map { shown($0.hasPrefix(".SS ") ? $0.dropFirst(5).dropLast() : $0) }.joined(separator: " ")
  }

  /// A text of help without its layout.
  private func flat(_ text: String) -> String {
    text.replacing("`", with: "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test func everyCommandAndOptionOfHelpIsInIt() throws {
    let place = try Workplace()
    let page = try place("help", "--man")
    #expect(page.code == 0 && page.error == "")
    let help = try place("help").output
    let list = try #require(help.firstMatch(of: /\ncommands \(run when none is named\):\n((  .*\n)+)/)?.1)
    let commands = list.split(separator: "\n").filter { !$0.hasPrefix("   ") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(commands.count > 15)
    let whole = try flat(words(page.output))
    for code in help.split(separator: "exit codes:\n")[1].split(separator: "\n") {
      #expect(whole.contains(flat(String(code))))
    }
    var count = 0
    for command in commands {
      let help = try place("help", command).output
      let section = try flat(words(page.output, of: command))
      let start = try #require(help.range(of: "\nusage: "))
      // Of a paragraph any line may end in a colon, of a section the first does.
      let headings = help[start.upperBound...].components(separatedBy: "\n\n").compactMap {
        $0.split(separator: "\n").first
      }.filter { $0.hasSuffix(":") && !$0.hasPrefix(" ") }
      let first = try #require(headings.first.flatMap { help.range(of: "\n\($0)\n") })
      // Usage and paragraphs.
      let usage = help[start.upperBound..<first.lowerBound].prefix { $0 != "\n" }
      #expect(section.hasPrefix(flat(String(usage))), "\(command)")
      for paragraph in help[start.upperBound..<first.lowerBound].components(separatedBy: "\n\n") {
        #expect(section.contains(flat(paragraph)), "\(command)")
      }
      // Options with their meanings, under their headings; examples.
      for heading in headings { #expect(section.contains(heading.dropLast()), "\(command)") }
      for row in try options(of: help[first.lowerBound...]) {
        #expect(section.contains(flat(row)), "\(command): \(row)")
        count += 1
      }
    }
    #expect(count > 200)
  }

  /// The rows of options and examples, each with what belongs to it.
  private func options(of help: Substring) throws -> [String] {
    var rows: [String] = []
    for line in help.split(separator: "\n") where line.hasPrefix(" ") {
      let indent = line.prefix { $0 == " " }.count
      let isHead = indent == 2 || indent == 6 && line.dropFirst(6).hasPrefix("-")
      if isHead { rows.append(String(line)) } else { rows[rows.count - 1] += " " + line }
    }
    return rows
  }

  /// Signs that a formatter would take for its own, or shells not for theirs.
  @Test func signsAreEscaped() throws {
    let page = try Workplace()("help", "--man").output
    #expect(page.contains("\n\\fB\\-j\\fR, \\fB\\-\\-jobs\\fR \\fIN\\fR\n"))
    #expect(page.contains("\\(aqstrings/**\\(aq"))
    #expect(page.contains("\\fItext|json\\fR"))
    for line in page.split(separator: "\n") {
      // A request is one of these; any other line that begins with a point would be left out.
      if line.hasPrefix(".") {
        #expect(
          line.wholeMatch(of: /\.(TH|SH|SS) "[^"]*"( "[^"]*")*|\.(PP|TP|nf|fi|nh|ad l)/) != nil, "\(line)")
      }
      #expect(!line.hasPrefix("'") && !line.contains("'") && line.utf8.allSatisfy { $0 < 0x80 }, "\(line)")
      if !line.hasPrefix(".TH") { #expect(line.firstMatch(of: /(^|[^\\])-/) == nil, "\(line)") }
    }
  }

  @Test func itIsOfAllCommands() throws {
    let result = try Workplace()("help", "--man", "run")
    #expect(result.code == 2)
    #expect(
      result.error == "touchstone: the page of the manual holds all commands; leave `run` out\n")
  }

  // MARK: - Formatters

  private func check(_ command: String) throws {
    let place = try Workplace()
    try place.write("touchstone.1", try place("help", "--man").output)
    let result = try Shell.bash.run("export MANWIDTH=100; \(command)", in: place)
    #expect(result.code == 0 && result.error == "" && result.output == "", "\(result)")
  }

  @Test(.enabled(if: Shell(name: "mandoc").isInstalled, "mandoc is not here"))
  func mandocReadsItWithoutAWarning() throws {
    try check("mandoc -Tlint -Wwarning touchstone.1")
  }

  @Test(.enabled(if: Shell(name: "groff").isInstalled, "groff is not here"))
  func groffReadsItWithoutAWarning() throws {
    try check("groff -man -ww -Tutf8 touchstone.1 >/dev/null")
  }

  /// Where `man` is another one, it has no such options.
  private static let hasManDB = {
    guard let place = try? Workplace() else { return false }
    return (try? Shell.bash.run("man --version", in: place).output.hasPrefix("man 2")) == true
  }()

  @Test(.enabled(if: hasManDB, "the man of man-db is not here"))
  func manReadsItWithoutAWarning() throws {
    try check("man -l --warnings=w touchstone.1 >/dev/null")
  }
}
