/// Atomic memory accesses of the threads proposal. Their alignment must be exactly the natural one.

extension Opcode {
  @inlinable public static var memoryAtomicNotify: Opcode { Opcode(prefix: 0xFE, 0) }
  @inlinable public static var memoryAtomicWait32: Opcode { Opcode(prefix: 0xFE, 1) }
  @inlinable public static var memoryAtomicWait64: Opcode { Opcode(prefix: 0xFE, 2) }
  @inlinable public static var atomicFence: Opcode { Opcode(prefix: 0xFE, 3) }
}

private func atomic(_ code: UInt32, _ mnemonic: String, _ signature: Signature, _ width: Int)
  -> InstructionRow
{
  .init(
    Opcode(prefix: 0xFE, code), mnemonic, .threads, .memoryArgument, signature, .special, width: width,
    facts: .wantsExactAlignment)
}

private func load(_ code: UInt32, _ mnemonic: String, _ type: ValueType, _ width: Int) -> InstructionRow {
  atomic(code, mnemonic, Signature(.i32, to: type), width)
}

private func store(_ code: UInt32, _ mnemonic: String, _ type: ValueType, _ width: Int) -> InstructionRow {
  atomic(code, mnemonic, Signature(.i32, type), width)
}

/// Reads, changes and writes; the result is what was read.
private func modify(_ code: UInt32, _ mnemonic: String, _ type: ValueType, _ width: Int) -> InstructionRow {
  atomic(code, mnemonic, Signature(.i32, type, to: type), width)
}

/// Takes the value expected and the one to put in its place.
private func exchange(_ code: UInt32, _ mnemonic: String, _ type: ValueType, _ width: Int) -> InstructionRow {
  atomic(code, mnemonic, Signature(.i32, type, type, to: type), width)
}

let atomicInstructions: [InstructionRow] = [
  atomic(0x00, "memory.atomic.notify", Signature(.i32, .i32, to: .i32), 4),
  atomic(0x01, "memory.atomic.wait32", Signature(.i32, .i32, .i64, to: .i32), 4),
  atomic(0x02, "memory.atomic.wait64", Signature(.i32, .i64, .i64, to: .i32), 8),
  .init(.atomicFence, "atomic.fence", .threads, .zeroByte, Signature(), .special),
  load(0x10, "i32.atomic.load", .i32, 4),
  load(0x11, "i64.atomic.load", .i64, 8),
  load(0x12, "i32.atomic.load8_u", .i32, 1),
  load(0x13, "i32.atomic.load16_u", .i32, 2),
  load(0x14, "i64.atomic.load8_u", .i64, 1),
  load(0x15, "i64.atomic.load16_u", .i64, 2),
  load(0x16, "i64.atomic.load32_u", .i64, 4),
  store(0x17, "i32.atomic.store", .i32, 4),
  store(0x18, "i64.atomic.store", .i64, 8),
  store(0x19, "i32.atomic.store8", .i32, 1),
  store(0x1A, "i32.atomic.store16", .i32, 2),
  store(0x1B, "i64.atomic.store8", .i64, 1),
  store(0x1C, "i64.atomic.store16", .i64, 2),
  store(0x1D, "i64.atomic.store32", .i64, 4),
  modify(0x1E, "i32.atomic.rmw.add", .i32, 4),
  modify(0x1F, "i64.atomic.rmw.add", .i64, 8),
  modify(0x20, "i32.atomic.rmw8.add_u", .i32, 1),
  modify(0x21, "i32.atomic.rmw16.add_u", .i32, 2),
  modify(0x22, "i64.atomic.rmw8.add_u", .i64, 1),
  modify(0x23, "i64.atomic.rmw16.add_u", .i64, 2),
  modify(0x24, "i64.atomic.rmw32.add_u", .i64, 4),
  modify(0x25, "i32.atomic.rmw.sub", .i32, 4),
  modify(0x26, "i64.atomic.rmw.sub", .i64, 8),
  modify(0x27, "i32.atomic.rmw8.sub_u", .i32, 1),
  modify(0x28, "i32.atomic.rmw16.sub_u", .i32, 2),
  modify(0x29, "i64.atomic.rmw8.sub_u", .i64, 1),
  modify(0x2A, "i64.atomic.rmw16.sub_u", .i64, 2),
  modify(0x2B, "i64.atomic.rmw32.sub_u", .i64, 4),
  modify(0x2C, "i32.atomic.rmw.and", .i32, 4),
  modify(0x2D, "i64.atomic.rmw.and", .i64, 8),
  modify(0x2E, "i32.atomic.rmw8.and_u", .i32, 1),
  modify(0x2F, "i32.atomic.rmw16.and_u", .i32, 2),
  modify(0x30, "i64.atomic.rmw8.and_u", .i64, 1),
  modify(0x31, "i64.atomic.rmw16.and_u", .i64, 2),
  modify(0x32, "i64.atomic.rmw32.and_u", .i64, 4),
  modify(0x33, "i32.atomic.rmw.or", .i32, 4),
  modify(0x34, "i64.atomic.rmw.or", .i64, 8),
  modify(0x35, "i32.atomic.rmw8.or_u", .i32, 1),
  modify(0x36, "i32.atomic.rmw16.or_u", .i32, 2),
  modify(0x37, "i64.atomic.rmw8.or_u", .i64, 1),
  modify(0x38, "i64.atomic.rmw16.or_u", .i64, 2),
  modify(0x39, "i64.atomic.rmw32.or_u", .i64, 4),
  modify(0x3A, "i32.atomic.rmw.xor", .i32, 4),
  modify(0x3B, "i64.atomic.rmw.xor", .i64, 8),
  modify(0x3C, "i32.atomic.rmw8.xor_u", .i32, 1),
  modify(0x3D, "i32.atomic.rmw16.xor_u", .i32, 2),
  modify(0x3E, "i64.atomic.rmw8.xor_u", .i64, 1),
  modify(0x3F, "i64.atomic.rmw16.xor_u", .i64, 2),
  modify(0x40, "i64.atomic.rmw32.xor_u", .i64, 4),
  modify(0x41, "i32.atomic.rmw.xchg", .i32, 4),
  modify(0x42, "i64.atomic.rmw.xchg", .i64, 8),
  modify(0x43, "i32.atomic.rmw8.xchg_u", .i32, 1),
  modify(0x44, "i32.atomic.rmw16.xchg_u", .i32, 2),
  modify(0x45, "i64.atomic.rmw8.xchg_u", .i64, 1),
  modify(0x46, "i64.atomic.rmw16.xchg_u", .i64, 2),
  modify(0x47, "i64.atomic.rmw32.xchg_u", .i64, 4),
  exchange(0x48, "i32.atomic.rmw.cmpxchg", .i32, 4),
  exchange(0x49, "i64.atomic.rmw.cmpxchg", .i64, 8),
  exchange(0x4A, "i32.atomic.rmw8.cmpxchg_u", .i32, 1),
  exchange(0x4B, "i32.atomic.rmw16.cmpxchg_u", .i32, 2),
  exchange(0x4C, "i64.atomic.rmw8.cmpxchg_u", .i64, 1),
  exchange(0x4D, "i64.atomic.rmw16.cmpxchg_u", .i64, 2),
  exchange(0x4E, "i64.atomic.rmw32.cmpxchg_u", .i64, 4),
]
