import WebAssembly

/// Imports, functions, tables, memories, tags, globals, exports and the start function (Core 6.6).
/// Every method stands behind the field's keyword and stops at its closing parenthesis.
extension ModuleParser {
  // MARK: Imports and exports

  mutating func importField(_ field: ModuleField) throws(TextError) {
    let moduleName = try cursor.name()
    let name = try cursor.name()
    try cursor.expectOpen()
    guard let kind = Self.externKind(cursor.keyword) else {
      throw cursor.unexpected("func, table, memory, global or tag")
    }
    cursor.advance()
    try nameDefinition(kind, field.index)
    try addImport(moduleName, name, kind)
    try cursor.expectClose()
  }

  /// Reads the type of an import and adds the import.
  private mutating func addImport(_ moduleName: String, _ name: String, _ kind: ExternKind) throws(TextError)
  {
    var isExact = false
    let type: ExternType
    switch kind {
    case .function:
      isExact = cursor.takeOpen(.exact)
      type = .function(type: try typeUse(named: true).index)
      if isExact { try cursor.expectClose() }
    case .table: type = .table(try tableType())
    case .memory: type = .memory(try memoryType(try addressType()))
    case .global: type = .global(try globalType())
    case .tag: type = .tag(type: try typeUse(named: true).index)
    }
    module.imports.append(Import(moduleName, name, type, isExact: isExact))
  }

  /// The identifier and name of a definition, then the exports written with it, then its import when it is
  /// one, which ends the field.
  private mutating func definitionHead(_ kind: ExternKind, _ index: UInt32) throws(TextError) -> Bool {
    try nameDefinition(kind, index)
    while cursor.takeOpen(.export) {
      module.exports.append(Export(try cursor.name(), kind, index))
      try cursor.expectClose()
    }
    guard cursor.takeOpen(.import) else { return false }
    let moduleName = try cursor.name()
    let name = try cursor.name()
    try cursor.expectClose()
    try addImport(moduleName, name, kind)
    return true
  }

  private mutating func nameDefinition(_ kind: ExternKind, _ index: UInt32) throws(TextError) {
    let identifier = cursor.takeIdentifier()
    guard let name = try name(identifier, kind.keyword) else { return }
    switch kind {
    case .function: names.functions[index] = name
    case .table: names.tables[index] = name
    case .memory: names.memories[index] = name
    case .global: names.globals[index] = name
    case .tag: names.tags[index] = name
    }
  }

  mutating func exportField() throws(TextError) {
    let name = try cursor.name()
    try cursor.expectOpen()
    guard let kind = Self.externKind(cursor.keyword) else {
      throw cursor.unexpected("func, table, memory, global or tag")
    }
    cursor.advance()
    module.exports.append(Export(name, kind, try index(IndexSpace(kind))))
    try cursor.expectClose()
  }

  mutating func startField() throws(TextError) {
    guard module.start == nil else {
      throw cursor.error("multiple start sections: a module has at most one")
    }
    module.start = try index(.function)
  }

  // MARK: Functions and tags

  mutating func functionField(_ field: ModuleField) throws(TextError) {
    if try definitionHead(.function, field.index) { return }
    let use = try typeUse(named: true)
    body.beginFunction(field.index)
    defer { body.endFunction() }
    for (index, parameter) in use.parameters.enumerated() {
      try nameLocal(parameter.identifier, parameter.name, UInt32(index))
    }
    body.localCount = UInt32(use.type?.parameters.count ?? 0)
    let groups = try locals()
    let localsSize = Self.encodedSize(of: groups)
    let expression = try expression()
    module.functions.append(FunctionDefinition(type: use.index, locals: groups, body: expression))
    body.moveHints(by: localsSize)
  }

  private mutating func nameLocal(_ identifier: Token?, _ name: String?, _ index: UInt32) throws(TextError) {
    if let identifier, body.locals.updateValue(index, forKey: identifier.value) != nil {
      throw cursor.error(
        "duplicate local \(cursor.spelling(of: identifier)): identifiers must differ", at: identifier)
    }
    if let name, let function = body.function { names.locals[function, default: [:]][index] = name }
  }

  /// `(local …)*`, neighbours of one type together.
  private mutating func locals() throws(TextError) -> [LocalGroup] {
    var groups: [LocalGroup] = []
    while cursor.takeOpen(.local) {
      let token = cursor.token
      let identifier = cursor.takeIdentifier()
      let name = try name(identifier, "local")
      try nameLocal(identifier == nil ? nil : token, name, body.localCount)
      while cursor.kind != .rightParenthesis || identifier != nil {
        let type = try valueType()
        if groups.last?.type == type {
          groups[groups.count - 1].count += 1
        } else {
          groups.append(LocalGroup(count: 1, type: type))
        }
        body.localCount += 1
        if identifier != nil { break }
      }
      try cursor.expectClose()
    }
    return groups
  }

  private static func encodedSize(of groups: [LocalGroup]) -> Int {
    var writer = ByteWriter()
    writer.u32(UInt32(groups.count))
    for group in groups {
      writer.u32(group.count)
      writer.valueType(group.type)
    }
    return writer.bytes.count
  }

  mutating func tagField(_ field: ModuleField) throws(TextError) {
    if try definitionHead(.tag, field.index) { return }
    module.tags.append(try typeUse(named: true).index)
  }

  // MARK: Tables, memories, globals

  mutating func addressType() throws(TextError) -> AddressType {
    if cursor.take(.i64) { return .i64 }
    _ = cursor.take(.i32)
    return .i32
  }

  private mutating func limits() throws(TextError) -> Limits {
    let minimum = try size()
    return Limits(minimum, cursor.kind == .natural ? try size() : nil)
  }

  private mutating func size() throws(TextError) -> UInt64 {
    options.features.contains(.memory64) ? try cursor.natural64() : UInt64(try cursor.natural32())
  }

  private mutating func tableType() throws(TextError) -> TableType {
    let addressType = try addressType()
    let limits = try limits()
    return TableType(try referenceType(), limits, addressType: addressType)
  }

  mutating func tableField(_ field: ModuleField) throws(TextError) {
    if try definitionHead(.table, field.index) { return }
    let addressType = try addressType()
    guard cursor.kind != .natural else {
      let limits = try limits()
      let type = TableType(try referenceType(), limits, addressType: addressType)
      let hasInitializer = cursor.kind != .rightParenthesis
      module.tables.append(TableDefinition(type, initializer: hasInitializer ? try expression() : nil))
      return
    }
    // A table with its elements, whose number is its size.
    let elementType = try referenceType()
    guard cursor.takeOpen(.elem) else { throw cursor.unexpected("the elements of the table") }
    var type = elementType
    var elements: ElementSegment.Elements
    if cursor.kind == .leftParenthesis {
      elements = .expressions(try elementExpressions())
    } else {
      let indices = try functionIndices()
      if elementType == .funcref {
        elements = .functions(indices)
        type = .reference(.function, nullable: false)
      } else {
        elements = .expressions(indices.map(Self.functionReference))
      }
    }
    try cursor.expectClose()
    let size = UInt64(elements.count)
    module.tables.append(
      TableDefinition(TableType(elementType, Limits(size, size), addressType: addressType)))
    module.elements.append(
      ElementSegment(
        type: type, elements: elements,
        mode: .active(index: field.index, offset: Self.zero(addressType))))
  }

  /// Everything of a memory type behind its address type.
  private mutating func memoryType(_ addressType: AddressType) throws(TextError) -> MemoryType {
    let limits = try limits()
    let isShared = cursor.take(.shared)
    let exponent = try pageSize()
    return MemoryType(limits, addressType: addressType, isShared: isShared, pageSizeExponent: exponent)
  }

  /// `(pagesize n)` as an exponent of two; 16 without it.
  private mutating func pageSize() throws(TextError) -> UInt8 {
    let start = cursor.token
    guard cursor.takeOpen(.pagesize) else { return 16 }
    guard options.features.contains(.customPageSizes) else {
      throw cursor.error("custom page size: it needs the feature custom-page-sizes, which is off", at: start)
    }
    let place = cursor.token
    let size = try cursor.natural64()
    guard size.nonzeroBitCount == 1 else {
      throw cursor.error("invalid custom page size: it must be a power of two", at: place)
    }
    try cursor.expectClose()
    return UInt8(size.trailingZeroBitCount)
  }

  mutating func memoryField(_ field: ModuleField) throws(TextError) {
    if try definitionHead(.memory, field.index) { return }
    let addressType = try addressType()
    guard cursor.kind == .leftParenthesis else {
      module.memories.append(try memoryType(addressType))
      return
    }
    // A memory with its contents, which determine its size.
    let exponent = try pageSize()
    guard cursor.takeOpen(.data) else { throw cursor.unexpected("the contents of the memory") }
    let bytes = cursor.strings()
    try cursor.expectClose()
    let mask = UInt64(1) << UInt64(exponent) - 1
    let pages = UInt64(bytes.count) >> UInt64(exponent) + (UInt64(bytes.count) & mask == 0 ? 0 : 1)
    module.memories.append(
      MemoryType(Limits(pages, pages), addressType: addressType, pageSizeExponent: exponent))
    module.data.append(
      DataSegment(bytes: bytes[...], mode: .active(index: field.index, offset: Self.zero(addressType))))
  }

  private mutating func globalType() throws(TextError) -> GlobalType {
    guard cursor.takeOpen(.mutable) else { return GlobalType(try valueType()) }
    let type = GlobalType(try valueType(), isMutable: true)
    try cursor.expectClose()
    return type
  }

  mutating func globalField(_ field: ModuleField) throws(TextError) {
    if try definitionHead(.global, field.index) { return }
    let type = try globalType()
    module.globals.append(GlobalDefinition(type, initializer: try expression()))
  }

  // MARK: Expressions that the text leaves out

  private static func zero(_ type: AddressType) -> Expression {
    var writer = InstructionWriter()
    writer.append(type == .i32 ? .i32Const : .i64Const)
    writer.append(.end)
    return writer.expression
  }

  static func functionReference(_ index: UInt32) -> Expression {
    var writer = InstructionWriter()
    writer.append(.refFunc, a: index)
    writer.append(.end)
    return writer.expression
  }
}
