// The tree of a chunk: which tokens belong together, and as what (manual, section 3.3 and 3.4).

/// A node's place in the grammar of the manual (section 9).
package enum SyntaxKind: Hashable, Sendable, CaseIterable {
  case block
  // Statements.
  case emptyStatement, assignment, callStatement, label, breakStatement, gotoStatement, doStatement
  case whileStatement, repeatStatement, ifStatement, numericFor, genericFor, functionStatement
  case localFunction, localStatement, returnStatement
  // Expressions.
  case `nil`, boolean, number, string, vararg, function, name, index, call, parentheses, table, unary, binary
  // Parts of these.
  /// A condition and the block behind it, or the block of an `else`.
  case clause
  /// The name of a function statement: names with dots and perhaps a colon.
  case functionName
  /// Names without a value: parameters, the variables of `local` and `for`, with their attributes.
  case nameList
  case variableList, expressionList
  /// What a function is called with, its parentheses included.
  case arguments
  case field

  package var isStatement: Bool {
    switch self {
    case .emptyStatement, .assignment, .callStatement, .label, .breakStatement, .gotoStatement, .doStatement,
      .whileStatement, .repeatStatement, .ifStatement, .numericFor, .genericFor, .functionStatement,
      .localFunction, .localStatement, .returnStatement:
      true
    default: false
    }
  }

  package var isExpression: Bool {
    switch self {
    case .nil, .boolean, .number, .string, .vararg, .function, .name, .index, .call, .parentheses, .table,
      .unary, .binary:
      true
    default: false
    }
  }

  /// Whether the node's children are members of a list, each of which can be left out.
  package var isList: Bool {
    switch self {
    case .nameList, .variableList, .expressionList, .arguments, .table: true
    default: false
    }
  }
}

/// A node of a syntax tree.
package struct SyntaxNode: Hashable, Sendable {
  package var kind: SyntaxKind
  /// The tokens that it consists of, by their numbers.
  package var tokens: Range<Int>
  /// The number of the first node below it; its own when there is none. Nodes stand behind their children.
  package var first: Int
}

/// A chunk with its tokens and nodes. Nodes stand in postorder: the last one is the whole chunk's block.
package struct SyntaxTree: Sendable {
  package let source: [UInt8]
  package let tokens: [Token]
  package let nodes: [SyntaxNode]

  /// Reads a chunk. A chunk that is compiled has to meet some more rules: labels and constants are not
  /// looked up here.
  package init(parsing source: [UInt8]) throws(LuaSyntaxError) {
    self.source = source
    tokens = try Lexer.tokens(of: source)
    var parser = Parser(tokens, end: source.count)
    try parser.parseChunk()
    nodes = parser.nodes
  }

  /// The whole chunk's block.
  package var root: Int { nodes.count - 1 }

  /// The nodes right below one, in the order of the source.
  package func children(of node: Int) -> [Int] {
    var children: [Int] = []
    var child = node - 1
    while child >= nodes[node].first {
      children.append(child)
      child = nodes[child].first - 1
    }
    return children.reversed()
  }

  /// The bytes of a range of tokens with what stands between them.
  package func text(_ range: Range<Int>) -> ArraySlice<UInt8> {
    guard let first = range.first, let last = range.last else { return [] }
    return source[tokens[first].range.lowerBound..<tokens[last].range.upperBound]
  }
}
