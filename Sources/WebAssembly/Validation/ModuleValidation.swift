/// Validates what a module defines besides types and function bodies (Core 3.4, 3.5).

extension ModuleContext {
  func validateModule(_ watch: LoadingWatch?) throws(ValidationError) {
    func step() throws(ValidationError) {
      if let watch, watch.isOver() { throw ValidationError("validation was stopped") }
    }
    try validateImports()
    for type in functions {
      try step()
      try checkFunctionType(type)
    }
    for table in module.tables { try check(table.type) }
    for memory in module.memories { try check(memory) }
    for tag in module.tags { try checkTag(tag) }
    for global in module.globals { try check(global.type.content) }
    try validateCounts()
    // One for all constant expressions.
    var validator = FunctionValidator(self)
    try validateInitializers(with: &validator, step)
    try validateExports(step)
    try validateStart()
    for index in module.elements.indices { try validateElementSegment(index, with: &validator, step) }
    for segment in module.data {
      try step()
      try validateDataSegment(segment, with: &validator)
    }
  }

  private func validateImports() throws(ValidationError) {
    for entry in module.imports {
      switch entry.type {
      case .function(let type): try checkFunctionType(type)
      case .table(let type): try check(type)
      case .memory(let type): try check(type)
      case .global(let type):
        try check(type.content)
        try checkMutability(type, "import")
      case .tag(let type): try checkTag(type)
      }
    }
  }

  private func validateCounts() throws(ValidationError) {
    if memories.count > 1, !features.contains(.multiMemory) {
      throw ValidationError("multiple memories: they need the feature multi-memory, which is off")
    }
    guard module.memories.count <= ImplementationLimits.memories else {
      throw ValidationError("too many memories: this engine takes \(ImplementationLimits.memories)")
    }
    if tables.count > 1, !features.contains(.referenceTypes) {
      throw ValidationError("multiple tables: they need the feature reference-types, which is off")
    }
    if let count = module.dataCount, Int(count) != module.data.count {
      throw ValidationError("data count and data section have inconsistent lengths", isMalformed: true)
    }
  }

  // MARK: - Types (3.2)

  /// Whether the types that a value type names exist.
  func check(_ type: ValueType) throws(ValidationError) {
    if let index = type.usedTypeIndex, Int(index) >= types.types.count {
      throw ValidationError("unknown type \(index)")
    }
  }

  private func checkFunctionType(_ index: UInt32) throws(ValidationError) {
    guard Int(index) < types.types.count else { throw ValidationError("unknown type \(index)") }
    guard types.isFunction(index) else {
      throw ValidationError("unknown type \(index): it is no function type")
    }
  }

  private func checkTag(_ index: UInt32) throws(ValidationError) {
    try checkFunctionType(index)
    guard types.results(of: index).count == 0 else { throw ValidationError("non-empty tag result type") }
  }

  private func check(_ type: TableType) throws(ValidationError) {
    try check(type.element)
    guard type.addressType == .i64 || max(type.limits.minimum, type.limits.maximum ?? 0) <= UInt64(UInt32.max)
    else { throw ValidationError("table size must be at most 2^32-1") }
    try checkOrder(type.limits)
  }

  private func check(_ type: MemoryType) throws(ValidationError) {
    guard type.pageSizeExponent == 0 || type.pageSizeExponent == 16 else {
      throw ValidationError(
        "invalid custom page size: 2^\(type.pageSizeExponent) bytes, where it must be 1 or 65536 bytes")
    }
    let bound: UInt64
    let text: String
    switch (type.addressType, type.pageSizeExponent) {
    case (.i32, 16): (bound, text) = (65536, "65536 pages (4GiB)")
    case (.i32, _): (bound, text) = (UInt64(UInt32.max), "2^32-1 pages of 1 byte")
    case (.i64, 16): (bound, text) = (1 << 48, "2^48 pages")
    case (.i64, _): (bound, text) = (UInt64.max, "2^64-1 pages of 1 byte")
    }
    guard max(type.limits.minimum, type.limits.maximum ?? 0) <= bound else {
      throw ValidationError("memory size must be at most \(text)")
    }
    try checkOrder(type.limits)
    if type.isShared, type.limits.maximum == nil {
      throw ValidationError("shared memory must have maximum")
    }
  }

  private func checkOrder(_ limits: Limits) throws(ValidationError) {
    if let maximum = limits.maximum, limits.minimum > maximum {
      throw ValidationError("size minimum must not be greater than maximum")
    }
  }

  private func checkMutability(_ type: GlobalType, _ direction: String) throws(ValidationError) {
    if type.isMutable, !features.contains(.mutableGlobals) {
      throw ValidationError(
        "mutable globals cannot be \(direction)ed without the feature mutable-globals, which is off")
    }
  }

  // MARK: - Definitions (3.4)

  private func validateInitializers(
    with validator: inout FunctionValidator, _ step: () throws(ValidationError) -> Void
  ) throws(ValidationError) {
    // Tables come before globals and see only the imported ones; a global sees those before it.
    for table in module.tables {
      try step()
      if let initializer = table.initializer {
        try validateConstant(
          initializer, table.type.element, visibleGlobals: importedGlobalCount, with: &validator)
      } else if !table.type.element.isDefaultable {
        throw ValidationError("type mismatch: a table of \(table.type.element) needs an initial value")
      }
    }
    for (index, global) in module.globals.enumerated() {
      try step()
      let visible = features.contains(.gc) ? importedGlobalCount + index : importedGlobalCount
      try validateConstant(
        global.initializer, global.type.content, visibleGlobals: visible, with: &validator)
    }
  }

  private func validateConstant(
    _ expression: Expression, _ type: ValueType, visibleGlobals: Int? = nil,
    with validator: inout FunctionValidator
  ) throws(ValidationError) {
    let visible = visibleGlobals ?? (features.contains(.gc) ? globals.count : importedGlobalCount)
    try ConstantValidation.validate(
      expression, type: type, visibleGlobals: visible, in: self, with: &validator)
  }

  private func validateExports(_ step: () throws(ValidationError) -> Void) throws(ValidationError) {
    var names: Set<ExternName> = []
    // For a few a set takes longer to make than to do without.
    let areFew = module.exports.count <= 16
    for (index, export) in module.exports.enumerated() {
      try step()
      let name = ExternName(export.name)
      let isNew =
        areFew
        ? !module.exports[..<index].contains { ExternName($0.name) == name } : names.insert(name).inserted
      guard isNew else {
        throw ValidationError("duplicate export name \(BoundedText.name(export.name))")
      }
      let count: Int
      switch export.kind {
      case .function: count = functions.count
      case .table: count = tables.count
      case .memory: count = memories.count
      case .global: count = globals.count
      case .tag: count = tags.count
      }
      guard Int(export.index) < count else {
        throw ValidationError("unknown \(export.kind.noun) \(export.index)")
      }
      if export.kind == .global { try checkMutability(globals[Int(export.index)], "export") }
    }
  }

  private func validateStart() throws(ValidationError) {
    guard let start = module.start else { return }
    guard Int(start) < functions.count else { throw ValidationError("unknown function \(start)") }
    guard functionType(of: Int(start)) == FunctionType() else {
      throw ValidationError("start function \(start) must have neither parameters nor results")
    }
  }

  private func validateElementSegment(
    _ index: Int, with validator: inout FunctionValidator, _ step: () throws(ValidationError) -> Void
  ) throws(ValidationError) {
    try step()
    let segment = module.elements[index]
    try check(segment.type)
    guard segment.type.isReference else {
      throw ValidationError("type mismatch: elements must be references")
    }
    switch segment.elements {
    case .functions(let indices):
      for function in indices where Int(function) >= functions.count {
        throw ValidationError("unknown function \(function)")
      }
      guard types.matches(.reference(.function, nullable: false), segment.type) else {
        throw ValidationError("type mismatch: the segment's elements are functions, not \(segment.type)")
      }
    case .expressions(let list):
      for expression in list {
        try step()
        try validateConstant(expression, segment.type, with: &validator)
      }
    }
    guard case .active(let tableIndex, let offset) = segment.mode else { return }
    guard Int(tableIndex) < tables.count else { throw ValidationError("unknown table \(tableIndex)") }
    let table = tables[Int(tableIndex)]
    guard types.matches(segment.type, table.element) else {
      throw ValidationError(
        "type mismatch: element segment \(index) of \(segment.type) does not fit table \(tableIndex) of "
          + "\(table.element)")
    }
    try validateConstant(offset, table.addressType.valueType, with: &validator)
  }

  private func validateDataSegment(_ segment: DataSegment, with validator: inout FunctionValidator)
    throws(ValidationError)
  {
    guard case .active(let memory, let offset) = segment.mode else { return }
    guard Int(memory) < memories.count else { throw ValidationError("unknown memory \(memory)") }
    try validateConstant(offset, memories[Int(memory)].addressType.valueType, with: &validator)
  }
}

extension ExternKind {
  fileprivate var noun: String { self == .function ? "function" : keyword }
}
