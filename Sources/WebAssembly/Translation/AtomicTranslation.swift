/// Instructions whose operands lie in consecutive slots: wide arithmetic and atomic accesses.

extension FunctionTranslator {
  /// Two i64 results in place of the operands.
  mutating func wide(_ instruction: Instruction, operands count: Int) {
    let base = prepareOperands(count)
    emitSlow(.wide, base, UInt32(instruction.row), 0)
    push(.temporary)
    push(.temporary)
  }

  mutating func atomic(_ instruction: Instruction) {
    let signature = InstructionTable.packedRows[instruction.row]
    let base = prepareOperands(Int(signature.operandCount))
    emitSlow(.atomic, base, instruction.a, UInt32(instruction.row), payload: instruction.value)
    if signature.resultCount > 0 { push(.temporary) }
  }

  /// Brings the topmost entries to their homes and takes them off; gives the first one's slot.
  private mutating func prepareOperands(_ count: Int) -> Int {
    flushTop(count)
    let base = stack[stack.count - count].home
    stack.removeLast(count)
    return base
  }

  private mutating func emitSlow(
    _ operation: SlowOperation, _ base: Int, _ x: UInt32, _ y: UInt32, payload: UInt64? = nil
  ) {
    emit(.operation, Fields.slots(base, base))
    builder.append(UInt64(x) | UInt64(y) << 32)
    builder.append(UInt64(operation.rawValue) | (payload == nil ? 4 : 5) << 32)
    if let payload { builder.append(payload) }
    forgetAccumulator()
  }
}
