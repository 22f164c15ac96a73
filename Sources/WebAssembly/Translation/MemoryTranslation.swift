/// Memory accesses, globals, selection and the operations that leave the handlers.

/// Operations that the loop around the handlers executes. Layout of the instruction: slots of the result
/// and up to three operands, two 32-bit numbers, and the operation.
enum SlowOperation: UInt32 {
  case memorySize
  case memoryGrow
  case memoryFill
  case memoryCopy
  case memoryInit
  case dataDrop
  case tableGet
  case tableSet
  case tableSize
  case tableGrow
  case tableFill
  case tableCopy
  case tableInit
  case elemDrop
  case refFunc
  case refAsNonNull
  /// Accesses to other memories than the first, and with 64-bit addresses. Two numbers: the memory, the
  /// row; a word of its own: the offset.
  case load
  case store
  /// A call in place of a return: of an import, through a table, by reference. The word of its own says
  /// where arguments and headers lie.
  case returnCall
  case returnCallIndirect
  case returnCallReference
  /// Rows with two results: operands in consecutive slots from the first, results in their place.
  case wide
  /// An atomic access: as `load`, operands in consecutive slots from the first.
  case atomic
  case throwException
  case throwReference
  /// On objects; see `AggregateOperation`.
  case aggregate
  case enterFunction
  case leaveFunction
}

extension FunctionTranslator {
  // MARK: - Loads and stores

  /// The address forms of one access, chosen from what is on the stack.
  struct Address {
    var form: AddressForm
    /// The first slot, and the second slot or the immediate.
    var first: Int
    var second: UInt32
  }

  /// The address in entry `index`: an addition just emitted becomes part of the access.
  mutating func takeAddress(_ index: Int, offset: UInt64) -> Address {
    let entry = stack[index]
    if let last = absorbable, last.word == lastWord, last.row == LoweringTable.i32Add,
      entry.kind == .temporary, entry.home == lastResultSlot,
      last.form.hasImmediate || offset <= 0xFFFF
    {
      let fields = builder.fields(at: last.word)
      let first = Int(fields >> 16 & 0xFFFF)
      let second = UInt32(truncatingIfNeeded: fields >> 32)
      let form: AddressForm =
        switch last.form {
        case .slotSlot: .slotSlot
        case .accumulatorSlot: .accumulatorSlot
        case .slotImmediate: .slotImmediate
        default: .accumulatorImmediate
        }
      restore(last)
      return Address(form: form, first: first, second: second)
    }
    let first = slot(index)
    if isInAccumulator(index) {
      takeAccumulator(index)
      return Address(form: .accumulator, first: first, second: 0)
    }
    return Address(form: .slot, first: first, second: 0)
  }

  /// Whether the handlers' fast path reaches the memory: only the first, with 32-bit addresses.
  func isPlainMemory(_ memory: UInt32) -> Bool {
    memory == 0 && context.memoryAddressTypes.first == .i32
  }

  mutating func load(_ lowering: PackedLowering, _ instruction: Instruction) {
    let offset = instruction.value
    guard isPlainMemory(instruction.a) else {
      slow(
        .load, operands: 1, hasResult: true, instruction.a, UInt32(instruction.row), payload: offset)
      return
    }
    let address = takeAddress(stack.count - 1, offset: offset)
    stack.removeLast()
    let target = nextHome
    let operation = lowering.base + address.form.rawValue * 2
    let word: Int
    switch address.form {
    case .slot, .accumulator:
      word = emit(operation, Fields.slots(target, address.first, value: UInt32(truncatingIfNeeded: offset)))
    case .slotSlot, .accumulatorSlot:
      word = emit(
        operation, Fields.slots(target, address.first, Int(address.second & 0xFFFF), Int(offset)))
    case .slotImmediate, .accumulatorImmediate:
      word = emit(operation, Fields.slots(target, address.first, value: address.second))
      builder.append(UInt64(offset))
    }
    setResult(target, word: word, operation: operation)
    push(.temporary)
  }

  mutating func store(_ lowering: PackedLowering, _ instruction: Instruction) {
    let offset = instruction.value
    guard isPlainMemory(instruction.a) else {
      slow(
        .store, operands: 2, hasResult: false, instruction.a, UInt32(instruction.row), payload: offset)
      return
    }
    let valueIndex = stack.count - 1
    let addressIndex = valueIndex - 1
    var immediate: UInt32?
    if stack[valueIndex].kind == .constant {
      if Self.fits(stack[valueIndex].value, .i64) || lowering.operand == .i32 || lowering.operand == .f32 {
        immediate = UInt32(truncatingIfNeeded: stack[valueIndex].value)
      }
    }
    // A constant address first: making it a temporary overwrites the accumulator.
    if stack[addressIndex].kind == .constant { _ = slot(addressIndex) }
    let valueSlot = immediate == nil ? slot(valueIndex) : 0
    let address: Address
    var valueForm: ValueForm = immediate == nil ? .slot : .immediate
    if valueForm == .slot, isInAccumulator(valueIndex) {
      takeAccumulator(valueIndex)
      valueForm = .accumulator
      address = Address(form: .slot, first: slot(addressIndex), second: 0)
    } else {
      address = takeAddress(addressIndex, offset: offset)
    }
    stack.removeLast(2)
    let operation = lowering.base + StoreForm.index(address.form, valueForm)
    switch address.form {
    case .slot, .accumulator:
      emitStore(operation, Fields.slots(address.first, valueSlot, value: UInt32(truncatingIfNeeded: offset)))
      if let immediate { builder.append(UInt64(immediate)) }
    case .slotSlot, .accumulatorSlot:
      emitStore(
        operation, Fields.slots(address.first, valueSlot, Int(address.second & 0xFFFF), Int(offset)))
      if let immediate { builder.append(UInt64(immediate)) }
    case .slotImmediate, .accumulatorImmediate:
      emitStore(operation, Fields.slots(address.first, valueSlot, value: address.second))
      builder.append(offset | UInt64(immediate ?? 0) << 32)
    }
  }

  private mutating func emitStore(_ operation: Int, _ fields: UInt64) { _ = emit(operation, fields) }

  // MARK: - Globals

  mutating func globalGet(_ global: UInt32) {
    let isImported = Int(global) < context.importedGlobalCount
    let isWide = context.globalTypes[Int(global)] == .v128
    let target = nextHome
    if isWide {
      emit(
        isImported ? .globalGetVectorImported : .globalGetVector, Fields.slots(target, 0, value: global))
      setVectorResult(target)
    } else {
      let operation: ControlOperation = isImported ? .globalGetImported_s : .globalGet_s
      let word = emit(operation, Fields.slots(target, 0, value: global))
      setResult(target, word: word, operation: Int(operation.rawValue))
    }
    push(.temporary, isWide: isWide)
  }

  mutating func globalSet(_ global: UInt32) {
    let isImported = Int(global) < context.importedGlobalCount
    let index = stack.count - 1
    let source = slot(index)
    if stack[index].isWide {
      emit(
        isImported ? .globalSetVectorImported : .globalSetVector, Fields.slots(source, 0, value: global))
    } else if isInAccumulator(index) {
      takeAccumulator(index)
      emit(isImported ? .globalSetImported_a : .globalSet_a, Fields.slots(source, 0, value: global))
    } else {
      emit(isImported ? .globalSetImported_s : .globalSet_s, Fields.slots(source, 0, value: global))
    }
    stack.removeLast()
  }

  // MARK: - Selection

  mutating func select() {
    let condition = stack.count - 1
    let isWide = stack[condition - 1].isWide
    let first = slot(condition - 2)
    let second = slot(condition - 1)
    let source = slot(condition)
    let usesAccumulator = isInAccumulator(condition)
    if usesAccumulator { takeAccumulator(condition) }
    stack.removeLast(3)
    let target = nextHome
    let fields = Fields.slots(target, first, second, source)
    if isWide {
      emit(usesAccumulator ? .selectVector_a : .selectVector_s, fields)
      setVectorResult(target)
    } else {
      let operation: ControlOperation = usesAccumulator ? .select_a_s : .select_s_s
      let word = emit(operation, fields)
      setResult(target, word: word, operation: Int(operation.rawValue))
    }
    push(.temporary, isWide: isWide)
  }

  // MARK: - Slow operations

  /// Emits an operation for the loop: takes `operands` entries, gives one result or none.
  mutating func slow(
    _ operation: SlowOperation, operands count: Int, hasResult: Bool, _ x: UInt32 = 0, _ y: UInt32 = 0,
    payload: UInt64? = nil
  ) {
    var slots = [0, 0, 0]
    for offset in 0..<count { slots[offset] = slot(stack.count - count + offset) }
    stack.removeLast(count)
    let target = nextHome
    emit(.operation, Fields.slots(target, slots[0], slots[1], slots[2]))
    builder.append(UInt64(x) | UInt64(y) << 32)
    // The operation, and how many words the instruction has.
    builder.append(UInt64(operation.rawValue) | (payload == nil ? 4 : 5) << 32)
    if let payload { builder.append(payload) }
    forgetAccumulator()
    if hasResult { push(.temporary) }
  }
}
