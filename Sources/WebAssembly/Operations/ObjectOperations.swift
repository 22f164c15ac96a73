/// Structures, arrays, casts and i31: reading and writing has handlers, so has the making of what is small;
/// everything else is the loop's.

enum ObjectOperations {
  static let chapter = Chapter(name: "Object", rows: structures + arrays + casts + makings)

  // MARK: - Fields and elements

  private struct Access {
    var name: String
    var byteCount: Int
    /// Of a read: how the bytes become a value.
    var reading = ""
  }

  private static let reads = [
    Access(name: "unsigned8", byteCount: 1, reading: "zeroExtended(#, UInt8.self)"),
    Access(name: "signed8", byteCount: 1, reading: "signExtended32(#, Int8.self)"),
    Access(name: "unsigned16", byteCount: 2, reading: "zeroExtended(#, UInt16.self)"),
    Access(name: "signed16", byteCount: 2, reading: "signExtended32(#, Int16.self)"),
    Access(name: "word32", byteCount: 4, reading: "zeroExtended(#, UInt32.self)"),
    Access(name: "word64", byteCount: 8, reading: "zeroExtended(#, UInt64.self)"),
    Access(name: "vector", byteCount: 16, reading: "value(#) as U64x2"),
  ]

  private static let writes = [
    Access(name: "word8", byteCount: 1), Access(name: "word16", byteCount: 2),
    Access(name: "word32", byteCount: 4), Access(name: "word64", byteCount: 8),
    Access(name: "vector", byteCount: 16),
  ]

  /// The byte distance of a field from its object's address.
  private static let fieldOffset = Field.number("offset", .x)

  private static let structures: [OperationRow] =
    reads.map { read in
      let isVector = read.name == "vector"
      return OperationRow(
        "structGet_\(read.name)",
        [
          isVector ? .resultVector : .result, isVector ? .slot("reference", .a) : .operand("reference", .a),
          fieldOffset,
        ],
        .value(
          "object(reference)." + read.reading.replacing("#", with: "UInt(offset)"),
          after: nullCheck("nullStructureReference")), traps: true,
        builder: isVector ? nil : "structGet")
    }
    + writes.map { write in
      OperationRow(
        "structSet_\(write.name)", [.slot("reference", .a), written(write, .b), fieldOffset],
        .statements(
          nullCheck("nullStructureReference"), "object(reference)." + store(write, at: "UInt(offset)")),
        traps: true, builder: write.name == "vector" ? nil : "structSet")
    }

  private static let arrays: [OperationRow] =
    reads.map { read in
      let isVector = read.name == "vector"
      return OperationRow(
        "arrayGet_\(read.name)",
        [
          isVector ? .resultVector : .result, .slot("reference", .a),
          isVector ? .slot("index", .b, .i32) : .operand("index", .b, .i32),
        ],
        Body(
          lines: element,
          value: "array." + read.reading.replacing("#", with: "UInt(index) &* \(read.byteCount) &+ 8")),
        traps: true, builder: isVector ? nil : "arrayGet")
    }
    + writes.map { write in
      OperationRow(
        "arraySet_\(write.name)",
        [.slot("reference", .a), .slot("index", .b, .i32), written(write, .c)],
        Body(
          lines: element + ["array." + store(write, at: "UInt(index) &* \(write.byteCount) &+ 8")]),
        traps: true, builder: write.name == "vector" ? nil : "arraySet")
    } + [
      OperationRow(
        "arrayLen", [.result, .operand("reference", .a)],
        .value("bits(elementCount(object(reference)))", after: nullCheck("nullArrayReference")), traps: true)
    ]

  private static func nullCheck(_ trap: String) -> String {
    "if reference == 0 { return leave(code, slots, context, trap: .\(trap)) }"
  }

  private static let element = [
    nullCheck("nullArrayReference"), "let array = object(reference)",
    "if index >= elementCount(array) {",
    "  return leave(code, slots, context, trap: .outOfBoundsArrayAccess)", "}",
  ]

  private static func written(_ write: Access, _ storage: Storage) -> Field {
    write.name == "vector" ? .slot("value", storage, .v128) : .operand("value", storage)
  }

  private static func store(_ write: Access, at address: String) -> String {
    write.name == "vector"
      ? "setValue(\(address), value.words)"
      : "store(\(address), value, UInt\(write.byteCount * 8).self)"
  }

  // MARK: - Casts

  private static let flags: [Field] = [.number("passesNull", .x, 16), .number("isExact", .y, 16)]
  private static let hasType = "hasType(reference, type, passesNull: passesNull != 0, isExact: isExact != 0)"
  private static let hasKind = "hasKind(reference, kinds)"

  private static let casts: [OperationRow] = [
    i31("signed"), i31("unsigned"),
    OperationRow(
      "refTest_type", [.result, .operand("reference", .a), .record("type")] + flags,
      .value("bits(\(hasType))")),
    OperationRow(
      "refTest_kind", [.result, .operand("reference", .a), .number("kinds", .x)], .value("bits(\(hasKind))")),
    // A cast checks its operand and leaves it where it is.
    OperationRow(
      "refCast_type", [.operand("reference", .a), .record("type")] + flags,
      .statements("if !\(hasType) { return leave(code, slots, context, trap: .castFailure) }"), traps: true),
    OperationRow(
      "refCast_kind", [.operand("reference", .a), .number("kinds", .x)],
      .statements("if !\(hasKind) { return leave(code, slots, context, trap: .castFailure) }"), traps: true),
  ]

  private static func i31(_ meaning: String) -> OperationRow {
    OperationRow(
      "i31Get_\(meaning)", [.result, .operand("reference", .a)],
      .value("bits(I31.\(meaning)(reference))", after: nullCheck("nullI31Reference")), traps: true)
  }

  // MARK: - Making objects, and whole arrays

  private static let makings: [OperationRow] = [
    making("structNew", "makeStructure"), making("arrayNewFixed", "makeArray"),
    making("arrayNewDefault", "makeZeroArray"),
    // Of cells that no size class holds, or with a descriptor.
    whole("structNewLarge"), whole("arrayNewFixedLarge"),
    whole("structNewDefault"), whole("arrayNew"), whole("arrayNewData"), whole("arrayNewElement"),
    whole("arrayFill", givesResult: false), whole("arrayCopy", givesResult: false),
    whole("arrayInitData", givesResult: false), whole("arrayInitElement", givesResult: false),
    whole("getDescriptor"), whole("functionTest", type: functionType),
    whole("functionCast", givesResult: false, type: functionType),
    whole("descriptorTest", type: functionType),
    whole("descriptorCast", givesResult: false, type: functionType),
  ]

  /// The id of a function's type, or nothing, where others have the record.
  private static let functionType = Field.number("type", .immediate, 64)

  /// `top` is the first slot that nothing uses. All have the same fields in the same places, with the result, which
  /// not all have, behind them.
  private static func fields(givesResult: Bool = true, type: Field = .record("type")) -> [Field] {
    [
      .place("top", .a), type, .number("number", .x), .list("operands", .slots), .number("count", .y),
    ] + (givesResult ? [.resultSlot] : [])
  }

  private static func whole(_ name: String, givesResult: Bool = true, type: Field = .record("type"))
    -> OperationRow
  {
    var row = OperationRow.loop(name, fields(givesResult: givesResult, type: type))
    if type.type == .record {
      row.builder = givesResult ? "makeObject" : "changeArray"
    } else {
      row.builder = givesResult ? "testObject" : "castObject"
    }
    return row
  }

  private static func making(_ name: String, _ function: String) -> OperationRow {
    OperationRow(
      name, fields(),
      .end(
        """
        guard let reference = \(function)(type, number, Int(count), operands: {operands}, slots, context) else {
            return leave(code, slots, accumulator, context, for: .\(name))
          }
          {result} = reference
          return proceed({next}, slots, reference, memory, context)
        """), leaves: true, builder: "makeObject")
  }
}
