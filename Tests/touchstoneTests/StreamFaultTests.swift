// Standard output that is closed, full or slow.
import Foundation
import TestSupport
import Testing

private let one = ["fixtures/a.lua": "return 1", "expected/a.golden": "result integer 1\n"]

@Suite struct StreamFaultTests {
  /// Whoever reads no further has what was wanted; the reports and the exit code stay what they are.
  @Test func aReaderThatLeavesChangesNothing() throws {
    var files: [String: String] = [:]
    for number in 0..<300 { files["fixtures/c\(number).lua"] = "return ('x'):rep(2000)" }
    let place = try Workplace(files)
    let result = try place.shell(
      "{ \"$0\" --json r.jsonl --junit r.xml; echo $? > code; } | head -1; \"$0\" list | head -1")
    #expect(result.output == "FAIL c0 (\(result.output.split(separator: "(")[1].prefix { $0 != "\n" })\nc0\n")
    #expect(result.error == "")
    #expect(try place.read("code") == "1\n")
    #expect(try place.read("r.jsonl").split(separator: "\n").count == 303)
    #expect(try JUnitDocument(place.read("r.xml")).testcases.count == 300)
  }

  #if os(Linux)
    @Test(
      arguments: [
        "", "list", "help", "bless", "eval 'return 1'", "inspect lua.wasm", "--version", "merge r.jsonl",
        "compare lua.wasm lua.wasm", "explain a",
      ])
    func outputThatCannotBeWrittenIsAFault(command: String) throws {
      let place = try Workplace(one)
      #expect(try place.bounded("--json", "r.jsonl").code == 0)
      let result = try place.shell("\"$0\" \(command) > /dev/full")
      #expect(result.code == 3)
      #expect(result.error == "touchstone: cannot write to standard output: no space left on device\n")
    }
  #endif

  /// The next file that is opened would get the number of a stream that is closed.
  @Test func aClosedStreamDoesNotEndInAReport() throws {
    let place = try Workplace(one)
    let result = try place.shell(
      "\"$0\" --verbose --junit r.xml --json r.jsonl --html r.html <&- >&- 2>&-; echo $? > code")
    #expect(result.output == "")
    #expect(try place.read("code") == "0\n")
    #expect(try JUnitDocument(place.read("r.xml")).testcases.count == 1)
    for line in try place.read("r.jsonl").split(separator: "\n") {
      _ = try JSONSerialization.jsonObject(with: Data(line.utf8))
    }
    _ = try HTMLElement(document: place.read("r.html"))
  }

  @Test func reportsCanGoIntoPipes() throws {
    let place = try Workplace(one)
    let result = try place.shell("\"$0\" --quiet --junit /dev/stderr --json /dev/stdout")
    #expect(result.code == 0)
    #expect(try JUnitDocument(result.error).testcases.count == 1)
    #expect(result.output.split(separator: "\n").count == 4)
    place.pipe("pipe")
    let piped = try place.shell("cat pipe > got & \"$0\" --quiet --json pipe; wait; \"$0\" merge got")
    #expect(piped.code == 0)
    #expect(piped.output.hasPrefix("1 case: 1 passed in "))
    let joined = try place.shell("cat got > pipe & \"$0\" merge pipe")
    #expect(joined.code == 0)
    #expect(joined.output.hasPrefix("1 case: 1 passed in "))
  }
}
