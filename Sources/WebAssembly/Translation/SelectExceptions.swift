/// Exceptions (Core 4.4.11): `try_table`, the legacy `try`, and what throws.
///
/// Nothing is executed for entering or leaving a block that catches. Its code is a region with clauses; when
/// an exception reaches a frame whose operation lies in the region, the caught values are put where the
/// operands ended when the block was entered, and execution goes on at the clause's landing.

/// One clause of a region, and where it lands.
struct CatchHandler {
  /// Whether the tag must be the exception's.
  var hasTag: Bool
  var tag: UInt32
  /// Slot of the first caught value.
  var slot: Int
  /// Whether a reference to the exception stands before the values, for a legacy `rethrow`, or behind them.
  var referenceComesFirst = false
  var referenceComesLast = false
  var landing: Label
}

/// The code of a `try_table`'s or legacy `try`'s body, and its clauses.
struct TryRegion {
  var start: Label
  var end: Label
  var handlers: [CatchHandler] = []
  /// Source instructions counted when it began.
  var counted: UInt32
  /// The region that is asked next, -1 for none: the next outer one, or that which a `delegate` means.
  var next: Int32
}

extension Selection {
  /// Opens the region of the block that was entered last.
  private mutating func openRegion() {
    let index = frames.count - 1
    let start = newLabel()
    // What is caught has to find the operands in their slots.
    list.place(start)
    regions.append(TryRegion(start: start, end: start, counted: list.counted, next: frames[index].openRegion))
    frames[index].region = Int32(truncatingIfNeeded: regions.count - 1)
    frames[index].openRegion = frames[index].region
  }

  /// The body of the frame's region ends here.
  private mutating func closeRegion(_ region: Int32) {
    let end = newLabel()
    list.place(end, .marker)
    regions[Int(region)].end = end
  }

  /// Whether nothing in the frame's body counts, so that it throws nothing. Jumping around what would catch it
  /// would be work that no limit sees, which a loop could repeat for ever.
  private func isBodyEmpty(_ frame: Frame) -> Bool {
    isReachable && regions[Int(frame.region)].counted == list.counted
  }

  private mutating func add(_ handler: CatchHandler, to region: Int32) {
    regions[Int(region)].handlers.append(handler)
    handlerCount += 1
  }

  private mutating func pushPayload(_ tag: UInt32) {
    for type in context.tagTypes[Int(tag)].parameters { operands.pushTemporary(isWide: type == .v128) }
  }

  // MARK: - try_table

  mutating func enterTryTable(_ instruction: Instruction, _ validator: inout FunctionValidator) {
    enter(.block, &validator)
    guard instruction.count > 0 else { return }
    openRegion()
    let index = frames.count - 1
    frames[index].clauses = Int32(truncatingIfNeeded: clauses.count)
    frames[index].clauseCount = instruction.count
    for clause in validator.body.catchClauses(of: instruction) { clauses.append(clause) }
  }

  /// Ends a `try_table` whose frame has been taken off: lays down the landings, around which the way out of
  /// the body jumps.
  mutating func layLandings(_ frame: Frame, _ validator: inout FunctionValidator) {
    assignments.forget(frame.assignmentCount)
    if isBodyEmpty(frame) {
      flushTop(frame.results.count)
      operands.removeLast(operands.count - frame.height)
      pushTemporaries(frame.results, &validator)
      clauses.removeLast(clauses.count - Int(frame.clauses))
      return closeRegion(frame.region)
    }
    let wasReachable = isReachable
    var isTarget = frame.isTarget
    closeRegion(frame.region)
    if wasReachable {
      flushTop(frame.results.count)
      list.br(label: frame.label)
      // No instruction of the source says that the segment ends here.
      list.flagLast(.split)
      closeSegment()
      isTarget = true
    }
    operands.removeLast(operands.count - frame.height)
    // A clause's labels are counted from outside the block, whose frame is gone.
    for position in 0..<Int(frame.clauseCount) {
      let clause = clauses[Int(frame.clauses) + position]
      let landing = newLabel()
      let handler = CatchHandler(
        hasTag: clause.kind.hasTag, tag: clause.tag, slot: operands.nextHome,
        referenceComesLast: clause.kind.hasReference, landing: landing)
      if clause.kind.hasTag { pushPayload(clause.tag) }
      if clause.kind.hasReference { operands.pushTemporary() }
      list.place(landing)
      becomeReachable()
      carryAndJump(to: frameIndex(clause.label), &validator)
      add(handler, to: frame.region)
      operands.removeLast(operands.count - frame.height)
    }
    clauses.removeLast(clauses.count - Int(frame.clauses))
    pushTemporaries(frame.results, &validator)
    if isTarget { list.place(frame.label) }
    if isTarget { becomeReachable() } else { becomeUnreachable() }
  }

  // MARK: - The legacy form

  mutating func enterLegacyTry(_ validator: inout FunctionValidator) {
    enter(.block, &validator)
    frames[frames.count - 1].isLegacyTry = true
    openRegion()
  }

  /// Ends the body or a clause: its values go to the block's label.
  private mutating func leaveLegacyPart(_ validator: inout FunctionValidator) {
    let index = frames.count - 1
    if isReachable {
      flushTop(frames[index].results.count)
      // A jump that no instruction stands for: a loop could repeat many of them for ever.
      if !frames[index].isInClause, isBodyEmpty(frames[index]) { list.surcharge(cost: 1) }
      carryAndJump(to: index, &validator)
    }
    guard !frames[index].isInClause else { return }
    closeRegion(frames[index].region)
    frames[index].isInClause = true
    frames[index].openRegion = frames[index - 1].openRegion
  }

  /// `catch` or, without a tag, `catch_all`. The exception lies in an entry of its own below the caught
  /// values, where `rethrow` finds it.
  mutating func legacyCatch(_ tag: UInt32?, _ validator: inout FunctionValidator) {
    let index = frames.count - 1
    guard frames[index].isLegacyTry else { return }
    leaveLegacyPart(&validator)
    assignments.forget(frames[index].assignmentCount)
    operands.removeLast(operands.count - frames[index].height)
    let landing = newLabel()
    let handler = CatchHandler(
      hasTag: tag != nil, tag: tag ?? 0, slot: operands.nextHome, referenceComesFirst: true, landing: landing)
    frames[index].exceptionSlot = operands.nextHome
    operands.pushTemporary()
    if let tag { pushPayload(tag) }
    list.place(landing)
    // The clause's first segment is charged by an operation of its own.
    list.charge()
    closeSegment()
    add(handler, to: frames[index].region)
    becomeReachable()
  }

  mutating func legacyRethrow(_ label: UInt32) {
    list.throwReference(exception: frames[frameIndex(label)].exceptionSlot)
    closeSegment()
    becomeUnreachable()
  }

  /// Ends a `try` whose exceptions go to the block that the label means, or beyond.
  mutating func legacyDelegate(_ label: UInt32, _ validator: inout FunctionValidator) {
    let index = frames.count - 1
    guard frames[index].isLegacyTry else { return }
    let region = frames[index].region
    closeRegion(region)
    regions[Int(region)].next = frames[frameIndex(label + 1)].openRegion
    frames[index].isLegacyTry = false
    frames[index].region = -1
    end(&validator)
  }

  /// Ends a legacy `try` that is still on the list of frames, before its label is placed.
  mutating func endLegacyTry(_ validator: inout FunctionValidator) {
    let index = frames.count - 1
    if frames[index].isInClause {
      guard isReachable else { return }
      flushTop(frames[index].results.count)
      carryAndJump(to: index, &validator)
      list.flagLast(.split)
      becomeUnreachable()
    } else {
      closeRegion(frames[index].region)
    }
  }

  // MARK: - Throwing

  mutating func throwException(_ tag: UInt32) {
    let count = context.tagTypes[Int(tag)].parameters.count
    flushTop(count)
    let base = count > 0 ? Int(operands[operands.count - count].home) : operands.nextHome
    list.throw(base: base, tag: tag)
    closeSegment()
    becomeUnreachable()
  }

  mutating func throwReference() {
    list.throwReference(exception: slot(operands.count - 1))
    closeSegment()
    becomeUnreachable()
  }
}
