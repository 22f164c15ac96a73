/// Tables (Core 5.4.5).

extension Opcode {
  @inlinable public static var tableGet: Opcode { Opcode(0x25) }
  @inlinable public static var tableSet: Opcode { Opcode(0x26) }
  @inlinable public static var tableInit: Opcode { Opcode(prefix: 0xFC, 12) }
  @inlinable public static var elemDrop: Opcode { Opcode(prefix: 0xFC, 13) }
  @inlinable public static var tableCopy: Opcode { Opcode(prefix: 0xFC, 14) }
  @inlinable public static var tableGrow: Opcode { Opcode(prefix: 0xFC, 15) }
  @inlinable public static var tableSize: Opcode { Opcode(prefix: 0xFC, 16) }
  @inlinable public static var tableFill: Opcode { Opcode(prefix: 0xFC, 17) }
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
