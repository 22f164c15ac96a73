/// Vectors of two 64-bit floating-point numbers (Core 4.3.5), one meaning an instruction.

extension Numerics {
  // MARK: - Comparison

  @inline(__always) package static func f64x2_eq(_ a: F64x2, _ b: F64x2) -> I64x2 { bits(a .== b) }
  @inline(__always) package static func f64x2_ne(_ a: F64x2, _ b: F64x2) -> I64x2 { bits(a .!= b) }
  @inline(__always) package static func f64x2_lt(_ a: F64x2, _ b: F64x2) -> I64x2 { bits(a .< b) }
  @inline(__always) package static func f64x2_gt(_ a: F64x2, _ b: F64x2) -> I64x2 { bits(a .> b) }
  @inline(__always) package static func f64x2_le(_ a: F64x2, _ b: F64x2) -> I64x2 { bits(a .<= b) }
  @inline(__always) package static func f64x2_ge(_ a: F64x2, _ b: F64x2) -> I64x2 { bits(a .>= b) }

  // MARK: - Arithmetic

  @inline(__always) package static func f64x2_abs(_ a: U64x2) -> U64x2 { a & ~f64x2SignBits }
  @inline(__always) package static func f64x2_neg(_ a: U64x2) -> U64x2 { a ^ f64x2SignBits }
  @inline(__always) package static func f64x2_sqrt(_ a: F64x2) -> F64x2 { canonical(a.squareRoot()) }
  @inline(__always) package static func f64x2_add(_ a: F64x2, _ b: F64x2) -> F64x2 {
    canonical(a + b)
  }
  @inline(__always) package static func f64x2_sub(_ a: F64x2, _ b: F64x2) -> F64x2 {
    canonical(a - b)
  }
  @inline(__always) package static func f64x2_mul(_ a: F64x2, _ b: F64x2) -> F64x2 {
    canonical(a * b)
  }
  @inline(__always) package static func f64x2_div(_ a: F64x2, _ b: F64x2) -> F64x2 {
    canonical(a / b)
  }

  @inline(__always) private static var f64x2SignBits: U64x2 { U64x2(repeating: 0x8000_0000_0000_0000) }

  // MARK: - Minimum and maximum

  // `minimum` is the second operand where the two are equal or one is NaN. Equal numbers differ at most
  // in the sign of zero, which their bits decide.
  @inline(__always) package static func f64x2_min(_ a: F64x2, _ b: F64x2) -> F64x2 {
    let minimum = cast(select(a .< b, a, b), to: U64x2.self)
    let ofEqual = minimum | (cast(bits(a .== b), to: U64x2.self) & cast(a, to: U64x2.self))
    return select((a .!= a) .| (b .!= b), F64x2(repeating: .nan), cast(ofEqual, to: F64x2.self))
  }
  @inline(__always) package static func f64x2_max(_ a: F64x2, _ b: F64x2) -> F64x2 {
    let maximum = cast(select(a .> b, a, b), to: U64x2.self)
    let ofEqual = maximum & ~(cast(bits(a .== b), to: U64x2.self) & ~cast(a, to: U64x2.self))
    return select((a .!= a) .| (b .!= b), F64x2(repeating: .nan), cast(ofEqual, to: F64x2.self))
  }
  @inline(__always) package static func f64x2_pmin(_ a: F64x2, _ b: F64x2) -> F64x2 { select(b .< a, b, a) }
  @inline(__always) package static func f64x2_pmax(_ a: F64x2, _ b: F64x2) -> F64x2 { select(a .< b, b, a) }

  // MARK: - Rounding

  // Below 2^52, from where on all numbers are integers, adding that and taking it away rounds to the
  // nearest integer, ties to even. What exceeds the number is then one too large.
  @inline(__always) package static func f64x2_nearest(_ a: F64x2) -> F64x2 { rounded(a, nearestMagnitude(a)) }
  @inline(__always) package static func f64x2_trunc(_ a: F64x2) -> F64x2 {
    let nearest = nearestMagnitude(a)
    return rounded(a, nearest - one(nearest .> cast(f64x2_abs(cast(a, to: U64x2.self)), to: F64x2.self)))
  }
  @inline(__always) package static func f64x2_floor(_ a: F64x2) -> F64x2 {
    let nearest = f64x2_nearest(a)
    return rounded(a, nearest - one(nearest .> a))
  }
  @inline(__always) package static func f64x2_ceil(_ a: F64x2) -> F64x2 {
    let nearest = f64x2_nearest(a)
    return rounded(a, nearest + one(nearest .< a))
  }

  @inline(__always) private static func nearestMagnitude(_ a: F64x2) -> F64x2 {
    let shifter = F64x2(repeating: 0x1p52)
    return (cast(f64x2_abs(cast(a, to: U64x2.self)), to: F64x2.self) + shifter) - shifter
  }

  /// `result` with the sign of `a`, which only a zero may lack; where `a` is large, `a` itself, and
  /// where it is NaN the canonical one.
  @inline(__always) private static func rounded(_ a: F64x2, _ result: F64x2) -> F64x2 {
    let magnitude = cast(f64x2_abs(cast(a, to: U64x2.self)), to: F64x2.self)
    let signed = cast(result, to: U64x2.self) | (cast(a, to: U64x2.self) & f64x2SignBits)
    return select(magnitude .< F64x2(repeating: 0x1p52), cast(signed, to: F64x2.self), canonical(a))
  }

  @inline(__always) private static func one(_ mask: SIMDMask<I64x2>) -> F64x2 {
    select(mask, F64x2(repeating: 1), F64x2())
  }

  // MARK: - Conversion

  @inline(__always) package static func f64x2_convert_low_i32x4_s(_ a: I32x4) -> F64x2 {
    mapLanes(a.lowHalf) { Double($0) }
  }
  @inline(__always) package static func f64x2_convert_low_i32x4_u(_ a: U32x4) -> F64x2 {
    mapLanes(a.lowHalf) { Double($0) }
  }
  @inline(__always) package static func f64x2_promote_low_f32x4(_ a: F32x4) -> F64x2 {
    canonical(mapLanes(a.lowHalf) { Double($0) })
  }
}
