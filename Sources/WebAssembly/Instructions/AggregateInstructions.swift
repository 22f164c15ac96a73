/// Structures, arrays and casts of the garbage-collected types (Core 5.4.4), and of custom descriptors.

extension Opcode {
  @inlinable public static var structNew: Opcode { Opcode(prefix: 0xFB, 0) }
  @inlinable public static var structNewDefault: Opcode { Opcode(prefix: 0xFB, 1) }
  @inlinable public static var structGet: Opcode { Opcode(prefix: 0xFB, 2) }
  @inlinable public static var structGetS: Opcode { Opcode(prefix: 0xFB, 3) }
  @inlinable public static var structGetU: Opcode { Opcode(prefix: 0xFB, 4) }
  @inlinable public static var structSet: Opcode { Opcode(prefix: 0xFB, 5) }
  @inlinable public static var arrayNew: Opcode { Opcode(prefix: 0xFB, 6) }
  @inlinable public static var arrayNewDefault: Opcode { Opcode(prefix: 0xFB, 7) }
  @inlinable public static var arrayNewFixed: Opcode { Opcode(prefix: 0xFB, 8) }
  @inlinable public static var arrayNewData: Opcode { Opcode(prefix: 0xFB, 9) }
  @inlinable public static var arrayNewElem: Opcode { Opcode(prefix: 0xFB, 10) }
  @inlinable public static var arrayGet: Opcode { Opcode(prefix: 0xFB, 11) }
  @inlinable public static var arrayGetS: Opcode { Opcode(prefix: 0xFB, 12) }
  @inlinable public static var arrayGetU: Opcode { Opcode(prefix: 0xFB, 13) }
  @inlinable public static var arraySet: Opcode { Opcode(prefix: 0xFB, 14) }
  @inlinable public static var arrayLen: Opcode { Opcode(prefix: 0xFB, 15) }
  @inlinable public static var arrayFill: Opcode { Opcode(prefix: 0xFB, 16) }
  @inlinable public static var arrayCopy: Opcode { Opcode(prefix: 0xFB, 17) }
  @inlinable public static var arrayInitData: Opcode { Opcode(prefix: 0xFB, 18) }
  @inlinable public static var arrayInitElem: Opcode { Opcode(prefix: 0xFB, 19) }
  @inlinable public static var refTest: Opcode { Opcode(prefix: 0xFB, 20) }
  @inlinable public static var refTestNull: Opcode { Opcode(prefix: 0xFB, 21) }
  @inlinable public static var refCast: Opcode { Opcode(prefix: 0xFB, 22) }
  @inlinable public static var refCastNull: Opcode { Opcode(prefix: 0xFB, 23) }
  @inlinable public static var brOnCast: Opcode { Opcode(prefix: 0xFB, 24) }
  @inlinable public static var brOnCastFail: Opcode { Opcode(prefix: 0xFB, 25) }
  @inlinable public static var anyConvertExtern: Opcode { Opcode(prefix: 0xFB, 26) }
  @inlinable public static var externConvertAny: Opcode { Opcode(prefix: 0xFB, 27) }
  @inlinable public static var refI31: Opcode { Opcode(prefix: 0xFB, 28) }
  @inlinable public static var i31GetS: Opcode { Opcode(prefix: 0xFB, 29) }
  @inlinable public static var i31GetU: Opcode { Opcode(prefix: 0xFB, 30) }
  @inlinable public static var structNewDescriptor: Opcode { Opcode(prefix: 0xFB, 32) }
  @inlinable public static var structNewDefaultDescriptor: Opcode { Opcode(prefix: 0xFB, 33) }
  @inlinable public static var refGetDescriptor: Opcode { Opcode(prefix: 0xFB, 34) }
  @inlinable public static var refCastDescriptor: Opcode { Opcode(prefix: 0xFB, 35) }
  @inlinable public static var refCastDescriptorNull: Opcode { Opcode(prefix: 0xFB, 36) }
  @inlinable public static var brOnCastDescriptor: Opcode { Opcode(prefix: 0xFB, 37) }
  @inlinable public static var brOnCastDescriptorFail: Opcode { Opcode(prefix: 0xFB, 38) }
}

private func row(
  _ opcode: Opcode, _ mnemonic: String, _ immediate: ImmediateKind, feature: Feature = .gc,
  facts: InstructionFacts = []
) -> InstructionRow {
  .init(opcode, mnemonic, feature, immediate, nil, .special, facts: facts)
}

let aggregateInstructions: [InstructionRow] = [
  row(.structNew, "struct.new", .type, facts: .isConstant),
  row(.structNewDefault, "struct.new_default", .type, facts: .isConstant),
  row(.structGet, "struct.get", .typeField),
  row(.structGetS, "struct.get_s", .typeField),
  row(.structGetU, "struct.get_u", .typeField),
  row(.structSet, "struct.set", .typeField),
  row(.arrayNew, "array.new", .type, facts: .isConstant),
  row(.arrayNewDefault, "array.new_default", .type, facts: .isConstant),
  row(.arrayNewFixed, "array.new_fixed", .typeCount, facts: .isConstant),
  row(.arrayNewData, "array.new_data", .typeData),
  row(.arrayNewElem, "array.new_elem", .typeElement),
  row(.arrayGet, "array.get", .type),
  row(.arrayGetS, "array.get_s", .type),
  row(.arrayGetU, "array.get_u", .type),
  row(.arraySet, "array.set", .type),
  row(.arrayLen, "array.len", .none),
  row(.arrayFill, "array.fill", .type),
  row(.arrayCopy, "array.copy", .typeType),
  row(.arrayInitData, "array.init_data", .typeData),
  row(.arrayInitElem, "array.init_elem", .typeElement),
  row(.refTest, "ref.test", .castType),
  row(.refTestNull, "ref.test", .castType),
  row(.refCast, "ref.cast", .castType),
  row(.refCastNull, "ref.cast", .castType),
  row(.brOnCast, "br_on_cast", .branchOnCast, facts: .endsSegment),
  row(.brOnCastFail, "br_on_cast_fail", .branchOnCast, facts: .endsSegment),
  row(.anyConvertExtern, "any.convert_extern", .none, facts: .isConstant),
  row(.externConvertAny, "extern.convert_any", .none, facts: .isConstant),
  row(.refI31, "ref.i31", .none, facts: .isConstant),
  row(.i31GetS, "i31.get_s", .none),
  row(.i31GetU, "i31.get_u", .none),
  row(.structNewDescriptor, "struct.new_desc", .type, feature: .customDescriptors, facts: .isConstant),
  row(
    .structNewDefaultDescriptor, "struct.new_default_desc", .type, feature: .customDescriptors,
    facts: .isConstant),
  row(.refGetDescriptor, "ref.get_desc", .type, feature: .customDescriptors),
  row(.refCastDescriptor, "ref.cast_desc_eq", .castType, feature: .customDescriptors),
  row(.refCastDescriptorNull, "ref.cast_desc_eq", .castType, feature: .customDescriptors),
  row(
    .brOnCastDescriptor, "br_on_cast_desc_eq", .branchOnCast, feature: .customDescriptors, facts: .endsSegment
  ),
  row(
    .brOnCastDescriptorFail, "br_on_cast_desc_eq_fail", .branchOnCast, feature: .customDescriptors,
    facts: .endsSegment),
]
