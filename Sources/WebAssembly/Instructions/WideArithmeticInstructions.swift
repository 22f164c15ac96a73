/// 128-bit arithmetic in pairs of i64, the low half first (the wide-arithmetic proposal).

extension Opcode {
  @inlinable public static var i64Add128: Opcode { Opcode(prefix: 0xFC, 19) }
  @inlinable public static var i64Sub128: Opcode { Opcode(prefix: 0xFC, 20) }
  @inlinable public static var i64MulWideS: Opcode { Opcode(prefix: 0xFC, 21) }
  @inlinable public static var i64MulWideU: Opcode { Opcode(prefix: 0xFC, 22) }
}

private func row(_ opcode: Opcode, _ mnemonic: String, _ signature: Signature) -> InstructionRow {
  .init(opcode, mnemonic, .wideArithmetic, .none, signature, .special)
}

let wideArithmeticInstructions: [InstructionRow] = [
  row(.i64Add128, "i64.add128", Signature(.i64, .i64, .i64, .i64, to: .i64, .i64)),
  row(.i64Sub128, "i64.sub128", Signature(.i64, .i64, .i64, .i64, to: .i64, .i64)),
  row(.i64MulWideS, "i64.mul_wide_s", Signature(.i64, .i64, to: .i64, .i64)),
  row(.i64MulWideU, "i64.mul_wide_u", Signature(.i64, .i64, to: .i64, .i64)),
]
