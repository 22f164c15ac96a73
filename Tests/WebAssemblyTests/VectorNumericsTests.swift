/// Vector arithmetic beside the scalar arithmetic that it repeats by lanes: the same NaNs, the same integers.

import Testing
import WebAssemblyHandlers

private let words32: [UInt32] = [
  0, 0x8000_0000, 0x3F80_0000, 0xBF80_0000, 0x3F00_0000, 0xBF00_0000, 0x3FC0_0000, 0x4020_0000, 0xC020_0000,
  0x3F7F_FFFF, 0xBF7F_FFFF, 0x4B00_0001, 0xCB00_0001, 0x4AFF_FFFF, 0x4F00_0000, 0xCF00_0000, 0xCF00_0001,
  0x4EFF_FFFF, 0x4F7F_FFFF, 0x4F80_0000, 0x7F7F_FFFF, 0xFF7F_FFFF, 0x7F80_0000, 0xFF80_0000, 0x0000_0001,
  0x8000_0001, 0x7FC0_0000, 0xFFC0_0000, 0x7FC1_2345, 0xFFC1_2345, 0x7FA0_0001, 0xFFA0_0001, 0x7F80_0001,
  0xFF80_0001, 0x7FFF_FFFF, 0xFFFF_FFFF,
]

private let words64: [UInt64] = [
  0, 1 << 63, 0x3FF0_0000_0000_0000, 0xBFF0_0000_0000_0000, 0x3FE0_0000_0000_0000, 0xBFE0_0000_0000_0000,
  0x3FEF_FFFF_FFFF_FFFF, 0xBFEF_FFFF_FFFF_FFFF, 0x4004_0000_0000_0000, 0xC004_0000_0000_0000,
  0x41DF_FFFF_FFC0_0000, 0x41DF_FFFF_FFE0_0000, 0x41E0_0000_0000_0000, 0xC1E0_0000_0000_0000,
  0xC1E0_0000_001F_FFFF, 0xC1E0_0000_0020_0000, 0x41EF_FFFF_FFE0_0000, 0x41EF_FFFF_FFFF_FFFF,
  0x41F0_0000_0000_0000, 0x4330_0000_0000_0001, 0xC330_0000_0000_0001, 0x432F_FFFF_FFFF_FFFF,
  0x47EF_FFFF_E000_0000, 0x7FEF_FFFF_FFFF_FFFF, 0x7FF0_0000_0000_0000, 0xFFF0_0000_0000_0000, 1, 1 << 63 | 1,
  0x7FF8_0000_0000_0000, 0xFFF8_0000_0000_0000, 0x7FF8_0000_0000_1234, 0xFFF8_0000_0000_0001,
  0x7FF4_0000_0000_0000, 0xFFF0_0000_0000_0001, 0x7FF0_0000_0000_0001, 0xFFFF_FFFF_FFFF_FFFF,
]

private let numbers32 = words32.map(Float.init(bitPattern:))
private let numbers64 = words64.map(Double.init(bitPattern:))

private func bits(_ vector: F32x4) -> [UInt32] { (0..<4).map { vector[$0].bitPattern } }
private func bits(_ vector: F64x2) -> [UInt64] { (0..<2).map { vector[$0].bitPattern } }

@Suite struct VectorNumericsTests {
  typealias Binary32 = (vector: (F32x4, F32x4) -> F32x4, scalar: (Float, Float) -> Float)
  typealias Binary64 = (vector: (F64x2, F64x2) -> F64x2, scalar: (Double, Double) -> Double)
  typealias Unary32 = (vector: (F32x4) -> F32x4, scalar: (Float) -> Float)
  typealias Unary64 = (vector: (F64x2) -> F64x2, scalar: (Double) -> Double)

  @Test func binaryArithmeticIsThatOfScalars() {
    let single: [Binary32] = [
      (Numerics.f32x4_add, Numerics.f32_add), (Numerics.f32x4_sub, Numerics.f32_sub),
      (Numerics.f32x4_mul, Numerics.f32_mul), (Numerics.f32x4_div, Numerics.f32_div),
      (Numerics.f32x4_min, Numerics.f32_min), (Numerics.f32x4_max, Numerics.f32_max),
    ]
    for (number, operation) in single.enumerated() {
      for a in numbers32 {
        for b in numbers32 {
          let result = operation.vector(F32x4(a, b, 1, a), F32x4(b, a, a, 2))
          let expected = F32x4(
            operation.scalar(a, b), operation.scalar(b, a), operation.scalar(1, a), operation.scalar(a, 2))
          #expect(bits(result) == bits(expected), "\(number): \(a.bitPattern), \(b.bitPattern)")
          #expect(!result[0].isNaN || result[0].bitPattern == 0x7FC0_0000)
        }
      }
    }
    let double: [Binary64] = [
      (Numerics.f64x2_add, Numerics.f64_add), (Numerics.f64x2_sub, Numerics.f64_sub),
      (Numerics.f64x2_mul, Numerics.f64_mul), (Numerics.f64x2_div, Numerics.f64_div),
      (Numerics.f64x2_min, Numerics.f64_min), (Numerics.f64x2_max, Numerics.f64_max),
    ]
    for (number, operation) in double.enumerated() {
      for a in numbers64 {
        for b in numbers64 {
          let result = operation.vector(F64x2(a, b), F64x2(b, a))
          let expected = F64x2(operation.scalar(a, b), operation.scalar(b, a))
          #expect(bits(result) == bits(expected), "\(number): \(a.bitPattern), \(b.bitPattern)")
          #expect(!result[0].isNaN || result[0].bitPattern == 0x7FF8_0000_0000_0000)
        }
      }
    }
  }

  @Test func rootsAndRoundingAreThoseOfScalars() {
    let single: [Unary32] = [
      (Numerics.f32x4_sqrt, Numerics.f32_sqrt), (Numerics.f32x4_ceil, Numerics.f32_ceil),
      (Numerics.f32x4_floor, Numerics.f32_floor), (Numerics.f32x4_trunc, Numerics.f32_trunc),
      (Numerics.f32x4_nearest, Numerics.f32_nearest),
    ]
    for (number, operation) in single.enumerated() {
      for a in numbers32 {
        let result = operation.vector(F32x4(a, 0.5, a, -2.5))
        let expected = F32x4(
          operation.scalar(a), operation.scalar(0.5), operation.scalar(a), operation.scalar(-2.5))
        #expect(bits(result) == bits(expected), "\(number): \(a.bitPattern)")
      }
    }
    let double: [Unary64] = [
      (Numerics.f64x2_sqrt, Numerics.f64_sqrt), (Numerics.f64x2_ceil, Numerics.f64_ceil),
      (Numerics.f64x2_floor, Numerics.f64_floor), (Numerics.f64x2_trunc, Numerics.f64_trunc),
      (Numerics.f64x2_nearest, Numerics.f64_nearest),
    ]
    for (number, operation) in double.enumerated() {
      for a in numbers64 {
        let result = operation.vector(F64x2(a, -2.5))
        #expect(bits(result) == bits(F64x2(operation.scalar(a), operation.scalar(-2.5))), "\(number): \(a)")
      }
    }
  }

  @Test func relaxedProductsAndSumsGiveCanonicalNaNs() {
    for a in numbers32 {
      for c in numbers32 {
        let sum = Numerics.f32x4_relaxed_madd(F32x4(repeating: a), F32x4(repeating: 3), F32x4(repeating: c))
        let difference = Numerics.f32x4_relaxed_nmadd(
          F32x4(repeating: a), F32x4(repeating: 3), F32x4(repeating: c))
        #expect(sum[3].bitPattern == Numerics.f32_add(Numerics.f32_mul(a, 3), c).bitPattern)
        #expect(difference[3].bitPattern == Numerics.f32_sub(c, Numerics.f32_mul(a, 3)).bitPattern)
      }
    }
    for a in numbers64 {
      for c in numbers64 {
        let sum = Numerics.f64x2_relaxed_madd(F64x2(repeating: a), F64x2(repeating: 3), F64x2(repeating: c))
        let difference = Numerics.f64x2_relaxed_nmadd(
          F64x2(repeating: a), F64x2(repeating: 3), F64x2(repeating: c))
        #expect(sum[1].bitPattern == Numerics.f64_add(Numerics.f64_mul(a, 3), c).bitPattern)
        #expect(difference[1].bitPattern == Numerics.f64_sub(c, Numerics.f64_mul(a, 3)).bitPattern)
      }
    }
  }

  @Test func pseudoMinimaAndSignsKeepBits() {
    for a in numbers32 {
      for b in numbers32 {
        let (v, w) = (F32x4(repeating: a), F32x4(repeating: b))
        #expect(Numerics.f32x4_pmin(v, w)[2].bitPattern == (b < a ? b : a).bitPattern)
        #expect(Numerics.f32x4_pmax(v, w)[2].bitPattern == (a < b ? b : a).bitPattern)
      }
      let word = U32x4(repeating: a.bitPattern)
      #expect(Numerics.f32x4_neg(word)[0] == a.bitPattern ^ 0x8000_0000)
      #expect(Numerics.f32x4_abs(word)[0] == a.bitPattern & 0x7FFF_FFFF)
    }
    for a in numbers64 {
      for b in numbers64 {
        let (v, w) = (F64x2(repeating: a), F64x2(repeating: b))
        #expect(Numerics.f64x2_pmin(v, w)[1].bitPattern == (b < a ? b : a).bitPattern)
        #expect(Numerics.f64x2_pmax(v, w)[1].bitPattern == (a < b ? b : a).bitPattern)
      }
    }
  }

  @Test func conversionsAreThoseOfScalars() {
    for a in numbers32 {
      let vector = F32x4(a, 1.75, a, -1.75)
      let signed = Numerics.i32x4_trunc_sat_f32x4_s(vector)
      let unsigned = Numerics.i32x4_trunc_sat_f32x4_u(vector)
      #expect(signed[0] == Numerics.i32_trunc_sat_f32_s(a) && signed[2] == signed[0], "\(a.bitPattern)")
      #expect(unsigned[0] == Numerics.i32_trunc_sat_f32_u(a) && unsigned[2] == unsigned[0], "\(a.bitPattern)")
      #expect(signed[1] == 1 && signed[3] == UInt32(bitPattern: -1))
      #expect(unsigned[1] == 1 && unsigned[3] == 0)
      let double = Numerics.f64x2_promote_low_f32x4(vector)
      #expect(double[0].bitPattern == Numerics.f64_promote_f32(a).bitPattern && double[1] == 1.75)
    }
    for a in numbers64 {
      let vector = F64x2(1.75, a)
      let signed = Numerics.i32x4_trunc_sat_f64x2_s_zero(vector)
      let unsigned = Numerics.i32x4_trunc_sat_f64x2_u_zero(vector)
      #expect(signed == U32x4(1, Numerics.i32_trunc_sat_f64_s(a), 0, 0), "\(a.bitPattern)")
      #expect(unsigned == U32x4(1, Numerics.i32_trunc_sat_f64_u(a), 0, 0), "\(a.bitPattern)")
      let single = Numerics.f32x4_demote_f64x2_zero(vector)
      #expect(bits(single) == bits(F32x4(1.75, Numerics.f32_demote_f64(a), 0, 0)), "\(a.bitPattern)")
    }
  }

  @Test func saturatingConversionsOfScalarsHaveTheirBounds() {
    for a in numbers32 {
      #expect(Numerics.i32_trunc_sat_f32_s(a) == UInt32(bitPattern: saturated(Double(a))))
      #expect(Numerics.i32_trunc_sat_f32_u(a) == saturated(Double(a)) as UInt32)
      #expect(Numerics.i64_trunc_sat_f32_s(a) == UInt64(bitPattern: saturated(Double(a))))
      #expect(Numerics.i64_trunc_sat_f32_u(a) == saturated(Double(a)) as UInt64)
    }
    for a in numbers64 {
      #expect(Numerics.i32_trunc_sat_f64_s(a) == UInt32(bitPattern: saturated(a)))
      #expect(Numerics.i32_trunc_sat_f64_u(a) == saturated(a) as UInt32)
      #expect(Numerics.i64_trunc_sat_f64_s(a) == UInt64(bitPattern: saturated(a)))
      #expect(Numerics.i64_trunc_sat_f64_u(a) == saturated(a) as UInt64)
    }
  }

  /// By the library's exact conversion.
  private func saturated<Integer: FixedWidthInteger>(_ a: Double) -> Integer {
    guard !a.isNaN else { return 0 }
    return Integer(exactly: a.rounded(.towardZero)) ?? (a < 0 ? .min : .max)
  }

  @Test func narrowingSaturates() {
    for value in stride(from: Int(Int16.min), through: Int(Int16.max), by: 1) {
      let vector = I16x8(repeating: Int16(value))
      let signed = Numerics.i8x16_narrow_i16x8_s(vector, I16x8())
      let unsigned = Numerics.i8x16_narrow_i16x8_u(I16x8(), vector)
      guard signed[7] == Int8(clamping: value), signed[8] == 0, unsigned[7] == 0,
        UInt8(bitPattern: unsigned[8]) == UInt8(clamping: value)
      else {
        Issue.record("\(value)")
        return
      }
    }
    for value in [Int32.min, -65536, -32769, -32768, -1, 0, 1, 32767, 32768, 65535, 65536, Int32.max] {
      let vector = I32x4(repeating: value)
      #expect(Numerics.i16x8_narrow_i32x4_s(vector, I32x4())[3] == Int16(clamping: value))
      #expect(Numerics.i16x8_narrow_i32x4_u(I32x4(), vector)[4] == UInt16(clamping: value))
    }
  }
}
