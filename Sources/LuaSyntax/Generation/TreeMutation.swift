// Changes and crosses trees: what one source has in one place is put into another.

/// Pieces of sources by what they are, to be put elsewhere.
package struct PieceStore: Sendable {
  private(set) var expressions: [[UInt8]] = []
  private(set) var statements: [[UInt8]] = []
  private var known: Set<[UInt8]> = []

  /// What is longer is a script by itself.
  private static let greatestByteCount = 120
  private static let greatestCount = 20_000

  package init() {}

  /// Adds what a tree holds.
  package mutating func add(_ tree: SyntaxTree) {
    for node in tree.nodes {
      let isExpression = node.kind.isExpression && node.kind != .name && node.kind != .vararg
      guard isExpression || node.kind.isStatement && node.kind != .returnStatement else { continue }
      let text = Array(tree.text(node.tokens))
      guard (2...Self.greatestByteCount).contains(text.count), known.count < Self.greatestCount,
        known.insert(text).inserted
      else { continue }
      if isExpression { expressions.append(text) } else { statements.append(text) }
    }
  }
}

/// Changes sources at random.
package struct TreeMutator {
  private var random: RandomSource
  private let pieces: PieceStore

  package init(_ random: RandomSource, _ pieces: PieceStore) {
    self.random = random
    self.pieces = pieces
  }

  /// A source near the tree's; nil when the change made none that is Lua.
  package mutating func mutate(_ tree: SyntaxTree) -> SyntaxTree? {
    var tree = tree
    var isChanged = false
    // One change mostly, several now and then.
    let count = random.oneIn(3) ? 2 + random.below(3) : 1
    for _ in 0..<count {
      guard let source = changed(tree), let next = try? SyntaxTree(parsing: source) else { continue }
      tree = next
      isChanged = true
    }
    return isChanged ? tree : nil
  }

  private mutating func changed(_ tree: SyntaxTree) -> [UInt8]? {
    guard !tree.tokens.isEmpty else { return nil }
    switch random.below(21) {
    case 0..<5: return atExpression(tree)
    case 5..<9: return atToken(tree)
    case 9..<11: return atStatement(tree)
    case 11..<14: return atCall(tree)
    case 14..<17: return atLiteral(tree)
    case 17..<19: return atOperator(tree)
    case 19: return atDeclaration(tree)
    default: return withMore(tree)
    }
  }

  /// The number of a node of a kind; nil when there is none near where it is looked for.
  private mutating func node(of tree: SyntaxTree, _ isWanted: (SyntaxKind) -> Bool) -> Int? {
    let start = random.below(tree.nodes.count)
    for offset in 0..<tree.nodes.count {
      let node = (start + offset) % tree.nodes.count
      if isWanted(tree.nodes[node].kind), !tree.nodes[node].tokens.isEmpty { return node }
    }
    return nil
  }

  private func replacing(_ tokens: Range<Int>, of tree: SyntaxTree, with text: [UInt8]) -> [UInt8] {
    guard let first = tokens.first, let last = tokens.last else { return tree.source }
    let start = tree.tokens[first].range.lowerBound
    let end = tree.tokens[last].range.upperBound
    return tree.source[..<start] + [0x20] + text + [0x20] + tree.source[end...]
  }

  /// An expression to put somewhere.
  private mutating func expression(_ tree: SyntaxTree) -> [UInt8] {
    switch random.below(6) {
    case 0, 1:
      if !pieces.expressions.isEmpty { return random.pick(pieces.expressions) }
    case 2:
      if let node = node(of: tree, \.isExpression) { return Array(tree.text(tree.nodes[node].tokens)) }
    case 3:
      var generator = ScriptGenerator(random)
      let call = generator.call()
      random = generator.source
      return Array("\(call.function)(\(call.arguments.joined(separator: ", ")))".utf8)
    default: break
    }
    return value(.any)
  }

  private mutating func value(_ kind: ArgumentKind) -> [UInt8] {
    var generator = ScriptGenerator(random)
    let text = generator.value(kind)
    random = generator.source
    return Array("(\(text))".utf8)
  }

  private mutating func atExpression(_ tree: SyntaxTree) -> [UInt8]? {
    guard let node = node(of: tree, \.isExpression) else { return nil }
    let tokens = tree.nodes[node].tokens
    let old = Array(tree.text(tokens))
    let new: [UInt8]
    switch random.below(8) {
    case 0:
      new =
        Array("(".utf8) + old + Array(" \(random.pick(Library.binaryOperators)) ".utf8) + expression(tree)
        + Array(")".utf8)
    case 1: new = Array("(\(random.pick(Library.unaryOperators))".utf8) + old + Array(")".utf8)
    case 2: new = Array("select(2, pcall(function() return ".utf8) + old + Array(" end))".utf8)
    default: new = expression(tree)
    }
    return replacing(tokens, of: tree, with: new)
  }

  private mutating func atToken(_ tree: SyntaxTree) -> [UInt8]? {
    let token = random.below(tree.tokens.count)
    let other = random.below(tree.tokens.count)
    let text = Array(tree.source[tree.tokens[other].range])
    switch random.below(3) {
    case 0: return replacing(token..<token + 1, of: tree, with: [])
    case 1: return replacing(token..<token + 1, of: tree, with: text)
    default:
      return replacing(
        token..<token + 1, of: tree, with: Array(tree.source[tree.tokens[token].range]) + [0x20] + text)
    }
  }

  private mutating func atStatement(_ tree: SyntaxTree) -> [UInt8]? {
    guard let node = node(of: tree, \.isStatement) else { return nil }
    let tokens = tree.nodes[node].tokens
    let old = Array(tree.text(tokens))
    switch random.below(6) {
    case 0: return replacing(tokens, of: tree, with: [])
    case 1: return replacing(tokens, of: tree, with: old + [0x20] + old)
    case 2:
      return replacing(
        tokens, of: tree, with: Array("print(pcall(function() ".utf8) + old + Array(" end))".utf8))
    case 3: return replacing(tokens, of: tree, with: Array("do ".utf8) + old + Array(" end".utf8))
    default:
      guard !pieces.statements.isEmpty else { return nil }
      let piece = random.pick(pieces.statements)
      return replacing(tokens, of: tree, with: random.oneIn(2) ? piece + [0x20] + old : old + [0x20] + piece)
    }
  }

  private mutating func atCall(_ tree: SyntaxTree) -> [UInt8]? {
    guard let node = node(of: tree, { $0 == .arguments }) else { return nil }
    let tokens = tree.nodes[node].tokens
    guard tree.tokens[tokens.lowerBound].isSymbol(.leftParenthesis) else {
      return replacing(tokens, of: tree, with: Array("(".utf8) + expression(tree) + Array(")".utf8))
    }
    var arguments = tree.children(of: node).map { Array(tree.text(tree.nodes[$0].tokens)) }
    switch random.below(5) {
    case 0 where !arguments.isEmpty: arguments.remove(at: random.below(arguments.count))
    case 1 where arguments.count > 1:
      arguments.swapAt(random.below(arguments.count), random.below(arguments.count))
    case 2: arguments.insert(value(.any), at: random.below(arguments.count + 1))
    default:
      if arguments.isEmpty { return nil }
      arguments[random.below(arguments.count)] = expression(tree)
    }
    return replacing(
      tokens, of: tree,
      with: Array("(".utf8) + Array(arguments.joined(separator: Array(", ".utf8))) + Array(")".utf8))
  }

  private mutating func atLiteral(_ tree: SyntaxTree) -> [UInt8]? {
    guard let node = node(of: tree, { $0 == .number || $0 == .string }) else { return nil }
    let tokens = tree.nodes[node].tokens
    let old = Array(tree.text(tokens))
    if tree.nodes[node].kind == .number {
      let new =
        switch random.below(4) {
        case 0: Array("(".utf8) + old + Array(" + 1)".utf8)
        case 1: Array("(".utf8) + old + Array(" - 1)".utf8)
        default: value(.number)
        }
      return replacing(tokens, of: tree, with: new)
    }
    guard old.count > 2, old[0] != UInt8(ascii: "["), random.oneIn(2) else {
      return replacing(
        tokens, of: tree, with: value(random.pick([.string, .pattern, .format, .packing, .bytes])))
    }
    // Within the quotes.
    var new = old
    let place = 1 + random.below(old.count - 2)
    switch random.below(3) {
    case 0: new.remove(at: place)
    case 1: new.insert(random.pick(Array("%-+*?.[]()^$0123456789abdfgiosxz\\ <>!=".utf8)), at: place)
    default: new[place] = random.pick(Array("%-+*?.[]()^$0123456789abdfgiosxz <>!=".utf8))
    }
    return replacing(tokens, of: tree, with: new)
  }

  private mutating func atOperator(_ tree: SyntaxTree) -> [UInt8]? {
    guard let node = node(of: tree, { $0 == .binary }), let first = tree.children(of: node).first else {
      return atExpression(tree)
    }
    let token = tree.nodes[first].tokens.upperBound
    return replacing(token..<token + 1, of: tree, with: Array(random.pick(Library.binaryOperators).utf8))
  }

  /// A local variable with another attribute, or of another name.
  private mutating func atDeclaration(_ tree: SyntaxTree) -> [UInt8]? {
    guard let node = node(of: tree, { $0 == .localStatement }), let names = tree.children(of: node).first
    else { return nil }
    let tokens = tree.nodes[names].tokens
    let variables = tokens.filter { token in
      tree.tokens[token].kind == .name
        && (token == tokens.lowerBound || tree.tokens[token - 1].isSymbol(.comma))
    }
    guard !variables.isEmpty else { return nil }
    let variable = random.pick(variables)
    let hasAttribute = variable + 1 < tokens.upperBound && tree.tokens[variable + 1].isSymbol(.less)
    let name = Array(tree.source[tree.tokens[variable].range])
    switch random.below(4) {
    case 0: return replacing(variable..<variable + 1, of: tree, with: Array("_ENV".utf8))
    case 1 where hasAttribute: return replacing(variable + 1..<variable + 4, of: tree, with: [])
    default:
      return replacing(
        variable..<variable + (hasAttribute ? 4 : 1), of: tree,
        with: name + Array(random.oneIn(3) ? " <close>".utf8 : " <const>".utf8))
    }
  }

  /// The source with another statement before or behind it.
  private mutating func withMore(_ tree: SyntaxTree) -> [UInt8]? {
    var generator = ScriptGenerator(random)
    let statement = Array(generator.statement().utf8)
    random = generator.source
    return random.oneIn(2) ? statement + [0x0A] + tree.source : tree.source + [0x0A] + statement
  }
}
