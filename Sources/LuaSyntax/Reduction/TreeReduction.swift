// What the syntax tree offers to be left out or put in place of something larger.

/// A change of a source: other bytes for a range of tokens.
private struct Edit {
  var tokens: Range<Int>
  var replacement: [UInt8]
}

extension SyntaxTree {
  /// The source with some ranges of tokens replaced; the ranges are in order and do not overlap.
  fileprivate func source(_ edits: [Edit]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(source.count)
    var position = 0
    for edit in edits where !edit.tokens.isEmpty {
      result += source[position..<tokens[edit.tokens.lowerBound].range.lowerBound]
      result += edit.replacement
      position = tokens[edit.tokens.upperBound - 1].range.upperBound
    }
    return result + source[position...]
  }

  /// The nodes from the root on, each before those below it.
  fileprivate var preorder: [Int] {
    var order: [Int] = []
    order.reserveCapacity(nodes.count)
    var waiting = [root]
    while let node = waiting.popLast() {
      order.append(node)
      waiting += children(of: node).reversed()
    }
    return order
  }

  /// The members of a list, of which any may be left out; and what stands around and between them.
  fileprivate func members(of node: Int) -> (ranges: [Range<Int>], separator: [UInt8], area: Range<Int>)? {
    let tokenRange = nodes[node].tokens
    guard !tokenRange.isEmpty else { return nil }
    let children = children(of: node).map { nodes[$0].tokens }
    let comma = Array(", ".utf8)
    switch nodes[node].kind {
    case .block:
      guard let first = children.first, let last = children.last else { return nil }
      return (children, [0x0A], first.lowerBound..<last.upperBound)
    case .variableList, .expressionList: return (children, comma, tokenRange)
    case .arguments, .table:
      // A string or a table may stand for arguments in parentheses.
      guard tokens[tokenRange.lowerBound].isSymbol(.leftParenthesis) || nodes[node].kind == .table else {
        return nil
      }
      return (children, comma, tokenRange.lowerBound + 1..<tokenRange.upperBound - 1)
    case .nameList:
      var ranges: [Range<Int>] = []
      var start = tokenRange.lowerBound
      for token in tokenRange where tokens[token].isSymbol(.comma) {
        ranges.append(start..<token)
        start = token + 1
      }
      return (ranges + [start..<tokenRange.upperBound], comma, tokenRange)
    default: return nil
    }
  }

  /// What might stand in place of a node, the smallest first. Literals that the source does not hold do if they
  /// may be invented.
  fileprivate func replacements(for node: Int, inventingLiterals invents: Bool) -> [[UInt8]] {
    let kind = nodes[node].kind
    func literals(_ texts: [String]) -> [[UInt8]] { invents ? texts.map { Array($0.utf8) } : [] }
    var candidates: [[UInt8]] = []
    if kind.isStatement {
      candidates += partsLeftOut(of: node)
      candidates += inner(of: node) { $0 == .block }
    } else if kind.isExpression {
      switch kind {
      case .nil, .name, .vararg: break
      case .boolean: candidates += literals(["nil"])
      case .number: candidates += literals(["0", "1"])
      case .string:
        candidates += literals(["\"\""])
        if invents { candidates += shorterStrings(of: node) }
      default:
        candidates += literals(["nil", "0", "\"\"", "{}"])
        candidates += inner(of: node) { $0.isExpression }
      }
    }
    return candidates
  }

  /// The nearest nodes of a kind below a node, the smallest first.
  private func inner(of node: Int, where isWanted: (SyntaxKind) -> Bool) -> [[UInt8]] {
    var found: [Int] = []
    var waiting = children(of: node)
    while let next = waiting.popLast() {
      if isWanted(nodes[next].kind) { found.append(next) } else { waiting += children(of: next) }
    }
    return found.sorted { nodes[$0].tokens.count < nodes[$1].tokens.count }.map {
      Array(text(nodes[$0].tokens))
    }
  }

  /// A statement without one of its parts that it can do without.
  private func partsLeftOut(of node: Int) -> [[UInt8]] {
    let whole = nodes[node].tokens
    func without(_ part: Range<Int>) -> [UInt8] {
      Array(text(whole.lowerBound..<part.lowerBound)) + [0x20] + text(part.upperBound..<whole.upperBound)
    }
    let children = children(of: node)
    switch nodes[node].kind {
    case .ifStatement: return children.dropFirst().map { without(nodes[$0].tokens) }
    case .localStatement:
      guard children.count == 2 else { return [] }
      return [Array(text(whole.lowerBound..<nodes[children[0]].tokens.upperBound))]
    default: return []
    }
  }

  /// The source with the body of a function where the function is called, if that is once, by a statement behind it.
  fileprivate func inlined(_ node: Int) -> [UInt8]? {
    guard let name = nameOfFunction(node),
      let call = onlyCall(of: name, behind: nodes[node].tokens.upperBound)
    else { return nil }
    let parts = children(of: node).suffix(2)
    guard parts.count == 2, let parameters = parts.first.map({ nodes[$0].tokens }), let body = parts.last,
      !parameters.contains(where: { tokens[$0].isSymbol(.ellipsis) }), let statements = statements(of: body)
    else { return nil }
    var replacement = Array("do ".utf8)
    if !parameters.isEmpty {
      let arguments = members(of: call.arguments)?.area ?? nodes[call.arguments].tokens
      replacement += Array("local ".utf8) + text(parameters)
      if !arguments.isEmpty { replacement += Array(" = ".utf8) + text(arguments) }
      replacement.append(0x0A)
    }
    return source([
      Edit(tokens: nodes[node].tokens, replacement: []),
      Edit(tokens: call.statement, replacement: replacement + statements + Array("\nend".utf8)),
    ])
  }

  /// The token with the name of a function that a statement defines; nil for fields and methods.
  private func nameOfFunction(_ node: Int) -> Int? {
    let first = nodes[node].tokens.lowerBound
    switch nodes[node].kind {
    case .localFunction: return first + 2
    case .functionStatement:
      guard let name = children(of: node).first, nodes[name].tokens.count == 1 else { return nil }
      return first + 1
    default: return nil
    }
  }

  /// The only use of a name besides a token, if it is a statement that calls what has that name.
  private func onlyCall(of name: Int, behind start: Int) -> (statement: Range<Int>, arguments: Int)? {
    let text = source[tokens[name].range]
    let uses = tokens.indices.filter {
      $0 != name && tokens[$0].kind == .name && source[tokens[$0].range] == text
    }
    guard uses.count == 1, let use = uses.first, use >= start,
      let statement = nodes.indices.first(where: {
        nodes[$0].kind == .callStatement && nodes[$0].tokens.lowerBound == use
      }), let call = children(of: statement).first
    else { return nil }
    let parts = children(of: call)
    guard parts.count == 2, nodes[parts[0]].tokens == use..<use + 1,
      nodes[parts[1]].tokens.lowerBound == use + 1
    else { return nil }
    return (nodes[statement].tokens, parts[1])
  }

  /// What a function's block does, to stand elsewhere; nil if it returns from within.
  private func statements(of body: Int) -> [UInt8]? {
    let last = children(of: body).last
    var node = body - 1
    while node >= nodes[body].first {
      switch nodes[node].kind {
      case .returnStatement where node != last: return nil
      case .function, .localFunction, .functionStatement: node = nodes[node].first
      default: break
      }
      node -= 1
    }
    guard let last, nodes[last].kind == .returnStatement else { return Array(text(nodes[body].tokens)) }
    let before = Array(text(nodes[body].tokens.lowerBound..<nodes[last].tokens.lowerBound))
    guard let values = children(of: last).first else { return before }
    // What it returns is still evaluated.
    return before + Array("\nlocal _ = ".utf8) + text(nodes[values].tokens)
  }

  /// A string's halves, if it is one between quotes without escapes.
  private func shorterStrings(of node: Int) -> [[UInt8]] {
    let text = Array(text(nodes[node].tokens))
    guard text.count > 4, let quote = text.first, quote != UInt8(ascii: "["),
      !text.contains(UInt8(ascii: "\\"))
    else { return [] }
    let content = text[1..<(text.count - 1)]
    let middle = content.count / 2
    return [content.prefix(middle), content.dropFirst(middle)].map { [quote] + $0 + [quote] }
  }
}

extension Reducer {
  /// Leaves out members of blocks and lists, the outer ones first.
  mutating func reduceLists() throws {
    var place = 0
    while let tree = try? SyntaxTree(parsing: smallest) {
      let order = tree.preorder
      // What is left out lies below the node, so those before it keep their places.
      while place < order.count, tree.members(of: order[place]) == nil { place += 1 }
      guard place < order.count, let (ranges, separator, area) = tree.members(of: order[place]) else {
        return
      }
      place += 1
      guard !ranges.isEmpty else { continue }
      let isBlock = separator == [0x0A]
      try leaveOut(of: ranges.count, mustParse: true) { kept in
        if isBlock {
          // What is kept stays on its lines.
          let keptNumbers = Set(kept)
          return tree.source(
            ranges.indices.filter { !keptNumbers.contains($0) }.map {
              Edit(tokens: ranges[$0], replacement: [])
            })
        }
        let members = kept.map { Array(tree.text(ranges[$0])) }
        return tree.source([Edit(tokens: area, replacement: Array(members.joined(separator: separator)))])
      }
    }
  }

  /// Puts something smaller in place of statements and expressions, the outer ones first.
  mutating func simplify() throws {
    var place = 0
    while let tree = try? SyntaxTree(parsing: smallest) {
      let order = tree.preorder
      var isChanged = false
      while place < order.count, !isChanged {
        let node = order[place]
        var candidates = tree.replacements(for: node, inventingLiterals: inventsLiterals).map { replacement in
          tree.source([Edit(tokens: tree.nodes[node].tokens, replacement: replacement)])
        }
        if let inlined = tree.inlined(node) { candidates.append(inlined) }
        // What came in its place may be simplified again.
        isChanged = try take(candidates, mustParse: true) != nil
        if !isChanged { place += 1 }
      }
      if !isChanged { return }
    }
  }

  /// Leaves out runs of tokens, the long ones first.
  mutating func reduceTokens() throws {
    for length in [8, 4, 3, 2, 1] {
      var start = 0
      while let tree = try? SyntaxTree(parsing: smallest), start + length <= tree.tokens.count {
        let starts = start...(tree.tokens.count - length)
        let candidates = starts.map { first in
          tree.source([Edit(tokens: first..<(first + length), replacement: [])])
        }
        guard let taken = try take(candidates, mustParse: true) else { break }
        start += taken
      }
    }
  }
}
