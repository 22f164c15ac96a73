/// Constants, integer and floating-point arithmetic and comparisons (Core 5.4.7).

extension Opcode {
  @inlinable public static var i32Const: Opcode { Opcode(0x41) }
  @inlinable public static var i64Const: Opcode { Opcode(0x42) }
  @inlinable public static var f32Const: Opcode { Opcode(0x43) }
  @inlinable public static var f64Const: Opcode { Opcode(0x44) }
  @inlinable public static var i32Eqz: Opcode { Opcode(0x45) }
  @inlinable public static var i64Eqz: Opcode { Opcode(0x50) }
  @inlinable public static var i32Add: Opcode { Opcode(0x6A) }
  @inlinable public static var i32Sub: Opcode { Opcode(0x6B) }
  @inlinable public static var i32Mul: Opcode { Opcode(0x6C) }
  @inlinable public static var i64Add: Opcode { Opcode(0x7C) }
  @inlinable public static var i64Sub: Opcode { Opcode(0x7D) }
  @inlinable public static var i64Mul: Opcode { Opcode(0x7E) }
}

private func constant(_ opcode: Opcode, _ mnemonic: String, _ immediate: ImmediateKind, _ type: ValueType)
  -> InstructionRow
{
  .init(opcode, mnemonic, nil, immediate, Signature(to: type), .special, facts: .isConstant)
}

/// One operand; a result of the same type where none is named.
private func unary(_ code: UInt32, _ mnemonic: String, _ type: ValueType, _ result: ValueType? = nil)
  -> InstructionRow
{
  .init(Opcode(code), mnemonic, nil, .none, Signature(type, to: result ?? type), .unary())
}

private func binary(
  _ code: UInt32, _ mnemonic: String, _ type: ValueType, commutes: Bool = false, traps: Bool = false,
  facts: InstructionFacts = []
) -> InstructionRow {
  .init(
    Opcode(code), mnemonic, nil, .none, Signature(type, type, to: type),
    .binary(commutes: commutes, traps: traps), facts: facts)
}

private func compare(
  _ code: UInt32, _ mnemonic: String, _ type: ValueType, mirror: String, inverse: String? = nil
) -> InstructionRow {
  .init(
    Opcode(code), mnemonic, nil, .none, Signature(type, type, to: .i32),
    .compare(mirror: mirror, inverse: inverse))
}

let numericInstructions: [InstructionRow] = [
  constant(.i32Const, "i32.const", .i32, .i32),
  constant(.i64Const, "i64.const", .i64, .i64),
  constant(.f32Const, "f32.const", .f32, .f32),
  constant(.f64Const, "f64.const", .f64, .f64),
  unary(0x45, "i32.eqz", .i32),
  compare(0x46, "i32.eq", .i32, mirror: "i32.eq", inverse: "i32.ne"),
  compare(0x47, "i32.ne", .i32, mirror: "i32.ne", inverse: "i32.eq"),
  compare(0x48, "i32.lt_s", .i32, mirror: "i32.gt_s", inverse: "i32.ge_s"),
  compare(0x49, "i32.lt_u", .i32, mirror: "i32.gt_u", inverse: "i32.ge_u"),
  compare(0x4A, "i32.gt_s", .i32, mirror: "i32.lt_s", inverse: "i32.le_s"),
  compare(0x4B, "i32.gt_u", .i32, mirror: "i32.lt_u", inverse: "i32.le_u"),
  compare(0x4C, "i32.le_s", .i32, mirror: "i32.ge_s", inverse: "i32.gt_s"),
  compare(0x4D, "i32.le_u", .i32, mirror: "i32.ge_u", inverse: "i32.gt_u"),
  compare(0x4E, "i32.ge_s", .i32, mirror: "i32.le_s", inverse: "i32.lt_s"),
  compare(0x4F, "i32.ge_u", .i32, mirror: "i32.le_u", inverse: "i32.lt_u"),
  unary(0x50, "i64.eqz", .i64, .i32),
  compare(0x51, "i64.eq", .i64, mirror: "i64.eq", inverse: "i64.ne"),
  compare(0x52, "i64.ne", .i64, mirror: "i64.ne", inverse: "i64.eq"),
  compare(0x53, "i64.lt_s", .i64, mirror: "i64.gt_s", inverse: "i64.ge_s"),
  compare(0x54, "i64.lt_u", .i64, mirror: "i64.gt_u", inverse: "i64.ge_u"),
  compare(0x55, "i64.gt_s", .i64, mirror: "i64.lt_s", inverse: "i64.le_s"),
  compare(0x56, "i64.gt_u", .i64, mirror: "i64.lt_u", inverse: "i64.le_u"),
  compare(0x57, "i64.le_s", .i64, mirror: "i64.ge_s", inverse: "i64.gt_s"),
  compare(0x58, "i64.le_u", .i64, mirror: "i64.ge_u", inverse: "i64.gt_u"),
  compare(0x59, "i64.ge_s", .i64, mirror: "i64.le_s", inverse: "i64.lt_s"),
  compare(0x5A, "i64.ge_u", .i64, mirror: "i64.le_u", inverse: "i64.lt_u"),
  compare(0x5B, "f32.eq", .f32, mirror: "f32.eq", inverse: "f32.ne"),
  compare(0x5C, "f32.ne", .f32, mirror: "f32.ne", inverse: "f32.eq"),
  compare(0x5D, "f32.lt", .f32, mirror: "f32.gt"),
  compare(0x5E, "f32.gt", .f32, mirror: "f32.lt"),
  compare(0x5F, "f32.le", .f32, mirror: "f32.ge"),
  compare(0x60, "f32.ge", .f32, mirror: "f32.le"),
  compare(0x61, "f64.eq", .f64, mirror: "f64.eq", inverse: "f64.ne"),
  compare(0x62, "f64.ne", .f64, mirror: "f64.ne", inverse: "f64.eq"),
  compare(0x63, "f64.lt", .f64, mirror: "f64.gt"),
  compare(0x64, "f64.gt", .f64, mirror: "f64.lt"),
  compare(0x65, "f64.le", .f64, mirror: "f64.ge"),
  compare(0x66, "f64.ge", .f64, mirror: "f64.le"),
  unary(0x67, "i32.clz", .i32),
  unary(0x68, "i32.ctz", .i32),
  unary(0x69, "i32.popcnt", .i32),
  binary(0x6A, "i32.add", .i32, commutes: true, facts: .isExtendedConstant),
  binary(0x6B, "i32.sub", .i32, facts: .isExtendedConstant),
  binary(0x6C, "i32.mul", .i32, commutes: true, facts: .isExtendedConstant),
  binary(0x6D, "i32.div_s", .i32, traps: true),
  binary(0x6E, "i32.div_u", .i32, traps: true),
  binary(0x6F, "i32.rem_s", .i32, traps: true),
  binary(0x70, "i32.rem_u", .i32, traps: true),
  binary(0x71, "i32.and", .i32, commutes: true),
  binary(0x72, "i32.or", .i32, commutes: true),
  binary(0x73, "i32.xor", .i32, commutes: true),
  binary(0x74, "i32.shl", .i32),
  binary(0x75, "i32.shr_s", .i32),
  binary(0x76, "i32.shr_u", .i32),
  binary(0x77, "i32.rotl", .i32),
  binary(0x78, "i32.rotr", .i32),
  unary(0x79, "i64.clz", .i64),
  unary(0x7A, "i64.ctz", .i64),
  unary(0x7B, "i64.popcnt", .i64),
  binary(0x7C, "i64.add", .i64, commutes: true, facts: .isExtendedConstant),
  binary(0x7D, "i64.sub", .i64, facts: .isExtendedConstant),
  binary(0x7E, "i64.mul", .i64, commutes: true, facts: .isExtendedConstant),
  binary(0x7F, "i64.div_s", .i64, traps: true),
  binary(0x80, "i64.div_u", .i64, traps: true),
  binary(0x81, "i64.rem_s", .i64, traps: true),
  binary(0x82, "i64.rem_u", .i64, traps: true),
  binary(0x83, "i64.and", .i64, commutes: true),
  binary(0x84, "i64.or", .i64, commutes: true),
  binary(0x85, "i64.xor", .i64, commutes: true),
  binary(0x86, "i64.shl", .i64),
  binary(0x87, "i64.shr_s", .i64),
  binary(0x88, "i64.shr_u", .i64),
  binary(0x89, "i64.rotl", .i64),
  binary(0x8A, "i64.rotr", .i64),
  unary(0x8B, "f32.abs", .f32),
  unary(0x8C, "f32.neg", .f32),
  unary(0x8D, "f32.ceil", .f32),
  unary(0x8E, "f32.floor", .f32),
  unary(0x8F, "f32.trunc", .f32),
  unary(0x90, "f32.nearest", .f32),
  unary(0x91, "f32.sqrt", .f32),
  binary(0x92, "f32.add", .f32),
  binary(0x93, "f32.sub", .f32),
  binary(0x94, "f32.mul", .f32),
  binary(0x95, "f32.div", .f32),
  binary(0x96, "f32.min", .f32),
  binary(0x97, "f32.max", .f32),
  binary(0x98, "f32.copysign", .f32),
  unary(0x99, "f64.abs", .f64),
  unary(0x9A, "f64.neg", .f64),
  unary(0x9B, "f64.ceil", .f64),
  unary(0x9C, "f64.floor", .f64),
  unary(0x9D, "f64.trunc", .f64),
  unary(0x9E, "f64.nearest", .f64),
  unary(0x9F, "f64.sqrt", .f64),
  binary(0xA0, "f64.add", .f64),
  binary(0xA1, "f64.sub", .f64),
  binary(0xA2, "f64.mul", .f64),
  binary(0xA3, "f64.div", .f64),
  binary(0xA4, "f64.min", .f64),
  binary(0xA5, "f64.max", .f64),
  binary(0xA6, "f64.copysign", .f64),
]
