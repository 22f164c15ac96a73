/// The meaning of every instruction that computes a result from its operands alone.
package enum Numerics {}

/// The result of a meaning that may trap. Not a throwing function: the path of a thrown error would make
/// the handler save registers on every call.
package enum Checked<Value: BitwiseCopyable>: BitwiseCopyable {
  case value(Value)
  case trap(TrapKind)
}
