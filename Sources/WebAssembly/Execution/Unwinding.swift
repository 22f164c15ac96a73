/// Exceptions on their way from where they were thrown to the frame that catches them (Core 4.4.11).

extension Activation {
  /// Clauses that take as long to ask as a frame takes to find, and how many are asked between two looks at the
  /// limits, by however many exceptions.
  private static let workOfFrame = 64
  private static let unwindingWorkBetweenChecks = 1 << 16

  /// Finds the innermost frame that catches the exception and goes on at its landing. Throws the exception to
  /// whoever called from outside when there is none.
  mutating func unwind(_ exception: ThrownException, from start: CodePoint) throws {
    var point: CodePoint? = start
    while let current = point {
      guard
        let location = instance.location(
          of: current.code, isReturnAddress: current.isReturnAddress)
      else { break }
      let instance = instance
      unwindingWork &+= Self.workOfFrame
      let handler = location.handler(work: &unwindingWork) { instance.tags[Int($0)] === exception.tag }
      if unwindingWork >= Self.unwindingWorkBetweenChecks {
        unwindingWork = 0
        try store.meter.checkTime()
      }
      if let handler {
        return try land(exception, handler, location.start, current.slots)
      }
      point = leaveFrame(current, location)
    }
    try checkFuel()
    throw exception.leaving()
  }

  /// The caller of a frame, in whose instance the activation then is; nil where the host called.
  mutating func leaveFrame(_ point: CodePoint, _ location: CodeLocation) -> CodePoint? {
    // In bounds: every frame has room for its header.
    let header = point.slots + location.headerSlot
    return caller(header[0], header[1])
  }

  /// The frame that a header names, in whose instance the activation then is.
  mutating func caller(_ code: UInt64, _ slots: UInt64) -> CodePoint? {
    guard let code = Code(bitPattern: UInt(code)), let slots = Slots(bitPattern: UInt(slots)),
      code != ReturnCode.finish
    else { return nil }
    guard code == ReturnCode.cross else {
      return CodePoint(code: code, slots: slots, isReturnAddress: true)
    }
    guard let boundary = boundaries.popLast() else { return nil }
    enter(boundary.instance)
    return CodePoint(code: boundary.code, slots: slots, isReturnAddress: true)
  }

  /// Acts on a failure of a function whose frame is gone, as if the caller's call had failed.
  mutating func handle(_ failure: FailureAtCaller) throws {
    guard let point = caller(failure.caller, failure.slots) else {
      try checkFuel()
      throw failure.error
    }
    switch failure.error {
    case let trap as Trap where trap.backtrace.isEmpty: throw complete(trap, at: point)
    case let exception as ThrownException: try unwind(exception, from: point)
    default: throw failure.error
    }
  }

  private mutating func land(
    _ exception: ThrownException, _ handler: CodeRegions.Handler, _ start: Code, _ slots: Slots
  ) throws {
    // In bounds: the translator counted these slots among those of the frame.
    var slot = handler.slot
    if handler.referenceComesFirst {
      slots[slot] = try store.reference(to: exception, below: slots + slot)
      slot += 1
    }
    if handler.hasTag {
      for value in exception.payload {
        slots[slot] = value
        slot += 1
      }
    }
    if handler.referenceComesLast {
      slots[slot] = try store.reference(to: exception, below: slots + slot)
    }
    resume(at: start + handler.offset, slots)
    try charge(handler.cost)
  }
}
