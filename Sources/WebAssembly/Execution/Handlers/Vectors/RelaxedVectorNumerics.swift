/// Relaxed vector instructions without a strict counterpart (Core 4.3.6). Of the results that the
/// specification allows, always the same on every processor: two roundings for a product and sum, signed
/// factors for dot products.

extension Numerics {
  @inline(__always) package static func f32x4_relaxed_madd(_ a: F32x4, _ b: F32x4, _ c: F32x4) -> F32x4 {
    canonical(a * b + c)
  }
  @inline(__always) package static func f32x4_relaxed_nmadd(_ a: F32x4, _ b: F32x4, _ c: F32x4) -> F32x4 {
    canonical(c - a * b)
  }
  @inline(__always) package static func f64x2_relaxed_madd(_ a: F64x2, _ b: F64x2, _ c: F64x2) -> F64x2 {
    canonical(a * b + c)
  }
  @inline(__always) package static func f64x2_relaxed_nmadd(_ a: F64x2, _ b: F64x2, _ c: F64x2) -> F64x2 {
    canonical(c - a * b)
  }
  @inline(__always) package static func i16x8_relaxed_dot_i8x16_i7x16_s(_ a: I8x16, _ b: I8x16) -> I16x8 {
    i16x8_add_sat_s(
      convert(a.evenHalf, to: I16x8.self) &* convert(b.evenHalf, to: I16x8.self),
      convert(a.oddHalf, to: I16x8.self) &* convert(b.oddHalf, to: I16x8.self))
  }
  @inline(__always) package static func i32x4_relaxed_dot_i8x16_i7x16_add_s(
    _ a: I8x16, _ b: I8x16, _ c: I32x4
  ) -> I32x4 {
    i32x4_extadd_pairwise_i16x8_s(i16x8_relaxed_dot_i8x16_i7x16_s(a, b)) &+ c
  }
}
