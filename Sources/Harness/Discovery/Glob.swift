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
    var states = States(count: tokens.count + 1)
    var next = states
    states.insert(0, tokens)
    for character in text.unicodeScalars {
      for position in states.range where states.isSet[position] && position < tokens.count {
        switch tokens[position] {
        case .character(let expected): if character == expected { next.insert(position + 1, tokens) }
        case .any: if character != "/" { next.insert(position + 1, tokens) }
        case .oneOf(let ranges, let isNegated):
          if character != "/", ranges.contains(where: { $0.contains(character) }) != isNegated {
            next.insert(position + 1, tokens)
          }
        case .manyInSegment: if character != "/" { next.insert(position, tokens) }
        case .many: next.insert(position, tokens)
        case .optionalDirectories: break
        case .directories:
          next.insert(position, tokens)
          if character == "/" { next.insert(position + 1, tokens) }
        }
      }
      if next.range.isEmpty { return false }
      states.removeAll()
      swap(&states, &next)
    }
    return states.isSet[tokens.count]
  }

  /// The positions in the pattern that the text read so far can lead to.
  private struct States {
    private(set) var isSet: [Bool]
    /// No other position is set.
    private(set) var range = 0..<0

    init(count: Int) {
      isSet = [Bool](repeating: false, count: count)
    }

    /// Adds a position, and those that are reached from it without reading a character.
    mutating func insert(_ position: Int, _ tokens: [Token]) {
      if isSet[position] { return }
      isSet[position] = true
      range =
        range.isEmpty
        ? position..<(position + 1)
        : min(range.lowerBound, position)..<max(range.upperBound, position + 1)
      guard position < tokens.count else { return }
      switch tokens[position] {
      case .manyInSegment, .many: insert(position + 1, tokens)
      case .optionalDirectories:
        insert(position + 1, tokens)
        insert(position + 2, tokens)
      case .character, .any, .oneOf, .directories: break
      }
    }

    mutating func removeAll() {
      for position in range { isSet[position] = false }
      range = 0..<0
    }
  }
}
