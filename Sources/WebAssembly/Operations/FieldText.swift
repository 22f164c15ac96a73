/// The text of the structures through which the loop reads the fields of an operation.

enum FieldText {
  static func file() -> String {
    var text = generatedHeader
    text += """

      /// A field that names a slot.
      package typealias SlotNumber = UInt\(Slot.bits)

      """
    for row in Operations.families where row.isNamed && !row.name.contains("_") {
      text += structure(row, named: row.name)
    }
    // Operations on whole objects are executed in one place.
    let objects = Operations.families.filter { $0.isLoopOperation && $0.builder != nil }
    if let first = objects.first {
      for row in objects {
        for placed in Layout(row, row.forms[0]).fields where placed.kind != "result" {
          let known = Layout(first, first.forms[0]).fields.first { $0.kind == placed.kind }
          precondition(known?.offset == placed.offset, "\(row.name): \(placed.field.name) lies elsewhere")
        }
      }
      text += structure(first, named: "object")
    }
    return text
  }

  private static func structure(_ row: OperationRow, named title: String) -> String {
    let layouts = row.forms.map { Layout(row, $0) }
    // The form that has the most fields; what others share with it is at the same offsets.
    guard let layout = layouts.max(by: { $0.fields.count < $1.fields.count }) else { return "" }
    let sizes = Set(layouts.map(\.size))
    if row.isLoopOperation || row.control == .call {
      precondition(sizes.count == 1, "\(row.name): the loop goes on behind it, but its forms differ in size")
    }
    let name = title.prefix(1).uppercased() + title.dropFirst() + "Fields"
    var text = """

      package struct \(name) {
        package let code: Code
        @inline(__always) package init(_ code: Code) { self.code = code }

      """
    for placed in layout.fields {
      let isShared = layouts.allSatisfy { $0.field(placed.field.name)?.offset == placed.offset }
      if !isShared { text += "  /// Only where it is in a slot.\n" }
      text += "  @inline(__always) package \(property(placed))\n"
    }
    if sizes.count == 1, layout.field("count") != nil || layout.fields.allSatisfy({ $0.kind != "list" }) {
      text += "  @inline(__always) package var next: Code { \(layout.end(count: "count")) }\n"
    }
    return text + "}\n"
  }

  private static func property(_ placed: PlacedField) -> String {
    let name = placed.field.name
    let offset = placed.offset
    if placed.field.type == .record {
      return
        "var \(name): UnsafePointer<TypeRecord> { UnsafePointer(code.pointer(\(offset), to: TypeRecord.self)) }"
    }
    switch placed.format {
    case "slot": return "var \(name): Int { code.slot(\(offset)) }"
    case "jump": return "var \(name): Code { code.relative(\(offset)) }"
    case "slots":
      return "func \(name)(_ index: Int) -> Int { code.slot(\(offset) &+ index &* \(placed.bits / 8)) }"
    case "branches", "numbers":
      return "func \(name)(_ index: Int) -> Code { code + (\(offset) &+ index &* \(placed.bits / 8)) }"
    default:
      switch placed.field.place {
      case .cost, .nextCost: return "var \(name): Int64 { code.cost(\(offset)) }"
      default:
        return placed.bits == 64
          ? "var \(name): UInt64 { code.u64(\(offset)) }"
          : "var \(name): Int { Int(code.u\(placed.bits)(\(offset))) }"
      }
    }
  }
}
