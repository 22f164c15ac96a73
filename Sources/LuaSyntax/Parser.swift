// Reads the grammar (manual, section 9).

/// Reads tokens and makes nodes of them.
struct Parser {
  private let tokens: [Token]
  private let end: Int
  private var position = 0
  /// How deep constructs stand in one another. Lua itself refuses what is deeper.
  private var depth = 0
  private(set) var nodes: [SyntaxNode] = []

  private static let maximumDepth = 200

  /// `end` is the size of the source in bytes.
  init(_ tokens: [Token], end: Int) {
    self.tokens = tokens
    self.end = end
    nodes.reserveCapacity(tokens.count)
  }

  mutating func parseChunk() throws(LuaSyntaxError) {
    try parseBlock()
    guard position == tokens.count else { throw unexpected("a statement") }
  }

  // MARK: - Tokens

  private var current: Token? { position < tokens.count ? tokens[position] : nil }

  private func isAt(_ symbol: Symbol) -> Bool { current?.isSymbol(symbol) ?? false }
  private func isAt(_ keyword: Keyword) -> Bool { current?.isKeyword(keyword) ?? false }

  private mutating func accept(_ symbol: Symbol) -> Bool {
    guard isAt(symbol) else { return false }
    position += 1
    return true
  }

  private mutating func accept(_ keyword: Keyword) -> Bool {
    guard isAt(keyword) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ symbol: Symbol) throws(LuaSyntaxError) {
    guard accept(symbol) else { throw unexpected("`\(symbol.rawValue)`") }
  }

  private mutating func expect(_ keyword: Keyword) throws(LuaSyntaxError) {
    guard accept(keyword) else { throw unexpected("`\(keyword.rawValue)`") }
  }

  private mutating func expectName() throws(LuaSyntaxError) {
    guard current?.kind == .name else { throw unexpected("a name") }
    position += 1
  }

  private func unexpected(_ expectation: String) -> LuaSyntaxError {
    guard let current else {
      return LuaSyntaxError(
        offset: end, line: tokens.last?.line ?? 1, reason: "expected \(expectation) before the end")
    }
    return LuaSyntaxError(
      offset: current.range.lowerBound, line: current.line, reason: "expected \(expectation)")
  }

  private mutating func enter() throws(LuaSyntaxError) {
    depth += 1
    guard depth <= Self.maximumDepth else {
      let place = current ?? tokens[tokens.count - 1]
      throw LuaSyntaxError(
        offset: place.range.lowerBound, line: place.line,
        reason: "more than \(Self.maximumDepth) constructs stand in one another")
    }
  }

  private mutating func leave() { depth -= 1 }

  // MARK: - Nodes

  /// Where a node begins: at which token, and before which node.
  private typealias Start = (token: Int, node: Int)

  private var here: Start { (position, nodes.count) }

  private mutating func close(_ kind: SyntaxKind, _ start: Start) {
    nodes.append(SyntaxNode(kind: kind, tokens: start.token..<position, first: start.node))
  }

  // MARK: - Statements

  private var isBlockAtEnd: Bool {
    guard let current else { return true }
    return current.isKeyword(.end) || current.isKeyword(.else) || current.isKeyword(.elseif)
      || current.isKeyword(.until)
  }

  private mutating func parseBlock() throws(LuaSyntaxError) {
    let start = here
    while !isBlockAtEnd {
      if isAt(.return) {
        try parseReturn()
        break
      }
      try enter()
      try parseStatement()
      leave()
    }
    close(.block, start)
  }

  private mutating func parseReturn() throws(LuaSyntaxError) {
    let start = here
    position += 1
    if !isBlockAtEnd, !isAt(.semicolon) { try parseExpressionList() }
    _ = accept(.semicolon)
    close(.returnStatement, start)
  }

  private mutating func parseStatement() throws(LuaSyntaxError) {
    let start = here
    let kind: SyntaxKind
    switch current?.kind {
    case .symbol(.semicolon):
      position += 1
      kind = .emptyStatement
    case .symbol(.doubleColon):
      position += 1
      try expectName()
      try expect(.doubleColon)
      kind = .label
    case .keyword(.break):
      position += 1
      kind = .breakStatement
    case .keyword(.goto):
      position += 1
      try expectName()
      kind = .gotoStatement
    case .keyword(.do):
      position += 1
      try parseBlock()
      try expect(.end)
      kind = .doStatement
    case .keyword(.while):
      position += 1
      try parseExpression()
      try expect(.do)
      try parseBlock()
      try expect(.end)
      kind = .whileStatement
    case .keyword(.repeat):
      position += 1
      try parseBlock()
      try expect(.until)
      try parseExpression()
      kind = .repeatStatement
    case .keyword(.if):
      try parseIf()
      kind = .ifStatement
    case .keyword(.for): kind = try parseFor()
    case .keyword(.function):
      position += 1
      try parseFunctionName()
      try parseFunctionBody()
      kind = .functionStatement
    case .keyword(.local): kind = try parseLocal()
    default: kind = try parseExpressionStatement()
    }
    close(kind, start)
  }

  private mutating func parseIf() throws(LuaSyntaxError) {
    repeat {
      let start = here
      position += 1
      try parseExpression()
      try expect(.then)
      try parseBlock()
      close(.clause, start)
    } while isAt(.elseif)
    if isAt(.else) {
      let start = here
      position += 1
      try parseBlock()
      close(.clause, start)
    }
    try expect(.end)
  }

  private mutating func parseFor() throws(LuaSyntaxError) -> SyntaxKind {
    position += 1
    let names = here
    try expectName()
    let isNumeric = isAt(.assign)
    while !isNumeric, accept(.comma) { try expectName() }
    close(.nameList, names)
    if isNumeric {
      position += 1
      let list = here
      try parseExpression()
      try expect(.comma)
      try parseExpression()
      if accept(.comma) { try parseExpression() }
      close(.expressionList, list)
    } else {
      try expect(.in)
      try parseExpressionList()
    }
    try expect(.do)
    try parseBlock()
    try expect(.end)
    return isNumeric ? .numericFor : .genericFor
  }

  private mutating func parseFunctionName() throws(LuaSyntaxError) {
    let start = here
    try expectName()
    while accept(.dot) { try expectName() }
    if accept(.colon) { try expectName() }
    close(.functionName, start)
  }

  private mutating func parseLocal() throws(LuaSyntaxError) -> SyntaxKind {
    position += 1
    if accept(.function) {
      try expectName()
      try parseFunctionBody()
      return .localFunction
    }
    let names = here
    repeat {
      try expectName()
      if accept(.less) {
        try expectName()
        try expect(.greater)
      }
    } while accept(.comma)
    close(.nameList, names)
    if accept(.assign) { try parseExpressionList() }
    return .localStatement
  }

  private mutating func parseExpressionStatement() throws(LuaSyntaxError) -> SyntaxKind {
    let start = here
    try parseSuffixedExpression()
    if !isAt(.assign), !isAt(.comma) {
      guard nodes.last?.kind == .call else { throw unexpected("a statement, not an expression,") }
      return .callStatement
    }
    try checkAssignable()
    while accept(.comma) {
      try parseSuffixedExpression()
      try checkAssignable()
    }
    close(.variableList, start)
    try expect(.assign)
    try parseExpressionList()
    return .assignment
  }

  private func checkAssignable() throws(LuaSyntaxError) {
    guard nodes.last?.kind == .name || nodes.last?.kind == .index else {
      throw unexpected("what can be assigned to before this")
    }
  }

  // MARK: - Expressions

  private mutating func parseExpressionList() throws(LuaSyntaxError) {
    let start = here
    repeat { try parseExpression() } while accept(.comma)
    close(.expressionList, start)
  }

  /// Reads an expression whose binary operators bind tighter than `limit` (manual, section 3.4.8).
  private mutating func parseExpression(above limit: Int = 0) throws(LuaSyntaxError) {
    try enter()
    let start = here
    if isUnaryOperator {
      position += 1
      try parseExpression(above: Self.unaryPriority)
      close(.unary, start)
    } else {
      try parseSimpleExpression()
    }
    while let priority = binaryPriority, priority.left > limit {
      position += 1
      try parseExpression(above: priority.right)
      close(.binary, start)
    }
    leave()
  }

  private static let unaryPriority = 12

  private var isUnaryOperator: Bool {
    switch current?.kind {
    case .symbol(.minus), .symbol(.length), .symbol(.tilde), .keyword(.not): true
    default: false
    }
  }

  /// How tight the operator here binds to its sides; less to the right where it associates so.
  private var binaryPriority: (left: Int, right: Int)? {
    switch current?.kind {
    case .keyword(.or): (1, 1)
    case .keyword(.and): (2, 2)
    case .symbol(.less), .symbol(.greater), .symbol(.lessOrEqual), .symbol(.greaterOrEqual),
      .symbol(.notEqual), .symbol(.equal):
      (3, 3)
    case .symbol(.pipe): (4, 4)
    case .symbol(.tilde): (5, 5)
    case .symbol(.ampersand): (6, 6)
    case .symbol(.shiftLeft), .symbol(.shiftRight): (7, 7)
    case .symbol(.concatenate): (9, 8)
    case .symbol(.plus), .symbol(.minus): (10, 10)
    case .symbol(.times), .symbol(.divide), .symbol(.floorDivide), .symbol(.modulo): (11, 11)
    case .symbol(.power): (14, 13)
    default: nil
    }
  }

  private mutating func parseSimpleExpression() throws(LuaSyntaxError) {
    let start = here
    let kind: SyntaxKind
    switch current?.kind {
    case .number: kind = .number
    case .string: kind = .string
    case .keyword(.nil): kind = .nil
    case .keyword(.true), .keyword(.false): kind = .boolean
    case .symbol(.ellipsis): kind = .vararg
    case .symbol(.leftBrace): return try parseTable()
    case .keyword(.function):
      position += 1
      try parseFunctionBody()
      close(.function, start)
      return
    default: return try parseSuffixedExpression()
    }
    position += 1
    close(kind, start)
  }

  private mutating func parseSuffixedExpression() throws(LuaSyntaxError) {
    let start = here
    if accept(.leftParenthesis) {
      try parseExpression()
      try expect(.rightParenthesis)
      close(.parentheses, start)
    } else if current?.kind == .name {
      position += 1
      close(.name, start)
    } else {
      throw unexpected("an expression")
    }
    while let current {
      switch current.kind {
      case .symbol(.dot):
        position += 1
        try expectName()
        close(.index, start)
      case .symbol(.leftBracket):
        position += 1
        try parseExpression()
        try expect(.rightBracket)
        close(.index, start)
      case .symbol(.colon):
        position += 1
        try expectName()
        try parseArguments()
        close(.call, start)
      case .symbol(.leftParenthesis), .symbol(.leftBrace), .string:
        try parseArguments()
        close(.call, start)
      default: return
      }
    }
  }

  private mutating func parseArguments() throws(LuaSyntaxError) {
    let start = here
    switch current?.kind {
    case .string:
      position += 1
      close(.string, start)
    case .symbol(.leftBrace): try parseTable()
    default:
      try expect(.leftParenthesis)
      if !isAt(.rightParenthesis) {
        repeat { try parseExpression() } while accept(.comma)
      }
      try expect(.rightParenthesis)
    }
    close(.arguments, start)
  }

  private mutating func parseTable() throws(LuaSyntaxError) {
    try enter()
    let start = here
    try expect(.leftBrace)
    while !isAt(.rightBrace) {
      let field = here
      if accept(.leftBracket) {
        try parseExpression()
        try expect(.rightBracket)
        try expect(.assign)
      } else if current?.kind == .name, position + 1 < tokens.count, tokens[position + 1].isSymbol(.assign) {
        position += 2
      }
      try parseExpression()
      close(.field, field)
      if !accept(.comma), !accept(.semicolon) { break }
    }
    try expect(.rightBrace)
    close(.table, start)
    leave()
  }

  /// Reads parameters and the block behind them, to its `end`.
  private mutating func parseFunctionBody() throws(LuaSyntaxError) {
    try enter()
    try expect(.leftParenthesis)
    let names = here
    if !isAt(.rightParenthesis) {
      repeat {
        if accept(.ellipsis) { break }
        try expectName()
      } while accept(.comma)
    }
    close(.nameList, names)
    try expect(.rightParenthesis)
    try parseBlock()
    try expect(.end)
    leave()
  }
}
