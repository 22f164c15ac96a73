import WebAssembly

/// Instructions in the text format, each by its row (Core 6.5).
struct InstructionPrinter {
  private let names: ModulePrinter
  private let expression: Expression
  private var reader: InstructionReader
  private let locals: PrintedNames
  private let labels: PrintedNames
  /// Numbers of the blocks that are open among the expression's blocks, the outermost first.
  private var blocks: [UInt32] = []
  private var blockCount: UInt32 = 0

  init(_ names: ModulePrinter, expression: Expression, locals: PrintedNames, labels: PrintedNames) {
    self.names = names
    self.expression = expression
    reader = InstructionReader(expression)
    self.locals = locals
    self.labels = labels
  }

  static func opensBlock(_ instruction: Instruction) -> Bool {
    let immediate = InstructionTable.packedRows[instruction.row].immediate
    return immediate == .blockType || immediate == .tryTable
  }

  /// The next instruction with the number of blocks around it; nil at the end of the expression, whose
  /// `end` is not written.
  mutating func next() throws(DecodeError) -> (String, Int)? {
    if reader.isAtEnd { return nil }
    let instruction = try reader.next()
    let row = instruction.definition
    switch row.opcode {
    case .end:
      if blocks.popLast() == nil { return nil }
      return (row.mnemonic, blocks.count)
    case .else, .legacyCatch, .legacyCatchAll:
      return (row.mnemonic + immediates(instruction, row), max(blocks.count - 1, 0))
    case .legacyDelegate:
      _ = blocks.popLast()
      return (row.mnemonic + immediates(instruction, row), blocks.count)
    default:
      break
    }
    guard Self.opensBlock(instruction) else {
      return (row.mnemonic + immediates(instruction, row), blocks.count)
    }
    let text = row.mnemonic + labels.binding(blockCount) + immediates(instruction, row)
    let depth = blocks.count
    blocks.append(blockCount)
    blockCount += 1
    return (text, depth)
  }

  private func label(_ index: UInt32) -> String {
    guard Int(index) < blocks.count else { return String(index) }
    let block = blocks[blocks.count - 1 - Int(index)]
    return labels.reference(block, otherwise: index)
  }

  /// Everything behind the mnemonic, with a space before.
  private func immediates(_ instruction: Instruction, _ row: InstructionRow) -> String {
    let a = instruction.a
    let b = instruction.b
    switch row.immediate {
    case .none, .zeroByte: return ""
    case .blockType: return names.blockType(instruction.blockType)
    case .tryTable: return names.blockType(instruction.blockType) + catchClauses(instruction)
    case .label: return " " + label(a)
    case .labelTable:
      return expression.labels(of: instruction).map { " " + label($0) }.joined() + " " + label(a)
    case .function: return " " + names.functions.reference(a)
    case .type: return " " + names.types.reference(a)
    case .local: return " " + locals.reference(a)
    case .global: return " " + names.globals.reference(a)
    case .tag: return " " + names.tags.reference(a)
    case .element: return " " + names.elements.reference(a)
    case .data: return " " + names.data.reference(a)
    case .table: return optional(a, names.tables)
    case .memory: return optional(a, names.memories)
    case .typeTable: return optional(b, names.tables) + " (type \(names.types.reference(a)))"
    case .tableTable: return pair(a, b, names.tables)
    case .memoryMemory: return pair(a, b, names.memories)
    case .elementTable: return optional(b, names.tables) + " " + names.elements.reference(a)
    case .dataMemory: return optional(b, names.memories) + " " + names.data.reference(a)
    case .typeType: return " \(names.types.reference(a)) \(names.types.reference(b))"
    case .typeField: return " \(names.types.reference(a)) \(names.fieldNames(of: a).reference(b))"
    case .typeData: return " \(names.types.reference(a)) \(names.data.reference(b))"
    case .typeElement: return " \(names.types.reference(a)) \(names.elements.reference(b))"
    case .typeCount: return " \(names.types.reference(a)) \(b)"
    case .memoryArgument: return memoryArgument(instruction, row)
    case .memoryArgumentLane: return memoryArgument(instruction, row) + " \(instruction.lane)"
    case .lane: return " \(instruction.lane)"
    case .valueTypes: return types(instruction)
    case .heapType:
      return " " + names.heapType(HeapType(rawValue: Int32(truncatingIfNeeded: instruction.value)))
    case .castType: return " " + reference(instruction.value)
    case .branchOnCast: return " \(label(a)) \(reference(instruction.value)) \(reference(instruction.value2))"
    case .i32, .i64, .f32, .f64, .v128, .lanes16: return " " + constant(instruction, row.immediate)
    }
  }

  private func optional(_ index: UInt32, _ space: PrintedNames) -> String {
    index == 0 ? "" : " " + space.reference(index)
  }

  private func pair(_ a: UInt32, _ b: UInt32, _ space: PrintedNames) -> String {
    a == 0 && b == 0 ? "" : " \(space.reference(a)) \(space.reference(b))"
  }

  private func types(_ instruction: Instruction) -> String {
    let types = Array(expression.valueTypes(of: instruction))
    return types.isEmpty ? " (result)" : names.results(types)
  }

  private func reference(_ value: UInt64) -> String {
    let type = ValueType(rawValue: UInt32(truncatingIfNeeded: value))
    return names.valueType(type)
  }

  private func catchClauses(_ instruction: Instruction) -> String {
    expression.catchClauses(of: instruction).map { clause in
      let tag = clause.kind.hasTag ? " " + names.tags.reference(clause.tag) : ""
      return " (\(clause.kind.keyword)\(tag) \(label(clause.label)))"
    }.joined()
  }

  private func memoryArgument(_ instruction: Instruction, _ row: InstructionRow) -> String {
    var text = optional(instruction.a, names.memories)
    if instruction.value != 0 { text += " offset=\(instruction.value)" }
    if Int(instruction.b) != row.accessExponent, instruction.b < 64 {
      text += " align=\(UInt64(1) << UInt64(instruction.b))"
    }
    return text
  }

  // MARK: Constants

  private func constant(_ instruction: Instruction, _ kind: ImmediateKind) -> String {
    let value = instruction.value
    switch kind {
    case .i32: return String(Int32(truncatingIfNeeded: value))
    case .i64: return String(Int64(bitPattern: value))
    case .f32:
      return Self.float(value, .binary32, Float(bitPattern: UInt32(truncatingIfNeeded: value)).description)
    case .f64: return Self.float(value, .binary64, Double(bitPattern: value).description)
    case .v128:
      let words = [value, value >> 32, instruction.value2, instruction.value2 >> 32]
      return "i32x4 " + words.map { Self.hexadecimal($0 & 0xFFFF_FFFF, digits: 8) }.joined(separator: " ")
    default:
      return Self.bytes(value, instruction.value2).map { String($0) }.joined(separator: " ")
    }
  }

  /// The sixteen lanes of a shuffle.
  private static func bytes(_ low: UInt64, _ high: UInt64) -> [UInt8] {
    var writer = ByteWriter()
    writer.bits(low)
    writer.bits(high)
    return writer.bytes
  }

  /// `description` is the shortest decimal number that rounds to the value.
  private static func float(_ bits: UInt64, _ format: FloatFormat, _ description: String) -> String {
    let magnitude = bits & ~format.sign
    guard magnitude >= format.infinity else { return description }
    let sign = bits & format.sign == 0 ? "" : "-"
    if magnitude == format.infinity { return sign + "inf" }
    if magnitude == format.canonicalNaN { return sign + "nan" }
    return sign + "nan:" + hexadecimal(magnitude & format.payloadMask, digits: 1)
  }

  private static func hexadecimal(_ value: UInt64, digits: Int) -> String {
    let text = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: max(digits - text.utf8.count, 0)) + text
  }
}
