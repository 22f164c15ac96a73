/// Exceptions on their way from where they were thrown to the frame that catches them (Core 4.4.8).

extension Execution {
  /// Finds the innermost frame that catches the exception and sets the context to its landing. Throws the
  /// exception to whoever called from outside when there is none.
  mutating func unwind(_ exception: ThrownException) throws {
    var code = context.pointee.code
    while let location = instance.module.position(of: code) {
      let slots = context.pointee.slots
      let word = (code - location.start) / 8
      if let handler = handler(for: exception, at: word, in: location.regions) {
        return try land(exception, handler, location.start, slots)
      }
      let header = slots + location.headerSlot
      guard let caller = Code(bitPattern: UInt(header[0])), let frame = Slots(bitPattern: UInt(header[1])),
        caller != ReturnCode.finish
      else { break }
      if caller == ReturnCode.cross {
        guard let boundary = boundaries.popLast() else { break }
        enter(boundary.context)
        code = boundary.code - 24
      } else {
        code = caller - 24
      }
      context.pointee.code = code
      context.pointee.slots = frame
    }
    try checkFuel()
    throw exception.leaving()
  }

  private func handler(
    for exception: ThrownException, at word: Int, in regions: [TryRegion]
  ) -> CatchHandler? {
    var depth = Int.max
    for region in regions where region.words.contains(word) && region.depth <= depth {
      if let delegateDepth = region.delegateDepth { depth = delegateDepth }
      for handler in region.handlers
      where !handler.kind.hasTag || instance.tags[Int(handler.tag)] === exception.tag {
        return handler
      }
    }
    return nil
  }

  private mutating func land(
    _ exception: ThrownException, _ handler: CatchHandler, _ start: Code, _ slots: Slots
  ) throws {
    var slot = handler.slot
    if handler.isLegacy {
      slots[slot] = try store.reference(to: exception, below: slots + slot)
      slot += 1
    }
    if handler.kind.hasTag {
      for value in exception.payload {
        slots[slot] = value
        slot += 1
      }
    }
    if handler.kind.hasReference {
      slots[slot] = try store.reference(to: exception, below: slots + slot)
    }
    context.pointee.code = start + handler.word * 8
    context.pointee.slots = slots
    context.pointee.accumulator = 0
    try charge(Int64(handler.cost))
  }
}
