/// Appends instructions in the binary format, each by its row (Core 5.4).

public struct InstructionWriter: Sendable {
  private var writer = ByteWriter()

  public init() {}

  public var bytes: [UInt8] { writer.bytes }
  /// What was written; the caller's last instruction is to be `end`.
  public var expression: Expression { Expression(writer.bytes) }

  /// Appends an instruction by its opcode, with the immediates that `ImmediateKind` describes. The opcode
  /// must have a row, and an immediate that is not a list.
  public mutating func append(
    _ opcode: Opcode, a: UInt32 = 0, b: UInt32 = 0, value: UInt64 = 0, value2: UInt64 = 0, lane: UInt8 = 0
  ) {
    guard let row = InstructionTable.row(of: opcode) else {
      preconditionFailure("opcode 0x\(String(opcode.rawValue, radix: 16)) has no row in the table")
    }
    var instruction = Instruction(row: row)
    instruction.a = a
    instruction.b = b
    instruction.value = value
    instruction.value2 = value2
    instruction.lane = lane
    append(instruction)
  }

  /// Appends an instruction whose immediate is not a list.
  public mutating func append(_ instruction: Instruction) {
    let immediate = instruction.definition.immediate
    precondition(!immediate.isList, "\(instruction.definition.mnemonic) needs its list")
    opcode(of: instruction)
    immediates(instruction, immediate)
  }

  /// Appends a `br_table`; the default label is the instruction's `a`.
  public mutating func append(_ instruction: Instruction, labels: some Sequence<UInt32>) {
    precondition(instruction.definition.immediate == .labelTable)
    opcode(of: instruction)
    list(labels) { $0.u32($1) }
    writer.u32(instruction.a)
  }

  /// Appends a `select` with types.
  public mutating func append(_ instruction: Instruction, types: some Sequence<ValueType>) {
    precondition(instruction.definition.immediate == .valueTypes)
    opcode(of: instruction)
    list(types) { $0.valueType($1) }
  }

  /// Appends a `try_table`; the block type is the instruction's `value`.
  public mutating func append(_ instruction: Instruction, catchClauses: some Sequence<CatchClause>) {
    precondition(instruction.definition.immediate == .tryTable)
    opcode(of: instruction)
    writer.blockType(instruction.blockType)
    list(catchClauses) {
      $0.byte($1.kind.rawValue)
      if $1.kind.hasTag { $0.u32($1.tag) }
      $0.u32($1.label)
    }
  }

  /// Appends an instruction that was read from `expression`, with its list if it has one.
  public mutating func append(_ instruction: Instruction, from expression: Expression) {
    switch instruction.definition.immediate {
    case .labelTable: append(instruction, labels: expression.labels(of: instruction))
    case .valueTypes: append(instruction, types: expression.valueTypes(of: instruction))
    case .tryTable: append(instruction, catchClauses: expression.catchClauses(of: instruction))
    default: append(instruction)
    }
  }

  private mutating func opcode(of instruction: Instruction) {
    let opcode = instruction.definition.opcode
    if opcode.prefix == 0 {
      writer.byte(UInt8(opcode.code))
    } else {
      writer.byte(opcode.prefix)
      writer.u32(opcode.code)
    }
  }

  private mutating func list<Element>(
    _ elements: some Sequence<Element>, write: (inout ByteWriter, Element) -> Void
  ) {
    var contents = ByteWriter()
    var count = 0
    for element in elements {
      write(&contents, element)
      count += 1
    }
    writer.count(count)
    writer.bytes.append(contentsOf: contents.bytes)
  }

  private mutating func immediates(_ instruction: Instruction, _ kind: ImmediateKind) {
    switch kind {
    case .none, .labelTable, .valueTypes, .tryTable:
      break
    case .blockType:
      writer.blockType(instruction.blockType)
    case .label, .function, .type, .local, .global, .table, .element, .memory, .data, .tag:
      writer.u32(instruction.a)
    case .typeTable, .tableTable, .elementTable, .memoryMemory, .dataMemory, .typeType, .typeField, .typeData,
      .typeElement, .typeCount:
      writer.u32(instruction.a)
      writer.u32(instruction.b)
    case .memoryArgument:
      memoryArgument(instruction)
    case .memoryArgumentLane:
      memoryArgument(instruction)
      writer.byte(instruction.lane)
    case .lane:
      writer.byte(instruction.lane)
    case .i32:
      writer.s64(Int64(Int32(truncatingIfNeeded: instruction.value)))
    case .i64:
      writer.s64(Int64(bitPattern: instruction.value))
    case .f32:
      writer.bits(UInt32(truncatingIfNeeded: instruction.value))
    case .f64:
      writer.bits(instruction.value)
    case .v128, .lanes16:
      writer.bits(instruction.value)
      writer.bits(instruction.value2)
    case .heapType:
      writer.heapType(HeapType(rawValue: Int32(truncatingIfNeeded: instruction.value)))
    case .castType:
      writer.heapType(ValueType(rawValue: UInt32(truncatingIfNeeded: instruction.value)).heapType)
    case .branchOnCast:
      let source = ValueType(rawValue: UInt32(truncatingIfNeeded: instruction.value))
      let target = ValueType(rawValue: UInt32(truncatingIfNeeded: instruction.value2))
      writer.byte((source.isNullable ? 1 : 0) | (target.isNullable ? 2 : 0))
      writer.u32(instruction.a)
      writer.heapType(source.heapType)
      writer.heapType(target.heapType)
    case .zeroByte:
      writer.byte(0)
    }
  }

  /// Bit 6 of the alignment announces a memory index other than 0 (5.4.6).
  private mutating func memoryArgument(_ instruction: Instruction) {
    writer.u32(instruction.b | (instruction.a == 0 ? 0 : 0x40))
    if instruction.a != 0 { writer.u32(instruction.a) }
    writer.u64(instruction.value)
  }
}

extension ImmediateKind {
  /// Whether the immediate is a list, which an `Instruction` alone does not hold.
  public var isList: Bool { self == .labelTable || self == .valueTypes || self == .tryTable }
}
