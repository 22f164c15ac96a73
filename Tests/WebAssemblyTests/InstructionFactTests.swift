/// What rows say of instructions besides their types.

import Testing
import WebAssembly

@Suite struct InstructionFactTests {
  private func mnemonics(_ isMeant: (PackedRow) -> Bool) -> Set<String> {
    Set(
      InstructionTable.rows.indices.filter { isMeant(InstructionTable.packedRows[$0]) }.map {
        InstructionTable.rows[$0].mnemonic
      })
  }

  @Test("what only says where blocks begin and end is not counted") func counted() {
    #expect(
      mnemonics { !$0.isCounted } == [
        "nop", "block", "loop", "else", "end", "try_table", "try", "catch", "catch_all", "delegate",
      ])
  }

  @Test("segments end where control may pass elsewhere") func segments() {
    #expect(
      mnemonics(\.endsSegment) == [
        "unreachable", "if", "else", "br", "br_if", "br_table", "return", "call", "call_indirect",
        "return_call",
        "return_call_indirect", "call_ref", "return_call_ref", "br_on_null", "br_on_non_null", "br_on_cast",
        "br_on_cast_fail", "br_on_cast_desc_eq", "br_on_cast_desc_eq_fail", "throw", "throw_ref", "catch",
        "catch_all", "rethrow",
      ])
  }

  @Test("constant expressions (3.4.12)") func constants() {
    let constants: Set<String> = [
      "i32.const", "i64.const", "f32.const", "f64.const", "v128.const", "ref.null", "ref.func", "global.get",
      "end", "ref.i31", "struct.new", "struct.new_default", "struct.new_desc", "struct.new_default_desc",
      "array.new", "array.new_default", "array.new_fixed", "any.convert_extern", "extern.convert_any",
    ]
    #expect(mnemonics { $0.isConstant(in: []) } == constants)
    #expect(
      mnemonics { $0.isConstant(in: [.extendedConst]) }
        == constants.union(["i32.add", "i32.sub", "i32.mul", "i64.add", "i64.sub", "i64.mul"]))
  }

  @Test("atomic accesses want exactly their natural alignment") func alignment() {
    #expect(
      mnemonics(\.wantsExactAlignment)
        == mnemonics { $0.opcode.prefix == 0xFE && $0.immediate == .memoryArgument })
  }

  @Test("rows and their packed forms agree, and opcodes and mnemonics lead back to them") func forms() {
    for (index, row) in InstructionTable.rows.enumerated() {
      let packed = InstructionTable.packedRows[index]
      let signature = row.signature
      #expect(packed.hasSignature == (signature != nil))
      #expect(Int(packed.operandCount) == signature?.operands.count ?? 0)
      #expect(Int(packed.resultCount) == signature?.results.count ?? 0)
      #expect(signature?.operands.allSatisfy { $0.isNumber || $0.isVector } ?? true)
      #expect(signature?.results.allSatisfy { $0.isNumber || $0.isVector } ?? true)
      #expect(InstructionTable.row(of: row.opcode) == index)
      #expect(InstructionTable.rows(of: row.mnemonic).contains(index))
    }
    #expect(InstructionTable.rows(of: "i32.adds").isEmpty)
    #expect(InstructionTable.rows(of: "select").count == 2)
    #expect(
      InstructionTable.row(of: Opcode(0xFF)) == nil
        && InstructionTable.row(of: Opcode(prefix: 0xFD, 600)) == nil)
    #expect(Signature(.i32, .f64, .i64, to: .v128, .f32).operands == [.i32, .f64, .i64])
    #expect(Signature(.i32, .f64, .i64, to: .v128, .f32).results == [.v128, .f32])
  }
}
