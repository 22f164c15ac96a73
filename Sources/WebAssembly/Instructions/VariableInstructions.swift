/// Local and global variables (Core 5.4.3).

extension Opcode {
  @inlinable public static var localGet: Opcode { Opcode(0x20) }
  @inlinable public static var localSet: Opcode { Opcode(0x21) }
  @inlinable public static var localTee: Opcode { Opcode(0x22) }
  @inlinable public static var globalGet: Opcode { Opcode(0x23) }
  @inlinable public static var globalSet: Opcode { Opcode(0x24) }
}

let variableInstructions: [InstructionRow] = [
  .init(.localGet, "local.get", nil, .local, nil, .special),
  .init(.localSet, "local.set", nil, .local, nil, .special),
  .init(.localTee, "local.tee", nil, .local, nil, .special),
  .init(.globalGet, "global.get", nil, .global, nil, .special, facts: .isConstant),
  .init(.globalSet, "global.set", nil, .global, nil, .special),
]
