/// What a trap reports: the frames, and the exact number of instructions executed until then.

extension Execution {
  /// The trap at the context's code. Corrects the meter: the segment was charged as a whole, and what
  /// lies behind the trapping instruction was not executed. Over the fuel, that limit is the answer.
  mutating func trap(_ kind: TrapKind) -> any Error {
    let code = context.pointee.code
    if let location = instance.module.position(of: code) {
      context.pointee.budget &+= remainder(after: location)
    }
    do { try checkFuel() } catch { return error }
    return Trap(kind, backtrace: backtrace())
  }

  /// Counted instructions behind the one at `location` to the end of its metered segment.
  private func remainder(after location: CodeLocation) -> Int64 {
    let module = instance.module
    let index = Int(location.functionIndex) - module.translation.importedFunctionCount
    let body = module.structure.functions[index].body
    var reader = InstructionReader(
      Expression(body.bytes[location.offset...]), features: module.features)
    var count: Int64 = 0
    var isFirst = true
    while !reader.isAtEnd, let instruction = try? reader.next() {
      let opcode = InstructionTable.packedRows[instruction.row].opcode
      if !isFirst {
        switch opcode {
        case .block, .loop, .end, .nop, .else, .tryTable, .legacyTry, .legacyCatch, .legacyCatchAll,
          .legacyDelegate:
          break
        default: count += 1
        }
      }
      isFirst = false
      if opcode.endsSegment || location.splits.contains(instruction.offset) { break }
    }
    return count
  }

  private mutating func backtrace() -> [BacktraceFrame] {
    var frames: [BacktraceFrame] = []
    var code = context.pointee.code
    var slots = context.pointee.slots
    var current = context
    var outer = boundaries
    while frames.count < Trap.maximumFrameCount {
      let module = store.instances[current.pointee.instanceIndex].module
      guard let location = module.position(of: code) else { break }
      frames.append(
        BacktraceFrame(
          functionName: module.functionName(location.functionIndex),
          functionIndex: location.functionIndex, offset: location.offset))
      let header = slots + location.headerSlot
      guard let caller = Code(bitPattern: UInt(header[0])), let frame = Slots(bitPattern: UInt(header[1]))
      else { break }
      if caller == ReturnCode.finish { break }
      if caller == ReturnCode.cross {
        guard let boundary = outer.popLast() else { break }
        current = boundary.context
        code = boundary.code - 24
      } else {
        code = caller - 24
      }
      slots = frame
    }
    return frames
  }
}

extension Opcode {
  /// Whether a metered segment ends with the instruction: it may pass control elsewhere.
  var endsSegment: Bool {
    switch self {
    case .unreachable, .if, .else, .br, .brIf, .brTable, .return, .call, .callIndirect, .returnCall,
      .returnCallIndirect, .callRef, .returnCallRef, .brOnNull, .brOnNonNull, .brOnCast, .brOnCastFail,
      .brOnCastDescriptor, .brOnCastDescriptorFail, .throw, .throwRef, .legacyCatch, .legacyCatchAll,
      .legacyRethrow:
      true
    default: false
    }
  }
}
