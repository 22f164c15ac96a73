/// Loads and stores of numbers, and what the loop does with whole memories.
///
/// The narrow forms reach the first memory when it has 32-bit addresses; the address is the 32-bit sum of `a`
/// and an index. The wide forms reach every memory: 64 bits of address, and the memory's number.

import WebAssemblyInstructions

enum MemoryOperations {
  static let chapter = Chapter(name: "Memory", rows: accesses() + whole)

  /// Fields of an access through a narrow address.
  static func narrow(_ others: [Field] = []) -> [Field] {
    [.operand("a", .a, .i32), .operand("b", .b, .i32, .optional)] + others + [.offset]
  }
  /// Fields of an access through a wide one.
  static func wide(_ a: Field, _ others: [Field] = []) -> [Field] {
    [a] + others + [memory, .number("offset", .offset, 64)]
  }
  static let wideLoadAddress = Field.operand("a", .a)
  static let wideStoreAddress = Field.slot("a", .a)
  static let memory = Field.number("memory", .x)

  /// Statements that make `address` and check it.
  static func narrow(_ byteCount: Int) -> [String] {
    [
      "let address = address({a+b}, offset)",
      "if Int(bitPattern: address) > context.state.pointee.lastAddress.of\(byteCount) {",
      "  return leave(code, slots, accumulator, context, .outOfBoundsMemory)",
      "}",
    ]
  }

  /// Statements that make `bytes`, the base of the memory, and `address`, and check that.
  static func wide(_ byteCount: Int) -> [String] {
    [
      "let storage = storage(ofMemory: memoryIndex, context)",
      "guard let address = address(a, offset, byteCount: \(byteCount), in: storage) else {",
      "  return leave(code, slots, context, trap: .outOfBoundsMemoryAccess)",
      "}",
      "let bytes = storage.pointee.base",
    ]
  }

  /// Accesses of different types but equal width are one family, and one wide family.
  private static func accesses() -> [OperationRow] {
    var rows: [OperationRow] = []
    func add(_ index: Int, _ family: OperationRow) {
      let existing = rows.firstIndex { $0.name == family.name } ?? rows.count
      if existing == rows.count { rows.append(family) }
      if family.name.hasSuffix("_wide") {
        rows[existing].wideInstructions.append(index)
      } else {
        rows[existing].instructions.append(index)
      }
    }
    for (index, row) in InstructionTable.rows.enumerated() {
      switch row.lowering {
      case .load(let access):
        let name = "load\(access.byteCount * 8)_\(access.widening)"
        add(
          index,
          OperationRow(
            name, [.result] + narrow(),
            Body(lines: narrow(access.byteCount), value: "memory.\(read(access))"), traps: true,
            builder: "load"))
        add(
          index,
          OperationRow(
            name + "_wide", [.result] + wide(wideLoadAddress),
            Body(lines: wide(access.byteCount), value: "bytes.\(read(access))"), traps: true,
            builder: "wideLoad"))
      case .store(let byteCount):
        let write = "store(address, value, UInt\(byteCount * 8).self)"
        add(
          index,
          OperationRow(
            "store\(byteCount * 8)", narrow([.operand("value", .c, .i64, .value)]),
            Body(lines: narrow(byteCount) + ["memory." + write]), traps: true, builder: "store"))
        add(
          index,
          OperationRow(
            "store\(byteCount * 8)_wide", wide(wideStoreAddress, [.operand("value", .c)]),
            Body(lines: wide(byteCount) + ["bytes." + write]), traps: true, builder: "wideStore"))
      default: break
      }
    }
    return rows
  }

  private static func read(_ access: MemoryAccess) -> String {
    let bits = access.byteCount * 8
    return switch access.widening {
    case .zero: "zeroExtended(address, UInt\(bits).self)"
    case .signed32: "signExtended32(address, Int\(bits).self)"
    case .signed64: "signExtended64(address, Int\(bits).self)"
    }
  }

  private static let whole: [OperationRow] = [
    OperationRow("memorySize", [.result, memory], .value("pageCount(ofMemory: memoryIndex, context)")),
    .loop("memoryGrow", [.resultSlot, .slot("delta", .a), memory]),
    .loop("memoryFill", [.slot("address", .a), .slot("byte", .b), .slot("count", .c), memory]),
    .loop(
      "memoryCopy",
      [.slot("target", .a), .slot("source", .b), .slot("count", .c), memory, .number("sourceMemory", .y)]),
    .loop(
      "memoryInit",
      [
        .slot("target", .a), .slot("source", .b), .slot("count", .c), .number("segment", .x),
        .number("memory", .y),
      ]),
    .loop("dataDrop", [.number("segment", .x)]),
  ]
}
