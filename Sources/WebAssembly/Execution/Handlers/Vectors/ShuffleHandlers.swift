/// The handlers of `i8x16.shuffle`. Its lanes are immediates, so the translator knows where in the frame
/// each one comes from: as byte offsets of 32 bits, from offset 16 of the instruction on. Lanes that move
/// in groups of two or four are moved as such.

@inline(__always)
private func lane<T: BitwiseCopyable>(_ index: Int, _ code: Code, _ slots: Slots) -> T {
  // In bounds: within an operand's two slots.
  UnsafeRawPointer(slots).loadUnaligned(fromByteOffset: Int(code.u32(16 + index &* 4)), as: T.self)
}

@c func op_shuffle8(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  func byte(_ index: Int) -> UInt8 { lane(index, code, slots) }
  slots.setVector(
    code.slot(8),
    U8x16(
      byte(0), byte(1), byte(2), byte(3), byte(4), byte(5), byte(6), byte(7), byte(8), byte(9), byte(10),
      byte(11), byte(12), byte(13), byte(14), byte(15)))
  return proceed(code + 80, slots, accumulator, memory, context)
}

@c func op_shuffle16(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  func pair(_ index: Int) -> UInt16 { lane(index, code, slots) }
  slots.setVector(
    code.slot(8), U16x8(pair(0), pair(1), pair(2), pair(3), pair(4), pair(5), pair(6), pair(7)))
  return proceed(code + 48, slots, accumulator, memory, context)
}

@c func op_shuffle32(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  func word(_ index: Int) -> UInt32 { lane(index, code, slots) }
  slots.setVector(code.slot(8), U32x4(word(0), word(1), word(2), word(3)))
  return proceed(code + 32, slots, accumulator, memory, context)
}
