/// Validates the instructions of a body one after the other (Core 3.3, appendix A.3 "Validation Algorithm").
///
/// Whoever translates drives it: read an instruction, look at the operands it will find, validate it,
/// translate it. One validator serves all bodies of a module, one after the other: `begin` keeps the buffers.

/// A block that is open.
public struct ControlFrame: Sendable, BitwiseCopyable {
  /// What opened it or, after an `else` or a legacy `catch`, its present part; `block` for the function itself.
  public let opcode: Opcode
  /// Whether the end of the code so far cannot be reached.
  public internal(set) var isUnreachable: Bool
  /// How many locals had been initialised when it opened.
  let initializationHeight: UInt32
  public let parameters: TypeList
  public let results: TypeList
  /// Operands below the block's own, its parameters not among them.
  public let height: Int
  /// The last `br_table` that was checked against this block's label.
  var checkedTable = -1

  /// What a branch to the block's label carries.
  @inline(__always)
  public var labelTypes: TypeList { opcode == .loop ? parameters : results }
}

public struct FunctionValidator: Sendable {
  public let context: ModuleContext
  /// Counted with the imported functions first; nil for a constant expression.
  public private(set) var functionIndex: Int?
  public private(set) var body: Expression
  /// Parameters and locals.
  public private(set) var locals: LocalTypes

  /// How many values are on the operand stack. What `operandTypes` holds behind them is left from before.
  public internal(set) var operandCount = 0
  var operandTypes: ContiguousArray<ValueType>
  /// How many blocks are open, and those blocks, the innermost last; the first is the function itself.
  public internal(set) var frameCount = 0
  var frames: ContiguousArray<ControlFrame> = []
  /// Height of the innermost block, kept here because every operand is checked against it.
  var height = 0

  /// Single results of blocks that are not in the module's pool of types; type lists point behind its end.
  var extraTypes: [ValueType] = []
  var extraTypePlaces: [ValueType: Int] = [:]

  /// Whether some locals start without a value, and which of those may be read.
  private(set) var hasUninitializedLocals = false
  private var isInitialized: Set<UInt32> = []
  /// Locals initialised since the function's start, in order.
  private var initialized: [UInt32] = []
  /// The instruction that is being validated, for errors.
  var currentRow = 0
  var currentOffset = 0
  let rows: [PackedRow]
  /// What the common instructions look up, at hand without a detour through the context.
  let tables: CommonTables
  let hasPlainMemory: Bool
  /// Features that no instruction names, but without which one of those validated would be invalid.
  var usedFeatures: FeatureSet = []

  var types: TypeSpace {
    @inline(__always) _read { yield context.types }
  }

  /// A validator for a module's bodies. It is ready after `begin`.
  public init(_ context: ModuleContext) {
    self.context = context
    body = Expression([])
    locals = LocalTypes()
    rows = InstructionTable.packedRows
    tables = CommonTables(context)
    hasPlainMemory = tables.hasPlainMemory
    operandTypes = ContiguousArray(repeating: .bottom, count: 32)
    frames.reserveCapacity(16)
  }

  /// A validator for one body. Throws when the function has too many locals, or one of a type that does not
  /// exist.
  public init(_ context: ModuleContext, functionIndex: Int) throws(ValidationError) {
    self.init(context)
    try begin(functionIndex: functionIndex)
  }

  /// Turns to another function's body. Throws as `init` does.
  public mutating func begin(functionIndex: Int) throws(ValidationError) {
    let definedIndex = functionIndex - context.importedFunctionCount
    precondition(definedIndex >= 0, "an imported function has no body")
    try begin(functionIndex: functionIndex, context.module.functions[definedIndex])
  }

  /// Turns to a body for a function that the module defines, its own or another. Throws as `init` does.
  mutating func begin(functionIndex: Int, _ definition: FunctionDefinition) throws(ValidationError) {
    let type = context.functions[functionIndex]
    let parameters = types.parameters(of: type)
    try beginLocals(definition, functionIndex, parameters)
    self.functionIndex = functionIndex
    reset()
    pushControl(.block, parameters: .empty, results: types.results(of: type))
  }

  private mutating func beginLocals(
    _ definition: FunctionDefinition, _ functionIndex: Int, _ parameters: TypeList
  ) throws(ValidationError) {
    hasUninitializedLocals = false
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
    body = definition.body
    locals.reset(parameters: context.types.pool[parameters.range], groups: definition.locals)
  }

  /// Turns to a constant expression that gives one value.
  mutating func begin(constant: Expression, type: ValueType) {
    functionIndex = nil
    body = constant
    locals.reset(parameters: [], groups: [])
    hasUninitializedLocals = false
    reset()
    pushControl(.block, parameters: .empty, results: list(of: type))
  }

  private mutating func reset() {
    operandCount = 0
    frameCount = 0
    height = 0
    if !initialized.isEmpty {
      initialized.removeAll(keepingCapacity: true)
      isInitialized.removeAll(keepingCapacity: true)
    }
  }

  // MARK: - What a translator looks at

  /// Whether the `end` of the body itself has been validated.
  @inline(__always)
  public var isFinished: Bool { frameCount == 0 }

  /// Whether the code at this point can never run.
  @inline(__always)
  public var isUnreachable: Bool { frameCount == 0 || frames[frameCount &- 1].isUnreachable }

  /// Operands that the innermost block may take: those above its height.
  @inline(__always)
  public var availableOperandCount: Int { operandCount &- height }

  /// The type of an operand, 0 being the top; `bottom` below the innermost block's operands.
  @inline(__always)
  public func operand(_ depth: Int) -> ValueType {
    let index = operandCount &- 1 &- depth
    return index >= height ? operandTypes[index] : .bottom
  }

  /// The type of an operand, 0 being the bottom of the function's stack.
  @inline(__always)
  public func operand(at index: Int) -> ValueType { operandTypes[index] }

  /// The block that a label names, 0 being the innermost; nil when there is none.
  @inline(__always)
  public func frame(_ label: UInt32) -> ControlFrame? {
    let index = frameCount &- 1 &- Int(label)
    return index >= 0 ? frames[index] : nil
  }

  /// A type of a list that came from this validator's frames, 0 being the first. (It changes nothing; it is
  /// mutating so that the validator is not copied for it.)
  @inline(__always)
  public mutating func type(_ list: TypeList, _ offset: Int) -> ValueType {
    let index = list.start &+ offset
    return index < tables.pool.count ? tables.pool[index] : extraTypes[index &- tables.pool.count]
  }

  /// The types of a list that came from this validator's frames.
  public func types(_ list: TypeList) -> ArraySlice<ValueType> {
    let end = types.pool.count
    if list.start < end || list.count == 0 { return types.pool[list.range] }
    return extraTypes[list.start - end..<list.start - end + list.count]
  }

  // MARK: - Driving it

  /// Validates the whole body that it began with.
  public mutating func validateBody() throws(ValidationError) {
    var reader = InstructionReader(body, features: context.features)
    try validateBody(&reader)
  }

  /// Validates the whole body, which the reader must stand at. Throws as well when the watch is over.
  mutating func validateBody(
    _ reader: inout InstructionReader, _ watch: LoadingWatch? = nil
  ) throws(ValidationError) {
    var start = reader.offset
    while true {
      passCommon(&reader, atMost: LoadingWatch.byteCountBetweenLooks)
      if let watch {
        let isLong = reader.offset - start >= LoadingWatch.byteCountBetweenLooks
        if isLong { start = reader.offset }
        if isLong ? watch.isOverNow() : watch.isOver() { throw error("validation was stopped") }
      }
      if isFinished { break }
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
  public func checkEnd(of reader: borrowing InstructionReader) throws(ValidationError) {
    guard reader.isAtEnd else {
      throw malformed("section size mismatch: bytes follow the end of the function", at: reader.offset)
    }
  }

  /// Validates the next instruction of the body and updates operands and blocks. After an error the
  /// validator is of no further use until the next `begin`.
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
    var rest = expected
    var index = operandCount
    while rest != 0, index > height, operandTypes[index &- 1].rawValue == rest & 0xFF {
      index &-= 1
      rest >>= 8
    }
    operandCount = index
    if rest != 0 { try popOthers(rest) }
    if row.results != 0 {
      push(ValueType(rawValue: row.results & 0xFF))
      if row.results > 0xFF { push(ValueType(rawValue: row.results >> 8)) }
    }
  }

  /// The operands of a plain instruction that are not simply there: nothing to pop in unreachable code, or an
  /// error. `expected` has their types as a packed row does.
  @inline(never)
  private mutating func popOthers(_ expected: UInt32) throws(ValidationError) {
    var expected = expected
    while expected != 0 {
      let type = ValueType(rawValue: expected & 0xFF)
      if operandCount > height {
        let top = operandTypes[operandCount - 1]
        guard top == type || top == .bottom else { throw mismatch(requiresPacked: expected) }
        operandCount -= 1
      } else if !isUnreachable {
        throw mismatch(requiresPacked: expected)
      }
      expected >>= 8
    }
  }

  private func mismatch(requiresPacked expected: UInt32) -> ValidationError {
    var required: [ValueType] = []
    var rest = expected
    while rest != 0 {
      required.insert(ValueType(rawValue: rest & 0xFF), at: 0)
      rest >>= 8
    }
    return mismatch(requires: required)
  }

  /// Instructions without a signature, and with it without fixed types.
  @inline(__always)
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
    case .localSet:
      let type = try localToSet(instruction.a)
      try pop(type)
      if hasUninitializedLocals { initialize(instruction.a, type) }
    case .localTee:
      let type = try localToSet(instruction.a)
      try pop(type)
      if hasUninitializedLocals { initialize(instruction.a, type) }
      push(type)
    case .globalGet: push(try global(instruction.a).content)
    case .globalSet:
      let type = try global(instruction.a)
      guard type.isMutable else { throw error("immutable global: global \(instruction.a) cannot be set") }
      try pop(type.content)
    case .nop: break
    case .drop: _ = try popAny()
    case .end: try validateEnd()
    case .block, .loop: try open(opcode, instruction.blockType)
    case .br:
      try pop(try labelTypes(instruction.a))
      setUnreachable()
    case .brIf:
      try pop(.i32)
      try replaceTop(try labelTypes(instruction.a))
    case .call:
      guard Int(instruction.a) < tables.functions.count else { throw unknown("function", instruction.a) }
      try call(tables.functions[Int(instruction.a)])
    case .select: try validateSelect()
    default: try validateOther(instruction, opcode)
    }
  }

  @inline(never)
  private mutating func validateOther(_ instruction: Instruction, _ opcode: Opcode) throws(ValidationError) {
    switch opcode.prefix {
    case 0 where opcode == .selectTyped: try validateTypedSelect(instruction)
    case 0 where opcode.code < 0x20: try validateControl(instruction, opcode)
    case 0 where opcode.code >= 0xD0: try validateReference(instruction, opcode)
    case 0xFB: try validateAggregate(instruction, opcode)
    default: try validateMemoryOrTable(instruction, opcode)
    }
  }

  @inline(__always)
  private mutating func global(_ index: UInt32) throws(ValidationError) -> GlobalType {
    guard Int(index) < tables.globals.count else { throw unknown("global", index) }
    return tables.globals[Int(index)]
  }

  @inline(__always)
  private mutating func localToSet(_ local: UInt32) throws(ValidationError) -> ValueType {
    guard let type = locals[local] else { throw unknown("local", local) }
    return type
  }

  @inline(never)
  private mutating func initialize(_ local: UInt32, _ type: ValueType) {
    if isUninitialized(local, type) {
      isInitialized.insert(local)
      initialized.append(local)
    }
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
    height = operandCount - parameters.count
    let frame = ControlFrame(
      opcode: opcode, isUnreachable: false, initializationHeight: UInt32(initialized.count),
      parameters: parameters, results: results, height: height)
    if frameCount < frames.count { frames[frameCount] = frame } else { frames.append(frame) }
    frameCount += 1
  }

  /// Checks the innermost block's results and closes it.
  mutating func popControl() throws(ValidationError) -> ControlFrame {
    guard frameCount > 0 else { throw malformed("END opcode expected") }
    let frame = frames[frameCount - 1]
    try pop(frame.results)
    guard operandCount == frame.height else {
      throw error(
        "type mismatch: block requires \(describe(frame.results)) but stack has "
          + describe(Array(operandTypes[frame.height..<operandCount]) + types(frame.results)))
    }
    frameCount -= 1
    height = frameCount > 0 ? frames[frameCount - 1].height : 0
    // What was initialised inside counts as uninitialised again.
    while initialized.count > Int(frame.initializationHeight) {
      isInitialized.remove(initialized.removeLast())
    }
    return frame
  }

  /// After an instruction that never goes on.
  mutating func setUnreachable() {
    operandCount = height
    frames[frameCount - 1].isUnreachable = true
  }
}
