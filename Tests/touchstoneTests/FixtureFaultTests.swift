// Fixtures and goldens that are links, pipes, directories, huge or unreadable, as the command meets them.
import Foundation
import Testing

private let one = ["fixtures/a.lua": "return 1", "expected/a.golden": "result integer 1\n"]

@Suite struct FixtureFaultTests {
  @Test func linksThatLeadInCirclesAreNotFollowed() throws {
    let place = try Workplace(one)
    try place.write("fixtures/sub/b.lua", "return 2")
    try place.write("expected/sub/b.golden", "result integer 2\n")
    for (name, target) in [
      ("parent", ".."), ("here", "."), ("self", "self"), ("one", "two"), ("two", "one"), ("sub/up", ".."),
      ("sub/again", "../../fixtures"), ("linked.lua", "a.lua"),
    ] {
      try place.link("fixtures/\(name)", to: target)
    }
    try place.write("expected/linked.golden", "result integer 1\n")
    let result = try place.bounded("--strict", "--verbose")
    #expect(result.code == 0, "\(result.output)")
    #expect(result.output.contains("\n3 cases: 3 passed in ") && result.output.contains("\npass linked ("))
    #expect(try place.bounded("list").output == "a\nlinked\nsub/b\n")
    #expect(try place.bounded("bless").output == "goldens: 3 unchanged\n")
  }

  /// What is called a fixture but cannot be read is not passed over, and nothing waits for it.
  @Test func whatIsCalledAFixtureButIsNoFileIsNotLost() throws {
    let place = try Workplace(one)
    try place.link("fixtures/gone.lua", to: "nowhere")
    try place.link("fixtures/loop.lua", to: "loop.lua")
    place.pipe("fixtures/pipe.lua")
    try place.link("fixtures/zero.lua", to: "/dev/zero")
    let result = try place.bounded("--junit", "junit.xml")
    #expect(result.code == 3)
    #expect(
      result.output.contains("ERROR gone\n  cannot read fixtures/gone.lua: no such file or directory\n"))
    #expect(
      result.output.contains(
        "ERROR loop\n  cannot read fixtures/loop.lua: too many levels of symbolic links\n"))
    let noFile = "it is no file, but a pipe, a socket or a device\n"
    #expect(result.output.contains("ERROR pipe\n  cannot read fixtures/pipe.lua: \(noFile)"))
    #expect(result.output.contains("ERROR zero\n  cannot read fixtures/zero.lua: \(noFile)"))
    #expect(result.output.contains("\n5 cases: 1 passed, 4 without an answer in "))
    #expect(try place.bounded("fixtures/pipe.lua").code == 3)
    #expect(try place.bounded("list").code == 1)
    let named = try place.bounded("fixtures/gone.lua")
    #expect(named.code == 2)
    #expect(named.error == "touchstone: fixtures/gone.lua is a link that leads to no file or directory\n")
  }

  @Test func aDirectoryMayBeCalledAsAFixtureIs() throws {
    let place = try Workplace(one)
    try place.write("fixtures/d.lua/x.lua", "return 3")
    try place.write("expected/d.lua/x.golden", "result integer 3\n")
    let result = try place.bounded()
    #expect(result.code == 0)
    #expect(result.output.hasPrefix("2 cases: 2 passed in "))
  }

  @Test func goldensAndDefaultsThatAreNoFilesAreFaultsOfTheirCases() throws {
    let place = try Workplace([
      "fixtures/d/b.lua": "return 1", "fixtures/ok.lua": "return 1",
      "expected/ok.golden": "result integer 1\n",
      "fixtures/a.lua": "return 1", "fixtures/c.lua": "return 1", "expected/c.golden/x": "",
    ])
    place.pipe("expected/a.golden")
    try place.link("fixtures/d/defaults", to: "nowhere")
    let result = try place.bounded()
    #expect(result.code == 3)
    #expect(result.output.contains("ERROR a\n  cannot read expected/a.golden: it is no file, but a pipe"))
    #expect(result.output.contains("ERROR c\n  cannot read expected/c.golden: is a directory\n"))
    #expect(result.output.contains("ERROR d/b\n  cannot read fixtures/d/defaults: no such file or directory"))
    #expect(result.output.contains("\n4 cases: 1 passed, 3 without an answer in "))
    let blessed = try place.bounded("bless")
    #expect(blessed.code == 3)
    #expect(blessed.output.contains("\ngoldens: 1 unchanged, 3 without an answer\n"))
  }

  #if os(Linux)
    /// The system refuses to read its own memory at 0, whoever asks.
    @Test func whatCannotBeReadIsAFaultOfItsCase() throws {
      let place = try Workplace(one)
      try place.link("fixtures/memory.lua", to: "/proc/self/mem")
      try place.write("fixtures/golden.lua", "return 1")
      try place.link("expected/golden.golden", to: "/proc/self/mem")
      let result = try place.bounded()
      #expect(result.code == 3)
      #expect(
        result.output.contains("ERROR golden\n  cannot read expected/golden.golden: input/output error"))
      #expect(result.output.contains("ERROR memory\n  cannot read fixtures/memory.lua: input/output error"))
      #expect(result.output.contains("\n3 cases: 1 passed, 2 without an answer in "))
      #expect(try place.bounded("--module", "/proc/self/mem").code == 3)
    }
  #endif

  @Test(.enabled(if: getuid() != 0, "permissions do not bind root"))
  func whatMayNotBeReadIsAFault() throws {
    let place = try Workplace(one)
    try place.write("fixtures/b.lua", "return 1")
    #expect(chmod(place.path + "/fixtures/b.lua", 0) == 0)
    let result = try place.bounded()
    #expect(result.code == 3)
    #expect(result.output.contains("ERROR b\n  cannot read fixtures/b.lua: permission denied\n"))
    #expect(chmod(place.path + "/fixtures", 0) == 0)
    #expect(
      try place.bounded().error == "touchstone: cannot read the directory fixtures: permission denied\n")
    #expect(chmod(place.path + "/fixtures", 0o777) == 0)
  }

  @Test func hugeFilesAreRefusedOrCompared() throws {
    let place = try Workplace(one)
    try place.write("fixtures/huge.lua", Array(repeating: UInt8(ascii: " "), count: 100_000_000))
    try place.write("fixtures/other.lua", "return 1")
    try place.write(
      "expected/other.golden",
      Array("output 1000000 lines, 9000000 bytes\n".utf8)
        + repeatElement(Array("| 12345678\n".utf8), count: 1_000_000).joined()
        + Array("result integer 1\n".utf8))
    let result = try place.start([]).finish()
    #expect(result.code == 1)
    #expect(
      result.output.contains(
        "ERROR huge\n  the source of step 1, 100000000 bytes, could not be loaded: it may have at most 16777216 bytes\n"
      ))
    #expect(result.output.contains("FAIL other ("))
    #expect(result.output.contains("    - output 1000000 lines, 9000000 bytes\n"))
    #expect(result.output.contains("\n3 cases: 1 passed, 1 failed, 1 without an answer in "))
    #expect(result.output.utf8.count < 50_000)
  }

  @Test func carriageReturnsAreSeen() throws {
    let place = try Workplace([
      "fixtures/crlf.lua": "--! tags: x\r\nprint('a')\r\nreturn [[1\r\n2]]\r\n",
      "expected/crlf.golden": "output 1 line, 2 bytes\n| a\nresult string 3 \"1\\n2\"\n",
      "fixtures/golden.lua": "return 1\n", "expected/golden.golden": "result integer 1\r\n",
      "fixtures/said.lua": "print('a\\r')",
      "expected/said.golden": "output 1 line, 2 bytes\n| a\nresult nil\n",
    ])
    let result = try place.bounded()
    #expect(result.code == 1)
    // Lua reads CRLF as one line end, so the fixture with CRLF answers as one without.
    #expect(result.output.contains("\n3 cases: 1 passed, 2 failed in "), "\(result.output)")
    #expect(result.output.contains("FAIL golden ("))
    #expect(result.output.contains("expected/golden.golden:1: the line ends with a carriage return; "))
    #expect(result.output.contains("put `*.golden -text` into .gitattributes"))
    #expect(result.output.contains("+ | a\\r\n"))
    #expect(!result.output.contains("\r"))
    #expect(try place.bounded("list", "--tag", "x").output == "crlf  [x]\n")
    #expect(try place.bounded("bless").code == 0)
    for name in ["crlf", "golden", "said"] {
      #expect(try !place.read("expected/\(name).golden").unicodeScalars.contains("\r"))
    }
  }
}
