/// What validation, translation and execution know about a module as a whole: its definitions by index, the
/// imported ones first (Core 3.1.1 "Contexts").

public final class ModuleContext: Sendable {
  public let module: ModuleStructure
  public let features: FeatureSet
  public let types: TypeSpace
  /// Type index of every function.
  public let functions: [UInt32]
  public let tables: [TableType]
  public let memories: [MemoryType]
  public let globals: [GlobalType]
  /// Type index of every tag.
  public let tags: [UInt32]
  /// Type of the elements of every element segment.
  public let elementTypes: [ValueType]
  public let importedFunctionCount: Int
  public let importedTableCount: Int
  public let importedMemoryCount: Int
  public let importedGlobalCount: Int
  public let importedTagCount: Int
  /// By function: whether `ref.func` may name it, because something outside the bodies does (3.4.14).
  let isDeclared: [Bool]
  /// By function: whether references to it have exactly its type (custom descriptors).
  let isExact: [Bool]
  /// What decoding found that the module cannot do without.
  private let decodedFeatures: FeatureSet

  /// Validates everything but the function bodies.
  public convenience init(_ module: ModuleStructure, features: FeatureSet = .all) throws(ValidationError) {
    try self.init(module, features: features, decodedFeatures: [], watch: nil)
  }

  private init(
    _ module: ModuleStructure, features: FeatureSet, decodedFeatures: FeatureSet, watch: LoadingWatch?
  ) throws(ValidationError) {
    self.module = module
    self.decodedFeatures = decodedFeatures
    self.features = features
    types = try TypeValidation.validate(module, features: features, watch: watch)
    var functions: [UInt32] = []
    var isExact: [Bool] = []
    var tables: [TableType] = []
    var memories: [MemoryType] = []
    var globals: [GlobalType] = []
    var tags: [UInt32] = []
    for entry in module.imports {
      switch entry.type {
      case .function(let type):
        functions.append(type)
        isExact.append(entry.isExact)
      case .table(let type): tables.append(type)
      case .memory(let type): memories.append(type)
      case .global(let type): globals.append(type)
      case .tag(let type): tags.append(type)
      }
    }
    importedFunctionCount = functions.count
    importedTableCount = tables.count
    importedMemoryCount = memories.count
    importedGlobalCount = globals.count
    importedTagCount = tags.count
    functions += module.functions.map(\.type)
    isExact += module.functions.map { _ in true }
    self.functions = functions
    self.isExact = isExact
    self.tables = tables + module.tables.map(\.type)
    self.memories = memories + module.memories
    self.globals = globals + module.globals.map(\.type)
    self.tags = tags + module.tags
    elementTypes = module.elements.map(\.type)
    isDeclared = Self.declaredFunctions(module, count: functions.count)
    try validateModule(watch)
  }

  /// The type of a function, counted with the imported ones first.
  public func functionType(of function: Int) -> FunctionType {
    types.functionType(functions[function]) ?? FunctionType()
  }

  /// The functions that exports, segments and initialisers name.
  private static func declaredFunctions(_ module: ModuleStructure, count: Int) -> [Bool] {
    var isDeclared = [Bool](repeating: false, count: count)
    func declare(_ function: UInt32) {
      if Int(function) < count { isDeclared[Int(function)] = true }
    }
    for export in module.exports where export.kind == .function { declare(export.index) }
    for segment in module.elements {
      if case .functions(let indices) = segment.elements { indices.forEach(declare) }
    }
    forEachConstantInstruction(of: module) { instruction, row in
      if row.opcode == .refFunc { declare(instruction.a) }
    }
    return isDeclared
  }

  /// Calls `body` with each instruction of the module's constant expressions that are more than a number.
  private static func forEachConstantInstruction(
    of module: ModuleStructure, _ body: (Instruction, PackedRow) -> Void
  ) {
    let rows = InstructionTable.packedRows
    var reader = InstructionReader(Expression([]))
    func visit(_ expression: Expression) {
      guard expression.onlyI32 == nil else { return }
      reader.restart(at: expression)
      while !reader.isAtEnd, let instruction = try? reader.next() { body(instruction, rows[instruction.row]) }
    }
    for table in module.tables { table.initializer.map(visit) }
    for global in module.globals { visit(global.initializer) }
    for segment in module.elements {
      if case .expressions(let list) = segment.elements { list.forEach(visit) }
      if case .active(_, let offset) = segment.mode { visit(offset) }
    }
    for segment in module.data {
      if case .active(_, let offset) = segment.mode { visit(offset) }
    }
  }

  /// The features that what the module defines besides bodies cannot do without.
  private var definitionFeatures: FeatureSet {
    var used = decodedFeatures
    if memories.count > 1 { used.insert(.multiMemory) }
    if tables.count > 1 { used.insert(.referenceTypes) }
    func isMutableGlobal(_ type: ExternType) -> Bool {
      if case .global(let type) = type { type.isMutable } else { false }
    }
    if module.imports.contains(where: { isMutableGlobal($0.type) })
      || module.exports.contains(where: { $0.kind == .global && globals[Int($0.index)].isMutable })
    {
      used.insert(.mutableGlobals)
    }
    if module.types.contains(where: { ($0.functionType?.results.count ?? 0) > 1 }) {
      used.insert(.multiValue)
    }
    Self.forEachConstantInstruction(of: module) { instruction, row in
      if !row.isConstant(in: []) { used.insert(.extendedConst) }
      if row.opcode == .globalGet, Int(instruction.a) >= importedGlobalCount { used.insert(.gc) }
    }
    return used
  }
}

extension ModuleContext {
  /// Decodes and validates a whole module.
  public static func load(_ bytes: [UInt8], features: FeatureSet = .all) throws(ModuleError) -> ModuleContext
  {
    let context = try decode(bytes, features: features)
    try context.validateBodies()
    return context
  }

  /// Decodes a module and validates everything but its function bodies. The meter's deadline and interruption end
  /// it with `ModuleError.limit`.
  public static func decode(_ bytes: [UInt8], features: FeatureSet = .all, meter: Meter? = nil)
    throws(ModuleError) -> ModuleContext
  {
    let watch = meter.map(LoadingWatch.init)
    var decoder = ModuleDecoder(bytes, features: features, watch: watch)
    do throws(DecodeError) {
      try decoder.decode()
    } catch {
      if let limit = watch?.limit { throw .limit(limit) }
      throw .malformed(error)
    }
    let module = decoder.module
    let context: ModuleContext
    do throws(ValidationError) {
      context = try ModuleContext(
        module, features: features, decodedFeatures: decoder.usedFeatures, watch: watch)
    } catch {
      if let limit = watch?.limit { throw .limit(limit) }
      try checkBodies(of: module, from: 0, features: features)
      throw ModuleError(error)
    }
    return context
  }

  /// Validates all function bodies but those of which it is known that they are valid (the index does not count
  /// imported functions), and returns the features that the module cannot do without: those whose absence would
  /// make its definitions or its bodies malformed or invalid. (Of features that serve in each other's place,
  /// such as the two forms of exceptions for a tag, neither counts.) The meter's deadline and interruption end it
  /// with `ModuleError.limit`.
  @discardableResult
  public func validateBodies(except isKnown: (Int) -> Bool = { _ in false }, meter: Meter? = nil)
    throws(ModuleError) -> FeatureSet
  {
    let watch = meter.map(LoadingWatch.init)
    var validator = FunctionValidator(self)
    var reader = InstructionReader(Expression([]), features: features)
    for index in module.functions.indices where !isKnown(index) {
      do throws(ValidationError) {
        try validator.begin(functionIndex: importedFunctionCount + index)
        reader.restart(at: validator.body)
        try validator.validateBody(&reader, watch)
      } catch {
        if let limit = watch?.limit { throw .limit(limit) }
        // What is malformed in this body or a later one goes before what is invalid.
        if !error.isMalformed { try Self.checkBodies(of: module, from: index, features: features) }
        throw ModuleError(error)
      }
    }
    return definitionFeatures.union(reader.usedFeatures).union(validator.usedFeatures)
  }

  /// Validates the body of a function that the module defines; the index does not count imported ones.
  public func validateBody(_ definedIndex: Int) throws(ValidationError) {
    var validator = try FunctionValidator(self, functionIndex: importedFunctionCount + definedIndex)
    try validator.validateBody()
  }

  private static func checkBodies(of module: ModuleStructure, from start: Int, features: FeatureSet)
    throws(ModuleError)
  {
    do throws(DecodeError) {
      for function in module.functions[start...] {
        try function.body.checkWellFormed(features: features, hasDataCount: module.dataCount != nil)
      }
    } catch {
      throw .malformed(error)
    }
  }
}
