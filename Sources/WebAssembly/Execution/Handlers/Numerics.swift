/// The meaning of every instruction that computes a result from its operands alone.
package enum Numerics {}

/// The result of a meaning that may trap. Not a throwing function: the path of a thrown error would make
/// the handler save registers on every call.
package enum Checked<Value: BitwiseCopyable>: BitwiseCopyable {
  case value(Value)
  case trap(TrapKind)
}

/// The result of arithmetic with every NaN made the positive canonical one. Compared with itself, because
/// that is one instruction and a branch that is hardly ever taken; `isNaN` looks at the bits.
@inline(__always) func canonical(_ value: Float) -> Float { value == value ? value : .nan }
@inline(__always) func canonical(_ value: Double) -> Double { value == value ? value : .nan }
