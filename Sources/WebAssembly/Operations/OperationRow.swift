/// The shape of a row of the table of operations: everything about an operation of the internal code that is
/// written once.

/// Where the translator's virtual operation keeps a field's value.
enum Storage: String {
  case result, a, b, c, x, y, immediate, offset
  /// What the encoder knows: jumps and costs; a list's elements.
  case encoder
}

/// What a field's value is, and so how a handler reads it.
enum FieldType {
  case i32, i64, f32, f64
  /// The slot where a vector begins, or a value that is read only on some ways: handlers get its address.
  case v128, pointer
  /// A place in the frame that is no operand: handlers get its address.
  case place
  /// A slot's number, counted from somewhere else than the frame's start.
  case slotNumber
  /// A number that is part of the code.
  case number
  /// The record of a defined type.
  case record
}

/// Where a selectable operand may be. `none` is an address without an index.
struct OperandPlaces: OptionSet {
  var rawValue: UInt8
  static let none = OperandPlaces(rawValue: 1)
  static let slot = OperandPlaces(rawValue: 2)
  static let accumulator = OperandPlaces(rawValue: 4)
  static let immediate = OperandPlaces(rawValue: 8)

  static let register: OperandPlaces = [.slot, .accumulator]
  static let value: OperandPlaces = [.slot, .accumulator, .immediate]
  static let optional: OperandPlaces = [.none, .slot, .immediate]
}

enum ListKind: String {
  case slots, branches, numbers
}

/// Where a field stands in the code, if it does.
enum FieldPlace {
  /// Always a slot.
  case slot
  /// An operand whose place the form says.
  case operand(OperandPlaces)
  /// The result: to a slot and the accumulator, or to the accumulator only.
  case result
  /// The result: always to a slot, and to the accumulator.
  case resultSlot
  /// The result: two slots; the accumulator keeps what it has.
  case resultVector
  /// So many bits.
  case number(Int)
  /// A memory access's offset: 16 bits where the index is a slot, else 32.
  case offset
  /// The signed distance in bytes from the operation's start.
  case jump
  /// What a jump to the target charges; what going on behind the operation charges.
  case cost, nextCost
  /// So many elements behind the other fields.
  case list(ListKind)
}

struct Field {
  var name: String
  var storage: Storage
  var type: FieldType
  var place: FieldPlace
  /// Of a list the number of elements, where all have as many.
  var elementCount: Int?

  /// Whether forms differ in it.
  var isSelectable: Bool {
    switch place {
    case .operand, .result: true
    default: false
    }
  }

  var isResult: Bool {
    switch place {
    case .result, .resultSlot, .resultVector: true
    default: false
    }
  }
}

extension Field {
  static var result: Field { Field(name: "result", storage: .result, type: .i64, place: .result) }
  static var resultSlot: Field { Field(name: "result", storage: .result, type: .i64, place: .resultSlot) }
  static var resultVector: Field {
    Field(name: "result", storage: .result, type: .v128, place: .resultVector)
  }
  static func slot(_ name: String, _ storage: Storage, _ type: FieldType = .i64) -> Field {
    Field(name: name, storage: storage, type: type, place: .slot)
  }
  /// Where something begins in the frame, or one of its headers.
  static func place(_ name: String, _ storage: Storage) -> Field {
    Field(name: name, storage: storage, type: .place, place: .slot)
  }
  static func operand(
    _ name: String, _ storage: Storage, _ type: FieldType = .i64, _ places: OperandPlaces = .register
  ) -> Field {
    Field(name: name, storage: storage, type: type, place: .operand(places))
  }
  static func number(_ name: String, _ storage: Storage, _ bits: Int = 32) -> Field {
    Field(name: name, storage: storage, type: .number, place: .number(bits))
  }
  static func record(_ name: String) -> Field {
    Field(name: name, storage: .immediate, type: .record, place: .number(64))
  }
  static var offset: Field { Field(name: "offset", storage: .offset, type: .number, place: .offset) }
  static var jump: Field { Field(name: "label", storage: .encoder, type: .number, place: .jump) }
  static var cost: Field { Field(name: "cost", storage: .encoder, type: .number, place: .cost) }
  static var nextCost: Field { Field(name: "nextCost", storage: .encoder, type: .number, place: .nextCost) }
  static func list(_ name: String, _ kind: ListKind, count: Int? = nil) -> Field {
    Field(name: name, storage: .encoder, type: .number, place: .list(kind), elementCount: count)
  }
}

/// What an operation does to control.
enum Control: Int {
  /// Goes on behind itself.
  case next
  case jump
  /// Jumps or goes on.
  case branch
  case table
  case call
  case `return`
  /// Never goes on.
  case leave
  /// Goes on behind itself in a metered segment of its own.
  case segment
}

/// What an operation does to the accumulator.
enum AccumulatorEffect: Int {
  case preserves
  case result
  case clobbers
}

/// What a handler does between reading its fields and going on.
struct Body {
  /// Statements.
  var lines: [String] = []
  /// The result.
  var value: String?
  /// Whether the result is a `Checked`.
  var isChecked = false
  /// Of arithmetic whose NaNs are to be made canonical, the result's type.
  var arithmetic: FieldType?
  /// What a handler ends with instead of going on behind the operation.
  var end: String?
  /// Of a branch, when it is taken.
  var condition: String?

  static func value(_ value: String, after lines: String...) -> Body { Body(lines: lines, value: value) }
  static func checked(_ value: String) -> Body { Body(value: value, isChecked: true) }
  static func statements(_ lines: String...) -> Body { Body(lines: lines) }
  static func end(_ end: String, after lines: String...) -> Body { Body(lines: lines, end: end) }
  static func branch(_ condition: String) -> Body {
    Body(
      end: """
        if \(condition) {
            return proceed(charging: {cost}, {label}, slots, accumulator, memory, context)
          }
          return proceed(charging: {nextCost}, {next}, slots, accumulator, memory, context)
        """, condition: condition)
  }
}

/// A family of operations: one row. Its forms differ in where operands come from and the result goes.
struct OperationRow {
  var name: String
  var fields: [Field]
  var control: Control
  var accumulator: AccumulatorEffect
  /// Whether it can trap, call or leave for the loop: it needs a source position.
  var hasPosition: Bool
  /// Whether it may leave to the loop, which executes it.
  var isLoopOperation: Bool
  var body: Body
  /// The method of the list of operations that adds it, when that serves many families.
  var builder: String?
  /// Rows of the instruction table that become it, and those that become it on any memory.
  var instructions: [Int] = []
  var wideInstructions: [Int] = []
  /// Names of related families.
  var exchanged: String?
  var negated: String?
  var branch: String?
  var branchUnless: String?

  init(
    _ name: String, _ fields: [Field], _ body: Body, control: Control = .next,
    accumulator: AccumulatorEffect? = nil, traps: Bool = false, leaves: Bool = false,
    builder: String? = nil
  ) {
    self.name = name
    self.fields = fields
    self.control = control
    self.body = body
    self.builder = builder
    isLoopOperation = leaves
    hasPosition = traps || leaves || control == .call
    if let accumulator {
      self.accumulator = accumulator
    } else if fields.contains(where: { if case .result = $0.place { true } else { false } })
      || fields.contains(where: { if case .resultSlot = $0.place { true } else { false } })
    {
      self.accumulator = .result
    } else {
      self.accumulator = leaves || control == .call || control == .return ? .clobbers : .preserves
    }
  }

  /// An operation that the loop executes.
  static func loop(_ name: String, _ fields: [Field], control: Control = .next) -> OperationRow {
    OperationRow(
      name, fields, .end("return leave(code, slots, accumulator, context, for: .\(escaped(name)))"),
      control: control, leaves: true)
  }

  /// Whether a method of its own adds it.
  var isNamed: Bool { builder == nil }

  func field(_ storage: Storage) -> Field? { fields.first { $0.storage == storage } }
}

/// A name as it is written where a keyword would not be taken for one.
func escaped(_ name: String) -> String {
  ["throw", "return", "in", "is"].contains(name) ? "`\(name)`" : name
}

/// The rows of one file of handlers.
struct Chapter {
  var name: String
  var rows: [OperationRow]
}
