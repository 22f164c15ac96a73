/// Vectors of eight 16-bit integers (Core 4.3.5), one meaning an instruction.

extension Numerics {
  // MARK: - Comparison

  @inline(__always) package static func i16x8_eq(_ a: I16x8, _ b: I16x8) -> I16x8 { bits(a .== b) }
  @inline(__always) package static func i16x8_ne(_ a: I16x8, _ b: I16x8) -> I16x8 { bits(a .!= b) }
  @inline(__always) package static func i16x8_lt_s(_ a: I16x8, _ b: I16x8) -> I16x8 { bits(a .< b) }
  @inline(__always) package static func i16x8_lt_u(_ a: U16x8, _ b: U16x8) -> I16x8 { bits(a .< b) }
  @inline(__always) package static func i16x8_gt_s(_ a: I16x8, _ b: I16x8) -> I16x8 { bits(a .> b) }
  @inline(__always) package static func i16x8_gt_u(_ a: U16x8, _ b: U16x8) -> I16x8 { bits(a .> b) }
  @inline(__always) package static func i16x8_le_s(_ a: I16x8, _ b: I16x8) -> I16x8 { bits(a .<= b) }
  @inline(__always) package static func i16x8_le_u(_ a: U16x8, _ b: U16x8) -> I16x8 { bits(a .<= b) }
  @inline(__always) package static func i16x8_ge_s(_ a: I16x8, _ b: I16x8) -> I16x8 { bits(a .>= b) }
  @inline(__always) package static func i16x8_ge_u(_ a: U16x8, _ b: U16x8) -> I16x8 { bits(a .>= b) }

  // MARK: - Tests

  @inline(__always) package static func i16x8_all_true(_ a: I16x8) -> Bool { isZero(bits(a .== I16x8())) }
  @inline(__always) package static func i16x8_bitmask(_ a: I16x8) -> UInt32 {
    i8x16_bitmask(cast(i8x16_narrow_i16x8_s(a, I16x8()), to: U64x2.self))
  }

  // MARK: - Arithmetic

  @inline(__always) package static func i16x8_abs(_ a: I16x8) -> I16x8 {
    select(a .< I16x8(), I16x8() &- a, a)
  }
  @inline(__always) package static func i16x8_neg(_ a: I16x8) -> I16x8 { I16x8() &- a }
  @inline(__always) package static func i16x8_add(_ a: I16x8, _ b: I16x8) -> I16x8 { a &+ b }
  @inline(__always) package static func i16x8_sub(_ a: I16x8, _ b: I16x8) -> I16x8 { a &- b }
  @inline(__always) package static func i16x8_mul(_ a: I16x8, _ b: I16x8) -> I16x8 { a &* b }
  @inline(__always) package static func i16x8_min_s(_ a: I16x8, _ b: I16x8) -> I16x8 { select(a .< b, a, b) }
  @inline(__always) package static func i16x8_min_u(_ a: U16x8, _ b: U16x8) -> U16x8 { select(a .< b, a, b) }
  @inline(__always) package static func i16x8_max_s(_ a: I16x8, _ b: I16x8) -> I16x8 { select(a .> b, a, b) }
  @inline(__always) package static func i16x8_max_u(_ a: U16x8, _ b: U16x8) -> U16x8 { select(a .> b, a, b) }
  @inline(__always) package static func i16x8_avgr_u(_ a: U16x8, _ b: U16x8) -> U16x8 {
    (a | b) &- ((a ^ b) &>> U16x8(repeating: 1))
  }
  @inline(__always) package static func i16x8_q15mulr_sat_s(_ a: I16x8, _ b: I16x8) -> I16x8 {
    let product = convert(a, to: SIMD8<Int32>.self) &* convert(b, to: SIMD8<Int32>.self)
    let rounded = (product &+ SIMD8(repeating: 0x4000)) &>> SIMD8(repeating: 15)
    // Only the product of two minima is too large, by one: its bits are those of the minimum.
    let minimum = I16x8(repeating: .min)
    return convert(rounded, to: I16x8.self) ^ bits((a .== minimum) .& (b .== minimum))
  }

  // MARK: - Saturation

  @inline(__always) package static func i16x8_add_sat_s(_ a: I16x8, _ b: I16x8) -> I16x8 {
    mapLanes(a, b) { saturate($0.addingReportingOverflow($1), $0) }
  }
  @inline(__always) package static func i16x8_add_sat_u(_ a: U16x8, _ b: U16x8) -> U16x8 {
    let sum = a &+ b
    return select(sum .< a, U16x8(repeating: .max), sum)
  }
  @inline(__always) package static func i16x8_sub_sat_s(_ a: I16x8, _ b: I16x8) -> I16x8 {
    mapLanes(a, b) { saturate($0.subtractingReportingOverflow($1), $0) }
  }
  @inline(__always) package static func i16x8_sub_sat_u(_ a: U16x8, _ b: U16x8) -> U16x8 {
    select(a .< b, U16x8(), a &- b)
  }
  @inline(__always) package static func i16x8_narrow_i32x4_s(_ a: I32x4, _ b: I32x4) -> I16x8 {
    I16x8(
      lowHalf: mapLanes(a) { saturate($0, to: Int16.self) },
      highHalf: mapLanes(b) { saturate($0, to: Int16.self) }
    )
  }
  @inline(__always) package static func i16x8_narrow_i32x4_u(_ a: I32x4, _ b: I32x4) -> U16x8 {
    U16x8(lowHalf: saturateUnsigned(a), highHalf: saturateUnsigned(b))
  }
  @inline(__always) private static func saturateUnsigned(_ a: I32x4) -> SIMD4<UInt16> {
    let natural = i32x4_max_s(a, I32x4())
    return convert(natural | bits(natural .> I32x4(repeating: 0xFFFF)), to: SIMD4<UInt16>.self)
  }

  // MARK: - Shifts

  // The masking shifts take the count modulo the lane's width.
  @inline(__always) package static func i16x8_shl(_ a: U16x8, _ b: UInt32) -> U16x8 {
    a &<< U16x8(repeating: UInt16(truncatingIfNeeded: b))
  }
  @inline(__always) package static func i16x8_shr_s(_ a: I16x8, _ b: UInt32) -> I16x8 {
    a &>> I16x8(repeating: Int16(truncatingIfNeeded: b))
  }
  @inline(__always) package static func i16x8_shr_u(_ a: U16x8, _ b: UInt32) -> U16x8 {
    a &>> U16x8(repeating: UInt16(truncatingIfNeeded: b))
  }

  // MARK: - Widening

  @inline(__always) package static func i16x8_extend_low_i8x16_s(_ a: I8x16) -> I16x8 {
    convert(a.lowHalf, to: I16x8.self)
  }
  @inline(__always) package static func i16x8_extend_low_i8x16_u(_ a: U8x16) -> U16x8 {
    convert(a.lowHalf, to: U16x8.self)
  }
  @inline(__always) package static func i16x8_extend_high_i8x16_s(_ a: I8x16) -> I16x8 {
    convert(a.highHalf, to: I16x8.self)
  }
  @inline(__always) package static func i16x8_extend_high_i8x16_u(_ a: U8x16) -> U16x8 {
    convert(a.highHalf, to: U16x8.self)
  }
  @inline(__always) package static func i16x8_extmul_low_i8x16_s(_ a: I8x16, _ b: I8x16) -> I16x8 {
    i16x8_extend_low_i8x16_s(a) &* i16x8_extend_low_i8x16_s(b)
  }
  @inline(__always) package static func i16x8_extmul_low_i8x16_u(_ a: U8x16, _ b: U8x16) -> U16x8 {
    i16x8_extend_low_i8x16_u(a) &* i16x8_extend_low_i8x16_u(b)
  }
  @inline(__always) package static func i16x8_extmul_high_i8x16_s(_ a: I8x16, _ b: I8x16) -> I16x8 {
    i16x8_extend_high_i8x16_s(a) &* i16x8_extend_high_i8x16_s(b)
  }
  @inline(__always) package static func i16x8_extmul_high_i8x16_u(_ a: U8x16, _ b: U8x16) -> U16x8 {
    i16x8_extend_high_i8x16_u(a) &* i16x8_extend_high_i8x16_u(b)
  }
  @inline(__always) package static func i16x8_extadd_pairwise_i8x16_s(_ a: I8x16) -> I16x8 {
    convert(a.evenHalf, to: I16x8.self) &+ convert(a.oddHalf, to: I16x8.self)
  }
  @inline(__always) package static func i16x8_extadd_pairwise_i8x16_u(_ a: U8x16) -> U16x8 {
    convert(a.evenHalf, to: U16x8.self) &+ convert(a.oddHalf, to: U16x8.self)
  }
}
