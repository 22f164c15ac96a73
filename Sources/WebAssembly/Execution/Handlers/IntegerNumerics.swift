/// Integer arithmetic (Core 4.3.2).
/// One line an instruction, named like its mnemonic: the meaning that handlers, constant expressions and
/// tests share. Integers are taken unsigned; Boolean results stand for the i32 values 1 and 0.

extension Numerics {
  @inline(__always) package static func i32_eqz(_ a: UInt32) -> Bool { a == 0 }
  @inline(__always) package static func i32_eq(_ a: UInt32, _ b: UInt32) -> Bool { a == b }
  @inline(__always) package static func i32_ne(_ a: UInt32, _ b: UInt32) -> Bool { a != b }
  @inline(__always) package static func i32_lt_s(_ a: UInt32, _ b: UInt32) -> Bool {
    Int32(bitPattern: a) < Int32(bitPattern: b)
  }
  @inline(__always) package static func i32_lt_u(_ a: UInt32, _ b: UInt32) -> Bool { a < b }
  @inline(__always) package static func i32_gt_s(_ a: UInt32, _ b: UInt32) -> Bool {
    Int32(bitPattern: a) > Int32(bitPattern: b)
  }
  @inline(__always) package static func i32_gt_u(_ a: UInt32, _ b: UInt32) -> Bool { a > b }
  @inline(__always) package static func i32_le_s(_ a: UInt32, _ b: UInt32) -> Bool {
    Int32(bitPattern: a) <= Int32(bitPattern: b)
  }
  @inline(__always) package static func i32_le_u(_ a: UInt32, _ b: UInt32) -> Bool { a <= b }
  @inline(__always) package static func i32_ge_s(_ a: UInt32, _ b: UInt32) -> Bool {
    Int32(bitPattern: a) >= Int32(bitPattern: b)
  }
  @inline(__always) package static func i32_ge_u(_ a: UInt32, _ b: UInt32) -> Bool { a >= b }
  @inline(__always) package static func i32_clz(_ a: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: a.leadingZeroBitCount)
  }
  @inline(__always) package static func i32_ctz(_ a: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: a.trailingZeroBitCount)
  }
  @inline(__always) package static func i32_popcnt(_ a: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: a.nonzeroBitCount)
  }
  @inline(__always) package static func i32_add(_ a: UInt32, _ b: UInt32) -> UInt32 { a &+ b }
  @inline(__always) package static func i32_sub(_ a: UInt32, _ b: UInt32) -> UInt32 { a &- b }
  @inline(__always) package static func i32_mul(_ a: UInt32, _ b: UInt32) -> UInt32 { a &* b }
  @inline(__always) package static func i32_and(_ a: UInt32, _ b: UInt32) -> UInt32 { a & b }
  @inline(__always) package static func i32_or(_ a: UInt32, _ b: UInt32) -> UInt32 { a | b }
  @inline(__always) package static func i32_xor(_ a: UInt32, _ b: UInt32) -> UInt32 { a ^ b }
  @inline(__always) package static func i32_shl(_ a: UInt32, _ b: UInt32) -> UInt32 { a &<< b }
  @inline(__always) package static func i32_shr_u(_ a: UInt32, _ b: UInt32) -> UInt32 { a &>> b }
  @inline(__always) package static func i32_shr_s(_ a: UInt32, _ b: UInt32) -> UInt32 {
    UInt32(bitPattern: Int32(bitPattern: a) &>> Int32(bitPattern: b))
  }
  @inline(__always) package static func i32_rotl(_ a: UInt32, _ b: UInt32) -> UInt32 {
    (a &<< b) | (a &>> (0 &- b))
  }
  @inline(__always) package static func i32_rotr(_ a: UInt32, _ b: UInt32) -> UInt32 {
    (a &>> b) | (a &<< (0 &- b))
  }
  @inline(__always) package static func i32_div_u(_ a: UInt32, _ b: UInt32) -> Checked<UInt32> {
    if b == 0 { return .trap(.integerDivideByZero) }
    return .value(a.dividedReportingOverflow(by: b).partialValue)
  }
  @inline(__always) package static func i32_rem_u(_ a: UInt32, _ b: UInt32) -> Checked<UInt32> {
    if b == 0 { return .trap(.integerDivideByZero) }
    return .value(a.remainderReportingOverflow(dividingBy: b).partialValue)
  }
  @inline(__always) package static func i32_div_s(_ a: UInt32, _ b: UInt32) -> Checked<UInt32> {
    if b == 0 { return .trap(.integerDivideByZero) }
    let (quotient, overflow) = Int32(bitPattern: a).dividedReportingOverflow(by: Int32(bitPattern: b))
    if overflow { return .trap(.integerOverflow) }
    return .value(UInt32(bitPattern: quotient))
  }
  @inline(__always) package static func i32_rem_s(_ a: UInt32, _ b: UInt32) -> Checked<UInt32> {
    if b == 0 { return .trap(.integerDivideByZero) }
    let result = Int32(bitPattern: a).remainderReportingOverflow(dividingBy: Int32(bitPattern: b))
    return .value(UInt32(bitPattern: result.partialValue))
  }

  @inline(__always) package static func i64_eqz(_ a: UInt64) -> Bool { a == 0 }
  @inline(__always) package static func i64_eq(_ a: UInt64, _ b: UInt64) -> Bool { a == b }
  @inline(__always) package static func i64_ne(_ a: UInt64, _ b: UInt64) -> Bool { a != b }
  @inline(__always) package static func i64_lt_s(_ a: UInt64, _ b: UInt64) -> Bool {
    Int64(bitPattern: a) < Int64(bitPattern: b)
  }
  @inline(__always) package static func i64_lt_u(_ a: UInt64, _ b: UInt64) -> Bool { a < b }
  @inline(__always) package static func i64_gt_s(_ a: UInt64, _ b: UInt64) -> Bool {
    Int64(bitPattern: a) > Int64(bitPattern: b)
  }
  @inline(__always) package static func i64_gt_u(_ a: UInt64, _ b: UInt64) -> Bool { a > b }
  @inline(__always) package static func i64_le_s(_ a: UInt64, _ b: UInt64) -> Bool {
    Int64(bitPattern: a) <= Int64(bitPattern: b)
  }
  @inline(__always) package static func i64_le_u(_ a: UInt64, _ b: UInt64) -> Bool { a <= b }
  @inline(__always) package static func i64_ge_s(_ a: UInt64, _ b: UInt64) -> Bool {
    Int64(bitPattern: a) >= Int64(bitPattern: b)
  }
  @inline(__always) package static func i64_ge_u(_ a: UInt64, _ b: UInt64) -> Bool { a >= b }
  @inline(__always) package static func i64_clz(_ a: UInt64) -> UInt64 {
    UInt64(truncatingIfNeeded: a.leadingZeroBitCount)
  }
  @inline(__always) package static func i64_ctz(_ a: UInt64) -> UInt64 {
    UInt64(truncatingIfNeeded: a.trailingZeroBitCount)
  }
  @inline(__always) package static func i64_popcnt(_ a: UInt64) -> UInt64 {
    UInt64(truncatingIfNeeded: a.nonzeroBitCount)
  }
  @inline(__always) package static func i64_add(_ a: UInt64, _ b: UInt64) -> UInt64 { a &+ b }
  @inline(__always) package static func i64_sub(_ a: UInt64, _ b: UInt64) -> UInt64 { a &- b }
  @inline(__always) package static func i64_mul(_ a: UInt64, _ b: UInt64) -> UInt64 { a &* b }
  @inline(__always) package static func i64_and(_ a: UInt64, _ b: UInt64) -> UInt64 { a & b }
  @inline(__always) package static func i64_or(_ a: UInt64, _ b: UInt64) -> UInt64 { a | b }
  @inline(__always) package static func i64_xor(_ a: UInt64, _ b: UInt64) -> UInt64 { a ^ b }
  @inline(__always) package static func i64_shl(_ a: UInt64, _ b: UInt64) -> UInt64 { a &<< b }
  @inline(__always) package static func i64_shr_u(_ a: UInt64, _ b: UInt64) -> UInt64 { a &>> b }
  @inline(__always) package static func i64_shr_s(_ a: UInt64, _ b: UInt64) -> UInt64 {
    UInt64(bitPattern: Int64(bitPattern: a) &>> Int64(bitPattern: b))
  }
  @inline(__always) package static func i64_rotl(_ a: UInt64, _ b: UInt64) -> UInt64 {
    (a &<< b) | (a &>> (0 &- b))
  }
  @inline(__always) package static func i64_rotr(_ a: UInt64, _ b: UInt64) -> UInt64 {
    (a &>> b) | (a &<< (0 &- b))
  }
  @inline(__always) package static func i64_div_u(_ a: UInt64, _ b: UInt64) -> Checked<UInt64> {
    if b == 0 { return .trap(.integerDivideByZero) }
    return .value(a.dividedReportingOverflow(by: b).partialValue)
  }
  @inline(__always) package static func i64_rem_u(_ a: UInt64, _ b: UInt64) -> Checked<UInt64> {
    if b == 0 { return .trap(.integerDivideByZero) }
    return .value(a.remainderReportingOverflow(dividingBy: b).partialValue)
  }
  @inline(__always) package static func i64_div_s(_ a: UInt64, _ b: UInt64) -> Checked<UInt64> {
    if b == 0 { return .trap(.integerDivideByZero) }
    let (quotient, overflow) = Int64(bitPattern: a).dividedReportingOverflow(by: Int64(bitPattern: b))
    if overflow { return .trap(.integerOverflow) }
    return .value(UInt64(bitPattern: quotient))
  }
  @inline(__always) package static func i64_rem_s(_ a: UInt64, _ b: UInt64) -> Checked<UInt64> {
    if b == 0 { return .trap(.integerDivideByZero) }
    let result = Int64(bitPattern: a).remainderReportingOverflow(dividingBy: Int64(bitPattern: b))
    return .value(UInt64(bitPattern: result.partialValue))
  }

  @inline(__always) package static func i32_extend8_s(_ a: UInt32) -> UInt32 {
    UInt32(bitPattern: Int32(Int8(truncatingIfNeeded: a)))
  }
  @inline(__always) package static func i32_extend16_s(_ a: UInt32) -> UInt32 {
    UInt32(bitPattern: Int32(Int16(truncatingIfNeeded: a)))
  }
  @inline(__always) package static func i64_extend8_s(_ a: UInt64) -> UInt64 {
    UInt64(bitPattern: Int64(Int8(truncatingIfNeeded: a)))
  }
  @inline(__always) package static func i64_extend16_s(_ a: UInt64) -> UInt64 {
    UInt64(bitPattern: Int64(Int16(truncatingIfNeeded: a)))
  }
  @inline(__always) package static func i64_extend32_s(_ a: UInt64) -> UInt64 {
    UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: a)))
  }
}
