/// Local and global variables (Core 5.4.3).

extension Opcode {
  public static let localGet = Opcode(0x20)
  public static let localSet = Opcode(0x21)
  public static let localTee = Opcode(0x22)
  public static let globalGet = Opcode(0x23)
  public static let globalSet = Opcode(0x24)
}

let variableInstructions: [InstructionRow] = [
  .init(.localGet, "local.get", nil, .local, nil, .special),
  .init(.localSet, "local.set", nil, .local, nil, .special),
  .init(.localTee, "local.tee", nil, .local, nil, .special),
  .init(.globalGet, "global.get", nil, .global, nil, .special),
  .init(.globalSet, "global.set", nil, .global, nil, .special),
]
