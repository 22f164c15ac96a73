/// Blocks, branches, calls and exceptions (Core 3.3.1).

extension FunctionValidator {
  mutating func validateControl(_ instruction: Instruction, _ opcode: Opcode) throws(ValidationError) {
    switch opcode {
    case .legacyTry:
      try open(opcode, instruction.blockType)
    case .if:
      if case .result(let type) = instruction.blockType.kind { try check(type) }
      try pop(.i32)
      try open(opcode, instruction.blockType)
    case .else:
      try validateElse()
    case .brTable:
      try validateBranchTable(instruction)
    case .return:
      try pop(frames[0].results)
      setUnreachable()
    case .unreachable:
      setUnreachable()
    case .returnCall:
      guard Int(instruction.a) < context.functions.count else { throw unknown("function", instruction.a) }
      try tailCall(context.functions[Int(instruction.a)])
    case .callIndirect, .returnCallIndirect:
      try validateCallIndirect(instruction, isTail: opcode == .returnCallIndirect)
    case .callRef, .returnCallRef:
      let type = try functionType(instruction.a)
      try pop(.reference(HeapType(typeIndex: type), nullable: true))
      try opcode == .returnCallRef ? tailCall(type) : call(type)
    default:
      try validateException(instruction, opcode)
    }
  }

  /// Opens a block of a block type (3.3.1 "Block Types").
  mutating func open(_ opcode: Opcode, _ blockType: BlockType) throws(ValidationError) {
    guard frameCount < ImplementationLimits.nesting else {
      throw error("too many nested blocks: this engine takes \(ImplementationLimits.nesting)")
    }
    switch blockType.kind {
    case .empty:
      pushControl(opcode, parameters: .empty, results: .empty)
    case .result(let type):
      try check(type)
      pushControl(opcode, parameters: .empty, results: list(of: type))
    case .type(let index):
      let type = try functionType(index)
      let parameters = types.parameters(of: type)
      try pop(parameters)
      push(parameters)
      pushControl(opcode, parameters: parameters, results: types.results(of: type))
    }
    guard operandCount <= ImplementationLimits.operands else { throw tooManyOperands() }
  }

  func tooManyOperands() -> ValidationError {
    error("too many operands: this engine's stack takes \(ImplementationLimits.operands)")
  }

  private mutating func validateElse() throws(ValidationError) {
    guard frameCount > 0, frames[frameCount - 1].opcode == .if else {
      throw malformed("END opcode expected: else does not follow an if")
    }
    let frame = try popControl()
    push(frame.parameters)
    pushControl(.else, parameters: frame.parameters, results: frame.results)
  }

  mutating func validateEnd() throws(ValidationError) {
    let frame = try popControl()
    if frame.opcode == .if {
      // The missing `else` hands the parameters on.
      guard matches(frame.parameters, frame.results) else {
        throw error(
          "type mismatch: an if without else must give its parameters \(describe(frame.parameters)), not "
            + describe(frame.results))
      }
    }
    if frameCount > 0 { push(frame.results) }
  }

  private mutating func validateBranchTable(_ instruction: Instruction) throws(ValidationError) {
    guard Int(instruction.count) <= ImplementationLimits.branchTableEntries else {
      throw error(
        "too many labels: this engine takes \(ImplementationLimits.branchTableEntries) in a branch table")
    }
    try pop(.i32)
    let defaultTypes = try label(instruction.a).labelTypes
    for index in body.labels(of: instruction) {
      let frame = try label(index)
      // A table may name a label any number of times; checking it once keeps the time linear.
      if frame.checkedTable == instruction.offset { continue }
      frames[frameCount - 1 - Int(index)].checkedTable = instruction.offset
      guard frame.labelTypes.count == defaultTypes.count else {
        throw error(
          "type mismatch: label \(index) takes \(describe(frame.labelTypes)), the default label "
            + describe(defaultTypes))
      }
      try checkTop(frame.labelTypes)
    }
    try pop(defaultTypes)
    setUnreachable()
  }

  // MARK: - Calls

  @inline(__always)
  mutating func call(_ type: UInt32) throws(ValidationError) {
    try pop(tables.parameterLists[Int(type)])
    push(tables.resultLists[Int(type)])
    guard operandCount <= ImplementationLimits.operands else { throw tooManyOperands() }
  }

  private mutating func tailCall(_ type: UInt32) throws(ValidationError) {
    let results = types.results(of: type)
    let expected = frames[0].results
    guard matches(results, expected) else {
      throw error(
        "type mismatch: current function requires result type \(describe(expected)) but callee returns "
          + describe(results))
    }
    try pop(types.parameters(of: type))
    setUnreachable()
  }

  private mutating func validateCallIndirect(_ instruction: Instruction, isTail: Bool) throws(ValidationError)
  {
    guard Int(instruction.b) < context.tables.count else { throw unknown("table", instruction.b) }
    let table = context.tables[Int(instruction.b)]
    let type = try functionType(instruction.a)
    guard types.matches(table.element, .funcref) else {
      throw error("type mismatch: table \(instruction.b) holds \(table.element), not functions")
    }
    try pop(table.addressType.valueType)
    try isTail ? tailCall(type) : call(type)
  }

  // MARK: - Exceptions

  /// The parameters of a tag.
  private func tagParameters(_ index: UInt32) throws(ValidationError) -> TypeList {
    guard Int(index) < context.tags.count else { throw unknown("tag", index) }
    return types.parameters(of: context.tags[Int(index)])
  }

  private mutating func validateException(_ instruction: Instruction, _ opcode: Opcode)
    throws(ValidationError)
  {
    switch opcode {
    case .throw:
      try pop(try tagParameters(instruction.a))
      setUnreachable()
    case .throwRef:
      try pop(.exnref)
      setUnreachable()
    case .tryTable:
      for clause in body.catchClauses(of: instruction) { try check(clause) }
      try open(.tryTable, instruction.blockType)
    case .legacyCatch:
      let parameters = try tagParameters(instruction.a)
      try replaceHandler(.legacyCatch, parameters)
    case .legacyCatchAll:
      try replaceHandler(.legacyCatchAll, .empty)
    case .legacyDelegate:
      guard frame(0)?.opcode == .legacyTry else {
        throw malformed("END opcode expected: delegate does not follow a try")
      }
      let frame = try popControl()
      _ = try label(instruction.a)
      push(frame.results)
    case .legacyRethrow:
      let frame = try label(instruction.a)
      guard frame.opcode == .legacyCatch || frame.opcode == .legacyCatchAll else {
        throw error("invalid rethrow label \(instruction.a): it is not the label of a catch")
      }
      setUnreachable()
    default:
      throw malformed("illegal opcode \(String(opcode.code, radix: 16))")
    }
  }

  /// A catch clause branches with the tag's values and, if it says so, the exception itself.
  private mutating func check(_ clause: CatchClause) throws(ValidationError) {
    let carried = clause.kind.hasTag ? try tagParameters(clause.tag) : .empty
    let expected = try label(clause.label).labelTypes
    let exception: [ValueType] = clause.kind.hasReference ? [.reference(.exn, nullable: false)] : []
    let given = types(carried) + exception
    guard given.count == expected.count,
      zip(given, types(expected)).allSatisfy({ types.matches($0, $1) })
    else {
      throw error(
        "type mismatch: \(clause.kind.keyword) gives \(describe(given)) but label \(clause.label) takes "
          + describe(expected))
    }
  }

  /// Ends the present part of a legacy `try` and begins a handler.
  private mutating func replaceHandler(_ opcode: Opcode, _ parameters: TypeList) throws(ValidationError) {
    guard let last = frame(0), last.opcode == .legacyTry || last.opcode == .legacyCatch else {
      throw malformed("END opcode expected: a catch does not follow a try")
    }
    let frame = try popControl()
    push(parameters)
    // The handler's label carries the block's results, as the `try` did.
    pushControl(opcode, parameters: parameters, results: frame.results)
  }
}
