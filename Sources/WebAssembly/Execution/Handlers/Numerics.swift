/// The meaning of every instruction that computes a result from its operands alone.
package enum Numerics {}

/// The result of a meaning that may trap. Not a throwing function: the path of a thrown error would make
/// the handler save registers on every call.
package enum Checked<Value: BitwiseCopyable>: BitwiseCopyable {
  case value(Value)
  case trap(TrapKind)
}

/// The result of arithmetic with every NaN made the positive canonical one.
@inline(__always) func canonical(_ value: Float) -> Float { value.isNaN ? .nan : value }
@inline(__always) func canonical(_ value: Double) -> Double { value.isNaN ? .nan : value }
