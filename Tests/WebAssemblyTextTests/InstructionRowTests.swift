/// Every row of the instruction table printed and read back.

import Testing
import WebAssembly
import WebAssemblyText

@Suite struct InstructionRowTests {
  /// An expression with the row's instruction, its immediates all different from their defaults.
  private static func expression(_ row: Int) -> Expression {
    let definition = InstructionTable.rows[row]
    var writer = InstructionWriter()
    var instruction = Instruction(row: row)
    switch definition.opcode {
    case .else: writer.append(.if)
    case .legacyCatch, .legacyCatchAll, .legacyDelegate: writer.append(.legacyTry)
    default: break
    }
    switch definition.immediate {
    case .labelTable:
      instruction.a = 3
      writer.append(instruction, labels: [7, 0, 300])
    case .valueTypes:
      writer.append(instruction, types: [.i32, .reference(HeapType(typeIndex: 1), nullable: false)])
    case .tryTable:
      instruction.value = BlockType(typeIndex: 0).rawValue
      writer.append(
        instruction,
        catchClauses: [
          CatchClause(.catch, tag: 1, label: 2), CatchClause(.catchRef, tag: 3, label: 4),
          CatchClause(.catchAll, label: 5), CatchClause(.catchAllRef, label: 6),
        ])
    default:
      fill(&instruction, definition)
      writer.append(instruction)
    }
    switch definition.opcode {
    case .end, .legacyDelegate: break
    case .else, .legacyCatch, .legacyCatchAll: writer.append(.end)
    default:
      if definition.immediate == .blockType || definition.immediate == .tryTable { writer.append(.end) }
    }
    if definition.opcode != .end { writer.append(.end) }
    return writer.expression
  }

  private static func fill(_ instruction: inout Instruction, _ definition: InstructionRow) {
    switch definition.immediate {
    case .none, .zeroByte: break
    case .blockType: instruction.value = BlockType(result: .f64).rawValue
    case .heapType: instruction.value = UInt64(bitPattern: Int64(HeapType.noextern.rawValue))
    case .castType:
      let nullable = InstructionTable.isNullableCast(definition.opcode)
      instruction.value = UInt64(ValueType.reference(.i31, nullable: nullable).rawValue)
    case .branchOnCast:
      instruction.a = 4
      instruction.value = UInt64(ValueType.anyref.rawValue)
      instruction.value2 = UInt64(ValueType.reference(HeapType(typeIndex: 9), nullable: false).rawValue)
    case .memoryArgument, .memoryArgumentLane:
      instruction.a = 2
      instruction.b = 0
      instruction.value = 70_000
      if definition.immediate == .memoryArgumentLane { instruction.lane = 1 }
    case .lane: instruction.lane = 1
    case .i32, .f32: instruction.value = 0xFFA0_0001
    case .i64, .f64: instruction.value = 0xFFF0_0000_0000_0123
    case .v128: (instruction.value, instruction.value2) = (0x0102_0304_0506_0708, 0xF102_0304_0506_0708)
    case .lanes16: (instruction.value, instruction.value2) = (0x0706_0504_0302_0100, 0x1F1E_1D1C_1B1A_1918)
    default: (instruction.a, instruction.b) = (5, 6)
    }
    switch definition.immediate {
    case .label, .function, .type, .local, .global, .table, .element, .memory, .data, .tag: instruction.b = 0
    default: break
    }
  }

  @Test(arguments: InstructionTable.rows.indices) func roundTrip(row: Int) throws {
    var structure = ModuleStructure()
    structure.addType(SubType(.function(FunctionType())))
    structure.functions = [FunctionDefinition(type: 0, locals: [], body: Self.expression(row))]
    let text = try structure.text()
    #expect(text.contains(InstructionTable.rows[row].mnemonic) || InstructionTable.rows[row].opcode == .end)
    let again = try module(text)
    #expect(again.functions == structure.functions, "\(text)")
  }

  @Test("the text knows no instruction that the table does not have") func unknown() {
    #expect(fault("(func i32.frobnicate)")?.reason.hasPrefix("unknown operator i32.frobnicate") == true)
  }
}
