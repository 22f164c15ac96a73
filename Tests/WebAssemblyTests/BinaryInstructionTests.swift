/// Reading and writing instructions by their rows (Core 5.4).

import Testing
import WebAssembly

/// An instruction of a row with something in each immediate, and the list if it takes one.
private func sample(_ row: Int) -> Instruction {
  let definition = InstructionTable.rows[row]
  var instruction = Instruction(row: row)
  switch definition.immediate {
  case .none, .zeroByte: break
  case .blockType:
    instruction.value = BlockType(result: .reference(HeapType(typeIndex: 200), nullable: true)).rawValue
  case .label, .function, .type, .local, .global, .table, .element, .memory, .data, .tag:
    instruction.a = 1000
  case .typeTable, .tableTable, .elementTable, .memoryMemory, .dataMemory, .typeType, .typeField, .typeData,
    .typeElement, .typeCount:
    instruction.a = 3
    instruction.b = 0xFFFF_FFFF
  case .memoryArgument, .memoryArgumentLane:
    instruction.a = 2
    instruction.b = 3
    instruction.value = 1 << 40
    instruction.lane = definition.immediate == .memoryArgumentLane ? 1 : 0
  case .lane: instruction.lane = 3
  case .i32, .f32: instruction.value = 0x8000_0001
  case .i64, .f64: instruction.value = 0x8000_0000_0000_0001
  case .v128, .lanes16:
    instruction.value = 0x0102_0304_0506_0708
    instruction.value2 = 0xFFFE_FDFC_0000_0001
  case .heapType: instruction.value = UInt64(bitPattern: Int64(HeapType.nofunc.rawValue))
  case .castType:
    let isNullable = InstructionTable.isNullableCast(definition.opcode)
    instruction.value = UInt64(
      ValueType.reference(HeapType(typeIndex: 7, isExact: true), nullable: isNullable).rawValue)
  case .branchOnCast:
    instruction.a = 4
    instruction.value = UInt64(ValueType.anyref.rawValue)
    instruction.value2 = UInt64(ValueType.reference(HeapType(typeIndex: 7), nullable: false).rawValue)
  case .labelTable: instruction.a = 5
  case .valueTypes: break
  case .tryTable: instruction.value = BlockType(typeIndex: 4).rawValue
  }
  return instruction
}

private let sampleLabels: [UInt32] = [0, 200, 3]
private let sampleTypes: [ValueType] = [
  .i32, .v128, .exnref, .reference(HeapType(typeIndex: 70), nullable: false),
]
private let sampleClauses = [
  CatchClause(.catch, tag: 1, label: 2), CatchClause(.catchRef, tag: 300, label: 0),
  CatchClause(.catchAll, label: 4), CatchClause(.catchAllRef, label: 200),
]

private func encode(_ instruction: Instruction) -> Expression {
  var writer = InstructionWriter()
  switch instruction.definition.immediate {
  case .labelTable: writer.append(instruction, labels: sampleLabels)
  case .valueTypes: writer.append(instruction, types: sampleTypes)
  case .tryTable: writer.append(instruction, catchClauses: sampleClauses)
  default: writer.append(instruction)
  }
  return writer.expression
}

@Suite struct BinaryInstructionTests {
  @Test(arguments: InstructionTable.rows.indices)
  func `Every row encodes and decodes to itself`(row: Int) throws {
    let instruction = sample(row)
    let expression = encode(instruction)
    var reader = InstructionReader(expression)
    let decoded = try reader.next()
    #expect(reader.isAtEnd)
    #expect(decoded.row == row)
    #expect(decoded.a == instruction.a)
    #expect(decoded.b == instruction.b)
    #expect(decoded.value == instruction.value)
    #expect(decoded.value2 == instruction.value2)
    #expect(decoded.lane == instruction.lane)
    switch instruction.definition.immediate {
    case .labelTable: #expect(Array(expression.labels(of: decoded)) == sampleLabels)
    case .valueTypes: #expect(Array(expression.valueTypes(of: decoded)) == sampleTypes)
    case .tryTable: #expect(Array(expression.catchClauses(of: decoded)) == sampleClauses)
    default: #expect(decoded.count == 0)
    }
    var again = InstructionWriter()
    again.append(decoded, from: expression)
    #expect(again.bytes == Array(expression.bytes))
  }

  @Test(arguments: InstructionTable.rows.indices)
  func `Every truncation of an instruction is an error`(row: Int) {
    let bytes = Array(encode(sample(row)).bytes)
    for length in 0..<bytes.count {
      var reader = InstructionReader(Expression(Array(bytes[..<length])))
      #expect(throws: DecodeError.self) { try reader.next() }
    }
  }

  @Test(arguments: InstructionTable.rows.indices)
  func `An instruction whose feature is off is an illegal opcode that names the feature`(row: Int) {
    guard let feature = InstructionTable.rows[row].feature else { return }
    var features = FeatureSet.all
    features.remove(feature)
    var reader = InstructionReader(encode(sample(row)), features: features)
    let error = #expect(throws: DecodeError.self) { try reader.next() }
    #expect(error?.message.hasPrefix("illegal opcode") == true)
    #expect(error?.message.contains(feature.rawValue) == true)
  }

  @Test func `No two rows share an opcode, and every row is found by it`() {
    var seen: Set<Opcode> = []
    for (index, row) in InstructionTable.rows.enumerated() {
      #expect(seen.insert(row.opcode).inserted, "\(row.mnemonic)")
      #expect(InstructionTable.row(of: row.opcode) == index)
      #expect(InstructionTable.rows(of: row.mnemonic).contains(index))
    }
  }

  /// Numbers of instructions as the specification's index counts them, by prefix.
  @Test(
    arguments: [
      (0x00, 194 + 5), (0xFB, 31 + 7), (0xFC, 18 + 4), (0xFD, 236 + 20), (0xFE, 67),
    ] as [(UInt8, Int)])
  func `The table has all instructions of each prefix`(prefix: UInt8, count: Int) {
    #expect(InstructionTable.rows.count { $0.opcode.prefix == prefix } == count)
  }

  @Test func `Memory accesses know their natural alignment and vectors their lanes`() {
    func row(_ mnemonic: String) -> InstructionRow {
      InstructionTable.rows[InstructionTable.rows(of: mnemonic)[0]]
    }
    #expect(row("i64.load16_s").accessExponent == 1)
    #expect(row("v128.load").accessExponent == 4)
    #expect(row("v128.load8x8_u").accessExponent == 3)
    #expect(row("v128.store32_lane").accessExponent == 2)
    #expect(row("v128.store32_lane").laneCount == 4)
    #expect(row("i16x8.extract_lane_u").laneCount == 8)
    #expect(row("i16x8.extract_lane_u").accessExponent == nil)
    #expect(row("memory.atomic.wait64").accessExponent == 3)
    #expect(row("i32.add").accessExponent == nil)
  }

  @Test func `Without reference types and multiple memories the index is a zero byte`() {
    for body in [[0x11, 0x00, 0x01], [0x3F, 0x80, 0x00], [0x40, 0x01]] as [[UInt8]] {
      var reader = InstructionReader(Expression(body), features: .webAssembly1)
      let error = #expect(throws: DecodeError.self) { try reader.next() }
      #expect(error?.message.hasPrefix("zero byte expected") == true)
    }
  }
}
