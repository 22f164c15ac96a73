/// Reads the instructions of an expression one after the other (Core 5.4). What follows an opcode is said by
/// its row; the nesting of blocks is for the caller to follow.

public struct InstructionReader: Sendable {
  private var reader: ByteReader
  private let features: FeatureSet
  /// The bits of the features that are off.
  private let missing: UInt32
  private let rowsByOpcode: [Int16]
  private let rows: [PackedRow]

  /// Reads from the expression's first byte to its last. An instruction of a feature that is not among
  /// `features` is an illegal opcode.
  public init(_ expression: Expression, features: FeatureSet = .all) {
    self.init(ByteReader(expression.bytes), features: features)
  }

  /// Reads on where `reader` stands.
  init(_ reader: ByteReader, features: FeatureSet) {
    self.reader = reader
    self.features = features
    missing = ~features.bits
    rowsByOpcode = InstructionTable.rowsByOpcode
    rows = InstructionTable.packedRows
  }

  /// Reads another expression of the same bytes or others, with the same features.
  mutating func restart(at expression: Expression) {
    let used = reader.usedFeatures
    reader = ByteReader(expression.bytes)
    reader.usedFeatures = used
  }

  /// What it reads, and how to go on elsewhere in it.
  var bytes: ArraySlice<UInt8> { reader.bytes }
  mutating func move(to offset: Int) { reader.offset = offset }

  /// What the instructions read so far cannot do without.
  var usedFeatures: FeatureSet { reader.usedFeatures }

  /// Offset of the next instruction, in the indices of the expression's bytes.
  @inline(__always)
  public var offset: Int { reader.offset }
  @inline(__always)
  public var isAtEnd: Bool { reader.isAtEnd }

  /// The next instruction. Throws when its opcode is illegal, an immediate is malformed, or the bytes end
  /// before it does.
  @inline(__always)
  public mutating func next() throws(DecodeError) -> Instruction {
    let start = reader.offset
    let byte = try reader.byte()
    var row = Int(rowsByOpcode[Int(byte)])
    if row < 0 { row = try prefixedRow(byte, at: start) }
    let packed = rows[row]
    if packed.feature != 0 {
      if packed.feature & missing != 0 { throw missingFeature(row, at: start) }
      reader.usedFeatures.insert(bits: packed.feature)
    }
    // The fields travel as scalars: writing them one by one into a structure in memory that is then copied
    // whole would stall on every instruction.
    var a: UInt32 = 0
    var b: UInt32 = 0
    var value: UInt64 = 0
    switch packed.immediate {
    case .none:
      break
    case .local, .global, .function, .label, .table, .type, .tag, .data, .element:
      a = try reader.u32()
    case .i32:
      value = UInt64(UInt32(bitPattern: try reader.s32()))
    case .memoryArgument:
      (a, b, value) = try memoryArgument()
    case .blockType:
      value = try reader.blockType(features).rawValue
    default:
      var instruction = Instruction(row: row, offset: start)
      try otherImmediate(packed.immediate, &instruction)
      return instruction
    }
    var instruction = Instruction(row: row, offset: start)
    instruction.a = a
    instruction.b = b
    instruction.value = value
    return instruction
  }

  @inline(never)
  private mutating func prefixedRow(_ prefix: UInt8, at start: Int) throws(DecodeError) -> Int {
    guard prefix >= 0xFB, prefix <= 0xFE else {
      throw reader.error("illegal opcode \(Self.hexadecimal(UInt32(prefix)))", at: start)
    }
    let code = try reader.u32()
    let place = code <= 0xFFFF ? InstructionTable.place(of: Opcode(prefix: prefix, code)) : -1
    guard place >= 0, rowsByOpcode[place] >= 0 else {
      throw reader.error(
        "illegal opcode \(Self.hexadecimal(UInt32(prefix))) \(Self.hexadecimal(code))", at: start)
    }
    return Int(rowsByOpcode[place])
  }

  @inline(never)
  private func missingFeature(_ row: Int, at start: Int) -> DecodeError {
    let definition = InstructionTable.rows[row]
    let opcode = definition.opcode
    let prefix = opcode.prefix == 0 ? "" : Self.hexadecimal(UInt32(opcode.prefix)) + " "
    return reader.error(
      "illegal opcode \(prefix)\(Self.hexadecimal(opcode.code)): \(definition.mnemonic) needs the feature "
        + "\(definition.feature?.rawValue ?? "none"), which is off", at: start)
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return digits.count < 2 ? "0" + digits : digits
  }

  @inline(__always)
  private mutating func memoryArgument() throws(DecodeError) -> (UInt32, UInt32, UInt64) {
    let start = reader.offset
    let flags = try reader.u32()
    let memory = flags >= 0x40 ? try explicitMemory(flags, at: start) : 0
    return (memory, flags & 0x3F, try reader.u64())
  }

  /// The memory index that bit 6 of the alignment announces (5.4.6).
  @inline(never)
  private mutating func explicitMemory(_ flags: UInt32, at start: Int) throws(DecodeError) -> UInt32 {
    guard flags < 0x80 else { throw reader.error("malformed memop flags", at: start) }
    try reader.require(.multiMemory, in: features, "memop flags", at: start)
    return try reader.u32()
  }

  /// An index that older versions fix to a zero byte.
  private mutating func index(_ feature: Feature) throws(DecodeError) -> UInt32 {
    if features.contains(feature) {
      if let byte = reader.peek(), byte != 0 { reader.usedFeatures.insert(feature) }
      return try reader.u32()
    }
    guard try reader.byte() == 0 else {
      throw reader.error(
        "zero byte expected: another index needs the feature \(feature.rawValue)", at: reader.offset - 1)
    }
    return 0
  }

  @inline(never)
  private mutating func otherImmediate(_ kind: ImmediateKind, _ instruction: inout Instruction)
    throws(DecodeError)
  {
    switch kind {
    case .none, .local, .global, .function, .label, .table, .type, .tag, .data, .element, .i32,
      .memoryArgument, .blockType:
      break
    case .i64:
      instruction.value = UInt64(bitPattern: try reader.s64())
    case .f32:
      instruction.value = UInt64(try reader.bits(UInt32.self))
    case .f64:
      instruction.value = try reader.bits(UInt64.self)
    case .v128, .lanes16:
      instruction.value = try reader.bits(UInt64.self)
      instruction.value2 = try reader.bits(UInt64.self)
    case .lane:
      instruction.lane = try reader.byte()
    case .memoryArgumentLane:
      (instruction.a, instruction.b, instruction.value) = try memoryArgument()
      instruction.lane = try reader.byte()
    case .labelTable:
      let count = try reader.count()
      try list(count, &instruction) { reader throws(DecodeError) in _ = try reader.u32() }
      instruction.a = try reader.u32()
    case .valueTypes:
      let features = features
      let count = try reader.count()
      try list(count, &instruction) { reader throws(DecodeError) in _ = try reader.valueType(features) }
    case .tryTable:
      instruction.value = try reader.blockType(features).rawValue
      let count = try reader.count()
      try list(count, &instruction) { reader throws(DecodeError) in _ = try reader.catchClause() }
    case .typeTable:
      instruction.a = try reader.u32()
      instruction.b = try index(.referenceTypes)
    case .memory:
      instruction.a = try index(.multiMemory)
    case .memoryMemory:
      instruction.a = try index(.multiMemory)
      instruction.b = try index(.multiMemory)
    case .dataMemory:
      instruction.a = try reader.u32()
      instruction.b = try index(.multiMemory)
    case .tableTable, .elementTable, .typeType, .typeField, .typeData, .typeElement, .typeCount:
      instruction.a = try reader.u32()
      instruction.b = try reader.u32()
    case .heapType:
      let type = try reader.heapType(features)
      instruction.value = UInt64(bitPattern: Int64(type.rawValue))
    case .castType:
      let nullable = InstructionTable.isNullableCast(rows[instruction.row].opcode)
      instruction.value = UInt64(
        ValueType.reference(try reader.heapType(features), nullable: nullable).rawValue)
    case .branchOnCast:
      let flags = try reader.byte()
      guard flags & ~3 == 0 else { throw reader.error("malformed br_on_cast flags", at: reader.offset - 1) }
      instruction.a = try reader.u32()
      let source = try reader.heapType(features)
      let target = try reader.heapType(features)
      instruction.value = UInt64(ValueType.reference(source, nullable: flags & 1 != 0).rawValue)
      instruction.value2 = UInt64(ValueType.reference(target, nullable: flags & 2 != 0).rawValue)
    case .zeroByte:
      guard try reader.byte() == 0 else {
        throw reader.error("zero byte expected", at: reader.offset - 1)
      }
    }
  }

  private mutating func list(
    _ count: Int, _ instruction: inout Instruction,
    skip: (inout ByteReader) throws(DecodeError) -> Void
  ) throws(DecodeError) {
    instruction.count = UInt32(truncatingIfNeeded: count)
    instruction.listOffset = reader.offset
    for _ in 0..<count { try skip(&reader) }
  }
}
