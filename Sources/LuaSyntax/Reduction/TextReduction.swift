// What can be left out of a source without knowing what it says.

extension Reducer {
  /// Leaves out lines, then bytes.
  mutating func reduceText() throws {
    let lines = smallest.split(separator: 0x0A, omittingEmptySubsequences: false)
    try leaveOut(of: lines.count, mustParse: false) { kept in
      Array(kept.map { lines[$0] }.joined(separator: [0x0A]))
    }
    guard smallest.count <= 4096 else { return }
    let bytes = smallest
    try leaveOut(of: bytes.count, mustParse: false) { kept in kept.map { bytes[$0] } }
  }

  /// Drops comments and empty lines, if the property does not depend on them.
  mutating func tidy() throws {
    guard let tree = try? SyntaxTree(parsing: smallest) else { return }
    _ = try take([tree.withoutComments()], mustParse: true)
  }

  /// Puts each statement on a line of its own place, if the property does not depend on that.
  mutating func layOut() throws {
    guard let tree = try? SyntaxTree(parsing: smallest) else { return }
    _ = try take([tree.tidied(joiningLines: true)], mustParse: true, evenIfLarger: true)
  }
}

extension SyntaxTree {
  /// The chunk without comments, empty lines and space at the ends of lines.
  fileprivate func withoutComments() -> [UInt8] {
    var result: [UInt8] = []
    var previous: Token?
    for token in tokens {
      if let previous {
        let gap = source[previous.range.upperBound..<token.range.lowerBound]
        if gap.contains(0x0A) { result.append(0x0A) } else if !gap.isEmpty { result.append(0x20) }
      }
      result += source[token.range]
      previous = token
    }
    return result + (result.isEmpty ? [] : [0x0A])
  }

  /// The same, with two spaces before what a block holds. Lines can be joined that end within a statement.
  package func tidied(joiningLines joins: Bool = false) -> [UInt8] {
    // Where blocks and statements begin and end, by token.
    var change = Array(repeating: 0, count: tokens.count + 1)
    var beginsStatement = Array(repeating: false, count: tokens.count + 1)
    for node in nodes.dropLast() where !node.tokens.isEmpty {
      if node.kind.isStatement { beginsStatement[node.tokens.lowerBound] = true }
      guard node.kind == .block else { continue }
      change[node.tokens.lowerBound] += 1
      change[node.tokens.upperBound] -= 1
    }
    var result: [UInt8] = []
    var depth = 0
    for (number, token) in tokens.enumerated() {
      depth += change[number]
      if number > 0 {
        let gap = source[tokens[number - 1].range.upperBound..<token.range.lowerBound]
        if gap.contains(0x0A), !joins || beginsStatement[number] || token.closesBlock {
          result.append(0x0A)
          result += Array(repeating: 0x20, count: 2 * depth)
        } else if !gap.isEmpty {
          result.append(0x20)
        }
      }
      result += source[token.range]
    }
    return result + (result.isEmpty ? [] : [0x0A])
  }
}

extension Token {
  /// Whether it is a word that ends a block.
  fileprivate var closesBlock: Bool {
    isKeyword(.end) || isKeyword(.else) || isKeyword(.elseif) || isKeyword(.until)
  }
}
