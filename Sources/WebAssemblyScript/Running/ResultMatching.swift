import WebAssembly

/// Whether a result is the one expected, bit by bit.
extension ExpectedValue {
  public func matches(_ result: ScriptResult) -> Bool {
    switch (self, result) {
    case (.i32(let expected), .i32(let value)): return expected == value
    case (.i64(let expected), .i64(let value)): return expected == value
    case (.f32(let pattern), .f32(let bits)): return pattern.matches(UInt64(bits), width: 32)
    case (.f64(let pattern), .f64(let bits)): return pattern.matches(bits, width: 64)
    case (.v128(let width, let lanes), .v128(let low, let high)):
      guard width > 0, lanes.count * width == 128 else { return false }
      return lanes.enumerated().allSatisfy { index, pattern in
        let place = index * width
        let half = place < 64 ? low >> UInt64(place) : high >> UInt64(place - 64)
        return pattern.matches(half & (UInt64.max >> UInt64(64 - width)), width: width)
      }
    case (.null, .null): return true
    case (.extern(let expected), .extern(let number)): return expected == number
    case (.host(let expected), .host(let number)): return expected == number
    case (.reference(let type), _): return result.isReference(to: type)
    case (.either(let alternatives), _): return alternatives.contains { $0.matches(result) }
    default: return false
    }
  }
}

extension NumberPattern {
  /// `width` is 8 to 64; only floating-point numbers have patterns for NaN.
  func matches(_ bits: UInt64, width: Int) -> Bool {
    if case .bits(let expected) = self { return bits == expected }
    let quietBit: UInt64 = width == 32 ? 1 << 22 : 1 << 51
    let infinity: UInt64 = width == 32 ? 0x7F80_0000 : 0x7FF0_0000_0000_0000
    let sign: UInt64 = 1 << UInt64(width - 1)
    if self == .canonicalNaN { return bits & ~sign == infinity | quietBit }
    return bits & infinity == infinity && bits & quietBit != 0
  }
}

extension ScriptResult {
  /// Whether the result is a reference, not null, to something of this kind.
  func isReference(to type: HeapType) -> Bool {
    switch self {
    case .i32, .i64, .f32, .f64, .v128, .null: return false
    case .extern: return type == .extern
    case .host: return type == .any
    case .reference(let actual):
      if actual == type { return true }
      let isEqual = actual == .i31 || actual == .struct || actual == .array || actual == .eq
      return type == .eq ? isEqual : type == .any && isEqual
    }
  }
}
