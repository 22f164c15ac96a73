// Cuts a source into lexical elements (manual, section 3.1).

/// Reads one token after another.
struct Lexer {
  private let source: [UInt8]
  private var position = 0
  private var line = 1

  init(_ source: [UInt8]) {
    self.source = source
  }

  /// All tokens of a source.
  static func tokens(of source: [UInt8]) throws(LuaSyntaxError) -> [Token] {
    var lexer = Lexer(source)
    var tokens: [Token] = []
    tokens.reserveCapacity(source.count / 4)
    while let token = try lexer.next() { tokens.append(token) }
    return tokens
  }

  /// The next token; nil at the end.
  private mutating func next() throws(LuaSyntaxError) -> Token? {
    try skipSpace()
    guard let byte = peek() else { return nil }
    let (start, startLine) = (position, line)
    let kind: Token.Kind
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      try readShortString(byte)
      kind = .string
    case UInt8(ascii: "[") where longBracketLevel() != nil:
      try readLongBracket("string")
      kind = .string
    case _ where byte.isDigit || byte == UInt8(ascii: ".") && peek(1)?.isDigit == true:
      try readNumber()
      kind = .number
    case _ where byte.isNameStart:
      while let next = peek(), next.isNameStart || next.isDigit { position += 1 }
      kind = Keyword(source[start..<position]).map { .keyword($0) } ?? .name
    default:
      guard let (symbol, length) = Symbol.longest(at: source[position...]) else {
        throw fault("unexpected byte \(byte)")
      }
      position += length
      kind = .symbol(symbol)
    }
    return Token(kind: kind, range: start..<position, line: startLine)
  }

  private func peek(_ distance: Int = 0) -> UInt8? {
    position + distance < source.count ? source[position + distance] : nil
  }

  private func fault(_ reason: String, at offset: Int? = nil) -> LuaSyntaxError {
    LuaSyntaxError(offset: offset ?? position, line: line, reason: reason)
  }

  // MARK: - Space

  private mutating func skipSpace() throws(LuaSyntaxError) {
    while let byte = peek() {
      if byte.isSpace {
        if byte == 0x0A { line += 1 }
        position += 1
      } else if byte == UInt8(ascii: "-"), peek(1) == UInt8(ascii: "-") {
        position += 2
        if longBracketLevel() != nil {
          try readLongBracket("comment")
        } else {
          while let next = peek(), next != 0x0A { position += 1 }
        }
      } else {
        return
      }
    }
  }

  /// The number of equals signs of the long bracket that opens here; nil when none does.
  private func longBracketLevel() -> Int? {
    guard peek() == UInt8(ascii: "[") else { return nil }
    var level = 0
    while peek(1 + level) == UInt8(ascii: "=") { level += 1 }
    return peek(1 + level) == UInt8(ascii: "[") ? level : nil
  }

  private mutating func readLongBracket(_ what: String) throws(LuaSyntaxError) {
    let level = longBracketLevel() ?? 0
    let start = position
    position += level + 2
    while let byte = peek() {
      if byte == 0x0A { line += 1 }
      if byte == UInt8(ascii: "]"), peek(level + 1) == UInt8(ascii: "]"),
        source[(position + 1)..<(position + 1 + level)].allSatisfy({ $0 == UInt8(ascii: "=") })
      {
        position += level + 2
        return
      }
      position += 1
    }
    throw fault("the long \(what) does not end", at: start)
  }

  // MARK: - Strings

  private mutating func readShortString(_ quote: UInt8) throws(LuaSyntaxError) {
    let start = position
    position += 1
    while let byte = peek() {
      switch byte {
      case quote:
        position += 1
        return
      case 0x0A, 0x0D: throw fault("the string does not end on its line", at: start)
      case UInt8(ascii: "\\"):
        position += 1
        try readEscape()
      default: position += 1
      }
    }
    throw fault("the string does not end", at: start)
  }

  private mutating func readEscape() throws(LuaSyntaxError) {
    guard let byte = peek() else { return }
    position += 1
    switch byte {
    case UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"),
      UInt8(ascii: "t"), UInt8(ascii: "v"), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"):
      return
    case 0x0A, 0x0D:
      line += 1
      if let next = peek(), next != byte, next == 0x0A || next == 0x0D { position += 1 }
    case UInt8(ascii: "z"):
      while let space = peek(), space.isSpace {
        if space == 0x0A { line += 1 }
        position += 1
      }
    case UInt8(ascii: "x"):
      guard peek()?.isHexDigit == true, peek(1)?.isHexDigit == true else {
        throw fault("\\x needs two hexadecimal digits")
      }
      position += 2
    case UInt8(ascii: "u"): try readCodePoint()
    case _ where byte.isDigit:
      var value = Int(byte - UInt8(ascii: "0"))
      for _ in 0..<2 {
        guard let digit = peek(), digit.isDigit else { break }
        value = value * 10 + Int(digit - UInt8(ascii: "0"))
        position += 1
      }
      guard value <= 255 else { throw fault("a decimal escape is at most 255") }
    default: throw fault("there is no escape \\ with byte \(byte)")
    }
  }

  private mutating func readCodePoint() throws(LuaSyntaxError) {
    guard peek() == UInt8(ascii: "{"), peek(1)?.isHexDigit == true else {
      throw fault("\\u needs hexadecimal digits in braces")
    }
    position += 1
    var value: UInt64 = 0
    while let digit = peek()?.hexDigitValue {
      value = value << 4 | UInt64(digit)
      guard value < 1 << 31 else { throw fault("a code point is less than 2^31") }
      position += 1
    }
    guard peek() == UInt8(ascii: "}") else { throw fault("\\u{ needs a closing brace") }
    position += 1
  }

  // MARK: - Numbers

  private mutating func readNumber() throws(LuaSyntaxError) {
    let start = position
    let isHexadecimal = peek() == UInt8(ascii: "0") && (peek(1) ?? 0) | 0x20 == UInt8(ascii: "x")
    if isHexadecimal { position += 2 }
    var digits = 0
    func isPart(_ byte: UInt8) -> Bool { isHexadecimal ? byte.isHexDigit : byte.isDigit }
    while let byte = peek(), isPart(byte) { (position, digits) = (position + 1, digits + 1) }
    if peek() == UInt8(ascii: ".") {
      position += 1
      while let byte = peek(), isPart(byte) { (position, digits) = (position + 1, digits + 1) }
    }
    if let byte = peek(), byte | 0x20 == UInt8(ascii: isHexadecimal ? "p" : "e") {
      position += 1
      if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
      guard peek()?.isDigit == true else { throw fault("an exponent needs digits", at: start) }
      while let byte = peek(), byte.isDigit { position += 1 }
    }
    let isFollowed = peek().map { $0.isNameStart || $0.isDigit || $0 == UInt8(ascii: ".") } ?? false
    guard digits > 0, !isFollowed else { throw fault("the number is malformed", at: start) }
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { self &- 0x30 < 10 }
  fileprivate var isHexDigit: Bool { hexDigitValue != nil }
  fileprivate var hexDigitValue: UInt8? {
    if isDigit { return self - 0x30 }
    let letter = (self | 0x20) &- UInt8(ascii: "a")
    return letter < 6 ? letter + 10 : nil
  }
  /// The letters of the C locale and the underscore.
  fileprivate var isNameStart: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 || self == UInt8(ascii: "_") }
  fileprivate var isSpace: Bool { self == 0x20 || self &- 0x09 < 5 }
}
