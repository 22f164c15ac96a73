// The tagged encoding in which values stand in the answer of `compute` and in external tables.

extension LuaValue {
  /// The first byte of the encoded value.
  var tag: UInt8 {
    switch self {
    case .nil: 0
    case .boolean: 1
    case .integer: 2
    case .float: 3
    case .string: 4
    case .function: 5
    case .cFunction: 6
    case .externalTable: 7
    }
  }

  /// The value as a module reads it from an external table: the tag, then what belongs to it,
  /// little-endian.
  ///
  /// A string or function of 4 GiB or more has no encoding; its length field wraps.
  public var encoded: [UInt8] {
    var bytes = [tag]
    switch self {
    case .nil: break
    case .boolean(let flag): bytes.append(flag ? 1 : 0)
    case .integer(let number): bytes.append(littleEndian: UInt64(bitPattern: number))
    case .float(let number): bytes.append(littleEndian: number.bitPattern)
    case .string(let content), .function(let content):
      bytes.append(littleEndian: UInt32(truncatingIfNeeded: content.count))
      bytes += content
    case .cFunction(let index): bytes.append(littleEndian: index)
    case .externalTable(let id): bytes.append(littleEndian: id)
    }
    return bytes
  }

  /// The value whose encoding is exactly these bytes; nil when they are cut short, go on after the
  /// value, carry an unknown tag, a boolean other than 0 and 1, or the table id 0.
  public init?(encoded bytes: ArraySlice<UInt8>) {
    guard let tag = bytes.first else { return nil }
    let body = bytes.dropFirst()
    switch tag {
    case 0 where body.isEmpty: self = .nil
    case 1 where body.elementsEqual([0]): self = .boolean(false)
    case 1 where body.elementsEqual([1]): self = .boolean(true)
    case 2 where body.count == 8: self = .integer(Int64(bitPattern: body.littleEndian()))
    case 3 where body.count == 8: self = .float(Double(bitPattern: body.littleEndian()))
    case 4, 5:
      guard body.count >= 4 else { return nil }
      let length: UInt32 = body.prefix(4).littleEndian()
      let content = body.dropFirst(4)
      guard content.count == Int(length) else { return nil }
      self = tag == 4 ? .string(Array(content)) : .function(bytecode: Array(content))
    case 6 where body.count == 2: self = .cFunction(index: body.littleEndian())
    case 7 where body.count == 4:
      let id: UInt32 = body.littleEndian()
      guard id != 0 else { return nil }
      self = .externalTable(id: id)
    default: return nil
    }
  }
}

extension DecodedValue {
  /// Decodes a value's place: nothing, one value, or what cannot be decoded.
  public init(bytes: ArraySlice<UInt8>) {
    if bytes.isEmpty {
      self = .none
    } else if let value = LuaValue(encoded: bytes) {
      self = .value(value)
    } else {
      self = .raw(Array(bytes))
    }
  }
}

extension ArraySlice<UInt8> {
  /// The bytes as one little-endian integer. More bytes than the integer holds are cut off.
  func littleEndian<Number: FixedWidthInteger>() -> Number {
    reversed().reduce(0) { ($0 << 8) | Number(truncatingIfNeeded: $1) }
  }
}

extension [UInt8] {
  mutating func append(littleEndian number: some FixedWidthInteger) {
    for shift in stride(from: 0, to: number.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}
