/// The loop that enters handlers and acts on what they leave for: calls that cross instances or reach the
/// host, translation, slow operations, limits and traps. Nothing here runs on the host's stack per call of
/// the module's code, so deep recursion ends at the value stack's end.

/// Code words that frames return to when the caller is not translated code.
enum ReturnCode {
  /// A cost of 0 before each word, as a return expects.
  private nonisolated(unsafe) static let words: UnsafeMutablePointer<UInt64> = {
    let words = UnsafeMutablePointer<UInt64>.allocate(capacity: 4)
    words[0] = 0
    words[1] = UInt64(HandlerTable.addresses[Int(ControlOperation.finish.rawValue)])
    words[2] = 0
    words[3] = UInt64(HandlerTable.addresses[Int(ControlOperation.crossReturn.rawValue)])
    return words
  }()

  static var finish: Code { Code(words + 1) }
  static var cross: Code { Code(words + 3) }
}

/// One activation: from a call by the host to its return.
struct Execution {
  let store: Store
  /// The context of the instance whose code runs.
  var context: UnsafeMutablePointer<ExecutionContext>
  /// Callers in other instances, innermost last.
  var boundaries: [Boundary] = []
  /// Bytes moved by bulk operations since the deadline was last looked at.
  var bulkByteCount = 0

  struct Boundary {
    var context: UnsafeMutablePointer<ExecutionContext>
    var code: Code
  }

  var instance: Instance { store.instances[context.pointee.instanceIndex] }

  /// Runs a module's function whose arguments lie at `frame`; its results replace them.
  static func run(_ function: UnsafeMutablePointer<FunctionRecord>, frame: Slots, store: Store) throws {
    guard let code = function.pointee.code, let context = function.pointee.context else { return }
    var execution = Execution(store: store, context: context)
    context.pointee.budget = store.meter.budget
    context.pointee.stackEnd = store.stack.end
    let header = frame + Int(code.pointee.headerSlot)
    header[0] = UInt64(UInt(bitPattern: ReturnCode.finish))
    header[1] = UInt64(UInt(bitPattern: frame))
    defer { store.meter.budget = execution.context.pointee.budget }
    try execution.begin(code, frame: frame)
    try execution.loop()
  }

  /// Sets the context to a function's entry and charges its first segment. The header is written.
  private mutating func begin(_ code: UnsafeMutablePointer<FunctionCode>, frame: Slots) throws {
    let entry = code.pointee.entry
    guard frame + entry.frameSlotCount <= context.pointee.stackEnd else {
      throw exhausted(frame: frame, header: Int(code.pointee.headerSlot))
    }
    context.pointee.code = entry
    context.pointee.slots = frame
    context.pointee.accumulator = 0
    try charge(entry.entryCost)
  }

  private mutating func enterHandlers() {
    let state = context
    state.pointee.exit = .proceed
    repeat {
      let code = state.pointee.code
      let handler = unsafeBitCast(code.load(as: UInt.self), to: Handler.self)
      handler(
        code, state.pointee.slots, state.pointee.accumulator, state.pointee.memoryBase, Context(state))
    } while state.pointee.exit == .proceed
  }

  private mutating func loop() throws {
    while true {
      enterHandlers()
      switch context.pointee.exit {
      case .proceed: break
      case .finished:
        return try checkFuel()
      case .trap: throw trap(context.pointee.trap)
      case .budget: try refill()
      case .translate: try translate()
      case .outOfBoundsMemory: try outOfBounds()
      case .callImport:
        let code = context.pointee.code
        try call(context.pointee.functions[Int(code.u32(8))])
      case .callIndirect: try callIndirect()
      case .callReference:
        // The handler has checked that it is not null.
        let reference = UInt(context.pointee.slots[context.pointee.code.slot(8)])
        guard let function = UnsafeMutablePointer<FunctionRecord>(bitPattern: reference) else {
          throw trap(.nullFunctionReference)
        }
        try call(function)
      case .crossReturn: try crossReturn()
      case .operation: try operation()
      }
    }
  }

  // MARK: - Metering

  mutating func refill() throws {
    store.meter.budget = context.pointee.budget
    defer { context.pointee.budget = store.meter.budget }
    try store.meter.refill()
  }

  /// Called where a segment has ended: throws when more was executed than the fuel allows.
  mutating func checkFuel() throws {
    store.meter.budget = context.pointee.budget
    defer { context.pointee.budget = store.meter.budget }
    try store.meter.checkFuel()
  }

  mutating func charge(_ cost: Int64) throws {
    context.pointee.budget &-= cost
    if context.pointee.budget < 0 { try refill() }
  }

  // MARK: - Translation and bounds

  /// The entered function is a stub: `slots` is its frame and its header is written.
  private mutating func translate() throws {
    let stub = context.pointee.code
    let code = UnsafeMutablePointer<FunctionCode>(
      mutating: (stub - FunctionCode.stubOffset).assumingMemoryBound(to: FunctionCode.self))
    try instance.module.translate(code)
    try begin(code, frame: context.pointee.slots)
  }

  /// The trap of a frame that does not fit: it happened at the call, in the caller.
  private mutating func exhausted(frame: Slots, header: Int) -> any Error {
    let caller = Code(bitPattern: UInt(frame[header]))
    if let caller, caller != ReturnCode.finish, caller != ReturnCode.cross,
      let slots = Slots(bitPattern: UInt(frame[header + 1]))
    {
      context.pointee.code = caller - 24
      context.pointee.slots = slots
      return trap(.callStackExhausted)
    }
    return Trap(.callStackExhausted)
  }

  /// A memory shared with another instance may have grown since its size was read.
  private mutating func outOfBounds() throws {
    if let memory = instance.memories.first, UInt(memory.byteCount) > context.pointee.memorySize {
      context.pointee.memorySize = UInt(memory.byteCount)
      return
    }
    throw trap(.outOfBoundsMemoryAccess)
  }

  // MARK: - Calls

  private mutating func callIndirect() throws {
    let code = context.pointee.code
    let isAccumulator =
      code.load(as: UInt.self) == HandlerTable.addresses[Int(ControlOperation.callIndirect_a.rawValue)]
    let index = isAccumulator ? context.pointee.accumulator : context.pointee.slots[code.slot(10)]
    // The handler has checked the index and that the element is not null.
    let reference = context.pointee.tables[code.slot(8)].pointee.elements[Int(index)]
    guard let function = UnsafeMutablePointer<FunctionRecord>(bitPattern: UInt(reference)) else {
      throw trap(.uninitializedElement)
    }
    guard TypeRegistry.isSubtype(function.pointee.typeID, of: code.u32(12)) else {
      throw trap(.indirectCallTypeMismatch)
    }
    try call(function)
  }

  /// Calls a function that is not the running instance's own, or not known to be, as the call instruction
  /// at the context's code says.
  private mutating func call(_ function: UnsafeMutablePointer<FunctionRecord>) throws {
    let code = context.pointee.code
    let slots = context.pointee.slots
    let frame = slots + code.slot(16)
    guard let callee = function.pointee.code, let target = function.pointee.context else {
      do {
        try callHost(function, frame: frame, headerSlot: code.slot(18))
      } catch let exception as ThrownException {
        return try unwind(exception)
      }
      context.pointee.code = code + 24
      context.pointee.slots = slots
      return try charge(Int64(code.u32(20)))
    }
    let header = frame + code.slot(18)
    header[1] = UInt64(UInt(bitPattern: slots))
    if target == context {
      header[0] = UInt64(UInt(bitPattern: code + 24))
    } else {
      header[0] = UInt64(UInt(bitPattern: ReturnCode.cross))
      boundaries.append(Boundary(context: context, code: code + 24))
      enter(target)
    }
    try begin(callee, frame: frame)
  }

  /// A call in place of a return, as the instruction at `code` says: the frame becomes the callee's.
  mutating func returnCall(_ function: UnsafeMutablePointer<FunctionRecord>, _ code: Code) throws {
    let slots = context.pointee.slots
    let frame = slots + code.slot(32)
    let (caller, callerSlots) = (slots[code.slot(36)], slots[code.slot(36) + 1])
    for offset in 0..<code.slot(38) { slots[offset] = frame[offset] }
    let header = slots + code.slot(34)
    header[1] = callerSlots
    guard let callee = function.pointee.code, let target = function.pointee.context else {
      header[0] = caller
      do {
        try callHost(function, frame: slots, headerSlot: code.slot(34))
      } catch let exception as ThrownException {
        return try unwind(exception)
      }
      return try finishReturn(to: caller, callerSlots)
    }
    let isOutermost = caller == UInt64(UInt(bitPattern: ReturnCode.finish))
    let isCross = caller == UInt64(UInt(bitPattern: ReturnCode.cross))
    if target == context || isOutermost || isCross {
      header[0] = caller
    } else if let code = Code(bitPattern: UInt(caller)) {
      header[0] = UInt64(UInt(bitPattern: ReturnCode.cross))
      boundaries.append(Boundary(context: context, code: code))
    }
    if target != context { enter(target) }
    try begin(callee, frame: slots)
  }

  /// What a return instruction does: goes on at the caller's code in its frame, and charges its segment.
  private mutating func finishReturn(to caller: UInt64, _ slots: UInt64) throws {
    guard let code = Code(bitPattern: UInt(caller)), let frame = Slots(bitPattern: UInt(slots)) else {
      return
    }
    context.pointee.accumulator = context.pointee.slots[0]
    context.pointee.code = code
    context.pointee.slots = frame
    try charge(Int64((code - 4).load(as: UInt32.self)))
  }

  /// Makes another instance the running one.
  mutating func enter(_ target: UnsafeMutablePointer<ExecutionContext>) {
    target.pointee.budget = context.pointee.budget
    target.pointee.stackEnd = context.pointee.stackEnd
    target.pointee.code = context.pointee.code
    target.pointee.slots = context.pointee.slots
    target.pointee.accumulator = context.pointee.accumulator
    context = target
    if let memory = instance.memories.first { target.pointee.memorySize = UInt(memory.byteCount) }
  }

  /// A function of this instance returned to another one; `slots` is already the caller's frame.
  private mutating func crossReturn() throws {
    let boundary = boundaries.removeLast()
    enter(boundary.context)
    context.pointee.code = boundary.code
    try charge(Int64((boundary.code - 4).load(as: UInt32.self)))
  }

  private mutating func callHost(
    _ function: UnsafeMutablePointer<FunctionRecord>, frame: Slots, headerSlot: Int
  ) throws {
    let entry = store.functions[Int(function.pointee.storeIndex)]
    guard let host = entry.host else { return }
    try checkFuel()
    try store.meter.checkTime()
    let formerTop = store.stackTop
    store.stackTop = frame + headerSlot + 2
    defer {
      store.stackTop = formerTop
      context.pointee.budget = store.meter.budget
    }
    var arguments: [Value] = []
    arguments.reserveCapacity(entry.type.parameters.count)
    var slot = 0
    for type in entry.type.parameters {
      arguments.append(Value(type, frame[slot], type == .v128 ? frame[slot + 1] : 0))
      slot += type.slotCount
    }
    let results: [Value]
    do {
      results = try host(Caller(store: store, instance: instance), arguments)
    } catch let error as Trap where error.backtrace.isEmpty {
      throw trap(error.kind)
    }
    guard store.accepts(results, entry.type.results, function.pointee.typeID, \.results) else {
      throw CallError(
        description:
          "a host function of type \(entry.type) gave \(results.map(\.type)); it must give what its type says"
      )
    }
    slot = 0
    for result in results {
      let (low, high) = result.slots
      frame[slot] = low
      if result.type == .v128 { frame[slot + 1] = high }
      slot += result.type.slotCount
    }
    // A single result is expected in the accumulator as well.
    context.pointee.accumulator = results.isEmpty ? 0 : frame[0]
    if let memory = instance.memories.first { context.pointee.memorySize = UInt(memory.byteCount) }
  }
}

extension Store {
  /// A call by the host: arguments checked, put on the stack, results read back.
  func call(_ function: UnsafeMutablePointer<FunctionRecord>, _ type: FunctionType, _ arguments: [Value])
    throws
    -> [Value]
  {
    guard accepts(arguments, type.parameters, function.pointee.typeID, \.parameters) else {
      throw CallError(
        description: "a function of type \(type) cannot be called with \(arguments.map(\.type)): "
          + "give it the arguments of its type")
    }
    if let host = functions[Int(function.pointee.storeIndex)].host {
      return try host(Caller(store: self, instance: nil), arguments)
    }
    guard hostCallDepth < limits.hostCallDepth else { throw Trap(.callStackExhausted) }
    let frame = stackTop
    let headerSlot = FunctionTranslator.headerSlot(of: type)
    guard frame + headerSlot + 2 <= stack.end else { throw Trap(.callStackExhausted) }
    hostCallDepth += 1
    defer { hostCallDepth -= 1 }
    var slot = 0
    for argument in arguments {
      let (low, high) = argument.slots
      frame[slot] = low
      if argument.type == .v128 { frame[slot + 1] = high }
      slot += argument.type.slotCount
    }
    try Execution.run(function, frame: frame, store: self)
    slot = 0
    return type.results.map { type in
      defer { slot += type.slotCount }
      return Value(type, frame[slot], type == .v128 ? frame[slot + 1] : 0)
    }
  }
}
