/// Conversions between number types (Core 5.4.7). A 32-bit value lies zero-extended in its 64-bit slot, so
/// that reinterpreting it and extending it without sign take no code.

private func convert(
  _ code: UInt32, _ mnemonic: String, _ operand: ValueType, _ result: ValueType
) -> InstructionRow {
  .init(Opcode(code), mnemonic, nil, .none, Signature(operand, to: result), .unary())
}

/// A conversion of a number that may be out of the result's range, which traps.
private func truncate(
  _ code: UInt32, _ mnemonic: String, _ operand: ValueType, _ result: ValueType
) -> InstructionRow {
  .init(Opcode(code), mnemonic, nil, .none, Signature(operand, to: result), .unary(traps: true))
}

private func reinterpret(
  _ code: UInt32, _ mnemonic: String, _ operand: ValueType, _ result: ValueType
) -> InstructionRow {
  .init(Opcode(code), mnemonic, nil, .none, Signature(operand, to: result), .reinterpret)
}

private func extend(_ code: UInt32, _ mnemonic: String, _ type: ValueType) -> InstructionRow {
  .init(Opcode(code), mnemonic, .signExtension, .none, Signature(type, to: type), .unary())
}

private func saturating(
  _ code: UInt32, _ mnemonic: String, _ operand: ValueType, _ result: ValueType
) -> InstructionRow {
  .init(
    Opcode(prefix: 0xFC, code), mnemonic, .saturatingConversions, .none, Signature(operand, to: result),
    .unary())
}

let conversionInstructions: [InstructionRow] = [
  convert(0xA7, "i32.wrap_i64", .i64, .i32),
  truncate(0xA8, "i32.trunc_f32_s", .f32, .i32),
  truncate(0xA9, "i32.trunc_f32_u", .f32, .i32),
  truncate(0xAA, "i32.trunc_f64_s", .f64, .i32),
  truncate(0xAB, "i32.trunc_f64_u", .f64, .i32),
  convert(0xAC, "i64.extend_i32_s", .i32, .i64),
  reinterpret(0xAD, "i64.extend_i32_u", .i32, .i64),
  truncate(0xAE, "i64.trunc_f32_s", .f32, .i64),
  truncate(0xAF, "i64.trunc_f32_u", .f32, .i64),
  truncate(0xB0, "i64.trunc_f64_s", .f64, .i64),
  truncate(0xB1, "i64.trunc_f64_u", .f64, .i64),
  convert(0xB2, "f32.convert_i32_s", .i32, .f32),
  convert(0xB3, "f32.convert_i32_u", .i32, .f32),
  convert(0xB4, "f32.convert_i64_s", .i64, .f32),
  convert(0xB5, "f32.convert_i64_u", .i64, .f32),
  convert(0xB6, "f32.demote_f64", .f64, .f32),
  convert(0xB7, "f64.convert_i32_s", .i32, .f64),
  convert(0xB8, "f64.convert_i32_u", .i32, .f64),
  convert(0xB9, "f64.convert_i64_s", .i64, .f64),
  convert(0xBA, "f64.convert_i64_u", .i64, .f64),
  convert(0xBB, "f64.promote_f32", .f32, .f64),
  reinterpret(0xBC, "i32.reinterpret_f32", .f32, .i32),
  reinterpret(0xBD, "i64.reinterpret_f64", .f64, .i64),
  reinterpret(0xBE, "f32.reinterpret_i32", .i32, .f32),
  reinterpret(0xBF, "f64.reinterpret_i64", .i64, .f64),
  extend(0xC0, "i32.extend8_s", .i32),
  extend(0xC1, "i32.extend16_s", .i32),
  extend(0xC2, "i64.extend8_s", .i64),
  extend(0xC3, "i64.extend16_s", .i64),
  extend(0xC4, "i64.extend32_s", .i64),
  saturating(0, "i32.trunc_sat_f32_s", .f32, .i32),
  saturating(1, "i32.trunc_sat_f32_u", .f32, .i32),
  saturating(2, "i32.trunc_sat_f64_s", .f64, .i32),
  saturating(3, "i32.trunc_sat_f64_u", .f64, .i32),
  saturating(4, "i64.trunc_sat_f32_s", .f32, .i64),
  saturating(5, "i64.trunc_sat_f32_u", .f32, .i64),
  saturating(6, "i64.trunc_sat_f64_s", .f64, .i64),
  saturating(7, "i64.trunc_sat_f64_u", .f64, .i64),
]
