// Where outputs go: the process's own streams, pipes, and what a killed run leaves.
import Foundation
import TestSupport
import Testing

private let one = ["fixtures/a.lua": "return 1", "expected/a.golden": "result integer 1\n"]

@Suite struct OutputTests {
  /// A file that a stream goes to is not replaced under it: the report follows what stands there, and what the
  /// console says goes elsewhere.
  @Test(
    arguments: ["--json", "--junit", "--html", "--coverage", "--save-baseline"],
    ["-", "/dev/stdout", "/dev/fd/1", "log"])
  func standardOutputIsAppendedTo(option: String, name: String) throws {
    let place = try Workplace(one)
    let file = try place.bounded(option, "alone")
    let result = try place.shell("echo keep > log; \"$0\" \(option) \(name) >> log")
    #expect(result.code == 0)
    #expect(result.error.contains("1 case: 1 passed in "))
    #expect(file.output.contains("1 case: 1 passed in "))
    let lines = try place.read("log").split(separator: "\n")
    #expect(lines.first == "keep")
    #expect(lines.dropFirst().first == (try place.read("alone").split(separator: "\n").first))
    #expect(!place.exists("-"))
  }

  /// A part's costs replace their part of a file; a pipe has nothing to read.
  @Test func costsOfAPartGoIntoAPipeAsTheyAre() throws {
    let place = try Workplace(one.merging(["fixtures/b.lua": "return 2"]) { own, _ in own })
    let result = try place.shell("\"$0\" --filter a --save-baseline - | cat")
    #expect(result.output.split(separator: "\n").last?.hasPrefix("{\"id\":\"a\",") == true)
    #expect(!result.output.contains("\"id\":\"b\""))
  }

  @Test func mergeAndTheTextCommandsAppendToo() throws {
    let place = try Workplace(one.merging(["m.wat": "(module)"]) { own, _ in own })
    #expect(try place.bounded("--json", "r.jsonl").code == 0)
    #expect(
      try place.shell(
        """
        echo keep > log && "$0" merge r.jsonl --junit /dev/stdout >> log 2>/dev/null &&
        "$0" wat2wasm m.wat -o m.wasm && "$0" wasm2wat m.wasm -o /dev/stdout >> log &&
        "$0" wat2wasm m.wat -o /dev/stdout >> log
        """
      ).code == 0)
    let text = try place.read("log")
    #expect(text.hasPrefix("keep\n<?xml "))
    #expect(text.hasSuffix("</testsuites>\n(module)\n\0asm\u{1}\0\0\0"))
  }

  @Test func oneStreamTakesOneReport() throws {
    let place = try Workplace(one)
    let result = try place.shell("\"$0\" --json - --junit /dev/stdout")
    #expect(result.code == 2)
    #expect(result.error == "touchstone: --junit and --json would both write to -; name two files\n")
    #expect(result.output == "")
    let closed = try place.bounded("--json", "/dev/fd/99")
    #expect(closed.code == 3)
    #expect(closed.error == "touchstone: cannot write to /dev/fd/99: bad file descriptor\n")
  }

  @Test func aNameIsWrittenAsItIs() throws {
    let place = try Workplace(["back\\slash.wat": "(module)"])
    #expect(try place.bounded("wat2wasm", "back\\slash.wat").code == 0)
    #expect(place.exists("back\\slash.wasm"))
  }

  /// Nobody would ever write into it, or read from it.
  @Test func aPipeInPlaceOfTheRecordDoesNotHoldTheRunUp() throws {
    let place = try Workplace(one)
    try FileManager.default.createDirectory(
      atPath: place.path + "/.touchstone", withIntermediateDirectories: true)
    place.pipe(".touchstone/last-run.jsonl")
    let result = try place.bounded()
    #expect(result.code == 0)
    #expect(result.output.contains("it is no file, but a pipe, a socket or a device"))
    let failed = try place.bounded("--only", "failed")
    #expect(failed.code == 3)
    #expect(failed.error.contains("it is no file, but a pipe, a socket or a device"))
  }

  /// What a writer that lives still holds stays, and so does what only looks like a temporary file.
  @Test func whatAKilledRunLeftIsDeleted() throws {
    let place = try Workplace(one)
    try place.write("fixtures/b.lua", "while true do end")
    try place.write("expected/.touchstone-leftover0.tmp", "")
    try place.write("out/.touchstone-of-somebody.tmp", "")
    func start() throws -> RunningProcess {
      let process = try place.start(["--timeout", "60", "--json", "out/r.jsonl", "--junit", "out/r.xml"])
      place.wait { place.temporaryFiles.count >= 4 }
      return process
    }
    let killed = try start()
    kill(killed.identifier, SIGKILL)
    _ = try killed.finish()
    #expect(place.temporaryFiles.count == 4)
    let alive = try place.start(["--timeout", "60", "--json", "out/other.jsonl"])
    place.wait { place.temporaryFiles.count == 3 }
    #expect(place.temporaryFiles.count == 3)
    #expect(try place.bounded("--timeout", "0.1", "--json", "out/r.jsonl").code == 1)
    #expect(place.temporaryFiles.count == 2)
    alive.interrupt()
    #expect(try alive.finish().code == 130)
    #expect(place.exists("out/other.jsonl"))
    #expect(place.temporaryFiles == ["out/.touchstone-of-somebody.tmp"])
  }

  /// However many threads work, somebody listens. The bound leaves room for a machine that does other things.
  @Test func aSignalIsAnsweredAtOnceWithManyJobs() throws {
    let place = try Workplace()
    for number in 0..<300 {
      try place.write("fixtures/c\(number).lua", number == 0 ? "return 1" : "while true do end")
    }
    let process = try place.start(["-j", "300", "--timeout", "40", "--json", "r.jsonl"])
    place.wait { process.outputSoFar.contains("FAIL c0") }
    let start = ContinuousClock.now
    process.interrupt()
    let result = try process.finish(within: 60)
    #expect(start.duration(to: .now) < .seconds(2))
    #expect(result.code == 130)
    #expect(result.output.contains("300 cases: 1 failed, 299 not run"))
    #expect(try place.read("r.jsonl").split(separator: "\n").count == 303)
  }
}
