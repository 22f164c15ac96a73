/// Control and parametric instructions (Core 5.4.1, 5.4.2).

extension Opcode {
  public static let unreachable = Opcode(0x00)
  public static let nop = Opcode(0x01)
  public static let block = Opcode(0x02)
  public static let loop = Opcode(0x03)
  public static let `if` = Opcode(0x04)
  public static let `else` = Opcode(0x05)
  public static let legacyTry = Opcode(0x06)
  public static let legacyCatch = Opcode(0x07)
  public static let `throw` = Opcode(0x08)
  public static let legacyRethrow = Opcode(0x09)
  public static let throwRef = Opcode(0x0A)
  public static let end = Opcode(0x0B)
  public static let br = Opcode(0x0C)
  public static let brIf = Opcode(0x0D)
  public static let brTable = Opcode(0x0E)
  public static let `return` = Opcode(0x0F)
  public static let call = Opcode(0x10)
  public static let callIndirect = Opcode(0x11)
  public static let returnCall = Opcode(0x12)
  public static let returnCallIndirect = Opcode(0x13)
  public static let callRef = Opcode(0x14)
  public static let returnCallRef = Opcode(0x15)
  public static let legacyDelegate = Opcode(0x18)
  public static let legacyCatchAll = Opcode(0x19)
  public static let drop = Opcode(0x1A)
  public static let select = Opcode(0x1B)
  public static let selectTyped = Opcode(0x1C)
  public static let tryTable = Opcode(0x1F)
}

let controlInstructions: [InstructionRow] = [
  .init(.unreachable, "unreachable", nil, .none, nil, .special),
  .init(.nop, "nop", nil, .none, nil, .special),
  .init(.block, "block", nil, .blockType, nil, .special),
  .init(.loop, "loop", nil, .blockType, nil, .special),
  .init(.if, "if", nil, .blockType, nil, .special),
  .init(.else, "else", nil, .none, nil, .special),
  .init(.legacyTry, "try", .legacyExceptions, .blockType, nil, .special),
  .init(.legacyCatch, "catch", .legacyExceptions, .tag, nil, .special),
  .init(.throw, "throw", .exceptions, .tag, nil, .special),
  .init(.legacyRethrow, "rethrow", .legacyExceptions, .label, nil, .special),
  .init(.throwRef, "throw_ref", .exceptions, .none, nil, .special),
  .init(.end, "end", nil, .none, nil, .special),
  .init(.br, "br", nil, .label, nil, .special),
  .init(.brIf, "br_if", nil, .label, nil, .special),
  .init(.brTable, "br_table", nil, .labelTable, nil, .special),
  .init(.return, "return", nil, .none, nil, .special),
  .init(.call, "call", nil, .function, nil, .special),
  .init(.callIndirect, "call_indirect", nil, .typeTable, nil, .special),
  .init(.returnCall, "return_call", .tailCall, .function, nil, .special),
  .init(.returnCallIndirect, "return_call_indirect", .tailCall, .typeTable, nil, .special),
  .init(.callRef, "call_ref", .functionReferences, .type, nil, .special),
  .init(.returnCallRef, "return_call_ref", .functionReferences, .type, nil, .special),
  .init(.legacyDelegate, "delegate", .legacyExceptions, .label, nil, .special),
  .init(.legacyCatchAll, "catch_all", .legacyExceptions, .none, nil, .special),
  .init(.drop, "drop", nil, .none, nil, .special),
  .init(.select, "select", nil, .none, nil, .special),
  .init(.selectTyped, "select", .referenceTypes, .valueTypes, nil, .special),
  .init(.tryTable, "try_table", .exceptions, .tryTable, nil, .special),
]
