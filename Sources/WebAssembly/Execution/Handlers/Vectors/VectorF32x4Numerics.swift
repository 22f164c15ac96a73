/// Vectors of four 32-bit floating-point numbers (Core 4.3.5), one meaning an instruction.

extension Numerics {
  // MARK: - Comparison

  @inline(__always) package static func f32x4_eq(_ a: F32x4, _ b: F32x4) -> I32x4 { bits(a .== b) }
  @inline(__always) package static func f32x4_ne(_ a: F32x4, _ b: F32x4) -> I32x4 { bits(a .!= b) }
  @inline(__always) package static func f32x4_lt(_ a: F32x4, _ b: F32x4) -> I32x4 { bits(a .< b) }
  @inline(__always) package static func f32x4_gt(_ a: F32x4, _ b: F32x4) -> I32x4 { bits(a .> b) }
  @inline(__always) package static func f32x4_le(_ a: F32x4, _ b: F32x4) -> I32x4 { bits(a .<= b) }
  @inline(__always) package static func f32x4_ge(_ a: F32x4, _ b: F32x4) -> I32x4 { bits(a .>= b) }

  // MARK: - Arithmetic

  @inline(__always) package static func f32x4_abs(_ a: U32x4) -> U32x4 { a & ~f32x4SignBits }
  @inline(__always) package static func f32x4_neg(_ a: U32x4) -> U32x4 { a ^ f32x4SignBits }
  @inline(__always) package static func f32x4_sqrt(_ a: F32x4) -> F32x4 { canonical(a.squareRoot()) }
  @inline(__always) package static func f32x4_add(_ a: F32x4, _ b: F32x4) -> F32x4 {
    canonical(a + b)
  }
  @inline(__always) package static func f32x4_sub(_ a: F32x4, _ b: F32x4) -> F32x4 {
    canonical(a - b)
  }
  @inline(__always) package static func f32x4_mul(_ a: F32x4, _ b: F32x4) -> F32x4 {
    canonical(a * b)
  }
  @inline(__always) package static func f32x4_div(_ a: F32x4, _ b: F32x4) -> F32x4 {
    canonical(a / b)
  }

  @inline(__always) private static var f32x4SignBits: U32x4 { U32x4(repeating: 0x8000_0000) }

  // MARK: - Minimum and maximum

  // `minimum` is the second operand where the two are equal or one is NaN. Equal numbers differ at most
  // in the sign of zero, which their bits decide.
  @inline(__always) package static func f32x4_min(_ a: F32x4, _ b: F32x4) -> F32x4 {
    let minimum = cast(select(a .< b, a, b), to: U32x4.self)
    let ofEqual = minimum | (cast(bits(a .== b), to: U32x4.self) & cast(a, to: U32x4.self))
    return select((a .!= a) .| (b .!= b), F32x4(repeating: .nan), cast(ofEqual, to: F32x4.self))
  }
  @inline(__always) package static func f32x4_max(_ a: F32x4, _ b: F32x4) -> F32x4 {
    let maximum = cast(select(a .> b, a, b), to: U32x4.self)
    let ofEqual = maximum & ~(cast(bits(a .== b), to: U32x4.self) & ~cast(a, to: U32x4.self))
    return select((a .!= a) .| (b .!= b), F32x4(repeating: .nan), cast(ofEqual, to: F32x4.self))
  }
  @inline(__always) package static func f32x4_pmin(_ a: F32x4, _ b: F32x4) -> F32x4 { select(b .< a, b, a) }
  @inline(__always) package static func f32x4_pmax(_ a: F32x4, _ b: F32x4) -> F32x4 { select(a .< b, b, a) }

  // MARK: - Rounding

  // Below 2^23, from where on all numbers are integers, adding that and taking it away rounds to the
  // nearest integer, ties to even. What exceeds the number is then one too large.
  @inline(__always) package static func f32x4_nearest(_ a: F32x4) -> F32x4 { rounded(a, nearestMagnitude(a)) }
  @inline(__always) package static func f32x4_trunc(_ a: F32x4) -> F32x4 {
    let nearest = nearestMagnitude(a)
    return rounded(a, nearest - one(nearest .> cast(f32x4_abs(cast(a, to: U32x4.self)), to: F32x4.self)))
  }
  @inline(__always) package static func f32x4_floor(_ a: F32x4) -> F32x4 {
    let nearest = f32x4_nearest(a)
    return rounded(a, nearest - one(nearest .> a))
  }
  @inline(__always) package static func f32x4_ceil(_ a: F32x4) -> F32x4 {
    let nearest = f32x4_nearest(a)
    return rounded(a, nearest + one(nearest .< a))
  }

  @inline(__always) private static func nearestMagnitude(_ a: F32x4) -> F32x4 {
    let shifter = F32x4(repeating: 0x1p23)
    return (cast(f32x4_abs(cast(a, to: U32x4.self)), to: F32x4.self) + shifter) - shifter
  }

  /// `result` with the sign of `a`, which only a zero may lack; where `a` is large, `a` itself, and
  /// where it is NaN the canonical one.
  @inline(__always) private static func rounded(_ a: F32x4, _ result: F32x4) -> F32x4 {
    let magnitude = cast(f32x4_abs(cast(a, to: U32x4.self)), to: F32x4.self)
    let signed = cast(result, to: U32x4.self) | (cast(a, to: U32x4.self) & f32x4SignBits)
    return select(magnitude .< F32x4(repeating: 0x1p23), cast(signed, to: F32x4.self), canonical(a))
  }

  @inline(__always) private static func one(_ mask: SIMDMask<I32x4>) -> F32x4 {
    select(mask, F32x4(repeating: 1), F32x4())
  }

  // MARK: - Conversion

  @inline(__always) package static func f32x4_convert_i32x4_s(_ a: I32x4) -> F32x4 {
    mapLanes(a) { Float($0) }
  }
  @inline(__always) package static func f32x4_convert_i32x4_u(_ a: U32x4) -> F32x4 {
    mapLanes(a) { Float($0) }
  }
  @inline(__always) package static func f32x4_demote_f64x2_zero(_ a: F64x2) -> F32x4 {
    canonical(F32x4(lowHalf: mapLanes(a) { Float($0) }, highHalf: SIMD2()))
  }
}
