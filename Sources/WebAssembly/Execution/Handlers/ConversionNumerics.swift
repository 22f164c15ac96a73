/// Conversions between number types (Core 4.3.4).
/// One line an instruction, named like its mnemonic: the meaning that handlers, constant expressions and
/// tests share. Integers are taken unsigned; Boolean results stand for the i32 values 1 and 0.

extension Numerics {
  @inline(__always) package static func i32_wrap_i64(_ a: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: a) }
  @inline(__always) package static func i64_extend_i32_s(_ a: UInt32) -> UInt64 {
    UInt64(bitPattern: Int64(Int32(bitPattern: a)))
  }
  @inline(__always) package static func i64_extend_i32_u(_ a: UInt32) -> UInt64 { UInt64(a) }
  @inline(__always) package static func f32_demote_f64(_ a: Double) -> Float {
    canonical(Arithmetic.f32_demote_f64(a))
  }
  @inline(__always) package static func f64_promote_f32(_ a: Float) -> Double {
    canonical(Arithmetic.f64_promote_f32(a))
  }
  @inline(__always) package static func f32_convert_i32_s(_ a: UInt32) -> Float {
    Float(Int32(bitPattern: a))
  }
  @inline(__always) package static func f32_convert_i32_u(_ a: UInt32) -> Float { Float(a) }
  @inline(__always) package static func f32_convert_i64_s(_ a: UInt64) -> Float {
    Float(Int64(bitPattern: a))
  }
  @inline(__always) package static func f32_convert_i64_u(_ a: UInt64) -> Float { Float(a) }
  @inline(__always) package static func f64_convert_i32_s(_ a: UInt32) -> Double {
    Double(Int32(bitPattern: a))
  }
  @inline(__always) package static func f64_convert_i32_u(_ a: UInt32) -> Double { Double(a) }
  @inline(__always) package static func f64_convert_i64_s(_ a: UInt64) -> Double {
    Double(Int64(bitPattern: a))
  }
  @inline(__always) package static func f64_convert_i64_u(_ a: UInt64) -> Double { Double(a) }

  @inline(__always) package static func i32_trunc_f32_s(_ a: Float) -> Checked<UInt32> {
    guard a > -2147483904, a < 2147483648 else {
      return .trap(a.isNaN ? .invalidConversionToInteger : .integerOverflow)
    }
    return .value(UInt32(bitPattern: Int32(a)))
  }
  @inline(__always) package static func i32_trunc_f32_u(_ a: Float) -> Checked<UInt32> {
    guard a > -1, a < 4294967296 else {
      return .trap(a.isNaN ? .invalidConversionToInteger : .integerOverflow)
    }
    return .value(UInt32(a))
  }
  @inline(__always) package static func i32_trunc_f64_s(_ a: Double) -> Checked<UInt32> {
    guard a > -2147483649, a < 2147483648 else {
      return .trap(a.isNaN ? .invalidConversionToInteger : .integerOverflow)
    }
    return .value(UInt32(bitPattern: Int32(a)))
  }
  @inline(__always) package static func i32_trunc_f64_u(_ a: Double) -> Checked<UInt32> {
    guard a > -1, a < 4294967296 else {
      return .trap(a.isNaN ? .invalidConversionToInteger : .integerOverflow)
    }
    return .value(UInt32(a))
  }
  @inline(__always) package static func i64_trunc_f32_s(_ a: Float) -> Checked<UInt64> {
    guard a > -9223373136366403584, a < 9223372036854775808 else {
      return .trap(a.isNaN ? .invalidConversionToInteger : .integerOverflow)
    }
    return .value(UInt64(bitPattern: Int64(a)))
  }
  @inline(__always) package static func i64_trunc_f32_u(_ a: Float) -> Checked<UInt64> {
    guard a > -1, a < 18446744073709551616 else {
      return .trap(a.isNaN ? .invalidConversionToInteger : .integerOverflow)
    }
    return .value(UInt64(a))
  }
  @inline(__always) package static func i64_trunc_f64_s(_ a: Double) -> Checked<UInt64> {
    guard a >= -9223372036854775808, a < 9223372036854775808 else {
      return .trap(a.isNaN ? .invalidConversionToInteger : .integerOverflow)
    }
    return .value(UInt64(bitPattern: Int64(a)))
  }
  @inline(__always) package static func i64_trunc_f64_u(_ a: Double) -> Checked<UInt64> {
    guard a > -1, a < 18446744073709551616 else {
      return .trap(a.isNaN ? .invalidConversionToInteger : .integerOverflow)
    }
    return .value(UInt64(a))
  }

  @inline(__always) package static func i32_trunc_sat_f32_s(_ a: Float) -> UInt32 {
    guard a > -2147483904 else { return a.isNaN ? 0 : UInt32(bitPattern: .min) }
    return a < 2147483648 ? UInt32(bitPattern: Int32(a)) : UInt32(bitPattern: .max)
  }
  @inline(__always) package static func i32_trunc_sat_f32_u(_ a: Float) -> UInt32 {
    guard a > -1 else { return 0 }
    return a < 4294967296 ? UInt32(a) : UInt32.max
  }
  @inline(__always) package static func i32_trunc_sat_f64_s(_ a: Double) -> UInt32 {
    guard a > -2147483649 else { return a.isNaN ? 0 : UInt32(bitPattern: .min) }
    return a < 2147483648 ? UInt32(bitPattern: Int32(a)) : UInt32(bitPattern: .max)
  }
  @inline(__always) package static func i32_trunc_sat_f64_u(_ a: Double) -> UInt32 {
    guard a > -1 else { return 0 }
    return a < 4294967296 ? UInt32(a) : UInt32.max
  }
  @inline(__always) package static func i64_trunc_sat_f32_s(_ a: Float) -> UInt64 {
    guard a > -9223373136366403584 else { return a.isNaN ? 0 : UInt64(bitPattern: .min) }
    return a < 9223372036854775808 ? UInt64(bitPattern: Int64(a)) : UInt64(bitPattern: .max)
  }
  @inline(__always) package static func i64_trunc_sat_f32_u(_ a: Float) -> UInt64 {
    guard a > -1 else { return 0 }
    return a < 18446744073709551616 ? UInt64(a) : UInt64.max
  }
  @inline(__always) package static func i64_trunc_sat_f64_s(_ a: Double) -> UInt64 {
    guard a >= -9223372036854775808 else { return a.isNaN ? 0 : UInt64(bitPattern: .min) }
    return a < 9223372036854775808 ? UInt64(bitPattern: Int64(a)) : UInt64(bitPattern: .max)
  }
  @inline(__always) package static func i64_trunc_sat_f64_u(_ a: Double) -> UInt64 {
    guard a > -1 else { return 0 }
    return a < 18446744073709551616 ? UInt64(a) : UInt64.max
  }
}
