/// Calls (Core 4.4.10). Arguments go to their own slots, which are the callee's first ones.

extension Selection {
  private func shape(ofType index: UInt32) -> CallShape { context.shapes[Int(index)] }

  /// Brings the arguments, the topmost entries, to their slots; gives the callee's frame.
  private mutating func prepareCall(_ shape: CallShape) -> Int {
    flushTop(shape.parameterCount)
    let first = operands.count - shape.parameterCount
    let frame = first < operands.count ? Int(operands[first].home) : operands.nextHome
    operands.use(slotsUpTo: frame + shape.headerSlot + 2)
    return frame
  }

  private mutating func finishCall(
    _ shape: CallShape, type: UInt32, frame: Int, _ validator: inout FunctionValidator
  ) {
    if shape.givesOneScalar { list.returnLast(to: frame) }
    closeSegment()
    operands.removeLast(shape.parameterCount)
    if shape.givesOneScalar { return operands.pushTemporary() }
    if shape.resultCount > 0 { pushTemporaries(validator.types.results(of: type), &validator) }
  }

  /// What is above the arguments: its slot, after those have moved.
  private mutating func takeCallee(_ shape: CallShape) -> Int {
    let position = operands.count - 1
    for argument in position - shape.parameterCount..<position { flush(argument) }
    let callee = slot(position)
    operands.removeLast()
    return callee
  }

  private func definedIndex(_ function: UInt32) -> UInt32? {
    Int(function) < context.importedFunctionCount ? nil : function - UInt32(context.importedFunctionCount)
  }

  mutating func call(_ function: UInt32, _ validator: inout FunctionValidator) {
    let type = context.typeOfFunction[Int(function)]
    let shape = shape(ofType: type)
    let frame = prepareCall(shape)
    if let defined = definedIndex(function) {
      list.call(function: defined, frame: frame)
    } else {
      list.callImport(function: function, frame: frame, header: shape.headerSlot)
    }
    finishCall(shape, type: type, frame: frame, &validator)
  }

  mutating func callReference(type: UInt32, _ validator: inout FunctionValidator) {
    let shape = shape(ofType: type)
    let reference = takeCallee(shape)
    let frame = prepareCall(shape)
    list.callReference(reference: .slot(reference), frame: frame, header: shape.headerSlot)
    finishCall(shape, type: type, frame: frame, &validator)
  }

  /// The index's slot may lie in the callee's header, which is written only after the index was read.
  mutating func callIndirect(type: UInt32, table: UInt32, _ validator: inout FunctionValidator) {
    let shape = shape(ofType: type)
    let index = takeCallee(shape)
    let frame = prepareCall(shape)
    list.callIndirect(
      index: .slot(index), table: table, type: context.typeIDs[Int(type)], frame: frame,
      header: shape.headerSlot)
    finishCall(shape, type: type, frame: frame, &validator)
  }

  // MARK: - In place of a return

  private mutating func beginReturnCall() {
    if reportsCalls { list.leaveFunction(function: functionIndex) }
  }

  private mutating func finishReturnCall() {
    closeSegment()
    becomeUnreachable()
  }

  mutating func returnCall(_ function: UInt32) {
    let shape = shape(ofType: context.typeOfFunction[Int(function)])
    beginReturnCall()
    let frame = prepareCall(shape)
    let count = UInt32(shape.parameterSlots)
    if let defined = definedIndex(function) {
      list.returnCall(
        function: defined, frame: frame, ownHeader: self.shape.headerSlot, count: count)
    } else {
      list.returnCallImport(
        function: function, frame: frame, header: shape.headerSlot, ownHeader: self.shape.headerSlot,
        count: count)
    }
    finishReturnCall()
  }

  mutating func returnCallIndirect(type: UInt32, table: UInt32) {
    let shape = shape(ofType: type)
    beginReturnCall()
    let index = takeCallee(shape)
    let frame = prepareCall(shape)
    list.returnCallIndirect(
      index: index, table: table, type: context.typeIDs[Int(type)], frame: frame, header: shape.headerSlot,
      ownHeader: self.shape.headerSlot, count: UInt32(shape.parameterSlots))
    finishReturnCall()
  }

  mutating func returnCallReference(type: UInt32) {
    let shape = shape(ofType: type)
    beginReturnCall()
    let reference = takeCallee(shape)
    let frame = prepareCall(shape)
    list.returnCallReference(
      reference: reference, frame: frame, header: shape.headerSlot, ownHeader: self.shape.headerSlot,
      count: UInt32(shape.parameterSlots))
    finishReturnCall()
  }
}
