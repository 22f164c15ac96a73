import WebAssembly

/// Makes a module of its text in three passes over the tokens: one finds the fields and what they are
/// called, one reads the types, and one everything else, which may refer to all of these (Core 6.6).
package struct ModuleParser {
  package var cursor: TokenCursor
  let options: TextOptions
  var module = ModuleStructure()
  var spaces = IndexSpaces()
  var names = NameSection()
  /// Function types that a type use without an index stands for: the least index of each.
  var functionTypes: [FunctionType: UInt32] = [:]
  var fields: [ModuleField] = []
  /// Which annotations have found what they annotate.
  var usedAnnotations: Set<Int> = []
  var body = BodyState()

  package init(_ cursor: TokenCursor, options: TextOptions) {
    self.cursor = cursor
    self.options = options
  }

  /// The fields of a module up to the parenthesis that closes it, or to the end of the text. `identifier` is
  /// the module's own, `start` the token from which on annotations belong to it.
  package mutating func parseFields(identifier: Int32?, from start: Int) throws(TextError) -> ModuleStructure
  {
    try nameModule(identifier)
    try scanFields()
    let end = cursor.index
    for field in fields where field.keyword == .type || field.keyword == .rec {
      cursor.index = field.start
      try typeField()
    }
    indexFunctionTypes()
    for field in fields where field.keyword != .type && field.keyword != .rec {
      cursor.index = field.start + 2
      try parse(field)
    }
    cursor.index = end
    try checkAnnotations(in: start...end)
    finishSections()
    return module
  }

  private mutating func parse(_ field: ModuleField) throws(TextError) {
    switch field.keyword {
    case .import: try importField(field)
    case .function: try functionField(field)
    case .table: try tableField(field)
    case .memory: try memoryField(field)
    case .tag: try tagField(field)
    case .global: try globalField(field)
    case .export: try exportField()
    case .start: try startField()
    case .elem: try elementField(field)
    default: try dataField(field)
    }
    try cursor.expectClose()
  }

  /// What can be said only when everything has been read.
  private mutating func finishSections() {
    if body.namesDataSegments { module.dataCount = UInt32(module.data.count) }
    addBranchHints()
    if options.keepsNames, names != NameSection(),
      !module.customSections.contains(where: { $0.name == "name" })
    {
      module.customSections.append(
        CustomSection(name: "name", bytes: names.encode()[...], place: SectionPlace.last))
    }
    module.settleCustomSections()
  }

  // MARK: Indices

  /// An index of the space as a number or an identifier.
  mutating func index(_ space: IndexSpace) throws(TextError) -> UInt32 {
    if cursor.kind == .identifier {
      guard let index = spaces.find(space, cursor.token.value) else {
        throw cursor.error("unknown \(space.label) \(cursor.spelling(of: cursor.token))")
      }
      cursor.advance()
      return index
    }
    guard cursor.kind == .natural else { throw cursor.unexpected("a \(space.label) index") }
    return try cursor.natural32()
  }

  /// Whether an index stands here.
  var isIndex: Bool { cursor.kind == .natural || cursor.kind == .identifier }

  /// An index of the space, 0 when there is none.
  mutating func optionalIndex(_ space: IndexSpace) throws(TextError) -> UInt32 {
    isIndex ? try index(space) : 0
  }
}

extension TokenCursor {
  /// A text that is one module, in parentheses or as bare fields (6.6.14).
  package mutating func wholeModule(_ options: TextOptions) throws(TextError) -> ModuleStructure {
    let start = index
    let inParentheses = takeOpen(.module)
    let identifier = inParentheses ? takeIdentifier() : nil
    var parser = ModuleParser(self, options: options)
    let module = try parser.parseFields(identifier: identifier, from: start)
    self = parser.cursor
    if inParentheses { try expectClose() }
    guard kind == .end else { throw unexpected(inParentheses ? "the end of the text" : "a module field") }
    return module
  }
}

extension ModuleStructure {
  /// Reads a module in the text format (Core 6). Throws at the first fault found, in time linear in the
  /// text's length. The result is well-formed, but not validated.
  public init(text: [UInt8], options: TextOptions = TextOptions()) throws(TextError) {
    var cursor = TokenCursor(TokenizedText(text, options: options))
    self = try cursor.wholeModule(options)
  }

  public init(text: String, options: TextOptions = TextOptions()) throws(TextError) {
    try self.init(text: Array(text.utf8), options: options)
  }
}
