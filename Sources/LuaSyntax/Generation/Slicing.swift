// Small sources from a large one: a statement with those before it that it needs.

extension SyntaxTree {
  /// Sources of at most so many tokens: runs of statements of the chunk, with the earlier ones that declare what
  /// they name. The chunk itself when it is small enough.
  package func slices(tokenLimit: Int) -> [[UInt8]] {
    if tokens.count <= tokenLimit { return [source] }
    let statements = children(of: root)
    var declared: [[UInt8]: [Int]] = [:]
    var slices: [[UInt8]] = []
    for (place, statement) in statements.enumerated() {
      var wanted: Set<Int> = []
      var waiting = [place]
      while let next = waiting.popLast() {
        guard wanted.insert(next).inserted else { continue }
        for name in names(in: statements[next]) {
          waiting += (declared[name] ?? []).filter { $0 < next }
        }
      }
      let count = wanted.reduce(0) { $0 + nodes[statements[$1]].tokens.count }
      if count <= tokenLimit {
        slices.append(
          Array(wanted.sorted().map { text(nodes[statements[$0]].tokens) + [0x0A] }.joined()))
      }
      for name in declaredNames(of: statement) { declared[name, default: []].append(place) }
    }
    return slices
  }

  private func names(in node: Int) -> Set<[UInt8]> {
    Set(nodes[node].tokens.lazy.filter { tokens[$0].kind == .name }.map { Array(source[tokens[$0].range]) })
  }

  /// The names that a statement gives a value: locals, functions, variables that are assigned to.
  private func declaredNames(of statement: Int) -> Set<[UInt8]> {
    switch nodes[statement].kind {
    case .localFunction:
      return [Array(source[tokens[nodes[statement].tokens.lowerBound + 2].range])]
    case .localStatement, .assignment, .functionStatement:
      return children(of: statement).first.map { names(in: $0) } ?? []
    default: return []
    }
  }
}
