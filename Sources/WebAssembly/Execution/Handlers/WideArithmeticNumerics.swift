/// 128-bit arithmetic in pairs of i64 (the wide-arithmetic proposal).
/// One line an instruction, named like its mnemonic. Operands and results have the low half first.

extension Numerics {
  @inline(__always) package static func i64_add128(
    _ lowA: UInt64, _ highA: UInt64, _ lowB: UInt64, _ highB: UInt64
  ) -> (UInt64, UInt64) {
    let (low, carry) = lowA.addingReportingOverflow(lowB)
    return (low, highA &+ highB &+ bits(carry))
  }

  @inline(__always) package static func i64_sub128(
    _ lowA: UInt64, _ highA: UInt64, _ lowB: UInt64, _ highB: UInt64
  ) -> (UInt64, UInt64) {
    let (low, borrow) = lowA.subtractingReportingOverflow(lowB)
    return (low, highA &- highB &- bits(borrow))
  }

  @inline(__always) package static func i64_mul_wide_s(_ a: UInt64, _ b: UInt64) -> (UInt64, UInt64) {
    let product = Int64(bitPattern: a).multipliedFullWidth(by: Int64(bitPattern: b))
    return (product.low, UInt64(bitPattern: product.high))
  }

  @inline(__always) package static func i64_mul_wide_u(_ a: UInt64, _ b: UInt64) -> (UInt64, UInt64) {
    let product = a.multipliedFullWidth(by: b)
    return (product.low, product.high)
  }
}
