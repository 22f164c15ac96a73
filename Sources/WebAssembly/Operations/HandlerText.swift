/// The text of the handlers: each reads its form's fields under their names, does what the row's body says and
/// goes on.

enum HandlerText {
  static func file(_ chapter: Chapter) -> String {
    var text = generatedHeader
    for row in chapter.rows {
      for form in row.forms { text += "\n" + handler(row, form) }
    }
    return text
  }

  static func name(_ row: OperationRow, _ form: OperationForm) -> String { "op_\(row.name)\(form.suffix)" }

  private static let parameters =
    "_ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context"

  private static func handler(_ row: OperationRow, _ form: OperationForm) -> String {
    let layout = Layout(row, form)
    var (statements, accumulator) = work(row, layout)
    statements.append(row.body.end ?? "return proceed({next}, slots, \(accumulator), memory, context)")
    let part = Superinstruction.Part(row: row, form: form)
    return """
      @c func \(name(row, form))(_ code: Code, \(parameters)) {
      \(text(statements, part, layout, indent: "  "))}

      """
  }

  /// What the row's body does up to the point where control goes on, and what then is in the accumulator.
  private static func work(
    _ row: OperationRow, _ layout: Layout, stores: Bool = true, spills: [String] = []
  ) -> (statements: [String], accumulator: String) {
    var statements = row.body.lines
    guard let value = row.body.value else { return (statements, "accumulator") }
    let store = layout.field("result").map { "code.slot(\($0.offset))" }
    if row.field(.result)?.type == .v128, let store {
      statements.append("slots.setVector(\(store), \(value))")
      return (statements, "accumulator")
    }
    if row.body.isChecked {
      statements += [
        "let result: UInt64", "switch \(value) {", "case .value(let value): result = bits(value)",
        "case .trap(let kind): return leave(code, slots, context, trap: kind)", "}",
      ]
    } else if let type = row.body.arithmetic {
      let handler = "op_canonicalNaN\(type == .f32 ? 32 : 64)_\(store == nil ? "a" : "s")"
      let slot = store.map { "UInt64(\($0))" } ?? "0"
      statements += ["let value = \(value)", "if value != value {"] + spills
      statements += [
        "  return \(handler)({next}, slots, \(slot), memory, context)", "}", "let result = bits(value)",
      ]
    } else {
      statements.append("let result = \(value.hasPrefix("Numerics.") ? "bits(\(value))" : value)")
    }
    if let store, stores { statements.append("slots[\(store)] = result") }
    return (statements, "result")
  }

  /// The statements with the form's fields in them, after the reads of those that they mention.
  private static func text(
    _ statements: [String], _ part: Superinstruction.Part, _ layout: Layout, indent: String
  ) -> String {
    let (row, form) = (part.row, part.form)
    var body = statements.map { "\(indent)\($0)\n" }.joined()
    body.replace("{next}", with: layout.end(count: "Int(count)"))
    body.replace("{a+b}", with: form.place(.b) == .none ? "a" : "a &+ b")
    for placed in layout.fields {
      let token = "{\(placed.field.name)}"
      switch placed.field.place {
      case .jump: body.replace(token, with: "code.relative(\(placed.offset))")
      case .cost, .nextCost: body.replace(token, with: "code.cost(\(placed.offset))")
      case .list: body.replace(token, with: "code + \(placed.offset)")
      default: body.replace(token, with: "slots[code.slot(\(placed.offset))]")
      }
    }
    precondition(!body.contains("{a") && !body.contains("{n"), "\(row.name): a field in braces is not one")
    let reads = row.fields.compactMap { field -> String? in
      let name = field.handlerName
      guard !field.isResult, mentions(name, in: body) else { return nil }
      if let link = part.links.first(where: { $0.operand == field.storage }) {
        return "\(indent)let \(name) = \(scalar("result\(link.producer + 1)", field.type))\n"
      }
      return read(field, form, layout).map { "\(indent)let \(name) = \($0)\n" }
    }
    return reads.joined() + body
  }

  // MARK: - Superinstructions

  /// The text of a file of handlers of superinstructions.
  static func file(_ superinstructions: ArraySlice<Superinstruction>) -> String {
    generatedHeader + superinstructions.map { "\n" + handler($0) }.joined()
  }

  /// The parts' work in order, each with its own code and what those before left in the accumulator.
  private static func handler(_ one: Superinstruction) -> String {
    var texts: [String] = []
    var offset = 0
    // The accumulator's name, and the parts whose results are in no slot.
    var held = "result0"
    var unstored: [(part: Int, slot: Int, reader: Int)] = []
    for (index, part) in one.parts.enumerated() {
      let layout = Layout(part.row, part.form)
      // What is done again as single operations finds in their slots the results that it reads.
      let spills = unstored.filter { $0.reader >= index }.map {
        "  slots[start.slot(\($0.slot))] = result\($0.part + 1)"
      }
      var (statements, accumulator) = work(part.row, layout, stores: !part.isUnstored, spills: spills)
      statements = statements.flatMap { line in
        line.hasSuffix(".outOfBoundsMemory)") ? spills + [line] : [line]
      }
      if index == one.parts.count - 1 {
        statements.append(
          part.row.body.end ?? "return proceed({next}, slots, \(accumulator), memory, context)")
      } else if part.row.control != .next {
        if let condition = part.row.body.condition {
          statements += [
            "if \(condition) {",
            "  return proceed(charging: {cost}, {label}, slots, accumulator, memory, context)", "}",
          ]
        }
        statements += [
          "if isUsedUp(charging: {nextCost}, context) {",
          "  return leave({next}, slots, accumulator, context, .budget)", "}",
        ]
      } else if accumulator == "result" {
        statements.append("result\(index + 1) = result")
      }
      let body = Self.text(statements, part, layout, indent: "    ")
      var text = "  do {\n"
      if mentions("code", in: body) { text += "    let code = start + \(offset)\n" }
      if mentions("accumulator", in: body) { text += "    let accumulator = \(held)\n" }
      texts.append(text + body + "  }\n")
      if accumulator == "result" { held = "result\(index + 1)" }
      if part.isUnstored, let slot = layout.field("result"),
        let reader = one.parts.lastIndex(where: { $0.links.contains { $0.producer == index } })
      {
        unstored.append((index, offset + slot.offset, reader))
      }
      offset += layout.size
    }
    for index in texts.indices.dropLast() {
      let name = "result\(index + 1)"
      if texts[(index + 1)...].contains(where: { mentions(name, in: $0) }) {
        texts[index] = "  let \(name): UInt64\n" + texts[index]
      } else {
        texts[index].replace("    \(name) = result\n", with: "")
      }
    }
    let parameters = parameters.replacing("accumulator", with: "result0")
    return "@c func \(one.name)(_ start: Code, \(parameters)) {\n" + texts.joined() + "}\n"
  }

  private static func read(_ field: Field, _ form: OperationForm, _ layout: Layout) -> String? {
    if case .operand = field.place, form.place(field.storage) == .accumulator {
      return scalar("accumulator", field.type)
    }
    guard let placed = layout.field(field.name) else { return nil }
    let offset = placed.offset
    switch placed.format {
    case "signed": return "code.immediate_i64(\(offset))"
    case "float": return "code.immediate_\(field.type)(\(offset))"
    case "slot":
      switch field.type {
      case .i32, .f32, .f64: return "slots.\(field.type)(code.slot(\(offset)))"
      case .v128, .pointer, .place: return "slots + code.slot(\(offset))"
      case .slotNumber: return "code.slot(\(offset))"
      default: return "slots[code.slot(\(offset))]"
      }
    case "number":
      if field.type == .record { return "code.pointer(\(offset), to: TypeRecord.self)" }
      if case .offset = field.place, placed.bits == 32 { return "UInt(code.u32(\(offset)))" }
      return "code.u\(placed.bits)(\(offset))"
    default: return nil
    }
  }

  /// The value of a type that 64 bits are.
  private static func scalar(_ bits: String, _ type: FieldType) -> String {
    switch type {
    case .i32, .f32, .f64: "\(bits).\(type)"
    default: bits
    }
  }

  /// Whether the text uses a name as a variable.
  private static func mentions(_ name: String, in text: String) -> Bool {
    func isWord(_ character: Character?) -> Bool {
      character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
    }
    for range in text.ranges(of: name) {
      let before = range.lowerBound == text.startIndex ? nil : text[text.index(before: range.lowerBound)]
      let after = range.upperBound == text.endIndex ? nil : text[range.upperBound]
      if !isWord(before), before != ".", !isWord(after), after != "(", after != ":" { return true }
    }
    return false
  }
}

extension Field {
  /// What a handler calls the field: not as one of its parameters.
  var handlerName: String { name == "memory" ? "memoryIndex" : name }
}

let generatedHeader = """
  /// Generated by OperationGenerator from the table of operations; not to be edited.
  // swift-format-ignore-file

  """
