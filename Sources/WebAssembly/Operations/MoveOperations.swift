/// Copies, constants, selection and global variables.

enum MoveOperations {
  static let chapter = Chapter(
    name: "Move",
    rows: [
      OperationRow("copy", [.resultSlot, .operand("source", .a)], .value("source")),
      OperationRow("copyVector", [.resultVector, .slot("source", .a, .v128)], .value("source.words")),
      OperationRow("constant32", [.result, .number("value", .a)], .value("UInt64(value)")),
      OperationRow("constant64", [.result, .number("value", .immediate, 64)], .value("value")),
      OperationRow(
        "constantVector", [.resultVector, .number("low", .immediate, 64), .number("high", .offset, 64)],
        .value("SIMD2(low, high)")),
      OperationRow(
        "clear", [.place("first", .a), .number("count", .x)], .statements("clear(first, Int(count), context)")
      ),
      OperationRow(
        "move", [.place("target", .result), .place("source", .a), .number("count", .y)],
        .statements("move(source, to: target, Int(count), context)")),
      OperationRow(
        "moveJump",
        [.place("target", .result), .place("source", .a), .number("count", .y), .jump, .cost],
        .end(
          "return proceed(charging: {cost}, {label}, slots, accumulator, memory, context)",
          after: "move(source, to: target, Int(count), context)"), control: .jump),
      OperationRow(
        "moveReturn", [.place("source", .a), .number("count", .y), .place("header", .b)],
        .end("return moveAndReturn(source, Int(count), header, code, slots, accumulator, memory, context)"),
        control: .return),
      OperationRow(
        "select", [.result, .slot("first", .a, .pointer), .slot("second", .b, .pointer), condition],
        .value("(condition != 0 ? first : second).pointee")),
      OperationRow(
        "selectVector",
        [.resultVector, .slot("first", .a, .v128), .slot("second", .b, .v128), condition],
        .value("(condition != 0 ? first : second).words")),
      OperationRow("globalGet", [.result, global], .value("\(own).pointee")),
      OperationRow("globalGetImported", [.result, global], .value("\(imported).pointee")),
      OperationRow("globalGetVector", [.resultVector, global], .value("\(own).words")),
      OperationRow("globalGetVectorImported", [.resultVector, global], .value("\(imported).words")),
      OperationRow("globalSet", [.operand("value", .a), global], .statements("\(own).pointee = value")),
      OperationRow(
        "globalSetImported", [.operand("value", .a), global], .statements("\(imported).pointee = value")),
      OperationRow(
        "globalSetVector", [.slot("value", .a, .v128), global],
        .statements("\(own).setVector(0, value.words)")),
      OperationRow(
        "globalSetVectorImported", [.slot("value", .a, .v128), global],
        .statements("\(imported).setVector(0, value.words)")),
    ])

  private static let condition = Field.operand("condition", .c, .i32)
  private static let global = Field.number("global", .x)
  private static let own = "ownCell(global, context)"
  private static let imported = "importedCell(global, context)"
}
