/// Reads bytes, integers and names from a slice of bytes, never outside it (Core 5.2).

public struct ByteReader: Sendable {
  public let bytes: ArraySlice<UInt8>
  /// Where the next byte is read, in the slice's indices.
  public var offset: Int
  /// Where reading ends: the slice's end, or an earlier place in it.
  public let end: Int
  /// The features without which what was read so far would have been refused.
  var usedFeatures: FeatureSet = []

  public init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    offset = bytes.startIndex
    end = bytes.endIndex
  }

  public init(_ bytes: ArraySlice<UInt8>, range: Range<Int>) {
    self.bytes = bytes
    offset = max(range.lowerBound, bytes.startIndex)
    end = min(range.upperBound, bytes.endIndex)
  }

  @inline(__always)
  public var isAtEnd: Bool { offset >= end }
  public var remaining: Int { end - offset }

  public func error(_ message: String, at offset: Int? = nil) -> DecodeError {
    DecodeError(offset: offset ?? self.offset, message)
  }

  @inline(never)
  func unexpectedEnd() -> DecodeError { error("unexpected end of section or function") }

  /// The next byte without passing it, nil at the end.
  @inline(__always)
  public func peek() -> UInt8? { offset < end ? bytes[offset] : nil }

  @inline(__always)
  public mutating func byte() throws(DecodeError) -> UInt8 {
    guard offset < end else { throw unexpectedEnd() }
    let byte = bytes[offset]
    offset &+= 1
    return byte
  }

  public mutating func slice(_ count: Int) throws(DecodeError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else { throw unexpectedEnd() }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  /// A length or count as an unsigned 32-bit LEB128, refused when it exceeds the bytes that are left: each
  /// element takes at least one. (The official scripts count the length's own bytes among those left.)
  public mutating func count() throws(DecodeError) -> Int {
    let start = offset
    let count = Int(try u32())
    guard count <= end - start else { throw error("length out of bounds", at: start) }
    return count
  }

  /// A name: a length and that many bytes of UTF-8 (5.2.4).
  public mutating func name() throws(DecodeError) -> String {
    let length = try count()
    let start = offset
    let bytes = try slice(length)
    let name = String(decoding: bytes, as: UTF8.self)
    // Decoding repairs what is malformed, and only that.
    guard name.utf8.elementsEqual(bytes) else { throw error("malformed UTF-8 encoding", at: start) }
    return name
  }

  /// Little-endian bits of a floating-point number (5.2.3).
  @inline(__always)
  public mutating func bits<Bits: FixedWidthInteger>(_ type: Bits.Type) throws(DecodeError) -> Bits {
    let size = Bits.bitWidth / 8
    guard size <= end &- offset else { throw unexpectedEnd() }
    var value: Bits = 0
    for index in 0..<size { value |= Bits(truncatingIfNeeded: bytes[offset &+ index]) << Bits(index &* 8) }
    offset &+= size
    return value
  }
}

// MARK: - LEB128 (5.2.2)

extension ByteReader {
  @inline(__always)
  public mutating func u32() throws(DecodeError) -> UInt32 {
    guard offset < end else { throw unexpectedEnd() }
    let byte = bytes[offset]
    if byte < 0x80 {
      offset &+= 1
      return UInt32(byte)
    }
    if end &- offset > 1 {
      let second = bytes[offset &+ 1]
      if second < 0x80 {
        offset &+= 2
        return UInt32(byte & 0x7F) | UInt32(second) << 7
      }
    }
    return UInt32(truncatingIfNeeded: try unsigned(width: 32))
  }

  @inline(__always)
  public mutating func u64() throws(DecodeError) -> UInt64 {
    guard offset < end else { throw unexpectedEnd() }
    let byte = bytes[offset]
    if byte < 0x80 {
      offset &+= 1
      return UInt64(byte)
    }
    return try unsigned(width: 64)
  }

  @inline(__always)
  public mutating func s32() throws(DecodeError) -> Int32 { Int32(truncatingIfNeeded: try signed(width: 32)) }
  /// The signed 33-bit integers of block and heap types.
  @inline(__always)
  public mutating func s33() throws(DecodeError) -> Int64 { try signed(width: 33) }
  @inline(__always)
  public mutating func s64() throws(DecodeError) -> Int64 { try signed(width: 64) }

  @inline(never)
  private mutating func unsigned(width: Int) throws(DecodeError) -> UInt64 {
    var result: UInt64 = 0
    var shift = 0
    while true {
      guard shift < width else { throw error("integer representation too long") }
      let byte = try byte()
      let left = width &- shift
      guard left >= 7 || byte & 0x7F < 1 << left else { throw error("integer too large", at: offset - 1) }
      result |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return result }
      shift &+= 7
    }
  }

  private mutating func signed(width: Int) throws(DecodeError) -> Int64 {
    guard offset < end else { throw unexpectedEnd() }
    let first = bytes[offset]
    if first < 0x80 {
      offset &+= 1
      return Int64(Int8(bitPattern: first << 1) >> 1)
    }
    return try longSigned(width: width)
  }

  @inline(never)
  private mutating func longSigned(width: Int) throws(DecodeError) -> Int64 {
    var result: Int64 = 0
    var shift = 0
    while true {
      guard shift < width else { throw error("integer representation too long") }
      let byte = try byte()
      let left = width &- shift
      if left < 7 {
        // The bits beyond the width must all equal the sign bit.
        let mask = UInt8(truncatingIfNeeded: -1 << (left &- 1)) & 0x7F
        guard byte & mask == 0 || byte & mask == mask else {
          throw error("integer too large", at: offset - 1)
        }
      }
      result |= Int64(byte & 0x7F) << Int64(shift)
      shift &+= 7
      if byte < 0x80 {
        guard shift < 64 else { return result }
        return (result << Int64(64 &- shift)) >> Int64(64 &- shift)
      }
    }
  }
}
