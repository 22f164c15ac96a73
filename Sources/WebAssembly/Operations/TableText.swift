/// The text of the tables by which the translator finds operations, their forms and their layouts.

import WebAssemblyInstructions

struct TableText {
  /// Forms by places, one list of 128 for each shape.
  private var shapes: [[Int]] = []
  /// Without the fields' names.
  private var layouts: [[UInt32]] = []
  private var layoutOfOperation: [Int] = []
  private var handlers: [String] = []
  private var facts: [UInt64] = []
  private var relations: [UInt64] = []
  private var fieldNames: [String] = []
  /// Operations that are one row's form; superinstructions come behind them.
  private var operationCount = 0
  /// States of the search for superinstructions: what the next operation leads to, and by state the
  /// superinstructions that end there, the longest lists of links first.
  private var transitions: [[(operation: Int, state: Int)]] = [[]]
  private var accepted: [[(operation: Int, links: [Int])]] = [[]]
  private var partCounts: [Int] = []
  private var firstParts: [Int] = []

  static let fieldKinds = [
    "result", "a", "b", "c", "immediate", "x", "y", "offset", "jump", "cost", "nextCost", "list",
  ]
  static let formats = ["slot", "number", "signed", "float", "jump", "slots", "branches", "numbers"]

  /// The parts of a family's facts: where they begin, how many bits they have, and how they are read.
  private static let parts: [(name: String, shift: Int, bits: Int, type: String, comment: String)] = [
    ("base", 0, 16, "Int", "The first operation."),
    ("shape", 16, 8, "Int", "The map from places to forms: \(TableText.keyCount) entries of `forms` each."),
    ("control", 24, 4, "FamilyControl", "What it does to control."),
    ("accumulator", 28, 2, "AccumulatorEffect", "What it does to the accumulator."),
    ("immediate", 30, 2, "ImmediateRange", "Which constants can be immediates."),
    ("hasPosition", 32, 1, "Bool", "Whether it can trap, call, or leave to the loop."),
    ("hasResult", 33, 1, "Bool", "Whether it has a result, in a slot or in two."),
    (
      "choosesResult", 34, 1, "Bool",
      "Whether forms differ in whether the result is stored: the lowest bit of the key."
    ),
    ("hasList", 35, 1, "Bool", "Whether it has a list: its place in the pool in `c`, its length in `y`."),
    ("endsSegment", 36, 1, "Bool", "Whether a metered segment ends with it: what follows is charged apart."),
    ("hasAddress", 37, 1, "Bool", "Whether `a` and `b` are a 32-bit address, `b` being its index."),
  ]
  static let keyCount = 128

  static func file(_ superinstructions: [Superinstruction]) -> String {
    var table = TableText()
    for row in Operations.families { table.add(row) }
    table.operationCount = table.handlers.count
    for superinstruction in superinstructions { table.add(superinstruction) }
    for state in table.accepted.indices {
      table.accepted[state].sort { $0.links.count > $1.links.count }
      table.transitions[state].sort { $0.operation < $1.operation }
    }
    return table.text()
  }

  /// A superinstruction has the layout of its first part.
  private mutating func add(_ one: Superinstruction) {
    var state = 0
    var links: [Int] = []
    let operations = one.parts.map { handlers.firstIndex(of: HandlerText.name($0.row, $0.form))! }
    for (index, part) in one.parts.enumerated() {
      if let known = transitions[state].first(where: { $0.operation == operations[index] }) {
        state = known.state
      } else {
        transitions[state].append((operations[index], transitions.count))
        state = transitions.count
        transitions.append([])
        accepted.append([])
      }
      for link in part.links {
        let isUnstored = one.parts[link.producer].isUnstored
        let operand = OperationForm.selectable.firstIndex(of: link.operand)!
        links.append(index | link.producer << 4 | operand << 8 | (isUnstored ? 1 : 0) << 10)
      }
    }
    accepted[state].append((handlers.count, links))
    handlers.append(one.name)
    layoutOfOperation.append(layoutOfOperation[operations[0]])
    firstParts.append(operations[0])
    partCounts.append(one.parts.count)
  }

  /// The search as words: of a state the number of superinstructions that end there, each of them with its
  /// operation and its links' number and the links, then the number of transitions, in order, each with the operation in
  /// the low half and the state's place in the high one.
  private func search() -> (words: [Int], roots: [Int]) {
    var places: [Int] = []
    var place = 0
    for state in transitions.indices {
      places.append(place)
      place += 2 + transitions[state].count + accepted[state].reduce(0) { $0 + 1 + $1.links.count }
    }
    var words: [Int] = []
    for state in transitions.indices {
      words.append(accepted[state].count)
      for (operation, links) in accepted[state] { words += [operation | links.count << 16] + links }
      words.append(transitions[state].count)
      words += transitions[state].map { $0.operation | places[$0.state] << 16 }
    }
    var roots = [Int](repeating: 0, count: operationCount)
    for (operation, state) in transitions[0] { roots[operation] = places[state] }
    return (words, roots)
  }

  private mutating func add(_ row: OperationRow) {
    let forms = row.forms
    var shape = [Int](repeating: 0xFF, count: Self.keyCount)
    for (number, form) in forms.enumerated() { shape[form.key] = number }
    if !shapes.contains(shape) { shapes.append(shape) }
    let base = handlers.count
    for form in forms {
      handlers.append(HandlerText.name(row, form))
      let layout = Layout(row, form)
      let packed =
        [UInt32(layout.size) | UInt32(layout.fields.count) << 16]
        + layout.fields.map { placed in
          UInt32(Self.fieldKinds.firstIndex(of: placed.kind)!) | UInt32(placed.offset) << 8
            | UInt32(placed.bits) << 16 | UInt32(Self.formats.firstIndex(of: placed.format)!) << 24
        }
      if !layouts.contains(packed) { layouts.append(packed) }
      layoutOfOperation.append(layouts.firstIndex(of: packed)!)
    }
    let result = row.fields.first(where: \.isResult)
    var values: [String: Int] = [
      "base": base, "shape": shapes.firstIndex(of: shape)!, "control": row.control.rawValue,
      "accumulator": row.accumulator.rawValue, "immediate": immediate(row),
      "hasPosition": row.hasPosition ? 1 : 0, "hasResult": result == nil ? 0 : 1,
      "choosesResult": forms[0].storesResult == nil ? 0 : 1,
      "hasList": row.fields.contains { if case .list = $0.place { true } else { false } } ? 1 : 0,
    ]
    values["endsSegment"] = row.control == .next ? 0 : 1
    values["hasAddress"] =
      row.fields.contains { field in
        if case .operand(let places) = field.place { places.contains(.none) } else { false }
      } ? 1 : 0
    facts.append(Self.parts.reduce(0) { $0 | UInt64(values[$1.name]!) << UInt64($1.shift) })
    func number(_ name: String?) -> UInt64 { UInt64(name.map(Operations.number) ?? 0xFFFF) }
    relations.append(
      number(row.exchanged) | number(row.negated) << 16 | number(row.branch) << 32
        | number(row.branchUnless) << 48)
    fieldNames.append(
      row.name + ":"
        + row.fields.map { field in
          let kind =
            switch field.place {
            case .jump: "jump"
            case .cost: "cost"
            case .nextCost: "nextCost"
            case .list: "list"
            default: field.storage.rawValue
            }
          return "\(kind)=\(field.name)"
        }.joined(separator: ","))
  }

  /// The range of the constants that can be the family's immediate.
  private func immediate(_ row: OperationRow) -> Int {
    let types = row.fields.compactMap { field -> FieldType? in
      guard case .operand(let places) = field.place, places.contains(.immediate), !places.contains(.none)
      else {
        return nil
      }
      return field.type
    }
    guard let type = types.first else { return 0 }
    // Of what is stored in up to 32 bits only the low ones count.
    if type == .i64, !(row.name.hasPrefix("store") && !row.name.hasPrefix("store64")) { return 1 }
    return 2
  }

  // MARK: - Text

  private func text() -> String {
    let rows = InstructionTable.rows.count
    var families = [Int](repeating: 0xFFFF, count: rows)
    var wide = families
    for (number, family) in Operations.families.enumerated() {
      for row in family.instructions { families[row] = number }
      for row in family.wideInstructions { wide[row] = number }
    }
    precondition(layouts.count <= 256, "a layout's number must fit in a byte")
    let stride = 8
    precondition(layouts.allSatisfy { $0.count <= stride }, "a layout has at most \(stride - 1) fields")
    let fields = layouts.flatMap { $0 + [UInt32](repeating: 0, count: stride - $0.count) }
    // Rows that change no bit need no family.
    let builders =
      ["none", "reinterpret"]
      + Operations.families.filter { !$0.instructions.isEmpty }.compactMap(\.builder).reduce(into: []) {
        if !$0.contains($1) { $0.append($1) }
      }
    let builderOfRow = InstructionTable.rows.enumerated().map { index, row in
      if row.lowering == .reinterpret { return 1 }
      guard families[index] != 0xFFFF, let builder = Operations.families[families[index]].builder else {
        return 0
      }
      return builders.firstIndex(of: builder)!
    }
    let fixedCounts = Operations.families.compactMap { family in
      family.fields.compactMap(\.elementCount).first.map { "    case .\(escaped(family.name)): \($0)" }
    }
    let loop = Operations.families.filter(\.isLoopOperation).map(\.name)
    let search = search()
    return """
      \(generatedHeader)
      @_spi(Translation) extension OperationFamily {
      \(lines(Operations.families.enumerated().map { "  @inlinable public static var \(escaped($1.name)): OperationFamily { .init(rawValue: \($0)) }" }))
      }

      /// The operations that leave, always or sometimes, to the loop, which executes them.
      package enum LoopOperation: UInt16, CaseIterable, Sendable {
      \(lines(loop.map { "  case \(escaped($0))" }))
      }

      /// What an operation's field is: the virtual operation's storage that its value comes from, or what the
      /// encoder knows.
      @_spi(Translation) public enum OperationField: UInt8, CaseIterable, Sendable {
        case \(Self.fieldKinds.joined(separator: ", "))
      }

      /// The methods that add families of instructions' rows to a list, one for families of the same fields;
      /// `none` where a row has a method of its own or no operation.
      @_spi(Translation) public enum SharedBuilder: UInt8, Sendable {
        case \(builders.joined(separator: ", "))
      }

      /// How a field's bits are to be read.
      @_spi(Translation) public enum FieldFormat: UInt8, CaseIterable, Sendable {
        case \(Self.formats.joined(separator: ", "))
      }

      /// What a family is like, packed.
      @_spi(Translation) public struct FamilyFacts: Sendable, BitwiseCopyable {
        public let rawValue: UInt64
        @inlinable @inline(__always) public init(rawValue: UInt64) { self.rawValue = rawValue }

      \(lines(Self.parts.map(accessor)))
      }

      @_spi(Translation) public enum OperationTable {
        package static let familyCount = \(facts.count)
        package static let operationCount = \(operationCount)
        /// Keys that places form: the entries of `forms` for each shape.
        @inlinable public static var keyCount: Int { \(Self.keyCount) }
        /// `FamilyFacts` by family.
        package static let families: [UInt64] = [
      \(list(facts.map { "0x" + String($0, radix: 16) }))
        ]

        /// `FamilyRelations` by family.
        package static let relations: [UInt64] = [
      \(list(relations.map { "0x" + String($0, radix: 16) }))
        ]

        /// By shape and places the number of the form, 0xFF where there is none.
        package static let forms: [UInt8] = [
      \(list(shapes.joined().map(String.init)))
        ]

        /// By operation its layout.
        package static let layouts: [UInt8] = [
      \(list(layoutOfOperation.map(String.init)))
        ]

        /// Words of `layoutFields` that each layout has.
        @inlinable public static var layoutStride: Int { \(stride) }

        /// By layout a word with the size in bytes and, from bit 16 on, the number of fields; then a word each:
        /// `OperationField`, from bit 8 on the byte offset, from bit 16 on the width in bits, from bit 24 on
        /// the `FieldFormat`. A list's offset is the size, its width that of an element.
        package static let layoutFields: [UInt32] = [
      \(list(fields.map { "0x" + String($0, radix: 16) }))
        ]

        /// By row of the instruction table its family, 0xFFFF for none.
        package static let familyOfRow: [UInt16] = [
      \(list(families.map(String.init)))
        ]

        /// By row the family that reaches every memory, 0xFFFF for none.
        package static let wideFamilyOfRow: [UInt16] = [
      \(list(wide.map(String.init)))
        ]

        /// By row what adds its family to a list, as `SharedBuilder`'s raw value.
        package static let builderOfRow: [UInt8] = [
      \(list(builderOfRow.map(String.init)))
        ]

        /// By operation.
        package static let handlers: [Handler] = [
      \(list(handlers, 6))
        ]

        /// By operation where the search for superinstructions that begin with it goes on, 0 where none does.
        package static let superinstructionRoots: [UInt16] = [
      \(list(search.roots.map(String.init)))
        ]

        /// The states of that search: how many superinstructions end there and, of each, the operation in the low
        /// half and the number of links in the high one, then the links; how many operations lead on and, of
        /// each in order, itself in the low half and the place of its state in the high one. Of a link the reader in the
        /// lowest 4 bits, the producer in the next 4, the operand in 2, and whether the result stays unstored.
        package static let superinstructionStates: [UInt32] = [
      \(list(search.words.map(String.init)))
        ]

        /// By superinstruction, which are the operations from `operationCount` on, its first part in the low
        /// half, and how many it has in the high one.
        package static let superinstructions: [UInt32] = [
      \(list(zip(firstParts, partCounts).map { String($0 | $1 << 16) }))
        ]

        /// Elements of a family's list where all its operations have as many, else 0.
        package static func fixedListCount(of family: OperationFamily) -> Int {
          switch family {
      \(lines(fixedCounts))
          default: 0
          }
        }

        /// By operation, without `op_`.
        static let names: StaticString =
          "\(handlers.map { String($0.dropFirst(3)) }.joined(separator: " "))"

        /// By family its name and its fields, each as the storage and the name.
        static let fieldNames: StaticString =
          "\(fieldNames.joined(separator: ";"))"
      }

      """
  }

  private func accessor(_ part: (name: String, shift: Int, bits: Int, type: String, comment: String))
    -> String
  {
    let value = "rawValue &>> \(part.shift) & \((1 << part.bits) - 1)"
    let body =
      switch part.type {
      case "Bool": "\(value) != 0"
      case "Int": "Int(\(value))"
      default: "\(part.type)(rawValue: UInt8(truncatingIfNeeded: \(value))).unsafelyUnwrapped"
      }
    let attributes = "@inlinable @inline(__always)"
    return "  /// \(part.comment)\n  \(attributes) public var \(part.name): \(part.type) { \(body) }"
  }

  private func lines(_ lines: [String]) -> String { lines.joined(separator: "\n") }

  private func list(_ values: [String], _ perLine: Int = 16) -> String {
    stride(from: 0, to: values.count, by: perLine).map { start in
      "    " + values[start..<min(start + perLine, values.count)].joined(separator: ", ") + ","
    }.joined(separator: "\n")
  }
}
