/// From the fields of an operation's form to their offsets and the size.
///
/// The first word is the handler's address. Then come the fields that all forms of a family share, at the same
/// offsets in each of them, then those of the form; of each the wider ones first, so that none needs padding
/// before it. What the return to a call charges stands in its last two bytes; lists begin at the size.

enum Slot {
  /// Bits of a field that names a slot. Everything else follows from it.
  static let bits = 16
}

struct PlacedField {
  var field: Field
  var offset: Int
  var bits: Int
  /// Whether it is an operand's immediate.
  var isImmediate = false

  /// The storage that the encoder takes the value from, or what it is else.
  var kind: String {
    switch field.place {
    case .jump: "jump"
    case .cost: "cost"
    case .nextCost: "nextCost"
    case .list: "list"
    default: isImmediate && bits == 64 ? "immediate" : field.storage.rawValue
    }
  }

  /// How the bits are to be read.
  var format: String {
    if isImmediate {
      switch field.type {
      case .i64: return "signed"
      case .f32, .f64: return "float"
      default: return "number"
      }
    }
    switch field.place {
    case .jump: return "jump"
    case .cost, .nextCost: return "number"
    case .list(let kind): return kind.rawValue
    case .number, .offset: return "number"
    default: return "slot"
    }
  }
}

struct Layout {
  var fields: [PlacedField] = []
  /// Bytes, without a list.
  private(set) var size = 8

  init(_ row: OperationRow, _ form: OperationForm) {
    func bits(_ field: Field) -> Int {
      switch field.place {
      case .slot, .result, .resultSlot, .resultVector: return Slot.bits
      case .operand:
        guard form.place(field.storage) == .immediate else { return Slot.bits }
        return field.type == .f64 ? 64 : 32
      case .number(let bits): return bits
      case .offset: return form.place(.b) == .slot ? 16 : 32
      case .jump: return 32
      case .cost, .nextCost: return 16
      case .list: return 0
      }
    }
    func isLast(_ field: Field) -> Bool {
      if case .nextCost = field.place { row.control == .call } else { false }
    }
    func isList(_ field: Field) -> Bool { if case .list = field.place { true } else { false } }
    func depends(_ field: Field) -> Bool {
      if case .offset = field.place, row.field(.b).map({ $0.isSelectable }) == true { return true }
      return field.isSelectable
    }
    func widestFirst(_ fields: [Field]) -> [Field] {
      [64, 32, 16].flatMap { width in fields.filter { bits($0) == width } }
    }
    let placed = row.fields.filter { form.has($0) && !isLast($0) && !isList($0) }
    var offset = 8
    for field in widestFirst(placed.filter { !depends($0) }) + widestFirst(placed.filter(depends)) {
      let bits = bits(field)
      offset = (offset + bits / 8 - 1) / (bits / 8) * (bits / 8)
      var isImmediate = false
      if case .operand = field.place { isImmediate = form.place(field.storage) == .immediate }
      fields.append(PlacedField(field: field, offset: offset, bits: bits, isImmediate: isImmediate))
      offset += bits / 8
    }
    let last = row.fields.first(where: isLast)
    size = (offset + (last == nil ? 0 : 2) + 7) / 8 * 8
    if let last { fields.append(PlacedField(field: last, offset: size - 2, bits: 16)) }
    if let list = row.fields.first(where: isList), case .list(let kind) = list.place {
      fields.append(PlacedField(field: list, offset: size, bits: kind.elementBits))
    }
  }

  func field(_ name: String) -> PlacedField? { fields.first { $0.field.name == name } }

  /// What is behind the operation, its list included, which has as many elements as the expression says.
  func end(count: String) -> String {
    guard let list = fields.first(where: { $0.kind == "list" }) else { return "code + \(size)" }
    if let count = list.field.elementCount { return "code + \(size + (count * list.bits / 8 + 7) / 8 * 8)" }
    return "code.end(ofListAt: \(size), \(count), elementByteCount: \(list.bits / 8))"
  }
}

extension ListKind {
  var elementBits: Int {
    switch self {
    case .slots: Slot.bits
    // Jump, cost and a spare.
    case .branches: 64
    case .numbers: 32
    }
  }
}
