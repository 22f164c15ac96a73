/// Operations that the loop executes: on whole memories and tables, exceptions, reports of calls.

extension Activation {
  /// Bytes that a bulk operation moves between two looks at the limits.
  private static let chunk = 1 << 22
  /// Elements of a table that are as many bytes.
  private static let elements = chunk / 8

  /// Executes the operation at the thread's code, and goes on behind it or where it leads.
  mutating func operation(_ operation: LoopOperation) throws {
    // An operation may take as long as thousands of instructions, though it counts one.
    try checkTime(bytes: 4096)
    let code = thread.pointee.code
    let slots = thread.pointee.slots
    let instance = instance
    func memory(_ index: Int) -> Memory { instance.memories[index] }
    func table(_ index: Int) -> Table { instance.tables[index] }
    switch operation {
    case .memoryGrow:
      let fields = MemoryGrowFields(code)
      let memory = memory(fields.memory)
      try checkTime(bytes: 1 << 18)
      let former = try memory.grow(by: slots[fields.delta])
      slots[fields.result] = former ?? failure(memory.type.addressType)
      refreshMemory()
      resume(at: fields.next, slots, accumulator: slots[fields.result])
    case .memoryFill:
      let fields = MemoryFillFields(code)
      try fill(
        memory(fields.memory), slots[fields.address], UInt8(truncatingIfNeeded: slots[fields.byte]),
        slots[fields.count])
      resume(at: fields.next, slots)
    case .memoryCopy:
      let fields = MemoryCopyFields(code)
      try copy(
        memory(fields.memory), slots[fields.target], memory(fields.sourceMemory), slots[fields.source],
        slots[fields.count])
      resume(at: fields.next, slots)
    case .memoryInit:
      let fields = MemoryInitFields(code)
      try instance.initialise(
        memory: fields.memory, at: slots[fields.target], segment: fields.segment, from: slots[fields.source],
        count: slots[fields.count])
      try checkTime(bytes: slots[fields.count])
      resume(at: fields.next, slots)
    case .dataDrop:
      let fields = DataDropFields(code)
      instance.liveData[fields.segment] = false
      resume(at: fields.next, slots)
    case .tableGrow:
      let fields = TableGrowFields(code)
      let table = table(fields.table)
      let former = try table.grow(by: slots[fields.delta], bits: slots[fields.reference]) {
        try store.meter.checkTime()
      }
      slots[fields.result] = former ?? failure(table.type.addressType)
      if former != nil { try checkTime(bytes: slots[fields.delta] &* 8) }
      resume(at: fields.next, slots, accumulator: slots[fields.result])
    case .tableFill:
      let fields = TableFillFields(code)
      try fill(table(fields.table), slots[fields.index], slots[fields.reference], slots[fields.count])
      resume(at: fields.next, slots)
    case .tableCopy:
      let fields = TableCopyFields(code)
      try copy(
        table(fields.table), slots[fields.target], table(fields.sourceTable), slots[fields.source],
        slots[fields.count])
      resume(at: fields.next, slots)
    case .tableInit:
      let fields = TableInitFields(code)
      try instance.initialise(
        table: fields.table, at: slots[fields.target], segment: fields.segment, from: slots[fields.source],
        count: slots[fields.count])
      try checkTime(bytes: slots[fields.count] &* 8)
      resume(at: fields.next, slots)
    case .elemDrop:
      let fields = ElemDropFields(code)
      instance.liveElements[fields.segment] = false
      resume(at: fields.next, slots)

    case .callImport:
      let fields = CallImportFields(code)
      let function = thread.pointee.instance.pointee.functions[fields.function]
      try call(function, frame: fields.frame, header: fields.header, next: fields.next)
    case .callIndirect: try callIndirect(CallIndirectFields(code))
    case .callReference: try callReference(CallReferenceFields(code))
    case .returnCallImport:
      let fields = ReturnCallImportFields(code)
      let function = thread.pointee.instance.pointee.functions[fields.function]
      try returnCall(
        function, frame: fields.frame, header: fields.header, ownHeader: fields.ownHeader,
        count: fields.count)
    case .returnCallIndirect:
      let fields = ReturnCallIndirectFields(code)
      let function = try element(
        slots[fields.index], of: fields.table, ofType: UInt32(fields.type))
      try returnCall(
        function, frame: fields.frame, header: fields.header, ownHeader: fields.ownHeader,
        count: fields.count)
    case .returnCallReference:
      let fields = ReturnCallReferenceFields(code)
      try returnCall(
        try function(slots[fields.reference]), frame: fields.frame, header: fields.header,
        ownHeader: fields.ownHeader, count: fields.count)

    case .throw:
      let fields = ThrowFields(code)
      let tag = instance.tags[fields.tag]
      let count = tag.type.parameters.reduce(0) { $0 + $1.slotCount }
      throw ThrownException(tag: tag, payload: (0..<count).map { slots[fields.base + $0] })
    case .throwReference:
      guard let exception = store.exception(slots[ThrowReferenceFields(code).exception]) else {
        throw Trap(.nullExceptionReference)
      }
      throw exception

    case .atomicWait32, .atomicWait64, .atomicNotify: try wait(operation, code)

    case .enterFunction:
      let fields = EnterFunctionFields(code)
      let module = instance.module
      // The call has charged the function's first segment already.
      let defined = fields.function - module.translation.importedFunctionCount
      let entry = thread.pointee.codes[defined].entry
      store.monitor?.enter(
        function: UInt32(fields.function), of: module,
        instructions: instructionCount &- UInt64(entry.entryCost))
      resume(at: fields.next, slots)
    case .leaveFunction:
      let fields = LeaveFunctionFields(code)
      store.monitor?.leave(
        function: UInt32(fields.function), of: instance.module, instructions: instructionCount)
      resume(at: fields.next, slots, accumulator: thread.pointee.accumulator)

    default: try aggregate(operation, code)
    }
  }

  private var instructionCount: UInt64 {
    let budget = thread.pointee.budget &+ thread.pointee.surcharge
    return UInt64(max(0, store.meter.granted &- budget))
  }

  /// What a failed grow answers: −1 of the address type.
  private func failure(_ type: AddressType) -> UInt64 { type == .i32 ? 0xFFFF_FFFF : .max }

  /// Looks at the limits once `chunk` bytes have been moved since the last look.
  mutating func checkTime(bytes: UInt64) throws {
    bulkByteCount += Int(min(bytes, UInt64(Self.chunk)))
    guard bulkByteCount >= Self.chunk else { return }
    bulkByteCount = 0
    try store.meter.checkTime()
  }

  private mutating func fill(_ memory: Memory, _ address: UInt64, _ byte: UInt8, _ count: UInt64) throws {
    guard memory.contains(address, count) else { throw Trap(.outOfBoundsMemoryAccess) }
    var done = 0
    while done < Int(count) {
      let part = min(Self.chunk, Int(count) - done)
      memory.fill(at: Int(address) + done, count: part, with: byte)
      done += part
      try checkTime(bytes: UInt64(part))
    }
  }

  private mutating func copy(
    _ target: Memory, _ address: UInt64, _ source: Memory, _ sourceAddress: UInt64, _ count: UInt64
  ) throws {
    guard target.contains(address, count), source.contains(sourceAddress, count) else {
      throw Trap(.outOfBoundsMemoryAccess)
    }
    // In parts, from the end when the target overlaps the source from above.
    let descending = target === source && address > sourceAddress
    var done = 0
    while done < Int(count) {
      let part = min(Self.chunk, Int(count) - done)
      let offset = descending ? Int(count) - done - part : done
      target.copy(
        from: source, at: Int(sourceAddress) + offset, to: Int(address) + offset, count: part)
      done += part
      try checkTime(bytes: UInt64(part))
    }
  }

  private mutating func fill(_ table: Table, _ index: UInt64, _ reference: UInt64, _ count: UInt64) throws {
    guard table.contains(index, count) else { throw Trap(.outOfBoundsTableAccess) }
    var done = 0
    while done < Int(count) {
      let part = min(Self.elements, Int(count) - done)
      // In bounds: checked above.
      (table.storage.pointee.elements + Int(index) + done).update(repeating: reference, count: part)
      done += part
      try checkTime(bytes: UInt64(part) &* 8)
    }
  }

  private mutating func copy(
    _ target: Table, _ index: UInt64, _ source: Table, _ sourceIndex: UInt64, _ count: UInt64
  ) throws {
    guard target.contains(index, count), source.contains(sourceIndex, count) else {
      throw Trap(.outOfBoundsTableAccess)
    }
    let from = source.storage.pointee.elements + Int(sourceIndex)
    let to = target.storage.pointee.elements + Int(index)
    // In parts, from the end when the target overlaps the source from above.
    let descending = target === source && index > sourceIndex
    var done = 0
    while done < Int(count) {
      let part = min(Self.elements, Int(count) - done)
      let offset = descending ? Int(count) - done - part : done
      // In bounds: checked above. `update` allows the ranges to overlap.
      (to + offset).update(from: from + offset, count: part)
      done += part
      try checkTime(bytes: UInt64(part) &* 8)
    }
  }
}
