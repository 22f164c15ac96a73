// Modules for require, and sources that are longer than the module's buffer.
import Foundation
import Testing

/// A build whose libraries lack `require` and `package`.
private func withoutRequire() throws -> [UInt8] {
  var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Workplace.packageRoot + "/lua.wasm")))
  // What the build takes away of `package` begins with that name as well.
  for word in [[0] + Array("require".utf8) + [0], [0] + Array("package".utf8)] {
    var start = 0
    while let found = bytes[start...].firstRange(of: word) {
      bytes[found.lowerBound + 1] = UInt8(ascii: "X")
      start = found.upperBound - 1
    }
  }
  return bytes
}

/// A source of so many bytes at least, which returns the number of its statements.
private func longSource(_ byteCount: Int) -> String {
  var text = "local n = 0\n"
  var count = 0
  while text.utf8.count < byteCount {
    count += 1
    text += "n = n + 1 -- \"é\" \\ \t \(count)\n"
  }
  return text + "return n, n == \(count) and 'all' or n\n"
}

@Suite struct ModuleSourceTests {
  private let library = [
    "fixtures/defaults": "modules: lib\n",
    "fixtures/lib/greeter.lua":
      "print('loading', ...)\nlocal M = {}\nfunction M.greet(n) return 'hello ' .. n end\nfunction M.fail() error('boom') end\nreturn M\n",
    "fixtures/lib/pl/init.lua": "return {name = ..., sub = require 'pl.sub'}\n",
    "fixtures/lib/pl/sub.lua": "return 'sub'\n",
    "fixtures/uses.lua":
      "local g = require 'greeter'\nprint(g == require 'greeter', g.greet 'x', require('pl').name, require('pl').sub)\nreturn g ~= nil\n--! new instance\nreturn require('greeter').greet 'again'\n",
  ]
  private let golden = """
    step 1
    output 2 lines, 48 bytes
    | loading\\tgreeter\\tgreeter.lua
    | true\\thello x\\tpl\\tsub
    result boolean true
    step 2
    new instance
    step 3
    output 1 line, 28 bytes
    | loading\\tgreeter\\tgreeter.lua
    result string 11 "hello again"

    """

  @Test(arguments: [false, true])
  func aDirectoryOfModulesHoldsNoCasesAndIsThereForRequire(isWithoutRequire: Bool) throws {
    let place = try Workplace(library)
    try place.write("expected/uses.golden", golden.replacing("\\\\", with: "\\"))
    if isWithoutRequire {
      try place.write("new.wasm", try withoutRequire())
      let gone = try place("eval", "--module", "new.wasm", "return require == nil and package == nil")
      #expect(gone.output == "boolean true\n")
    }
    let result = try place("run", "--module", isWithoutRequire ? "new.wasm" : "lua.wasm")
    #expect(result.code == 0, "\(result.output)")
    #expect(result.output.hasPrefix("1 case: 1 passed in "), "\(result.output)")
    #expect(try place("list").output == "uses  steps=3\n")
    #expect(try place("list", "fixtures/lib").code == 4)
  }

  @Test func anErrorInAModuleNamesItsFileAndLineAndIsAnnotatedThere() throws {
    let place = try Workplace([
      "fixtures/dir/fails.lua": "--! module: greeter = ../../lib/Greeter.lua\nrequire('greeter').fail()\n",
      "fixtures/dir/syntax.lua": "--! module: broken = ../../lib/broken.lua\nreturn require('broken')\n",
      "fixtures/dir/absent.lua": "--! module: absent = ../../lib/absent.lua\n",
      "lib/Greeter.lua": "return {\n  fail = function() error('boom') end,\n}\n",
      "lib/broken.lua": "\nreturn x x\n",
    ])
    let result = try place("--junit", "r.xml", environment: ["GITHUB_ACTIONS": "true"])
    #expect(result.code == 1)
    #expect(result.output.contains("+ error \"Greeter.lua:2: boom\"\n"))
    #expect(result.output.contains("Greeter.lua:2 is line 2 of fixtures/dir/../../lib/Greeter.lua\n"))
    #expect(
      result.output.contains("::error file=fixtures/dir/../../lib/Greeter.lua,line=2,title=dir/fails::"))
    #expect(
      result.output.contains(
        "error loading module 'broken' from file 'broken.lua':\\n"))
    #expect(
      result.output.contains("::error file=fixtures/dir/../../lib/broken.lua,line=2,title=dir/syntax::"))
    #expect(
      result.output.contains(
        "ERROR dir/absent\n  fixtures/dir/absent.lua:1: cannot read fixtures/dir/../../lib/absent.lua: no such file"
      ))
  }

  @Test func aModuleAmongTheFixturesIsRefusedUnlessItsDirectoryIsOne() throws {
    let place = try Workplace([
      "fixtures/a.lua": "--! module: m = m.lua\nreturn require 'm'\n", "fixtures/m.lua": "return 1\n",
      "fixtures/b.lua": "--! module: n = sub/lib/n.lua\nreturn (require 'n')\n",
      "fixtures/sub/defaults": "modules: lib\n", "fixtures/sub/lib/n.lua": "return 'n'\n",
    ])
    let result = try place()
    #expect(
      result.output.contains(
        "ERROR a\n  fixtures/a.lua:1: fixtures/m.lua lies among the fixtures, where it is a case;"))
    #expect(result.output.contains("+ result string 1 \"n\"\n"))
    #expect(result.output.contains("\n3 cases: "))
  }

  @Test(arguments: [false, true])
  func sourcesBeyondTheBufferAreLoadedInPieces(isWithoutRequire: Bool) throws {
    let long = longSource(300_000)
    let place = try Workplace([
      "fixtures/long.lua": long,
      "fixtures/later.lua": "x = 'kept'\n--! step\n" + long + "--! step\nreturn x\n",
      "fixtures/error.lua": long.replacing("return n,", with: "error('at the end') return n,").replacing(
        "local n = 0\n", with: "local n = 0\r\n"),
      "fixtures/syntax.lua": long + "return\n",
      "fixtures/module.lua": "--! module: long = ../long.lua\nreturn (require 'long')\n", "long.lua": long,
    ])
    if isWithoutRequire { try place.write("new.wasm", try withoutRequire()) }
    let result = try place("bless", "--module", isWithoutRequire ? "new.wasm" : "lua.wasm")
    #expect(result.code == 0, "\(result.output)")
    let lines = long.split(separator: "\n").count
    #expect(try place.read("expected/long.golden") == "result string 3 \"all\"\n")
    #expect(
      try place.read("expected/later.golden")
        == "step 1\nresult nil\nstep 2\nresult string 3 \"all\"\nstep 3\nresult string 4 \"kept\"\n")
    #expect(try place.read("expected/error.golden") == "error \"script:\(lines): at the end\"\n")
    #expect(
      try place.read("expected/syntax.golden")
        == "error \"script:\(lines + 1): <eof> expected near 'return'\"\n")
    #expect(try place.read("expected/module.golden") == "result integer \(lines - 2)\n")
    let evaluated = try place("eval", "-f", "long.lua")
    #expect(evaluated.output == "string 3 \"all\"\n")
  }

  @Test func loadingCountsNeitherAsCostNorAsHostCallsNorAgainstTheFuel() throws {
    let place = try Workplace([
      "fixtures/plain.lua": "--! fuel: 50_000\nreturn 1\n",
      "fixtures/with.lua": "--! fuel: 50_000\n--! module: long = ../long.lua\nreturn 1\n",
      "long.lua": longSource(200_000), "expected/plain.golden": "result integer 1\n",
      "expected/with.golden": "result integer 1\n",
    ])
    let result = try place("--save-baseline", "costs.jsonl")
    #expect(result.code == 0, "\(result.output)")
    let counts = try place.read("costs.jsonl").matches(of: /"instructions":(\d+)/).compactMap {
      Int($0.output.1)
    }
    try #require(counts.count == 2)
    #expect(abs(counts[0] - counts[1]) < 5_000, "\(counts)")
    #expect(try place("explain", "with").output.contains("host calls    0\n"))
  }
}
