/// Structures, arrays, casts and i31 (Core 4.4.4), and custom descriptors.

@_spi(Translation) import WebAssemblyHandlers

extension Selection {
  mutating func aggregate(_ instruction: Instruction, _ validator: inout FunctionValidator)
    throws(TranslationError)
  {
    let opcode = validator.rows[instruction.row].opcode
    switch opcode {
    case .structGet, .structGetS, .structGetU: structGet(instruction, isSigned: opcode == .structGetS)
    case .structSet: structSet(instruction)
    case .arrayGet, .arrayGetS, .arrayGetU: arrayGet(instruction, isSigned: opcode == .arrayGetS)
    case .arraySet: arraySet(instruction)
    case .arrayLen: unary(.arrayLen)
    case .i31GetS: unary(.i31Get_signed)
    case .i31GetU: unary(.i31Get_unsigned)
    case .refI31: makeI31()
    case .refTest, .refTestNull: test(castTarget(instruction.value), keepsOperand: false)
    case .refCast, .refCastNull: cast(castTarget(instruction.value))
    case .brOnCast, .brOnCastFail:
      test(castTarget(instruction.value2), keepsOperand: true)
      if opcode == .brOnCastFail { equalsZero(.i32_eq) }
      branchIf(instruction.a, &validator)
    case .brOnCastDescriptor, .brOnCastDescriptorFail:
      testDescriptor(.descriptorTest, ValueType(immediate: instruction.value2))
      operands.pushTemporary()
      if opcode == .brOnCastDescriptorFail { equalsZero(.i32_eq) }
      branchIf(instruction.a, &validator)
    case .refCastDescriptor, .refCastDescriptorNull:
      testDescriptor(.descriptorCast, ValueType(immediate: instruction.value))
    case .anyConvertExtern, .externConvertAny: break
    case .structNew, .structNewDescriptor:
      let type = record(instruction).pointee
      let size = HeapObject.headerByteCount + Int(type.byteCount)
      let count = Int(type.fieldCount) + (type.hasDescriptor ? 1 : 0)
      make(isSmall: !type.hasDescriptor, size, .structNew, .structNewLarge, instruction, count)
    case .structNewDefault: make(.structNewDefault, instruction, operands: 0)
    case .structNewDefaultDescriptor: make(.structNewDefault, instruction, operands: 1)
    case .refGetDescriptor: make(.getDescriptor, instruction, operands: 1)
    case .arrayNew: make(.arrayNew, instruction, operands: 2)
    case .arrayNewDefault: make(.arrayNewDefault, instruction, operands: 1)
    case .arrayNewFixed:
      let count = Int(instruction.b)
      let size = HeapObject.headerByteCount + count * Int(record(instruction).pointee.byteCount)
      make(isSmall: true, size, .arrayNewFixed, .arrayNewFixedLarge, instruction, count)
    case .arrayNewData: make(.arrayNewData, instruction, operands: 2, number: instruction.b)
    case .arrayNewElem: make(.arrayNewElement, instruction, operands: 2, number: instruction.b)
    case .arrayFill: change(.arrayFill, instruction, operands: 4)
    case .arrayCopy: change(.arrayCopy, instruction, operands: 5)
    case .arrayInitData: change(.arrayInitData, instruction, operands: 4, number: instruction.b)
    case .arrayInitElem: change(.arrayInitElement, instruction, operands: 4, number: instruction.b)
    default: throw unsupported(instruction)
    }
  }

  /// The type that an instruction names first.
  private func record(_ instruction: Instruction) -> UnsafePointer<TypeRecord> {
    context.record(ofType: instruction.a)
  }

  // MARK: - Fields and elements

  private mutating func structGet(_ instruction: Instruction, isSigned: Bool) {
    let field = record(instruction).pointee.fields[Int(instruction.b)]
    let read = FieldRead(field.storage, isSigned: isSigned)
    let offset = field.offset + UInt32(HeapObject.payloadOffset)
    let object = slotOperand(operands.count - 1)
    operands.removeLast()
    if read == .vector {
      list.structGet_vector(result: operands.nextHome, reference: Int(object.value), offset: offset)
    } else {
      list.structGet(Self.structGet(read), result: operands.nextHome, reference: object, offset: offset)
    }
    operands.pushTemporary(isWide: read == .vector)
  }

  private mutating func structSet(_ instruction: Instruction) {
    let field = record(instruction).pointee.fields[Int(instruction.b)]
    let offset = field.offset + UInt32(HeapObject.payloadOffset)
    let top = operands.count - 1
    let object = slot(top - 1)
    if field.storage == .vector {
      list.structSet_vector(reference: object, value: slot(top), offset: offset)
    } else {
      list.structSet(
        Self.structSet(field.storage), reference: object, value: slotOperand(top), offset: offset)
    }
    operands.removeLast(2)
  }

  private mutating func arrayGet(_ instruction: Instruction, isSigned: Bool) {
    let read = FieldRead(record(instruction).pointee.fields[0].storage, isSigned: isSigned)
    let array = slot(operands.count - 2)
    let index = slotOperand(operands.count - 1)
    operands.removeLast(2)
    if read == .vector {
      list.arrayGet_vector(result: operands.nextHome, reference: array, index: Int(index.value))
    } else {
      list.arrayGet(Self.arrayGet(read), result: operands.nextHome, reference: array, index: index)
    }
    operands.pushTemporary(isWide: read == .vector)
  }

  private mutating func arraySet(_ instruction: Instruction) {
    let storage = record(instruction).pointee.fields[0].storage
    let top = operands.count - 1
    let (array, index) = (slot(top - 2), slot(top - 1))
    if storage == .vector {
      list.arraySet_vector(reference: array, index: index, value: slot(top))
    } else {
      list.arraySet(Self.arraySet(storage), reference: array, index: index, value: slotOperand(top))
    }
    operands.removeLast(3)
  }

  private mutating func makeI31() {
    let entry = operands.last
    if entry.kind == .constant {
      operands.removeLast()
      return operands.pushConstant(I31.reference(UInt32(truncatingIfNeeded: entry.value)))
    }
    operands.pushConstant(33)
    binary(.i64_shl)
    operands.pushConstant(1)
    binary(.i64_or)
  }

  // MARK: - Casts

  private enum CastTarget {
    /// An abstract heap type: whatever is of these kinds.
    case kinds(ReferenceKinds)
    case type(UnsafePointer<TypeRecord>, isNullable: Bool, isExact: Bool)
    case function(id: UInt32, isNullable: Bool, isExact: Bool)
  }

  private func castTarget(_ immediate: UInt64) -> CastTarget {
    let type = ValueType(immediate: immediate)
    let heapType = type.heapType
    if let index = heapType.typeIndex {
      let record = context.record(ofType: index)
      return record.pointee.kind == .function
        ? .function(id: record.pointee.id, isNullable: type.isNullable, isExact: heapType.isExact)
        : .type(record, isNullable: type.isNullable, isExact: heapType.isExact)
    }
    var kinds: ReferenceKinds = type.isNullable ? .null : []
    switch heapType {
    case .any, .extern: kinds.formUnion([.i31, .host, .structure, .array])
    case .eq: kinds.formUnion([.i31, .structure, .array])
    case .i31: kinds.insert(.i31)
    case .struct: kinds.insert(.structure)
    case .array: kinds.insert(.array)
    case .function: kinds.insert(.function)
    case .exn: kinds.insert(.exception)
    default: break
    }
    return .kinds(kinds)
  }

  /// Pushes whether the topmost entry is of the type, in its place or above it.
  private mutating func test(_ target: CastTarget, keepsOperand: Bool) {
    let reference = slotOperand(operands.count - 1)
    let top = operands.nextHome
    if !keepsOperand { operands.removeLast() }
    let home = operands.nextHome
    switch target {
    case .type(let record, let isNullable, let isExact):
      list.refTest_type(
        result: home, reference: reference, type: record, passesNull: isNullable ? 1 : 0,
        isExact: isExact ? 1 : 0)
      if keepsOperand { list.flagLast(.keepsOperand) }
    case .kinds(let kinds):
      list.refTest_kind(result: home, reference: reference, kinds: kinds.rawValue)
      if keepsOperand { list.flagLast(.keepsOperand) }
    case .function(let id, let isNullable, let isExact):
      let place = list.addToPool([reference.value])
      list.testObject(
        .functionTest, result: home, top: top, type: UInt64(id), number: Self.flags(isNullable, isExact),
        operands: place, count: 1)
    }
    operands.pushTemporary()
  }

  /// Checks the topmost entry, which stays where it is.
  private mutating func cast(_ target: CastTarget) {
    let reference = slotOperand(operands.count - 1)
    switch target {
    case .type(let record, let isNullable, let isExact):
      list.refCast_type(
        reference: reference, type: record, passesNull: isNullable ? 1 : 0,
        isExact: isExact ? 1 : 0)
      list.flagLast(.keepsOperand)
    case .kinds(let kinds):
      list.refCast_kind(reference: reference, kinds: kinds.rawValue)
      list.flagLast(.keepsOperand)
    case .function(let id, let isNullable, let isExact):
      let place = list.addToPool([reference.value])
      list.castObject(
        .functionCast, top: operands.nextHome, type: UInt64(id),
        number: Self.flags(isNullable, isExact), operands: place, count: 1)
    }
  }

  /// Takes a descriptor off and compares it with that of the entry below, which stays; the result of a test
  /// is for the caller to push.
  private mutating func testDescriptor(_ family: OperationFamily, _ target: ValueType) {
    let top = operands.count - 1
    let place = list.addToPool([UInt32(slot(top - 1)), UInt32(slot(top))])
    let end = operands.nextHome
    operands.removeLast()
    let flags = Self.flags(target.isNullable, false)
    if family == .descriptorTest {
      list.testObject(
        family, result: operands.nextHome, top: end, type: 0, number: flags, operands: place, count: 2)
    } else {
      list.castObject(family, top: end, type: 0, number: flags, operands: place, count: 2)
    }
  }

  private static func flags(_ isNullable: Bool, _ isExact: Bool) -> UInt32 {
    (isNullable ? 1 : 0) | (isExact ? 2 : 0)
  }

  // MARK: - Whole objects

  /// Operands that may be anywhere: a list of more would be out of proportion to an instruction of three bytes.
  private static let mostListedOperands = 32

  /// An object of the topmost entries: with the cells' size class for a handler to try, or for the loop alone,
  /// which reads them one behind the other from the first one's slot on.
  private mutating func make(
    isSmall: Bool, _ size: Int, _ small: OperationFamily, _ large: OperationFamily,
    _ instruction: Instruction, _ count: Int
  ) {
    if isSmall, size <= SizeClass.largest, count <= Self.mostListedOperands {
      make(small, instruction, operands: count, number: UInt32(SizeClass.holding(size)))
      return
    }
    flushTop(count)
    let top = operands.nextHome
    operands.removeLast(count)
    let first = operands.nextHome
    let place = list.addToPool([UInt32(first)])
    list.makeObject(
      large, result: first, top: top, type: record(instruction), number: UInt32(count), operands: place,
      count: 1)
    operands.pushTemporary()
  }

  /// Makes an object of the topmost entries.
  private mutating func make(
    _ family: OperationFamily, _ instruction: Instruction, operands count: Int, number: UInt32 = 0
  ) {
    let (place, top) = takeOperands(count)
    list.makeObject(
      family, result: operands.nextHome, top: top, type: record(instruction), number: number,
      operands: place, count: UInt32(count))
    operands.pushTemporary()
  }

  /// Changes an array.
  private mutating func change(
    _ family: OperationFamily, _ instruction: Instruction, operands count: Int, number: UInt32 = 0
  ) {
    let (place, top) = takeOperands(count)
    list.changeArray(
      family, top: top, type: record(instruction), number: number, operands: place, count: UInt32(count))
  }

  /// Takes the topmost entries off; gives the list of their slots and the first slot that nothing uses.
  private mutating func takeOperands(_ count: Int) -> (place: UInt32, top: Int) {
    let first = operands.count - count
    for index in first..<operands.count { _ = slot(index) }
    let place = list.addToPool((first..<operands.count).map { UInt32(slot($0)) })
    let top = operands.nextHome
    operands.removeLast(count)
    return (place, top)
  }
}

extension ValueType {
  /// The type in an immediate of a cast.
  fileprivate init(immediate: UInt64) { self.init(rawValue: UInt32(truncatingIfNeeded: immediate)) }
}

// MARK: - How fields are read and written

/// A read: how many bytes, and how they become a value of the operand stack.
private enum FieldRead {
  case unsigned8, signed8, unsigned16, signed16, word32, word64, vector

  init(_ storage: ObjectStorage, isSigned: Bool) {
    switch storage {
    case .word8: self = isSigned ? .signed8 : .unsigned8
    case .word16: self = isSigned ? .signed16 : .unsigned16
    case .word32: self = .word32
    case .word64, .reference: self = .word64
    case .vector: self = .vector
    }
  }
}

extension Selection {
  private static func structGet(_ read: FieldRead) -> OperationFamily {
    switch read {
    case .unsigned8: .structGet_unsigned8
    case .signed8: .structGet_signed8
    case .unsigned16: .structGet_unsigned16
    case .signed16: .structGet_signed16
    case .word32: .structGet_word32
    case .word64: .structGet_word64
    case .vector: .structGet_vector
    }
  }

  private static func arrayGet(_ read: FieldRead) -> OperationFamily {
    switch read {
    case .unsigned8: .arrayGet_unsigned8
    case .signed8: .arrayGet_signed8
    case .unsigned16: .arrayGet_unsigned16
    case .signed16: .arrayGet_signed16
    case .word32: .arrayGet_word32
    case .word64: .arrayGet_word64
    case .vector: .arrayGet_vector
    }
  }

  private static func structSet(_ storage: ObjectStorage) -> OperationFamily {
    switch storage {
    case .word8: .structSet_word8
    case .word16: .structSet_word16
    case .word32: .structSet_word32
    case .word64, .reference: .structSet_word64
    case .vector: .structSet_vector
    }
  }

  private static func arraySet(_ storage: ObjectStorage) -> OperationFamily {
    switch storage {
    case .word8: .arraySet_word8
    case .word16: .arraySet_word16
    case .word32: .arraySet_word32
    case .word64, .reference: .arraySet_word64
    case .vector: .arraySet_vector
    }
  }
}
