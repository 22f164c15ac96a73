/// Vectors of two 64-bit integers (Core 4.3.5), one meaning an instruction.

extension Numerics {
  // MARK: - Comparison

  @inline(__always) package static func i64x2_eq(_ a: I64x2, _ b: I64x2) -> I64x2 { bits(a .== b) }
  @inline(__always) package static func i64x2_ne(_ a: I64x2, _ b: I64x2) -> I64x2 { bits(a .!= b) }
  @inline(__always) package static func i64x2_lt_s(_ a: I64x2, _ b: I64x2) -> I64x2 { bits(a .< b) }
  @inline(__always) package static func i64x2_gt_s(_ a: I64x2, _ b: I64x2) -> I64x2 { bits(a .> b) }
  @inline(__always) package static func i64x2_le_s(_ a: I64x2, _ b: I64x2) -> I64x2 { bits(a .<= b) }
  @inline(__always) package static func i64x2_ge_s(_ a: I64x2, _ b: I64x2) -> I64x2 { bits(a .>= b) }

  // MARK: - Tests

  @inline(__always) package static func i64x2_all_true(_ a: I64x2) -> Bool { isZero(bits(a .== I64x2())) }
  @inline(__always) package static func i64x2_bitmask(_ a: U64x2) -> UInt32 {
    UInt32(truncatingIfNeeded: a[0] &>> 63 | a[1] &>> 62 & 2)
  }

  // MARK: - Arithmetic

  @inline(__always) package static func i64x2_abs(_ a: I64x2) -> I64x2 {
    select(a .< I64x2(), I64x2() &- a, a)
  }
  @inline(__always) package static func i64x2_neg(_ a: I64x2) -> I64x2 { I64x2() &- a }
  @inline(__always) package static func i64x2_add(_ a: I64x2, _ b: I64x2) -> I64x2 { a &+ b }
  @inline(__always) package static func i64x2_sub(_ a: I64x2, _ b: I64x2) -> I64x2 { a &- b }
  @inline(__always) package static func i64x2_mul(_ a: I64x2, _ b: I64x2) -> I64x2 { a &* b }

  // MARK: - Shifts

  // The masking shifts take the count modulo the lane's width.
  @inline(__always) package static func i64x2_shl(_ a: U64x2, _ b: UInt32) -> U64x2 {
    a &<< U64x2(repeating: UInt64(truncatingIfNeeded: b))
  }
  @inline(__always) package static func i64x2_shr_s(_ a: I64x2, _ b: UInt32) -> I64x2 {
    a &>> I64x2(repeating: Int64(truncatingIfNeeded: b))
  }
  @inline(__always) package static func i64x2_shr_u(_ a: U64x2, _ b: UInt32) -> U64x2 {
    a &>> U64x2(repeating: UInt64(truncatingIfNeeded: b))
  }

  // MARK: - Widening

  @inline(__always) package static func i64x2_extend_low_i32x4_s(_ a: I32x4) -> I64x2 {
    convert(a.lowHalf, to: I64x2.self)
  }
  @inline(__always) package static func i64x2_extend_low_i32x4_u(_ a: U32x4) -> U64x2 {
    convert(a.lowHalf, to: U64x2.self)
  }
  @inline(__always) package static func i64x2_extend_high_i32x4_s(_ a: I32x4) -> I64x2 {
    convert(a.highHalf, to: I64x2.self)
  }
  @inline(__always) package static func i64x2_extend_high_i32x4_u(_ a: U32x4) -> U64x2 {
    convert(a.highHalf, to: U64x2.self)
  }
  @inline(__always) package static func i64x2_extmul_low_i32x4_s(_ a: I32x4, _ b: I32x4) -> I64x2 {
    i64x2_extend_low_i32x4_s(a) &* i64x2_extend_low_i32x4_s(b)
  }
  @inline(__always) package static func i64x2_extmul_low_i32x4_u(_ a: U32x4, _ b: U32x4) -> U64x2 {
    i64x2_extend_low_i32x4_u(a) &* i64x2_extend_low_i32x4_u(b)
  }
  @inline(__always) package static func i64x2_extmul_high_i32x4_s(_ a: I32x4, _ b: I32x4) -> I64x2 {
    i64x2_extend_high_i32x4_s(a) &* i64x2_extend_high_i32x4_s(b)
  }
  @inline(__always) package static func i64x2_extmul_high_i32x4_u(_ a: U32x4, _ b: U32x4) -> U64x2 {
    i64x2_extend_high_i32x4_u(a) &* i64x2_extend_high_i32x4_u(b)
  }
}
