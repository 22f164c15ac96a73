import WebAssembly

/// Element and data segments (Core 6.6.10, 6.6.11).
extension ModuleParser {
  mutating func elementField(_ field: ModuleField) throws(TextError) {
    if let name = try name(cursor.takeIdentifier(), "elem") { names.elements[field.index] = name }
    if cursor.take(.declare) {
      try addElements(mode: .declarative)
    } else if isIndex || cursor.kind == .leftParenthesis && !isReferenceType {
      // Where the table is not given in full the type may be left out as well.
      let isBare = cursor.openKeyword != .table
      let table = try target(.table, .table)
      try addElements(mode: .active(index: table, offset: try offset()), typeMayBeMissing: isBare)
    } else {
      try addElements(mode: .passive)
    }
  }

  /// `(table x)` or `(memory x)`, in older texts a bare index; 0 when left out.
  private mutating func target(_ keyword: Keyword, _ space: IndexSpace) throws(TextError) -> UInt32 {
    guard cursor.takeOpen(keyword) else { return try optionalIndex(space) }
    let index = try index(space)
    try cursor.expectClose()
    return index
  }

  /// `(offset …)` or one folded instruction.
  private mutating func offset() throws(TextError) -> Expression {
    guard cursor.takeOpen(.offset) else { return try foldedExpression() }
    let expression = try expression()
    try cursor.expectClose()
    return expression
  }

  private mutating func addElements(mode: SegmentMode, typeMayBeMissing: Bool = false) throws(TextError) {
    var type = ValueType.reference(.function, nullable: false)
    let elements: ElementSegment.Elements
    if isReferenceType {
      type = try referenceType()
      elements = .expressions(try elementExpressions())
    } else {
      guard cursor.take(.function) || typeMayBeMissing else {
        throw cursor.unexpected("func or a reference type")
      }
      elements = .functions(try functionIndices())
    }
    module.elements.append(ElementSegment(type: type, elements: elements, mode: mode))
  }

  mutating func functionIndices() throws(TextError) -> [UInt32] {
    var indices: [UInt32] = []
    while isIndex { indices.append(try index(.function)) }
    return indices
  }

  /// `(item …)` or folded instructions.
  mutating func elementExpressions() throws(TextError) -> [Expression] {
    var expressions: [Expression] = []
    while cursor.kind == .leftParenthesis {
      if cursor.takeOpen(.item) {
        expressions.append(try expression())
        try cursor.expectClose()
      } else {
        expressions.append(try foldedExpression())
      }
    }
    return expressions
  }

  mutating func dataField(_ field: ModuleField) throws(TextError) {
    if let name = try name(cursor.takeIdentifier(), "data") { names.data[field.index] = name }
    var mode = SegmentMode.passive
    if cursor.kind == .leftParenthesis || isIndex {
      let memory = try target(.memory, .memory)
      mode = .active(index: memory, offset: try offset())
    }
    module.data.append(DataSegment(bytes: cursor.strings()[...], mode: mode))
  }
}
