/// Calls that handlers leave to the loop: of host functions, into other instances, in place of a return.

extension Activation {
  // MARK: - From code

  /// Calls a function from the operation before `next`, whose frame and header lie at these slots.
  mutating func call(
    _ function: UnsafeMutablePointer<FunctionRecord>, frame: Int, header: Int, next: Code
  ) throws {
    let slots = thread.pointee.slots
    let frame = slots + frame
    guard let callee = function.pointee.code, let target = function.pointee.instance else {
      try callHost(function, frame: frame, headerSlot: header)
      resume(at: next, slots, accumulator: frame[0])
      return try charge(next.returnCost)
    }
    // In bounds: the frame of the running function has room for the header of every call in it.
    let words = frame + header
    words[1] = UInt64(UInt(bitPattern: slots))
    if target == thread.pointee.instance {
      words[0] = UInt64(UInt(bitPattern: next))
    } else {
      words[0] = UInt64(UInt(bitPattern: ReturnCode.cross))
      boundaries.append(Boundary(instance: thread.pointee.instance, code: next))
      enter(target)
    }
    try begin(callee, frame: frame)
  }

  /// A call in place of a return: the arguments move to the start of the frame, which becomes the callee's.
  mutating func returnCall(
    _ function: UnsafeMutablePointer<FunctionRecord>, frame: Int, header: Int, ownHeader: Int, count: Int
  ) throws {
    let slots = thread.pointee.slots
    let (caller, callerSlots) = (slots[ownHeader], slots[ownHeader + 1])
    // In bounds: arguments lie in the present frame, and move downwards.
    for offset in 0..<count { slots[offset] = slots[frame + offset] }
    guard let callee = function.pointee.code, let target = function.pointee.instance else {
      do {
        try callHost(function, frame: slots, headerSlot: header)
      } catch {
        throw FailureAtCaller(error: error, caller: caller, slots: callerSlots)
      }
      return try finishReturn(to: caller, callerSlots, result: slots[0])
    }
    slots[header + 1] = callerSlots
    let isOutermost = caller == UInt64(UInt(bitPattern: ReturnCode.finish))
    let isCross = caller == UInt64(UInt(bitPattern: ReturnCode.cross))
    if target == thread.pointee.instance || isOutermost || isCross {
      slots[header] = caller
    } else if let code = Code(bitPattern: UInt(caller)) {
      slots[header] = UInt64(UInt(bitPattern: ReturnCode.cross))
      boundaries.append(Boundary(instance: thread.pointee.instance, code: code))
    }
    if target != thread.pointee.instance { enter(target) }
    try begin(callee, frame: slots)
  }

  /// What a return does: goes on at the caller's code in its frame, and charges its segment.
  private mutating func finishReturn(to caller: UInt64, _ slots: UInt64, result: UInt64) throws {
    guard let code = Code(bitPattern: UInt(caller)), let frame = Slots(bitPattern: UInt(slots)) else {
      return
    }
    resume(at: code, frame, accumulator: result)
    try charge(code.returnCost)
  }

  mutating func callIndirect(_ fields: CallIndirectFields) throws {
    let function = try element(thread.pointee.operand, of: fields.table, ofType: UInt32(fields.type))
    try call(function, frame: fields.frame, header: fields.header, next: fields.next)
  }

  mutating func callReference(_ fields: CallReferenceFields) throws {
    let function = try function(thread.pointee.operand)
    try call(function, frame: fields.frame, header: fields.header, next: fields.next)
  }

  /// The function in a table's element, which must be of the type.
  func element(_ index: UInt64, of table: Int, ofType type: UInt32) throws -> UnsafeMutablePointer<
    FunctionRecord
  > {
    guard let bits = instance.tables[table].bits(at: index) else { throw Trap(.undefinedElement) }
    guard let function = UnsafeMutablePointer<FunctionRecord>(bitPattern: UInt(bits)) else {
      throw Trap(.uninitializedElement)
    }
    guard store.engine.types.isSubtype(function.pointee.typeID, of: type) else {
      throw Trap(.indirectCallTypeMismatch)
    }
    return function
  }

  func function(_ reference: UInt64) throws -> UnsafeMutablePointer<FunctionRecord> {
    guard let function = UnsafeMutablePointer<FunctionRecord>(bitPattern: UInt(reference)) else {
      throw Trap(.nullFunctionReference)
    }
    return function
  }

  // MARK: - The host

  private mutating func callHost(
    _ function: UnsafeMutablePointer<FunctionRecord>, frame: Slots, headerSlot: Int
  ) throws {
    let entry = store.functions[Int(function.pointee.storeIndex)]
    guard let host = entry.host else { return }
    try checkFuel()
    try store.meter.checkTime()
    let formerTop = store.stackTop
    store.stackTop = frame + headerSlot + 2
    giveBackBudget()
    defer {
      store.stackTop = formerTop
      takeBudget()
      refreshMemory()
    }
    var arguments: [Value] = []
    arguments.reserveCapacity(entry.type.parameters.count)
    var slot = 0
    for type in entry.type.parameters {
      arguments.append(Value(type, frame[slot], type == .v128 ? frame[slot + 1] : 0))
      slot += type.slotCount
    }
    let results = try host(Caller(store: store, instance: instance), arguments)
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
    let headerSlot = CallShape(type).headerSlot
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
    try Activation.run(function, frame: frame, store: self)
    slot = 0
    return type.results.map { type in
      defer { slot += type.slotCount }
      return Value(type, frame[slot], type == .v128 ? frame[slot + 1] : 0)
    }
  }
}
