/// Blocks and branches (Core 4.4.9).

@_spi(Translation) import WebAssemblyHandlers

extension Selection {
  /// The families that branch when an i32 is not 0 and when it is.
  private var branchIfTrue: OperationFamily { .br_i32_ne }
  private var branchIfFalse: OperationFamily { .br_i32_eq }

  // MARK: - Blocks

  /// Opens a block, which the validator has opened already.
  mutating func enter(_ kind: Frame.Kind, _ validator: inout FunctionValidator) {
    let control = validator.innermost
    enter(kind, parameters: control.parameters, results: control.results)
  }

  mutating func enter(_ kind: Frame.Kind, parameters: TypeList, results: TypeList) {
    let parameterCount = parameters.count
    let label = newLabel()
    var frame = Frame(
      kind: kind, parameters: parameters, results: results, height: operands.count - parameterCount,
      label: label)
    switch kind {
    case .if:
      // Whatever moves must do so before the condition is taken, which may be in the accumulator.
      frame.height -= 1
      let condition = operands.count - 1
      flushLocals(below: condition)
      for index in condition - parameterCount..<condition { flush(index) }
      let value = slotOperand(condition)
      operands.removeLast()
      frame.elseLabel = newLabel()
      list.compareBranch(branchIfFalse, a: value, b: .immediate(0), label: frame.elseLabel)
      joinLast()
      closeSegment()
      markEdge(0)
      frame.source = list.source
    case .loop:
      flushLocals(below: operands.count)
      flushTop(parameterCount)
      list.place(label)
    default:
      flushLocals(below: operands.count)
      flushTop(parameterCount)
    }
    frame.openRegion = frames[frames.count - 1].openRegion
    frame.assignmentCount = assignments.count
    frames.append(frame)
  }

  mutating func elseBranch(_ validator: inout FunctionValidator) {
    let index = frames.count - 1
    let frame = frames[index]
    assignments.forget(frame.assignmentCount)
    if isReachable {
      flushTop(frame.results.count)
      jump(to: index)
    }
    resetOperands(frame.height, frame.parameters, &validator)
    frames[index].kind = .else
    list.place(frame.elseLabel)
    markElse(frame)
    becomeReachable()
  }

  /// Marks that the condition of an `if` did not hold.
  private mutating func markElse(_ frame: Frame) {
    if countsEdges { list.markEdge(edge: frame.source &* 2 &+ 1) }
  }

  mutating func end(_ validator: inout FunctionValidator) {
    if frames[frames.count - 1].isLegacyTry { endLegacyTry(&validator) }
    let frame = frames.removeLast()
    if frame.kind == .function {
      if isReachable { emitReturn(&validator) }
      return finishClearing()
    }
    if frame.region >= 0, !frame.isLegacyTry { return layLandings(frame, &validator) }
    guard frame.isTarget || frame.kind == .if else {
      // Nothing but falling through leads here: the operands stay as they are.
      if !isReachable { resetOperands(frame.height, frame.results, &validator) }
      return
    }
    assignments.forget(frame.assignmentCount)
    if isReachable { flushTop(frame.results.count) }
    resetOperands(frame.height, frame.results, &validator)
    if frame.kind == .if, countsEdges {
      // What comes from above has taken the other way.
      let label = newLabel()
      if isReachable {
        list.br(label: label)
        closeSegment()
      }
      list.place(frame.elseLabel)
      markElse(frame)
      list.place(label)
    } else if frame.kind == .if {
      list.place(frame.elseLabel)
    }
    if frame.isTarget, frame.kind != .loop { list.place(frame.label) }
    becomeReachable()
  }

  /// Makes the operands what they are at a label: temporaries of the types above `height`.
  mutating func resetOperands(_ height: Int, _ types: TypeList, _ validator: inout FunctionValidator) {
    operands.removeLast(operands.count - height)
    pushTemporaries(types, &validator)
  }

  mutating func pushTemporaries(_ types: TypeList, _ validator: inout FunctionValidator) {
    work &+= types.count
    for offset in 0..<types.count {
      operands.pushTemporary(isWide: validator.type(types, offset) == .v128)
    }
  }

  // MARK: - Branches

  func frameIndex(_ label: UInt32) -> Int { frames.count - 1 - Int(label) }

  /// Where the values that the label of frame `index` takes are expected.
  private mutating func targetSlot(_ index: Int) -> Int {
    let height = frames[index].height
    return height == 0 ? operands.base : operands[height - 1].end
  }

  /// Whether the values that the label takes have to be moved first. Several are in their own slots already.
  private mutating func needsCarry(_ index: Int) -> Bool {
    let count = frames[index].labelTypes.count
    guard count > 0 else { return false }
    let first = operands[operands.count - count]
    return first.kind != .temporary || Int(first.home) != targetSlot(index)
  }

  /// Several values that branches carry are brought to their own slots before the branch, so that one
  /// operation moves all of them.
  private mutating func prepareCarry(_ count: Int) {
    if count > 1 { flushTop(count) }
  }

  /// A jump to a frame's label without values.
  mutating func jump(to index: Int) {
    list.br(label: frames[index].label)
    frames[index].isTarget = true
    closeSegment()
  }

  /// Carries values, then jumps or returns. The entries stay; several are in their own slots.
  mutating func carryAndJump(to index: Int, _ validator: inout FunctionValidator) {
    let frame = frames[index]
    if frame.kind == .function { return emitReturn(&validator) }
    let count = frame.labelTypes.count
    if count > 0 {
      let first = operands[operands.count - count]
      let target = targetSlot(index)
      if count == 1 {
        operands.use(slotsUpTo: target + (first.isWide ? 2 : 1))
        move(first, to: target)
      } else if Int(first.home) != target {
        list.moveJump(
          target: target, source: Int(first.home), count: UInt32(operands.last.end - Int(first.home)),
          label: frame.label)
        frames[index].isTarget = true
        return closeSegment()
      }
    }
    jump(to: index)
  }

  mutating func branch(_ label: UInt32, _ validator: inout FunctionValidator) {
    let index = frameIndex(label)
    prepareCarry(frames[index].labelTypes.count)
    carryAndJump(to: index, &validator)
    becomeUnreachable()
  }

  mutating func branchIf(_ label: UInt32, _ validator: inout FunctionValidator) {
    let index = frameIndex(label)
    let count = frames[index].labelTypes.count
    if count > 1 {
      work &+= count
      let condition = operands.count - 1
      for position in condition - count..<condition { flush(position) }
    }
    let condition = slotOperand(operands.count - 1)
    operands.removeLast()
    if frames[index].kind == .function || needsCarry(index) || countsEdges {
      branchOver(branchIfFalse, condition, .immediate(0), to: index, &validator)
    } else {
      list.compareBranch(branchIfTrue, a: condition, b: .immediate(0), label: frames[index].label)
      joinLast()
      frames[index].isTarget = true
      closeSegment()
    }
  }

  /// Branches to a label that needs values moved: around the moves when the opposite condition holds.
  private mutating func branchOver(
    _ family: OperationFamily, _ a: Operand, _ b: Operand, keepsOperand: Bool = false, to index: Int,
    _ validator: inout FunctionValidator
  ) {
    let around = newLabel()
    list.compareBranch(family, a: a, b: b, label: around)
    joinLast()
    list.flagLast(keepsOperand ? [.detour, .keepsOperand] : .detour)
    closeSegment()
    markEdge(0)
    carryAndJump(to: index, &validator)
    list.place(around, .detour)
    markEdge(1)
  }

  /// `br_on_null` and `br_on_non_null`: the reference is compared with 0.
  mutating func branchOnNull(
    _ label: UInt32, branchesOnNull: Bool, _ validator: inout FunctionValidator
  ) {
    let index = frameIndex(label)
    let count = frames[index].labelTypes.count
    let top = operands.count - 1
    flush(top)
    // The reference is carried by br_on_non_null only, and stays for br_on_null only.
    let carried = branchesOnNull ? top - count : top + 1 - count
    if count > 1 {
      work &+= count
      for position in carried..<top { flush(position) }
    }
    let reference = Int(operands[top].home)
    if branchesOnNull { operands.removeLast() }
    let isDetour = frames[index].kind == .function || needsCarry(index) || countsEdges
    let family: OperationFamily = isDetour == branchesOnNull ? .br_i64_ne : .br_i64_eq
    if isDetour {
      branchOver(family, .slot(reference), .immediate(0), keepsOperand: true, to: index, &validator)
    } else {
      list.compareBranch(family, a: .slot(reference), b: .immediate(0), label: frames[index].label)
      list.flagLast(.keepsOperand)
      frames[index].isTarget = true
      closeSegment()
    }
    if branchesOnNull { operands.pushTemporary() } else { operands.removeLast() }
  }

  mutating func branchTable(_ instruction: Instruction, _ validator: inout FunctionValidator) {
    let count = frames[frameIndex(instruction.a)].labelTypes.count
    let position = operands.count - 1
    work &+= Int(instruction.count)
    if count > 1 {
      work &+= count
      for index in position - count..<position { flush(index) }
    }
    let index = slotOperand(position)
    operands.removeLast()
    // Labels that need values moved get a stub behind the table, one for each label.
    var stubs: [(frame: Int, label: Label)] = []
    let start = list.addToPool([])
    for label in validator.body.labels(of: instruction) { addTableEntry(label, &stubs) }
    addTableEntry(instruction.a, &stubs)
    list.brTable(index: index, entries: start, count: instruction.count + 1)
    closeSegment()
    for (way, stub) in stubs.enumerated() {
      list.place(stub.label)
      frames[stub.frame].stub = .max
      markEdge(UInt32(truncatingIfNeeded: way))
      carryAndJump(to: stub.frame, &validator)
    }
    becomeUnreachable()
  }

  private mutating func addTableEntry(_ label: UInt32, _ stubs: inout [(frame: Int, label: Label)]) {
    let index = frameIndex(label)
    guard frames[index].kind == .function || needsCarry(index) || countsEdges else {
      frames[index].isTarget = true
      return list.addToPool(frames[index].label)
    }
    if frames[index].stub == .max {
      frames[index].stub = newLabel()
      stubs.append((index, frames[index].stub))
    }
    list.addToPool(frames[index].stub)
  }

  // MARK: - Returns

  /// The results are the topmost entries, several of them in their own slots.
  mutating func emitReturn(_ validator: inout FunctionValidator) {
    if reportsCalls { list.leaveFunction(function: functionIndex) }
    let count = shape.resultCount
    if count == 0 {
      list.return0(header: shape.headerSlot)
    } else if count == 1 {
      let entry = operands.last
      if entry.isWide {
        move(entry, to: 0)
        list.return0(header: shape.headerSlot)
      } else {
        // The entry stays a constant: code behind a branch around this has not made it a temporary.
        if entry.kind == .constant { constant(entry.value, to: Int(entry.home)) }
        let value = entry.kind == .local ? Int(entry.value) : Int(entry.home)
        list.return1(value: .slot(value), header: shape.headerSlot)
      }
    } else {
      // Through their own slots, above everything: results share slots with the parameters that they come from.
      flushTop(count)
      let first = Int(operands[operands.count - count].home)
      list.moveReturn(
        source: first, count: UInt32(operands.last.end - first), header: shape.headerSlot)
    }
    closeSegment()
  }
}

extension FunctionValidator {
  /// The block that was opened last.
  @inline(__always) var innermost: ControlFrame { frames[frameCount &- 1] }
}
