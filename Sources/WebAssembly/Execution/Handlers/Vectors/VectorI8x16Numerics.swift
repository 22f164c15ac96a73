/// Vectors of sixteen 8-bit integers (Core 4.3.5), one meaning an instruction.

extension Numerics {
  // MARK: - Comparison

  @inline(__always) package static func i8x16_eq(_ a: I8x16, _ b: I8x16) -> I8x16 { bits(a .== b) }
  @inline(__always) package static func i8x16_ne(_ a: I8x16, _ b: I8x16) -> I8x16 { bits(a .!= b) }
  @inline(__always) package static func i8x16_lt_s(_ a: I8x16, _ b: I8x16) -> I8x16 { bits(a .< b) }
  @inline(__always) package static func i8x16_lt_u(_ a: U8x16, _ b: U8x16) -> I8x16 { bits(a .< b) }
  @inline(__always) package static func i8x16_gt_s(_ a: I8x16, _ b: I8x16) -> I8x16 { bits(a .> b) }
  @inline(__always) package static func i8x16_gt_u(_ a: U8x16, _ b: U8x16) -> I8x16 { bits(a .> b) }
  @inline(__always) package static func i8x16_le_s(_ a: I8x16, _ b: I8x16) -> I8x16 { bits(a .<= b) }
  @inline(__always) package static func i8x16_le_u(_ a: U8x16, _ b: U8x16) -> I8x16 { bits(a .<= b) }
  @inline(__always) package static func i8x16_ge_s(_ a: I8x16, _ b: I8x16) -> I8x16 { bits(a .>= b) }
  @inline(__always) package static func i8x16_ge_u(_ a: U8x16, _ b: U8x16) -> I8x16 { bits(a .>= b) }

  // MARK: - Tests

  @inline(__always) package static func i8x16_all_true(_ a: I8x16) -> Bool { isZero(bits(a .== I8x16())) }
  @inline(__always) package static func i8x16_bitmask(_ a: U64x2) -> UInt32 {
    // The product collects the eight sign bits of a word in its topmost byte, the lowest lane's lowest.
    let signs = a & U64x2(repeating: 0x8080_8080_8080_8080)
    let low = (signs[0] &* 0x0002_0408_1020_4081) &>> 56
    let high = (signs[1] &* 0x0002_0408_1020_4081) &>> 56
    return UInt32(truncatingIfNeeded: low | high &<< 8)
  }

  // MARK: - Arithmetic

  @inline(__always) package static func i8x16_abs(_ a: I8x16) -> I8x16 {
    select(a .< I8x16(), I8x16() &- a, a)
  }
  @inline(__always) package static func i8x16_neg(_ a: I8x16) -> I8x16 { I8x16() &- a }
  @inline(__always) package static func i8x16_add(_ a: I8x16, _ b: I8x16) -> I8x16 { a &+ b }
  @inline(__always) package static func i8x16_sub(_ a: I8x16, _ b: I8x16) -> I8x16 { a &- b }
  @inline(__always) package static func i8x16_min_s(_ a: I8x16, _ b: I8x16) -> I8x16 { select(a .< b, a, b) }
  @inline(__always) package static func i8x16_min_u(_ a: U8x16, _ b: U8x16) -> U8x16 { select(a .< b, a, b) }
  @inline(__always) package static func i8x16_max_s(_ a: I8x16, _ b: I8x16) -> I8x16 { select(a .> b, a, b) }
  @inline(__always) package static func i8x16_max_u(_ a: U8x16, _ b: U8x16) -> U8x16 { select(a .> b, a, b) }
  @inline(__always) package static func i8x16_avgr_u(_ a: U8x16, _ b: U8x16) -> U8x16 {
    (a | b) &- ((a ^ b) &>> U8x16(repeating: 1))
  }
  @inline(__always) package static func i8x16_popcnt(_ a: U8x16) -> U8x16 { a.nonzeroBitCount }

  // MARK: - Saturation

  @inline(__always) package static func i8x16_add_sat_s(_ a: I8x16, _ b: I8x16) -> I8x16 {
    mapLanes(a, b) { saturate($0.addingReportingOverflow($1), $0) }
  }
  @inline(__always) package static func i8x16_add_sat_u(_ a: U8x16, _ b: U8x16) -> U8x16 {
    let sum = a &+ b
    return select(sum .< a, U8x16(repeating: .max), sum)
  }
  @inline(__always) package static func i8x16_sub_sat_s(_ a: I8x16, _ b: I8x16) -> I8x16 {
    mapLanes(a, b) { saturate($0.subtractingReportingOverflow($1), $0) }
  }
  @inline(__always) package static func i8x16_sub_sat_u(_ a: U8x16, _ b: U8x16) -> U8x16 {
    select(a .< b, U8x16(), a &- b)
  }
  @inline(__always) package static func i8x16_narrow_i16x8_s(_ a: I16x8, _ b: I16x8) -> I8x16 {
    I8x16(
      lowHalf: mapLanes(a) { saturate($0, to: Int8.self) },
      highHalf: mapLanes(b) { saturate($0, to: Int8.self) })
  }
  @inline(__always) package static func i8x16_narrow_i16x8_u(_ a: I16x8, _ b: I16x8) -> I8x16 {
    // The signed range, moved up.
    let offset = I16x8(repeating: 128)
    return i8x16_narrow_i16x8_s(i16x8_sub_sat_s(a, offset), i16x8_sub_sat_s(b, offset))
      ^ I8x16(repeating: .min)
  }

  // MARK: - Shifts

  // The masking shifts take the count modulo the lane's width.
  @inline(__always) package static func i8x16_shl(_ a: U8x16, _ b: UInt32) -> U8x16 {
    a &<< U8x16(repeating: UInt8(truncatingIfNeeded: b))
  }
  @inline(__always) package static func i8x16_shr_s(_ a: I8x16, _ b: UInt32) -> I8x16 {
    a &>> I8x16(repeating: Int8(truncatingIfNeeded: b))
  }
  @inline(__always) package static func i8x16_shr_u(_ a: U8x16, _ b: UInt32) -> U8x16 {
    a &>> U8x16(repeating: UInt8(truncatingIfNeeded: b))
  }
}
