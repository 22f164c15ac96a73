import Synchronization

/// A decoded module with its translated code, shared by all instances and threads.
public final class Module: Sendable {
  /// The decoded module and what validation knows of it.
  public let context: ModuleContext
  let translation: TranslationContext
  /// What the ids of its types belong to.
  public let engine: Engine
  /// The engine's ids of the module's types.
  let typeIDs: [UInt32]
  /// One a mode, made for the first instance in it.
  private let codeStores: Mutex<[CodeStore]> = Mutex([])
  private let names: Mutex<NameSection?> = Mutex(nil)

  /// Decodes a module in the binary format and validates all but its bodies. Those are validated by
  /// `validate()` and, each of them, before it first runs. The meter's deadline and interruption end it with
  /// `ModuleError.limit`.
  public init(
    bytes: [UInt8], features: FeatureSet = .default, engine: Engine = .default, meter: Meter? = nil
  ) throws(ModuleError) {
    self.engine = engine
    context = try ModuleContext.decode(bytes, features: features, meter: meter)
    let structure = context.module
    typeIDs = engine.types.ids(of: structure.types, groups: structure.recursionGroups)
    translation = TranslationContext(structure, typeIDs: typeIDs, engine: engine)
  }

  public var structure: ModuleStructure { context.module }
  public var features: FeatureSet { context.features }

  /// Validates all function bodies (3.5.13). Bodies that ran before were validated then. The meter's deadline and
  /// interruption end it with `ModuleError.limit`.
  public func validate(meter: Meter? = nil) throws(ModuleError) {
    let stores = codeStores.withLock(\.self)
    try context.validateBodies(except: { index in stores.contains { $0.isTranslated(index) } }, meter: meter)
  }

  // MARK: - What the module imports and exports

  public var imports: [Import] { structure.imports }
  public var exports: [Export] { structure.exports }

  /// The type of a function, imports counted first.
  public func functionType(_ index: UInt32) -> FunctionType { translation.functionType(of: Int(index)) }

  /// Its name in the name section.
  public func functionName(_ index: UInt32) -> String? {
    names.withLock { names in
      if names == nil { names = NameSection(of: structure) }
      return names?.functions[index]
    }
  }

  /// A type of the module with the engine's ids for type indices.
  func shared(_ type: ValueType) -> ValueType { type.mappingTypeIndices { typeIDs[Int($0)] } }

  // MARK: - Code

  /// The code of the functions that the module defines, shared by its instances in a mode.
  func codeStore(_ mode: CodeMode) -> CodeStore {
    codeStores.withLock { stores in
      if let store = stores.first(where: { $0.mode == mode }) { return store }
      let store = CodeStore(context, translation, mode)
      stores.append(store)
      return store
    }
  }

  /// A function's internal code as text: see `Disassembly`. Imports are counted first; throws what
  /// translating it does, nil for an imported function.
  public func disassemble(_ function: UInt32) throws -> Disassembly? {
    let defined = Int(function) - translation.importedFunctionCount
    guard defined >= 0, defined < structure.functions.count else { return nil }
    return try codeStore(.plain).withCode(of: defined) { Disassembly($0, $1, self) }
  }
}

extension FeatureSet {
  /// What this version executes.
  public static let `default` = FeatureSet.webAssembly2.union([
    .relaxedSIMD, .extendedConst, .functionReferences, .gc, .tailCall, .multiMemory, .memory64, .exceptions,
    .branchHints, .customAnnotations, .customPageSizes, .legacyExceptions, .threads, .wideArithmetic,
  ])
}

/// An instruction of the source, found from an address in its translation.
/// `@unchecked Sendable`: code that has been written does not change.
struct CodeLocation: @unchecked Sendable {
  /// Imports counted first.
  var functionIndex: UInt32
  /// Byte offset in the module.
  var offset: Int
  var headerSlot: Int
  /// Where the function's code begins, and the regions in it that catch exceptions.
  var start: Code
  var regions: CodeRegions
  /// Offsets at which a metered segment ends inside straight code.
  var splits: [UInt32]
  /// Whether the address was that behind a call, and its distance from the start.
  var isReturnAddress: Bool
  var codeOffset: Int

  /// The clause that catches what is thrown here; `work` grows by what is asked.
  func handler(work: inout Int, isTag: (UInt32) -> Bool) -> CodeRegions.Handler? {
    regions.handler(at: codeOffset - (isReturnAddress ? 1 : 0), work: &work, isTag: isTag)
  }
}
