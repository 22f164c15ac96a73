/// What vector loads and stores do with the bytes at their address (Core 4.6.9), and the operations on
/// vectors without lanes (4.3.5).

extension Numerics {
  // MARK: - Loads

  @inline(__always) package static func v128_load(_ a: U64x2) -> U64x2 { a }
  @inline(__always) package static func v128_load8x8_s(_ a: SIMD8<Int8>) -> I16x8 {
    convert(a, to: I16x8.self)
  }
  @inline(__always) package static func v128_load8x8_u(_ a: SIMD8<UInt8>) -> U16x8 {
    convert(a, to: U16x8.self)
  }
  @inline(__always) package static func v128_load16x4_s(_ a: SIMD4<Int16>) -> I32x4 {
    convert(a, to: I32x4.self)
  }
  @inline(__always) package static func v128_load16x4_u(_ a: SIMD4<UInt16>) -> U32x4 {
    convert(a, to: U32x4.self)
  }
  @inline(__always) package static func v128_load32x2_s(_ a: SIMD2<Int32>) -> I64x2 {
    convert(a, to: I64x2.self)
  }
  @inline(__always) package static func v128_load32x2_u(_ a: SIMD2<UInt32>) -> U64x2 {
    convert(a, to: U64x2.self)
  }
  @inline(__always) package static func v128_load8_splat(_ a: UInt8) -> U8x16 { U8x16(repeating: a) }
  @inline(__always) package static func v128_load16_splat(_ a: UInt16) -> U16x8 { U16x8(repeating: a) }
  @inline(__always) package static func v128_load32_splat(_ a: UInt32) -> U32x4 { U32x4(repeating: a) }
  @inline(__always) package static func v128_load64_splat(_ a: UInt64) -> U64x2 { U64x2(repeating: a) }
  @inline(__always) package static func v128_load32_zero(_ a: UInt32) -> U32x4 { U32x4(a, 0, 0, 0) }
  @inline(__always) package static func v128_load64_zero(_ a: UInt64) -> U64x2 { U64x2(a, 0) }

  @inline(__always) package static func v128_load8_lane(_ a: UInt8, _ b: U8x16, _ lane: UInt) -> U8x16 {
    i8x16_replace_lane(b, UInt32(a), lane)
  }
  @inline(__always) package static func v128_load16_lane(_ a: UInt16, _ b: U16x8, _ lane: UInt) -> U16x8 {
    i16x8_replace_lane(b, UInt32(a), lane)
  }
  @inline(__always) package static func v128_load32_lane(_ a: UInt32, _ b: U32x4, _ lane: UInt) -> U32x4 {
    i32x4_replace_lane(b, a, lane)
  }
  @inline(__always) package static func v128_load64_lane(_ a: UInt64, _ b: U64x2, _ lane: UInt) -> U64x2 {
    i64x2_replace_lane(b, a, lane)
  }

  // MARK: - Stores

  @inline(__always) package static func v128_store(_ a: U64x2) -> U64x2 { a }
  @inline(__always) package static func v128_store8_lane(_ a: U8x16, _ lane: UInt) -> UInt8 {
    a[Int(lane & 15)]
  }
  @inline(__always) package static func v128_store16_lane(_ a: U16x8, _ lane: UInt) -> UInt16 {
    a[Int(lane & 7)]
  }
  @inline(__always) package static func v128_store32_lane(_ a: U32x4, _ lane: UInt) -> UInt32 {
    a[Int(lane & 3)]
  }
  @inline(__always) package static func v128_store64_lane(_ a: U64x2, _ lane: UInt) -> UInt64 {
    a[Int(lane & 1)]
  }

  // MARK: - Bits

  @inline(__always) package static func v128_not(_ a: U64x2) -> U64x2 { ~a }
  @inline(__always) package static func v128_and(_ a: U64x2, _ b: U64x2) -> U64x2 { a & b }
  @inline(__always) package static func v128_andnot(_ a: U64x2, _ b: U64x2) -> U64x2 { a & ~b }
  @inline(__always) package static func v128_or(_ a: U64x2, _ b: U64x2) -> U64x2 { a | b }
  @inline(__always) package static func v128_xor(_ a: U64x2, _ b: U64x2) -> U64x2 { a ^ b }
  @inline(__always) package static func v128_bitselect(_ a: U64x2, _ b: U64x2, _ mask: U64x2) -> U64x2 {
    (a & mask) | (b & ~mask)
  }
  @inline(__always) package static func v128_any_true(_ a: U64x2) -> Bool { !isZero(a) }
}
