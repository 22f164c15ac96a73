/// Floating-point arithmetic (Core 4.3.3). A NaN that arithmetic gives is always the
/// positive canonical one, as in the specification's deterministic profile: processors differ in its sign.
/// One line an instruction, named like its mnemonic: the meaning that handlers, constant expressions and
/// tests share. Integers are taken unsigned; Boolean results stand for the i32 values 1 and 0.

extension Numerics {
  @inline(__always) package static func f32_eq(_ a: Float, _ b: Float) -> Bool { a == b }
  @inline(__always) package static func f32_ne(_ a: Float, _ b: Float) -> Bool { a != b }
  @inline(__always) package static func f32_lt(_ a: Float, _ b: Float) -> Bool { a < b }
  @inline(__always) package static func f32_gt(_ a: Float, _ b: Float) -> Bool { a > b }
  @inline(__always) package static func f32_le(_ a: Float, _ b: Float) -> Bool { a <= b }
  @inline(__always) package static func f32_ge(_ a: Float, _ b: Float) -> Bool { a >= b }
  @inline(__always) package static func f32_abs(_ a: Float) -> Float {
    Float(bitPattern: a.bitPattern & ~0x8000_0000)
  }
  @inline(__always) package static func f32_neg(_ a: Float) -> Float {
    Float(bitPattern: a.bitPattern ^ 0x8000_0000)
  }
  @inline(__always) package static func f32_ceil(_ a: Float) -> Float {
    canonical(Arithmetic.f32_ceil(a))
  }
  @inline(__always) package static func f32_floor(_ a: Float) -> Float {
    canonical(Arithmetic.f32_floor(a))
  }
  @inline(__always) package static func f32_trunc(_ a: Float) -> Float {
    canonical(Arithmetic.f32_trunc(a))
  }
  @inline(__always) package static func f32_nearest(_ a: Float) -> Float {
    canonical(Arithmetic.f32_nearest(a))
  }
  @inline(__always) package static func f32_sqrt(_ a: Float) -> Float {
    canonical(Arithmetic.f32_sqrt(a))
  }
  @inline(__always) package static func f32_add(_ a: Float, _ b: Float) -> Float {
    canonical(Arithmetic.f32_add(a, b))
  }
  @inline(__always) package static func f32_sub(_ a: Float, _ b: Float) -> Float {
    canonical(Arithmetic.f32_sub(a, b))
  }
  @inline(__always) package static func f32_mul(_ a: Float, _ b: Float) -> Float {
    canonical(Arithmetic.f32_mul(a, b))
  }
  @inline(__always) package static func f32_div(_ a: Float, _ b: Float) -> Float {
    canonical(Arithmetic.f32_div(a, b))
  }
  @inline(__always) package static func f32_min(_ a: Float, _ b: Float) -> Float {
    a < b ? a : b < a ? b : a == b ? Float(bitPattern: a.bitPattern | b.bitPattern) : .nan
  }
  @inline(__always) package static func f32_max(_ a: Float, _ b: Float) -> Float {
    a > b ? a : b > a ? b : a == b ? Float(bitPattern: a.bitPattern & b.bitPattern) : .nan
  }
  @inline(__always) package static func f32_copysign(_ a: Float, _ b: Float) -> Float {
    Float(bitPattern: (a.bitPattern & ~0x8000_0000) | (b.bitPattern & 0x8000_0000))
  }

  @inline(__always) package static func f64_eq(_ a: Double, _ b: Double) -> Bool { a == b }
  @inline(__always) package static func f64_ne(_ a: Double, _ b: Double) -> Bool { a != b }
  @inline(__always) package static func f64_lt(_ a: Double, _ b: Double) -> Bool { a < b }
  @inline(__always) package static func f64_gt(_ a: Double, _ b: Double) -> Bool { a > b }
  @inline(__always) package static func f64_le(_ a: Double, _ b: Double) -> Bool { a <= b }
  @inline(__always) package static func f64_ge(_ a: Double, _ b: Double) -> Bool { a >= b }
  @inline(__always) package static func f64_abs(_ a: Double) -> Double {
    Double(bitPattern: a.bitPattern & ~0x8000_0000_0000_0000)
  }
  @inline(__always) package static func f64_neg(_ a: Double) -> Double {
    Double(bitPattern: a.bitPattern ^ 0x8000_0000_0000_0000)
  }
  @inline(__always) package static func f64_ceil(_ a: Double) -> Double {
    canonical(Arithmetic.f64_ceil(a))
  }
  @inline(__always) package static func f64_floor(_ a: Double) -> Double {
    canonical(Arithmetic.f64_floor(a))
  }
  @inline(__always) package static func f64_trunc(_ a: Double) -> Double {
    canonical(Arithmetic.f64_trunc(a))
  }
  @inline(__always) package static func f64_nearest(_ a: Double) -> Double {
    canonical(Arithmetic.f64_nearest(a))
  }
  @inline(__always) package static func f64_sqrt(_ a: Double) -> Double {
    canonical(Arithmetic.f64_sqrt(a))
  }
  @inline(__always) package static func f64_add(_ a: Double, _ b: Double) -> Double {
    canonical(Arithmetic.f64_add(a, b))
  }
  @inline(__always) package static func f64_sub(_ a: Double, _ b: Double) -> Double {
    canonical(Arithmetic.f64_sub(a, b))
  }
  @inline(__always) package static func f64_mul(_ a: Double, _ b: Double) -> Double {
    canonical(Arithmetic.f64_mul(a, b))
  }
  @inline(__always) package static func f64_div(_ a: Double, _ b: Double) -> Double {
    canonical(Arithmetic.f64_div(a, b))
  }
  @inline(__always) package static func f64_min(_ a: Double, _ b: Double) -> Double {
    a < b ? a : b < a ? b : a == b ? Double(bitPattern: a.bitPattern | b.bitPattern) : .nan
  }
  @inline(__always) package static func f64_max(_ a: Double, _ b: Double) -> Double {
    a > b ? a : b > a ? b : a == b ? Double(bitPattern: a.bitPattern & b.bitPattern) : .nan
  }
  @inline(__always) package static func f64_copysign(_ a: Double, _ b: Double) -> Double {
    Double(bitPattern: (a.bitPattern & ~0x8000_0000_0000_0000) | (b.bitPattern & 0x8000_0000_0000_0000))
  }

}
