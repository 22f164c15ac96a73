/// The first pass, *select*: validated instructions become operations over slots and immediates.
///
/// Locals and constants on the operand stack stay pending until something reads them, so that most
/// `local.get`, `local.set` and `const` leave nothing behind. Types are the validator's; here it matters only
/// how many slots a value takes.

@_spi(Translation) import WebAssemblyHandlers

/// What the translation needs to know of a module, by index, imports first.
final class TranslationContext: Sendable {
  let types: [SubType]
  /// What the ids of types belong to.
  let engine: Engine
  /// The engine's ids by type index.
  let typeIDs: [UInt32]
  /// By function: its type index.
  let typeOfFunction: [UInt32]
  /// By type index.
  let shapes: [CallShape]
  let globalIsWide: [Bool]
  let tagTypes: [FunctionType]
  let importedFunctionCount: Int
  let importedGlobalCount: Int
  let memoryAddressTypes: [AddressType]
  let tableAddressTypes: [AddressType]

  init(_ structure: ModuleStructure, typeIDs: [UInt32], engine: Engine) {
    let types = structure.types
    self.engine = engine
    self.types = types
    self.typeIDs = typeIDs
    shapes = types.map { CallShape($0.functionType ?? FunctionType()) }
    func functionType(_ index: UInt32) -> FunctionType {
      (Int(index) < types.count ? types[Int(index)].functionType : nil) ?? FunctionType()
    }
    var typeOfFunction: [UInt32] = []
    var globalIsWide: [Bool] = []
    var tagTypes: [FunctionType] = []
    var memoryAddressTypes: [AddressType] = []
    var tableAddressTypes: [AddressType] = []
    for item in structure.imports {
      switch item.type {
      case .function(let type): typeOfFunction.append(type)
      case .table(let type): tableAddressTypes.append(type.addressType)
      case .memory(let type): memoryAddressTypes.append(type.addressType)
      case .global(let type): globalIsWide.append(type.content == .v128)
      case .tag(let type): tagTypes.append(functionType(type))
      }
    }
    importedFunctionCount = typeOfFunction.count
    importedGlobalCount = globalIsWide.count
    typeOfFunction += structure.functions.map(\.type)
    self.typeOfFunction = typeOfFunction
    self.globalIsWide = globalIsWide + structure.globals.map { $0.type.content == .v128 }
    self.tagTypes = tagTypes + structure.tags.map(functionType)
    self.memoryAddressTypes = memoryAddressTypes + structure.memories.map(\.addressType)
    self.tableAddressTypes = tableAddressTypes + structure.tables.map(\.type.addressType)
  }

  /// The type of a function, imports counted first.
  func functionType(of function: Int) -> FunctionType {
    functionType(Int(typeOfFunction[function])) ?? FunctionType()
  }

  /// The function type at an index, nil when there is none.
  func functionType(_ index: Int) -> FunctionType? { index < types.count ? types[index].functionType : nil }

  /// A type as objects and casts refer to it.
  func record(ofType index: UInt32) -> UnsafePointer<TypeRecord> {
    engine.types.record(of: typeIDs[Int(index)])
  }
}

/// How many values and slots a call takes and gives.
struct CallShape: BitwiseCopyable, Sendable {
  private let values: (parameters: UInt32, results: UInt32)
  private let slots: (parameters: UInt32, results: UInt32)

  init(_ type: FunctionType) {
    func slots(_ types: [ValueType]) -> UInt32 { types.reduce(0) { $0 + UInt32($1.slotCount) } }
    values = (UInt32(type.parameters.count), UInt32(type.results.count))
    self.slots = (slots(type.parameters), slots(type.results))
  }

  var parameterCount: Int { Int(values.parameters) }
  var parameterSlots: Int { Int(slots.parameters) }
  var resultCount: Int { Int(values.results) }
  /// The slot behind parameters and results, which share the frame's start: there lie the two words that a
  /// call saves.
  var headerSlot: Int { Int(max(slots.parameters, slots.results)) }
  /// Whether there is one result, and it is no vector.
  var givesOneScalar: Bool { values.results == 1 && slots.results == 1 }
}

/// A limit of this implementation that a valid function exceeds.
public struct TranslationError: Error, Sendable, Hashable, CustomStringConvertible {
  public var message: String
  public var functionIndex: UInt32?

  init(_ message: String, functionIndex: UInt32? = nil) {
    self.message = message
    self.functionIndex = functionIndex
  }

  public var description: String {
    let function = functionIndex.map { "function \($0)" } ?? "a function"
    return "\(function) goes beyond a limit of this implementation: \(message)"
  }
}

/// What the selection needs of an instruction that the validator passed, by its opcode.
private struct CommonSelection: BitwiseCopyable {
  /// What becomes of a plain instruction or an access.
  enum Way: UInt8 { case nothing, unary, binary, equalsZero32, equalsZero64, load, store }
  let kind: CommonRow.Kind
  let way: Way
  let family: OperationFamily
  /// 1 when the meter counts it, else 0.
  let counted: UInt32

  /// `row` is the instruction's, negative where the opcode is none's.
  init(_ kind: CommonRow.Kind, _ row: Int, isCounted: Bool, _ tables: OperationTables) {
    self.kind = kind
    family = row < 0 ? .label : tables.family(ofRow: row)
    way =
      switch row < 0 ? .none : tables.builder(ofRow: row) {
      case .unary where family == .i32_eqz: .equalsZero32
      case .unary where family == .i64_eqz: .equalsZero64
      case .unary: .unary
      case .binary: .binary
      case .load: .load
      case .store: .store
      default: .nothing
      }
    counted = isCounted ? 1 : 0
  }
}

struct Selection: ~Copyable {
  /// An open block.
  struct Frame: BitwiseCopyable {
    enum Kind: UInt8 { case function, block, loop, `if`, `else` }
    var kind: Kind
    /// Whether something jumps to its label.
    var isTarget = false
    var parameters: TypeList
    var results: TypeList
    /// Entries below the block's parameters.
    var height: Int
    /// Assignments of locals that were there when the block was opened.
    var assignmentCount = 0
    var label: Label
    /// Of an `if` without its `else` so far: where the condition leads when it does not hold.
    var elseLabel: Label = 0
    /// Of an `if` in code that counts edges: where it stands in the module.
    var source: UInt32 = 0
    /// Of a `try_table` or legacy `try`: its place among the regions, -1 for other blocks.
    var region: Int32 = -1
    var isLegacyTry = false
    /// Of a legacy `try`: whether its body has ended, and the slot of what the present clause caught.
    var isInClause = false
    var exceptionSlot = 0
    /// The innermost region that catches what is thrown directly in the block, -1 for none.
    var openRegion: Int32 = -1
    /// Of a `try_table`: its clauses among those of all that are open.
    var clauses: Int32 = 0
    var clauseCount: UInt32 = 0
    /// While a branch table is laid down: the place of the moves for its values, `max` for none.
    var stub: Label = .max

    /// What a branch to the label carries.
    var labelTypes: TypeList { kind == .loop ? parameters : results }
  }

  let context: TranslationContext
  let tables: OperationTables
  /// Whether functions report their entry and their returns.
  let reportsCalls: Bool
  /// Whether they mark the ways that they take.
  let countsEdges: Bool
  /// By opcode.
  private var commonRows = TrivialList<CommonSelection>(capacity: 256)
  /// Imports counted first.
  private(set) var functionIndex: UInt32 = 0
  private(set) var shape = CallShape(FunctionType())
  var list = OperationList()
  var operands = PendingOperands()
  var frames = TrivialList<Frame>()
  /// Blocks that catch, outer ones before inner ones.
  var regions: [TryRegion] = []
  /// The clauses of open `try_table` blocks.
  var clauses: [CatchClause] = []
  private(set) var labelCount = 0
  /// Clauses of all regions.
  var handlerCount = 0
  /// Counts what an instruction does beyond one step, between two looks at the limits.
  var work = 0
  private var locals = LocalSlots()
  /// Which locals have been written wherever control comes from.
  var assignments = LocalAssignments()
  /// The slots that are cleared on entry, if any are.
  private var isClearing = false
  private var firstCleared = Int.max
  private var endOfCleared = 0
  /// Blocks open in code that is never reached; they have no frames.
  private var unreachableDepth = 0
  private(set) var isReachable = true
  /// Source instructions counted when the present metered segment began.
  private var segmentStart: UInt32 = 0

  /// Slots that a frame may have: as many as a field for a slot can name, with room for what a call puts above
  /// them, two lists of vectors at most.
  static let maximumSlotCount =
    Int(SlotNumber.max) - 2 * (ImplementationLimits.parameters + ImplementationLimits.results)
  /// The longest segment whose cost a field for it holds, with room to spare.
  static let maximumSegment: UInt32 = 60_000

  init(_ context: TranslationContext, _ tables: OperationTables, _ mode: CodeMode) {
    self.context = context
    reportsCalls = mode == .callsObserved
    countsEdges = mode == .edgesCounted
    self.tables = tables
    let (common, rows) = (CommonRow.all, InstructionTable.rowsByOpcode)
    let packedRows = InstructionTable.packedRows
    for opcode in 0...255 {
      let row = Int(rows[opcode])
      commonRows.append(
        CommonSelection(
          common[opcode].kind, row, isCounted: row >= 0 && packedRows[row].isCounted, tables))
    }
  }

  /// Begins a function. Throws when its locals need more slots than code can name.
  mutating func begin(_ functionIndex: UInt32, locals groups: [LocalGroup], results: TypeList)
    throws(TranslationError)
  {
    self.functionIndex = functionIndex
    list.removeAll()
    frames.removeAll()
    regions.removeAll(keepingCapacity: true)
    clauses.removeAll(keepingCapacity: true)
    labelCount = 0
    handlerCount = 0
    unreachableDepth = 0
    isReachable = true
    segmentStart = 0
    shape = context.shapes[Int(context.typeOfFunction[Int(functionIndex)])]
    let firstLocal = shape.headerSlot + 2
    let base = try locals.lay(
      context.functionType(of: Int(functionIndex)).parameters, groups, from: firstLocal)
    operands.reset(base: base, localCount: locals.count)
    frames.append(
      Frame(kind: .function, parameters: .empty, results: results, height: 0, label: newLabel()))
    assignments.reset(localCount: locals.count, parameterCount: shape.parameterCount)
    (firstCleared, endOfCleared) = (Int.max, 0)
    isClearing = base > firstLocal
    // Once the body is known, it says what has to be cleared.
    if isClearing { list.clear(first: firstLocal, count: 0) }
    if reportsCalls { list.enterFunction(function: functionIndex) }
  }

  /// Marks one of the ways on from the instruction, which takes two bytes at least, and one more for each further
  /// way: so no two edges have the same number.
  mutating func markEdge(_ way: UInt32) {
    if countsEdges { list.markEdge(edge: list.source &* 2 &+ way) }
  }

  /// Marks that the function is entered whose body begins at an offset.
  mutating func markEntry(_ offset: Int) {
    if countsEdges { list.markEdge(edge: UInt32(truncatingIfNeeded: offset) &* 2) }
  }

  private mutating func needsClearing(_ slot: Int, _ isWide: Bool) {
    firstCleared = min(firstCleared, slot)
    endOfCleared = max(endOfCleared, slot + (isWide ? 2 : 1))
  }

  /// Says, at the body's end, which locals are cleared on entry: those between the first and the last one that may
  /// be read before they are written.
  mutating func finishClearing() {
    guard isClearing else { return }
    if endOfCleared == 0 {
      let label = newLabel()
      list[0].family = .label
      list[0].flags = .marker
      list[0].x = label
    } else if endOfCleared - firstCleared == 1 {
      // Superinstructions begin with a constant, but not with a loop.
      list[0].family = .constant32
      list[0].places = Places.storesResult
      list[0].result = UInt32(truncatingIfNeeded: firstCleared)
      list[0].a = 0
    } else {
      list[0].a = UInt32(truncatingIfNeeded: firstCleared)
      list[0].x = UInt32(truncatingIfNeeded: endOfCleared - firstCleared)
    }
  }

  mutating func newLabel() -> Label {
    labelCount += 1
    return Label(labelCount - 1)
  }

  /// Bytes of the storage that is used again, and what regions hold beside it.
  var heldByteCount: Int {
    list.heldByteCount + operands.heldByteCount + frames.capacity * MemoryLayout<Frame>.stride
      + assignments.heldByteCount + clauses.capacity * MemoryLayout<CatchClause>.stride
      + regions.capacity * MemoryLayout<TryRegion>.stride + handlerCount * Self.handlerByteCount
  }

  /// A region's list of one, or the share of a longer one that has grown.
  private static let handlerByteCount = 2 * MemoryLayout<CatchHandler>.stride + 32
  /// More operations than are added between two calls of `makeRoom`.
  private static let room = 4 * Translation.workBetweenChecks

  /// Lets the list grow before it must, and ends a function with too many slots or operations. Called between instructions, again and again.
  mutating func makeRoom() throws {
    _ = try checkedSlotCount()
    guard list.room < Self.room else { return }
    let capacity = list.count + list.count / 2 + Self.room
    // Both the former storage and the new one.
    try Translation.checkHeld(heldByteCount + capacity * MemoryLayout<VirtualOperation>.stride)
    list.reserve(capacity)
  }

  /// Slots of the function's frame. Throws when there are more than code can name.
  func checkedSlotCount() throws(TranslationError) -> Int {
    guard operands.slotCount <= Self.maximumSlotCount else {
      throw TranslationError(
        "its frame needs \(operands.slotCount) slots, where \(Self.maximumSlotCount) can be named; split it")
    }
    return operands.slotCount
  }

  // MARK: - One instruction

  /// Takes an instruction that has just been validated.
  @inline(__always)
  mutating func select(
    _ instruction: Instruction, _ validator: inout FunctionValidator
  ) throws(TranslationError) {
    let row = instruction.row
    guard isReachable else { return selectUnreachable(instruction, &validator) }
    list.source = UInt32(truncatingIfNeeded: instruction.offset)
    if validator.rows[row].isCounted { list.counted &+= 1 }
    if list.counted &- segmentStart >= Self.maximumSegment { splitSegment() }
    let builder = tables.builder(ofRow: row)
    let family = tables.family(ofRow: row)
    switch builder {
    case .none: try special(instruction, &validator)
    case .reinterpret: break
    case .unary:
      switch family {
      case .i32_eqz: equalsZero(.i32_eq)
      case .i64_eqz: equalsZero(.i64_eq)
      default: unary(family)
      }
    case .binary: binary(family)
    case .load: load(family, instruction)
    case .store: store(family, instruction)
    case .atomicLoad, .atomicStore, .atomicReadModifyWrite, .atomicCompareExchange:
      atomic(builder, family, instruction)
    case .wideArithmetic: wideArithmetic(family, operands: Int(validator.rows[row].operandCount))
    default: vector(builder, family, instruction)
    }
  }

  /// Takes the instructions that have been validated last.
  mutating func select(
    _ passed: borrowing TrivialList<CommonInstruction>, _ validator: inout FunctionValidator
  ) {
    for index in 0..<passed.count {
      let instruction = passed[index]
      let row = commonRows[Int(instruction.opcode)]
      guard isReachable else {
        selectUnreachable(row.kind, &validator)
        continue
      }
      list.source = instruction.offset
      list.counted &+= row.counted
      if list.counted &- segmentStart >= Self.maximumSegment { splitSegment() }
      let number = UInt32(truncatingIfNeeded: instruction.immediate)
      switch row.kind {
      case .localGet: localGet(number)
      case .localSet: localSet(number, keeping: false)
      case .localTee: localSet(number, keeping: true)
      case .integer32, .integer64, .fourBytes, .eightBytes: operands.pushConstant(instruction.immediate)
      case .plain: plain(row)
      case .memory:
        if row.way == .load {
          narrowLoad(row.family, offset: instruction.immediate)
        } else {
          narrowStore(row.family, offset: instruction.immediate)
        }
      case .globalGet: globalGet(number)
      case .globalSet: globalSet(number)
      case .block: enter(.block, parameters: .empty, results: Self.results(instruction))
      case .loop: enter(.loop, parameters: .empty, results: Self.results(instruction))
      case .if: enter(.if, parameters: .empty, results: Self.results(instruction))
      case .else: elseBranch(&validator)
      case .end: end(&validator)
      case .br: branch(number, &validator)
      case .brIf: branchIf(number, &validator)
      case .return: branch(UInt32(frames.count - 1), &validator)
      case .call: call(number, &validator)
      case .drop: operands.removeLast()
      case .select: selectValue()
      case .unreachable: unreachable()
      case .nop, .other: break
      }
    }
  }

  private static func results(_ instruction: CommonInstruction) -> TypeList {
    FunctionValidator.commonResults(UInt8(truncatingIfNeeded: instruction.immediate))
  }

  /// An instruction of fixed types without an immediate.
  @inline(__always)
  private mutating func plain(_ row: CommonSelection) {
    switch row.way {
    case .binary: binary(row.family)
    case .unary: unary(row.family)
    case .equalsZero32: equalsZero(.i32_eq)
    case .equalsZero64: equalsZero(.i64_eq)
    case .nothing, .load, .store: break
    }
  }

  private mutating func selectUnreachable(_ kind: CommonRow.Kind, _ validator: inout FunctionValidator) {
    switch kind {
    case .block, .loop, .if: unreachableDepth += 1
    case .end where unreachableDepth > 0: unreachableDepth -= 1
    case .end: end(&validator)
    case .else where unreachableDepth == 0: elseBranch(&validator)
    default: break
    }
  }

  private mutating func selectUnreachable(
    _ instruction: Instruction, _ validator: inout FunctionValidator
  ) {
    switch validator.rows[instruction.row].opcode {
    case .block, .loop, .if, .tryTable, .legacyTry: unreachableDepth += 1
    case .end, .legacyDelegate:
      if unreachableDepth > 0 {
        unreachableDepth -= 1
      } else if validator.rows[instruction.row].opcode == .end {
        end(&validator)
      } else {
        legacyDelegate(instruction.a, &validator)
      }
    case .else where unreachableDepth == 0: elseBranch(&validator)
    case .legacyCatch where unreachableDepth == 0: legacyCatch(instruction.a, &validator)
    case .legacyCatchAll where unreachableDepth == 0: legacyCatch(nil, &validator)
    default: break
    }
  }

  /// Ends a metered segment in straight code, before its cost outgrows the field.
  private mutating func splitSegment() {
    list.charge()
    list.flagLast(.split)
    closeSegment()
  }

  /// The operation that was added last ends a metered segment.
  @inline(__always)
  mutating func closeSegment() { segmentStart = list.counted }

  private mutating func unreachable() {
    list.unreachable()
    closeSegment()
    becomeUnreachable()
  }

  mutating func becomeUnreachable() { isReachable = false }
  mutating func becomeReachable() { isReachable = true }

  private mutating func special(_ instruction: Instruction, _ validator: inout FunctionValidator)
    throws(TranslationError)
  {
    let (a, b) = (instruction.a, instruction.b)
    switch validator.rows[instruction.row].opcode {
    case .nop: break
    case .atomicFence: list.atomicFence()
    case .unreachable: unreachable()
    case .block: enter(.block, &validator)
    case .loop: enter(.loop, &validator)
    case .if: enter(.if, &validator)
    case .else: elseBranch(&validator)
    case .end: end(&validator)
    case .br: branch(a, &validator)
    case .brIf: branchIf(a, &validator)
    case .brTable: branchTable(instruction, &validator)
    case .return: branch(UInt32(frames.count - 1), &validator)
    case .call: call(a, &validator)
    case .callIndirect: callIndirect(type: a, table: b, &validator)
    case .callRef: callReference(type: a, &validator)
    case .returnCall: returnCall(a)
    case .returnCallIndirect: returnCallIndirect(type: a, table: b)
    case .returnCallRef: returnCallReference(type: a)
    case .tryTable: enterTryTable(instruction, &validator)
    case .throw: throwException(a)
    case .throwRef: throwReference()
    case .legacyTry: enterLegacyTry(&validator)
    case .legacyCatch: legacyCatch(a, &validator)
    case .legacyCatchAll: legacyCatch(nil, &validator)
    case .legacyRethrow: legacyRethrow(a)
    case .legacyDelegate: legacyDelegate(a, &validator)
    case .brOnNull: branchOnNull(a, branchesOnNull: true, &validator)
    case .brOnNonNull: branchOnNull(a, branchesOnNull: false, &validator)
    case .drop: operands.removeLast()
    case .select, .selectTyped: selectValue()
    case .localGet: localGet(a)
    case .localSet: localSet(a, keeping: false)
    case .localTee: localSet(a, keeping: true)
    case .globalGet: globalGet(a)
    case .globalSet: globalSet(a)
    case .i32Const, .i64Const, .f32Const, .f64Const: operands.pushConstant(instruction.value)
    case .refIsNull: equalsZero(.i64_eq)
    case .refNull: operands.pushConstant(0)
    case .refEq: binary(.i64_eq)
    case .refFunc:
      list.refFunc(result: operands.nextHome, function: a)
      operands.pushTemporary()
    case .refAsNonNull:
      list.refAsNonNull(reference: slotOperand(operands.count - 1))
      list.flagLast(.keepsOperand)
    default:
      switch validator.rows[instruction.row].opcode.prefix {
      case 0xFE: try waitOrNotify(instruction, &validator)
      case 0xFB: try aggregate(instruction, &validator)
      case 0xFD: vectorConstant(instruction, &validator)
      default: try memoryOrTable(instruction, &validator)
      }
    }
  }

  // MARK: - Operands

  /// The slot that holds an entry's value, after making a constant a temporary.
  @inline(__always)
  mutating func slot(_ index: Int) -> Int {
    let entry = operands[index]
    switch entry.kind {
    case .temporary: return Int(entry.home)
    case .local: return Int(entry.value)
    case .constant:
      constant(entry.value, to: Int(entry.home))
      operands.settle(index)
      return Int(entry.home)
    }
  }

  @inline(__always)
  mutating func slotOperand(_ index: Int) -> Operand { .slot(slot(index)) }

  /// Brings an entry's value to its own slot.
  mutating func flush(_ index: Int) {
    let entry = operands[index]
    guard entry.kind != .temporary else { return }
    move(entry, to: Int(entry.home))
    operands.settle(index)
  }

  mutating func flushTop(_ count: Int) {
    work &+= count
    for index in operands.count - count..<operands.count { flush(index) }
  }

  /// Brings locals below `end` to their own slots, so that later writes to them do not matter.
  mutating func flushLocals(below end: Int) {
    while true {
      let index = operands.takeWaiting(below: end)
      if index < 0 { return }
      if operands.isLocal(index) { flush(index) }
    }
  }

  /// Writes an entry's value to a slot, its own or another.
  mutating func move(_ entry: StackEntry, to target: Int) {
    switch entry.kind {
    case .constant: constant(entry.value, to: target)
    case .temporary, .local:
      let source = entry.kind == .local ? Int(entry.value) : Int(entry.home)
      if source == target { return }
      if entry.isWide {
        list.copyVector(result: target, source: source)
      } else {
        list.copy(result: target, source: .slot(source))
      }
    }
  }

  mutating func constant(_ value: UInt64, to slot: Int) {
    if value <= 0xFFFF_FFFF {
      list.constant32(result: slot, value: UInt32(value))
    } else {
      list.constant64(result: slot, value: value)
    }
  }

  // MARK: - Plain instructions

  @inline(__always)
  mutating func unary(_ family: OperationFamily) {
    let a = slotOperand(operands.count - 1)
    list.unary(family, result: operands.replaceLast(1), a: a)
  }

  /// Two operands, one result. A constant that the family takes as an immediate becomes one.
  @inline(__always)
  mutating func binary(_ family: OperationFamily) {
    let (first, second) = (operands[operands.count - 2], operands[operands.count - 1])
    let type = tables.facts(family).immediate
    var (a, b): (Operand, Operand)
    var family = family
    if second.kind == .constant, first.kind != .constant, let negative = negative(second.value, in: family) {
      // A subtraction of a constant is an addition, which addresses take over.
      family = negative.family
      a = slotOperand(operands.count - 2)
      b = .immediate(negative.value)
    } else if second.kind == .constant, first.kind != .constant, type.holds(second.value) {
      a = slotOperand(operands.count - 2)
      b = .immediate(second.value)
    } else if first.kind == .constant, second.kind != .constant, type.holds(first.value) {
      a = .immediate(first.value)
      b = slotOperand(operands.count - 1)
      // Where the order does not matter, or another family has the opposite one, the immediate comes second.
      if let exchanged = tables.relations(family).exchanged {
        family = exchanged
        swap(&a, &b)
      }
    } else {
      a = slotOperand(operands.count - 2)
      b = slotOperand(operands.count - 1)
    }
    list.binary(family, result: operands.replaceLast(2), a: a, b: b)
    if family == .i32_eq { joinLast() }
  }

  /// Lets the operation that was added last take over those before it whose only reader it is.
  @inline(__always)
  mutating func joinLast() {
    FusePass.joinLast(&list, tables, temporaries: UInt32(truncatingIfNeeded: operands.base))
  }

  /// The addition that subtracts a constant, where its immediate holds that.
  @inline(__always)
  private func negative(_ value: UInt64, in family: OperationFamily) -> (
    family: OperationFamily, value: UInt64
  )? {
    if family == .i32_sub { return (.i32_add, UInt64(UInt32(truncatingIfNeeded: 0 &- value))) }
    guard family == .i64_sub, tables.facts(.i64_add).immediate.holds(0 &- value) else { return nil }
    return (.i64_add, 0 &- value)
  }

  /// `i32.eqz`, `i64.eqz` and `ref.is_null`: a comparison with 0.
  mutating func equalsZero(_ equal: OperationFamily) {
    let a = slotOperand(operands.count - 1)
    list.binary(equal, result: operands.replaceLast(1), a: a, b: .immediate(0))
    joinLast()
  }

  private mutating func selectValue() {
    let top = operands.count - 1
    let isWide = operands[top - 1].isWide
    let first = slot(top - 2)
    let second = slot(top - 1)
    let condition = slotOperand(top)
    operands.removeLast(3)
    if isWide {
      list.selectVector(result: operands.nextHome, first: first, second: second, condition: condition)
    } else {
      list.select(result: operands.nextHome, first: first, second: second, condition: condition)
    }
    operands.pushTemporary(isWide: isWide)
  }

  // MARK: - Locals

  @inline(__always)
  private mutating func localGet(_ local: UInt32) {
    let (slot, isWide) = locals[local]
    if assignments.mayBeRead(unassigned: local) { needsClearing(slot, isWide) }
    operands.pushLocal(local, slot: slot, isWide: isWide)
  }

  private mutating func localSet(_ local: UInt32, keeping: Bool) {
    let (target, isWide) = locals[local]
    assignments.assign(local)
    let entry = operands.last
    if entry.kind == .local, Int(entry.value) == target {
      if !keeping { operands.removeLast() }
      return
    }
    operands.removeLast()
    let countBefore = list.count
    // Lower entries still mean the local's old value.
    while true {
      let index = operands.unlinkTopmost(local)
      if index < 0 { break }
      if operands.isLocal(index) { flush(index) }
    }
    if entry.kind == .temporary, list.count == countBefore, countBefore > 0,
      list[countBefore - 1].result == entry.home, writesResult(list[countBefore - 1])
    {
      // What made the temporary writes the local instead.
      list.redirect(countBefore - 1, to: UInt32(target))
    } else {
      move(entry, to: target)
    }
    guard keeping else { return }
    if entry.kind == .constant {
      operands.pushConstant(entry.value)
    } else {
      operands.pushLocal(local, slot: target, isWide: isWide)
    }
  }

  /// Whether the operation writes its result to a slot that may be another.
  private func writesResult(_ operation: VirtualOperation) -> Bool {
    operation.family != .label && tables.facts(operation.family).hasResult
  }

  private mutating func globalGet(_ global: UInt32) {
    let isImported = Int(global) < context.importedGlobalCount
    let isWide = context.globalIsWide[Int(global)]
    let home = operands.nextHome
    switch (isWide, isImported) {
    case (false, false): list.globalGet(result: home, global: global)
    case (false, true): list.globalGetImported(result: home, global: global)
    case (true, false): list.globalGetVector(result: home, global: global)
    case (true, true): list.globalGetVectorImported(result: home, global: global)
    }
    operands.pushTemporary(isWide: isWide)
  }

  private mutating func globalSet(_ global: UInt32) {
    let isImported = Int(global) < context.importedGlobalCount
    let source = slot(operands.count - 1)
    switch (operands.last.isWide, isImported) {
    case (false, false): list.globalSet(value: .slot(source), global: global)
    case (false, true): list.globalSetImported(value: .slot(source), global: global)
    case (true, false): list.globalSetVector(value: source, global: global)
    case (true, true): list.globalSetVectorImported(value: source, global: global)
    }
    operands.removeLast()
  }
}

/// Which locals have been written on every way to the present place, as far as the nesting of blocks tells: what
/// a block writes counts up to its end, and behind it where nothing jumps there.
struct LocalAssignments: ~Copyable {
  /// By local whether it is.
  private var isAssigned = TrivialList<Bool>(capacity: 64)
  /// In the order of their first writes.
  private var assigned = TrivialList<UInt32>(capacity: 64)

  /// Bytes of storage.
  var heldByteCount: Int { isAssigned.capacity + assigned.capacity * 4 }

  /// Begins a function: all its parameters have values.
  mutating func reset(localCount: Int, parameterCount: Int) {
    forget(0)
    while isAssigned.count < localCount { isAssigned.append(false) }
    for parameter in 0..<parameterCount { assign(UInt32(truncatingIfNeeded: parameter)) }
  }

  var count: Int { assigned.count }

  @inline(__always)
  mutating func assign(_ local: UInt32) {
    guard !isAssigned[Int(local)] else { return }
    isAssigned[Int(local)] = true
    assigned.append(local)
  }

  @inline(__always)
  func mayBeRead(unassigned local: UInt32) -> Bool { !isAssigned[Int(local)] }

  /// Forgets all but the first `count`.
  mutating func forget(_ count: Int) {
    while assigned.count > count { isAssigned[Int(assigned.removeLast())] = false }
  }
}

/// Where the locals of a function lie in its frame.
struct LocalSlots: ~Copyable {
  private struct Run: BitwiseCopyable {
    /// The first local behind the run.
    var end: UInt32
    var first: UInt32
    var slot: Int
    var width: Int
  }

  private var runs: [Run] = []
  /// Of the first locals twice the slot, and one more for a vector.
  private var first = TrivialList<UInt32>(capacity: 64)

  private static let firstCount = 64

  /// How many locals there are, parameters included.
  var count: Int { runs.last.map { Int($0.end) } ?? 0 }

  /// Lays out parameters from slot 0 and the other locals from `start`; gives the slot behind them.
  mutating func lay(_ parameters: [ValueType], _ groups: [LocalGroup], from start: Int)
    throws(TranslationError) -> Int
  {
    runs.removeAll(keepingCapacity: true)
    var local: UInt32 = 0
    var slot = 0
    func add(_ count: UInt32, _ width: Int) {
      guard count > 0 else { return }
      if let last = runs.last, last.width == width, last.slot + Int(last.end - last.first) * width == slot {
        runs[runs.count - 1].end += count
      } else {
        runs.append(Run(end: local + count, first: local, slot: slot, width: width))
      }
      local += count
      slot += Int(count) * width
    }
    for type in parameters { add(1, type.slotCount) }
    slot = start
    for group in groups {
      guard Int(group.count) * group.type.slotCount + slot <= Selection.maximumSlotCount else {
        throw TranslationError(
          "its locals need more than the \(Selection.maximumSlotCount) slots that can be named; use fewer")
      }
      add(group.count, group.type.slotCount)
    }
    first.removeAll()
    for run in runs {
      var (local, slot) = (run.first, run.slot)
      while local < run.end, first.count < Self.firstCount {
        first.append(UInt32(truncatingIfNeeded: slot) &<< 1 | (run.width == 2 ? 1 : 0))
        local += 1
        slot += run.width
      }
    }
    return slot
  }

  /// The local's first slot, and whether it is a vector. The local was validated.
  @inline(__always)
  subscript(local: UInt32) -> (slot: Int, isWide: Bool) {
    if local < UInt32(truncatingIfNeeded: first.count) {
      let packed = first[Int(local)]
      return (Int(packed &>> 1), packed & 1 != 0)
    }
    return search(local)
  }

  private func search(_ local: UInt32) -> (slot: Int, isWide: Bool) {
    var low = 0
    var high = runs.count - 1
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].end <= local { low = middle + 1 } else { high = middle }
    }
    let run = runs[low]
    return (run.slot + Int(local - run.first) * run.width, run.width == 2)
  }
}
