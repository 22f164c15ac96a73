/// Integers in LEB128 (Core 5.2.2).

import Testing
import WebAssembly

private func message(_ body: () throws(DecodeError) -> Void) -> String? {
  do throws(DecodeError) {
    try body()
    return nil
  } catch {
    return error.message
  }
}

@Suite struct BinaryLEB128Tests {
  @Test(
    arguments: [
      ([0x00], 0), ([0x7F], 127), ([0x80, 0x01], 128), ([0x80, 0x00], 0),
      ([0xFF, 0xFF, 0xFF, 0xFF, 0x0F], 0xFFFF_FFFF), ([0x83, 0x80, 0x80, 0x80, 0x00], 3),
    ] as [([UInt8], UInt32)])
  func `Unsigned 32-bit integers may be longer than needed`(bytes: [UInt8], value: UInt32) throws {
    var reader = ByteReader(bytes[...])
    #expect(try reader.u32() == value)
    #expect(reader.isAtEnd)
  }

  @Test(
    arguments: [
      ([0x00], 0), ([0x7F], -1), ([0x3F], 63), ([0x40], -64), ([0x80, 0x7F], -128), ([0xFF, 0x00], 127),
      ([0x80, 0x80, 0x80, 0x80, 0x78], Int32.min), ([0xFF, 0xFF, 0xFF, 0xFF, 0x07], Int32.max),
      ([0xFF, 0xFF, 0xFF, 0xFF, 0x7F], -1),
    ] as [([UInt8], Int32)])
  func `Signed 32-bit integers extend their sign`(bytes: [UInt8], value: Int32) throws {
    var reader = ByteReader(bytes[...])
    #expect(try reader.s32() == value)
    #expect(reader.isAtEnd)
  }

  @Test(
    arguments: [
      ([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7F], Int64.min),
      ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00], Int64.max),
      ([0x7E], -2),
    ] as [([UInt8], Int64)])
  func `Signed 64-bit integers reach both bounds`(bytes: [UInt8], value: Int64) throws {
    var reader = ByteReader(bytes[...])
    #expect(try reader.s64() == value)
  }

  @Test(
    arguments: [
      ([], "unexpected end"), ([0x80], "unexpected end"), ([0x80, 0x80, 0x80, 0x80], "unexpected end"),
      ([0x80, 0x80, 0x80, 0x80, 0x80, 0x00], "integer representation too long"),
      ([0x80, 0x80, 0x80, 0x80, 0x10], "integer too large"),
      ([0xFF, 0xFF, 0xFF, 0xFF, 0x1F], "integer too large"),
    ] as [([UInt8], String)])
  func `Malformed unsigned integers say what is wrong`(bytes: [UInt8], expected: String) {
    var reader = ByteReader(bytes[...])
    #expect(message { () throws(DecodeError) in _ = try reader.u32() }?.hasPrefix(expected) == true)
  }

  @Test(
    arguments: [
      ([0x80, 0x80, 0x80, 0x80, 0x80, 0x00], "integer representation too long"),
      ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], "integer representation too long"),
      ([0x80, 0x80, 0x80, 0x80, 0x70], "integer too large"),
      ([0xFF, 0xFF, 0xFF, 0xFF, 0x0F], "integer too large"),
      ([0xFF], "unexpected end"),
    ] as [([UInt8], String)])
  func `Malformed signed integers say what is wrong`(bytes: [UInt8], expected: String) {
    var reader = ByteReader(bytes[...])
    #expect(message { () throws(DecodeError) in _ = try reader.s32() }?.hasPrefix(expected) == true)
  }

  @Test func `A 64-bit integer has at most ten bytes and 64 bits`() {
    let long = [UInt8](repeating: 0x80, count: 10) + [0]
    var reader = ByteReader(long[...])
    #expect(message { () throws(DecodeError) in _ = try reader.u64() } == "integer representation too long")
    let large = [UInt8](repeating: 0x80, count: 9) + [0x02]
    reader = ByteReader(large[...])
    #expect(message { () throws(DecodeError) in _ = try reader.u64() } == "integer too large")
  }

  @Test func `What is written is read back, over the whole range`() throws {
    var generator = SeededGenerator(state: 1)
    for shift in 0..<64 {
      for _ in 0..<20 {
        let value = generator.next() >> UInt64(shift)
        var writer = ByteWriter()
        writer.u64(value)
        writer.s64(Int64(bitPattern: value))
        writer.s64(-Int64(bitPattern: value >> 1))
        var reader = ByteReader(writer.bytes[...])
        #expect(try reader.u64() == value)
        #expect(try reader.s64() == Int64(bitPattern: value))
        #expect(try reader.s64() == -Int64(bitPattern: value >> 1))
        #expect(reader.isAtEnd)
      }
    }
  }
}
