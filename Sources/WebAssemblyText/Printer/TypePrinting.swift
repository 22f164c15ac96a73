import WebAssembly

/// Types in the text format (Core 6.4).
extension ModulePrinter {
  func heapType(_ type: HeapType) -> String {
    guard let index = type.typeIndex else { return type.description }
    return type.isExact ? "(exact \(types.reference(index)))" : types.reference(index)
  }

  func valueType(_ type: ValueType) -> String {
    guard type.isReference else { return type.description }
    return type.shorthand ?? "(ref \(type.isNullable ? "null " : "")\(heapType(type.heapType)))"
  }

  private func limits(_ limits: Limits) -> String {
    limits.maximum.map { "\(limits.minimum) \($0)" } ?? String(limits.minimum)
  }

  func tableType(_ type: TableType) -> String {
    (type.addressType == .i64 ? "i64 " : "") + limits(type.limits) + " " + valueType(type.element)
  }

  func memoryType(_ type: MemoryType) -> String {
    var text = (type.addressType == .i64 ? "i64 " : "") + limits(type.limits)
    if type.isShared { text += " shared" }
    if type.pageSizeExponent != 16, type.pageSizeExponent < 64 {
      text += " (pagesize \(UInt64(1) << UInt64(type.pageSizeExponent)))"
    }
    return text
  }

  func globalType(_ type: GlobalType) -> String {
    type.isMutable ? "(mut \(valueType(type.content)))" : valueType(type.content)
  }

  /// `(type x)` with the parameters and results of the type, for the reader.
  func typeUse(_ index: UInt32) -> String {
    guard let type = functionType(index), isWritten(type) else { return "(type \(types.reference(index)))" }
    return "(type \(types.reference(index)))\(parameters(type.parameters))\(results(type.results))"
  }

  /// Whether parameters and results stand beside the type's index.
  func isWritten(_ type: FunctionType) -> Bool {
    type.parameters.count + type.results.count <= Self.writtenTypes
  }

  func functionType(_ index: UInt32) -> FunctionType? {
    Int(index) < module.types.count ? module.types[Int(index)].functionType : nil
  }

  func parameters(_ types: [ValueType]) -> String {
    types.isEmpty ? "" : " (param \(types.map(valueType).joined(separator: " ")))"
  }

  func results(_ types: [ValueType]) -> String {
    types.isEmpty ? "" : " (result \(types.map(valueType).joined(separator: " ")))"
  }

  func blockType(_ type: BlockType) -> String {
    switch type.kind {
    case .empty: ""
    case .result(let type): " (result \(valueType(type)))"
    case .type(let index): " " + typeUse(index)
    }
  }

  // MARK: Type definitions

  mutating func printTypes() {
    for group in module.recursionGroups {
      guard group.count != 1 else {
        line(typeDefinition(group.lowerBound))
        continue
      }
      line("(rec")
      for index in group { line(typeDefinition(index), depth: 2) }
      append(")")
    }
  }

  private mutating func typeDefinition(_ index: Int) -> String {
    let binding = bind(types, UInt32(index), \.types, names.types)
    let type = module.types[index]
    var text = composite(type.composite, UInt32(index))
    if let descriptor = type.descriptor { text = "(descriptor \(types.reference(descriptor))) " + text }
    if let described = type.described { text = "(describes \(types.reference(described))) " + text }
    if !type.isFinal || !type.supertypes.isEmpty {
      let supertypes = type.supertypes.map { types.reference($0) + " " }.joined()
      text = "(sub \(type.isFinal ? "final " : "")\(supertypes)\(text))"
    }
    return "(type\(binding) \(text))"
  }

  private mutating func composite(_ type: CompositeType, _ index: UInt32) -> String {
    switch type {
    case .function(let type):
      return "(func\(parameters(type.parameters))\(results(type.results)))"
    case .array(let field):
      return "(array \(fieldType(field)))"
    case .structure(let fields):
      let names = fieldNames(of: index)
      var text = "(struct"
      for (number, field) in fields.enumerated() {
        if names.hasName(UInt32(number)) {
          printed.fields[index, default: [:]][UInt32(number)] = self.names.fields[index]?[UInt32(number)]
        }
        text += " (field\(names.binding(UInt32(number))) \(fieldType(field)))"
      }
      return text + ")"
    }
  }

  func fieldNames(of type: UInt32) -> PrintedNames { fields[type] ?? PrintedNames([:], count: 0) }

  private func fieldType(_ type: FieldType) -> String {
    let storage =
      switch type.storage {
      case .value(let type): valueType(type)
      case .i8: "i8"
      case .i16: "i16"
      }
    return type.isMutable ? "(mut \(storage))" : storage
  }
}
