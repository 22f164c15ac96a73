/// Vector instructions (Core 4.4.3): operands in slots, results in the two slots of their own.

@_spi(Translation) import WebAssemblyHandlers

extension Selection {
  /// `v128.const` and `i8x16.shuffle`.
  mutating func vectorConstant(_ instruction: Instruction, _ validator: inout FunctionValidator) {
    if validator.rows[instruction.row].immediate == .lanes16 { return shuffle(instruction) }
    list.constantVector(result: operands.nextHome, low: instruction.value, high: instruction.value2)
    operands.pushTemporary(isWide: true)
  }

  mutating func vector(_ builder: SharedBuilder, _ family: OperationFamily, _ instruction: Instruction) {
    let top = operands.count - 1
    switch builder {
    case .vectorUnary:
      let a = slot(top)
      finishVector(1) { $0.vectorUnary(family, result: $1, a: a) }
    case .vectorBinary:
      let (a, b) = (slot(top - 1), slot(top))
      finishVector(2) { $0.vectorBinary(family, result: $1, a: a, b: b) }
    case .vectorTernary:
      let (a, b, c) = (slot(top - 2), slot(top - 1), slot(top))
      finishVector(3) { $0.vectorTernary(family, result: $1, a: a, b: b, c: c) }
    case .vectorShift:
      let a = slot(top - 1)
      let count = operands.last
      let b: Operand = count.kind == .constant ? .immediate(count.value) : slotOperand(top)
      finishVector(2) { $0.vectorShift(family, result: $1, a: a, b: b) }
    case .vectorTest:
      let a = slot(top)
      operands.removeLast()
      list.vectorTest(family, result: operands.nextHome, a: a)
      operands.pushTemporary()
    case .vectorExtractLane:
      let a = slot(top)
      operands.removeLast()
      list.vectorExtractLane(family, result: operands.nextHome, a: a, lane: UInt32(instruction.lane))
      operands.pushTemporary()
    case .vectorSplat:
      let a = slotOperand(top)
      finishVector(1) { $0.vectorSplat(family, result: $1, a: a) }
    case .vectorReplaceLane:
      let a = slot(top - 1)
      let b = slotOperand(top)
      let lane = UInt32(instruction.lane)
      finishVector(2) { $0.vectorReplaceLane(family, result: $1, a: a, b: b, lane: lane) }
    default: access(builder, family, instruction)
    }
  }

  /// Takes the operands off and pushes the vector that the operation gives.
  private mutating func finishVector(_ count: Int, _ add: (inout OperationList, Int) -> Void) {
    operands.removeLast(count)
    add(&list, operands.nextHome)
    operands.pushTemporary(isWide: true)
  }

  /// The lanes become byte offsets in the frame, as few as their grouping allows.
  private mutating func shuffle(_ instruction: Instruction) {
    let first = slot(operands.count - 2)
    let second = slot(operands.count - 1)
    func lane(_ index: Int) -> Int {
      Int((index < 8 ? instruction.value : instruction.value2) >> UInt64(index % 8 * 8) & 31)
    }
    /// Whether groups of `width` lanes follow each other in one operand.
    func isGrouped(_ width: Int) -> Bool {
      (0..<16).allSatisfy { index in
        let start = lane(index / width * width)
        return lane(index) == start + index % width && start / 16 == lane(index) / 16
      }
    }
    let width = isGrouped(4) ? 4 : isGrouped(2) ? 2 : 1
    let offsets = stride(from: 0, to: 16, by: width).map { index in
      UInt32((lane(index) < 16 ? first : second) * 8 + lane(index) % 16)
    }
    let lanes = list.addToPool(offsets)
    finishVector(2) { list, home in
      switch width {
      case 4: list.shuffle32(result: home, lanes: lanes)
      case 2: list.shuffle16(result: home, lanes: lanes)
      default: list.shuffle8(result: home, lanes: lanes)
      }
    }
  }

  // MARK: - Memory

  private mutating func access(
    _ builder: SharedBuilder, _ family: OperationFamily, _ instruction: Instruction
  ) {
    let top = operands.count - 1
    let (memory, offset, lane) = (instruction.a, instruction.value, UInt32(instruction.lane))
    let narrow = isNarrow(memory)
    let family = narrow ? family : wide(family, instruction)
    let vector = builder == .vectorLoad ? 0 : slot(top)
    let address = slotOperand(builder == .vectorLoad ? top : top - 1)
    switch builder {
    case .vectorLoad:
      finishVector(1) {
        if narrow {
          $0.vectorLoad(family, result: $1, a: address, offset: offset)
        } else {
          $0.wideVectorLoad(family, result: $1, a: address, memory: memory, offset: offset)
        }
      }
    case .vectorLoadLane:
      finishVector(2) {
        if narrow {
          $0.vectorLoadLane(family, result: $1, a: address, value: vector, lane: lane, offset: offset)
        } else {
          $0.wideVectorLoadLane(
            family, result: $1, a: address, value: vector, lane: lane, memory: memory, offset: offset)
        }
      }
    case .vectorStore:
      operands.removeLast(2)
      if narrow {
        list.vectorStore(family, a: address, value: vector, offset: offset)
      } else {
        list.wideVectorStore(family, a: Int(address.value), value: vector, memory: memory, offset: offset)
      }
    default:
      operands.removeLast(2)
      if narrow {
        list.vectorStoreLane(family, a: address, value: vector, lane: lane, offset: offset)
      } else {
        list.wideVectorStoreLane(
          family, a: Int(address.value), value: vector, lane: lane, memory: memory, offset: offset)
      }
    }
    if narrow { joinLast() }
  }
}
