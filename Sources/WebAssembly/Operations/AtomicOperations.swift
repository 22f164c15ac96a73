/// Atomic accesses, on every memory alike, and arithmetic on pairs of i64.

import WebAssemblyInstructions

enum AtomicOperations {
  static let chapter = Chapter(name: "Atomic", rows: accesses + waiting + wideArithmetic)

  private static let memory = MemoryOperations.memory
  private static let offset = Field.number("offset", .offset, 64)

  private static let accesses: [OperationRow] = InstructionTable.rows.enumerated().compactMap { index, row in
    guard row.opcode.prefix == 0xFE, row.opcode.code >= 0x10, let width = row.width,
      let signature = row.signature
    else { return nil }
    let name = identifier(row.mnemonic)
    let operands: [Field] =
      switch signature.operands.count {
      case 1: []
      case 2: [.slot("value", .b)]
      default: [.slot("expected", .b), .slot("replacement", .c)]
      }
    let givesResult = !signature.results.isEmpty
    let meaning = "Numerics.\(name)(\((["bytes", "address"] + operands.map(\.name)).joined(separator: ", ")))"
    var lines: [String] = []
    if width > 1 {
      lines = [
        "if (a &+ offset) & \(width - 1) != 0 { return leave(code, slots, context, trap: .unalignedAtomic) }"
      ]
    }
    lines += MemoryOperations.wide(width)
    if !givesResult { lines.append(meaning) }
    let builder =
      switch operands.count {
      case 0: "atomicLoad"
      case 1: givesResult ? "atomicReadModifyWrite" : "atomicStore"
      default: "atomicCompareExchange"
      }
    var family = OperationRow(
      name, (givesResult ? [.result] : []) + [.slot("a", .a)] + operands + [memory, offset],
      Body(lines: lines, value: givesResult ? meaning : nil), traps: true, builder: builder)
    family.instructions = [index]
    return family
  }

  private static let waiting: [OperationRow] = [
    OperationRow("atomicFence", [], .statements("Numerics.atomic_fence()")),
    .loop(
      "atomicWait32", [.resultSlot, address, .slot("expected", .b), .slot("timeout", .c), memory, offset]),
    .loop(
      "atomicWait64", [.resultSlot, address, .slot("expected", .b), .slot("timeout", .c), memory, offset]),
    .loop("atomicNotify", [.resultSlot, address, .slot("count", .b), memory, offset]),
  ]

  private static let address = Field.slot("address", .a)

  /// Operands and results lie in consecutive slots.
  private static let wideArithmetic: [OperationRow] = InstructionTable.rows.enumerated().compactMap {
    index, row in
    guard let signature = row.signature, signature.results == [.i64, .i64] else { return nil }
    let name = identifier(row.mnemonic)
    let operands = signature.operands.indices.map { "operands[\($0)]" }.joined(separator: ", ")
    var family = OperationRow(
      name, [.place("results", .result), .place("operands", .a)],
      .statements("(results[0], results[1]) = Numerics.\(name)(\(operands))"), accumulator: .clobbers,
      builder: "wideArithmetic")
    family.instructions = [index]
    return family
  }
}
