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

let numericInstructions: [InstructionRow] = [
  .init(.i32Const, "i32.const", nil, .i32, Signature([], [.i32]), .special),
  .init(.i64Const, "i64.const", nil, .i64, Signature([], [.i64]), .special),
  .init(.f32Const, "f32.const", nil, .f32, Signature([], [.f32]), .special),
  .init(.f64Const, "f64.const", nil, .f64, Signature([], [.f64]), .special),
  .init(Opcode(0x45), "i32.eqz", nil, .none, Signature([.i32], [.i32]), .unary()),
  .init(
    Opcode(0x46), "i32.eq", nil, .none, Signature([.i32, .i32], [.i32]),
    .compare(mirror: "i32.eq", inverse: "i32.ne")),
  .init(
    Opcode(0x47), "i32.ne", nil, .none, Signature([.i32, .i32], [.i32]),
    .compare(mirror: "i32.ne", inverse: "i32.eq")),
  .init(
    Opcode(0x48), "i32.lt_s", nil, .none, Signature([.i32, .i32], [.i32]),
    .compare(mirror: "i32.gt_s", inverse: "i32.ge_s")),
  .init(
    Opcode(0x49), "i32.lt_u", nil, .none, Signature([.i32, .i32], [.i32]),
    .compare(mirror: "i32.gt_u", inverse: "i32.ge_u")),
  .init(
    Opcode(0x4A), "i32.gt_s", nil, .none, Signature([.i32, .i32], [.i32]),
    .compare(mirror: "i32.lt_s", inverse: "i32.le_s")),
  .init(
    Opcode(0x4B), "i32.gt_u", nil, .none, Signature([.i32, .i32], [.i32]),
    .compare(mirror: "i32.lt_u", inverse: "i32.le_u")),
  .init(
    Opcode(0x4C), "i32.le_s", nil, .none, Signature([.i32, .i32], [.i32]),
    .compare(mirror: "i32.ge_s", inverse: "i32.gt_s")),
  .init(
    Opcode(0x4D), "i32.le_u", nil, .none, Signature([.i32, .i32], [.i32]),
    .compare(mirror: "i32.ge_u", inverse: "i32.gt_u")),
  .init(
    Opcode(0x4E), "i32.ge_s", nil, .none, Signature([.i32, .i32], [.i32]),
    .compare(mirror: "i32.le_s", inverse: "i32.lt_s")),
  .init(
    Opcode(0x4F), "i32.ge_u", nil, .none, Signature([.i32, .i32], [.i32]),
    .compare(mirror: "i32.le_u", inverse: "i32.lt_u")),
  .init(Opcode(0x50), "i64.eqz", nil, .none, Signature([.i64], [.i32]), .unary()),
  .init(
    Opcode(0x51), "i64.eq", nil, .none, Signature([.i64, .i64], [.i32]),
    .compare(mirror: "i64.eq", inverse: "i64.ne")),
  .init(
    Opcode(0x52), "i64.ne", nil, .none, Signature([.i64, .i64], [.i32]),
    .compare(mirror: "i64.ne", inverse: "i64.eq")),
  .init(
    Opcode(0x53), "i64.lt_s", nil, .none, Signature([.i64, .i64], [.i32]),
    .compare(mirror: "i64.gt_s", inverse: "i64.ge_s")),
  .init(
    Opcode(0x54), "i64.lt_u", nil, .none, Signature([.i64, .i64], [.i32]),
    .compare(mirror: "i64.gt_u", inverse: "i64.ge_u")),
  .init(
    Opcode(0x55), "i64.gt_s", nil, .none, Signature([.i64, .i64], [.i32]),
    .compare(mirror: "i64.lt_s", inverse: "i64.le_s")),
  .init(
    Opcode(0x56), "i64.gt_u", nil, .none, Signature([.i64, .i64], [.i32]),
    .compare(mirror: "i64.lt_u", inverse: "i64.le_u")),
  .init(
    Opcode(0x57), "i64.le_s", nil, .none, Signature([.i64, .i64], [.i32]),
    .compare(mirror: "i64.ge_s", inverse: "i64.gt_s")),
  .init(
    Opcode(0x58), "i64.le_u", nil, .none, Signature([.i64, .i64], [.i32]),
    .compare(mirror: "i64.ge_u", inverse: "i64.gt_u")),
  .init(
    Opcode(0x59), "i64.ge_s", nil, .none, Signature([.i64, .i64], [.i32]),
    .compare(mirror: "i64.le_s", inverse: "i64.lt_s")),
  .init(
    Opcode(0x5A), "i64.ge_u", nil, .none, Signature([.i64, .i64], [.i32]),
    .compare(mirror: "i64.le_u", inverse: "i64.lt_u")),
  .init(
    Opcode(0x5B), "f32.eq", nil, .none, Signature([.f32, .f32], [.i32]),
    .compare(mirror: "f32.eq", inverse: "f32.ne")),
  .init(
    Opcode(0x5C), "f32.ne", nil, .none, Signature([.f32, .f32], [.i32]),
    .compare(mirror: "f32.ne", inverse: "f32.eq")),
  .init(
    Opcode(0x5D), "f32.lt", nil, .none, Signature([.f32, .f32], [.i32]),
    .compare(mirror: "f32.gt", inverse: nil)),
  .init(
    Opcode(0x5E), "f32.gt", nil, .none, Signature([.f32, .f32], [.i32]),
    .compare(mirror: "f32.lt", inverse: nil)),
  .init(
    Opcode(0x5F), "f32.le", nil, .none, Signature([.f32, .f32], [.i32]),
    .compare(mirror: "f32.ge", inverse: nil)),
  .init(
    Opcode(0x60), "f32.ge", nil, .none, Signature([.f32, .f32], [.i32]),
    .compare(mirror: "f32.le", inverse: nil)),
  .init(
    Opcode(0x61), "f64.eq", nil, .none, Signature([.f64, .f64], [.i32]),
    .compare(mirror: "f64.eq", inverse: "f64.ne")),
  .init(
    Opcode(0x62), "f64.ne", nil, .none, Signature([.f64, .f64], [.i32]),
    .compare(mirror: "f64.ne", inverse: "f64.eq")),
  .init(
    Opcode(0x63), "f64.lt", nil, .none, Signature([.f64, .f64], [.i32]),
    .compare(mirror: "f64.gt", inverse: nil)),
  .init(
    Opcode(0x64), "f64.gt", nil, .none, Signature([.f64, .f64], [.i32]),
    .compare(mirror: "f64.lt", inverse: nil)),
  .init(
    Opcode(0x65), "f64.le", nil, .none, Signature([.f64, .f64], [.i32]),
    .compare(mirror: "f64.ge", inverse: nil)),
  .init(
    Opcode(0x66), "f64.ge", nil, .none, Signature([.f64, .f64], [.i32]),
    .compare(mirror: "f64.le", inverse: nil)),
  .init(Opcode(0x67), "i32.clz", nil, .none, Signature([.i32], [.i32]), .unary()),
  .init(Opcode(0x68), "i32.ctz", nil, .none, Signature([.i32], [.i32]), .unary()),
  .init(Opcode(0x69), "i32.popcnt", nil, .none, Signature([.i32], [.i32]), .unary()),
  .init(Opcode(0x6A), "i32.add", nil, .none, Signature([.i32, .i32], [.i32]), .binary(commutes: true)),
  .init(Opcode(0x6B), "i32.sub", nil, .none, Signature([.i32, .i32], [.i32]), .binary()),
  .init(Opcode(0x6C), "i32.mul", nil, .none, Signature([.i32, .i32], [.i32]), .binary(commutes: true)),
  .init(Opcode(0x6D), "i32.div_s", nil, .none, Signature([.i32, .i32], [.i32]), .binary(traps: true)),
  .init(Opcode(0x6E), "i32.div_u", nil, .none, Signature([.i32, .i32], [.i32]), .binary(traps: true)),
  .init(Opcode(0x6F), "i32.rem_s", nil, .none, Signature([.i32, .i32], [.i32]), .binary(traps: true)),
  .init(Opcode(0x70), "i32.rem_u", nil, .none, Signature([.i32, .i32], [.i32]), .binary(traps: true)),
  .init(Opcode(0x71), "i32.and", nil, .none, Signature([.i32, .i32], [.i32]), .binary(commutes: true)),
  .init(Opcode(0x72), "i32.or", nil, .none, Signature([.i32, .i32], [.i32]), .binary(commutes: true)),
  .init(Opcode(0x73), "i32.xor", nil, .none, Signature([.i32, .i32], [.i32]), .binary(commutes: true)),
  .init(Opcode(0x74), "i32.shl", nil, .none, Signature([.i32, .i32], [.i32]), .binary()),
  .init(Opcode(0x75), "i32.shr_s", nil, .none, Signature([.i32, .i32], [.i32]), .binary()),
  .init(Opcode(0x76), "i32.shr_u", nil, .none, Signature([.i32, .i32], [.i32]), .binary()),
  .init(Opcode(0x77), "i32.rotl", nil, .none, Signature([.i32, .i32], [.i32]), .binary()),
  .init(Opcode(0x78), "i32.rotr", nil, .none, Signature([.i32, .i32], [.i32]), .binary()),
  .init(Opcode(0x79), "i64.clz", nil, .none, Signature([.i64], [.i64]), .unary()),
  .init(Opcode(0x7A), "i64.ctz", nil, .none, Signature([.i64], [.i64]), .unary()),
  .init(Opcode(0x7B), "i64.popcnt", nil, .none, Signature([.i64], [.i64]), .unary()),
  .init(Opcode(0x7C), "i64.add", nil, .none, Signature([.i64, .i64], [.i64]), .binary(commutes: true)),
  .init(Opcode(0x7D), "i64.sub", nil, .none, Signature([.i64, .i64], [.i64]), .binary()),
  .init(Opcode(0x7E), "i64.mul", nil, .none, Signature([.i64, .i64], [.i64]), .binary(commutes: true)),
  .init(Opcode(0x7F), "i64.div_s", nil, .none, Signature([.i64, .i64], [.i64]), .binary(traps: true)),
  .init(Opcode(0x80), "i64.div_u", nil, .none, Signature([.i64, .i64], [.i64]), .binary(traps: true)),
  .init(Opcode(0x81), "i64.rem_s", nil, .none, Signature([.i64, .i64], [.i64]), .binary(traps: true)),
  .init(Opcode(0x82), "i64.rem_u", nil, .none, Signature([.i64, .i64], [.i64]), .binary(traps: true)),
  .init(Opcode(0x83), "i64.and", nil, .none, Signature([.i64, .i64], [.i64]), .binary(commutes: true)),
  .init(Opcode(0x84), "i64.or", nil, .none, Signature([.i64, .i64], [.i64]), .binary(commutes: true)),
  .init(Opcode(0x85), "i64.xor", nil, .none, Signature([.i64, .i64], [.i64]), .binary(commutes: true)),
  .init(Opcode(0x86), "i64.shl", nil, .none, Signature([.i64, .i64], [.i64]), .binary()),
  .init(Opcode(0x87), "i64.shr_s", nil, .none, Signature([.i64, .i64], [.i64]), .binary()),
  .init(Opcode(0x88), "i64.shr_u", nil, .none, Signature([.i64, .i64], [.i64]), .binary()),
  .init(Opcode(0x89), "i64.rotl", nil, .none, Signature([.i64, .i64], [.i64]), .binary()),
  .init(Opcode(0x8A), "i64.rotr", nil, .none, Signature([.i64, .i64], [.i64]), .binary()),
  .init(Opcode(0x8B), "f32.abs", nil, .none, Signature([.f32], [.f32]), .unary()),
  .init(Opcode(0x8C), "f32.neg", nil, .none, Signature([.f32], [.f32]), .unary()),
  .init(Opcode(0x8D), "f32.ceil", nil, .none, Signature([.f32], [.f32]), .unary()),
  .init(Opcode(0x8E), "f32.floor", nil, .none, Signature([.f32], [.f32]), .unary()),
  .init(Opcode(0x8F), "f32.trunc", nil, .none, Signature([.f32], [.f32]), .unary()),
  .init(Opcode(0x90), "f32.nearest", nil, .none, Signature([.f32], [.f32]), .unary()),
  .init(Opcode(0x91), "f32.sqrt", nil, .none, Signature([.f32], [.f32]), .unary()),
  .init(Opcode(0x92), "f32.add", nil, .none, Signature([.f32, .f32], [.f32]), .binary()),
  .init(Opcode(0x93), "f32.sub", nil, .none, Signature([.f32, .f32], [.f32]), .binary()),
  .init(Opcode(0x94), "f32.mul", nil, .none, Signature([.f32, .f32], [.f32]), .binary()),
  .init(Opcode(0x95), "f32.div", nil, .none, Signature([.f32, .f32], [.f32]), .binary()),
  .init(Opcode(0x96), "f32.min", nil, .none, Signature([.f32, .f32], [.f32]), .binary()),
  .init(Opcode(0x97), "f32.max", nil, .none, Signature([.f32, .f32], [.f32]), .binary()),
  .init(Opcode(0x98), "f32.copysign", nil, .none, Signature([.f32, .f32], [.f32]), .binary()),
  .init(Opcode(0x99), "f64.abs", nil, .none, Signature([.f64], [.f64]), .unary()),
  .init(Opcode(0x9A), "f64.neg", nil, .none, Signature([.f64], [.f64]), .unary()),
  .init(Opcode(0x9B), "f64.ceil", nil, .none, Signature([.f64], [.f64]), .unary()),
  .init(Opcode(0x9C), "f64.floor", nil, .none, Signature([.f64], [.f64]), .unary()),
  .init(Opcode(0x9D), "f64.trunc", nil, .none, Signature([.f64], [.f64]), .unary()),
  .init(Opcode(0x9E), "f64.nearest", nil, .none, Signature([.f64], [.f64]), .unary()),
  .init(Opcode(0x9F), "f64.sqrt", nil, .none, Signature([.f64], [.f64]), .unary()),
  .init(Opcode(0xA0), "f64.add", nil, .none, Signature([.f64, .f64], [.f64]), .binary()),
  .init(Opcode(0xA1), "f64.sub", nil, .none, Signature([.f64, .f64], [.f64]), .binary()),
  .init(Opcode(0xA2), "f64.mul", nil, .none, Signature([.f64, .f64], [.f64]), .binary()),
  .init(Opcode(0xA3), "f64.div", nil, .none, Signature([.f64, .f64], [.f64]), .binary()),
  .init(Opcode(0xA4), "f64.min", nil, .none, Signature([.f64, .f64], [.f64]), .binary()),
  .init(Opcode(0xA5), "f64.max", nil, .none, Signature([.f64, .f64], [.f64]), .binary()),
  .init(Opcode(0xA6), "f64.copysign", nil, .none, Signature([.f64, .f64], [.f64]), .binary()),
]
