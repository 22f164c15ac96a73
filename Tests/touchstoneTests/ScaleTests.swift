// Many cases: what memory a run takes must not depend on what its cases say, and little on how many there are.
#if os(Linux)
  import Foundation
  import TestSupport
  import Testing

  #if canImport(Glibc)
    import Glibc
  #else
    import Musl
  #endif

  @Suite(.serialized) struct ScaleTests {
    private let reports = ["--junit", "r.xml", "--json", "r.jsonl", "--html", "r.html"]

    /// Cases of one kind, spread over directories.
    private func place(_ count: Int, _ source: (Int) -> String, golden: (Int) -> String?) throws -> Workplace
    {
      let place = try Workplace()
      for number in 0..<count {
        let name = "d\(number % 50)/c\(number)"
        try place.write("fixtures/\(name).lua", source(number))
        if let golden = golden(number) { try place.write("expected/\(name).golden", golden) }
      }
      return place
    }

    /// The most memory, in KiB, that the command held while it ran, and its exit code.
    ///
    /// The kernel's own account of a child begins with what its parent held, so the process is watched.
    private func peak(_ place: Workplace, _ words: [String]) throws -> (memory: Int, code: Int32) {
      let process = try place.start(words)
      var peak = 0
      while process.isRunning {
        let status = try? String(contentsOfFile: "/proc/\(process.identifier)/status", encoding: .utf8)
        // Until the command takes its place, the process has its parent's name and memory.
        if let status, status.hasPrefix("Name:\ttouchstone\n"),
          let text = status.firstMatch(of: /VmHWM:\s+(\d+) kB/)?.output.1, let size = Int(text)
        {
          peak = max(peak, size)
        }
        usleep(2000)
      }
      return (peak, try process.finish().code)
    }

    /// What the command holds in the second place beyond the first is below a limit, in KiB.
    private func expectGrowth(
      of words: [String], from few: Workplace, to many: Workplace, below limit: Int, code: Int32 = 0
    ) throws {
      let measured = try measurementsOutOfBounds(of: 3) {
        let (small, large) = try (peak(few, words), peak(many, words))
        #expect(small.code == code && large.code == code)
        #expect(small.memory > 1000)
        return (small.memory, large.memory)
      } isWithinBounds: { small, large in
        large - small < limit
      }
      if let measured { Issue.record("\(words): \(measured) KiB") }
    }

    /// Fifteen hundred further cases may take six megabytes: an id, its directories, and a few figures each.
    @Test func memoryGrowsLittleWithTheNumberOfCases() throws {
      func source(_ number: Int) -> String { "return \(number)" }
      func golden(_ number: Int) -> String { "result integer \(number)\n" }
      let few = try place(500, source, golden: golden)
      let many = try place(2000, source, golden: golden)
      for words in [
        ["run", "-j1"], ["run", "-j1"] + reports, ["bless", "-j1"], ["list"],
        ["compare", "lua.wasm", "lua.wasm", "-j1"],
      ] {
        try expectGrowth(of: words, from: few, to: many, below: 6 << 10)
      }
      for place in [few, many] {
        #expect(try place.start(["--json", "part.jsonl"]).finish().code == 0)
      }
      try expectGrowth(of: ["merge", "part.jsonl"] + reports, from: few, to: many, below: 6 << 10)
      #expect(try JUnitDocument(many.read("r.xml")).testcases.count == 2000)
    }

    /// Each case differs in a hundred lines of four hundred bytes: three hundred of them make twelve megabytes
    /// of text, several times that in memory.
    @Test func memoryDoesNotGrowWithWhatCasesSay() throws {
      func source(_ number: Int) -> String { "for i = 1, 100 do print(i, ('some words '):rep(36)) end" }
      let few = try place(75, source, golden: { _ in nil })
      let many = try place(300, source, golden: { _ in nil })
      for words in [["run", "--json", "part.jsonl"], ["merge", "part.jsonl"] + reports] {
        try expectGrowth(of: words, from: few, to: many, below: 8 << 10, code: 1)
      }
      #expect(try many.read("r.xml").utf8.count > 12_000_000)
      #expect(try many.read("r.html").utf8.count > 12_000_000)
    }

    /// What comes after a long case waits until that is done, but not all of it in memory.
    @Test func aLongCaseDoesNotFillTheMemoryWithThoseBehindIt() throws {
      let place = try place(
        400, { _ in "for i = 1, 190 do print(i, ('some words '):rep(150)) end" }, golden: { _ in nil })
      try place.write("fixtures/a.lua", "--! timeout: 30\nwhile true do end")
      let process = try place.start(["-j3", "--json", "r.jsonl", "--max-failures", "300"])
      var peak = 0
      var last = Date()
      // Until nothing more happens, or the long case has ended.
      while process.isRunning, Date().timeIntervalSince(last) < 2 {
        let status = try String(contentsOfFile: "/proc/\(process.identifier)/status", encoding: .utf8)
        let size = Int(status.firstMatch(of: /VmRSS:\s+(\d+) kB/)?.output.1 ?? "") ?? 0
        if size > peak + 100 { (peak, last) = (size, Date()) }
        usleep(20_000)
      }
      process.interrupt()
      #expect(try process.finish(within: 60).code == 130)
      // 400 × 190 × 1,650 bytes are 125 MB.
      #expect(peak > 20 << 10)
      #expect(peak < 220 << 10, "\(peak) KiB")
    }

    /// A module with so many function types, all different, of thirteen bytes each.
    private func moduleOfTypes(_ count: Int) throws -> Workplace {
      func number(_ value: Int) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + number(value >> 7)
      }
      var section = number(count)
      for index in 0..<count {
        let types = (0..<10).map { UInt8(0x7F - (index >> (2 * $0)) & 3) }
        section += [0x60, 5] + types[..<5] + [5] + types[5...]
      }
      let place = try Workplace()
      try place.write("m.wasm", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 1] + number(section.count) + section)
      return place
    }

    /// Twenty-eight bytes are held for each byte of the file, the room that growing lists take in vain among them.
    @Test func aTypeTakesLittleMemory() throws {
      let many = try moduleOfTypes(250_000)
      try expectGrowth(
        of: ["inspect", "m.wasm"], from: moduleOfTypes(10), to: many, below: (250_000 * 13 * 28) >> 10,
        code: 1)
    }

    @Test func aDirectoryMayHoldAllCases() throws {
      let place = try Workplace()
      for number in 0..<1500 { try place.write("fixtures/c\(number).lua", "return \(number)") }
      #expect(try place.start(["bless"]).finish().code == 0)
      let done = try place.start(["--strict"]).finish()
      #expect(done.code == 0)
      #expect(done.output.hasPrefix("1500 cases: 1500 passed in "))
      #expect(try place.start(["list"]).finish().output.split(separator: "\n").count == 1500)
      _ = try place.shell("for f in expected/*; do echo 'result nil' > $f; done")
      #expect(try place.start(["--quiet"] + reports).finish().code == 1)
      let again = try place.start(["--only", "failed", "--quiet"]).finish()
      #expect(again.code == 1)
      #expect(again.output.split(separator: "\n").count { $0.hasPrefix("FAIL ") } == 1500)
    }
  }
#endif
