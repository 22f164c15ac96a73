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

// MARK: - Canonical NaNs in handlers

/// Where a handler goes whose result is a NaN: the result is stored in the slot that comes in the accumulator's
/// place, and execution goes on at `code`. A branch costs nothing as long as numbers are computed, where choosing
/// between two results would lengthen every chain of them. The NaN has the sign that the running code's state names.
@c func op_canonicalNaN64_s(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  let nan = bits(Double.nan) | context.state.pointee.nanSign
  slots[Int(truncatingIfNeeded: accumulator)] = nan
  return proceed(code, slots, nan, memory, context)
}

@c func op_canonicalNaN32_s(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  let nan = bits(Float.nan) | context.state.pointee.nanSign &>> 32
  slots[Int(truncatingIfNeeded: accumulator)] = nan
  return proceed(code, slots, nan, memory, context)
}

/// The same of results that are in the accumulator only.
@c func op_canonicalNaN64_a(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  return proceed(code, slots, bits(Double.nan) | context.state.pointee.nanSign, memory, context)
}

@c func op_canonicalNaN32_a(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  return proceed(code, slots, bits(Float.nan) | context.state.pointee.nanSign &>> 32, memory, context)
}
