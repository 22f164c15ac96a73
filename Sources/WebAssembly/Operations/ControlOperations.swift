/// Branches that are no comparison's, charges, and ways back to the loop that entered the handlers.

enum ControlOperations {
  static let chapter = Chapter(
    name: "Control",
    rows: [
      OperationRow(
        "br", [.jump, .cost],
        .end("return proceed(charging: {cost}, {label}, slots, accumulator, memory, context)"),
        control: .jump),
      OperationRow(
        "brTable", [.operand("index", .a, .i32), .list("entries", .branches), .number("count", .y)],
        .end(
          "return branch(toEntry: index, of: {entries}, count, code, slots, accumulator, memory, context)"),
        control: .table),
      // Ends one metered segment and begins the next, where straight code is longer than a cost field holds.
      OperationRow(
        "charge", [.nextCost],
        .end("return proceed(charging: {nextCost}, {next}, slots, accumulator, memory, context)"),
        control: .segment),
      // Only in code that counts edges.
      OperationRow("markEdge", [.number("edge", .x)], .statements("mark(edge: edge, context)")),
      // Work that counts no instruction: it is charged to the slice alone.
      OperationRow("surcharge", [.number("cost", .x)], .statements("surcharge(Int64(cost), context)")),
      // Counts how often control comes here, for profiles of operations.
      OperationRow(
        "countBlock", [.number("counter", .immediate, 64)], .statements("increment(counter)")),
      OperationRow(
        "unreachable", [], .end("return leave(code, slots, context, trap: .unreachable)"), control: .leave,
        traps: true),
      exit("translate"),
      exit("finish", "finished"),
      exit("crossReturn"),
    ])

  private static func exit(_ name: String, _ reason: String? = nil) -> OperationRow {
    OperationRow(
      name, [], .end("return leave(code, slots, accumulator, context, .\(reason ?? name))"), control: .leave)
  }
}
