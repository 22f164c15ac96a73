/// An instance of a module (Core 4.2.5): its functions, tables, memories and globals in index order,
/// imports first, and the state that its running code reaches.
public final class Instance {
  public let module: Module
  /// Not kept: the store must be, as long as the instance is used.
  public unowned let store: Store
  let state: UnsafeMutablePointer<InstanceState>
  let functions: UnsafeMutablePointer<UnsafeMutablePointer<FunctionRecord>>
  let functionCount: Int
  public private(set) var memories: [Memory] = []
  public private(set) var tables: [Table] = []
  public private(set) var globals: [Global] = []
  public private(set) var tags: [Tag] = []
  /// By name: kind and index. Not the items themselves, because a function's handle keeps the store, which
  /// keeps its instances.
  private var exported: [ExternName: (kind: ExternKind, index: Int)] = [:]
  /// Segments not dropped yet.
  var liveElements: [Bool]
  var liveData: [Bool]
  /// The references of element segments, evaluated at instantiation.
  var elementReferences: [[UInt64]] = []
  private let block: InstanceBlock
  /// The module's code in the mode of the instance.
  let code: CodeStore
  /// Bodies that the instance has in place of the module's, by function.
  var replacements: [UInt32: FunctionReplacement] = [:]
  /// Entries of the instance's own, once it has had such a body.
  var ownCodes: UnsafeMutablePointer<FunctionCode>?

  /// Instantiates a module (4.5.4): resolves its imports, initialises its state, runs its start function.
  /// Throws `LinkError`, `Trap`, `ExecutionLimit`, or an error of the code that it ran.
  public init(store: Store, module: Module, imports: Imports, mode: CodeMode = .plain) throws {
    self.module = module
    code = module.codeStore(mode)
    self.store = store
    let structure = module.structure
    block = InstanceBlock(module, code, heap: store.heap)
    state = block.state
    functions = block.functions
    functionCount = module.translation.typeOfFunction.count
    liveElements = Array(repeating: true, count: structure.elements.count)
    liveData = Array(repeating: true, count: structure.data.count)

    try store.admit(module)
    try link(imports)
    state.pointee.index = store.add(self)
    store.reserveFunctions(structure.functions.count)
    for (index, definition) in structure.functions.enumerated() {
      try checkTime(at: index)
      let position = module.translation.importedFunctionCount + index
      functions[position] = store.addFunction(
        module.translation.functionType(of: position), typeID: module.typeIDs[Int(definition.type)],
        code: code.codes + index, instance: state)
    }
    for type in structure.tags {
      tags.append(
        Tag(
          module.translation.functionType(Int(type)) ?? FunctionType(), typeID: module.typeIDs[Int(type)],
          engine: store.engine))
    }
    for type in structure.memories {
      try store.meter.checkTime()
      memories.append(try Memory(type, store: store))
    }
    try makeGlobals()
    for definition in structure.tables {
      try store.meter.checkTime()
      let fill = try definition.initializer.map { try evaluate($0).slots.0 } ?? 0
      tables.append(
        try Table(
          definition.type, element: module.shared(definition.type.element), fill: fill, store: store))
    }
    publish()
    for (index, segment) in structure.elements.enumerated() {
      try checkTime(at: index)
      elementReferences.append(try references(of: segment))
    }
    for export in structure.exports {
      exported[ExternName(export.name)] = (export.kind, Int(export.index))
    }
    try initialise()
    if let start = structure.start { _ = try function(Int(start)).call() }
  }

  deinit { ownCodes?.deallocate() }

  public func export(_ name: String) -> Extern? {
    exported[ExternName(name)].flatMap { item($0.kind, $0.index) }
  }

  /// All exports by name.
  var exports: [ExternName: Extern] { exported.compactMapValues { item($0.kind, $0.index) } }

  /// The exported function of that name, nil when there is none.
  public func function(named name: String) -> Function? {
    if case .function(let function)? = export(name) { function } else { nil }
  }

  /// Calls an exported function by its name. Throws `CallError` when there is none of that name, and whatever
  /// `Function.call` throws.
  @discardableResult
  public func call(_ name: String, _ arguments: Value...) throws -> [Value] {
    guard let function = function(named: name) else {
      throw CallError(description: "the module exports no function named \(name)")
    }
    return try function.call(arguments)
  }

  func function(_ index: Int) -> Function {
    Function(module.translation.functionType(of: index), store: store, record: functions[index])
  }

  private func item(_ kind: ExternKind, _ index: Int) -> Extern? {
    switch kind {
    case .function: .function(function(index))
    case .table: .table(tables[index])
    case .memory: .memory(memories[index])
    case .global: .global(globals[index])
    case .tag: .tag(tags[index])
    }
  }

  // MARK: - Imports

  private func link(_ imports: Imports) throws {
    var functionIndex = 0
    for item in module.imports {
      guard let found = imports.find(item.module, item.name) else {
        let others = imports.names(in: item.module)
        throw LinkError(
          reason: .unknownImport, module: item.module, name: item.name, expected: describe(item.type),
          found: others.isEmpty
            ? "there is nothing under that module name"
            : "under that module name there are: \(others.joined(separator: ", "))")
      }
      guard matches(found, item) else {
        throw LinkError(
          reason: .incompatibleImportType, module: item.module, name: item.name,
          expected: describe(item.type), found: describe(found))
      }
      switch found {
      case .function(let function):
        functions[functionIndex] = function.record
        functionIndex += 1
      case .table(let table): tables.append(table)
      case .memory(let memory): memories.append(memory)
      case .global(let global): globals.append(global)
      case .tag(let tag): tags.append(tag)
      }
    }
  }

  /// Whether an external value has an import's type (Core 3.3.17, 4.5.2).
  private func matches(_ item: Extern, _ wanted: Import) -> Bool {
    func within(_ actual: Limits, _ wanted: Limits) -> Bool {
      guard actual.minimum >= wanted.minimum else { return false }
      guard let most = wanted.maximum else { return true }
      return actual.maximum.map { $0 <= most } ?? false
    }
    guard store.accepts(item) else { return false }
    switch (item, wanted.type) {
    case (.function(let function), .function(let index)) where wanted.isExact:
      return function.record.pointee.typeID == module.typeIDs[Int(index)]
    case (.function(let function), .function(let index)):
      return store.engine.types.isSubtype(function.record.pointee.typeID, of: module.typeIDs[Int(index)])
    case (.table(let table), .table(let wanted)):
      return table.element == module.shared(wanted.element) && table.type.addressType == wanted.addressType
        && within(table.type.limits, wanted.limits)
    case (.memory(let memory), .memory(let wanted)):
      return memory.type.addressType == wanted.addressType && memory.type.isShared == wanted.isShared
        && memory.type.pageSizeExponent == wanted.pageSizeExponent
        && within(memory.type.limits, wanted.limits)
    case (.global(let global), .global(let wanted)):
      guard global.type.isMutable == wanted.isMutable else { return false }
      let content = module.shared(wanted.content)
      return global.type.isMutable
        ? global.content == content : store.engine.types.matches(global.content, content)
    case (.tag(let tag), .tag(let index)): return tag.typeID == module.typeIDs[Int(index)]
    default: return false
    }
  }

  private func describe(_ type: ExternType) -> String {
    switch type {
    case .function(let index):
      "a function of type \(module.translation.functionType(Int(index))?.description ?? "unknown")"
    case .table(let type): "a table of \(type.element), at least \(type.limits.minimum) elements"
    case .memory(let type): "a memory of at least \(type.limits.minimum) pages"
    case .global(let type): "a global of type \(type.isMutable ? "mut " : "")\(type.content)"
    case .tag: "a tag"
    }
  }

  private func describe(_ item: Extern) -> String {
    func limits(_ limits: Limits) -> String {
      "\(limits.minimum)" + (limits.maximum.map { " to \($0)" } ?? " or more")
    }
    return switch item {
    case .function(let function): "a function of type \(function.type)"
    case .table(let table): "a table of \(limits(table.type.limits)) \(table.type.element)"
    case .memory(let memory): "a memory of \(limits(memory.type.limits)) pages"
    case .global(let global): "a global of type \(global.type.isMutable ? "mut " : "")\(global.type.content)"
    case .tag(let tag): "a tag of type \(tag.type)"
    }
  }

  // MARK: - State

  /// Own globals get their cells in the instance's block, imported ones leave their address there.
  private func makeGlobals() throws {
    for (index, global) in globals.enumerated() {
      block.globals[index * 2] = UInt64(UInt(bitPattern: global.cell))
    }
    for (index, definition) in module.structure.globals.enumerated() {
      try checkTime(at: index)
      let value = try evaluate(definition.initializer)
      let cell = block.globals + globals.count * 2
      (cell[0], cell[1]) = value.slots
      globals.append(
        Global(
          definition.type, content: module.shared(definition.type.content), cell: cell, owner: block,
          heap: store.heap))
    }
  }

  /// Tells running code where tables and memories are.
  private func publish() {
    for (index, table) in tables.enumerated() { block.tables[index] = table.storage }
    for (index, memory) in memories.enumerated() { block.memories[index] = memory.storage }
  }

  private func references(of segment: ElementSegment) throws -> [UInt64] {
    switch segment.elements {
    case .functions(let indices):
      indices.map { UInt64(UInt(bitPattern: functions[Int($0)])) }
    case .expressions(let list):
      // All of them are kept until the last one is made.
      try list.enumerated().map { index, expression in
        try checkTime(at: index)
        return try evaluate(expression)
      }.map(\.slots.0)
    }
  }

  /// Looks at the limits before some of the items that a module lists: it may list millions.
  private func checkTime(at index: Int) throws(ExecutionLimit) {
    if index & 0xFF == 0 { try store.meter.checkTime() }
  }

  /// Copies active segments into their tables and memories, in order (4.5.4).
  private func initialise() throws {
    for (index, segment) in module.structure.elements.enumerated() {
      try checkTime(at: index)
      switch segment.mode {
      case .active(let table, let offset):
        let position = try evaluate(offset).slots.0
        try initialise(
          table: Int(table), at: position, segment: index, from: 0,
          count: UInt64(elementReferences[index].count))
        liveElements[index] = false
      case .declarative: liveElements[index] = false
      case .passive: break
      }
    }
    for (index, segment) in module.structure.data.enumerated() {
      try checkTime(at: index)
      guard case .active(let memory, let offset) = segment.mode else { continue }
      let position = try evaluate(offset).slots.0
      try initialise(
        memory: Int(memory), at: position, segment: index, from: 0, count: UInt64(segment.bytes.count))
      liveData[index] = false
    }
  }

  /// `table.init` (4.4.6).
  func initialise(table: Int, at position: UInt64, segment: Int, from start: UInt64, count: UInt64) throws {
    let references = liveElements[segment] ? elementReferences[segment] : []
    let (end, overflow) = start.addingReportingOverflow(count)
    guard !overflow, end <= UInt64(references.count), tables[table].contains(position, count) else {
      throw Trap(.outOfBoundsTableAccess)
    }
    let elements = tables[table].storage.pointee.elements
    for offset in 0..<Int(count) { elements[Int(position) + offset] = references[Int(start) + offset] }
  }

  /// `memory.init` (4.4.7).
  func initialise(memory: Int, at position: UInt64, segment: Int, from start: UInt64, count: UInt64) throws {
    let bytes = liveData[segment] ? module.structure.data[segment].bytes : []
    let (end, overflow) = start.addingReportingOverflow(count)
    guard !overflow, end <= UInt64(bytes.count), memories[memory].contains(position, count) else {
      throw Trap(.outOfBoundsMemoryAccess)
    }
    let first = bytes.startIndex + Int(start)
    _ = memories[memory].write(bytes[first..<first + Int(count)], at: position)
  }
}

/// The raw memory of an instance, freed with the last of its owners.
final class InstanceBlock {
  let state: UnsafeMutablePointer<InstanceState>
  let functions: UnsafeMutablePointer<UnsafeMutablePointer<FunctionRecord>>
  let globals: Slots
  let tables: UnsafeMutablePointer<UnsafeMutablePointer<TableStorage>>
  let memories: UnsafeMutablePointer<UnsafeMutablePointer<MemoryStorage>>
  /// Stands for a first memory where there is none; nothing is accessible there.
  private let noMemory = UnsafeMutablePointer<MemoryStorage>.allocate(capacity: 1)
  private let nowhere = MemoryBase.allocate(byteCount: 8, alignment: 8)
  /// What globals refer to.
  private let heap: Heap

  init(_ module: Module, _ code: CodeStore, heap: Heap) {
    self.heap = heap
    let counts = module.translation
    functions = .allocate(capacity: max(counts.typeOfFunction.count, 1))
    globals = .allocate(capacity: max(counts.globalIsWide.count * 2, 1))
    globals.initialize(repeating: 0, count: max(counts.globalIsWide.count * 2, 1))
    tables = .allocate(capacity: max(counts.tableAddressTypes.count, 1))
    memories = .allocate(capacity: max(counts.memoryAddressTypes.count, 1))
    noMemory.initialize(to: MemoryStorage(base: nowhere, byteCount: 0, pageSizeExponent: 16))
    memories[0] = noMemory
    state = .allocate(capacity: 1)
    state.initialize(
      to: InstanceState(
        globals: globals, tables: tables, memories: memories, functions: functions,
        codes: code.codes, index: 0))
  }

  deinit {
    state.deallocate()
    functions.deallocate()
    globals.deallocate()
    tables.deallocate()
    memories.deallocate()
    noMemory.deallocate()
    nowhere.deallocate()
  }
}
