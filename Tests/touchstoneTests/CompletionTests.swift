// The scripts of touchstone completions, in the shells themselves.
import Foundation
import Testing

/// A command line up to the cursor, and what may be put in for its last word.
private struct Row: Sendable, CustomTestStringConvertible {
  let line: String
  let candidates: [String]

  init(_ line: String, _ candidates: String...) {
    self.line = line
    self.candidates = candidates
  }

  var testDescription: String { line }
}

/// What every shell answers alike.
private let common = [
  // Commands, and the options of the one that is named or left out.
  Row("touchstone com", "compare", "completions"),
  Row("touchstone --js", "--json"),
  Row("touchstone --vers", "--version"),
  Row("touchstone run --vers"),
  Row("touchstone run --ju", "--junit", "--junit-extras"),
  Row("touchstone eval --ju"),
  Row("touchstone -j 2 --strict --max-f", "--max-failures"),
  // Values.
  Row("touchstone run --color a", "always", "auto"),
  Row("touchstone run --only ", "failed"),
  Row("touchstone list --format t", "tags", "text"),
  Row("touchstone coverage x --format ", "json", "text"),
  Row("touchstone spec --enable memory", "memory64"),
  Row("touchstone spec suite --disable relaxed", "relaxed-simd"),
  Row("touchstone run --fuel "),
  Row("touchstone eval "),
  Row("touchstone help insp", "inspect"),
  Row("touchstone completions ", "bash", "fish", "zsh"),
  Row("touchstone completions bash "),
  // Files and directories.
  Row("touchstone run --junit rep", "report.xml"),
  Row("touchstone inspect lu", "lua.wasm"),
  // Cases and tags.
  Row("touchstone explain str", "strings/lower", "strings/upper"),
  Row("touchstone --filter strings/u", "strings/upper"),
  Row("touchstone bless fixtures/strings --exclude ", "strings/lower", "strings/upper"),
  Row("touchstone compare lua.wasm new.wasm --filter strings/l", "strings/lower"),
  Row("touchstone run other --filter ", "elsewhere"),
  Row("touchstone run nowhere --filter "),
  Row("touchstone list --tag ", "odd", "slow"),
  Row("touchstone run -f strings/u"),
  Row("touchstone spec --filter s"),
  Row("touchstone explain strings/upper --top 3 --prof", "--profile"),
]

/// Names that need quoting, which each shell does its own way.
private let files = [
  "fixtures/strings/upper.lua": "--! tags: slow\nreturn 1\n",
  "fixtures/strings/lower.lua": "return 1\n",
  "fixtures/a b/it's.lua": "--! tags: odd\nreturn 1\n",
  "fixtures/a:b:c.lua": "return 1\n",
  "other/elsewhere.lua": "return 1\n",
  "report.xml": "",
  "out put/x": "",
]

@Suite struct CompletionTests {
  @Test func aShellIsNeeded() throws {
    let none = try Workplace()("completions")
    #expect(none.code == 2)
    #expect(none.error == "touchstone: completions needs the name of one shell: bash|zsh|fish\n")
    let unknown = try Workplace()("completions", "zhs")
    #expect(unknown.code == 2)
    #expect(unknown.error == "touchstone: there is no completion for the shell zhs; did you mean zsh?\n")
  }

  @Test func theFormsForScriptsListIdsAndTagsAlone() throws {
    let place = try Workplace(files)
    #expect(
      try place("list", "--format", "ids").output == "a b/it's\na:b:c\nstrings/lower\nstrings/upper\n")
    #expect(try place("list", "--format", "tags").output == "odd\nslow\n")
    #expect(try place("list", "--format=ids", "--tag", "slow").output == "strings/upper\n")
  }

  // MARK: - bash

  /// The words of a line as bash hands them to a completion function: split at blanks, and at = and :
  /// outside of quotes.
  private func words(_ line: String) -> [String] {
    var words: [String] = [""]
    var quote: Character?
    var isEscaped = false
    func isBreak(_ text: String) -> Bool { !text.isEmpty && text.allSatisfy { "=:".contains($0) } }
    for character in line {
      let last = words[words.count - 1]
      if isEscaped || quote != nil {
        words[words.count - 1].append(character)
        if character == quote, !isEscaped { quote = nil }
        isEscaped = false
      } else if character == " " {
        if last != "" { words.append("") }
      } else if last != "", isBreak(last) != "=:".contains(character) {
        words.append(String(character))
      } else {
        words[words.count - 1].append(character)
      }
      if quote == nil, !isEscaped {
        if character == "\\" { isEscaped = true }
        if "\"'".contains(character), last == "" { quote = character }
      }
    }
    return words
  }

  private func bash(_ rows: [Row], in place: Workplace) throws -> [[String]] {
    func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
    let calls = rows.map { row in
      let words = words(row.line)
      return """
        COMP_LINE=\(quoted(row.line)) COMP_WORDS=(\(words.map(quoted).joined(separator: " ")))
        COMP_CWORD=\(words.count - 1) COMP_POINT=${#COMP_LINE}
        _touchstone touchstone
        printf '%s\\n' "${COMPREPLY[@]}" | sort
        echo end
        """
    }
    let script = "eval \"$(touchstone completions bash)\"\n" + calls.joined(separator: "\n")
    let result = try Shell.bash.run(script, in: place)
    #expect(result.error == "")
    return answers(result.output)
  }

  /// Lines in front of each line `end`.
  private func answers(_ output: String) -> [[String]] {
    var answers: [[String]] = [[]]
    for line in output.split(separator: "\n") {
      if line == "end" { answers.append([]) } else { answers[answers.count - 1].append(String(line)) }
    }
    return answers.dropLast()
  }

  private func check(_ rows: [Row], _ answers: [[String]]) {
    #expect(answers.count == rows.count)
    for (row, answer) in zip(rows, answers) { #expect(answer == row.candidates, "\(row.line)") }
  }

  @Test func bashCompletes() throws {
    let place = try Workplace(files)
    let rows =
      common + [
        // bash replaces only what stands behind = or :, outside of quotes.
        Row("touchstone --color=", "always", "auto", "never"),
        Row("touchstone run --color=al", "always"),
        Row("touchstone run --filter=strings/u", "strings/upper"),
        Row("touchstone run --json=rep", "report.xml"),
        Row("touchstone explain a:", "b:c"),
        Row("touchstone explain a:b", "b:c"),
        Row("touchstone explain \"a:b", "a:b:c"),
        Row("touchstone --filter=a:b:", "c"),
        // Ids are quoted here, names of files by bash.
        Row("touchstone explain a\\ ", "a\\ b/it\\'s"),
        Row("touchstone explain \"a b", "a b/it's"),
        Row("touchstone run --expected ou", "out put"),
        Row("touchstone run --expected rep"),
        Row("touchstone run -", "--baseline", "--color", "--coverage").prefixed,
        Row("touchstone b", "bless"),
        Row("touchstone fix", "fixtures"),
        Row("touchstone run fixtures/a\\ b --filter ", "a\\ b/it\\'s"),
        Row("touchstone run -- --strict fix", "fixtures"),
      ]
    let answers = try bash(rows.map { Row($0.line) }, in: place)
    #expect(answers.count == rows.count)
    for (row, answer) in zip(rows, answers) {
      #expect(row.isPrefix ? answer.starts(with: row.candidates) : answer == row.candidates, "\(row.line)")
    }
  }
}
