/// Validates the instructions of a body one after the other (Core 3.3, appendix A.3 "Validation Algorithm").
///
/// Whoever translates drives it: read an instruction, look at the operands it will find, validate it,
/// translate it.

/// A block that is open.
public struct ControlFrame: Sendable, BitwiseCopyable {
  /// What opened it or, after an `else` or a legacy `catch`, its present part; `block` for the function itself.
  public let opcode: Opcode
  public let parameters: TypeList
  public let results: TypeList
  /// Operands below the block's own, its parameters not among them.
  public let height: Int
  /// Whether the end of the code so far cannot be reached.
  public fileprivate(set) var isUnreachable: Bool
  /// How many locals had been initialised when it opened.
  let initializationHeight: Int
  /// The last `br_table` that was checked against this block's label.
  var checkedTable = -1

  /// What a branch to the block's label carries.
  @inline(__always)
  public var labelTypes: TypeList { opcode == .loop ? parameters : results }
}

public struct FunctionValidator: Sendable {
  public let context: ModuleContext
  /// Counted with the imported functions first; nil for a constant expression.
  public let functionIndex: Int?
  public let body: Expression
  /// Parameters and locals.
  public let locals: LocalTypes
  /// Types of the values on the operand stack, the top last.
  public internal(set) var operands: [ValueType] = []
  /// Open blocks, the innermost last; the first is the function itself.
  public internal(set) var controls: [ControlFrame] = []
  /// Single results of blocks that are not in the module's pool of types; type lists point behind its end.
  var extraTypes: [ValueType] = []
  var extraTypePlaces: [ValueType: Int] = [:]

  /// Height of the innermost block, kept here because every operand is checked against it.
  @usableFromInline var height = 0
  /// Whether some locals start without a value, and which of those may be read.
  private let hasUninitializedLocals: Bool
  private var isInitialized: Set<UInt32> = []
  /// Locals initialised since the function's start, in order.
  private var initialized: [UInt32] = []
  /// The instruction that is being validated, for errors.
  var currentRow = 0
  var currentOffset = 0
  let rows: [PackedRow]
  let types: TypeSpace

  /// Throws when the function has too many locals, or one of a type that does not exist.
  public init(_ context: ModuleContext, functionIndex: Int) throws(ValidationError) {
    precondition(functionIndex >= context.importedFunctionCount, "an imported function has no body")
    let definition = context.module.functions[functionIndex - context.importedFunctionCount]
    self.context = context
    self.functionIndex = functionIndex
    types = context.types
    body = definition.body
    rows = InstructionTable.packedRows
    let parameters = types.parameters(of: definition.type)
    var hasUninitializedLocals = false
    var count = parameters.count
    for group in definition.locals {
      guard Int(group.count) <= ImplementationLimits.locals - count else {
        throw ValidationError(
          functionIndex: UInt32(functionIndex), offset: definition.offset,
          "too many locals: this engine takes \(ImplementationLimits.locals)")
      }
      count += Int(group.count)
      if let index = group.type.usedTypeIndex, Int(index) >= types.types.count {
        throw ValidationError(
          functionIndex: UInt32(functionIndex), offset: definition.offset, "unknown type \(index)")
      }
      if !group.type.isDefaultable { hasUninitializedLocals = true }
    }
    locals = LocalTypes(parameters: types.pool[parameters.range], groups: definition.locals)
    self.hasUninitializedLocals = hasUninitializedLocals
    operands.reserveCapacity(32)
    controls.reserveCapacity(16)
    pushControl(.block, parameters: .empty, results: types.results(of: definition.type))
  }

  /// A validator of a constant expression that gives one value.
  init(_ context: ModuleContext, constant: Expression, type: ValueType) {
    self.context = context
    functionIndex = nil
    body = constant
    locals = LocalTypes(parameters: [], groups: [])
    hasUninitializedLocals = false
    types = context.types
    rows = InstructionTable.packedRows
    pushControl(.block, parameters: .empty, results: list(of: type))
  }

  /// Whether the `end` of the body itself has been validated.
  @inline(__always)
  public var isFinished: Bool { controls.isEmpty }

  /// Whether the code at this point can never run.
  @inline(__always)
  public var isUnreachable: Bool { controls.last?.isUnreachable ?? true }

  /// The type of an operand, 0 being the top; `bottom` below the innermost block's operands.
  @inline(__always)
  public func operand(_ depth: Int) -> ValueType {
    let index = operands.count - 1 - depth
    return index >= height ? operands[index] : .bottom
  }

  /// The block that a label names, 0 being the innermost; nil when there is none.
  @inline(__always)
  public func frame(_ label: UInt32) -> ControlFrame? {
    let index = controls.count - 1 - Int(label)
    return index >= 0 ? controls[index] : nil
  }

  /// The types of a list that came from this validator's frames.
  public func types(_ list: TypeList) -> ArraySlice<ValueType> {
    let end = types.pool.count
    if list.start < end || list.count == 0 { return types.pool[list.range] }
    return extraTypes[list.start - end..<list.start - end + list.count]
  }

  /// Validates the whole body.
  public mutating func validateBody() throws(ValidationError) {
    var reader = InstructionReader(body, features: context.features)
    while !isFinished {
      let instruction = try read(&reader)
      try validate(instruction)
    }
    try checkEnd(of: reader)
  }

  /// The next instruction. What is malformed becomes an error of this function.
  @inline(__always)
  public func read(_ reader: inout InstructionReader) throws(ValidationError) -> Instruction {
    do throws(DecodeError) {
      return try reader.next()
    } catch {
      throw ValidationError(error, functionIndex: functionIndex.map { UInt32($0) })
    }
  }

  /// Throws unless the body ends where its last instruction does.
  public func checkEnd(of reader: InstructionReader) throws(ValidationError) {
    guard reader.isAtEnd else {
      throw malformed("section size mismatch: bytes follow the end of the function", at: reader.offset)
    }
  }

  /// Validates the next instruction of the body and updates operands and blocks. After an error the
  /// validator is of no further use.
  @inline(__always)
  public mutating func validate(_ instruction: Instruction) throws(ValidationError) {
    let row = rows[instruction.row]
    currentRow = instruction.row
    currentOffset = instruction.offset
    guard row.hasSignature else {
      try validateStructured(instruction, row.opcode)
      return
    }
    var expected = row.operands
    switch row.immediate {
    case .memoryArgument, .memoryArgumentLane:
      if try checkAccess(instruction, row) == .i64 {
        // The address, the first operand, is an i64 instead of an i32.
        expected ^=
          (ValueType.i32.rawValue ^ ValueType.i64.rawValue) << (8 &* (UInt32(row.operandCount) &- 1))
      }
    case .lane, .lanes16: try checkLanes(instruction, row)
    default: break
    }
    var left = row.operandCount
    while left > 0 {
      let type = ValueType(rawValue: expected & 0xFF)
      if operands.count > height, operands[operands.count &- 1] == type {
        operands.removeLast()
      } else {
        try popOther(type, left: Int(left), of: row, expected: expected)
      }
      expected >>= 8
      left &-= 1
    }
    if row.resultCount > 0 {
      operands.append(ValueType(rawValue: row.results & 0xFF))
      if row.resultCount > 1 { operands.append(ValueType(rawValue: row.results >> 8)) }
    }
  }

  /// The slow path of an operand of a plain instruction: nothing to pop in unreachable code, or an error.
  @inline(never)
  private mutating func popOther(_ type: ValueType, left: Int, of row: PackedRow, expected: UInt32)
    throws(ValidationError)
  {
    if operands.count > height {
      if operands[operands.count - 1] == .bottom {
        operands.removeLast()
        return
      }
    } else if isUnreachable {
      return
    }
    var required: [ValueType] = []
    var rest = expected
    for _ in 0..<left {
      required.insert(ValueType(rawValue: rest & 0xFF), at: 0)
      rest >>= 8
    }
    throw mismatch(requires: required)
  }

  /// Instructions without a signature, and with it without fixed types.
  private mutating func validateStructured(_ instruction: Instruction, _ opcode: Opcode)
    throws(ValidationError)
  {
    switch opcode {
    case .localGet:
      guard let type = locals[instruction.a] else { throw unknown("local", instruction.a) }
      if hasUninitializedLocals, isUninitialized(instruction.a, type) {
        throw error("uninitialized local \(instruction.a)")
      }
      push(type)
    case .localSet, .localTee: try validateLocalSet(instruction.a, isTee: opcode == .localTee)
    case .globalGet:
      guard Int(instruction.a) < context.globals.count else { throw unknown("global", instruction.a) }
      push(context.globals[Int(instruction.a)].content)
    case .globalSet:
      guard Int(instruction.a) < context.globals.count else { throw unknown("global", instruction.a) }
      let type = context.globals[Int(instruction.a)]
      guard type.isMutable else { throw error("immutable global: global \(instruction.a) cannot be set") }
      try pop(type.content)
    case .nop: break
    case .drop: _ = try popAny()
    case .select: try validateSelect()
    case .selectTyped: try validateTypedSelect(instruction)
    default:
      switch opcode.prefix {
      case 0 where opcode.code < 0x20: try validateControl(instruction, opcode)
      case 0 where opcode.code >= 0xD0: try validateReference(instruction, opcode)
      case 0xFB: try validateAggregate(instruction, opcode)
      default: try validateMemoryOrTable(instruction, opcode)
      }
    }
  }

  private mutating func validateLocalSet(_ local: UInt32, isTee: Bool) throws(ValidationError) {
    guard let type = locals[local] else { throw unknown("local", local) }
    try pop(type)
    if hasUninitializedLocals, isUninitialized(local, type) {
      isInitialized.insert(local)
      initialized.append(local)
    }
    if isTee { push(type) }
  }

  private func isUninitialized(_ local: UInt32, _ type: ValueType) -> Bool {
    !type.isDefaultable && Int(local) >= locals.parameterCount && !isInitialized.contains(local)
  }

  /// `select` without types takes numbers and vectors only (3.3.2).
  private mutating func validateSelect() throws(ValidationError) {
    try pop(.i32)
    let second = try popAny()
    let first = try popAny()
    guard !first.isReference, !second.isReference else {
      throw error("type mismatch: select of references must name their type")
    }
    guard first == second || first == .bottom || second == .bottom else {
      throw error("type mismatch: select has operands of types \(first) and \(second)")
    }
    push(first == .bottom ? second : first)
  }

  private mutating func validateTypedSelect(_ instruction: Instruction) throws(ValidationError) {
    var list = body.valueTypes(of: instruction)
    guard instruction.count == 1, let type = list.next() else {
      throw error("invalid result arity: select gives one value, not \(instruction.count)")
    }
    try check(type)
    try pop(.i32)
    try pop(type)
    try pop(type)
    push(type)
  }
}

// MARK: - Blocks

extension FunctionValidator {
  /// Opens a block whose parameters lie on the stack already.
  mutating func pushControl(_ opcode: Opcode, parameters: TypeList, results: TypeList) {
    height = operands.count - parameters.count
    controls.append(
      ControlFrame(
        opcode: opcode, parameters: parameters, results: results, height: height, isUnreachable: false,
        initializationHeight: initialized.count))
  }

  /// Checks the innermost block's results and closes it.
  mutating func popControl() throws(ValidationError) -> ControlFrame {
    guard let frame = controls.last else { throw malformed("END opcode expected") }
    try pop(frame.results)
    guard operands.count == frame.height else {
      throw error(
        "type mismatch: block requires \(describe(frame.results)) but stack has "
          + describe(operands[frame.height...] + types(frame.results)))
    }
    controls.removeLast()
    height = controls.last?.height ?? 0
    // What was initialised inside counts as uninitialised again.
    while initialized.count > frame.initializationHeight {
      isInitialized.remove(initialized.removeLast())
    }
    return frame
  }

  /// After an instruction that never goes on.
  mutating func setUnreachable() {
    operands.removeLast(operands.count - height)
    controls[controls.count - 1].isUnreachable = true
  }
}
