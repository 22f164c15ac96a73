/// References to functions and host objects (Core 5.4.4).

extension Opcode {
  public static let refNull = Opcode(0xD0)
  public static let refIsNull = Opcode(0xD1)
  public static let refFunc = Opcode(0xD2)
  public static let refEq = Opcode(0xD3)
  public static let refAsNonNull = Opcode(0xD4)
  public static let brOnNull = Opcode(0xD5)
  public static let brOnNonNull = Opcode(0xD6)
}

let referenceInstructions: [InstructionRow] = [
  .init(.refNull, "ref.null", .referenceTypes, .heapType, nil, .special),
  .init(.refIsNull, "ref.is_null", .referenceTypes, .none, nil, .special),
  .init(.refFunc, "ref.func", .referenceTypes, .function, nil, .special),
  .init(.refEq, "ref.eq", .gc, .none, nil, .special),
  .init(.refAsNonNull, "ref.as_non_null", .functionReferences, .none, nil, .special),
  .init(.brOnNull, "br_on_null", .functionReferences, .label, nil, .special),
  .init(.brOnNonNull, "br_on_non_null", .functionReferences, .label, nil, .special),
]
