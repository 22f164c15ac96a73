// How much is said: lines and cases on the console, annotations, and what is running for long.
import Foundation
import Testing

@Suite struct ConsoleLimitTests {
  @Test func noLineAndNoCaseIsWithoutEnd() throws {
    let place = try Workplace([
      "fixtures/a.lua":
        "local s=('x'):rep(60000) for i=1,100 do _io['k'..i]=s _home['k'..i]=s end return 1"
    ])
    let result = try place(environment: ["GITHUB_ACTIONS": "true"])
    #expect(result.code == 1)
    for line in result.output.split(separator: "\n") { #expect(line.utf8.count < 5000) }
    #expect(result.output.utf8.count < 300_000)
    #expect(result.output.contains(" bytes more)\n"))
    #expect(result.output.contains("::error file=fixtures/a.lua,line=1,title=a::there is no golden"))
    let explained = try place("explain", "a", "--color", "always")
    #expect(explained.output.components(separatedBy: "golden").last?.utf8.count ?? 0 < 300_000)
  }

  @Test func twoThousandFailuresTakeFewerLines() throws {
    var files: [String: String] = [:]
    for number in 0..<2000 { files["fixtures/c\(number).lua"] = "return 1" }
    let place = try Workplace(files)
    let result = try place(environment: ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "s.md"])
    let lines = result.output.split(separator: "\n")
    #expect(lines.count < 2000)
    #expect(
      lines.contains {
        $0.contains(" failures only named, ") && $0.hasSuffix("; --verbose shows all in full")
      })
    #expect(lines.contains { $0.hasPrefix("2000 cases: 2000 failed in ") })
    // All have the same cause, so the first ten stand for the others.
    #expect(lines.count { $0.hasPrefix("::error ") } == 10)
    #expect(lines.contains("::notice::and 1990 more; the step's log and summary have them"))
    let verbose = try place("--verbose")
    #expect(verbose.output.components(separatedBy: "there is no golden").count == 2001)
  }

  @Test func annotationsShowEachCauseFirst() throws {
    var files: [String: String] = [:]
    for number in 10..<30 {
      files["fixtures/a\(number).lua"] = "return 1"
      files["expected/a\(number).golden"] = "result integer 2\n"
    }
    files["fixtures/b.lua"] = "return 'x'"
    files["expected/b.golden"] = "result integer 2\n"
    files["fixtures/c.lua"] = "--! fuel: 3000\nwhile true do end"
    files["expected/c.golden"] = "result integer 2\n"
    files["fixtures/d.lua"] = "return 1\n--! fuel: 1\n"
    let place = try Workplace(files)
    let output = try place(environment: ["GITHUB_ACTIONS": "true"]).output
    let titles = output.split(separator: "\n").filter { $0.hasPrefix("::error ") }.compactMap {
      $0.firstMatch(of: /title=(\w+)/)?.output.1
    }
    #expect(titles == ["a10", "b", "c", "d", "a11", "a12", "a13", "a14", "a15", "a16"])
    #expect(!output.contains("::warning"))
    // Nineteen lesser ones, and the directive without effect.
    #expect(output.contains("::notice::and 14 more; "))
  }

  @Test func foldersThatOnlyTheCommandLineNamesAreNotAnnotated() throws {
    let place = try Workplace([
      "tests/lua/a.lua": "return 1", "tests/expected/a.golden": "result integer 1\n",
    ])
    let result = try place("tests/lua", environment: ["GITHUB_ACTIONS": "true"])
    #expect(result.code == 0)
    #expect(result.output.contains("only this command line says that tests/lua holds fixtures"))
    #expect(!result.output.contains("::"))
  }

  @Test func whatRunsForLongIsNamedOnceInAPipe() throws {
    let place = try Workplace([
      "fixtures/slow.lua": "while true do end", "fixtures/quick.lua": "return 1",
      "expected/quick.golden": "result integer 1\n",
    ])
    let result = try place("--timeout", "6.5", "--jobs", "2")
    #expect(result.output.components(separatedBy: "running for 5 s: slow\n").count == 2)
    #expect(!result.output.contains("running for 5 s: quick"))
    try place.write("slow.wast", "(module (func (export \"f\") (loop br 0)))\n(invoke \"f\")\n")
    let scripts = try place("spec", "slow.wast", "--timeout", "6.5")
    #expect(scripts.output.contains("running for 5 s: slow.wast\n"))
  }

  /// `script` gives the command a terminal.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "script is not here"))
  func theLiveLineMovesAndNamesWhatRunsForLong() throws {
    let place = try Workplace([
      "a.wast": "(module)\n", "slow.wast": "(module (func (export \"f\") (loop br 0)))\n(invoke \"f\")\n",
    ])
    let words = ["spec", "a.wast", "slow.wast", "--timeout", "6.5", "-j2"]
    #if os(Linux)
      let arguments = ["-qec", ([Workplace.executable] + words).joined(separator: " "), "/dev/null"]
    #else
      let arguments = ["-q", "/dev/null", Workplace.executable] + words
    #endif
    let output = try RunningProcess(
      "/usr/bin/script", arguments, ["TERM": "xterm", "SHELL": "/bin/sh"], "", in: place
    ).finish().output
    #expect(output.contains("\r\u{1B}[2K1/2, "))
    #expect(output.contains(", for 5 s slow.wast"))
    #expect(!output.contains("running for 5 s"))
  }

  @Test func changesInsideLinesAreMarked() throws {
    let place = try Workplace([
      "fixtures/a.lua": "return 'one small step'",
      "expected/a.golden": "result string 14 \"one large step\"\n",
    ])
    let marked = "\u{1B}[31;7mlarge\u{1B}[0m"
    for words in [["run"], ["explain", "a"]] {
      let colored = try place.start(words + ["--color", "always"]).finish().output
      #expect(colored.contains(marked), "\(words)")
      #expect(colored.contains("\u{1B}[32;7msmall\u{1B}[0m"), "\(words)")
      // The marks say where; without colour a line below does.
      #expect(!colored.contains("^"))
      let plain = try place.start(words).finish().output
      #expect(plain.contains("^^^^") && !plain.contains("\u{1B}"), "\(words)")
    }
    let review = try place("bless", "--review", "--color", "always", input: "n\n")
    #expect(review.output.contains(marked) && review.output.contains("\u{1B}[32;7msmall\u{1B}[0m"))
    #expect(try !place("bless", "--review", input: "n\n").output.contains("\u{1B}"))
  }

  /// A module whose function is named so that a terminal would turn red.
  @Test func hostileFunctionNamesReachNoReaderRaw() throws {
    let place = try Workplace(["fixtures/a.lua": "x", "expected/a.golden": "result integer 1\n"])
    try place.write(
      "red.wat",
      """
      (module (memory (export "memory") 8)
        (func (export "init") (result i32) i32.const 0)
        (func (export "get_buffer_ptr") (result i32) i32.const 1024)
        (func (export "get_buffer_size") (result i32) i32.const 65536)
        (func $NAME (export "compute") (param i32 i32) (result i32) unreachable))
      """)
    #expect(try place("wat2wasm", "red.wat", "-o", "red.wasm").code == 0)
    // The same length, so that the section's sizes stay right.
    let bytes = try Data(contentsOf: URL(fileURLWithPath: place.path + "/red.wasm"))
    let name = try #require(bytes.range(of: Data("NAME".utf8), options: .backwards))
    var changed = bytes
    changed.replaceSubrange(name, with: Data("\u{1B}[1m".utf8))
    try place.write("red.wasm", Array(changed))
    for words in [
      ["run", "--junit", "r.xml", "--html", "r.html", "--json", "r.jsonl"], ["explain", "a"],
      ["explain", "a", "--profile", "p.txt"], ["eval", "x"], ["compare", "red.wasm", "red.wasm"],
      ["bless", "--pending"], ["inspect", "red.wasm"],
    ] {
      let module = ["compare", "inspect"].contains(words[0]) ? [] : ["--module", "red.wasm"]
      let result = try place.start(words + module, environment: ["GITHUB_ACTIONS": "true"]).finish()
      #expect(!(result.output + result.error).contains("\u{1B}"), "\(words)")
    }
    let shown = try place("run", "--module", "red.wasm", environment: ["GITHUB_ACTIONS": "true"]).output
    #expect(shown.contains(#"::error file=fixtures/a.lua,line=1,title=a::trap: unreachable in \x1b[1m"#))
    #expect(try place("eval", "x", "--module", "red.wasm").error.contains(#"in \x1b[1m"#))
    for file in ["r.xml", "r.html", "r.jsonl", "p.txt", "expected/a.golden.new"] where place.exists(file) {
      #expect(try !place.read(file).contains("\u{1B}"), "\(file)")
    }
  }
}
