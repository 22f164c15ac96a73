/// Transfers of control that are more than a jump: branch tables, calls and returns.

// MARK: - Branches

/// Goes on at the entry of a branch table; the last one serves all larger indices.
@inline(__always)
func branch(
  toEntry index: UInt32, of entries: Code, _ count: UInt32, _ code: Code, _ slots: Slots,
  _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  let last = count &- 1
  let entry = entries + Int(index < last ? index : last) &* BranchEntry.byteCount
  return proceed(
    charging: entry.cost(BranchEntry.costOffset), code + Int(entry.load(as: Int32.self)), slots, accumulator,
    memory, context)
}

// MARK: - Calls

/// The code of a function of the running instance by its number among those; it was validated.
@inline(__always)
func ownFunction(_ function: UInt32, _ context: Context) -> UnsafeMutablePointer<FunctionCode> {
  context.state.pointee.codes + Int(function)
}

/// Enters `callee` with its arguments at `frame`, to return to `next`.
@inline(__always)
func enter(
  _ callee: UnsafeMutablePointer<FunctionCode>, _ frame: Slots, _ next: Code, _ code: Code, _ slots: Slots,
  _ memory: MemoryBase, _ context: Context
) {
  let entry = callee.pointee.entry
  if frame + entry.frameSlotCount > context.state.pointee.stackEnd {
    return leave(code, slots, context, trap: .callStackExhausted)
  }
  let header = frame + Int(callee.pointee.headerSlot)
  header[0] = UInt64(UInt(bitPattern: next))
  header[1] = UInt64(UInt(bitPattern: slots))
  return proceed(charging: entry.entryCost, entry, frame, 0, memory, context)
}

/// Replaces the frame by a function's of the same instance: `count` slots of arguments move to the frame's
/// start, and the header to where the callee expects it.
@inline(__always)
func enterInPlace(
  _ callee: UnsafeMutablePointer<FunctionCode>, _ arguments: Slots, _ ownHeader: Slots, _ count: Int,
  _ code: Code, _ slots: Slots, _ memory: MemoryBase, _ context: Context
) {
  let entry = callee.pointee.entry
  if slots + entry.frameSlotCount > context.state.pointee.stackEnd {
    return leave(code, slots, context, trap: .callStackExhausted)
  }
  let (caller, frame) = (ownHeader[0], ownHeader[1])
  move(arguments, to: slots, count, context)
  let header = slots + Int(callee.pointee.headerSlot)
  header[0] = caller
  header[1] = frame
  return proceed(charging: entry.entryCost, entry, slots, 0, memory, context)
}

/// Whether a function belongs to the running instance.
@inline(__always)
private func isOwn(_ function: UnsafeMutablePointer<FunctionRecord>, _ context: Context) -> Bool {
  // As bits: a comparison of optional pointers looks whether there is one first.
  UInt(bitPattern: function.pointee.instance) == UInt(bitPattern: context.state.pointee.instance)
}

/// A call through a table to a function of the same instance; everything else is left to the loop.
@inline(__always)
func callIndirect(
  _ index: UInt64, _ table: UInt32, _ type: UInt32, _ frame: Slots, _ header: Int, _ next: Code,
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  let table = storage(ofTable: table, context)
  guard index < UInt64(table.pointee.count) else {
    return leave(code, slots, context, trap: .undefinedElement)
  }
  let reference = table.pointee.elements[Int(truncatingIfNeeded: index)]
  guard let function = UnsafeMutablePointer<FunctionRecord>(bitPattern: UInt(reference)) else {
    return leave(code, slots, context, trap: .uninitializedElement)
  }
  guard function.pointee.typeID == type, isOwn(function, context) else {
    context.state.pointee.operand = index
    return leave(code, slots, accumulator, context, for: .callIndirect)
  }
  return enter(function.pointee.code.unsafelyUnwrapped, frame, next, code, slots, memory, context)
}

/// A call of a function reference.
@inline(__always)
func callReference(
  _ reference: UInt64, _ frame: Slots, _ header: Int, _ next: Code, _ code: Code, _ slots: Slots,
  _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  guard let function = UnsafeMutablePointer<FunctionRecord>(bitPattern: UInt(reference)) else {
    return leave(code, slots, context, trap: .nullFunctionReference)
  }
  guard isOwn(function, context) else {
    context.state.pointee.operand = reference
    return leave(code, slots, accumulator, context, for: .callReference)
  }
  return enter(function.pointee.code.unsafelyUnwrapped, frame, next, code, slots, memory, context)
}

/// Back to the caller: its address and frame from the header, the cost of what follows the call from the
/// last field of the call, before that address.
@inline(__always)
func returnToCaller(
  _ header: Slots, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  let caller = Code(bitPattern: UInt(header[0])).unsafelyUnwrapped
  let frame = Slots(bitPattern: UInt(header[1])).unsafelyUnwrapped
  return proceed(charging: caller.returnCost, caller, frame, accumulator, memory, context)
}

/// Moves several results to the frame's start and returns.
@inline(__always)
func moveAndReturn(
  _ source: Slots, _ count: Int, _ header: Slots, _ code: Code, _ slots: Slots, _ accumulator: UInt64,
  _ memory: MemoryBase, _ context: Context
) {
  // The results may come to lie where the header is.
  let (caller, frame) = (header[0], header[1])
  move(source, to: slots, count, context)
  let next = Code(bitPattern: UInt(caller)).unsafelyUnwrapped
  return proceed(
    charging: next.returnCost, next, Slots(bitPattern: UInt(frame)).unsafelyUnwrapped, accumulator, memory,
    context)
}

extension Code {
  /// What a return to this address charges: stands in the call's last two bytes.
  @inline(__always) package var returnCost: Int64 { cost(-2) }
}
