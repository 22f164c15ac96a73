/// Handlers of the operations that are not generated: moves, variables, branches, calls and returns.
/// The layout of each instruction stands in `CodeBuilder`'s method that emits it.

// MARK: - Moves

@c func op_copy(_ code: Code, _ slots: Slots, _: UInt64, _ memory: MemoryBase, _ context: Context) {
  let value = slots[code.slot(10)]
  slots[code.slot(8)] = value
  return proceed(code + 16, slots, value, memory, context)
}

@c func op_storeAccumulator(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  slots[code.slot(8)] = accumulator
  return proceed(code + 16, slots, accumulator, memory, context)
}

@c func op_copyVector(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  slots.setVector(code.slot(8), slots.vector(code.slot(10), as: SIMD2<UInt64>.self))
  return proceed(code + 16, slots, accumulator, memory, context)
}

@c func op_constant32_s(_ code: Code, _ slots: Slots, _: UInt64, _ memory: MemoryBase, _ context: Context) {
  let value = UInt64(code.u32(12))
  slots[code.slot(8)] = value
  return proceed(code + 16, slots, value, memory, context)
}

@c func op_constant32_a(_ code: Code, _ slots: Slots, _: UInt64, _ memory: MemoryBase, _ context: Context) {
  return proceed(code + 16, slots, UInt64(code.u32(12)), memory, context)
}

@c func op_constant64_s(_ code: Code, _ slots: Slots, _: UInt64, _ memory: MemoryBase, _ context: Context) {
  let value = code.load(fromByteOffset: 16, as: UInt64.self)
  slots[code.slot(8)] = value
  return proceed(code + 24, slots, value, memory, context)
}

@c func op_constant64_a(_ code: Code, _ slots: Slots, _: UInt64, _ memory: MemoryBase, _ context: Context) {
  return proceed(code + 24, slots, code.load(fromByteOffset: 16, as: UInt64.self), memory, context)
}

@c func op_constantVector(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  slots.setVector(code.slot(8), code.loadUnaligned(fromByteOffset: 16, as: SIMD2<UInt64>.self))
  return proceed(code + 32, slots, accumulator, memory, context)
}

/// Clears the locals that are not parameters. At least one, at most the frame's size.
@c func op_zero(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  var slot = slots + code.slot(8)
  let end = slot + Int(code.u32(12))
  repeat {
    slot.pointee = 0
    slot += 1
  } while slot != end
  return proceed(code + 16, slots, accumulator, memory, context)
}

// MARK: - Selection

@inline(__always)
private func selected(_ code: Code, _ slots: Slots, _ condition: UInt32) -> UInt64 {
  condition != 0 ? slots[code.slot(10)] : slots[code.slot(12)]
}

@c func op_select_s_s(_ code: Code, _ slots: Slots, _: UInt64, _ memory: MemoryBase, _ context: Context) {
  let value = selected(code, slots, slots.i32(code.slot(14)))
  slots[code.slot(8)] = value
  return proceed(code + 16, slots, value, memory, context)
}

@c func op_select_s_a(_ code: Code, _ slots: Slots, _: UInt64, _ memory: MemoryBase, _ context: Context) {
  return proceed(code + 16, slots, selected(code, slots, slots.i32(code.slot(14))), memory, context)
}

@c func op_select_a_s(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  let value = selected(code, slots, accumulator.i32)
  slots[code.slot(8)] = value
  return proceed(code + 16, slots, value, memory, context)
}

@c func op_select_a_a(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  return proceed(code + 16, slots, selected(code, slots, accumulator.i32), memory, context)
}

@inline(__always)
private func selectVector(_ code: Code, _ slots: Slots, _ condition: UInt32) {
  let source = condition != 0 ? code.slot(10) : code.slot(12)
  slots.setVector(code.slot(8), slots.vector(source, as: SIMD2<UInt64>.self))
}

@c func op_selectVector_s(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  selectVector(code, slots, slots.i32(code.slot(14)))
  return proceed(code + 16, slots, accumulator, memory, context)
}

@c func op_selectVector_a(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  selectVector(code, slots, accumulator.i32)
  return proceed(code + 16, slots, accumulator, memory, context)
}

// MARK: - Globals

/// The cell of an own global: `globals` has 16 bytes for each, and the index was validated.
@inline(__always)
private func ownCell(_ code: Code, _ context: Context) -> Slots {
  context.state.pointee.globals + Int(code.u32(12)) &* 2
}

/// The cell of an imported global, whose address stands in the instance's own.
@inline(__always)
private func importedCell(_ code: Code, _ context: Context) -> Slots {
  UnsafeMutablePointer(bitPattern: UInt(ownCell(code, context).pointee)).unsafelyUnwrapped
}

@c func op_globalGet_s(_ code: Code, _ slots: Slots, _: UInt64, _ memory: MemoryBase, _ context: Context) {
  let value = ownCell(code, context).pointee
  slots[code.slot(8)] = value
  return proceed(code + 16, slots, value, memory, context)
}

@c func op_globalGet_a(_ code: Code, _ slots: Slots, _: UInt64, _ memory: MemoryBase, _ context: Context) {
  return proceed(code + 16, slots, ownCell(code, context).pointee, memory, context)
}

@c func op_globalGetImported_s(
  _ code: Code, _ slots: Slots, _: UInt64, _ memory: MemoryBase, _ context: Context
) {
  let value = importedCell(code, context).pointee
  slots[code.slot(8)] = value
  return proceed(code + 16, slots, value, memory, context)
}

@c func op_globalGetImported_a(
  _ code: Code, _ slots: Slots, _: UInt64, _ memory: MemoryBase, _ context: Context
) {
  return proceed(code + 16, slots, importedCell(code, context).pointee, memory, context)
}

@c func op_globalGetVector(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  slots.setVector(code.slot(8), ownCell(code, context).vector(0, as: SIMD2<UInt64>.self))
  return proceed(code + 16, slots, accumulator, memory, context)
}

@c func op_globalGetVectorImported(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  slots.setVector(code.slot(8), importedCell(code, context).vector(0, as: SIMD2<UInt64>.self))
  return proceed(code + 16, slots, accumulator, memory, context)
}

@c func op_globalSet_s(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  ownCell(code, context).pointee = slots[code.slot(8)]
  return proceed(code + 16, slots, accumulator, memory, context)
}

@c func op_globalSet_a(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  ownCell(code, context).pointee = accumulator
  return proceed(code + 16, slots, accumulator, memory, context)
}

@c func op_globalSetImported_s(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  importedCell(code, context).pointee = slots[code.slot(8)]
  return proceed(code + 16, slots, accumulator, memory, context)
}

@c func op_globalSetImported_a(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  importedCell(code, context).pointee = accumulator
  return proceed(code + 16, slots, accumulator, memory, context)
}

@c func op_globalSetVector(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  ownCell(code, context).setVector(0, slots.vector(code.slot(8), as: SIMD2<UInt64>.self))
  return proceed(code + 16, slots, accumulator, memory, context)
}

@c func op_globalSetVectorImported(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  importedCell(code, context).setVector(0, slots.vector(code.slot(8), as: SIMD2<UInt64>.self))
  return proceed(code + 16, slots, accumulator, memory, context)
}

// MARK: - Branches

@c func op_br(_ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context) {
  return proceed(charging: code.cost(12), code.relative(8), slots, accumulator, memory, context)
}

/// Entries of 8 bytes follow the instruction's two words; the last one is the default.
@inline(__always)
private func branchTable(
  _ index: UInt32, _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase,
  _ context: Context
) {
  let last = code.u32(12)
  let entry = 16 + Int(index < last ? index : last) &* 8
  return proceed(
    charging: code.cost(entry + 4), code.relative(entry), slots, accumulator, memory, context)
}

@c func op_brTable_s(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  return branchTable(slots.i32(code.slot(8)), code, slots, accumulator, memory, context)
}

@c func op_brTable_a(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  return branchTable(accumulator.i32, code, slots, accumulator, memory, context)
}

/// Ends one metered segment and begins the next, where straight code is longer than a cost field holds.
@c func op_charge(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  return proceed(charging: code.cost(8), code + 16, slots, accumulator, memory, context)
}

// MARK: - Calls

/// Enters `callee` with the frame that the instruction's last word describes: the slot of its first
/// argument, the slot of its header, and the cost that the return charges.
@inline(__always)
private func enter(
  _ callee: UnsafeMutablePointer<FunctionCode>, _ code: Code, _ slots: Slots, _ memory: MemoryBase,
  _ context: Context
) {
  let entry = callee.pointee.entry
  let frame = slots + code.slot(16)
  if frame + entry.frameSlotCount > context.state.pointee.stackEnd {
    return leave(code, slots, context, trap: .callStackExhausted)
  }
  let header = frame + code.slot(18)
  header[0] = UInt64(UInt(bitPattern: code + 24))
  header[1] = UInt64(UInt(bitPattern: slots))
  return proceed(charging: entry.entryCost, entry, frame, 0, memory, context)
}

@c func op_call(_ code: Code, _ slots: Slots, _: UInt64, _ memory: MemoryBase, _ context: Context) {
  return enter(code.pointer(8, to: FunctionCode.self), code, slots, memory, context)
}

/// A call through a table to a function of the same instance; everything else is left to the loop.
@inline(__always)
private func callIndirect(
  _ index: UInt64, _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase,
  _ context: Context
) {
  let table = context.state.pointee.tables[code.slot(8)]
  guard index < UInt64(table.pointee.count) else {
    return leave(code, slots, context, trap: .undefinedElement)
  }
  let reference = table.pointee.elements[Int(index)]
  guard let function = UnsafeMutablePointer<FunctionRecord>(bitPattern: UInt(reference)) else {
    return leave(code, slots, context, trap: .uninitializedElement)
  }
  guard function.pointee.typeID == code.u32(12),
    function.pointee.context == Optional(context.state)
  else { return leave(code, slots, accumulator, context, .callIndirect) }
  return enter(function.pointee.code.unsafelyUnwrapped, code, slots, memory, context)
}

@c func op_callIndirect_s(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  return callIndirect(slots[code.slot(10)], code, slots, accumulator, memory, context)
}

@c func op_callIndirect_a(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  return callIndirect(accumulator, code, slots, accumulator, memory, context)
}

@c func op_callImport(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  return leave(code, slots, accumulator, context, .callImport)
}

/// A call of a function reference.
@inline(__always)
private func callReference(
  _ reference: UInt64, _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase,
  _ context: Context
) {
  guard let function = UnsafeMutablePointer<FunctionRecord>(bitPattern: UInt(reference)) else {
    return leave(code, slots, context, trap: .nullFunctionReference)
  }
  guard function.pointee.context == Optional(context.state) else {
    return leave(code, slots, accumulator, context, .callReference)
  }
  return enter(function.pointee.code.unsafelyUnwrapped, code, slots, memory, context)
}

@c func op_callReference_s(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  return callReference(slots[code.slot(8)], code, slots, accumulator, memory, context)
}

/// Replaces the frame by a function's of the same instance: the arguments move to the frame's start, and
/// the header to where the callee expects it.
@c func op_returnCall(
  _ code: Code, _ slots: Slots, _: UInt64, _ memory: MemoryBase, _ context: Context
) {
  let callee = code.pointer(8, to: FunctionCode.self)
  let entry = callee.pointee.entry
  if slots + entry.frameSlotCount > context.state.pointee.stackEnd {
    return leave(code, slots, context, trap: .callStackExhausted)
  }
  let header = slots + code.slot(20)
  let (caller, frame) = (header[0], header[1])
  var source = slots + code.slot(16)
  var target = slots
  let end = slots + code.slot(22)
  while target != end {
    target.pointee = source.pointee
    target += 1
    source += 1
  }
  let newHeader = slots + code.slot(18)
  newHeader[0] = caller
  newHeader[1] = frame
  return proceed(charging: entry.entryCost, entry, slots, 0, memory, context)
}

/// Back to the caller: its address and frame from the header, the cost of what follows the call from
/// the four bytes before that address.
@inline(__always)
private func returnToCaller(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  let header = slots + code.slot(8)
  let caller = Code(bitPattern: UInt(header[0])).unsafelyUnwrapped
  let frame = Slots(bitPattern: UInt(header[1])).unsafelyUnwrapped
  let cost = Int64((caller - 4).load(as: UInt32.self))
  return proceed(charging: cost, caller, frame, accumulator, memory, context)
}

@c func op_return0(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  return returnToCaller(code, slots, accumulator, memory, context)
}

@c func op_return1_s(_ code: Code, _ slots: Slots, _: UInt64, _ memory: MemoryBase, _ context: Context) {
  let value = slots[code.slot(10)]
  slots[0] = value
  return returnToCaller(code, slots, value, memory, context)
}

@c func op_return1_a(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  slots[0] = accumulator
  return returnToCaller(code, slots, accumulator, memory, context)
}

// MARK: - Ways out

@c func op_unreachable(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  return leave(code, slots, context, trap: .unreachable)
}

@c func op_finish(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  return leave(code, slots, accumulator, context, .finished)
}

@c func op_crossReturn(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  return leave(code, slots, accumulator, context, .crossReturn)
}

@c func op_translate(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  return leave(code, slots, accumulator, context, .translate)
}

@c func op_operation(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  return leave(code, slots, accumulator, context, .operation)
}
