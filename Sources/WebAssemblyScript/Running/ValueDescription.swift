import WebAssembly

/// Values in the notation of scripts, for messages.
extension ScriptValue: CustomStringConvertible {
  public var description: String {
    switch self {
    case .i32(let value): ScriptResult.i32(value).description
    case .i64(let value): ScriptResult.i64(value).description
    case .f32(let bits): ScriptResult.f32(bits).description
    case .f64(let bits): ScriptResult.f64(bits).description
    case .v128(let low, let high): ScriptResult.v128(low: low, high: high).description
    case .null(let type): type.map { "(ref.null \($0))" } ?? "(ref.null)"
    case .extern(let number): "(ref.extern \(number))"
    case .host(let number): "(ref.host \(number))"
    }
  }
}

extension ScriptResult: CustomStringConvertible {
  public var description: String {
    switch self {
    case .i32(let value): "(i32.const \(Int32(bitPattern: value)))"
    case .i64(let value): "(i64.const \(Int64(bitPattern: value)))"
    case .f32(let bits): "(f32.const \(number(UInt64(bits), width: 32)))"
    case .f64(let bits): "(f64.const \(number(bits, width: 64)))"
    case .v128(let low, let high):
      "(v128.const i64x2 0x\(String(low, radix: 16)) 0x\(String(high, radix: 16)))"
    case .null: "(ref.null)"
    case .extern(let number): number.map { "(ref.extern \($0))" } ?? "(ref.extern)"
    case .host(let number): "(ref.host \(number))"
    case .reference(let type): "(ref.\(type))"
    }
  }
}

extension ExpectedValue: CustomStringConvertible {
  public var description: String {
    switch self {
    case .i32(let value): return ScriptResult.i32(value).description
    case .i64(let value): return ScriptResult.i64(value).description
    case .f32(let pattern): return "(f32.const \(pattern.description(width: 32)))"
    case .f64(let pattern): return "(f64.const \(pattern.description(width: 64)))"
    case .v128(let width, let lanes):
      let isFloat = lanes.contains { $0 == .canonicalNaN || $0 == .arithmeticNaN }
      let numbers = lanes.map { lane in
        if case .bits(let bits) = lane, !isFloat { return "0x" + String(bits, radix: 16) }
        return lane.description(width: width)
      }
      return "(v128.const \(isFloat ? "f" : "i")\(width)x\(lanes.count) \(numbers.joined(separator: " ")))"
    case .null: return "(ref.null)"
    case .extern(let number): return "(ref.extern \(number))"
    case .host(let number): return "(ref.host \(number))"
    case .reference(let type): return "(ref.\(type))"
    case .either(let values): return "(either \(values.map(\.description).joined(separator: " ")))"
    }
  }
}

extension NumberPattern {
  fileprivate func description(width: Int) -> String {
    switch self {
    case .bits(let bits): number(bits, width: width)
    case .canonicalNaN: "nan:canonical"
    case .arithmeticNaN: "nan:arithmetic"
    }
  }
}

/// A floating-point number, a NaN with its payload.
private func number(_ bits: UInt64, width: Int) -> String {
  let payloadWidth = UInt64(width == 32 ? 23 : 52)
  let value =
    width == 32 ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))) : Double(bitPattern: bits)
  if value.isNaN {
    let payload = bits & (1 << payloadWidth - 1)
    let sign = bits >> UInt64(width - 1) & 1 == 1 ? "-" : ""
    return "\(sign)nan:0x\(String(payload, radix: 16))"
  }
  return width == 32 ? Float(bitPattern: UInt32(truncatingIfNeeded: bits)).description : value.description
}
