/// Turns a validated function body into internal code, one instruction after the other (the design's
/// section on internal code).
///
/// The operand stack exists only here: each entry is a temporary in its home slot, a local that has not
/// been copied yet, or a constant. An operation reads locals in place and takes small constants as
/// immediates. The accumulator holds the last result; when the next reader of a temporary takes it from
/// there, the operation that made it is changed to one that does not store.

/// What a translator needs to know of the module.
struct TranslationContext: Sendable {
  var functionTypes: [FunctionType] = []
  /// By type index; nil for types that are not functions.
  var types: [FunctionType?] = []
  /// Process-wide ids by type index.
  var typeIDs: [UInt32] = []
  var globalTypes: [ValueType] = []
  var tagTypes: [FunctionType] = []
  var importedFunctionCount = 0
  var importedGlobalCount = 0
  var memoryAddressTypes: [AddressType] = []
  var tableAddressTypes: [AddressType] = []
  /// Whether functions report their entry and their returns.
  var reportsCalls = false
}

struct FunctionTranslator {
  /// An entry of the operand stack.
  struct Entry: BitwiseCopyable {
    enum Kind: UInt8 { case temporary, local, constant }
    var kind: Kind
    var isWide: Bool
    /// The entry's own slot, whatever its kind.
    var home: Int
    /// The local's slot, or the constant's bits.
    var value: UInt64
  }

  struct Frame {
    enum Kind { case function, block, loop, `if`, `else`, dead }
    var kind: Kind
    var parameters: [ValueType]
    var results: [ValueType]
    /// Entries below the block's parameters.
    var height: Int
    /// First of the jumps that wait for the label, as an index into `jumps`.
    var firstJump = -1
    /// The jump from `if` to its `else` or end.
    var elseJump = -1
    var loopStart = 0
    var loopIndex = 0
    /// Of a `try_table`: its clauses, and the word where its body begins.
    var catchClauses: [CatchClause] = []
    var isTryTable = false
    var tryStart = 0
    /// Of a legacy `try`: where its body ends, -1 before the first clause, its clauses, and the slot of the
    /// exception that the present clause caught.
    var isLegacyTry = false
    var bodyEnd = -1
    var legacyHandlers: [CatchHandler] = []
    var exceptionSlot = 0

    /// What a branch to the label carries.
    var labelTypes: [ValueType] { kind == .loop ? parameters : results }
  }

  /// A forward jump: the field to fill, and the cost field that belongs to it.
  struct Jump {
    var origin: Int
    var word: Int
    var shift: Int
    var cost: CostField
    var next: Int
  }

  /// The last emitted operation on two operands, which the next instruction may absorb.
  struct Absorbable {
    var word: Int
    var row: Int
    var form: OperandForm
    /// A float comparison followed by `i32.eqz`: the word of the latter, -1 otherwise.
    var negationWord = -1
    var accumulatorBefore: Int
    var producerBefore: Int
    var producerOperationBefore: Int
  }

  let context: TranslationContext
  let codes: UnsafeMutablePointer<FunctionCode>
  let type: FunctionType
  /// Imports counted first.
  let functionIndex: UInt32
  var builder: CodeBuilder
  var stack: [Entry] = []
  var frames: [Frame] = []
  var jumps: [Jump] = []
  var localSlots: [Int] = []
  var localIsWide: [Bool] = []
  let headerSlot: Int
  let temporaryBase: Int
  /// One past the highest slot in use.
  var slotCount: Int
  var isReachable = true

  /// The slot whose value the accumulator holds as well, -1 for none.
  var accumulatorSlot = -1
  /// The operation that put it there and may be changed to leave the slot alone, -1 for none.
  var producer = -1
  var producerOperation = 0
  /// The last emitted operation with a result, and the slot it writes.
  var lastResult = -1
  var lastResultSlot = -1
  /// Where the last emitted instruction begins.
  var lastWord = -1
  var absorbable: Absorbable?

  /// Throws when the function needs more slots than the code can address: an implementation limit.
  init(
    _ context: TranslationContext, codes: UnsafeMutablePointer<FunctionCode>, functionIndex: UInt32,
    locals: [LocalGroup], bodySize: Int
  ) throws(TranslationError) {
    self.context = context
    self.codes = codes
    self.functionIndex = functionIndex
    type = context.functionTypes[Int(functionIndex)]
    builder = CodeBuilder(capacity: bodySize + 16)
    headerSlot = Self.headerSlot(of: type)
    var slot = 0
    for type in type.parameters {
      localSlots.append(slot)
      localIsWide.append(type == .v128)
      slot += type.slotCount
    }
    slot = headerSlot + 2
    let firstLocal = slot
    for group in locals {
      guard Int(group.count) * group.type.slotCount + slot <= Self.maximumSlotCount else {
        throw TranslationError(message: "the function's locals need more than \(Self.maximumSlotCount) slots")
      }
      for _ in 0..<group.count {
        localSlots.append(slot)
        localIsWide.append(group.type == .v128)
        slot += group.type.slotCount
      }
    }
    temporaryBase = slot
    slotCount = slot
    frames.append(Frame(kind: .function, parameters: [], results: type.results, height: 0))
    if slot > firstLocal {
      lastWord = builder.emit(
        ControlOperation.zero,
        Fields.slots(firstLocal, 0, value: UInt32(truncatingIfNeeded: slot - firstLocal)))
    }
    if context.reportsCalls { slow(.enterFunction, operands: 0, hasResult: false, functionIndex) }
  }

  static let maximumSlotCount = 60_000

  /// The slot after the parameters and results, which share the frame's start.
  static func headerSlot(of type: FunctionType) -> Int {
    func slots(_ types: [ValueType]) -> Int { types.reduce(0) { $0 + $1.slotCount } }
    return max(slots(type.parameters), slots(type.results))
  }

  /// The finished code; call after the body's last `end`.
  func finish() throws(TranslationError) -> CodeBuilder {
    guard slotCount <= Self.maximumSlotCount else {
      throw TranslationError(message: "the function needs more than \(Self.maximumSlotCount) stack slots")
    }
    return builder
  }

  // MARK: - The operand stack

  var nextHome: Int {
    guard let top = stack.last else { return temporaryBase }
    return top.home + (top.isWide ? 2 : 1)
  }

  mutating func push(_ kind: Entry.Kind, isWide: Bool = false, value: UInt64 = 0) {
    let home = nextHome
    stack.append(Entry(kind: kind, isWide: isWide, home: home, value: value))
    slotCount = max(slotCount, home + (isWide ? 2 : 1))
  }

  /// The slot that holds the entry's value, after making a constant a temporary.
  mutating func slot(_ index: Int) -> Int {
    let entry = stack[index]
    switch entry.kind {
    case .temporary: return entry.home
    case .local: return Int(entry.value)
    case .constant:
      emitConstant(entry.value, to: entry.home)
      stack[index].kind = .temporary
      return entry.home
    }
  }

  /// Brings the entry's value to its home slot.
  mutating func flush(_ index: Int) {
    let entry = stack[index]
    guard entry.kind != .temporary else { return }
    move(entry, to: entry.home)
    stack[index].kind = .temporary
  }

  mutating func flushTop(_ count: Int) {
    for index in stack.count - count..<stack.count { flush(index) }
  }

  /// Brings locals to their homes, so that later writes to them do not matter.
  mutating func flushLocals() {
    for index in stack.indices where stack[index].kind == .local { flush(index) }
  }

  /// Writes the entry's value to a slot, its own home or another.
  mutating func move(_ entry: Entry, to target: Int) {
    switch entry.kind {
    case .constant: emitConstant(entry.value, to: target)
    case .temporary, .local:
      let source = entry.kind == .local ? Int(entry.value) : entry.home
      if source != target { emitCopy(from: source, to: target, isWide: entry.isWide) }
    }
  }

  // MARK: - Emission

  mutating func emit(_ operation: Int, _ fields: UInt64) -> Int {
    lastWord = builder.emit(operation, fields)
    return lastWord
  }

  @discardableResult
  mutating func emit(_ operation: ControlOperation, _ fields: UInt64) -> Int {
    emit(Int(operation.rawValue), fields)
  }

  /// Records that the operation at `word` writes `slot` and leaves the value in the accumulator.
  /// `operation + 1` is the same one without the store.
  mutating func setResult(_ slot: Int, word: Int, operation: Int) {
    accumulatorSlot = slot
    producer = word
    producerOperation = operation
    lastResult = word
    lastResultSlot = slot
  }

  /// Records that the last emitted operation writes the two slots from `slot`, past the accumulator.
  mutating func setVectorResult(_ slot: Int) {
    if accumulatorSlot == slot || accumulatorSlot == slot + 1 {
      accumulatorSlot = -1
      producer = -1
    }
    lastResult = lastWord
    lastResultSlot = slot
  }

  /// Forgets what the accumulator holds: at labels and after calls.
  mutating func forgetAccumulator() {
    accumulatorSlot = -1
    producer = -1
    lastResult = -1
    absorbable = nil
  }

  mutating func emitConstant(_ value: UInt64, to slot: Int) {
    if value <= 0xFFFF_FFFF {
      let operation = Int(ControlOperation.constant32_s.rawValue)
      let word = emit(operation, Fields.slots(slot, 0, value: UInt32(value)))
      setResult(slot, word: word, operation: operation)
    } else {
      let operation = Int(ControlOperation.constant64_s.rawValue)
      let word = emit(operation, Fields.slots(slot))
      builder.append(value)
      setResult(slot, word: word, operation: operation)
    }
  }

  mutating func emitCopy(from source: Int, to target: Int, isWide: Bool) {
    if isWide {
      emit(.copyVector, Fields.slots(target, source))
      setVectorResult(target)
      return
    }
    if accumulatorSlot == source {
      // The accumulator now mirrors both; the source's own store must stay.
      emit(.storeAccumulator, Fields.slots(target))
      accumulatorSlot = target
      producer = -1
      return
    }
    emit(.copy, Fields.slots(target, source))
    accumulatorSlot = target
    producer = -1
    lastResult = lastWord
    lastResultSlot = target
  }

  // MARK: - Operands

  /// Whether the accumulator holds the entry's value.
  func isInAccumulator(_ index: Int) -> Bool {
    let entry = stack[index]
    guard accumulatorSlot >= 0, !entry.isWide else { return false }
    switch entry.kind {
    case .temporary: return entry.home == accumulatorSlot
    case .local: return Int(entry.value) == accumulatorSlot
    case .constant: return false
    }
  }

  /// Uses the entry from the accumulator. A temporary has no other reader: what made it need not store.
  mutating func takeAccumulator(_ index: Int) {
    if stack[index].kind == .temporary, producer >= 0 {
      builder.replaceHandler(at: producer, with: producerOperation + 1)
      producer = -1
    }
  }

  /// Whether a constant of the type fits the 32-bit immediate field; an f64 has a word of its own.
  static func fits(_ value: UInt64, _ type: ValueType) -> Bool {
    switch type {
    case .i64: Int64(bitPattern: value) == Int64(Int32(truncatingIfNeeded: value))
    default: true
    }
  }

  // MARK: - Plain instructions

  mutating func unary(_ entry: PackedLowering) {
    let index = stack.count - 1
    let usesAccumulator: Bool
    let source = slot(index)
    usesAccumulator = isInAccumulator(index)
    if usesAccumulator { takeAccumulator(index) }
    stack.removeLast()
    let target = nextHome
    let operation = entry.base + (usesAccumulator ? 2 : 0)
    let word = emit(operation, Fields.slots(target, source))
    setResult(target, word: word, operation: operation)
    push(.temporary)
  }

  mutating func binary(_ row: Int, _ lowering: PackedLowering) {
    let (row, form, first, second, immediate) = operands(row, lowering)
    stack.removeLast(2)
    emitBinary(row, form, target: nextHome, first, second, immediate)
    push(.temporary)
  }

  mutating func emitBinary(
    _ row: Int, _ form: OperandForm, target: Int, _ first: Int, _ second: Int, _ immediate: UInt64
  ) {
    let lowering = LoweringTable.entries[row]
    let operation = lowering.base + form.rawValue * 2
    let hasImmediate = form.hasImmediate
    let wideImmediate = hasImmediate && lowering.operand == .f64
    let fields =
      hasImmediate
      ? Fields.slots(target, first, value: wideImmediate ? 0 : UInt32(truncatingIfNeeded: immediate))
      : Fields.slots(target, first, second)
    let before = (accumulatorSlot, producer, producerOperation)
    let word = emit(operation, fields)
    if wideImmediate { builder.append(immediate) }
    setResult(target, word: word, operation: operation)
    absorbable = Absorbable(
      word: word, row: row, form: form, accumulatorBefore: before.0, producerBefore: before.1,
      producerOperationBefore: before.2)
  }

  /// Chooses the form for the two topmost entries: constants that fit become immediates, and one operand
  /// comes from the accumulator where it can. May exchange the operands, and with them the row.
  private mutating func operands(_ row: Int, _ lowering: PackedLowering) -> (
    row: Int, form: OperandForm, first: Int, second: Int, immediate: UInt64
  ) {
    let a = stack.count - 2
    let b = stack.count - 1
    let type = lowering.operand
    let exchanged = lowering.kind == .compare ? lowering.mirror : row
    if stack[b].kind == .constant, stack[a].kind != .constant, Self.fits(stack[b].value, type) {
      let form: OperandForm = isInAccumulator(a) ? .accumulatorImmediate : .slotImmediate
      if form == .accumulatorImmediate { takeAccumulator(a) }
      return (row, form, slot(a), 0, stack[b].value)
    }
    if stack[a].kind == .constant, stack[b].kind != .constant, Self.fits(stack[a].value, type) {
      let inAccumulator = isInAccumulator(b)
      if inAccumulator { takeAccumulator(b) }
      if lowering.commutes {
        return (
          exchanged, inAccumulator ? .accumulatorImmediate : .slotImmediate, slot(b), 0, stack[a].value
        )
      }
      return (row, inAccumulator ? .immediateAccumulator : .immediateSlot, slot(b), 0, stack[a].value)
    }
    // Constants first: making one a temporary overwrites the accumulator.
    let first = slot(a)
    let second = slot(b)
    if isInAccumulator(a) {
      // The same local twice is read once from its slot, so what made it must store.
      takeAccumulator(a)
      return (row, .accumulatorSlot, first, second, 0)
    }
    if isInAccumulator(b) {
      takeAccumulator(b)
      if lowering.commutes { return (exchanged, .accumulatorSlot, second, first, 0) }
      return (row, .slotAccumulator, first, second, 0)
    }
    return (row, .slotSlot, first, second, 0)
  }

  /// `i32.eqz`, `i64.eqz` and `ref.is_null`: the opposite of the comparison before them, or one with 0.
  mutating func equalsZero(_ equalRow: Int) {
    let index = stack.count - 1
    if let last = absorbable, last.word == lastWord, stack[index].kind == .temporary,
      stack[index].home == lastResultSlot, last.negationWord < 0
    {
      let lowering = LoweringTable.entries[last.row]
      if lowering.kind == .compare, equalRow == LoweringTable.i32Eq {
        if lowering.inverse >= 0 {
          let operation = LoweringTable.entries[lowering.inverse].base + last.form.rawValue * 2
          builder.replaceHandler(at: last.word, with: operation)
          producerOperation = operation
          absorbable!.row = lowering.inverse
          return
        }
        push(.constant, value: 0)
        binary(equalRow, LoweringTable.entries[equalRow])
        var chained = last
        chained.negationWord = lastWord
        absorbable = chained
        return
      }
    }
    push(.constant, value: 0)
    binary(equalRow, LoweringTable.entries[equalRow])
  }

  // MARK: - Locals

  mutating func localGet(_ local: Int) {
    push(.local, isWide: localIsWide[local], value: UInt64(localSlots[local]))
  }

  mutating func localSet(_ local: Int, keeping: Bool) {
    let target = localSlots[local]
    let index = stack.count - 1
    let entry = stack[index]
    if entry.kind == .local, Int(entry.value) == target {
      if !keeping { stack.removeLast() }
      return
    }
    // Earlier entries still mean the local's old value.
    var hasPending = false
    for earlier in stack.indices.dropLast()
    where stack[earlier].kind == .local && Int(stack[earlier].value) == target {
      hasPending = true
      flush(earlier)
    }
    if entry.kind == .temporary, !hasPending, lastResult >= 0, lastResult == lastWord,
      lastResultSlot == entry.home
    {
      // What made the temporary writes the local instead.
      let fields = builder.fields(at: lastResult)
      builder.replaceFields(at: lastResult, with: fields & ~0xFFFF | UInt64(target))
      if accumulatorSlot == entry.home {
        accumulatorSlot = target
        producer = -1
      }
      lastResultSlot = target
    } else {
      if isInAccumulator(index) { takeAccumulator(index) }
      move(entry, to: target)
    }
    if absorbable?.word == lastResult { absorbable = nil }
    stack.removeLast()
    if keeping {
      if entry.kind == .constant {
        stack.append(entry)
      } else {
        push(.local, isWide: entry.isWide, value: UInt64(target))
      }
    }
  }
}

/// A limit of this implementation that a valid function exceeds.
public struct TranslationError: Error, Sendable, Hashable, CustomStringConvertible {
  public var message: String
  public var functionIndex: UInt32?

  init(message: String, functionIndex: UInt32? = nil) {
    self.message = message
    self.functionIndex = functionIndex
  }

  public var description: String {
    "function \(functionIndex.map(String.init) ?? "?") cannot be run: \(message)."
  }
}
