/// Atomic memory accesses of the threads proposal. Their alignment must be exactly the natural one.

extension Opcode {
  @inlinable public static var memoryAtomicNotify: Opcode { Opcode(prefix: 0xFE, 0) }
  @inlinable public static var memoryAtomicWait32: Opcode { Opcode(prefix: 0xFE, 1) }
  @inlinable public static var memoryAtomicWait64: Opcode { Opcode(prefix: 0xFE, 2) }
  @inlinable public static var atomicFence: Opcode { Opcode(prefix: 0xFE, 3) }
}

private func atomic(
  _ code: UInt32, _ mnemonic: String, _ operands: [ValueType], _ results: [ValueType], _ width: Int
) -> InstructionRow {
  .init(
    Opcode(prefix: 0xFE, code), mnemonic, .threads, .memoryArgument, Signature(operands, results), .special,
    width: width)
}

let atomicInstructions: [InstructionRow] = [
  atomic(0x00, "memory.atomic.notify", [.i32, .i32], [.i32], 4),
  atomic(0x01, "memory.atomic.wait32", [.i32, .i32, .i64], [.i32], 4),
  atomic(0x02, "memory.atomic.wait64", [.i32, .i64, .i64], [.i32], 8),
  .init(.atomicFence, "atomic.fence", .threads, .zeroByte, Signature([], []), .special),
  atomic(0x10, "i32.atomic.load", [.i32], [.i32], 4),
  atomic(0x11, "i64.atomic.load", [.i32], [.i64], 8),
  atomic(0x12, "i32.atomic.load8_u", [.i32], [.i32], 1),
  atomic(0x13, "i32.atomic.load16_u", [.i32], [.i32], 2),
  atomic(0x14, "i64.atomic.load8_u", [.i32], [.i64], 1),
  atomic(0x15, "i64.atomic.load16_u", [.i32], [.i64], 2),
  atomic(0x16, "i64.atomic.load32_u", [.i32], [.i64], 4),
  atomic(0x17, "i32.atomic.store", [.i32, .i32], [], 4),
  atomic(0x18, "i64.atomic.store", [.i32, .i64], [], 8),
  atomic(0x19, "i32.atomic.store8", [.i32, .i32], [], 1),
  atomic(0x1A, "i32.atomic.store16", [.i32, .i32], [], 2),
  atomic(0x1B, "i64.atomic.store8", [.i32, .i64], [], 1),
  atomic(0x1C, "i64.atomic.store16", [.i32, .i64], [], 2),
  atomic(0x1D, "i64.atomic.store32", [.i32, .i64], [], 4),
  atomic(0x1E, "i32.atomic.rmw.add", [.i32, .i32], [.i32], 4),
  atomic(0x1F, "i64.atomic.rmw.add", [.i32, .i64], [.i64], 8),
  atomic(0x20, "i32.atomic.rmw8.add_u", [.i32, .i32], [.i32], 1),
  atomic(0x21, "i32.atomic.rmw16.add_u", [.i32, .i32], [.i32], 2),
  atomic(0x22, "i64.atomic.rmw8.add_u", [.i32, .i64], [.i64], 1),
  atomic(0x23, "i64.atomic.rmw16.add_u", [.i32, .i64], [.i64], 2),
  atomic(0x24, "i64.atomic.rmw32.add_u", [.i32, .i64], [.i64], 4),
  atomic(0x25, "i32.atomic.rmw.sub", [.i32, .i32], [.i32], 4),
  atomic(0x26, "i64.atomic.rmw.sub", [.i32, .i64], [.i64], 8),
  atomic(0x27, "i32.atomic.rmw8.sub_u", [.i32, .i32], [.i32], 1),
  atomic(0x28, "i32.atomic.rmw16.sub_u", [.i32, .i32], [.i32], 2),
  atomic(0x29, "i64.atomic.rmw8.sub_u", [.i32, .i64], [.i64], 1),
  atomic(0x2A, "i64.atomic.rmw16.sub_u", [.i32, .i64], [.i64], 2),
  atomic(0x2B, "i64.atomic.rmw32.sub_u", [.i32, .i64], [.i64], 4),
  atomic(0x2C, "i32.atomic.rmw.and", [.i32, .i32], [.i32], 4),
  atomic(0x2D, "i64.atomic.rmw.and", [.i32, .i64], [.i64], 8),
  atomic(0x2E, "i32.atomic.rmw8.and_u", [.i32, .i32], [.i32], 1),
  atomic(0x2F, "i32.atomic.rmw16.and_u", [.i32, .i32], [.i32], 2),
  atomic(0x30, "i64.atomic.rmw8.and_u", [.i32, .i64], [.i64], 1),
  atomic(0x31, "i64.atomic.rmw16.and_u", [.i32, .i64], [.i64], 2),
  atomic(0x32, "i64.atomic.rmw32.and_u", [.i32, .i64], [.i64], 4),
  atomic(0x33, "i32.atomic.rmw.or", [.i32, .i32], [.i32], 4),
  atomic(0x34, "i64.atomic.rmw.or", [.i32, .i64], [.i64], 8),
  atomic(0x35, "i32.atomic.rmw8.or_u", [.i32, .i32], [.i32], 1),
  atomic(0x36, "i32.atomic.rmw16.or_u", [.i32, .i32], [.i32], 2),
  atomic(0x37, "i64.atomic.rmw8.or_u", [.i32, .i64], [.i64], 1),
  atomic(0x38, "i64.atomic.rmw16.or_u", [.i32, .i64], [.i64], 2),
  atomic(0x39, "i64.atomic.rmw32.or_u", [.i32, .i64], [.i64], 4),
  atomic(0x3A, "i32.atomic.rmw.xor", [.i32, .i32], [.i32], 4),
  atomic(0x3B, "i64.atomic.rmw.xor", [.i32, .i64], [.i64], 8),
  atomic(0x3C, "i32.atomic.rmw8.xor_u", [.i32, .i32], [.i32], 1),
  atomic(0x3D, "i32.atomic.rmw16.xor_u", [.i32, .i32], [.i32], 2),
  atomic(0x3E, "i64.atomic.rmw8.xor_u", [.i32, .i64], [.i64], 1),
  atomic(0x3F, "i64.atomic.rmw16.xor_u", [.i32, .i64], [.i64], 2),
  atomic(0x40, "i64.atomic.rmw32.xor_u", [.i32, .i64], [.i64], 4),
  atomic(0x41, "i32.atomic.rmw.xchg", [.i32, .i32], [.i32], 4),
  atomic(0x42, "i64.atomic.rmw.xchg", [.i32, .i64], [.i64], 8),
  atomic(0x43, "i32.atomic.rmw8.xchg_u", [.i32, .i32], [.i32], 1),
  atomic(0x44, "i32.atomic.rmw16.xchg_u", [.i32, .i32], [.i32], 2),
  atomic(0x45, "i64.atomic.rmw8.xchg_u", [.i32, .i64], [.i64], 1),
  atomic(0x46, "i64.atomic.rmw16.xchg_u", [.i32, .i64], [.i64], 2),
  atomic(0x47, "i64.atomic.rmw32.xchg_u", [.i32, .i64], [.i64], 4),
  atomic(0x48, "i32.atomic.rmw.cmpxchg", [.i32, .i32, .i32], [.i32], 4),
  atomic(0x49, "i64.atomic.rmw.cmpxchg", [.i32, .i64, .i64], [.i64], 8),
  atomic(0x4A, "i32.atomic.rmw8.cmpxchg_u", [.i32, .i32, .i32], [.i32], 1),
  atomic(0x4B, "i32.atomic.rmw16.cmpxchg_u", [.i32, .i32, .i32], [.i32], 2),
  atomic(0x4C, "i64.atomic.rmw8.cmpxchg_u", [.i32, .i64, .i64], [.i64], 1),
  atomic(0x4D, "i64.atomic.rmw16.cmpxchg_u", [.i32, .i64, .i64], [.i64], 2),
  atomic(0x4E, "i64.atomic.rmw32.cmpxchg_u", [.i32, .i64, .i64], [.i64], 4),
]
