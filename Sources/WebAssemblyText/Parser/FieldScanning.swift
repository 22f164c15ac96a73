import WebAssembly

/// The first pass over a module: where its fields are and which indices their identifiers stand for.

struct ModuleField {
  var keyword: Keyword
  /// Tokens from the opening parenthesis to behind the closing one.
  var start: Int
  var end: Int
  /// In its index space; meaningless for fields that define nothing.
  var index: UInt32 = 0
  /// Of the segment that a table or memory brings along.
  var segment: UInt32 = 0
}

extension ModuleParser {
  mutating func scanFields() throws(TextError) {
    var firstDefinition: IndexSpace?
    while true {
      try customAnnotations()
      guard cursor.kind == .leftParenthesis else {
        guard cursor.kind == .rightParenthesis || cursor.kind == .end else {
          throw cursor.unexpected("a module field")
        }
        return
      }
      guard let keyword = cursor.openKeyword, Self.fieldKeywords.contains(keyword) else {
        cursor.advance()
        throw cursor.unexpected("a module field")
      }
      var field = ModuleField(keyword: keyword, start: cursor.index, end: 0)
      let children = walkField()
      field.end = cursor.index
      try define(&field, children, &firstDefinition)
      fields.append(field)
    }
  }

  private static let fieldKeywords: Set<Keyword> = [
    .type, .rec, .import, .function, .table, .memory, .tag, .global, .export, .start, .elem, .data,
  ]

  /// Moves behind the field; returns which of these stand directly in it: an import, or a segment.
  private mutating func walkField() -> Set<Keyword> {
    var children: Set<Keyword> = []
    var depth = 0
    repeat {
      switch cursor.kind {
      case .leftParenthesis:
        depth += 1
        if depth == 2, let keyword = cursor.openKeyword, [.import, .elem, .data].contains(keyword) {
          children.insert(keyword)
        }
      case .rightParenthesis: depth -= 1
      case .end: return children
      default: break
      }
      cursor.advance()
    } while depth > 0
    return children
  }

  private mutating func define(
    _ field: inout ModuleField, _ children: Set<Keyword>, _ firstDefinition: inout IndexSpace?
  ) throws(TextError) {
    switch field.keyword {
    case .rec:
      try scanRecursionGroup(field)
    case .import:
      // (import "module" "name" (kind $id …))
      guard
        let kind = Self.externKind(cursor.keyword(of: cursor.text.tokens[min(field.start + 5, field.end)]))
      else { return }
      try refuseImport(field, after: firstDefinition)
      field.index = try define(IndexSpace(kind), at: field.start + 6, in: field)
    default:
      guard let space = Self.space(of: field.keyword) else { return }
      field.index = try define(space, at: field.start + 2, in: field)
      guard Self.externKind(field.keyword) != nil else { return }
      if children.contains(.import) {
        try refuseImport(field, after: firstDefinition)
      } else {
        firstDefinition = firstDefinition ?? space
        // An inline segment follows the definition that it fills.
        if field.keyword == .table, children.contains(.elem) {
          field.segment = spaces.define(.element, nil) ?? 0
        } else if field.keyword == .memory, children.contains(.data) {
          field.segment = spaces.define(.data, nil) ?? 0
        }
      }
    }
  }

  private mutating func scanRecursionGroup(_ field: ModuleField) throws(TextError) {
    var depth = 0
    for index in field.start..<field.end {
      let token = cursor.text.tokens[index]
      if token.kind == .leftParenthesis {
        depth += 1
        if depth == 2, cursor.keyword(of: cursor.text.tokens[index + 1]) == .type {
          _ = try define(.type, at: index + 2, in: field)
        }
      } else if token.kind == .rightParenthesis {
        depth -= 1
      }
    }
  }

  /// Gives the next index of the space to the identifier at `place`, if that is one.
  private mutating func define(_ space: IndexSpace, at place: Int, in field: ModuleField) throws(TextError)
    -> UInt32
  {
    let token = cursor.text.tokens[min(place, field.end)]
    let identifier = token.kind == .identifier && place < field.end ? token.value : nil
    guard let index = spaces.define(space, identifier) else {
      throw cursor.error(
        "duplicate \(space.label) \(cursor.spelling(of: token)): identifiers must differ", at: token)
    }
    return index
  }

  private func refuseImport(_ field: ModuleField, after definition: IndexSpace?) throws(TextError) {
    guard let definition else { return }
    throw cursor.error(
      "import after \(definition.label): imports come before all definitions",
      at: cursor.text.tokens[field.start])
  }

  static func externKind(_ keyword: Keyword?) -> ExternKind? {
    switch keyword {
    case .function: .function
    case .table: .table
    case .memory: .memory
    case .global: .global
    case .tag: .tag
    default: nil
    }
  }

  private static func space(of keyword: Keyword) -> IndexSpace? {
    switch keyword {
    case .type: .type
    case .elem: .element
    case .data: .data
    default: externKind(keyword).map(IndexSpace.init)
    }
  }
}
