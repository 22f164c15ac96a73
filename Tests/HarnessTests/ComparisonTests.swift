// Differences between goldens as they are shown.
import Harness
import LuaHost
import Testing

@Suite struct ComparisonTests {
  private func golden(_ output: String, _ value: LuaValue = .nil) -> Golden {
    Golden(steps: [GoldenStep(output: Array(output.utf8), result: .value(.value(value)))])
  }

  private func difference(_ expected: Golden, _ actual: Golden) -> String {
    diff(expected.text(), actual.text())
  }

  private func diff(_ expected: String, _ actual: String, context: Int = 3) -> String {
    DiffLine.lines(LineDifference(expected: expected, actual: actual, context: context).lines)
      .map { $0.text + "\n" }.joined()
  }

  @Test func equalTextsDoNotDiffer() {
    #expect(difference(golden("a\n"), golden("a\n")) == "")
  }

  @Test func aCarriageReturnIsShown() {
    #expect(
      difference(golden("a\n"), golden("a\r\n")) == #"""
        - output 1 line, 2 bytes
        - | a
        + output 1 line, 3 bytes
        + | a\r
          result nil

        """#)
  }

  @Test func aLineThatReplacesAnotherIsMarkedWhereItDiffers() {
    #expect(
      difference(golden("", .string(Array("hello".utf8))), golden("", .string(Array("hellu".utf8)))) == """
        - result string 5 "hello"
        + result string 5 "hellu"
        ?                      ^

        """)
  }

  @Test func farLinesAreLeftOut() {
    let lines = (1...20).map { "\($0)\n" }
    var changed = lines
    changed[9] = "x\n"
    #expect(
      diff(lines.joined(), changed.joined(), context: 1) == """
        @ 8 lines alike
          9
        - 10
        + x
          11
        @ 9 lines alike

        """)
  }

  @Test func aDifferenceOfManyLinesIsCutAndQuick() {
    let old = (0..<60_000).map { "a\($0)\n" }.joined()
    let new = (0..<60_000).map { "b\($0)\n" }.joined()
    let difference = LineDifference(expected: old, actual: new)
    #expect(difference.lines.count == 201)
    #expect(difference.lines.last == DifferenceLine(.more, count: 119800))
  }

  @Test func aLineAgainstVeryManyIsQuickToo() {
    let many = (0..<200_000).map { "b\($0)\n" }.joined()
    #expect(LineDifference(expected: "a\n", actual: many).lines.count == 201)
    #expect(LineDifference(expected: many, actual: "").lines.count == 201)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func aDifferenceLeadsFromOneTextToTheOther(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func text() -> [String] {
      (0..<Int.random(in: 0...12, using: &random)).map { _ in ["a", "b", "c"].randomElement(using: &random)! }
    }
    let (old, new) = (text(), text())
    let lines = LineDifference(
      expected: old.map { $0 + "\n" }.joined(), actual: new.map { $0 + "\n" }.joined(), context: 100
    ).lines
    if old != new {
      #expect(lines.filter { [.kept, .expected].contains($0.kind) }.map(\.text) == old)
      #expect(lines.filter { [.kept, .actual].contains($0.kind) }.map(\.text) == new)
    }
  }

  @Test func digestsAreThoseOfTheStandard() {
    #expect(
      SHA256Digest(of: []).description
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      SHA256Digest(of: Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)).description
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      SHA256Digest(of: [UInt8](repeating: 0x61, count: 1_000_000)).description
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }
}
