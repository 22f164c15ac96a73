import WebAssembly

/// A place in a tokenized text, and the small questions that parsers ask there.

package struct TokenCursor: Sendable {
  package let text: TokenizedText
  /// Of the current token.
  package var index = 0
  /// A place not far before the current token, so that errors need not count lines from the start.
  package var base = TextPosition.start

  package init(_ text: TokenizedText) { self.text = text }

  @inline(__always)
  package var token: Token { text.tokens[index] }
  package var kind: TokenKind { text.tokens[index].kind }

  /// A token further on; at most two beyond the current one.
  package func peek(_ distance: Int) -> Token {
    text.tokens[min(index + distance, text.tokens.count - 1)]
  }

  /// Moves on, but never beyond the last `end`.
  @inline(__always)
  package mutating func advance() {
    if index + 3 < text.tokens.count { index += 1 }
  }

  package func bytes(of token: Token) -> ArraySlice<UInt8> { text.bytes[token.range] }

  // MARK: Keywords

  package func keyword(of token: Token) -> Keyword? {
    token.kind == .keyword && token.value >= 0 ? Vocabulary.shared.words[Int(token.value)].keyword : nil
  }

  package var keyword: Keyword? { keyword(of: token) }

  /// The keyword behind an opening parenthesis that is the current token.
  package var openKeyword: Keyword? { kind == .leftParenthesis ? keyword(of: peek(1)) : nil }

  /// The rows of the instruction table with the token as their mnemonic.
  package func rows(of token: Token) -> [Int] {
    token.kind == .keyword && token.value >= 0 ? Vocabulary.shared.words[Int(token.value)].rows : []
  }

  package mutating func take(_ keyword: Keyword) -> Bool {
    guard self.keyword == keyword else { return false }
    advance()
    return true
  }

  /// Passes `(keyword`.
  package mutating func takeOpen(_ keyword: Keyword) -> Bool {
    guard openKeyword == keyword else { return false }
    advance()
    advance()
    return true
  }

  package mutating func expect(_ keyword: Keyword) throws(TextError) {
    guard take(keyword) else { throw unexpected("\"\(keyword.rawValue)\"") }
  }

  package mutating func expectOpen() throws(TextError) {
    guard kind == .leftParenthesis else { throw unexpected("\"(\"") }
    advance()
  }

  package mutating func expectClose() throws(TextError) {
    guard kind == .rightParenthesis else { throw unexpected("\")\"") }
    advance()
  }

  /// Moves behind the parenthesis that closes the list in whose opening parenthesis the cursor stands. False
  /// when there is none, the cursor then standing at the end of the text.
  package mutating func skipList() -> Bool {
    var depth = 0
    while kind != .end {
      if kind == .leftParenthesis { depth += 1 }
      if kind == .rightParenthesis { depth -= 1 }
      advance()
      if depth == 0 { return true }
    }
    return false
  }

  // MARK: Literals

  package mutating func natural64() throws(TextError) -> UInt64 {
    guard kind == .natural else { throw unexpected("an unsigned integer") }
    guard let value = IntegerLiteral.natural(bytes(of: token)) else {
      throw error("i64 constant out of range: \(spelling(of: token)) does not fit into 64 bits")
    }
    advance()
    return value
  }

  package mutating func natural32() throws(TextError) -> UInt32 {
    guard kind == .natural else { throw unexpected("an unsigned integer") }
    guard let value = IntegerLiteral.natural(bytes(of: token)), value <= UInt32.max else {
      throw error("i32 constant out of range: \(spelling(of: token)) does not fit into 32 bits")
    }
    advance()
    return UInt32(value)
  }

  /// The bits of an integer constant of `width` bits.
  package mutating func integerBits(width: Int) throws(TextError) -> UInt64 {
    guard kind == .natural || kind == .integer else { throw unexpected("an integer") }
    guard let bits = IntegerLiteral.bits(bytes(of: token), width: width) else {
      throw error("constant out of range: \(spelling(of: token)) is no i\(width)")
    }
    advance()
    return bits
  }

  /// The bits of a floating-point constant.
  package mutating func floatBits(_ format: FloatFormat) throws(TextError) -> UInt64 {
    guard kind == .natural || kind == .integer || kind == .float else { throw unexpected("a number") }
    guard let bits = FloatLiteral.bits(bytes(of: token), format) else {
      throw error("constant out of range: \(spelling(of: token)) is no f\(format.width)")
    }
    advance()
    return bits
  }

  /// The bytes of a string.
  package mutating func string() throws(TextError) -> [UInt8] {
    guard kind == .string else { throw unexpected("a string") }
    defer { advance() }
    return StringLiteral.decode(bytes(of: token))
  }

  /// The bytes of any number of strings one after the other.
  package mutating func strings() -> [UInt8] {
    var result: [UInt8] = []
    while kind == .string {
      StringLiteral.append(bytes(of: token), to: &result)
      advance()
    }
    return result
  }

  /// A string that must be UTF-8.
  package mutating func name() throws(TextError) -> String {
    let place = token
    let bytes = try string()
    guard let name = String(validating: bytes, as: UTF8.self) else {
      throw error("malformed UTF-8 encoding: a name must be UTF-8", at: place)
    }
    return name
  }

  /// An identifier when there is one.
  package mutating func takeIdentifier() -> Int32? {
    guard kind == .identifier else { return nil }
    defer { advance() }
    return token.value
  }

  // MARK: Errors

  package func error(_ reason: String, at token: Token? = nil) -> TextError {
    error(reason, at: Int((token ?? self.token).start))
  }

  package func error(_ reason: String, at offset: Int) -> TextError {
    TextError(reason, at: offset, in: text.bytes, from: base)
  }

  /// The current token's text, cut to a length that fits a message.
  package func spelling(of token: Token) -> String {
    let bytes = bytes(of: token)
    guard bytes.count > 60 else { return TextError.shown(bytes) }
    // Not in the middle of a scalar.
    var end = bytes.startIndex + 60
    while end > bytes.startIndex, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return TextError.shown(bytes[..<end]) + "…"
  }

  /// The error for a token that does not belong where it is. `expected` says what would.
  package func unexpected(_ expected: String) -> TextError {
    let token = token
    switch token.kind {
    case .invalid:
      return error(LexicalError(rawValue: token.value)?.reason ?? "illegal character")
    case .reserved:
      return error("unknown operator \(spelling(of: token)): expected \(expected)")
    case .keyword where token.value < 0:
      return error("unknown operator \(spelling(of: token)): expected \(expected)")
    case .end:
      return error("unexpected token: the text ends where \(expected) is expected")
    default:
      return error("unexpected token \(spelling(of: token)): expected \(expected)")
    }
  }
}
