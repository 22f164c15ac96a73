/// Vectors from scalars, scalars from lanes, and lanes from other lanes (Core 4.3.5 and 4.6.8). Lane
/// indices were validated; masking them keeps the compiler from checking again. Floating-point lanes are
/// moved by the integers' meanings, bit for bit.

extension Numerics {
  // MARK: - Splat

  @inline(__always) package static func i8x16_splat(_ a: UInt32) -> U8x16 {
    U8x16(repeating: UInt8(truncatingIfNeeded: a))
  }
  @inline(__always) package static func i16x8_splat(_ a: UInt32) -> U16x8 {
    U16x8(repeating: UInt16(truncatingIfNeeded: a))
  }
  @inline(__always) package static func i32x4_splat(_ a: UInt32) -> U32x4 { U32x4(repeating: a) }
  @inline(__always) package static func i64x2_splat(_ a: UInt64) -> U64x2 { U64x2(repeating: a) }

  // MARK: - Extract

  @inline(__always) package static func i8x16_extract_lane_s(_ a: I8x16, _ lane: UInt) -> UInt32 {
    UInt32(truncatingIfNeeded: a[Int(lane & 15)])
  }
  @inline(__always) package static func i8x16_extract_lane_u(_ a: U8x16, _ lane: UInt) -> UInt32 {
    UInt32(a[Int(lane & 15)])
  }
  @inline(__always) package static func i16x8_extract_lane_s(_ a: I16x8, _ lane: UInt) -> UInt32 {
    UInt32(truncatingIfNeeded: a[Int(lane & 7)])
  }
  @inline(__always) package static func i16x8_extract_lane_u(_ a: U16x8, _ lane: UInt) -> UInt32 {
    UInt32(a[Int(lane & 7)])
  }
  @inline(__always) package static func i32x4_extract_lane(_ a: U32x4, _ lane: UInt) -> UInt32 {
    a[Int(lane & 3)]
  }
  @inline(__always) package static func i64x2_extract_lane(_ a: U64x2, _ lane: UInt) -> UInt64 {
    a[Int(lane & 1)]
  }

  // MARK: - Replace

  // A comparison of lane numbers, not a store into the vector's bytes: reading those back as a whole
  // would have to wait for the store.
  @inline(__always) package static func i8x16_replace_lane(_ a: U8x16, _ b: UInt32, _ lane: UInt) -> U8x16 {
    let numbers = U8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    return select(numbers .== U8x16(repeating: UInt8(truncatingIfNeeded: lane)), i8x16_splat(b), a)
  }
  @inline(__always) package static func i16x8_replace_lane(_ a: U16x8, _ b: UInt32, _ lane: UInt) -> U16x8 {
    let numbers = U16x8(0, 1, 2, 3, 4, 5, 6, 7)
    return select(numbers .== U16x8(repeating: UInt16(truncatingIfNeeded: lane)), i16x8_splat(b), a)
  }
  @inline(__always) package static func i32x4_replace_lane(_ a: U32x4, _ b: UInt32, _ lane: UInt) -> U32x4 {
    select(U32x4(0, 1, 2, 3) .== U32x4(repeating: UInt32(truncatingIfNeeded: lane)), i32x4_splat(b), a)
  }
  @inline(__always) package static func i64x2_replace_lane(_ a: U64x2, _ b: UInt64, _ lane: UInt) -> U64x2 {
    lane == 0 ? U64x2(b, a[1]) : U64x2(a[0], b)
  }

  // MARK: - Swizzle

  @inline(__always) package static func i8x16_swizzle(_ a: U8x16, _ b: U8x16) -> U8x16 {
    let words = cast(b, to: U64x2.self)
    let chosen = cast(U64x2(gather(a, words[0]), gather(a, words[1])), to: U8x16.self)
    return select(b .< U8x16(repeating: 16), chosen, U8x16())
  }

  /// The lanes of `a` that the lower halves of eight bytes name.
  @inline(__always) private static func gather(_ a: U8x16, _ indices: UInt64) -> UInt64 {
    var result: UInt64 = 0
    for shift in 0..<8 as Range<UInt64> {
      result |= UInt64(a[Int(truncatingIfNeeded: indices &>> (shift &* 8) & 15)]) &<< (shift &* 8)
    }
    return result
  }
}
