/// Memories, tables and their segments (Core 4.4.6, 4.4.7), and atomic accesses.

@_spi(Translation) import WebAssemblyHandlers

extension Selection {
  /// Whether the narrow forms of accesses reach the memory: only the first, with 32-bit addresses.
  func isNarrow(_ memory: UInt32) -> Bool { memory == 0 && context.memoryAddressTypes[0] == .i32 }

  /// The family of an access that reaches every memory.
  func wide(_ family: OperationFamily, _ instruction: Instruction) -> OperationFamily {
    tables.wideFamily(ofRow: instruction.row) ?? family
  }

  mutating func load(_ family: OperationFamily, _ instruction: Instruction) {
    if isNarrow(instruction.a) { return narrowLoad(family, offset: instruction.value) }
    let address = slotOperand(operands.count - 1)
    operands.removeLast()
    list.wideLoad(
      wide(family, instruction), result: operands.nextHome, a: address, memory: instruction.a,
      offset: instruction.value)
    operands.pushTemporary()
  }

  mutating func narrowLoad(_ family: OperationFamily, offset: UInt64) {
    let address = slotOperand(operands.count - 1)
    list.load(family, result: operands.replaceLast(1), a: address, offset: offset)
    joinLast()
  }

  mutating func store(_ family: OperationFamily, _ instruction: Instruction) {
    if isNarrow(instruction.a) { return narrowStore(family, offset: instruction.value) }
    let top = operands.count - 1
    // A constant address first: making it a temporary overwrites the accumulator.
    if operands[top - 1].kind == .constant { _ = slot(top - 1) }
    let stored = slotOperand(top)
    list.wideStore(
      wide(family, instruction), a: slot(top - 1), value: stored,
      memory: instruction.a, offset: instruction.value)
    operands.removeLast(2)
  }

  mutating func narrowStore(_ family: OperationFamily, offset: UInt64) {
    let top = operands.count - 1
    // A constant address first: making it a temporary overwrites the accumulator.
    if operands[top - 1].kind == .constant { _ = slot(top - 1) }
    let value = operands.last
    let stored: Operand =
      value.kind == .constant && tables.facts(family).immediate.holds(value.value)
      ? .immediate(value.value) : slotOperand(top)
    list.store(family, a: slotOperand(top - 1), value: stored, offset: offset)
    joinLast()
    operands.removeLast(2)
  }

  mutating func atomic(_ builder: SharedBuilder, _ family: OperationFamily, _ instruction: Instruction) {
    let (memory, offset) = (instruction.a, instruction.value)
    let top = operands.count - 1
    switch builder {
    case .atomicLoad:
      let address = slot(top)
      operands.removeLast()
      list.atomicLoad(family, result: operands.nextHome, a: address, memory: memory, offset: offset)
    case .atomicStore:
      list.atomicStore(family, a: slot(top - 1), value: slot(top), memory: memory, offset: offset)
      return operands.removeLast(2)
    case .atomicReadModifyWrite:
      let (address, value) = (slot(top - 1), slot(top))
      operands.removeLast(2)
      list.atomicReadModifyWrite(
        family, result: operands.nextHome, a: address, value: value, memory: memory, offset: offset)
    default:
      let (address, expected, replacement) = (slot(top - 2), slot(top - 1), slot(top))
      operands.removeLast(3)
      list.atomicCompareExchange(
        family, result: operands.nextHome, a: address, expected: expected, replacement: replacement,
        memory: memory, offset: offset)
    }
    operands.pushTemporary()
  }

  mutating func waitOrNotify(_ instruction: Instruction, _ validator: inout FunctionValidator)
    throws(TranslationError)
  {
    let (memory, offset) = (instruction.a, instruction.value)
    let row = validator.rows[instruction.row]
    let first = operands.count - Int(row.operandCount)
    let (address, second) = (slot(first), slot(first + 1))
    let timeout = row.operandCount > 2 ? slot(first + 2) : 0
    operands.removeLast(Int(row.operandCount))
    let home = operands.nextHome
    switch row.opcode {
    case .memoryAtomicNotify:
      list.atomicNotify(result: home, address: address, count: second, memory: memory, offset: offset)
    case .memoryAtomicWait32:
      list.atomicWait32(
        result: home, address: address, expected: second, timeout: timeout, memory: memory, offset: offset)
    case .memoryAtomicWait64:
      list.atomicWait64(
        result: home, address: address, expected: second, timeout: timeout, memory: memory, offset: offset)
    default: throw unsupported(instruction)
    }
    operands.pushTemporary()
  }

  /// Operands in consecutive slots, two results in the place of the first.
  mutating func wideArithmetic(_ family: OperationFamily, operands count: Int) {
    flushTop(count)
    let first = Int(operands[operands.count - count].home)
    operands.removeLast(count)
    list.wideArithmetic(family, results: first, operands: first)
    operands.pushTemporary()
    operands.pushTemporary()
  }

  mutating func memoryOrTable(_ instruction: Instruction, _ validator: inout FunctionValidator)
    throws(TranslationError)
  {
    let (x, y) = (instruction.a, instruction.b)
    let row = validator.rows[instruction.row]
    let top = operands.count - 1
    switch row.opcode {
    case .memorySize:
      list.memorySize(result: operands.nextHome, memory: x)
      operands.pushTemporary()
    case .memoryGrow:
      let count = slot(top)
      operands.removeLast()
      list.memoryGrow(result: operands.nextHome, delta: count, memory: x)
      operands.pushTemporary()
    case .memoryFill: three { $0.memoryFill(address: $1, byte: $2, count: $3, memory: x) }
    case .memoryCopy:
      three { $0.memoryCopy(target: $1, source: $2, count: $3, memory: x, sourceMemory: y) }
    case .memoryInit: three { $0.memoryInit(target: $1, source: $2, count: $3, segment: x, memory: y) }
    case .dataDrop: list.dataDrop(segment: x)
    case .tableGet:
      let index = slotOperand(top)
      operands.removeLast()
      list.tableGet(result: operands.nextHome, index: index, table: x)
      operands.pushTemporary()
    case .tableSet:
      let index = slot(top - 1)
      list.tableSet(index: index, reference: slotOperand(top), table: x)
      operands.removeLast(2)
    case .tableSize:
      list.tableSize(result: operands.nextHome, table: x)
      operands.pushTemporary()
    case .tableGrow:
      let (value, count) = (slot(top - 1), slot(top))
      operands.removeLast(2)
      list.tableGrow(result: operands.nextHome, reference: value, delta: count, table: x)
      operands.pushTemporary()
    case .tableFill: three { $0.tableFill(index: $1, reference: $2, count: $3, table: x) }
    case .tableCopy:
      three { $0.tableCopy(target: $1, source: $2, count: $3, table: x, sourceTable: y) }
    case .tableInit: three { $0.tableInit(target: $1, source: $2, count: $3, segment: x, table: y) }
    case .elemDrop: list.elemDrop(segment: x)
    default: throw unsupported(instruction)
    }
  }

  private mutating func three(_ add: (inout OperationList, Int, Int, Int) -> Void) {
    let top = operands.count - 1
    let (first, second, third) = (slot(top - 2), slot(top - 1), slot(top))
    operands.removeLast(3)
    add(&list, first, second, third)
  }

  func unsupported(_ instruction: Instruction) -> TranslationError {
    TranslationError(
      "\(instruction.definition.mnemonic) at byte 0x\(String(instruction.offset, radix: 16)) is not executed")
  }
}
