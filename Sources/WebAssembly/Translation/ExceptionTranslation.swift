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
  /// Word at which the landing begins, and the cost of its first segment.
  var word = 0
  var cost = 0
}

/// The words of a `try_table`'s body with its clauses. Inner regions come before outer ones.
struct TryRegion {
  var words: Range<Int>
  var handlers: [CatchHandler]
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
    builder.regions.append(TryRegion(words: body, handlers: handlers))
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
