/// Structures, arrays, casts and i31 (Core 4.4.4).
///
/// Reading, writing and most casts have handlers. Making objects and working on whole arrays is left to the
/// loop. Layout of such an instruction: the slot of the result, the first slot that is in no use, and the
/// `AggregateOperation`, 16 bits each; the type's record; `SlowOperation.aggregate` and the number of words;
/// a number and how many operands there are; the slots of the operands, four in a word.

/// What the loop does with objects. The comment names the operands, and the instruction's number.
enum AggregateOperation: UInt16 {
  /// The fields' values, and the descriptor of a type that has one. The number is the cells' size class.
  case structNew
  /// The descriptor of a type that has one.
  case structNewDefault
  /// Element, count.
  case arrayNew
  /// Count.
  case arrayNewDefault
  /// The elements.
  case arrayNewFixed
  /// Start, count; the segment.
  case arrayNewData
  case arrayNewElement
  /// Array, index, element, count.
  case arrayFill
  /// Array, index, source array, index in it, count.
  case arrayCopy
  /// Array, index, start, count; the segment.
  case arrayInitData
  case arrayInitElement
  /// Reference to a function; 1 when null passes, 2 when the type must be exact. The type's id stands in
  /// place of its record.
  case functionTest
  case functionCast
  /// Structure.
  case getDescriptor
  /// Reference, descriptor; 1 when null passes.
  case descriptorTest
  case descriptorCast
}

extension FunctionTranslator {
  /// Translates an instruction on objects; false for one that is not executed.
  mutating func aggregate(_ opcode: Opcode, _ instruction: Instruction) -> Bool {
    let lowering = LoweringTable.entries[instruction.row]
    let segment = instruction.b
    switch opcode {
    case .structGet, .structGetS, .structGetU:
      structGet(lowering, field(instruction), isSigned: opcode == .structGetS)
    case .structSet: structSet(lowering, field(instruction))
    case .arrayGet, .arrayGetS, .arrayGetU:
      arrayGet(lowering, element(instruction), isSigned: opcode == .arrayGetS)
    case .arraySet: arraySet(lowering, element(instruction))
    case .arrayLen, .i31GetS, .i31GetU: unary(lowering)
    case .refI31: makeI31()
    case .refTest, .refTestNull: test(castTarget(instruction.value), keepsOperand: false)
    case .refCast, .refCastNull: cast(castTarget(instruction.value))
    case .brOnCast, .brOnCastFail:
      test(castTarget(instruction.value2), keepsOperand: true)
      if opcode == .brOnCastFail { equalsZero(LoweringTable.i32Eq) }
      branchIf(instruction.a)
    case .anyConvertExtern, .externConvertAny: break
    case .structNew, .structNewDescriptor: makeStructure(record(instruction))
    case .structNewDefault: make(.structNewDefault, record(instruction), operands: 0)
    case .structNewDefaultDescriptor: make(.structNewDefault, record(instruction), operands: 1)
    case .refGetDescriptor: make(.getDescriptor, record(instruction), operands: 1)
    case .refCastDescriptor, .refCastDescriptorNull:
      testDescriptor(.descriptorCast, ValueType(instruction.value))
    case .brOnCastDescriptor, .brOnCastDescriptorFail:
      testDescriptor(.descriptorTest, ValueType(instruction.value2))
      push(.temporary)
      if opcode == .brOnCastDescriptorFail { equalsZero(LoweringTable.i32Eq) }
      branchIf(instruction.a)
    case .arrayNew: make(.arrayNew, record(instruction), operands: 2)
    case .arrayNewDefault: make(.arrayNewDefault, record(instruction), operands: 1)
    case .arrayNewFixed: make(.arrayNewFixed, record(instruction), operands: Int(instruction.b))
    case .arrayNewData: make(.arrayNewData, record(instruction), operands: 2, segment)
    case .arrayNewElem: make(.arrayNewElement, record(instruction), operands: 2, segment)
    case .arrayFill: change(.arrayFill, record(instruction), operands: 4)
    case .arrayCopy: change(.arrayCopy, record(instruction), operands: 5)
    case .arrayInitData: change(.arrayInitData, record(instruction), operands: 4, segment)
    case .arrayInitElem: change(.arrayInitElement, record(instruction), operands: 4, segment)
    default: return false
    }
    return true
  }

  /// The type that an instruction names first.
  private func record(_ instruction: Instruction) -> UnsafePointer<TypeRecord> {
    TypeRegistry.record(of: context.typeIDs[Int(instruction.a)])
  }

  private func field(_ instruction: Instruction) -> FieldLayout {
    record(instruction).pointee.fields[Int(instruction.b)]
  }

  private func element(_ instruction: Instruction) -> FieldLayout { record(instruction).pointee.fields[0] }

  // MARK: - Fields and elements

  private mutating func structGet(_ lowering: PackedLowering, _ field: FieldLayout, isSigned: Bool) {
    let index = stack.count - 1
    let source = slot(index)
    let usesAccumulator = isInAccumulator(index) && field.storage != .vector
    if usesAccumulator { takeAccumulator(index) }
    stack.removeLast()
    let offset = field.offset + UInt32(HeapObject.payloadOffset)
    let target = nextHome
    finishRead(
      lowering, FieldRead(field.storage, isSigned: isSigned), usesAccumulator, target,
      Fields.slots(target, source, value: offset))
  }

  private mutating func arrayGet(_ lowering: PackedLowering, _ element: FieldLayout, isSigned: Bool) {
    let index = stack.count - 1
    let array = slot(index - 1)
    let source = slot(index)
    let usesAccumulator = isInAccumulator(index) && element.storage != .vector
    if usesAccumulator { takeAccumulator(index) }
    stack.removeLast(2)
    let target = nextHome
    finishRead(
      lowering, FieldRead(element.storage, isSigned: isSigned), usesAccumulator, target,
      Fields.slots(target, array, source))
  }

  private mutating func finishRead(
    _ lowering: PackedLowering, _ read: FieldRead, _ usesAccumulator: Bool, _ target: Int, _ fields: UInt64
  ) {
    let operation = lowering.base + read.handlerOffset + (usesAccumulator ? 2 : 0)
    let word = emit(operation, fields)
    if read == .vector {
      setVectorResult(target)
    } else {
      setResult(target, word: word, operation: operation)
    }
    push(.temporary, isWide: read == .vector)
  }

  private mutating func structSet(_ lowering: PackedLowering, _ field: FieldLayout) {
    let index = stack.count - 1
    let object = slot(index - 1)
    let value = slot(index)
    let operation = lowering.base + takeWritten(index, field.storage)
    let offset = field.offset + UInt32(HeapObject.payloadOffset)
    _ = emit(operation, Fields.slots(object, value, value: offset))
    stack.removeLast(2)
  }

  private mutating func arraySet(_ lowering: PackedLowering, _ element: FieldLayout) {
    let index = stack.count - 1
    let array = slot(index - 2)
    let position = slot(index - 1)
    let value = slot(index)
    let operation = lowering.base + takeWritten(index, element.storage)
    _ = emit(operation, Fields.slots(array, position, value))
    stack.removeLast(3)
  }

  /// The form of a write whose value is entry `index`.
  private mutating func takeWritten(_ index: Int, _ storage: ObjectStorage) -> Int {
    let offset = FieldWrite(storage).handlerOffset
    guard storage != .vector, isInAccumulator(index) else { return offset }
    takeAccumulator(index)
    return offset + 1
  }

  private mutating func makeI31() {
    let index = stack.count - 1
    if stack[index].kind == .constant {
      stack[index].value = I31.reference(UInt32(truncatingIfNeeded: stack[index].value))
      return
    }
    push(.constant, value: 33)
    binary(LoweringTable.i64Shl, LoweringTable.entries[LoweringTable.i64Shl])
    push(.constant, value: 1)
    binary(LoweringTable.i64Or, LoweringTable.entries[LoweringTable.i64Or])
  }

  // MARK: - Casts

  private enum CastTarget {
    /// An abstract heap type: whatever is of these kinds.
    case kinds(ReferenceKinds)
    case type(UnsafePointer<TypeRecord>, isNullable: Bool, isExact: Bool)
    case function(id: UInt32, isNullable: Bool, isExact: Bool)
  }

  private func castTarget(_ rawValue: UInt64) -> CastTarget {
    let type = ValueType(rawValue)
    let heapType = type.heapType
    if let index = heapType.typeIndex {
      let record = TypeRegistry.record(of: context.typeIDs[Int(index)])
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
    let index = stack.count - 1
    let source = slot(index)
    if case .function(let id, let isNullable, let isExact) = target {
      let top = nextHome
      if !keepsOperand { stack.removeLast() }
      emitAggregate(
        .functionTest, UInt64(id), [source], target: nextHome, top: top, Self.flags(isNullable, isExact))
      push(.temporary)
      return
    }
    let usesAccumulator = isInAccumulator(index)
    if !keepsOperand {
      if usesAccumulator { takeAccumulator(index) }
      stack.removeLast()
    }
    let result = nextHome
    let base = LoweringTable.entries[LoweringTable.refTest].base + (usesAccumulator ? 2 : 0)
    switch target {
    case .type(let record, let isNullable, let isExact):
      let word = emit(base, Fields.slots(result, source, isNullable ? 1 : 0, isExact ? 1 : 0))
      builder.append(UInt64(UInt(bitPattern: record)))
      setResult(result, word: word, operation: base)
    case .kinds(let kinds):
      let word = emit(base + 4, Fields.slots(result, source, value: kinds.rawValue))
      setResult(result, word: word, operation: base + 4)
    case .function: break
    }
    push(.temporary)
  }

  /// Checks the topmost entry, which stays where it is.
  private mutating func cast(_ target: CastTarget) {
    let index = stack.count - 1
    let source = slot(index)
    let base = LoweringTable.entries[LoweringTable.refCast].base + (isInAccumulator(index) ? 1 : 0)
    switch target {
    case .type(let record, let isNullable, let isExact):
      _ = emit(base, Fields.slots(0, source, isNullable ? 1 : 0, isExact ? 1 : 0))
      builder.append(UInt64(UInt(bitPattern: record)))
    case .kinds(let kinds):
      _ = emit(base + 2, Fields.slots(0, source, value: kinds.rawValue))
    case .function(let id, let isNullable, let isExact):
      emitAggregate(
        .functionCast, UInt64(id), [source], target: 0, top: nextHome, Self.flags(isNullable, isExact))
      lastResult = -1
    }
  }

  /// Takes a descriptor off and compares it with that of the entry below, which stays; the result of a test
  /// is for the caller to push.
  private mutating func testDescriptor(_ operation: AggregateOperation, _ target: ValueType) {
    let index = stack.count - 1
    let slots = [slot(index - 1), slot(index)]
    let top = nextHome
    stack.removeLast()
    emitAggregate(
      operation, 0, slots, target: nextHome, top: top, Self.flags(target.isNullable, false))
    lastResult = -1
  }

  private static func flags(_ isNullable: Bool, _ isExact: Bool) -> UInt32 {
    (isNullable ? 1 : 0) | (isExact ? 2 : 0)
  }

  // MARK: - Operations of the loop

  /// Emits the making of a structure of the topmost entries: in a handler when cells are of its size.
  private mutating func makeStructure(_ record: UnsafePointer<TypeRecord>) {
    let type = record.pointee
    let size = HeapObject.headerByteCount + Int(type.byteCount)
    let isPlain = size <= SizeClass.largest && !type.hasDescriptor
    make(
      .structNew, record, operands: Int(type.fieldCount) + (type.hasDescriptor ? 1 : 0),
      isPlain ? UInt32(SizeClass.holding(size)) : 0)
    guard isPlain else { return }
    builder.replaceHandler(at: lastWord, with: Int(ControlOperation.structNew.rawValue))
    accumulatorSlot = stack[stack.count - 1].home
  }

  /// Emits an operation that makes an object of the topmost entries.
  private mutating func make(
    _ operation: AggregateOperation, _ record: UnsafePointer<TypeRecord>, operands count: Int,
    _ number: UInt32 = 0
  ) {
    let (slots, top) = takeOperands(count)
    emitAggregate(
      operation, UInt64(UInt(bitPattern: record)), slots, target: nextHome, top: top, number)
    push(.temporary)
  }

  /// Emits an operation that changes an array.
  private mutating func change(
    _ operation: AggregateOperation, _ record: UnsafePointer<TypeRecord>, operands count: Int,
    _ number: UInt32 = 0
  ) {
    let (slots, top) = takeOperands(count)
    emitAggregate(operation, UInt64(UInt(bitPattern: record)), slots, target: 0, top: top, number)
    lastResult = -1
  }

  /// Takes the topmost entries off; gives their slots and the first one that nothing uses.
  private mutating func takeOperands(_ count: Int) -> (slots: [Int], top: Int) {
    let slots = (stack.count - count..<stack.count).map { slot($0) }
    let top = nextHome
    stack.removeLast(count)
    return (slots, top)
  }

  private mutating func emitAggregate(
    _ operation: AggregateOperation, _ type: UInt64, _ slots: [Int], target: Int, top: Int, _ number: UInt32
  ) {
    emit(.operation, Fields.slots(target, top, Int(operation.rawValue)))
    builder.append(type)
    let wordCount = 5 + (slots.count + 3) / 4
    builder.append(UInt64(SlowOperation.aggregate.rawValue) | UInt64(wordCount) << 32)
    builder.append(UInt64(number) | UInt64(slots.count) << 32)
    for start in stride(from: 0, to: slots.count, by: 4) {
      let part = slots[start..<min(start + 4, slots.count)]
      builder.append(part.reversed().reduce(0) { $0 << 16 | UInt64($1 & 0xFFFF) })
    }
    forgetAccumulator()
    // The result may go to a local instead.
    lastResult = lastWord
    lastResultSlot = target
  }
}

extension ValueType {
  /// The type in an immediate of a cast.
  fileprivate init(_ immediate: UInt64) { self.init(rawValue: UInt32(truncatingIfNeeded: immediate)) }
}

extension FieldRead {
  fileprivate init(_ storage: ObjectStorage, isSigned: Bool) {
    switch storage {
    case .word8: self = isSigned ? .signed8 : .unsigned8
    case .word16: self = isSigned ? .signed16 : .unsigned16
    case .word32: self = .word32
    case .word64, .reference: self = .word64
    case .vector: self = .vector
    }
  }
}

extension FieldWrite {
  fileprivate init(_ storage: ObjectStorage) {
    switch storage {
    case .word8: self = .word8
    case .word16: self = .word16
    case .word32: self = .word32
    case .word64, .reference: self = .word64
    case .vector: self = .vector
    }
  }
}
