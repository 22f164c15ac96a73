/// Tables (Core 5.4.5).

extension Opcode {
  public static let tableGet = Opcode(0x25)
  public static let tableSet = Opcode(0x26)
  public static let tableInit = Opcode(prefix: 0xFC, 12)
  public static let elemDrop = Opcode(prefix: 0xFC, 13)
  public static let tableCopy = Opcode(prefix: 0xFC, 14)
  public static let tableGrow = Opcode(prefix: 0xFC, 15)
  public static let tableSize = Opcode(prefix: 0xFC, 16)
  public static let tableFill = Opcode(prefix: 0xFC, 17)
}

let tableInstructions: [InstructionRow] = [
  .init(.tableGet, "table.get", .referenceTypes, .table, nil, .special),
  .init(.tableSet, "table.set", .referenceTypes, .table, nil, .special),
  .init(.tableInit, "table.init", .bulkMemory, .elementTable, nil, .special),
  .init(.elemDrop, "elem.drop", .bulkMemory, .element, nil, .special),
  .init(.tableCopy, "table.copy", .bulkMemory, .tableTable, nil, .special),
  .init(.tableGrow, "table.grow", .referenceTypes, .table, nil, .special),
  .init(.tableSize, "table.size", .referenceTypes, .table, nil, .special),
  .init(.tableFill, "table.fill", .referenceTypes, .table, nil, .special),
]
