// touchstone init, and run --watch.
import Foundation
import Testing

@Suite struct WatchTests {
  /// Waits until the output has so many lines that end a run.
  private func runs(_ process: RunningProcess, _ count: Int) -> [String] {
    let end = Date().addingTimeInterval(60)
    var lines: [String] = []
    while lines.count < count, Date() < end, process.isRunning {
      usleep(50_000)
      let output = process.outputSoFar
      // The last thing that is said of a run.
      guard output.matches(of: /Ctrl-C ends\n/).count >= count else { continue }
      lines = output.split(separator: "\n").filter { $0.wholeMatch(of: /\d+ cases?: .*/) != nil }.map(
        String.init)
    }
    return lines
  }

  @Test func whatAChangeConcernsIsRunAgain() throws {
    let place = try Workplace([
      "fixtures/a.lua": "return 1\n", "fixtures/deep/b.lua": "return 2\n",
      "fixtures/deep/c.lua": "return 3\n",
      "touchstone.conf": "jobs: 1\n",
    ])
    #expect(try place("bless").code == 0)
    let process = try place.start(["--watch"])
    #expect(runs(process, 1).last?.hasPrefix("3 cases: 3 passed") == true)
    let changes: [(file: String, text: String, summary: String)] = [
      ("fixtures/a.lua", "return 5\n", "1 case: 1 failed"),
      ("expected/a.golden", "result integer 5\n", "1 case: 1 passed"),
      ("fixtures/deep/defaults", "tags: slow\n", "2 cases: 2 passed"),
      ("fixtures/new.lua", "return 7\n", "1 case: 1 failed"),
      ("touchstone.conf", "fuel: 10\n", "4 cases: 4 without an answer"),
    ]
    for (number, change) in changes.enumerated() {
      try place.write(change.file, change.text)
      let last = runs(process, number + 2).last
      #expect(last?.hasPrefix(change.summary) == true, "\(change.file): \(process.outputSoFar)")
    }
    // What is wrong with the settings is said, and can be mended.
    try place.write("touchstone.conf", "fule: 10\n")
    usleep(1_000_000)
    #expect(process.isRunning)
    #expect(
      process.outputSoFar.contains("touchstone.conf:1: there is no setting `fule`; did you mean fuel?\n"))
    try place.write("touchstone.conf", "\n")
    #expect(runs(process, changes.count + 2).last?.hasPrefix("4 cases: 3 passed, 1 failed") == true)
    process.interrupt()
    #expect(try process.finish(within: 20).code == 130)
  }

  @Test func theModulesOfCasesAreWatchedToo() throws {
    let place = try Workplace([
      "fixtures/a.lua": "--! module: own = ../own.lua\nlocal own = require('own') return own\n",
      "fixtures/d/defaults": "modules: ../../lib\n",
      "fixtures/d/b.lua": "local shared = require('shared') return shared\n",
      "fixtures/c.lua": "return 3\n", "own.lua": "return 1\n", "lib/shared.lua": "return 2\n",
    ])
    #expect(try place("bless").code == 0)
    let process = try place.start(["--watch"])
    #expect(runs(process, 1).last?.hasPrefix("3 cases: 3 passed") == true)
    let changes: [(file: String, summary: String)] = [
      ("own.lua", "1 case: 1 failed"), ("lib/shared.lua", "1 case: 1 failed"),
      ("lib/other.lua", "1 case: 1 failed"),
    ]
    for (number, change) in changes.enumerated() {
      try place.write(change.file, "return 12\n")
      #expect(runs(process, number + 2).last?.hasPrefix(change.summary) == true, "\(process.outputSoFar)")
    }
    process.interrupt()
    #expect(try process.finish(within: 20).code == 130)
  }

  // MARK: - init

  @Test func whoStartsFromNothingHasACaseThatPasses() throws {
    let place = try Workplace()
    let result = try place("init")
    #expect(result.code == 0)
    #expect(
      result.output.hasPrefix(
        """
        wrote touchstone.conf
        wrote fixtures/hello.lua
        new expected/hello.golden
          + output 1 line, 19 bytes
          + | Hello from Lua 5.4
          + result integer 42
        goldens: 1 new

        """), "\(result.output)")
    #expect(try place("--strict").output.hasPrefix("1 case: 1 passed"))
    let again = try place("init")
    #expect(again.code == 2)
    #expect(again.error == "touchstone: there is a touchstone.conf already; change it as you like\n")
  }

  @Test func initLeavesWhatIsThere() throws {
    let place = try Workplace(["tests/lua/a.lua": "return 1\n", "tests/expected/a.golden": "result nil\n"])
    #expect(try place("init", "tests/lua").output.contains("\n1 fixture in tests/lua\n"))
    #expect(try place.read("touchstone.conf").contains("\nfixtures: tests/lua\nexpected: tests/expected\n"))
    #expect(!place.exists("tests/lua/hello.lua"))
    #expect(try place.read("tests/expected/a.golden") == "result nil\n")
    for (words, sentence) in [
      (["init", "/"], "/ does not lie below this directory; run init above it"),
      (["init", "a", "b"], "init takes one directory of fixtures"),
      (["init", "lua.wasm"], "lua.wasm is no directory"),
    ] {
      let other = try Workplace().start(words).finish()
      #expect(other.code == 2)
      #expect(other.error == "touchstone: \(sentence)\n")
    }
    let moduleless = try Workplace()
    let result = try moduleless("init", "--module", "build/my.wasm")
    #expect(result.code == 0)
    #expect(
      result.output.hasSuffix(
        "next: put build/my.wasm here, or name yours in touchstone.conf; then `touchstone bless` writes the goldens\n"
      ))
    #expect(!moduleless.exists("expected"))
  }
}
