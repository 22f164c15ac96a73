// Patterns on case ids.

/// A pattern that matches whole ids.
///
/// `*` stands for any characters but `/`, `**` for any characters, `**/` also for nothing at all, `?` for
/// one character but `/`, `[a-z]` and `[!a-z]` for one of or none of a set. A backslash takes the next
/// character as it is. Characters are Unicode scalars, so that a mark behind a slash does not hide it.
/// Matching takes time proportional to the product of both lengths.
package struct Glob: Hashable, Sendable {
  package let pattern: String
  private let tokens: [Token]

  private enum Token: Hashable, Sendable {
    case character(Unicode.Scalar)
    case any
    case oneOf([ClosedRange<Unicode.Scalar>], isNegated: Bool)
    case manyInSegment
    case many
    /// The start of `**/`, which may be passed over together with the token behind it.
    case optionalDirectories
    /// The rest of `**/`: anything that ends in a slash.
    case directories
  }

  package init(_ pattern: String) {
    self.pattern = pattern
    tokens = Self.tokens(pattern)
  }

  private static func tokens(_ pattern: String) -> [Token] {
    var tokens: [Token] = []
    var rest = Substring(pattern).unicodeScalars
    while let character = rest.popFirst() {
      switch character {
      case "\\": tokens.append(.character(rest.popFirst() ?? "\\"))
      case "?": tokens.append(.any)
      case "*" where rest.first == "*":
        rest = rest.drop { $0 == "*" }
        let startsSegment = tokens.isEmpty || tokens.last == .character("/") || tokens.last == .directories
        if startsSegment, rest.first == "/" {
          rest.removeFirst()
          tokens += [.optionalDirectories, .directories]
        } else {
          tokens.append(.many)
        }
      case "*": tokens.append(.manyInSegment)
      case "[":
        if let set = set(&rest) { tokens.append(set) } else { tokens.append(.character("[")) }
      default: tokens.append(.character(character))
      }
    }
    return tokens
  }

  /// Reads a set behind its opening bracket; nil, with nothing read, when it is not closed.
  private static func set(_ rest: inout Substring.UnicodeScalarView) -> Token? {
    var inner = rest
    let isNegated = inner.first == "!" || inner.first == "^"
    if isNegated { inner.removeFirst() }
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    while let low = inner.popFirst() {
      if low == "]", !ranges.isEmpty {
        rest = inner
        return .oneOf(ranges, isNegated: isNegated)
      }
      var high = low
      if inner.first == "-", let end = inner.dropFirst().first, end != "]" {
        high = end
        inner = inner.dropFirst(2)
      }
      if low <= high { ranges.append(low...high) }
    }
    return nil
  }

  /// Whether the pattern matches the whole text.
  package func matches(_ text: String) -> Bool {
    // The states are positions in the pattern that the text read so far can lead to.
    var states = [Bool](repeating: false, count: tokens.count + 1)
    states[0] = true
    passEmpty(&states)
    var next = states
    for character in text.unicodeScalars {
      for position in next.indices { next[position] = false }
      for (position, token) in tokens.enumerated() where states[position] {
        switch token {
        case .character(let expected): if character == expected { next[position + 1] = true }
        case .any: if character != "/" { next[position + 1] = true }
        case .oneOf(let ranges, let isNegated):
          if character != "/", ranges.contains(where: { $0.contains(character) }) != isNegated {
            next[position + 1] = true
          }
        case .manyInSegment: if character != "/" { next[position] = true }
        case .many: next[position] = true
        case .optionalDirectories: break
        case .directories:
          next[position] = true
          if character == "/" { next[position + 1] = true }
        }
      }
      passEmpty(&next)
      swap(&states, &next)
      if !states.contains(true) { return false }
    }
    return states[tokens.count]
  }

  /// Adds the positions that are reached without reading a character.
  private func passEmpty(_ states: inout [Bool]) {
    for (position, token) in tokens.enumerated() where states[position] {
      switch token {
      case .manyInSegment, .many: states[position + 1] = true
      case .optionalDirectories:
        states[position + 1] = true
        states[position + 2] = true
      case .character, .any, .oneOf, .directories: break
      }
    }
  }
}
