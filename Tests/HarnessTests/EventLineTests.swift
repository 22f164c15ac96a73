// Lines of JSON that are written without an encoder: they are the encoder's.
import Foundation
import Harness
import Testing

@Suite struct EventLineTests {
  /// A case of which everything is known that can be.
  private static let full = """
    {"backtrace":{"functions":["f","g"],"luaMessage":"m","step":2},\
    "baseline":{"id":"a/b","instructions":1,"peakPages":32},\
    "cause":{"answer":{"from":{"kind":"string"},"to":{"kind":"error"}}},\
    "comparison":{"new":{"hostCallCount":0,"instructions":14059,"microseconds":8556,"peakPages":32,\
    "result":"result nil"},"old":{"hostCallCount":0,"microseconds":19049,"result":"result none"},\
    "verdict":"broken"},"difference":[{"kind":"expected","text":"/\\"é"},{"kind":"actual","text":""}],\
    "directory":["a","\\u0001/"],"file":"fixtures/a/b.lua","finding":{"result":{"actual":"x","expected":"y"}},\
    "golden":"expected/a/b.golden","id":"a/b","instructions":18446744073709551615,"lacksGolden":true,\
    "limits":{"fuel":10,"memoryBytes":65536,"microseconds":10000000},"line":20,"microseconds":0,\
    "mutant":{"casesRun":1,"change":"i32.eq","differsIn":1,"executedBy":1,"function":"f","instruction":"i32.ne",\
    "isExecutedAtStart":false,"number":7,"offset":9,"verdict":"noticed"},"name":"b",\
    "notes":[{"unsteady":{"bad":1,"runs":2}}],"peakPages":32,"sourceFile":"lib.lua","sourceLine":-3,\
    "status":"failed","tags":["t","u"]}
    """

  private func report(_ text: String) throws -> CaseReport {
    try JSONDecoder().decode(CaseReport.self, from: Data(text.utf8))
  }

  private func expectEncoders(_ report: CaseReport) {
    let line = EventLines.line(.caseFinished(report))
    let encoded = EventLines.encodedLine(.caseFinished(report))
    #expect(String(decoding: line, as: UTF8.self) == String(decoding: encoded, as: UTF8.self))
    #expect(line == encoded)
  }

  @Test func everyFieldStandsWhereTheEncoderPutsIt() throws {
    let report = try report(Self.full)
    for child in Mirror(reflecting: report).children {
      let hasValue = Mirror(reflecting: child.value).displayStyle != .optional
      #expect(
        hasValue || !Mirror(reflecting: child.value).children.isEmpty,
        "\(child.label ?? "") is to have a value")
    }
    expectEncoders(report)
    let line = String(decoding: EventLines.line(.caseFinished(report)), as: UTF8.self)
    #expect(line.hasPrefix("{\"case\":\(Self.full),\"event\":\"case-finished\",\"text\":{"))
  }

  @Test func whatIsNotKnownIsLeftOut() {
    expectEncoders(CaseReport(id: "x", directory: [], name: "x", status: .notRun))
    var report = CaseReport(id: "a/x", directory: ["a"], name: "x", status: .passed)
    report.limits = CaseLimits()
    report.tags = []
    report.line = .min
    expectEncoders(report)
  }

  @Test func textsAreEscapedAsTheEncoderDoesIt() {
    for value in UInt32(0)...0x2FFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let report = CaseReport(
        id: "<\(scalar)>", directory: ["\(scalar)"], name: "/\(scalar)\\", status: .passed)
      if EventLines.line(.caseFinished(report)) != EventLines.encodedLine(.caseFinished(report)) {
        expectEncoders(report)
      }
    }
    expectEncoders(CaseReport(id: "\u{1F680}\u{10FFFF}\u{FFFE}", directory: [""], name: "", status: .skipped))
  }
}
