/// The meaning of `i8x16.shuffle`. Its lanes are immediates, so the code says where in the frame each lane comes
/// from: as byte offsets of 32 bits. Lanes that move in groups of two or four are moved as such.

/// The lane with the number `index`.
@inline(__always)
private func lane<T: BitwiseCopyable>(_ index: Int, _ lanes: Code, _ slots: Slots) -> T {
  // In bounds: within an operand's two slots.
  UnsafeRawPointer(slots).loadUnaligned(fromByteOffset: Int(lanes.u32(index &* 4)), as: T.self)
}

@inline(__always)
func shuffled(_ lanes: Code, _ slots: Slots) -> U8x16 {
  func byte(_ index: Int) -> UInt8 { lane(index, lanes, slots) }
  return U8x16(
    byte(0), byte(1), byte(2), byte(3), byte(4), byte(5), byte(6), byte(7), byte(8), byte(9), byte(10),
    byte(11), byte(12), byte(13), byte(14), byte(15))
}

@inline(__always)
func shuffled(_ lanes: Code, _ slots: Slots) -> U16x8 {
  func pair(_ index: Int) -> UInt16 { lane(index, lanes, slots) }
  return U16x8(pair(0), pair(1), pair(2), pair(3), pair(4), pair(5), pair(6), pair(7))
}

@inline(__always)
func shuffled(_ lanes: Code, _ slots: Slots) -> U32x4 {
  func word(_ index: Int) -> UInt32 { lane(index, lanes, slots) }
  return U32x4(word(0), word(1), word(2), word(3))
}
