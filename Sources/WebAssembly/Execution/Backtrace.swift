/// What a trap reports: the frames, and the exact number of instructions executed until then.

extension Activation {
  /// The trap that happened at a place. Corrects the meter: the segment was charged as a whole, and what
  /// lies behind the trapping instruction was not executed. Over the fuel, that limit is the answer.
  mutating func complete(_ trap: Trap, at point: CodePoint) -> any Error {
    let location = instance.location(of: point.code, isReturnAddress: point.isReturnAddress)
    if let location { thread.pointee.budget &+= remainder(after: location) }
    do { try checkFuel() } catch { return error }
    return Trap(trap.kind, backtrace: backtrace(from: point))
  }

  /// Counted instructions behind the one at `location` to the end of its metered segment.
  private func remainder(after location: CodeLocation) -> Int64 {
    let body = instance.definition(ofFunction: location.functionIndex).body
    let rows = InstructionTable.packedRows
    var reader = InstructionReader(
      Expression(body.bytes[location.offset...]), features: instance.module.features)
    var count: Int64 = 0
    var isFirst = true
    while !reader.isAtEnd, let instruction = try? reader.next() {
      let row = rows[instruction.row]
      if !isFirst, row.isCounted { count += 1 }
      // A split before the first instruction's own operation has charged for what follows it.
      if row.endsSegment { break }
      if !isFirst, location.splits.contains(UInt32(truncatingIfNeeded: instruction.offset)) { break }
      isFirst = false
    }
    return count
  }

  private func backtrace(from start: CodePoint) -> [BacktraceFrame] {
    var frames: [BacktraceFrame] = []
    // A copy walks through the callers' instances.
    var walker = self
    let entered = thread.pointee
    defer { thread.pointee = entered }
    var point: CodePoint? = start
    while let current = point, frames.count < Trap.maximumFrameCount {
      let instance = walker.instance
      guard let location = instance.location(of: current.code, isReturnAddress: current.isReturnAddress)
      else { break }
      frames.append(
        BacktraceFrame(
          functionName: instance.module.functionName(location.functionIndex),
          functionIndex: location.functionIndex, offset: location.offset))
      point = walker.leaveFrame(current, location)
    }
    return frames
  }
}
