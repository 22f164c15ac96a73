/// Vectors of four 32-bit integers (Core 4.3.5), one meaning an instruction.

extension Numerics {
  // MARK: - Comparison

  @inline(__always) package static func i32x4_eq(_ a: I32x4, _ b: I32x4) -> I32x4 { bits(a .== b) }
  @inline(__always) package static func i32x4_ne(_ a: I32x4, _ b: I32x4) -> I32x4 { bits(a .!= b) }
  @inline(__always) package static func i32x4_lt_s(_ a: I32x4, _ b: I32x4) -> I32x4 { bits(a .< b) }
  @inline(__always) package static func i32x4_lt_u(_ a: U32x4, _ b: U32x4) -> I32x4 { bits(a .< b) }
  @inline(__always) package static func i32x4_gt_s(_ a: I32x4, _ b: I32x4) -> I32x4 { bits(a .> b) }
  @inline(__always) package static func i32x4_gt_u(_ a: U32x4, _ b: U32x4) -> I32x4 { bits(a .> b) }
  @inline(__always) package static func i32x4_le_s(_ a: I32x4, _ b: I32x4) -> I32x4 { bits(a .<= b) }
  @inline(__always) package static func i32x4_le_u(_ a: U32x4, _ b: U32x4) -> I32x4 { bits(a .<= b) }
  @inline(__always) package static func i32x4_ge_s(_ a: I32x4, _ b: I32x4) -> I32x4 { bits(a .>= b) }
  @inline(__always) package static func i32x4_ge_u(_ a: U32x4, _ b: U32x4) -> I32x4 { bits(a .>= b) }

  // MARK: - Tests

  @inline(__always) package static func i32x4_all_true(_ a: I32x4) -> Bool { isZero(bits(a .== I32x4())) }
  @inline(__always) package static func i32x4_bitmask(_ a: I32x4) -> UInt32 {
    let weights = bits(a .< I32x4()) & I32x4(1, 2, 4, 8)
    return UInt32(truncatingIfNeeded: weights[0] | weights[1] | weights[2] | weights[3])
  }

  // MARK: - Arithmetic

  @inline(__always) package static func i32x4_abs(_ a: I32x4) -> I32x4 {
    select(a .< I32x4(), I32x4() &- a, a)
  }
  @inline(__always) package static func i32x4_neg(_ a: I32x4) -> I32x4 { I32x4() &- a }
  @inline(__always) package static func i32x4_add(_ a: I32x4, _ b: I32x4) -> I32x4 { a &+ b }
  @inline(__always) package static func i32x4_sub(_ a: I32x4, _ b: I32x4) -> I32x4 { a &- b }
  @inline(__always) package static func i32x4_mul(_ a: I32x4, _ b: I32x4) -> I32x4 { a &* b }
  @inline(__always) package static func i32x4_min_s(_ a: I32x4, _ b: I32x4) -> I32x4 { select(a .< b, a, b) }
  @inline(__always) package static func i32x4_min_u(_ a: U32x4, _ b: U32x4) -> U32x4 { select(a .< b, a, b) }
  @inline(__always) package static func i32x4_max_s(_ a: I32x4, _ b: I32x4) -> I32x4 { select(a .> b, a, b) }
  @inline(__always) package static func i32x4_max_u(_ a: U32x4, _ b: U32x4) -> U32x4 { select(a .> b, a, b) }
  @inline(__always) package static func i32x4_dot_i16x8_s(_ a: I16x8, _ b: I16x8) -> I32x4 {
    convert(a.evenHalf, to: I32x4.self) &* convert(b.evenHalf, to: I32x4.self)
      &+ convert(a.oddHalf, to: I32x4.self) &* convert(b.oddHalf, to: I32x4.self)
  }

  // MARK: - From floating point

  @inline(__always) package static func i32x4_trunc_sat_f32x4_s(_ a: F32x4) -> U32x4 {
    U32x4(
      lowHalf: truncatedSigned(mapLanes(a.lowHalf) { Double($0) }),
      highHalf: truncatedSigned(mapLanes(a.highHalf) { Double($0) }))
  }
  @inline(__always) package static func i32x4_trunc_sat_f32x4_u(_ a: F32x4) -> U32x4 {
    U32x4(
      lowHalf: truncatedUnsigned(mapLanes(a.lowHalf) { Double($0) }),
      highHalf: truncatedUnsigned(mapLanes(a.highHalf) { Double($0) }))
  }
  @inline(__always) package static func i32x4_trunc_sat_f64x2_s_zero(_ a: F64x2) -> U32x4 {
    U32x4(lowHalf: truncatedSigned(a), highHalf: SIMD2())
  }
  @inline(__always) package static func i32x4_trunc_sat_f64x2_u_zero(_ a: F64x2) -> U32x4 {
    U32x4(lowHalf: truncatedUnsigned(a), highHalf: SIMD2())
  }

  /// The integer parts of numbers from 0 to 2^32 in the low halves of the lanes. After 2^52 is added the
  /// low bits are the nearest integer, which is one too large where it exceeds the number.
  @inline(__always) private static func integerPart(_ a: F64x2) -> I64x2 {
    let shifter = F64x2(repeating: 0x1p52)
    let shifted = a + shifter
    return cast(shifted, to: I64x2.self) &+ bits(shifted - shifter .> a)
  }

  @inline(__always) private static func lowHalves(_ a: I64x2) -> SIMD2<UInt32> {
    cast(a, to: U32x4.self).evenHalf
  }

  // What is out of range or NaN is decided on the integers: a selection of the operand, NaN left out, would
  // become a maximum on processors that have one, and that keeps a signalling NaN.

  @inline(__always) private static func truncatedUnsigned(_ a: F64x2) -> SIMD2<UInt32> {
    let limit = F64x2(repeating: 4294967295)
    let integer = integerPart(select(a .< limit, a, limit))
    return lowHalves(integer & bits(a .> F64x2()))
  }

  @inline(__always) private static func truncatedSigned(_ a: F64x2) -> SIMD2<UInt32> {
    let magnitude = cast(f64x2_abs(cast(a, to: U64x2.self)), to: F64x2.self)
    let isNegative = bits(a .< F64x2())
    // 2147483647 above, 2147483648 below: one more where the mask is -1.
    let limit = select(a .< F64x2(), F64x2(repeating: 2147483648), F64x2(repeating: 2147483647))
    let integer = integerPart(select(magnitude .< limit, magnitude, limit))
    return lowHalves(((integer ^ isNegative) &- isNegative) & bits(a .== a))
  }

  // MARK: - Shifts

  // The masking shifts take the count modulo the lane's width.
  @inline(__always) package static func i32x4_shl(_ a: U32x4, _ b: UInt32) -> U32x4 {
    a &<< U32x4(repeating: UInt32(truncatingIfNeeded: b))
  }
  @inline(__always) package static func i32x4_shr_s(_ a: I32x4, _ b: UInt32) -> I32x4 {
    a &>> I32x4(repeating: Int32(truncatingIfNeeded: b))
  }
  @inline(__always) package static func i32x4_shr_u(_ a: U32x4, _ b: UInt32) -> U32x4 {
    a &>> U32x4(repeating: UInt32(truncatingIfNeeded: b))
  }

  // MARK: - Widening

  @inline(__always) package static func i32x4_extend_low_i16x8_s(_ a: I16x8) -> I32x4 {
    convert(a.lowHalf, to: I32x4.self)
  }
  @inline(__always) package static func i32x4_extend_low_i16x8_u(_ a: U16x8) -> U32x4 {
    convert(a.lowHalf, to: U32x4.self)
  }
  @inline(__always) package static func i32x4_extend_high_i16x8_s(_ a: I16x8) -> I32x4 {
    convert(a.highHalf, to: I32x4.self)
  }
  @inline(__always) package static func i32x4_extend_high_i16x8_u(_ a: U16x8) -> U32x4 {
    convert(a.highHalf, to: U32x4.self)
  }
  @inline(__always) package static func i32x4_extmul_low_i16x8_s(_ a: I16x8, _ b: I16x8) -> I32x4 {
    i32x4_extend_low_i16x8_s(a) &* i32x4_extend_low_i16x8_s(b)
  }
  @inline(__always) package static func i32x4_extmul_low_i16x8_u(_ a: U16x8, _ b: U16x8) -> U32x4 {
    i32x4_extend_low_i16x8_u(a) &* i32x4_extend_low_i16x8_u(b)
  }
  @inline(__always) package static func i32x4_extmul_high_i16x8_s(_ a: I16x8, _ b: I16x8) -> I32x4 {
    i32x4_extend_high_i16x8_s(a) &* i32x4_extend_high_i16x8_s(b)
  }
  @inline(__always) package static func i32x4_extmul_high_i16x8_u(_ a: U16x8, _ b: U16x8) -> U32x4 {
    i32x4_extend_high_i16x8_u(a) &* i32x4_extend_high_i16x8_u(b)
  }
  @inline(__always) package static func i32x4_extadd_pairwise_i16x8_s(_ a: I16x8) -> I32x4 {
    convert(a.evenHalf, to: I32x4.self) &+ convert(a.oddHalf, to: I32x4.self)
  }
  @inline(__always) package static func i32x4_extadd_pairwise_i16x8_u(_ a: U16x8) -> U32x4 {
    convert(a.evenHalf, to: U32x4.self) &+ convert(a.oddHalf, to: U32x4.self)
  }
}
