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
}

enum Translation {
  /// Instructions between two looks at the limits, and what a power of two minus one the index of an
  /// operation is masked with to look at them as it becomes 0.
  static let workBetweenChecks = 4096
  static let checkMask = 0xFFFF
}

/// Translates functions of one module. For one thread at a time.
final class FunctionTranslator {
  private var passes: TranslationPasses

  init(_ module: ModuleContext, _ context: TranslationContext) {
    passes = TranslationPasses(module, context)
  }

  /// Validates and translates a body up to the point where only its size matters. `check` is called again
  /// and again meanwhile, and may end it by throwing. Gives the bytes that `write` needs.
  func prepare(_ functionIndex: UInt32, check: () throws -> Void) throws -> Int {
    try passes.prepare(functionIndex, check: check)
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
  private var validator: FunctionValidator
  private var reader: InstructionReader
  private var selection: Selection
  private var layout = CodeLayout()
  /// Instructions that were validated and not yet selected.
  private var passed = TrivialList<CommonInstruction>(capacity: 256)

  init(_ module: ModuleContext, _ context: TranslationContext) {
    self.module = module
    self.context = context
    validator = FunctionValidator(module)
    reader = InstructionReader(Expression([]), features: module.features)
    selection = Selection(context, tables)
  }

  mutating func prepare(_ functionIndex: UInt32, check: () throws -> Void) throws -> Int {
    let definition = module.module.functions[Int(functionIndex) - context.importedFunctionCount]
    try validator.begin(functionIndex: Int(functionIndex))
    try selection.begin(functionIndex, locals: definition.locals, results: validator.innermost.results)
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
      }
    }
    try validator.checkEnd(of: reader)
    let temporaries = UInt32(selection.operands.base)
    try FusePass.run(&selection.list, tables, temporaries: temporaries, check: check)
    try PlacePass.run(&selection.list, tables, temporaries: temporaries, check: check)
    try layout.run(&selection.list, tables, labelCount: selection.labelCount, check: check)
    _ = try selection.checkedSlotCount()
    return layout.byteCount
  }

  func write(into block: CodeBlock, check: () throws -> Void) throws -> TranslatedFunction {
    var positions: [CodePosition] = []
    positions.reserveCapacity(layout.positionCount)
    var splits: [UInt32] = []
    try EncodePass.run(
      selection.list, layout, tables, into: block, positions: &positions, splits: &splits, check: check)
    block.setHead(slotCount: UInt32(try selection.checkedSlotCount()), entryCost: layout.entryCost)
    return TranslatedFunction(
      functionIndex: selection.functionIndex, headerSlot: selection.shape.headerSlot,
      byteCount: layout.byteCount, positions: positions,
      regions: CodeRegions(selection.regions, layout), splits: splits)
  }
}
