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

let aggregateInstructions: [InstructionRow] = [
  .init(.structNew, "struct.new", .gc, .type, nil, .special),
  .init(.structNewDefault, "struct.new_default", .gc, .type, nil, .special),
  .init(.structGet, "struct.get", .gc, .typeField, nil, .special),
  .init(.structGetS, "struct.get_s", .gc, .typeField, nil, .special),
  .init(.structGetU, "struct.get_u", .gc, .typeField, nil, .special),
  .init(.structSet, "struct.set", .gc, .typeField, nil, .special),
  .init(.arrayNew, "array.new", .gc, .type, nil, .special),
  .init(.arrayNewDefault, "array.new_default", .gc, .type, nil, .special),
  .init(.arrayNewFixed, "array.new_fixed", .gc, .typeCount, nil, .special),
  .init(.arrayNewData, "array.new_data", .gc, .typeData, nil, .special),
  .init(.arrayNewElem, "array.new_elem", .gc, .typeElement, nil, .special),
  .init(.arrayGet, "array.get", .gc, .type, nil, .special),
  .init(.arrayGetS, "array.get_s", .gc, .type, nil, .special),
  .init(.arrayGetU, "array.get_u", .gc, .type, nil, .special),
  .init(.arraySet, "array.set", .gc, .type, nil, .special),
  .init(.arrayLen, "array.len", .gc, .none, nil, .special),
  .init(.arrayFill, "array.fill", .gc, .type, nil, .special),
  .init(.arrayCopy, "array.copy", .gc, .typeType, nil, .special),
  .init(.arrayInitData, "array.init_data", .gc, .typeData, nil, .special),
  .init(.arrayInitElem, "array.init_elem", .gc, .typeElement, nil, .special),
  .init(.refTest, "ref.test", .gc, .castType, nil, .special),
  .init(.refTestNull, "ref.test", .gc, .castType, nil, .special),
  .init(.refCast, "ref.cast", .gc, .castType, nil, .special),
  .init(.refCastNull, "ref.cast", .gc, .castType, nil, .special),
  .init(.brOnCast, "br_on_cast", .gc, .branchOnCast, nil, .special),
  .init(.brOnCastFail, "br_on_cast_fail", .gc, .branchOnCast, nil, .special),
  .init(.anyConvertExtern, "any.convert_extern", .gc, .none, nil, .special),
  .init(.externConvertAny, "extern.convert_any", .gc, .none, nil, .special),
  .init(.refI31, "ref.i31", .gc, .none, nil, .special),
  .init(.i31GetS, "i31.get_s", .gc, .none, nil, .special),
  .init(.i31GetU, "i31.get_u", .gc, .none, nil, .special),
  .init(.structNewDescriptor, "struct.new_desc", .customDescriptors, .type, nil, .special),
  .init(.structNewDefaultDescriptor, "struct.new_default_desc", .customDescriptors, .type, nil, .special),
  .init(.refGetDescriptor, "ref.get_desc", .customDescriptors, .type, nil, .special),
  .init(.refCastDescriptor, "ref.cast_desc_eq", .customDescriptors, .castType, nil, .special),
  .init(.refCastDescriptorNull, "ref.cast_desc_eq", .customDescriptors, .castType, nil, .special),
  .init(.brOnCastDescriptor, "br_on_cast_desc_eq", .customDescriptors, .branchOnCast, nil, .special),
  .init(.brOnCastDescriptorFail, "br_on_cast_desc_eq_fail", .customDescriptors, .branchOnCast, nil, .special),
]
