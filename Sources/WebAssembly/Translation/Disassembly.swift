/// A function's internal code as text, for `inspect --code` and the tests of the passes: one line an
/// operation, with what its fields hold.

@_spi(Translation) import WebAssemblyHandlers

public struct Disassembly: Sendable, CustomStringConvertible {
  /// Imports counted first.
  public let functionIndex: UInt32
  /// The name section's, nil without one.
  public let functionName: String?
  /// Bytes of the function's body in the module, of its code, and of the tables beside the code.
  public let bodyByteCount: Int
  public let codeByteCount: Int
  public let tableByteCount: Int
  /// Slots of a frame, and where the two words lie that a call saves.
  public let slotCount: Int
  public let headerSlot: Int
  /// What entering charges, in instructions.
  public let entryCost: Int
  /// Without the addresses of targets: `op_` and the handler's name left out.
  public let operations: [Operation]

  public struct Operation: Sendable, CustomStringConvertible {
    /// Byte offset from the first operation.
    public let offset: Int
    public let name: String
    /// Fields by name, in the order in which they lie, as text: `result s3`, `a s0`, `b #5`, `-> 0x40`.
    public let fields: [String]
    /// How many operations its handler does, itself and those behind it: more than 1 of a superinstruction.
    public let partCount: Int

    public var description: String {
      fields.isEmpty ? name : name + " " + fields.joined(separator: ", ")
    }
  }

  init(_ function: TranslatedFunction, _ start: Code, _ module: Module) {
    functionIndex = function.functionIndex
    functionName = module.functionName(function.functionIndex)
    let defined = Int(function.functionIndex) - module.translation.importedFunctionCount
    bodyByteCount = module.structure.functions[defined].body.bytes.count
    codeByteCount = function.byteCount
    tableByteCount =
      function.positions.count * MemoryLayout<CodePosition>.stride + function.regions.byteCount
      + function.splits.count * 4
    slotCount = start.frameSlotCount
    headerSlot = function.headerSlot
    entryCost = Int(start.entryCost)
    var operations: [Operation] = []
    var offset = 0
    while offset < function.byteCount {
      // In bounds: operations follow each other up to the code's end.
      let code = start + offset
      guard let handled = OperationTable.operation(ofHandler: code.load(as: UInt.self)) else { break }
      let operation = OperationTable.firstPart(of: handled)
      let (fields, byteCount) = Self.fields(of: operation, code, at: offset)
      operations.append(
        Operation(
          offset: offset, name: OperationTable.name(operation), fields: fields,
          partCount: OperationTable.partCount(of: handled)))
      offset += byteCount
    }
    self.operations = operations
  }

  /// The fields as text, and the bytes of the operation.
  private static func fields(of operation: Int, _ code: Code, at start: Int) -> ([String], Int) {
    let family = OperationTable.family(of: operation)
    let tables = OperationTable.tables()
    let layout = tables.layout(of: operation)
    let fields = (0..<tables.fieldCount(ofLayout: layout)).map { tables.field($0, ofLayout: layout) }
    var text: [String] = []
    for field in fields where field.kind != .list {
      let value = bits(code, at: field.byteOffset, field.bitWidth)
      let name = OperationTable.fieldName(family, field.kind)
      switch field.kind {
      case .jump: text.append(target(value, start))
      case .cost: text.append("costs \(value)")
      case .nextCost: text.append("then \(value)")
      default: text.append("\(name) " + Self.text(value, field))
      }
    }
    guard let list = fields.last, list.kind == .list else {
      return (text, tables.byteCount(ofLayout: layout))
    }
    let counts = fields.first { $0.kind == .y }.map { Int(bits(code, at: $0.byteOffset, $0.bitWidth)) }
    let count = counts ?? OperationTable.fixedListCount(of: family)
    for index in 0..<count {
      let place = list.byteOffset + index * list.bitWidth / 8
      if list.format == .branches {
        let cost = bits(code, at: place + BranchEntry.costOffset, 16)
        text.append(target(bits(code, at: place, 32), start) + " costs \(cost)")
      } else {
        let value = bits(code, at: place, list.bitWidth)
        text.append(list.format == .slots ? "s\(value)" : "#\(value)")
      }
    }
    return (text, tables.byteCount(of: operation, listCount: count))
  }

  private static func text(_ value: UInt64, _ field: LayoutField) -> String {
    switch field.format {
    case .slot: "s\(value)"
    case .signed:
      "#\(field.bitWidth == 32 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value))"
    case .float:
      field.bitWidth == 32
        ? "#\(Float(bitPattern: UInt32(truncatingIfNeeded: value)))" : "#\(Double(bitPattern: value))"
    default: "#\(value)"
    }
  }

  private static func target(_ distance: UInt64, _ start: Int) -> String {
    "-> 0x" + String(start + Int(Int32(truncatingIfNeeded: distance)), radix: 16)
  }

  private static func bits(_ code: Code, at offset: Int, _ bits: Int) -> UInt64 {
    switch bits {
    case 16: UInt64(code.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    case 32: UInt64(code.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    default: code.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }
  }

  /// A heading, then a line an operation. A line beside those that one handler does joins them.
  public var description: String {
    var text = "function \(functionIndex)" + (functionName.map { " " + BoundedText.name($0) } ?? "")
    text +=
      ": \(operations.count) operations, \(codeByteCount) bytes and \(tableByteCount) of tables for "
      + "\(bodyByteCount) of the body, \(slotCount) slots, header s\(headerSlot), entry costs \(entryCost)\n"
    var partsLeft = 0
    for operation in operations {
      let offset = String(operation.offset, radix: 16)
      if operation.partCount > 1 { partsLeft = operation.partCount }
      let mark = operation.partCount > 1 ? "┌" : partsLeft == 1 ? "└" : partsLeft > 1 ? "│" : " "
      partsLeft = max(partsLeft - 1, 0)
      text +=
        "  " + String(repeating: "0", count: max(0, 4 - offset.count)) + offset + " \(mark)\(operation)\n"
    }
    return text
  }
}
