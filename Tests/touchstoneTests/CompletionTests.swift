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
  Row("touchstone run --only ", "failed", "unfinished"),
  Row("touchstone list --format t", "tags", "text"),
  Row("touchstone coverage x --format ", "json", "text"),
  Row("touchstone spec --enable memory", "memory64"),
  Row("touchstone spec suite --disable relaxed", "relaxed-simd"),
  Row("touchstone run --fuel "),
  Row("touchstone eval "),
  Row("touchstone help insp", "inspect"),
  Row("touchstone completions ", "bash", "fish", "zsh"),
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
    let other = try Workplace()("completions", "tcsh")
    #expect(
      other.error
        == "touchstone: there is no completion for the shell tcsh; there is one for bash, zsh and fish\n")
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

  private func bash(_ lines: [String], in place: Workplace) throws -> [[String]] {
    func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
    let calls = lines.map { line in
      let words = words(line)
      return """
        COMP_LINE=\(quoted(line)) COMP_WORDS=(\(words.map(quoted).joined(separator: " ")))
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

  /// The lines in front of each line `end`.
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
    let rows =
      common + [
        Row("touchstone completions bash "),
        // bash replaces only what stands behind = or :, outside of quotes.
        Row("touchstone --color=", "always", "auto", "never"),
        Row("touchstone run --color=al", "always"),
        Row("touchstone run --filter=strings/u", "strings/upper"),
        Row("touchstone run --json=rep", "report.xml"),
        Row("touchstone explain a:", "b:c"),
        Row("touchstone explain a:b", "b:c"),
        Row("touchstone explain \"a:b", "a:b:c"),
        Row("touchstone --filter=a:b:", "c"),
        // Ids are quoted by the script, names of files by bash.
        Row("touchstone explain a\\ ", "a\\ b/it\\'s"),
        Row("touchstone explain \"a b", "a b/it's"),
        Row("touchstone explain 'a b", "a b/it'\\''s"),
        Row("touchstone run --expected ou", "out put"),
        Row("touchstone run --expected rep"),
        Row("touchstone run fixtures/a\\ b --filter ", "a\\ b/it\\'s"),
        Row("touchstone run -- --strict fix", "fixtures"),
        Row("touchstone wat2wasm -", "--help", "--no-check", "--output", "-h", "-o"),
      ]
    check(rows, try bash(rows.map(\.line), in: Workplace(files)))
  }

  @Test func bashProposesNothingWhereNothingCanBeListed() throws {
    let rows = [Row("touchstone explain "), Row("touchstone --tag "), Row("touchstone --filter s")]
    check(rows, try bash(rows.map(\.line), in: Workplace()))
  }

  @Test func bashCompletesAnAliasOfAProgramThatIsNotOnThePath() throws {
    let place = try hiddenPlace()
    let script = """
      PATH=/usr/bin:/bin
      shopt -s expand_aliases
      alias touchstone=\(place.path)/its/touchstone
      eval "$(its/touchstone completions bash)"
      COMP_LINE='touchstone explain strings/' COMP_WORDS=(touchstone explain strings/) COMP_CWORD=2
      _touchstone touchstone
      echo "${COMPREPLY[@]}"
      COMP_LINE='touchstone list --tag ' COMP_WORDS=(touchstone list --tag '') COMP_CWORD=3
      _touchstone touchstone
      echo "${COMPREPLY[@]}"
      touchstone() { echo from-a-function; }
      _touchstone touchstone
      echo "${COMPREPLY[@]}"
      """
    let result = try Shell.bash.run(script, in: place)
    #expect(result.output == "strings/lower strings/upper\nodd slow\nfrom-a-function\n", "\(result.error)")
  }

  /// A directory with the program in a place where no shell looks for it, and whose name needs quoting.
  private func hiddenPlace() throws -> Workplace {
    let place = try Workplace(files)
    try place.write("it's/note", "")
    for (link, target) in [("it's/touchstone", Workplace.executable), ("its", "it's")] {
      try FileManager.default.createSymbolicLink(
        atPath: place.path + "/" + link, withDestinationPath: target)
    }
    return place
  }

  @Test func theScriptNamesTheProgramThatPrintedIt() throws {
    let place = try hiddenPlace()
    let name = URL(fileURLWithPath: place.path).lastPathComponent + "/it's/touchstone"
    for shell in ["bash", "zsh", "fish"] {
      for call in ["\"it's/touchstone\"", "PATH=\"$PWD/it's:$PATH\" touchstone"] {
        let result = try Shell.bash.run("\(call) completions \(shell)", in: place)
        // All of the path stands between one pair of quotes.
        let quoted = name.replacing("'", with: shell == "fish" ? "\\'" : "'\\''") + "'"
        #expect(result.output.contains(quoted), "\(call) \(shell)")
        #expect(result.output.contains("'/"), "\(call) \(shell)")
      }
    }
  }

  @Test func bashWaitsForAListNotLongerThanTwoSeconds() throws {
    let script = """
      eval "$(touchstone completions bash)"
      COMP_LINE='slow/touchstone explain ' COMP_WORDS=(slow/touchstone explain '') COMP_CWORD=2
      SECONDS=0
      _touchstone slow/touchstone
      echo "${#COMPREPLY[@]} proposals"
      test $SECONDS -lt 5 && echo soon
      """
    #expect(try Shell.bash.run(script, in: slowPlace()).output == "0 proposals\nsoon\n")
  }

  /// A directory with a program that is asked for cases and does not answer in time.
  private func slowPlace() throws -> Workplace {
    let place = try Workplace(["slow/touchstone": "#!/bin/sh\nexec sleep 6\n"])
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: place.path + "/slow/touchstone")
    return place
  }

  // MARK: - fish

  @Test(.enabled(if: Shell.fish.isInstalled, "fish is not installed"))
  func fishCompletes() throws {
    let rows =
      common + [
        Row("touchstone run --color=al", "--color=always"),
        Row("touchstone run --filter=strings/u", "--filter=strings/upper"),
        Row("touchstone completions bash "),
        Row("touchstone explain a:b", "a:b:c"),
        Row("touchstone explain a\\ ", "a b/it's"),
        Row("touchstone explain 'a b", "a b/it's"),
        Row("touchstone run --expected ou", "out put/"),
        Row("touchstone run --expected rep"),
        Row("touchstone run fixtures/a\\ b --filter ", "a b/it's"),
      ]
    let calls = rows.map { row in
      let line = row.line.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
      return "complete -C '\(line)' | string replace -r '\\t.*' '' | sort; echo end"
    }
    let script = "touchstone completions fish | source\n" + calls.joined(separator: "\n")
    let result = try Shell.fish.run(script, in: Workplace(files))
    #expect(result.error == "")
    check(rows, answers(result.output))
  }

  @Test(.enabled(if: Shell.fish.isInstalled, "fish is not installed"))
  func fishCompletesAnAliasOfAProgramThatIsNotOnThePath() throws {
    let place = try hiddenPlace()
    let script = """
      set PATH /usr/bin /bin
      its/touchstone completions fish | source
      alias touchstone=\(place.path)/its/touchstone
      complete -C 'touchstone explain strings/' | sort
      complete -C 'touchstone list --tag ' | string replace -r '\\t.*' '' | sort
      """
    let result = try Shell.fish.run(script, in: place)
    #expect(result.output == "strings/lower\nstrings/upper\nodd\nslow\n", "\(result.error)")
  }

  @Test(
    .enabled(if: Shell.fish.isInstalled, "fish is not installed"),
    .enabled(if: Shell(name: "timeout").isInstalled, "fish limits time where there is the command timeout"))
  func fishWaitsForAListNotLongerThanTwoSeconds() throws {
    let script = """
      touchstone completions fish | source
      set start (date +%s)
      complete -C 'slow/touchstone explain '
      test (math (date +%s) - $start) -lt 5; and echo soon
      """
    #expect(try Shell.fish.run(script, in: slowPlace()).output == "soon\n")
  }

  // MARK: - zsh

  @Test(.enabled(if: Shell.zsh.isInstalled, "zsh is not installed"))
  func zshCompletesAnAliasOfAProgramThatIsNotOnThePath() throws {
    let place = try hiddenPlace()
    let script = """
      path=(/usr/bin /bin)
      compdef() { }
      compadd() { print -r -- $found }
      eval "$(its/touchstone completions zsh)"
      alias touchstone=$PWD/its/touchstone
      _touchstone_program=touchstone line=()
      _touchstone_list tags 0
      _touchstone_program=its/touchstone
      _touchstone_list tags 0
      touchstone() { print from-a-function }
      _touchstone_program=touchstone
      _touchstone_list tags 0
      """
    let result = try Shell.zsh.run(script, in: place)
    #expect(result.output == "odd slow\nodd slow\nfrom-a-function\n", "\(result.error)")
  }

  @Test(.enabled(if: Shell.zsh.isInstalled, "zsh is not installed"))
  func zshWaitsForAListNotLongerThanTwoSeconds() throws {
    let script = """
      compdef() { }
      compadd() { print -r -- "$#found proposals" }
      eval "$(touchstone completions zsh)"
      _touchstone_program=slow/touchstone line=() SECONDS=0
      _touchstone_list ids 0
      ((SECONDS < 5)) && print soon
      """
    #expect(try Shell.zsh.run(script, in: slowPlace()).output == "0 proposals\nsoon\n")
  }

  @Test(.enabled(if: Shell.zsh.isInstalled, "zsh is not installed"))
  func zshCompletes() throws {
    let rows =
      common + [
        Row("touchstone run --color=al", "--color=always"),
        Row("touchstone run --filter=strings/u", "--filter=strings/upper"),
        Row("touchstone explain a:b", "a:b:c"),
        Row("touchstone explain a\\ ", "a\\ b/it\\'s"),
        Row("touchstone explain 'a b", "'a b/it'\\''s'"),
        Row("touchstone run --expected ou", "out\\ put"),
        Row("touchstone run --expected rep"),
        Row("touchstone run fixtures/a\\ b --filter ", "a\\ b/it\\'s"),
      ]
    let place = try Workplace(files)
    try place.write("lines", rows.map { $0.line + "\n" }.joined())
    // A shell in a terminal of its own, whose key ^T puts all matches into each line.
    try place.write(
      "inner.zsh",
      """
      autoload -Uz compinit
      compinit -D -u
      eval "$(touchstone completions zsh)"
      all() { _main_complete; compstate[insert]=all; compstate[list]=; }
      zle -C all complete-word all
      answer() {
        local line
        while IFS= read -r line; do
          BUFFER=$line
          CURSOR=$#BUFFER
          zle all
          print -r -- $BUFFER
        done <lines >answers
        : >done
      }
      zle -N answer
      bindkey '^T' answer
      # Keys are heard from now on.
      zle-line-init() { : >ready; }
      zle -N zle-line-init
      """)
    let script = """
      zmodload zsh/zpty
      wait_for() { local i; for ((i = 0; i < 600; i++)); do [[ -e $1 ]] && return; sleep 0.1; zpty -r -t inner >/dev/null; done; return 1 }
      zpty inner zsh -f -i
      zpty -w inner 'source ./inner.zsh'
      wait_for ready && zpty -n -w inner $'\\x14' && wait_for done && cat answers
      zpty -d inner
      """
    let result = try Shell.zsh.run(script, in: place)
    let buffers = result.output.split(separator: "\n").map(String.init)
    #expect(buffers.count == rows.count, "\(result.error)")
    for (row, buffer) in zip(rows, buffers) {
      #expect(matches(buffer, row.line) == row.candidates, "\(row.line)")
    }
  }

  /// The words that were put in place of a line's last one, sorted.
  private func matches(_ buffer: String, _ line: String) -> [String] {
    func wordStart(_ line: String) -> String.Index {
      var start = line.startIndex
      var isQuoted = false
      var isEscaped = false
      for index in line.indices {
        let character = line[index]
        if isEscaped {
          isEscaped = false
        } else if character == "'" {
          isQuoted.toggle()
        } else if !isQuoted {
          isEscaped = character == "\\"
          if character == " " { start = line.index(after: index) }
        }
      }
      return start
    }
    guard buffer != line else { return [] }
    var rest = String(buffer[wordStart(line)...])
    var words: [String] = []
    while !rest.isEmpty {
      let start = wordStart(rest)
      // What the shell would take away again when more is typed: a blank, or the = of an option.
      let word = rest[start...].trimmingSuffix { "=/".contains($0) }
      if !word.isEmpty { words.append(String(word)) }
      rest = String(rest[..<start].dropLast())
    }
    return words.sorted()
  }
}

extension Substring {
  fileprivate func trimmingSuffix(_ isUnwanted: (Character) -> Bool) -> Substring {
    var text = self
    while let last = text.last, isUnwanted(last) { text = text.dropLast() }
    return text
  }
}
