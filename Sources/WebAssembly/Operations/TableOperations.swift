/// Tables, and references that are not to objects of collected types.

enum TableOperations {
  static let chapter = Chapter(
    name: "Table",
    rows: [
      OperationRow(
        "tableGet", [.result, .operand("index", .a), table],
        .value(
          "storage.pointee.elements[Int(truncatingIfNeeded: index)]", after: storage,
          "if index >= UInt64(storage.pointee.count) {", outOfBounds, "}"), traps: true),
      OperationRow(
        "tableSet", [.slot("index", .a), .operand("reference", .b), table],
        .statements(
          storage, "if index >= UInt64(storage.pointee.count) {", outOfBounds, "}",
          "storage.pointee.elements[Int(truncatingIfNeeded: index)] = reference"), traps: true),
      OperationRow("tableSize", [.result, table], .value("UInt64(storage.pointee.count)", after: storage)),
      OperationRow(
        "refFunc", [.result, .number("function", .x)], .value("reference(toFunction: function, context)")),
      OperationRow(
        "refAsNonNull", [.operand("reference", .a)],
        .statements("if reference == 0 { return leave(code, slots, context, trap: .nullReference) }"),
        traps: true),
      .loop("tableGrow", [.resultSlot, .slot("reference", .a), .slot("delta", .b), table]),
      .loop("tableFill", [.slot("index", .a), .slot("reference", .b), .slot("count", .c), table]),
      .loop(
        "tableCopy",
        [.slot("target", .a), .slot("source", .b), .slot("count", .c), table, .number("sourceTable", .y)]),
      .loop(
        "tableInit",
        [
          .slot("target", .a), .slot("source", .b), .slot("count", .c), .number("segment", .x),
          .number("table", .y),
        ]),
      .loop("elemDrop", [.number("segment", .x)]),
    ])

  private static let table = Field.number("table", .x)
  private static let storage = "let storage = storage(ofTable: table, context)"
  private static let outOfBounds = "  return leave(code, slots, context, trap: .outOfBoundsTableAccess)"
}
