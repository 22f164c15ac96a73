/// Conversions between number types (Core 5.4.7). A 32-bit value lies zero-extended in its 64-bit slot, so
/// that reinterpreting it and extending it without sign take no code.

let conversionInstructions: [InstructionRow] = [
  .init(Opcode(0xA7), "i32.wrap_i64", nil, .none, Signature([.i64], [.i32]), .unary()),
  .init(Opcode(0xA8), "i32.trunc_f32_s", nil, .none, Signature([.f32], [.i32]), .unary(traps: true)),
  .init(Opcode(0xA9), "i32.trunc_f32_u", nil, .none, Signature([.f32], [.i32]), .unary(traps: true)),
  .init(Opcode(0xAA), "i32.trunc_f64_s", nil, .none, Signature([.f64], [.i32]), .unary(traps: true)),
  .init(Opcode(0xAB), "i32.trunc_f64_u", nil, .none, Signature([.f64], [.i32]), .unary(traps: true)),
  .init(Opcode(0xAC), "i64.extend_i32_s", nil, .none, Signature([.i32], [.i64]), .unary()),
  .init(Opcode(0xAD), "i64.extend_i32_u", nil, .none, Signature([.i32], [.i64]), .reinterpret),
  .init(Opcode(0xAE), "i64.trunc_f32_s", nil, .none, Signature([.f32], [.i64]), .unary(traps: true)),
  .init(Opcode(0xAF), "i64.trunc_f32_u", nil, .none, Signature([.f32], [.i64]), .unary(traps: true)),
  .init(Opcode(0xB0), "i64.trunc_f64_s", nil, .none, Signature([.f64], [.i64]), .unary(traps: true)),
  .init(Opcode(0xB1), "i64.trunc_f64_u", nil, .none, Signature([.f64], [.i64]), .unary(traps: true)),
  .init(Opcode(0xB2), "f32.convert_i32_s", nil, .none, Signature([.i32], [.f32]), .unary()),
  .init(Opcode(0xB3), "f32.convert_i32_u", nil, .none, Signature([.i32], [.f32]), .unary()),
  .init(Opcode(0xB4), "f32.convert_i64_s", nil, .none, Signature([.i64], [.f32]), .unary()),
  .init(Opcode(0xB5), "f32.convert_i64_u", nil, .none, Signature([.i64], [.f32]), .unary()),
  .init(Opcode(0xB6), "f32.demote_f64", nil, .none, Signature([.f64], [.f32]), .unary()),
  .init(Opcode(0xB7), "f64.convert_i32_s", nil, .none, Signature([.i32], [.f64]), .unary()),
  .init(Opcode(0xB8), "f64.convert_i32_u", nil, .none, Signature([.i32], [.f64]), .unary()),
  .init(Opcode(0xB9), "f64.convert_i64_s", nil, .none, Signature([.i64], [.f64]), .unary()),
  .init(Opcode(0xBA), "f64.convert_i64_u", nil, .none, Signature([.i64], [.f64]), .unary()),
  .init(Opcode(0xBB), "f64.promote_f32", nil, .none, Signature([.f32], [.f64]), .unary()),
  .init(Opcode(0xBC), "i32.reinterpret_f32", nil, .none, Signature([.f32], [.i32]), .reinterpret),
  .init(Opcode(0xBD), "i64.reinterpret_f64", nil, .none, Signature([.f64], [.i64]), .reinterpret),
  .init(Opcode(0xBE), "f32.reinterpret_i32", nil, .none, Signature([.i32], [.f32]), .reinterpret),
  .init(Opcode(0xBF), "f64.reinterpret_i64", nil, .none, Signature([.i64], [.f64]), .reinterpret),
  .init(Opcode(0xC0), "i32.extend8_s", .signExtension, .none, Signature([.i32], [.i32]), .unary()),
  .init(Opcode(0xC1), "i32.extend16_s", .signExtension, .none, Signature([.i32], [.i32]), .unary()),
  .init(Opcode(0xC2), "i64.extend8_s", .signExtension, .none, Signature([.i64], [.i64]), .unary()),
  .init(Opcode(0xC3), "i64.extend16_s", .signExtension, .none, Signature([.i64], [.i64]), .unary()),
  .init(Opcode(0xC4), "i64.extend32_s", .signExtension, .none, Signature([.i64], [.i64]), .unary()),
  .init(
    Opcode(prefix: 0xFC, 0), "i32.trunc_sat_f32_s", .saturatingConversions, .none, Signature([.f32], [.i32]),
    .unary()),
  .init(
    Opcode(prefix: 0xFC, 1), "i32.trunc_sat_f32_u", .saturatingConversions, .none, Signature([.f32], [.i32]),
    .unary()),
  .init(
    Opcode(prefix: 0xFC, 2), "i32.trunc_sat_f64_s", .saturatingConversions, .none, Signature([.f64], [.i32]),
    .unary()),
  .init(
    Opcode(prefix: 0xFC, 3), "i32.trunc_sat_f64_u", .saturatingConversions, .none, Signature([.f64], [.i32]),
    .unary()),
  .init(
    Opcode(prefix: 0xFC, 4), "i64.trunc_sat_f32_s", .saturatingConversions, .none, Signature([.f32], [.i64]),
    .unary()),
  .init(
    Opcode(prefix: 0xFC, 5), "i64.trunc_sat_f32_u", .saturatingConversions, .none, Signature([.f32], [.i64]),
    .unary()),
  .init(
    Opcode(prefix: 0xFC, 6), "i64.trunc_sat_f64_s", .saturatingConversions, .none, Signature([.f64], [.i64]),
    .unary()),
  .init(
    Opcode(prefix: 0xFC, 7), "i64.trunc_sat_f64_u", .saturatingConversions, .none, Signature([.f64], [.i64]),
    .unary()),
]
