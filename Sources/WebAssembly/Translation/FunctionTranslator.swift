/// Runs the passes over one function after the other, in storage that is used again.

@_spi(Translation) import WebAssemblyHandlers

/// Maps an operation to the source instruction that may trap or call in it.
struct CodePosition: BitwiseCopyable, Sendable {
  /// Byte offset of the operation in its function's code.
  var offset: UInt32
  /// Byte offset of the instruction in the module.
  var source: UInt32
}

/// What is known of a function's code besides the code itself.
struct TranslatedFunction: Sendable {
  /// Imports counted first.
  var functionIndex: UInt32
  var headerSlot: Int
  var byteCount: Int
  /// Ascending by offset.
  var positions: [CodePosition]
  var regions: CodeRegions
  /// Source offsets at which a metered segment ends in straight code.
  var splits: [UInt32]
  /// Counts of its operations, where its engine asks for them.
  var profile: OperationProfile?

  /// What lies at a byte offset, or ends there, of the code that begins at `start`.
  func location(at offset: Int, from start: Code, isReturnAddress: Bool) -> CodeLocation? {
    // The last position at the operation or, of a return address, before it.
    let end = isReturnAddress ? offset : offset + 1
    var low = 0
    var high = positions.count
    while low < high {
      let middle = (low + high) / 2
      if Int(positions[middle].offset) < end { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    return CodeLocation(
      functionIndex: functionIndex, offset: Int(positions[low - 1].source), headerSlot: headerSlot,
      start: start, regions: regions, splits: splits, isReturnAddress: isReturnAddress, codeOffset: offset)
  }
}

enum Translation {
  /// Instructions between two looks at the limits, and what a power of two minus one the index of an
  /// operation is masked with to look at them as it becomes 0.
  static let workBetweenChecks = 4096
  static let checkMask = 0xFFFF
  /// What the storage of a translator may hold to be used again.
  static let keptByteCount = 2 << 20
  /// What a translation may hold until the code stands. No case is charged for it, since which one comes first
  /// is chance: so a function that takes more is refused to all of them.
  static let greatestHeldByteCount = 256 << 20

  static func checkHeld(_ byteCount: Int) throws(TranslationError) {
    guard byteCount <= greatestHeldByteCount else {
      throw TranslationError(
        "its translation would hold more than \(greatestHeldByteCount >> 20) MiB; split it")
    }
  }
}

/// Translates functions of one module. For one thread at a time.
final class FunctionTranslator {
  private var passes: TranslationPasses

  init(_ module: ModuleContext, _ context: TranslationContext, _ mode: CodeMode) {
    passes = TranslationPasses(module, context, mode)
  }

  /// Bytes of the storage that is used again.
  var heldByteCount: Int { passes.heldByteCount }

  /// Validates and translates a body up to the point where only its size matters. `check` is called again
  /// and again meanwhile, and may end it by throwing. Gives the bytes that `write` needs.
  func prepare(
    _ functionIndex: UInt32, _ definition: FunctionDefinition, check: () throws -> Void
  ) throws -> Int {
    try passes.prepare(functionIndex, definition, check: check)
  }

  /// Writes what was prepared.
  func write(into block: CodeBlock, check: () throws -> Void) throws -> TranslatedFunction {
    try passes.write(into: block, check: check)
  }
}

private struct TranslationPasses: ~Copyable {
  private let module: ModuleContext
  private let context: TranslationContext
  private let tables = OperationTable.tables()
  private let combines: Bool
  private let duplicates: Bool
  private let counts: Bool
  private var profile: OperationProfile?
  private var validator: FunctionValidator
  private var reader: InstructionReader
  private var selection: Selection
  private var tails = TailPass()
  private var layout = CodeLayout()
  private var positions = TrivialList<CodePosition>(capacity: 64)
  /// Instructions that were validated and not yet selected.
  private var passed = TrivialList<CommonInstruction>(capacity: 256)

  init(_ module: ModuleContext, _ context: TranslationContext, _ mode: CodeMode) {
    self.module = module
    self.context = context
    combines = mode == .plain && context.engine.translation.combinesOperations
    duplicates = mode == .plain && context.engine.translation.duplicatesTails
    counts = context.engine.translation.countsOperations
    validator = FunctionValidator(module)
    reader = InstructionReader(Expression([]), features: module.features)
    selection = Selection(context, tables, mode)
  }

  var heldByteCount: Int {
    selection.heldByteCount + tails.heldByteCount + layout.heldByteCount
      + positions.capacity * MemoryLayout<CodePosition>.stride
  }

  mutating func prepare(
    _ functionIndex: UInt32, _ definition: FunctionDefinition, check: () throws -> Void
  ) throws -> Int {
    try validator.begin(functionIndex: Int(functionIndex), definition)
    selection.list.removeAll()
    tails.lendStorage(&selection.list)
    try selection.begin(functionIndex, locals: definition.locals, results: validator.innermost.results)
    selection.markEntry(definition.body.bytes.startIndex)
    reader.restart(at: definition.body)
    while !validator.isFinished {
      validator.passCommon(&reader, into: &passed)
      selection.select(passed, &validator)
      let instruction = try validator.read(&reader)
      try validator.validate(instruction)
      try selection.select(instruction, &validator)
      selection.work &+= passed.count &+ 1
      if selection.work >= Translation.workBetweenChecks {
        selection.work = 0
        try check()
        try selection.makeRoom()
      }
    }
    try validator.checkEnd(of: reader)
    _ = try selection.checkedSlotCount()
    let temporaries = UInt32(selection.operands.base)
    let hasJumps = try PlacePass.run(&selection.list, tables, temporaries: temporaries, check: check)
    var labelCount = selection.labelCount
    if duplicates, hasJumps {
      try Translation.checkHeld(
        heldByteCount
          + TailPass.byteCount(operations: selection.list.count, labels: labelCount))
      try tails.run(&selection.list, tables, labelCount: &labelCount, check: check)
    }
    if counts { profile = OperationProfile(&selection.list, tables, functionIndex, temporaries: temporaries) }
    try Translation.checkHeld(heldByteCount + CodeLayout.byteCount(ofLabels: labelCount))
    try layout.run(&selection.list, tables, labelCount: labelCount, check: check)
    if combines { try CombinePass.run(&selection.list, tables, temporaries: temporaries, check: check) }
    try Translation.checkHeld(
      heldByteCount + layout.byteCount + 2 * layout.positionCount * MemoryLayout<CodePosition>.stride
        + CodeRegions.byteCount(regions: selection.regions.count, handlers: selection.handlerCount))
    return layout.byteCount
  }

  mutating func write(into block: CodeBlock, check: () throws -> Void) throws -> TranslatedFunction {
    positions.removeAll()
    positions.reserveCapacity(layout.positionCount)
    var splits: [UInt32] = []
    try EncodePass.run(
      selection.list, layout, tables, into: block, positions: &positions, splits: &splits, check: check)
    block.setHead(slotCount: UInt32(try selection.checkedSlotCount()), entryCost: layout.entryCost)
    return TranslatedFunction(
      functionIndex: selection.functionIndex, headerSlot: selection.shape.headerSlot,
      byteCount: layout.byteCount, positions: positions.array,
      regions: CodeRegions(selection.regions, layout), splits: splits, profile: profile)
  }
}
