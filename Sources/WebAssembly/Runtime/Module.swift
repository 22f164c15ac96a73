import Synchronization

/// A decoded module with its translated code, shared by all instances and threads.
public final class Module: Sendable {
  /// The decoded module and what validation knows of it.
  public let context: ModuleContext
  let translation: TranslationContext
  /// Process-wide ids of the module's types.
  let typeIDs: [UInt32]
  private let codeStore: CodeStore
  public let instrumentation: Instrumentation
  private let names: Mutex<NameSection?> = Mutex(nil)

  /// Decodes a module in the binary format and validates all but its bodies. Those are validated by
  /// `validate()` and, each of them, before it first runs.
  public init(
    bytes: [UInt8], features: FeatureSet = .default, instrumentation: Instrumentation = .none
  ) throws(ModuleError) {
    self.instrumentation = instrumentation
    context = try ModuleContext.decode(bytes, features: features)
    let structure = context.module
    typeIDs = TypeRegistry.ids(of: structure.types, groups: structure.recursionGroups)
    var translation = TranslationContext(structure, typeIDs: typeIDs)
    translation.reportsCalls = instrumentation == .calls
    self.translation = translation
    codeStore = CodeStore(structure, translation)
  }

  public var structure: ModuleStructure { context.module }
  public var features: FeatureSet { context.features }

  /// Validates all function bodies (3.5.13). Bodies that ran before were validated then.
  public func validate() throws(ModuleError) { try context.validateBodies() }

  // MARK: - What the module imports and exports

  public var imports: [Import] { structure.imports }
  public var exports: [Export] { structure.exports }

  /// The type of a function, imports counted first.
  public func functionType(_ index: UInt32) -> FunctionType { translation.functionTypes[Int(index)] }

  /// Its name in the name section.
  public func functionName(_ index: UInt32) -> String? {
    names.withLock { names in
      if names == nil { names = NameSection(of: structure) }
      return names?.functions[index]
    }
  }

  /// A type of the module with process-wide ids for type indices.
  func shared(_ type: ValueType) -> ValueType { type.mappingTypeIndices { typeIDs[Int($0)] } }

  // MARK: - Code

  /// Code of the functions that the module defines, in order.
  var codes: UnsafeMutablePointer<FunctionCode> { codeStore.codes }

  /// Translates the function whose stub was entered, unless another thread has done so meanwhile.
  func translate(_ code: UnsafeMutablePointer<FunctionCode>) throws {
    try codeStore.translate(code, context, translation)
  }

  /// The function whose code contains an address, and the source offset of the instruction there.
  func position(of address: Code) -> CodeLocation? { codeStore.position(of: address) }
}

extension FeatureSet {
  /// What this version executes.
  public static let `default` = FeatureSet.webAssembly2.union([
    .relaxedSIMD, .extendedConst, .functionReferences, .gc, .tailCall, .multiMemory, .memory64, .exceptions,
    .branchHints, .customAnnotations, .customPageSizes, .legacyExceptions, .threads, .wideArithmetic,
  ])
}

/// An instruction of the source, found from an address in its translation.
struct CodeLocation: @unchecked Sendable {
  /// Imports counted first.
  var functionIndex: UInt32
  /// Byte offset in the module.
  var offset: Int
  var headerSlot: Int
  /// Where the function's code begins, and the regions in it that catch exceptions.
  var start: Code
  var regions: [TryRegion]
  /// Offsets at which a metered segment ends inside straight code.
  var splits: [Int]
}

extension TranslationContext {
  init(_ structure: ModuleStructure, typeIDs: [UInt32]) {
    types = structure.types.map(\.functionType)
    self.typeIDs = typeIDs
    func functionType(_ index: UInt32) -> FunctionType {
      Int(index) < types.count ? types[Int(index)] ?? FunctionType() : FunctionType()
    }
    for item in structure.imports {
      switch item.type {
      case .function(let type):
        functionTypes.append(functionType(type))
        importedFunctionCount += 1
      case .table(let type): tableAddressTypes.append(type.addressType)
      case .memory(let type): memoryAddressTypes.append(type.addressType)
      case .global(let type):
        globalTypes.append(type.content)
        importedGlobalCount += 1
      case .tag(let type): tagTypes.append(functionType(type))
      }
    }
    tagTypes += structure.tags.map { functionType($0) }
    functionTypes += structure.functions.map { functionType($0.type) }
    tableAddressTypes += structure.tables.map(\.type.addressType)
    memoryAddressTypes += structure.memories.map(\.addressType)
    globalTypes += structure.globals.map(\.type.content)
  }
}
