// The lexical elements of Lua (manual, section 3.1).

/// One lexical element of a source.
package struct Token: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case name
    case keyword(Keyword)
    /// An integer or a float, in decimal or hexadecimal.
    case number
    /// A string between quotes or between long brackets.
    case string
    case symbol(Symbol)
  }

  package var kind: Kind
  /// Where its bytes stand in the source.
  package var range: Range<Int>
  /// The line of its first byte, counted from 1.
  package var line: Int

  func isSymbol(_ symbol: Symbol) -> Bool { kind == .symbol(symbol) }
  func isKeyword(_ keyword: Keyword) -> Bool { kind == .keyword(keyword) }
}

/// The words that are no names.
package enum Keyword: String, Hashable, Sendable, CaseIterable {
  case and, `break`, `do`, `else`, elseif, end, `false`, `for`, function, goto, `if`, `in`, local, `nil`, not,
    or
  case `repeat`, `return`, then, `true`, until, `while`

  private static let byText = Dictionary(uniqueKeysWithValues: allCases.map { (Array($0.rawValue.utf8), $0) })

  init?(_ bytes: ArraySlice<UInt8>) {
    guard let keyword = Self.byText[Array(bytes)] else { return nil }
    self = keyword
  }
}

/// Operators and punctuation.
package enum Symbol: String, Hashable, Sendable, CaseIterable {
  case plus = "+"
  case minus = "-"
  case times = "*"
  case divide = "/"
  case floorDivide = "//"
  case modulo = "%"
  case power = "^"
  case length = "#"
  case ampersand = "&"
  case tilde = "~"
  case pipe = "|"
  case shiftLeft = "<<"
  case shiftRight = ">>"
  case equal = "=="
  case notEqual = "~="
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case less = "<"
  case greater = ">"
  case assign = "="
  case leftParenthesis = "("
  case rightParenthesis = ")"
  case leftBrace = "{"
  case rightBrace = "}"
  case leftBracket = "["
  case rightBracket = "]"
  case doubleColon = "::"
  case semicolon = ";"
  case colon = ":"
  case comma = ","
  case dot = "."
  case concatenate = ".."
  case ellipsis = "..."

  /// The symbols by their first byte, the longest first.
  private static let byFirstByte: [[(text: [UInt8], symbol: Symbol)]] = {
    var table: [[(text: [UInt8], symbol: Symbol)]] = Array(repeating: [], count: 128)
    for symbol in allCases {
      let text = Array(symbol.rawValue.utf8)
      table[Int(text[0])].append((text, symbol))
    }
    return table.map { row in row.sorted { $0.text.count > $1.text.count } }
  }()

  /// The longest symbol that the bytes begin with.
  static func longest(at bytes: ArraySlice<UInt8>) -> (symbol: Symbol, length: Int)? {
    guard let first = bytes.first, first < 128 else { return nil }
    for (text, symbol) in byFirstByte[Int(first)] where bytes.starts(with: text) {
      return (symbol, text.count)
    }
    return nil
  }
}

/// Why a source is no Lua.
package struct LuaSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where in the source, in bytes from its beginning.
  package var offset: Int
  /// Counted from 1.
  package var line: Int
  /// What is wrong, without a full stop.
  package var reason: String

  package var description: String { "line \(line): \(reason)" }
}
