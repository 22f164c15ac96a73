/// Appends integers, names and types in the binary format, in the shortest form (Core 5.2, 5.3).

public struct ByteWriter: Sendable {
  public var bytes: [UInt8] = []

  public init() {}

  @inline(__always)
  public mutating func byte(_ byte: UInt8) { bytes.append(byte) }

  public mutating func u32(_ value: UInt32) { u64(UInt64(value)) }

  public mutating func u64(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  public mutating func s64(_ value: Int64) {
    var rest = value
    while rest < -0x40 || rest >= 0x40 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest) & 0x7F)
  }

  /// Little-endian.
  public mutating func bits<Bits: FixedWidthInteger>(_ value: Bits) {
    for index in 0..<Bits.bitWidth / 8 {
      bytes.append(UInt8(truncatingIfNeeded: value >> Bits(index * 8)))
    }
  }

  public mutating func name(_ name: String) {
    count(name.utf8.count)
    bytes.append(contentsOf: name.utf8)
  }

  mutating func count(_ count: Int) { u32(UInt32(count)) }

  // MARK: - Types

  public mutating func valueType(_ type: ValueType) {
    guard type.isReference else {
      byte(UInt8(truncatingIfNeeded: type.rawValue))
      return
    }
    if type.isNullable, type.heapType.typeIndex == nil {
      heapType(type.heapType)
    } else {
      byte(type.isNullable ? 0x63 : 0x64)
      heapType(type.heapType)
    }
  }

  public mutating func heapType(_ type: HeapType) {
    guard let index = type.typeIndex else {
      s64(Int64(type.rawValue))
      return
    }
    if type.isExact { byte(0x62) }
    s64(Int64(index))
  }

  public mutating func blockType(_ type: BlockType) {
    switch type.kind {
    case .empty: byte(0x40)
    case .result(let type): valueType(type)
    case .type(let index): s64(Int64(index))
    }
  }

  mutating func resultType(_ types: [ValueType]) {
    count(types.count)
    for type in types { valueType(type) }
  }

  mutating func limits(_ limits: Limits, flags: UInt8) {
    byte(flags | (limits.maximum == nil ? 0 : 1))
    u64(limits.minimum)
    if let maximum = limits.maximum { u64(maximum) }
  }

  mutating func memoryType(_ type: MemoryType) {
    let hasPageSize = type.pageSizeExponent != 16
    limits(
      type.limits,
      flags: (type.isShared ? 2 : 0) | (type.addressType == .i64 ? 4 : 0) | (hasPageSize ? 8 : 0))
    if hasPageSize { u32(UInt32(type.pageSizeExponent)) }
  }

  mutating func tableType(_ type: TableType) {
    valueType(type.element)
    limits(type.limits, flags: type.addressType == .i64 ? 4 : 0)
  }

  mutating func globalType(_ type: GlobalType) {
    valueType(type.content)
    byte(type.isMutable ? 1 : 0)
  }

  mutating func tagType(_ typeIndex: UInt32) {
    byte(0)
    u32(typeIndex)
  }

  mutating func fieldType(_ type: FieldType) {
    switch type.storage {
    case .value(let type): valueType(type)
    case .i8: byte(0x78)
    case .i16: byte(0x77)
    }
    byte(type.isMutable ? 1 : 0)
  }

  mutating func subType(_ type: SubType) {
    if !type.isFinal || !type.supertypes.isEmpty {
      byte(type.isFinal ? 0x4F : 0x50)
      count(type.supertypes.count)
      for index in type.supertypes { u32(index) }
    }
    if let described = type.described {
      byte(0x4C)
      u32(described)
    }
    if let descriptor = type.descriptor {
      byte(0x4D)
      u32(descriptor)
    }
    switch type.composite {
    case .function(let type):
      byte(0x60)
      resultType(type.parameters)
      resultType(type.results)
    case .structure(let fields):
      byte(0x5F)
      count(fields.count)
      for field in fields { fieldType(field) }
    case .array(let field):
      byte(0x5E)
      fieldType(field)
    }
  }
}
