/// Control and parametric instructions (Core 5.4.1, 5.4.2).

extension Opcode {
  @inlinable public static var unreachable: Opcode { Opcode(0x00) }
  @inlinable public static var nop: Opcode { Opcode(0x01) }
  @inlinable public static var block: Opcode { Opcode(0x02) }
  @inlinable public static var loop: Opcode { Opcode(0x03) }
  @inlinable public static var `if`: Opcode { Opcode(0x04) }
  @inlinable public static var `else`: Opcode { Opcode(0x05) }
  @inlinable public static var legacyTry: Opcode { Opcode(0x06) }
  @inlinable public static var legacyCatch: Opcode { Opcode(0x07) }
  @inlinable public static var `throw`: Opcode { Opcode(0x08) }
  @inlinable public static var legacyRethrow: Opcode { Opcode(0x09) }
  @inlinable public static var throwRef: Opcode { Opcode(0x0A) }
  @inlinable public static var end: Opcode { Opcode(0x0B) }
  @inlinable public static var br: Opcode { Opcode(0x0C) }
  @inlinable public static var brIf: Opcode { Opcode(0x0D) }
  @inlinable public static var brTable: Opcode { Opcode(0x0E) }
  @inlinable public static var `return`: Opcode { Opcode(0x0F) }
  @inlinable public static var call: Opcode { Opcode(0x10) }
  @inlinable public static var callIndirect: Opcode { Opcode(0x11) }
  @inlinable public static var returnCall: Opcode { Opcode(0x12) }
  @inlinable public static var returnCallIndirect: Opcode { Opcode(0x13) }
  @inlinable public static var callRef: Opcode { Opcode(0x14) }
  @inlinable public static var returnCallRef: Opcode { Opcode(0x15) }
  @inlinable public static var legacyDelegate: Opcode { Opcode(0x18) }
  @inlinable public static var legacyCatchAll: Opcode { Opcode(0x19) }
  @inlinable public static var drop: Opcode { Opcode(0x1A) }
  @inlinable public static var select: Opcode { Opcode(0x1B) }
  @inlinable public static var selectTyped: Opcode { Opcode(0x1C) }
  @inlinable public static var tryTable: Opcode { Opcode(0x1F) }
}

let controlInstructions: [InstructionRow] = [
  .init(.unreachable, "unreachable", nil, .none, nil, .special, facts: .endsSegment),
  .init(.nop, "nop", nil, .none, nil, .special, facts: .isNotCounted),
  .init(.block, "block", nil, .blockType, nil, .special, facts: .isNotCounted),
  .init(.loop, "loop", nil, .blockType, nil, .special, facts: .isNotCounted),
  .init(.if, "if", nil, .blockType, nil, .special, facts: .endsSegment),
  .init(.else, "else", nil, .none, nil, .special, facts: [.isNotCounted, .endsSegment]),
  .init(.legacyTry, "try", .legacyExceptions, .blockType, nil, .special, facts: .isNotCounted),
  .init(.legacyCatch, "catch", .legacyExceptions, .tag, nil, .special, facts: [.isNotCounted, .endsSegment]),
  .init(.throw, "throw", .exceptions, .tag, nil, .special, facts: .endsSegment),
  .init(.legacyRethrow, "rethrow", .legacyExceptions, .label, nil, .special, facts: .endsSegment),
  .init(.throwRef, "throw_ref", .exceptions, .none, nil, .special, facts: .endsSegment),
  .init(.end, "end", nil, .none, nil, .special, facts: [.isNotCounted, .isConstant]),
  .init(.br, "br", nil, .label, nil, .special, facts: .endsSegment),
  .init(.brIf, "br_if", nil, .label, nil, .special, facts: .endsSegment),
  .init(.brTable, "br_table", nil, .labelTable, nil, .special, facts: .endsSegment),
  .init(.return, "return", nil, .none, nil, .special, facts: .endsSegment),
  .init(.call, "call", nil, .function, nil, .special, facts: .endsSegment),
  .init(.callIndirect, "call_indirect", nil, .typeTable, nil, .special, facts: .endsSegment),
  .init(.returnCall, "return_call", .tailCall, .function, nil, .special, facts: .endsSegment),
  .init(
    .returnCallIndirect, "return_call_indirect", .tailCall, .typeTable, nil, .special, facts: .endsSegment),
  .init(.callRef, "call_ref", .functionReferences, .type, nil, .special, facts: .endsSegment),
  .init(.returnCallRef, "return_call_ref", .functionReferences, .type, nil, .special, facts: .endsSegment),
  .init(.legacyDelegate, "delegate", .legacyExceptions, .label, nil, .special, facts: .isNotCounted),
  .init(
    .legacyCatchAll, "catch_all", .legacyExceptions, .none, nil, .special,
    facts: [.isNotCounted, .endsSegment]),
  .init(.drop, "drop", nil, .none, nil, .special),
  .init(.select, "select", nil, .none, nil, .special),
  .init(.selectTyped, "select", .referenceTypes, .valueTypes, nil, .special),
  .init(.tryTable, "try_table", .exceptions, .tryTable, nil, .special, facts: .isNotCounted),
]
