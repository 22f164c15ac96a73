// Settings that a command line does without, commands that can be pasted, and figures that depend on no machine.
import Foundation
import Testing

@Suite struct SettingTests {
  @Test func aSettingCanBeLeftOut() throws {
    let place = try Workplace([
      "touchstone.conf": "strict: true\nfuel: 5000\nmax-failures: 1\n",
      "fixtures/a.lua": "for i = 1, 9999 do end return 1",
      "expected/a.golden": "result integer 1\n", "expected/gone.golden": "result nil\n",
      "fixtures/b.lua": "for i = 1, 9999 do end return 1", "expected/b.golden": "result integer 1\n",
    ])
    #expect(try place("-j1").output.contains("hit the fuel limit of 5,000 instructions"))
    #expect(try place("-j1").output.contains("1 not run"))
    let free = try place("--no-fuel", "--no-max-failures")
    #expect(free.code == 1)
    #expect(free.output.contains("FAIL the golden expected/gone.golden belongs to no fixture"))
    #expect(free.output.contains("2 cases: 2 passed in "))
    let lenient = try place("--no-fuel", "--no-strict", "--json", "r.jsonl")
    #expect(lenient.code == 0)
    #expect(try place.read("r.jsonl").contains(#"{"name":"--no-strict"}"#))
    // What is no setting is no option either.
    #expect(try place("--no-filter").code == 2)
    #expect(try place("--no-strict=true").code == 2)
  }

  @Test func aZeroByteInASettingIsAnError() throws {
    let place = try Workplace(["fixtures/a.lua": "return 1"])
    try place.write("touchstone.conf", Array("expected: exp\0ected\n".utf8))
    let result = try place()
    #expect(result.code == 2)
    #expect(result.error == "touchstone: touchstone.conf:1: no setting holds a zero byte\n")
  }

  @Test func suggestedCommandsMeanWhatTheRunMeant() throws {
    let place = try Workplace([
      "fixtures/a.lua": "return 1", "fixtures/b.lua": "return 1", "goldens/b.golden": "result what\n",
    ])
    let run = try place(
      "--expected", "goldens", "--timeout", "9", "--html", "r.html", "--json", "r.jsonl")
    let words = "--expected goldens --timeout 9"
    #expect(
      run.output.contains("there is no golden goldens/a.golden; `touchstone bless \(words)` writes it\n"))
    #expect(run.output.contains("let `touchstone bless \(words)` write it anew\n"))
    let explain = "touchstone explain a \(words)"
    #expect(run.output.contains("`\(explain)` shows the first in full"))
    #expect(try place.read("r.html").contains(explain))
    let merged = try place("merge", "r.jsonl", "--html", "m.html")
    #expect(merged.output.contains("`\(explain)` shows the first in full"))
    #expect(try place.read("m.html").contains(explain))
    // Each does what it says.
    #expect(try place.shell("\"$0\" bless \(words)").code == 0)
    #expect(try place.shell("\"$0\" explain a \(words)").code == 0)
  }

  @Test func aCaseThatTheClockCutsHasNoFigures() throws {
    let place = try Workplace([
      "fixtures/a.lua": "local t = {} while true do t[#t % 1000 + 1] = 'x' end",
      "expected/a.golden": "limit time\n",
    ])
    #expect(try place("--timeout", "0.3", "--json", "r.jsonl").code == 0)
    let line = try #require(
      try place.read("r.jsonl").split(separator: "\n").first { $0.contains("case-finished") })
    #expect(!line.contains("peakPages") && !line.contains("instructions"))
    _ = try place("compare", "lua.wasm", "lua.wasm", "--timeout", "0.3", "--json", "c.jsonl")
    #expect(try !place.read("c.jsonl").contains("peakPages"))
    #expect(
      try place("explain", "a", "--timeout", "0.3").output
        .contains(" pages at most, as far as the clock let it come\n"))
  }

  /// The lines differ so that the search for common ones takes its time.
  @Test func explainIsInterruptedAtAnyTime() throws {
    var golden = ""
    for number in 0..<1400 {
      golden += "| \(String(repeating: "x", count: 60)) \(number * 7919 % 1400) old\n"
    }
    let place = try Workplace([
      "fixtures/a.lua": "for i = 0, 1399 do print(('x'):rep(40), i * 104729 % 1400, 'new') end",
      "expected/a.golden": "output 1400 lines, \(golden.utf8.count - 2 * 1400) bytes\n\(golden)result none\n",
    ])
    for delay in [0.05, 0.15, 0.3, 0.6] {
      let process = try place.start(["explain", "a"])
      Thread.sleep(forTimeInterval: delay)
      let start = Date()
      process.interrupt()
      let code = try process.finish(within: 20).code
      #expect([130, -2, 1].contains(code))
      // A test machine may be busy; without a thread of its own the search would hold it for seconds.
      #expect(Date().timeIntervalSince(start) < 1)
    }
  }
}
