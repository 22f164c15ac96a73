/// Loads, stores and whole-memory instructions (Core 5.4.6). The address operand is an i64 on memories
/// with 64-bit addresses; the rows show the i32 form and validation takes the type from the memory.

extension Opcode {
  @inlinable public static var memorySize: Opcode { Opcode(0x3F) }
  @inlinable public static var memoryGrow: Opcode { Opcode(0x40) }
  @inlinable public static var memoryInit: Opcode { Opcode(prefix: 0xFC, 8) }
  @inlinable public static var dataDrop: Opcode { Opcode(prefix: 0xFC, 9) }
  @inlinable public static var memoryCopy: Opcode { Opcode(prefix: 0xFC, 10) }
  @inlinable public static var memoryFill: Opcode { Opcode(prefix: 0xFC, 11) }
}

private func load(_ code: UInt32, _ mnemonic: String, _ type: ValueType, _ access: MemoryAccess)
  -> InstructionRow
{
  .init(Opcode(code), mnemonic, nil, .memoryArgument, Signature(.i32, to: type), .load(access))
}

private func store(_ code: UInt32, _ mnemonic: String, _ type: ValueType, _ byteCount: Int)
  -> InstructionRow
{
  .init(Opcode(code), mnemonic, nil, .memoryArgument, Signature(.i32, type), .store(byteCount))
}

let memoryInstructions: [InstructionRow] = [
  load(0x28, "i32.load", .i32, MemoryAccess(4)),
  load(0x29, "i64.load", .i64, MemoryAccess(8)),
  load(0x2A, "f32.load", .f32, MemoryAccess(4)),
  load(0x2B, "f64.load", .f64, MemoryAccess(8)),
  load(0x2C, "i32.load8_s", .i32, MemoryAccess(1, .signed32)),
  load(0x2D, "i32.load8_u", .i32, MemoryAccess(1)),
  load(0x2E, "i32.load16_s", .i32, MemoryAccess(2, .signed32)),
  load(0x2F, "i32.load16_u", .i32, MemoryAccess(2)),
  load(0x30, "i64.load8_s", .i64, MemoryAccess(1, .signed64)),
  load(0x31, "i64.load8_u", .i64, MemoryAccess(1)),
  load(0x32, "i64.load16_s", .i64, MemoryAccess(2, .signed64)),
  load(0x33, "i64.load16_u", .i64, MemoryAccess(2)),
  load(0x34, "i64.load32_s", .i64, MemoryAccess(4, .signed64)),
  load(0x35, "i64.load32_u", .i64, MemoryAccess(4)),
  store(0x36, "i32.store", .i32, 4),
  store(0x37, "i64.store", .i64, 8),
  store(0x38, "f32.store", .f32, 4),
  store(0x39, "f64.store", .f64, 8),
  store(0x3A, "i32.store8", .i32, 1),
  store(0x3B, "i32.store16", .i32, 2),
  store(0x3C, "i64.store8", .i64, 1),
  store(0x3D, "i64.store16", .i64, 2),
  store(0x3E, "i64.store32", .i64, 4),
  .init(.memorySize, "memory.size", nil, .memory, nil, .special),
  .init(.memoryGrow, "memory.grow", nil, .memory, nil, .special),
  .init(.memoryInit, "memory.init", .bulkMemory, .dataMemory, nil, .special),
  .init(.dataDrop, "data.drop", .bulkMemory, .data, nil, .special),
  .init(.memoryCopy, "memory.copy", .bulkMemory, .memoryMemory, nil, .special),
  .init(.memoryFill, "memory.fill", .bulkMemory, .memory, nil, .special),
]
