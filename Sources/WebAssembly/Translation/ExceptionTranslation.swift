/// Exception handling: `try_table`, `throw` and `throw_ref` (Core 4.4.8).
///
/// Nothing is executed for entering or leaving a `try_table`. Its code range is kept with its clauses;
/// when an exception reaches a frame whose instruction lies in the range, its values are put where the
/// stack ended when the block was entered, and execution goes on at the clause's landing, which branches
/// to the clause's label.

/// One clause of a `try_table`, and where it lands.
struct CatchHandler {
  var kind: CatchClause.Kind
  /// Tag index; 0 for the kinds that catch all.
  var tag: UInt32
  /// Slot of the first caught value.
  var slot: Int
  /// Whether a reference to the exception stands before the values, as a legacy `rethrow` needs it.
  var isLegacy = false
  /// Word at which the landing begins, and the cost of its first segment.
  var word = 0
  var cost = 0
}

/// The words of a `try_table`'s or legacy `try`'s body with its clauses. Inner regions come before outer
/// ones.
struct TryRegion {
  var words: Range<Int>
  var handlers: [CatchHandler]
  /// How many frames the block lies in.
  var depth = 0
  /// Of a `delegate`: the depth of the outermost block that is passed over.
  var delegateDepth: Int?
}

extension FunctionTranslator {
  mutating func enterTryTable(_ instruction: Instruction, _ expression: Expression) {
    enter(.block, instruction.blockType)
    frames[frames.count - 1].catchClauses = Array(expression.catchClauses(of: instruction))
    frames[frames.count - 1].isTryTable = true
    frames[frames.count - 1].tryStart = builder.words.count
    // What is caught has to find the stack in its slots, and the accumulator is not restored.
    forgetAccumulator()
    lastWord = -1
  }

  /// Ends a `try_table` whose frame has been taken off: lays down the landings, around which the way out of
  /// the body jumps.
  mutating func layLandings(_ frame: Frame) {
    let body = frame.tryStart..<builder.words.count
    let after = frames.count
    let wasReachable = isReachable
    let saved = stack
    var handlers: [CatchHandler] = []
    // A frame for the code behind the landings, which the body's end jumps to.
    frames.append(
      Frame(
        kind: .block, parameters: [], results: frame.results, height: frame.height,
        firstJump: frame.firstJump))
    if wasReachable {
      flushTop(frame.results.count)
      builder.closeSegment()
      emitJump(to: after)
    }
    for clause in frame.catchClauses {
      resetStack(frame.height, [])
      var handler = CatchHandler(kind: clause.kind, tag: clause.tag, slot: nextHome)
      if clause.kind.hasTag {
        for type in context.tagTypes[Int(clause.tag)].parameters { push(.temporary, isWide: type == .v128) }
      }
      if clause.kind.hasReference { push(.temporary) }
      handler.word = builder.words.count
      forgetAccumulator()
      lastWord = -1
      builder.leadToLanding()
      isReachable = true
      builder.closeSegment()
      handler.cost = builder.landingCost
      // Labels of clauses are counted from outside the try_table; the frame just added is one more.
      branchAndCarry(frameIndex(clause.label + 1))
      handlers.append(handler)
    }
    builder.regions.append(TryRegion(words: body, handlers: handlers, depth: after))
    stack = saved
    isReachable = wasReachable
    endLandings()
  }

  /// Ends the frame behind the landings: its label is where the body's end and branches to it arrive.
  private mutating func endLandings() {
    let frame = frames.removeLast()
    guard frame.firstJump >= 0 else {
      isReachable = false
      resetStack(frame.height, frame.results)
      return
    }
    resetStack(frame.height, frame.results)
    placeAll(frame.firstJump)
    isReachable = true
  }

  // MARK: - The legacy form

  mutating func enterLegacyTry(_ instruction: Instruction) {
    enter(.block, instruction.blockType)
    frames[frames.count - 1].isLegacyTry = true
    frames[frames.count - 1].tryStart = builder.words.count
    forgetAccumulator()
    lastWord = -1
  }

  /// `catch` or, without a tag, `catch_all`: ends the body or the clause before. The exception lies in an
  /// entry of its own below the caught values, where `rethrow` finds it.
  mutating func legacyCatch(_ tag: UInt32?) {
    let index = frames.count - 1
    guard frames[index].isLegacyTry else { return }
    if isReachable {
      builder.closeSegment()
      carry(frames[index])
      emitJump(to: index)
    }
    if frames[index].bodyEnd < 0 { frames[index].bodyEnd = builder.words.count }
    resetStack(frames[index].height, [])
    var handler = CatchHandler(
      kind: tag == nil ? .catchAll : .catch, tag: tag ?? 0, slot: nextHome, isLegacy: true,
      word: builder.words.count)
    frames[index].exceptionSlot = nextHome
    push(.temporary)
    if let tag {
      for type in context.tagTypes[Int(tag)].parameters { push(.temporary, isWide: type == .v128) }
    }
    forgetAccumulator()
    // The clause's first segment is charged by an instruction of its own.
    builder.closeSegment()
    handler.cost = 0
    let word = emit(.charge, 0)
    builder.leadHere(CostField(kind: .branch, word: word + 1, shift: 0))
    frames[index].legacyHandlers.append(handler)
    isReachable = true
    lastWord = -1
  }

  mutating func legacyRethrow(_ label: UInt32) {
    builder.closeSegment()
    emit(.operation, Fields.slots(0, frames[frameIndex(label)].exceptionSlot))
    builder.append(0)
    builder.append(UInt64(SlowOperation.throwReference.rawValue) | 4 << 32)
    becomeUnreachable()
  }

  /// Ends a `try` whose exceptions go to the block that the label means, or beyond.
  mutating func legacyDelegate(_ label: UInt32) {
    let index = frames.count - 1
    guard frames[index].isLegacyTry else { return end() }
    builder.regions.append(
      TryRegion(
        words: frames[index].tryStart..<builder.words.count, handlers: [], depth: index,
        delegateDepth: frameIndex(label + 1)))
    frames[index].isLegacyTry = false
    end()
  }

  /// Ends a legacy `try` that is still on the list of frames, before its label is placed.
  mutating func endLegacyTry() {
    let index = frames.count - 1
    let frame = frames[index]
    if isReachable, frame.bodyEnd >= 0 {
      builder.closeSegment()
      carry(frame)
      emitJump(to: index)
      isReachable = false
    }
    let end = frame.bodyEnd < 0 ? builder.words.count : frame.bodyEnd
    builder.regions.append(
      TryRegion(words: frame.tryStart..<end, handlers: frame.legacyHandlers, depth: index))
  }

  // MARK: - Throwing

  mutating func throwException(_ tag: UInt32) {
    let type = context.tagTypes[Int(tag)]
    flushTop(type.parameters.count)
    let first = stack.count - type.parameters.count
    let base = first < stack.count ? stack[first].home : nextHome
    builder.closeSegment()
    emit(.operation, Fields.slots(0, base))
    builder.append(UInt64(tag))
    builder.append(UInt64(SlowOperation.throwException.rawValue) | 4 << 32)
    becomeUnreachable()
  }

  mutating func throwReference() {
    builder.closeSegment()
    let source = slot(stack.count - 1)
    emit(.operation, Fields.slots(0, source))
    builder.append(0)
    builder.append(UInt64(SlowOperation.throwReference.rawValue) | 4 << 32)
    becomeUnreachable()
  }
}
