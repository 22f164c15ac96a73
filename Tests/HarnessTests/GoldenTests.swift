// Golden files: what is printed, that it reads back to the same structure, and what is refused.
import Harness
import LuaHost
import Testing

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

private func golden(_ result: GoldenResult) -> Golden { Golden(steps: [GoldenStep(result: result)]) }

@Suite struct GoldenPrintingTests {
  @Test func theFormatIsWhatReviewersKnow() {
    let golden = Golden(
      steps: [
        GoldenStep(
          output: bytes("hello\t1\ncaf") + [0xE9], result: .value(.value(.string(bytes("a\0b\u{202E}c")))))
      ],
      tables: [GoldenEntry(table: 1, key: bytes("counter"), value: .value(.integer(2)))])
    #expect(
      golden.text() == #"""
        output 2 lines, 12 bytes
        | hello\t1
        |-caf\xe9
        result string 7 "a\x00b\u{202e}c"
        tables
        1 "counter" = integer 2

        """#)
  }

  @Test(
    arguments: [
      (.value(.value(.nil)), "result nil"),
      (.value(.value(.boolean(true))), "result boolean true"),
      (.value(.value(.integer(-7))), "result integer -7"),
      (.value(.value(.float(0.1))), "result float 0.1"),
      (.value(.value(.float(-0.0))), "result float -0"),
      (.value(.value(.float(3))), "result float 3"),
      (.value(.value(.float(1e300))), "result float 1e+300"),
      (.value(.value(.float(.leastNonzeroMagnitude))), "result float 5e-324"),
      (.value(.value(.float(-.infinity))), "result float -inf"),
      (.value(.value(.float(.nan))), "result float nan:0x8000000000000"),
      (
        .value(.value(.float(Double(bitPattern: 0xFFF0_0000_0000_0001)))), "result float -nan:0x1"
      ),
      (.value(.value(.string([]))), #"result string 0 """#),
      (.value(.value(.string(bytes("\"\\é\u{FEFF}")))), #"result string 7 "\"\\é\u{feff}""#),
      (.value(.value(.cFunction(index: 51))), "result c-function string.format"),
      (.value(.value(.cFunction(index: 65535))), "result c-function #65535"),
      (.value(.value(.externalTable(id: 3))), "result table 3"),
      (.value(.none), "result none"),
      (.value(.raw([0x74, 0xFF])), #"result raw 2 "t\xff""#),
      (
        .value(GoldenValue(.value(.function(bytecode: bytes("abc"))))),
        "result function 3 bytes sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
      ),
      (.error(message: bytes("[string \"x\"]:1: no")), #"error "[string \"x\"]:1: no""#),
      (.trap(kind: "integer divide by zero"), "trap integer divide by zero"),
      (.limit(.fuel), "limit fuel"),
      (.limit(.time), "limit time"),
      (.limit(.memory), "limit memory"),
      (.outsideBuffer(result: -70000), "outside buffer -70000"),
      (.exception, "exception"),
      (.answerTooLong, "answer too long"),
      (.call(ExportCall("get_memory_table_id"), .values([1])), "call get_memory_table_id = 1"),
      (.call(ExportCall("attach_memory_table", [-7]), .values([])), "call attach_memory_table -7 ="),
      (.call(ExportCall("two", [1, 2]), .values([-3, .max])), "call two 1 2 = -3 9223372036854775807"),
      (.call(ExportCall("get_weather"), .missing), "call get_weather = missing"),
      (.call(ExportCall("=\u{202E}"), .values([0])), "call =\\u{202e} = 0"),
      (.newInstance, "new instance"),
      (.notRun, "not run"),
    ] as [(GoldenResult, String)])
  func eachResultHasItsLine(result: GoldenResult, line: String) throws {
    #expect(golden(result).text() == line + "\n")
    #expect(try Golden(parsing: bytes(line)) == golden(result))
  }

  @Test func longStringsBreakAtTheirLineEnds() throws {
    let traceback = (1...4).map { "line \($0) of a message that goes on" }.joined(separator: "\n") + "\n"
    let golden = golden(.error(message: bytes(traceback)))
    #expect(
      golden.text() == #"""
        error "line 1 of a message that goes on\n
        |line 2 of a message that goes on\n
        |line 3 of a message that goes on\n
        |line 4 of a message that goes on\n"

        """#)
    #expect(try Golden(parsing: bytes(golden.text())) == golden)
  }

  @Test func stepsAreHeadedAndNotesAreComments() throws {
    let outcome = CaseOutcome(steps: [
      StepOutcome(output: bytes("\n"), result: .value(.none)),
      StepOutcome(result: .trap(kind: "unreachable", frames: ["luaD_throw", "luaG_errormsg"])),
      StepOutcome(result: .notRun),
    ])
    let text = Golden(outcome).text(notes: Golden.notes(outcome))
    #expect(
      text == """
        step 1
        output 1 line, 1 byte
        |
        result none
        step 2
        trap unreachable
        # in luaD_throw < luaG_errormsg
        step 3
        not run

        """)
    #expect(try Golden(parsing: bytes(text)) == Golden(outcome))
  }

  @Test func carriageReturnsAreVisible() {
    let golden = Golden(steps: [GoldenStep(output: bytes("a\r\nb\r"), result: .value(.none))])
    #expect(golden.text() == "output 2 lines, 5 bytes\n| a\\r\n|-b\\r\nresult none\n")
  }
}

@Suite struct GoldenRoundTripTests {
  @Test(arguments: 0..<40 as Range<UInt64>)
  func whatIsPrintedReadsBackTheSame(seed: UInt64) throws {
    var random = RandomGolden(seed: seed)
    for _ in 0..<25 {
      let golden = random.golden()
      let text = golden.text()
      #expect(try Golden(parsing: bytes(text)) == golden)
      #expect(!text.utf8.contains(0x0D))
    }
  }

  @Test func everyByteAndEveryPairOfBytesReadsBack() throws {
    var all: [UInt8] = []
    for first in UInt8.min ... .max { for second in UInt8.min ... .max { all += [first, second] } }
    let golden = Golden(
      steps: [GoldenStep(output: all, result: .value(.value(.string(all))))],
      tables: [GoldenEntry(table: 1, key: all, value: .raw(all))])
    #expect(try Golden(parsing: bytes(golden.text())) == golden)
  }

  @Test func everyScalarReadsBack() throws {
    let scalars = (0...0x10FFFF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    let golden = golden(.value(.value(.string(bytes(String(text))))))
    #expect(try Golden(parsing: bytes(golden.text())) == golden)
  }
}

@Suite struct GoldenErrorTests {
  @Test(arguments: [
    ("", 1, "the end of the file"),
    ("result integer 1\r\n", 1, "carriage return"),
    ("# note\n\nresult integer x\n", 3, "integer of 64 bits"),
    ("result integer 9223372036854775808\n", 1, "integer of 64 bits"),
    ("result integer 1 \n", 1, "end of the line"),
    ("result float 1e999\n", 1, "expected a float"),
    ("result float 0x10\n", 1, "expected a float"),
    ("result float nan:0x0\n", 1, "expected a float"),
    ("result float nan:0x10000000000000\n", 1, "expected a float"),
    ("result string 3 \"ab\"\n", 1, "said to have 3 bytes, but has 2"),
    ("result string \"ab\"\n", 1, "count of bytes"),
    ("result string 2 \"ab\n", 1, "closing quote is missing"),
    ("result string 1 \"\\q\"\n", 1, "after a backslash"),
    ("result string 1 \"\\x4\"\n", 1, "two hexadecimal digits"),
    ("result string 1 \"\\u{d800}\"\n", 1, "Unicode scalar value"),
    ("result string 1 \"\\u{1100000000}\"\n", 1, "Unicode scalar value"),
    ("result c-function os.exit\n", 1, "no standard function"),
    ("result function 2 bytes sha256:12\n", 1, "64 hexadecimal digits"),
    ("result nothing\n", 1, "expected nil, boolean"),
    (
      "output 2 lines, 4 bytes\n| a\nresult none\n", 1,
      "said to have 2 lines, 4 bytes, but has 1 line, 2 bytes"
    ),
    ("output 1 line, 2 bytes\n|a\nresult none\n", 2, "a line of output starts with"),
    ("output 2 lines, 3 bytes\n|-a\n| b\nresult none\n", 3, "only the last line"),
    ("output 99999999999999999999 lines, 1 byte\n", 1, "the number of lines"),
    ("output -1 lines, 1 byte\n", 1, "expected the count"),
    ("output 1 line, 1 byte\n", 1, "but has 0 lines"),
    ("step 2\nresult none\n", 1, "step 2 follows step 0"),
    ("step 1\nresult none\nstep 1\nresult none\n", 3, "step 1 follows step 1"),
    ("result none\nresult none\n", 2, "expected a step, `tables`"),
    ("result none\ntables\n1 counter = nil\n", 3, "a string between quotes"),
    ("result none\ntables\n1 \"b\" = nil\n1 \"a\" = nil\n", 4, "ordered by table id"),
    ("result none\ntables\n1 \"a\" = nil\n1 \"a\" = nil\n", 4, "each once"),
    ("result none\ntables\n-1 \"a\" = nil\n", 3, "a table's id"),
    ("limit speed\n", 1, "fuel, time and memory"),
  ])
  func whatIsNoGoldenIsRefusedWithItsLine(text: String, line: Int, part: String) throws {
    let error = try #require(throws: GoldenError.self) { try Golden(parsing: bytes(text)) }
    #expect(error.line == line)
    #expect(error.reason.contains(part), "\(error)")
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func aDamagedGoldenIsAnErrorOrAGoldenButNeverACrash(seed: UInt64) {
    var random = RandomGolden(seed: seed)
    for _ in 0..<100 {
      var text = bytes(random.golden().text())
      for _ in 0..<random.number(1...3) where !text.isEmpty {
        let at = random.number(0...(text.count - 1))
        switch random.number(0...2) {
        case 0: text[at] = UInt8(random.number(0...255))
        case 1: text.remove(at: at)
        default: text.removeSubrange(at...)
        }
      }
      if let golden = try? Golden(parsing: text) {
        #expect((try? Golden(parsing: bytes(golden.text()))) == golden)
      }
    }
  }

  @Test func aSeedNeedsNoCounts() throws {
    let entry = try GoldenEntry(parsing: bytes(#"2 "input" = string "x""#))
    #expect(entry == GoldenEntry(table: 2, key: bytes("input"), value: .value(.string(bytes("x")))))
    #expect(throws: GoldenError.self) { try GoldenEntry(parsing: bytes("1 \"a\" = nil\n1 \"b\" = nil")) }
  }
}

/// Goldens with everything in them, from a seed.
private struct RandomGolden {
  private var generator: SeededGenerator

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &generator) }

  mutating func golden() -> Golden {
    let steps = (0..<number(1...4)).map { _ in GoldenStep(output: text(), result: result()) }
    var tables: [GoldenEntry] = []
    for table in 0..<number(0...3) {
      let keys = Set((0..<number(0...4)).map { _ in text() })
      for key in keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        tables.append(GoldenEntry(table: UInt32(table * 1000 + 1), key: key, value: value()))
      }
    }
    return Golden(steps: steps, tables: tables)
  }

  private mutating func result() -> GoldenResult {
    switch number(0...9) {
    case 0: .error(message: text())
    case 1:
      .trap(
        kind: ["unreachable", "out of bounds memory access", "a\nb", ""].randomElement(using: &generator)!)
    case 2: .limit(ExceededLimit.allCases.randomElement(using: &generator)!)
    case 3: .outsideBuffer(result: .random(in: .min ... .max, using: &generator))
    case 4: .notRun
    case 5: .exception
    case 6: .answerTooLong
    default: .value(value())
    }
  }

  private mutating func value() -> GoldenValue {
    switch number(0...10) {
    case 0: .none
    case 1: .raw(text())
    case 2: GoldenValue(.value(.function(bytecode: text())))
    case 3: .value(.nil)
    case 4: .value(.boolean(number(0...1) == 1))
    case 5: .value(.integer(.random(in: .min ... .max, using: &generator)))
    case 6: .value(.float(Double(bitPattern: generator.next())))
    case 7: .value(.float(Double(number(-1000...1000)) / 8))
    case 8: .value(.cFunction(index: UInt16(number(0...70))))
    case 9: .value(.externalTable(id: UInt32(number(1...9))))
    default: .value(.string(text()))
    }
  }

  /// Bytes out of which everything that matters to the notation arises often.
  private mutating func text() -> [UInt8] {
    let pieces = [
      "\n", "\n\n", "\r\n", "\\", "\"", "|", "| ", "|-", "#", " ", "\t", "\0", "é", "\u{202E}", "\u{FEFF}",
      "😀", "step 1", "tables", "result none", "a", "long long long long long long long long",
    ]
    var text: [UInt8] = []
    for _ in 0..<number(0...number(0...30)) {
      switch number(0...5) {
      case 0: text.append(UInt8(number(0...255)))
      case 1: text.append(UInt8(number(0x80...0xFF)))
      default: text += bytes(pieces.randomElement(using: &generator)!)
      }
    }
    return text
  }
}
