/// Reads types (Core 5.3). What a type needs beyond WebAssembly 1.0 must be among the features.

extension ByteReader {
  /// A heap type (5.3.3): an abstract kind, an index, or an exact index.
  mutating func heapType(_ features: FeatureSet, what: String = "heap type") throws(DecodeError) -> HeapType {
    let start = offset
    if peek() == 0x62 {
      offset += 1
      try require(.customDescriptors, in: features, what, at: start)
      guard let byte = peek(), byte < 0x40 || byte >= 0x80 else {
        throw error("malformed \(what): an exact type must be a type index", at: start)
      }
      let index = try s33()
      guard index >= 0 else { throw error("malformed \(what)", at: start) }
      return HeapType(typeIndex: UInt32(truncatingIfNeeded: index), isExact: true)
    }
    let value = try s33()
    if value >= 0 {
      try require(.functionReferences, in: features, what, at: start)
      return HeapType(typeIndex: UInt32(truncatingIfNeeded: value))
    }
    guard value >= -0x17, value <= -0x0C, offset == start + 1 else {
      throw error("malformed \(what)", at: start)
    }
    let type = HeapType(rawValue: Int32(truncatingIfNeeded: value))
    try requireFeature(of: type, in: features, what, at: start)
    return type
  }

  /// A reference type (5.3.4).
  mutating func referenceType(_ features: FeatureSet, what: String = "reference type") throws(DecodeError)
    -> ValueType
  {
    let start = offset
    let byte = try byte()
    switch byte {
    case 0x63, 0x64:
      try require(.functionReferences, in: features, what, at: start)
      return .reference(try heapType(features, what: what), nullable: byte == 0x63)
    case 0x69...0x74:
      let type = HeapType(rawValue: Int32(byte) - 0x80)
      try requireFeature(of: type, in: features, what, at: start)
      return .reference(type, nullable: true)
    default:
      throw error("malformed \(what)", at: start)
    }
  }

  /// A value type (5.3.5).
  mutating func valueType(_ features: FeatureSet, what: String = "value type") throws(DecodeError)
    -> ValueType
  {
    switch peek() {
    case nil: throw unexpectedEnd()
    case 0x7C, 0x7D, 0x7E, 0x7F:
      return ValueType(rawValue: UInt32(try byte()))
    case 0x7B:
      try require(.simd, in: features, what, at: offset)
      offset += 1
      return .v128
    case 0x70:
      // Without reference types there are no values of it, only tables.
      try require(.referenceTypes, in: features, what, at: offset)
      offset += 1
      return .funcref
    default:
      return try referenceType(features, what: what)
    }
  }

  /// A result type: a list of value types (5.3.6).
  mutating func resultType(_ features: FeatureSet) throws(DecodeError) -> [ValueType] {
    let count = try count()
    // Many types have one number as their result or parameter: the list of it is there already.
    if count == 1, let byte = peek(), byte >= 0x7C, byte <= 0x7F {
      offset += 1
      return ValueType.numberLists[Int(0x7F - byte)]
    }
    var types: [ValueType] = []
    types.reserveCapacity(count)
    for _ in 0..<count { types.append(try valueType(features)) }
    return types
  }

  /// A block type (5.4.1): 0x40, a value type, or a type index as a signed 33-bit integer.
  @inline(__always)
  mutating func blockType(_ features: FeatureSet) throws(DecodeError) -> BlockType {
    guard let byte = peek() else { throw unexpectedEnd() }
    if byte == 0x40 {
      offset &+= 1
      return .empty
    }
    return try longBlockType(features)
  }

  @inline(never)
  private mutating func longBlockType(_ features: FeatureSet) throws(DecodeError) -> BlockType {
    let start = offset
    if let byte = peek(), byte > 0x40, byte < 0x80 {
      return BlockType(result: try valueType(features, what: "block type"))
    }
    let index = try s33()
    guard index >= 0 else { throw error("malformed block type", at: start) }
    try require(.multiValue, in: features, "block type", at: start)
    return BlockType(typeIndex: UInt32(truncatingIfNeeded: index))
  }

  mutating func mutability() throws(DecodeError) -> Bool {
    switch try byte() {
    case 0: return false
    case 1: return true
    default: throw error("malformed mutability", at: offset - 1)
    }
  }

  /// Limits (5.3.12) with their flags: 1 a maximum, 2 shared, 4 64-bit addresses, 8 a page size.
  private mutating func limits(allowing flagBits: UInt8, _ features: FeatureSet) throws(DecodeError)
    -> (flags: UInt8, limits: Limits)
  {
    let start = offset
    let flags = try byte()
    guard flags & ~flagBits == 0 else { throw error("malformed limits flags", at: start) }
    if flags & 2 != 0 { try require(.threads, in: features, "limits flags", at: start) }
    if flags & 4 != 0 { try require(.memory64, in: features, "limits flags", at: start) }
    if flags & 8 != 0 { try require(.customPageSizes, in: features, "limits flags", at: start) }
    let minimum = try u64()
    return (flags, Limits(minimum, flags & 1 != 0 ? try u64() : nil))
  }

  mutating func memoryType(_ features: FeatureSet) throws(DecodeError) -> MemoryType {
    let (flags, limits) = try limits(allowing: 15, features)
    var pageSizeExponent: UInt32 = 16
    if flags & 8 != 0 {
      pageSizeExponent = try u32()
      guard pageSizeExponent < 64 else { throw error("invalid custom page size: it is 2^64 or larger") }
    }
    return MemoryType(
      limits, addressType: flags & 4 != 0 ? .i64 : .i32, isShared: flags & 2 != 0,
      pageSizeExponent: UInt8(pageSizeExponent))
  }

  mutating func tableType(_ features: FeatureSet) throws(DecodeError) -> TableType {
    let element = try tableElementType(features)
    let (flags, limits) = try limits(allowing: 5, features)
    return TableType(element, limits, addressType: flags & 4 != 0 ? .i64 : .i32)
  }

  /// The type of a table's or a segment's elements: `funcref` is one in every version.
  mutating func tableElementType(_ features: FeatureSet) throws(DecodeError) -> ValueType {
    if peek() == 0x70 {
      offset += 1
      return .funcref
    }
    return try referenceType(features)
  }

  mutating func globalType(_ features: FeatureSet) throws(DecodeError) -> GlobalType {
    let type = try valueType(features)
    return GlobalType(type, isMutable: try mutability())
  }

  /// The type index of a tag, after its attribute byte (5.3.15).
  mutating func tagType() throws(DecodeError) -> UInt32 {
    guard try byte() == 0 else { throw error("malformed tag attribute", at: offset - 1) }
    return try u32()
  }

  // MARK: - Defined types (5.3.9–5.3.11)

  private mutating func fieldType(_ features: FeatureSet) throws(DecodeError) -> FieldType {
    let storage: StorageType
    switch peek() {
    case 0x78:
      offset += 1
      storage = .i8
    case 0x77:
      offset += 1
      storage = .i16
    default:
      storage = .value(try valueType(features, what: "storage type"))
    }
    return FieldType(storage, isMutable: try mutability())
  }

  mutating func subType(_ features: FeatureSet) throws(DecodeError) -> SubType {
    let start = offset
    var isFinal = true
    var supertypes: [UInt32] = []
    if let byte = peek(), byte == 0x50 || byte == 0x4F {
      try require(.gc, in: features, "definition type", at: start)
      offset += 1
      isFinal = byte == 0x4F
      let count = try count()
      for _ in 0..<count { supertypes.append(try u32()) }
    }
    let described = try descriptorClause(0x4C, features)
    let descriptor = try descriptorClause(0x4D, features)
    var type = SubType(isFinal: isFinal, supertypes: supertypes, try compositeType(features))
    type.described = described
    type.descriptor = descriptor
    return type
  }

  private mutating func descriptorClause(_ code: UInt8, _ features: FeatureSet) throws(DecodeError) -> UInt32?
  {
    guard peek() == code else { return nil }
    try require(.customDescriptors, in: features, "definition type", at: offset)
    offset += 1
    return try u32()
  }

  private mutating func compositeType(_ features: FeatureSet) throws(DecodeError) -> CompositeType {
    let start = offset
    switch try byte() {
    case 0x60:
      let parameters = try resultType(features)
      return .function(FunctionType(parameters, try resultType(features)))
    case 0x5F:
      try require(.gc, in: features, "definition type", at: start)
      let count = try count()
      var fields: [FieldType] = []
      fields.reserveCapacity(count)
      for _ in 0..<count { fields.append(try fieldType(features)) }
      return .structure(fields)
    case 0x5E:
      try require(.gc, in: features, "definition type", at: start)
      return .array(try fieldType(features))
    case 0x80...:
      // The form is a negative integer of one byte (5.3.9).
      throw error("integer representation too long", at: start)
    default:
      throw error("malformed definition type", at: start)
    }
  }

  // MARK: - Features

  /// Refuses what needs a feature that is off, in the words for something malformed.
  mutating func require(_ feature: Feature, in features: FeatureSet, _ what: String, at offset: Int)
    throws(DecodeError)
  {
    if features.contains(feature) {
      usedFeatures.insert(feature)
      return
    }
    throw error("malformed \(what): it needs the feature \(feature.rawValue), which is off", at: offset)
  }

  private mutating func requireFeature(
    of type: HeapType, in features: FeatureSet, _ what: String, at offset: Int
  )
    throws(DecodeError)
  {
    switch type {
    case .function, .extern: try require(.referenceTypes, in: features, what, at: offset)
    case .exn: try require(.exceptions, in: features, what, at: offset)
    case .noexn where features.contains(.exceptions): break
    default: try require(.gc, in: features, what, at: offset)
    }
  }
}

extension ValueType {
  /// Lists of one number type, i32 first.
  fileprivate static let numberLists: [[ValueType]] = [[.i32], [.i64], [.f32], [.f64]]
}
