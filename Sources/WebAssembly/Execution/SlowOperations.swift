/// Operations that the loop executes: whole memories and tables, and references to functions.

extension Execution {
  /// Bytes that a bulk operation moves between two looks at the deadline.
  private static let chunk = 1 << 22

  mutating func operation() throws {
    let code = context.pointee.code
    guard let operation = SlowOperation(rawValue: code.u32(24)) else { throw trap(.unreachable) }
    do {
      // An operation may take as long as thousands of instructions, though it counts one.
      try checkTime(bytes: 4096)
      try perform(operation, code)
    } catch let error as Trap where error.backtrace.isEmpty {
      throw trap(error.kind)
    } catch let exception as ThrownException {
      return try unwind(exception)
    }
    // Calls in place of a return have set the context to the callee already.
    guard context.pointee.code == code else { return }
    context.pointee.code = code + Int(code.u32(28)) * 8
  }

  private mutating func perform(_ operation: SlowOperation, _ code: Code) throws {
    let slots = context.pointee.slots
    let instance = instance
    let x = Int(code.u32(16))
    let y = Int(code.u32(20))
    func operand(_ index: Int) -> UInt64 { slots[code.slot(10 + 2 * index)] }
    func memory(_ index: Int) -> Memory { instance.memories[index] }
    func table(_ index: Int) -> Table { instance.tables[index] }
    func setResult(_ value: UInt64) { slots[code.slot(8)] = value }
    switch operation {
    case .memorySize: setResult(memory(x).pageCount)
    case .memoryGrow:
      try checkTime(bytes: 1 << 18)
      let former = try memory(x).grow(by: operand(0))
      setResult(former ?? failure(memory(x).type.addressType))
      if x == 0 { context.pointee.memorySize = UInt(memory(0).byteCount) }
    case .memoryFill: try fill(memory(x), operand(0), UInt8(truncatingIfNeeded: operand(1)), operand(2))
    case .memoryCopy: try copy(memory(x), operand(0), memory(y), operand(1), operand(2))
    case .memoryInit:
      try instance.initialise(
        memory: y, at: operand(0), segment: x, from: operand(1), count: operand(2))
      try checkTime(bytes: operand(2))
    case .dataDrop: instance.liveData[x] = false
    case .tableGet:
      guard let bits = table(x).bits(at: operand(0)) else { throw Trap(.outOfBoundsTableAccess) }
      setResult(bits)
    case .tableSet:
      guard table(x).setBits(operand(0), operand(1)) else { throw Trap(.outOfBoundsTableAccess) }
    case .tableSize: setResult(UInt64(table(x).count))
    case .tableGrow:
      let former = table(x).grow(by: operand(1), bits: operand(0))
      setResult(former ?? failure(table(x).type.addressType))
    case .tableFill: try fill(table(x), operand(0), operand(1), operand(2))
    case .tableCopy: try copy(table(x), operand(0), table(y), operand(1), operand(2))
    case .tableInit:
      try instance.initialise(
        table: y, at: operand(0), segment: x, from: operand(1), count: operand(2))
    case .elemDrop: instance.liveElements[x] = false
    case .refFunc: setResult(UInt64(UInt(bitPattern: context.pointee.functions[x])))
    case .refAsNonNull:
      guard operand(0) != 0 else { throw Trap(.nullReference) }
      setResult(operand(0))
    case .load: setResult(try load(memory(x), operand(0), row: y, code))
    case .store: try store(memory(x), operand(0), operand(1), row: y, code)
    case .wide: wide(slots + code.slot(10), row: x)
    case .atomic: try atomic(memory(x), slots + code.slot(10), row: y, code)
    case .returnCall: try returnCall(context.pointee.functions[x], code)
    case .returnCallIndirect:
      guard let bits = table(y).bits(at: operand(0)) else { throw Trap(.undefinedElement) }
      guard let function = UnsafeMutablePointer<FunctionRecord>(bitPattern: UInt(bits)) else {
        throw Trap(.uninitializedElement)
      }
      guard TypeRegistry.isSubtype(function.pointee.typeID, of: UInt32(x)) else {
        throw Trap(.indirectCallTypeMismatch)
      }
      try returnCall(function, code)
    case .returnCallReference:
      guard let function = UnsafeMutablePointer<FunctionRecord>(bitPattern: UInt(operand(0))) else {
        throw Trap(.nullFunctionReference)
      }
      try returnCall(function, code)
    case .throwException:
      let tag = instance.tags[x]
      let count = tag.type.parameters.reduce(0) { $0 + $1.slotCount }
      let base = slots + code.slot(10)
      throw ThrownException(tag: tag, payload: (0..<count).map { base[$0] })
    case .throwReference:
      guard let exception = store.exception(operand(0)) else { throw Trap(.nullExceptionReference) }
      throw exception
    case .aggregate: try aggregate(code)
    case .enterFunction:
      // The call has charged the function's first segment already.
      let module = instance.module
      let entry = module.codes[x - module.translation.importedFunctionCount].entry
      store.monitor?.enter(
        function: UInt32(x), of: module, instructions: instructionCount &- UInt64(entry.entryCost))
    case .leaveFunction:
      store.monitor?.leave(function: UInt32(x), of: instance.module, instructions: instructionCount)
    }
  }

  /// The effective address of an access; nil when it overflows or reaches outside (4.4.7).
  func effective(_ memory: Memory, _ address: UInt64, _ count: Int, _ code: Code) throws -> UInt64 {
    let offset = code.load(fromByteOffset: 32, as: UInt64.self)
    let (sum, overflow) = address.addingReportingOverflow(offset)
    guard !overflow, memory.contains(sum, UInt64(count)) else { throw Trap(.outOfBoundsMemoryAccess) }
    return sum
  }

  private func load(_ memory: Memory, _ address: UInt64, row: Int, _ code: Code) throws -> UInt64 {
    guard case .load(let access) = InstructionTable.rows[row].lowering else { return 0 }
    let address = UInt(try effective(memory, address, access.byteCount, code))
    let base = memory.base
    return switch (access.byteCount, access.widening) {
    case (1, .zero): base.zeroExtended(address, UInt8.self)
    case (2, .zero): base.zeroExtended(address, UInt16.self)
    case (4, .zero): base.zeroExtended(address, UInt32.self)
    case (1, .signed32): base.signExtended32(address, Int8.self)
    case (2, .signed32): base.signExtended32(address, Int16.self)
    case (1, .signed64): base.signExtended64(address, Int8.self)
    case (2, .signed64): base.signExtended64(address, Int16.self)
    case (4, .signed64): base.signExtended64(address, Int32.self)
    default: base.zeroExtended(address, UInt64.self)
    }
  }

  private func store(_ memory: Memory, _ address: UInt64, _ value: UInt64, row: Int, _ code: Code) throws {
    guard case .store(let byteCount) = InstructionTable.rows[row].lowering else { return }
    let address = UInt(try effective(memory, address, byteCount, code))
    switch byteCount {
    case 1: memory.base.store(address, value, UInt8.self)
    case 2: memory.base.store(address, value, UInt16.self)
    case 4: memory.base.store(address, value, UInt32.self)
    default: memory.base.store(address, value, UInt64.self)
    }
  }

  private var instructionCount: UInt64 {
    UInt64(max(0, store.meter.granted &- context.pointee.budget))
  }

  /// What a failed grow answers: −1 of the address type.
  private func failure(_ type: AddressType) -> UInt64 { type == .i32 ? 0xFFFF_FFFF : .max }

  /// Looks at the deadline once `chunk` bytes have been moved since the last look.
  private mutating func checkTime(bytes: UInt64) throws {
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
    for offset in 0..<Int(count) { table.storage.pointee.elements[Int(index) + offset] = reference }
    try checkTime(bytes: count &* 8)
  }

  private mutating func copy(
    _ target: Table, _ index: UInt64, _ source: Table, _ sourceIndex: UInt64, _ count: UInt64
  ) throws {
    guard target.contains(index, count), source.contains(sourceIndex, count) else {
      throw Trap(.outOfBoundsTableAccess)
    }
    let from = source.storage.pointee.elements + Int(sourceIndex)
    let to = target.storage.pointee.elements + Int(index)
    // In bounds: checked above. `update` allows the ranges to overlap.
    to.update(from: from, count: Int(count))
    try checkTime(bytes: count &* 8)
  }
}
