/// Relaxed vector instructions (Core 4.3.6). Of the results that the specification allows, always the same
/// on every processor: that of the strict counterpart where there is one, two roundings for a product and
/// sum, signed factors for dot products.

extension Numerics {
  @inline(__always) package static func i8x16_relaxed_swizzle(_ a: U8x16, _ b: U8x16) -> U8x16 {
    i8x16_swizzle(a, b)
  }
  @inline(__always) package static func i32x4_relaxed_trunc_f32x4_s(_ a: F32x4) -> U32x4 {
    i32x4_trunc_sat_f32x4_s(a)
  }
  @inline(__always) package static func i32x4_relaxed_trunc_f32x4_u(_ a: F32x4) -> U32x4 {
    i32x4_trunc_sat_f32x4_u(a)
  }
  @inline(__always) package static func i32x4_relaxed_trunc_f64x2_s_zero(_ a: F64x2) -> U32x4 {
    i32x4_trunc_sat_f64x2_s_zero(a)
  }
  @inline(__always) package static func i32x4_relaxed_trunc_f64x2_u_zero(_ a: F64x2) -> U32x4 {
    i32x4_trunc_sat_f64x2_u_zero(a)
  }
  @inline(__always) package static func f32x4_relaxed_madd(_ a: F32x4, _ b: F32x4, _ c: F32x4) -> F32x4 {
    a * b + c
  }
  @inline(__always) package static func f32x4_relaxed_nmadd(_ a: F32x4, _ b: F32x4, _ c: F32x4) -> F32x4 {
    c - a * b
  }
  @inline(__always) package static func f64x2_relaxed_madd(_ a: F64x2, _ b: F64x2, _ c: F64x2) -> F64x2 {
    a * b + c
  }
  @inline(__always) package static func f64x2_relaxed_nmadd(_ a: F64x2, _ b: F64x2, _ c: F64x2) -> F64x2 {
    c - a * b
  }
  @inline(__always) package static func i8x16_relaxed_laneselect(_ a: U64x2, _ b: U64x2, _ mask: U64x2)
    -> U64x2
  { v128_bitselect(a, b, mask) }
  @inline(__always) package static func i16x8_relaxed_laneselect(_ a: U64x2, _ b: U64x2, _ mask: U64x2)
    -> U64x2
  { v128_bitselect(a, b, mask) }
  @inline(__always) package static func i32x4_relaxed_laneselect(_ a: U64x2, _ b: U64x2, _ mask: U64x2)
    -> U64x2
  { v128_bitselect(a, b, mask) }
  @inline(__always) package static func i64x2_relaxed_laneselect(_ a: U64x2, _ b: U64x2, _ mask: U64x2)
    -> U64x2
  { v128_bitselect(a, b, mask) }
  @inline(__always) package static func f32x4_relaxed_min(_ a: F32x4, _ b: F32x4) -> F32x4 { f32x4_min(a, b) }
  @inline(__always) package static func f32x4_relaxed_max(_ a: F32x4, _ b: F32x4) -> F32x4 { f32x4_max(a, b) }
  @inline(__always) package static func f64x2_relaxed_min(_ a: F64x2, _ b: F64x2) -> F64x2 { f64x2_min(a, b) }
  @inline(__always) package static func f64x2_relaxed_max(_ a: F64x2, _ b: F64x2) -> F64x2 { f64x2_max(a, b) }
  @inline(__always) package static func i16x8_relaxed_q15mulr_s(_ a: I16x8, _ b: I16x8) -> I16x8 {
    i16x8_q15mulr_sat_s(a, b)
  }
  @inline(__always) package static func i16x8_relaxed_dot_i8x16_i7x16_s(_ a: I8x16, _ b: I8x16) -> I16x8 {
    i16x8_add_sat_s(
      I16x8(truncatingIfNeeded: a.evenHalf) &* I16x8(truncatingIfNeeded: b.evenHalf),
      I16x8(truncatingIfNeeded: a.oddHalf) &* I16x8(truncatingIfNeeded: b.oddHalf))
  }
  @inline(__always) package static func i32x4_relaxed_dot_i8x16_i7x16_add_s(
    _ a: I8x16, _ b: I8x16, _ c: I32x4
  ) -> I32x4 {
    i32x4_extadd_pairwise_i16x8_s(i16x8_relaxed_dot_i8x16_i7x16_s(a, b)) &+ c
  }
}
