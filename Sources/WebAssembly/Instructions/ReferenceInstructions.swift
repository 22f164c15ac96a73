/// References to functions and host objects (Core 5.4.4).

extension Opcode {
  @inlinable public static var refNull: Opcode { Opcode(0xD0) }
  @inlinable public static var refIsNull: Opcode { Opcode(0xD1) }
  @inlinable public static var refFunc: Opcode { Opcode(0xD2) }
  @inlinable public static var refEq: Opcode { Opcode(0xD3) }
  @inlinable public static var refAsNonNull: Opcode { Opcode(0xD4) }
  @inlinable public static var brOnNull: Opcode { Opcode(0xD5) }
  @inlinable public static var brOnNonNull: Opcode { Opcode(0xD6) }
}

let referenceInstructions: [InstructionRow] = [
  .init(.refNull, "ref.null", .referenceTypes, .heapType, nil, .special, facts: .isConstant),
  .init(.refIsNull, "ref.is_null", .referenceTypes, .none, nil, .special),
  .init(.refFunc, "ref.func", .referenceTypes, .function, nil, .special, facts: .isConstant),
  .init(.refEq, "ref.eq", .gc, .none, nil, .special),
  .init(.refAsNonNull, "ref.as_non_null", .functionReferences, .none, nil, .special),
  .init(.brOnNull, "br_on_null", .functionReferences, .label, nil, .special, facts: .endsSegment),
  .init(.brOnNonNull, "br_on_non_null", .functionReferences, .label, nil, .special, facts: .endsSegment),
]
