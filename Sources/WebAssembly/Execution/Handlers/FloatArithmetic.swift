/// Floating-point arithmetic as the processor does it: the NaNs of its results are any.
///
/// Handlers test for one and leave the path of numbers then; everything else takes `Numerics`, where NaNs are
/// canonical. One line an instruction, named like its mnemonic.

enum Arithmetic {
  @inline(__always) static func f32_ceil(_ a: Float) -> Float { a.rounded(.up) }
  @inline(__always) static func f32_floor(_ a: Float) -> Float { a.rounded(.down) }
  @inline(__always) static func f32_trunc(_ a: Float) -> Float { a.rounded(.towardZero) }
  @inline(__always) static func f32_nearest(_ a: Float) -> Float { a.rounded(.toNearestOrEven) }
  // As a vector: the scalar form calls the C library for negative operands.
  @inline(__always) static func f32_sqrt(_ a: Float) -> Float { SIMD4(a, 0, 0, 0).squareRoot().x }
  @inline(__always) static func f32_add(_ a: Float, _ b: Float) -> Float { a + b }
  @inline(__always) static func f32_sub(_ a: Float, _ b: Float) -> Float { a - b }
  @inline(__always) static func f32_mul(_ a: Float, _ b: Float) -> Float { a * b }
  @inline(__always) static func f32_div(_ a: Float, _ b: Float) -> Float { a / b }
  @inline(__always) static func f64_ceil(_ a: Double) -> Double { a.rounded(.up) }
  @inline(__always) static func f64_floor(_ a: Double) -> Double { a.rounded(.down) }
  @inline(__always) static func f64_trunc(_ a: Double) -> Double { a.rounded(.towardZero) }
  @inline(__always) static func f64_nearest(_ a: Double) -> Double { a.rounded(.toNearestOrEven) }
  // As a vector: the scalar form calls the C library for negative operands.
  @inline(__always) static func f64_sqrt(_ a: Double) -> Double { SIMD2(a, 0).squareRoot().x }
  @inline(__always) static func f64_add(_ a: Double, _ b: Double) -> Double { a + b }
  @inline(__always) static func f64_sub(_ a: Double, _ b: Double) -> Double { a - b }
  @inline(__always) static func f64_mul(_ a: Double, _ b: Double) -> Double { a * b }
  @inline(__always) static func f64_div(_ a: Double, _ b: Double) -> Double { a / b }
  @inline(__always) static func f32_demote_f64(_ a: Double) -> Float { Float(a) }
  @inline(__always) static func f64_promote_f32(_ a: Float) -> Double { Double(a) }
}
