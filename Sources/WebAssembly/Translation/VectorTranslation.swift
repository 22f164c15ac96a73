/// Vector instructions: operands from slots, results into the two slots of the result's home.

extension FunctionTranslator {
  mutating func vector(_ signature: VectorSignature, _ lowering: PackedLowering, _ instruction: Instruction)
    throws(TranslationError)
  {
    switch signature {
    case .constant:
      emit(.constantVector, Fields.slots(nextHome))
      builder.append(instruction.value)
      builder.append(instruction.value2)
      pushVector()
    case .unary: vectorOperation(lowering.base, operands: 1)
    case .binary: vectorOperation(lowering.base, operands: 2)
    case .ternary: vectorOperation(lowering.base, operands: 3)
    case .shuffle: shuffle(instruction)
    case .shift: shift(lowering)
    case .test: scalarOfVector(lowering, lane: 0)
    case .extractLane: scalarOfVector(lowering, lane: instruction.lane)
    case .splat: vectorOfScalar(lowering, lane: nil)
    case .replaceLane: vectorOfScalar(lowering, lane: instruction.lane)
    case .load, .loadLane, .store, .storeLane:
      guard instruction.a == 0, context.memoryAddressTypes[0] == .i32 else {
        throw TranslationError(
          message: "\(instruction.definition.mnemonic) at offset \(instruction.offset) reaches a memory "
            + "with 64-bit addresses or one after the first, which this version does not execute")
      }
      switch signature {
      case .load: vectorLoad(lowering, instruction)
      case .loadLane: vectorLane(lowering, instruction, isStore: false)
      case .store: vectorStore(lowering, instruction)
      default: vectorLane(lowering, instruction, isStore: true)
      }
    }
  }

  /// The result of the operation just emitted, which writes the next home.
  private mutating func pushVector() {
    setVectorResult(nextHome)
    push(.temporary, isWide: true)
  }

  private mutating func vectorOperation(_ operation: Int, operands count: Int) {
    var slots = [0, 0, 0]
    for offset in 0..<count { slots[offset] = slot(stack.count - count + offset) }
    stack.removeLast(count)
    _ = emit(operation, Fields.slots(nextHome, slots[0], slots[1], slots[2]))
    pushVector()
  }

  /// The lanes become byte offsets in the frame, as few as their grouping allows.
  private mutating func shuffle(_ instruction: Instruction) {
    let first = slot(stack.count - 2)
    let second = slot(stack.count - 1)
    let lanes = (0..<16).map { lane in
      Int((lane < 8 ? instruction.value : instruction.value2) >> UInt64(lane % 8 * 8) & 31)
    }
    /// Whether groups of `width` lanes follow each other in one operand.
    func isGrouped(_ width: Int) -> Bool {
      lanes.indices.allSatisfy { index in
        let start = lanes[index / width * width]
        return lanes[index] == start + index % width && lanes[index] / 16 == start / 16
      }
    }
    let width = isGrouped(4) ? 4 : isGrouped(2) ? 2 : 1
    stack.removeLast(2)
    emit(width == 4 ? .shuffle32 : width == 2 ? .shuffle16 : .shuffle8, Fields.slots(nextHome))
    let offsets = stride(from: 0, to: 16, by: width).map { index in
      let lane = lanes[index]
      return UInt64((lane < 16 ? first : second) * 8 + lane % 16)
    }
    for pair in stride(from: 0, to: offsets.count, by: 2) {
      builder.append(offsets[pair] | offsets[pair + 1] << 32)
    }
    pushVector()
  }

  // MARK: - With scalars

  private mutating func shift(_ lowering: PackedLowering) {
    let index = stack.count - 1
    let count = stack[index]
    let vector = slot(index - 1)
    guard count.kind != .constant else {
      stack.removeLast(2)
      _ = emit(
        lowering.base + ScalarForm.immediate.rawValue,
        Fields.slots(nextHome, vector, value: UInt32(truncatingIfNeeded: count.value)))
      return pushVector()
    }
    let (form, source) = takeScalar(index)
    stack.removeLast(2)
    _ = emit(lowering.base + form.rawValue, Fields.slots(nextHome, vector, source))
    pushVector()
  }

  /// The scalar operand in the topmost entry.
  private mutating func takeScalar(_ index: Int) -> (form: ScalarForm, slot: Int) {
    let source = slot(index)
    guard isInAccumulator(index) else { return (.slot, source) }
    takeAccumulator(index)
    return (.accumulator, source)
  }

  /// A splat, or with a lane its replacement.
  private mutating func vectorOfScalar(_ lowering: PackedLowering, lane: UInt8?) {
    let index = stack.count - 1
    let vector = lane == nil ? 0 : slot(index - 1)
    let (form, source) = takeScalar(index)
    stack.removeLast(lane == nil ? 1 : 2)
    _ = emit(
      lowering.base + form.rawValue, Fields.slots(nextHome, vector, source, Int(lane ?? 0)))
    pushVector()
  }

  /// A lane, or what a test finds.
  private mutating func scalarOfVector(_ lowering: PackedLowering, lane: UInt8) {
    let vector = slot(stack.count - 1)
    stack.removeLast()
    let target = nextHome
    let word = emit(lowering.base, Fields.slots(target, vector, Int(lane)))
    setResult(target, word: word, operation: lowering.base)
    push(.temporary)
  }

  // MARK: - Memory

  private mutating func vectorLoad(_ lowering: PackedLowering, _ instruction: Instruction) {
    let address = takeAddress(stack.count - 1, offset: instruction.value)
    stack.removeLast()
    emitAccess(lowering.base, address, first: nextHome, second: address.first, offset: instruction.value)
    pushVector()
  }

  private mutating func vectorStore(_ lowering: PackedLowering, _ instruction: Instruction) {
    let vector = slot(stack.count - 1)
    let address = takeAddress(stack.count - 2, offset: instruction.value)
    stack.removeLast(2)
    emitAccess(lowering.base, address, first: address.first, second: vector, offset: instruction.value)
  }

  private mutating func vectorLane(_ lowering: PackedLowering, _ instruction: Instruction, isStore: Bool) {
    let vector = slot(stack.count - 1)
    let address = takeAddress(stack.count - 2, offset: instruction.value)
    stack.removeLast(2)
    let lane = UInt64(vector) << 32 | UInt64(instruction.lane) << 48
    if isStore {
      emitAccess(
        lowering.base, address, first: address.first, second: 0, offset: instruction.value, lane: lane)
    } else {
      emitAccess(
        lowering.base, address, first: nextHome, second: address.first, offset: instruction.value,
        lane: lane)
      pushVector()
    }
  }

  /// Emits an access with the fields of its address form, as scalar accesses have them. `first` and
  /// `second` are the slots at offsets 8 and 10; `lane` is the upper half of a word that lane forms add.
  private mutating func emitAccess(
    _ base: Int, _ address: Address, first: Int, second: Int, offset: UInt64, lane: UInt64? = nil
  ) {
    let operation = base + address.form.rawValue
    switch address.form {
    case .slot, .accumulator:
      _ = emit(
        operation, Fields.slots(first, second, value: UInt32(truncatingIfNeeded: offset)))
      if let lane { builder.append(lane) }
    case .slotSlot, .accumulatorSlot:
      _ = emit(
        operation, Fields.slots(first, second, Int(address.second & 0xFFFF), Int(offset)))
      if let lane { builder.append(lane) }
    case .slotImmediate, .accumulatorImmediate:
      _ = emit(operation, Fields.slots(first, second, value: address.second))
      builder.append(offset | (lane ?? 0))
    }
  }
}
