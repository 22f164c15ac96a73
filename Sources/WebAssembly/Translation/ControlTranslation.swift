/// Blocks, branches, calls and returns.

extension FunctionTranslator {
  // MARK: - Blocks

  func signature(_ type: BlockType) -> (parameters: [ValueType], results: [ValueType]) {
    switch type.kind {
    case .empty: return ([], [])
    case .result(let type): return ([], [type])
    case .type(let index):
      guard let type = context.types[Int(index)] else { return ([], []) }
      return (type.parameters, type.results)
    }
  }

  mutating func enter(_ kind: Frame.Kind, _ type: BlockType) {
    guard isReachable else {
      frames.append(Frame(kind: .dead, parameters: [], results: [], height: stack.count))
      return
    }
    let (parameters, results) = signature(type)
    var condition: BranchCondition?
    if kind == .if {
      // Whatever moves must do so before the condition is taken, which may be in the accumulator.
      let below = stack.count - 1
      for index in 0..<below
      where stack[index].kind == .local || (index >= below - parameters.count) {
        flush(index)
      }
      condition = takeCondition(negated: true)
    } else {
      flushLocals()
      flushTop(parameters.count)
    }
    var frame = Frame(
      kind: kind, parameters: parameters, results: results, height: stack.count - parameters.count)
    if kind == .loop {
      frame.loopStart = builder.words.count
      frame.loopIndex = builder.newLoop()
      forgetAccumulator()
      frames.append(frame)
    } else {
      frames.append(frame)
      if let condition {
        let word = emitBranch(condition)
        jumps.append(
          Jump(
            origin: word, word: word + 2, shift: 0,
            cost: CostField(kind: .branch, word: word + 2, shift: 32), next: -1))
        frames[frames.count - 1].elseJump = jumps.count - 1
      }
    }
  }

  mutating func elseBranch() {
    let index = frames.count - 1
    guard frames[index].kind == .if else { return }
    if isReachable {
      flushTop(frames[index].results.count)
      builder.closeSegment()
      emitJump(to: index)
    }
    let frame = frames[index]
    resetStack(frame.height, frame.parameters)
    frames[index].kind = .else
    frames[index].elseJump = -1
    place(frame.elseJump)
    isReachable = true
  }

  mutating func end() {
    if frames[frames.count - 1].isLegacyTry { endLegacyTry() }
    let frame = frames.removeLast()
    if frame.kind == .dead { return }
    if frame.kind == .function {
      if isReachable {
        builder.closeSegment()
        emitReturn()
      }
      return
    }
    if frame.isTryTable, !frame.catchClauses.isEmpty {
      layLandings(frame)
      return
    }
    let isTarget = frame.firstJump >= 0 || frame.elseJump >= 0
    guard isTarget else {
      // Nothing but falling through leads here: the stack stays as it is.
      if !isReachable { resetStack(frame.height, frame.results) }
      return
    }
    if isReachable { flushTop(frame.results.count) }
    resetStack(frame.height, frame.results)
    place(frame.elseJump)
    placeAll(frame.firstJump)
    isReachable = true
  }

  /// Ends a chain of forward jumps here.
  mutating func placeAll(_ first: Int) {
    var jump = first
    while jump >= 0 {
      let next = jumps[jump].next
      place(jump)
      jump = next
    }
  }

  /// Makes the stack what it is at a label: `types` as temporaries above `height`.
  mutating func resetStack(_ height: Int, _ types: [ValueType]) {
    stack.removeSubrange(height...)
    for type in types { push(.temporary, isWide: type == .v128) }
  }

  /// Ends a forward jump here.
  private mutating func place(_ jump: Int) {
    guard jump >= 0 else { return }
    let target = jumps[jump]
    builder.setJump(
      word: target.word, shift: target.shift, origin: target.origin, target: builder.words.count)
    builder.leadHere(target.cost)
    forgetAccumulator()
    lastWord = -1
  }

  mutating func becomeUnreachable() {
    isReachable = false
    forgetAccumulator()
    lastWord = -1
  }

  // MARK: - Conditions

  /// A comparison with the branch that it decides; the operands were taken from the stack.
  struct BranchCondition {
    var operation: Int
    var fields: UInt64
  }

  /// Takes the condition off the stack. A comparison just emitted becomes part of the branch.
  mutating func takeCondition(negated: Bool) -> BranchCondition {
    let index = stack.count - 1
    let entry = stack[index]
    if entry.kind == .temporary, entry.home == lastResultSlot, let last = absorbable,
      lastWord == (last.negationWord >= 0 ? last.negationWord : last.word),
      let condition = absorbed(last, negated: negated != (last.negationWord >= 0))
    {
      if last.negationWord >= 0 { builder.removeLast(from: last.negationWord) }
      restore(last)
      stack.removeLast()
      return condition
    }
    let row = negated ? LoweringTable.i32Eq : LoweringTable.i32Ne
    let source = slot(index)
    let usesAccumulator = isInAccumulator(index)
    if usesAccumulator { takeAccumulator(index) }
    stack.removeLast()
    let form: OperandForm = usesAccumulator ? .accumulatorImmediate : .slotImmediate
    return BranchCondition(
      operation: LoweringTable.entries[row].branchBase + form.rawValue, fields: Fields.slots(source))
  }

  /// The branch that stands for the comparison, nil when there is none with its operands.
  private func absorbed(_ last: Absorbable, negated: Bool) -> BranchCondition? {
    var lowering = LoweringTable.entries[last.row]
    guard lowering.kind == .compare else { return nil }
    let forms = lowering.operand == .f64 ? OperandForm.withoutImmediate : OperandForm.commutative
    guard forms.contains(last.form) else { return nil }
    var operation = 0
    if negated {
      if lowering.inverse >= 0 {
        lowering = LoweringTable.entries[lowering.inverse]
      } else {
        operation = forms.count
      }
    }
    operation += lowering.branchBase + last.form.rawValue
    let fields = builder.fields(at: last.word)
    let first = fields >> 16 & 0xFFFF
    let rest =
      last.form.hasImmediate ? fields & ~0xFFFF_FFFF : (fields >> 32 & 0xFFFF) << 16
    return BranchCondition(operation: operation, fields: first | rest)
  }

  /// Takes back an absorbed operation, with the accumulator as it was before.
  mutating func restore(_ last: Absorbable) {
    builder.removeLast(from: last.word)
    accumulatorSlot = last.accumulatorBefore
    // Its operand was taken from the accumulator already, or is stored.
    producer = -1
    lastResult = -1
    lastWord = -1
    absorbable = nil
  }

  /// Emits the branch with its target and costs to be filled in; gives the word where it begins.
  private mutating func emitBranch(_ condition: BranchCondition) -> Int {
    builder.closeSegment()
    let word = emit(condition.operation, condition.fields)
    builder.append(0)
    builder.leadHere(CostField(kind: .branch, word: word + 2, shift: 48))
    // On the way on the accumulator still holds its value, but both ways may need the slot.
    producer = -1
    return word
  }

  // MARK: - Branches

  /// Whether the values that the label takes have to be moved to their places first.
  private func needsCarry(_ frame: Frame) -> Bool {
    let count = frame.labelTypes.count
    guard count > 0 else { return false }
    let first = stack.count - count
    return first != frame.height || stack[first...].contains { $0.kind != .temporary }
  }

  /// Moves the topmost entries to where the label expects them. Ascending order: a target is never
  /// above its source, so nothing is overwritten before it is read.
  mutating func carry(_ frame: Frame) {
    let types = frame.labelTypes
    guard !types.isEmpty else { return }
    var target = frame.height == 0 ? temporaryBase : stack[frame.height - 1].home
    if frame.height > 0 { target += stack[frame.height - 1].isWide ? 2 : 1 }
    let first = stack.count - types.count
    for (offset, type) in types.enumerated() {
      slotCount = max(slotCount, target + type.slotCount)
      move(stack[first + offset], to: target)
      target += type.slotCount
    }
  }

  /// An unconditional jump without values; the segment has been closed.
  mutating func emitJump(to index: Int) {
    let word = emit(.br, 0)
    link(
      index, origin: word, word: word + 1, shift: 0,
      cost: CostField(kind: .branch, word: word + 1, shift: 32))
  }

  /// Points a jump at a frame's label: at once for a loop, later for what ends further on.
  private mutating func link(_ index: Int, origin: Int, word: Int, shift: Int, cost: CostField) {
    if frames[index].kind == .loop {
      builder.setJump(word: word, shift: shift, origin: origin, target: frames[index].loopStart)
      builder.setCost(cost, builder.loopCosts[frames[index].loopIndex])
    } else {
      jumps.append(
        Jump(origin: origin, word: word, shift: shift, cost: cost, next: frames[index].firstJump))
      frames[index].firstJump = jumps.count - 1
    }
  }

  func frameIndex(_ label: UInt32) -> Int { frames.count - 1 - Int(label) }

  mutating func branch(_ label: UInt32) {
    let index = frameIndex(label)
    builder.closeSegment()
    branchAndCarry(index)
    becomeUnreachable()
  }

  /// Carries values, then jumps or returns. The stack's entries stay.
  mutating func branchAndCarry(_ index: Int) {
    if frames[index].kind == .function {
      emitReturn()
    } else {
      carry(frames[index])
      emitJump(to: index)
    }
  }

  mutating func branchIf(_ label: UInt32) {
    let index = frameIndex(label)
    let isDetour = frames[index].kind == .function
    // The condition is above what the label takes.
    let condition = stack.removeLast()
    let carries = isDetour || needsCarry(frames[index])
    stack.append(condition)
    if !carries {
      let word = emitBranch(takeCondition(negated: false))
      link(
        index, origin: word, word: word + 2, shift: 0,
        cost: CostField(kind: .branch, word: word + 2, shift: 32))
      return
    }
    branchOver(takeCondition(negated: true), to: index)
  }

  /// Branches to a label that needs values moved: around the moves when the condition, negated, holds.
  private mutating func branchOver(_ negated: BranchCondition, to index: Int) {
    let word = emitBranch(negated)
    let saved = stack
    let savedAccumulator = accumulatorSlot
    jumps.append(
      Jump(
        origin: word, word: word + 2, shift: 0, cost: CostField(kind: .branch, word: word + 2, shift: 32),
        next: -1))
    let around = jumps.count - 1
    builder.closeSegment()
    branchAndCarry(index)
    stack = saved
    place(around)
    accumulatorSlot = savedAccumulator
  }

  /// `br_on_null` and `br_on_non_null`: the reference is compared with 0.
  mutating func branchOnNull(_ label: UInt32, branchesOnNull: Bool) {
    let index = frameIndex(label)
    flush(stack.count - 1)
    let reference = stack.removeLast()
    let row = LoweringTable.entries
    // What stays on the stack when the branch is taken: the reference only for br_on_non_null.
    if !branchesOnNull { stack.append(reference) }
    let isDetour = frames[index].kind == .function || needsCarry(frames[index])
    let takesOnNull = isDetour ? !branchesOnNull : branchesOnNull
    let equality = takesOnNull ? LoweringTable.i64Eq : LoweringTable.i64Ne
    let condition = BranchCondition(
      operation: row[equality].branchBase + OperandForm.slotImmediate.rawValue,
      fields: Fields.slots(reference.home))
    if isDetour {
      branchOver(condition, to: index)
    } else {
      let word = emitBranch(condition)
      link(
        index, origin: word, word: word + 2, shift: 0,
        cost: CostField(kind: .branch, word: word + 2, shift: 32))
    }
    if branchesOnNull { stack.append(reference) } else { stack.removeLast() }
  }

  mutating func branchTable(_ labels: some Sequence<UInt32>, count: Int, default defaultLabel: UInt32) {
    let index = stack.count - 1
    let source = slot(index)
    let usesAccumulator = isInAccumulator(index)
    if usesAccumulator { takeAccumulator(index) }
    stack.removeLast()
    builder.closeSegment()
    let word = emit(
      usesAccumulator ? .brTable_a : .brTable_s,
      Fields.slots(source, 0, value: UInt32(truncatingIfNeeded: count)))
    for _ in 0...count { builder.append(0) }
    producer = -1
    // Labels that need values moved get a stub behind the table, one for each label.
    var stubs: [(frame: Int, jump: Int)] = []
    var entry = word + 2
    func target(_ label: UInt32, _ translator: inout FunctionTranslator) {
      let index = translator.frameIndex(label)
      let cost = CostField(kind: .branch, word: entry, shift: 32)
      if translator.frames[index].kind == .function || translator.needsCarry(translator.frames[index]) {
        let previous = stubs.firstIndex { $0.frame == index }
        translator.jumps.append(
          Jump(
            origin: word, word: entry, shift: 0, cost: cost,
            next: previous.map { stubs[$0].jump } ?? -1))
        if let previous {
          stubs[previous].jump = translator.jumps.count - 1
        } else {
          stubs.append((index, translator.jumps.count - 1))
        }
      } else {
        translator.link(index, origin: word, word: entry, shift: 0, cost: cost)
      }
      entry += 1
    }
    for label in labels { target(label, &self) }
    target(defaultLabel, &self)
    let saved = stack
    for stub in stubs {
      placeAll(stub.jump)
      builder.closeSegment()
      branchAndCarry(stub.frame)
      stack = saved
    }
    becomeUnreachable()
  }

  // MARK: - Calls and returns

  mutating func emitReturn() {
    if context.reportsCalls { slow(.leaveFunction, operands: 0, hasResult: false, functionIndex) }
    let types = type.results
    if types.count == 1, types[0] != .v128 {
      let index = stack.count - 1
      let source = slot(index)
      if isInAccumulator(index) {
        takeAccumulator(index)
        emit(.return1_a, Fields.slots(headerSlot))
      } else {
        emit(.return1_s, Fields.slots(headerSlot, source))
      }
      return
    }
    // Through the homes, above everything: results share slots with the parameters that they come from.
    let first = stack.count - types.count
    if types.count > 1 { flushTop(types.count) }
    var target = 0
    for (offset, type) in types.enumerated() {
      move(stack[first + offset], to: target)
      target += type.slotCount
    }
    emit(.return0, Fields.slots(headerSlot))
  }

  /// Arguments go to their homes, which are the callee's first slots. Gives the frame's slot.
  private mutating func prepareCall(_ type: FunctionType) -> Int {
    flushTop(type.parameters.count)
    let first = stack.count - type.parameters.count
    let frame = first < stack.count ? stack[first].home : nextHome
    slotCount = max(slotCount, frame + Self.headerSlot(of: type) + 2)
    return frame
  }

  private mutating func finishCall(_ type: FunctionType, word: Int, frame: Int) {
    builder.leadHere(CostField(kind: .call, word: word + 2))
    stack.removeLast(type.parameters.count)
    for type in type.results { push(.temporary, isWide: type == .v128) }
    forgetAccumulator()
    lastWord = -1
    // A single result comes back in the accumulator too.
    if type.results.count == 1, type.results[0] != .v128 { accumulatorSlot = frame }
  }

  mutating func call(_ function: UInt32) {
    let type = context.functionTypes[Int(function)]
    let frame = prepareCall(type)
    builder.closeSegment()
    let word: Int
    if Int(function) < context.importedFunctionCount {
      word = emit(.callImport, UInt64(function))
    } else {
      let code = codes + (Int(function) - context.importedFunctionCount)
      word = emit(.call, UInt64(UInt(bitPattern: code)))
    }
    builder.append(Fields.slots(frame, Self.headerSlot(of: type)))
    finishCall(type, word: word, frame: frame)
  }

  /// `call_ref`: the reference is above the arguments.
  mutating func callReference(type index: UInt32) {
    guard let type = context.types[Int(index)] else { return }
    let position = stack.count - 1
    for argument in position - type.parameters.count..<position { flush(argument) }
    let source = slot(position)
    stack.removeLast()
    let frame = prepareCall(type)
    builder.closeSegment()
    let word = emit(.callReference_s, Fields.slots(source))
    builder.append(Fields.slots(frame, Self.headerSlot(of: type)))
    finishCall(type, word: word, frame: frame)
  }

  /// A call in place of a return. The callee's results are this function's.
  mutating func returnCall(_ function: UInt32) {
    let type = context.functionTypes[Int(function)]
    let isOwn = Int(function) >= context.importedFunctionCount
    if context.reportsCalls { slow(.leaveFunction, operands: 0, hasResult: false, functionIndex) }
    let frame = prepareCall(type)
    builder.closeSegment()
    if isOwn {
      let code = codes + (Int(function) - context.importedFunctionCount)
      emit(.returnCall, UInt64(UInt(bitPattern: code)))
      builder.append(returnCallFields(type, frame: frame))
    } else {
      slowReturnCall(.returnCall, source: 0, frame: frame, type, function, 0)
    }
    becomeUnreachable()
  }

  mutating func returnCallIndirect(type index: UInt32, table: UInt32) {
    guard let type = context.types[Int(index)] else { return }
    returnCallThrough(.returnCallIndirect, type, context.typeIDs[Int(index)], table)
  }

  mutating func returnCallReference(type index: UInt32) {
    guard let type = context.types[Int(index)] else { return }
    returnCallThrough(.returnCallReference, type, 0, 0)
  }

  /// The callee's index or reference is above the arguments.
  private mutating func returnCallThrough(
    _ operation: SlowOperation, _ type: FunctionType, _ x: UInt32, _ y: UInt32
  ) {
    if context.reportsCalls { slow(.leaveFunction, operands: 0, hasResult: false, functionIndex) }
    let position = stack.count - 1
    for argument in position - type.parameters.count..<position { flush(argument) }
    let source = slot(position)
    stack.removeLast()
    let frame = prepareCall(type)
    builder.closeSegment()
    slowReturnCall(operation, source: source, frame: frame, type, x, y)
    becomeUnreachable()
  }

  /// Slots of the arguments, of the callee's and of the own header, and one past the arguments' last slot.
  private func returnCallFields(_ type: FunctionType, frame: Int) -> UInt64 {
    let count = type.parameters.reduce(0) { $0 + $1.slotCount }
    return Fields.slots(frame, Self.headerSlot(of: type), headerSlot, count)
  }

  private mutating func slowReturnCall(
    _ operation: SlowOperation, source: Int, frame: Int, _ type: FunctionType, _ x: UInt32, _ y: UInt32
  ) {
    emit(.operation, Fields.slots(0, source))
    builder.append(UInt64(x) | UInt64(y) << 32)
    builder.append(UInt64(operation.rawValue) | 5 << 32)
    builder.append(returnCallFields(type, frame: frame))
  }

  mutating func callIndirect(type index: UInt32, table: UInt32) {
    guard let type = context.types[Int(index)] else { return }
    // The callee's index is above the arguments; arguments move first, so that it may stay where it is.
    let position = stack.count - 1
    let count = type.parameters.count
    for argument in position - count..<position { flush(argument) }
    let source = slot(position)
    let usesAccumulator = isInAccumulator(position)
    if usesAccumulator { takeAccumulator(position) }
    stack.removeLast()
    // The index's home may lie in the callee's header, which is written only after the index was read.
    let frame = prepareCall(type)
    builder.closeSegment()
    let word = emit(
      usesAccumulator ? .callIndirect_a : .callIndirect_s,
      Fields.slots(Int(table), source, value: context.typeIDs[Int(index)]))
    builder.append(Fields.slots(frame, Self.headerSlot(of: type)))
    finishCall(type, word: word, frame: frame)
  }
}
