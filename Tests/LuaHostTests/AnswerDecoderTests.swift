// The answer of `compute`, well-formed and not.
import LuaHost
import Testing

@Suite struct AnswerDecoderTests {
  /// One row: the value's bytes, and what they decode to behind the output `hi`.
  @Test(
    arguments: [
      ([0], LuaValue.nil),
      ([1, 0], .boolean(false)),
      ([1, 1], .boolean(true)),
      ([2, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], .integer(-2)),
      ([2, 0, 0, 0, 0, 0, 0, 0, 0x80], .integer(.min)),
      ([3, 0, 0, 0, 0, 0, 0, 0, 0x80], .float(-0.0)),
      ([3, 0, 0, 0, 0, 0, 0, 0xF0, 0x7F], .float(.infinity)),
      ([3, 1, 0, 0, 0, 0, 0, 0xF0, 0x7F], .float(Double(bitPattern: 0x7FF0_0000_0000_0001))),
      ([4, 0, 0, 0, 0], .string([])),
      ([4, 3, 0, 0, 0, 0x61, 0, 0xFF], .string([0x61, 0, 0xFF])),
      ([5, 2, 0, 0, 0, 0x1B, 0x4C], .function(bytecode: [0x1B, 0x4C])),
      ([6, 0x03, 0x01], .cFunction(index: 259)),
      ([7, 4, 3, 2, 1], .externalTable(id: 0x0102_0304)),
    ] as [([UInt8], LuaValue)])
  func everyTagDecodesAndEncodesBack(bytes: [UInt8], value: LuaValue) {
    let answer = [2, 0, 0, 0, 0x68, 0x69] + bytes
    let decoded = AnswerDecoder.decode(result: Int32(answer.count), buffer: answer + [9, 9, 9])
    #expect(decoded == .value(output: Array("hi".utf8), .value(value)))
    #expect(value.encoded == bytes)
  }

  @Test(
    arguments: [
      ([8], "unknown tag"),
      ([0x74, 0x61, 0x62, 0x6C, 0x65], "a bare text for a tag"),
      ([0, 0], "a byte after nil"),
      ([1], "a boolean without its byte"),
      ([1, 2], "a boolean that is neither"),
      ([2, 0, 0, 0, 0, 0, 0, 0], "an integer cut short"),
      ([3, 0, 0, 0, 0, 0, 0, 0, 0, 0], "a float that goes on"),
      ([4, 1, 0, 0], "a string's length cut short"),
      ([4, 2, 0, 0, 0, 0x61], "a string cut short"),
      ([4, 1, 0, 0, 0, 0x61, 0x62], "a string that goes on"),
      ([4, 0xFF, 0xFF, 0xFF, 0xFF, 0x61], "a string of 4 GiB"),
      ([5, 9, 0, 0, 0], "a function cut short"),
      ([6, 1], "a C function's index cut short"),
      ([7, 0, 0, 0, 0], "table 0"),
    ] as [([UInt8], String)])
  func whatIsNotExactlyOneValueStaysRawAsAWhole(bytes: [UInt8], why: String) {
    let answer = [2, 0, 0, 0, 0x68, 0x69] + bytes
    let decoded = AnswerDecoder.decode(result: Int32(answer.count), buffer: answer)
    #expect(decoded == .value(output: [], .raw(answer)), "\(why)")
  }

  @Test func outputWithoutAValueIsNone() {
    let decoded = AnswerDecoder.decode(result: 5, buffer: [1, 0, 0, 0, 0x78, 0x79])
    #expect(decoded == .value(output: [0x78], .none))
  }

  @Test func anEmptySourceIsAnsweredWithNothing() {
    #expect(AnswerDecoder.decode(result: 0, buffer: [1, 2, 3]) == .value(output: [], .none))
  }

  @Test(arguments: [[1], [1, 0, 0], [1, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0]] as [[UInt8]])
  func aHeaderThatLiesOrIsCutIsRaw(answer: [UInt8]) {
    let decoded = AnswerDecoder.decode(result: Int32(answer.count), buffer: answer)
    #expect(decoded == .value(output: [], .raw(answer)))
  }

  @Test func outputCutByThreeDotsBehindAShortHeaderIsNotTakenForAValue() {
    let output = [UInt8](repeating: 0x61, count: 63_488)
    let answer = [0x00, 0xF8, 0, 0] + output + Array("...".utf8) + [2, 1, 0, 0, 0, 0, 0, 0, 0]
    #expect(
      AnswerDecoder.decode(result: Int32(answer.count), buffer: answer) == .value(output: [], .raw(answer)))
  }

  @Test func aNegativeResultIsAMessage() {
    let buffer = Array("attempt to".utf8)
    #expect(AnswerDecoder.decode(result: -8, buffer: buffer) == .error(message: Array("attempt".utf8)))
    #expect(AnswerDecoder.decode(result: -1, buffer: []) == .error(message: []))
  }

  @Test(arguments: [.max, 65_537, -65_538, .min] as [Int32])
  func aResultBeyondTheBufferIsAViolation(result: Int32) {
    #expect(AnswerDecoder.byteCount(of: result, bufferSize: 65_536) == nil)
    let buffer = [UInt8](repeating: 0, count: 65_536)
    #expect(AnswerDecoder.decode(result: result, buffer: buffer) == .outsideBuffer(result: result))
  }

  @Test func theLastByteOfTheBufferBelongsToIt() {
    #expect(AnswerDecoder.byteCount(of: 65_536, bufferSize: 65_536) == 65_536)
    #expect(AnswerDecoder.byteCount(of: -65_537, bufferSize: 65_536) == 65_536)
  }

  @Test func floatsAreEqualByTheirBits() {
    #expect(LuaValue.float(-0.0) != .float(0.0))
    #expect(LuaValue.float(.nan) == .float(.nan))
    #expect(LuaValue.float(.nan) != .float(Double(bitPattern: 0x7FF8_0000_0000_0001)))
    #expect(LuaValue.float(1) != .integer(1))
  }

  @Test func standardFunctionsKeepTheirIndices() {
    #expect(StandardFunctions.names.count == 117)
    #expect(StandardFunctions.name(at: 0) == "print")
    #expect(StandardFunctions.name(at: 17) == "math.abs")
    #expect(StandardFunctions.index(of: "string.format") == 51)
    #expect(StandardFunctions.name(at: 65) == "table.sort")
    // Behind the contract's 66 stand those of our own build.
    #expect(StandardFunctions.name(at: 66) == "collectgarbage")
    #expect(StandardFunctions.name(at: 116) == "utf8.offset")
    #expect(StandardFunctions.name(at: 117) == nil)
    #expect(StandardFunctions.index(of: "os.exit") == nil)
  }
}
