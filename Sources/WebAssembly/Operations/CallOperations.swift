/// Calls and returns, exceptions, and the reports of calls to a monitor.

enum CallOperations {
  static let chapter = Chapter(
    name: "Call",
    rows: [
      OperationRow(
        "call", [function, frame(.a), .nextCost],
        .end("return enter(ownFunction(function, context), frame, {next}, code, slots, memory, context)"),
        control: .call, traps: true),
      callOfLoop("callImport", [function, frame(.a), header(.b), .nextCost]),
      OperationRow(
        "callIndirect",
        [.operand("index", .a), table, type, frame(.b), header(.c), .nextCost],
        .end(
          """
          return callIndirect(
              index, table, type, frame, header, {next}, code, slots, accumulator, memory, context)
          """),
        control: .call, traps: true, leaves: true),
      OperationRow(
        "callReference", [.operand("reference", .a), frame(.b), header(.c), .nextCost],
        .end(
          """
          return callReference(
              reference, frame, header, {next}, code, slots, accumulator, memory, context)
          """),
        control: .call, traps: true, leaves: true),
      OperationRow(
        "returnCall", [function, frame(.a), ownHeader("ownHeader", .b), count(.y)],
        .end(
          """
          return enterInPlace(
              ownFunction(function, context), frame, ownHeader, Int(count), code, slots, memory, context)
          """),
        control: .leave, traps: true),
      .loop(
        "returnCallImport", [function, frame(.a), header(.c), ownHeader("ownHeader", .b), count(.y)],
        control: .leave),
      .loop(
        "returnCallIndirect",
        [
          .slot("index", .a), table, type, frame(.b), header(.c), ownHeader("ownHeader", .result),
          count(.offset),
        ],
        control: .leave),
      .loop(
        "returnCallReference",
        [.slot("reference", .a), frame(.b), header(.c), ownHeader("ownHeader", .result), count(.offset)],
        control: .leave),
      OperationRow(
        "return0", [ownHeader("header", .a)],
        .end("return returnToCaller(header, slots, accumulator, memory, context)"), control: .return),
      OperationRow(
        "return1", [.operand("value", .a), ownHeader("header", .b)],
        .end("return returnToCaller(header, slots, value, memory, context)", after: "slots[0] = value"),
        control: .return),
      .loop("throw", [.place("base", .a), .number("tag", .x)], control: .leave),
      .loop("throwReference", [.slot("exception", .a)], control: .leave),
      .loop("enterFunction", [function]),
      .loop("leaveFunction", [function]),
    ])

  private static let function = Field.number("function", .x)
  private static let table = Field.number("table", .x)
  private static let type = Field.number("type", .y)

  /// Where the callee's frame begins, and where its header lies from there.
  private static func frame(_ storage: Storage) -> Field { .place("frame", storage) }
  private static func header(_ storage: Storage) -> Field { .slot("header", storage, .slotNumber) }
  private static func ownHeader(_ name: String, _ storage: Storage) -> Field { .place(name, storage) }
  private static func count(_ storage: Storage) -> Field { .number("count", storage, 16) }

  private static func callOfLoop(_ name: String, _ fields: [Field]) -> OperationRow {
    .loop(name, fields, control: .call)
  }
}
