/// Cuts a text into tokens (Core 6.3). It never fails: what is not a token becomes one of kind `invalid`,
/// which the parser reports when it comes to it, so that the first fault in the text is the one reported.

package struct Lexer {
  let bytes: [UInt8]
  var position = 0
  var tokens: [Token] = []
  var symbols = SymbolTable()
  var annotations: [Annotation] = []
  var annotationTokens: [Token] = []
  /// Annotations that are kept; all others are skipped.
  private let kept: [(name: [UInt8], kind: Annotation.Kind)]
  private let vocabulary = Vocabulary.shared

  /// `names` and `hints` say which annotations have a meaning; an unknown one has none.
  package static func tokenize(_ bytes: [UInt8], customAnnotations: Bool, branchHints: Bool) -> TokenizedText
  {
    var kept: [(name: [UInt8], kind: Annotation.Kind)] = []
    if customAnnotations {
      kept.append((Array("name".utf8), .name))
      kept.append((Array("custom".utf8), .custom))
    }
    if branchHints { kept.append((Array("metadata.code.branch_hint".utf8), .branchHint)) }
    var lexer = Lexer(bytes: bytes, kept: kept)
    lexer.run()
    return TokenizedText(
      bytes: bytes, tokens: lexer.tokens, annotations: lexer.annotations,
      annotationTokens: lexer.annotationTokens, symbols: lexer.symbols)
  }

  private init(bytes: [UInt8], kept: [(name: [UInt8], kind: Annotation.Kind)]) {
    self.bytes = bytes
    self.kept = kept
    tokens.reserveCapacity(bytes.count / 5 + 8)
  }

  private mutating func run() {
    if bytes.count > Int(Int32.max) {
      tokens.append(Token(kind: .invalid, start: 0, end: 0, value: LexicalError.tooLong.rawValue))
      position = 0
    } else {
      while let token = next() {
        if token.kind == .leftParenthesis, byte(at: position) == UInt8(ascii: "@") {
          annotation(openedBy: token)
        } else {
          tokens.append(token)
        }
      }
    }
    let end = UInt32(truncatingIfNeeded: min(bytes.count, Int(Int32.max)))
    for _ in 0..<3 { tokens.append(Token(kind: .end, start: end, end: end)) }
  }

  func byte(at index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

  func token(_ kind: TokenKind, from start: Int, value: Int32 = 0) -> Token {
    Token(kind: kind, start: UInt32(start), end: UInt32(position), value: value)
  }

  func fault(_ error: LexicalError, from start: Int) -> Token {
    token(.invalid, from: start, value: error.rawValue)
  }

  /// The next token, nil at the end. Skips white space and comments.
  mutating func next() -> Token? {
    while position < bytes.count {
      let start = position
      switch bytes[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        position += 1
      case UInt8(ascii: "("):
        position += 1
        guard byte(at: position) == UInt8(ascii: ";") else { return token(.leftParenthesis, from: start) }
        if let error = blockComment() { return fault(error, from: start) }
      case UInt8(ascii: ")"):
        position += 1
        return token(.rightParenthesis, from: start)
      case UInt8(ascii: ";"):
        position += 1
        guard byte(at: position) == UInt8(ascii: ";") else { return token(.reserved, from: start) }
        if let error = lineComment() { return fault(error, from: position - 1) }
      case UInt8(ascii: "\""):
        return stringToken()
      case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
        position += 1
        return token(.reserved, from: start)
      case let byte where Characters.isWord(byte):
        return word()
      default:
        guard let length = Characters.scalarLength(in: bytes, at: position) else {
          position += 1
          return fault(.malformedUTF8, from: start)
        }
        position += length
        return fault(.illegalCharacter, from: start)
      }
    }
    return nil
  }

  // MARK: Comments

  /// Stands on the second semicolon.
  private mutating func lineComment() -> LexicalError? {
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { return nil }
      guard let length = byte < 0x80 ? 1 : Characters.scalarLength(in: bytes, at: position) else {
        position += 1
        return .malformedUTF8
      }
      position += length
    }
    return nil
  }

  /// Stands on the semicolon of `(;`. Comments nest.
  private mutating func blockComment() -> LexicalError? {
    position += 1
    var depth = 1
    var malformed = false
    while position < bytes.count {
      let byte = bytes[position]
      let following = self.byte(at: position + 1)
      if byte == UInt8(ascii: "("), following == UInt8(ascii: ";") {
        depth += 1
        position += 2
      } else if byte == UInt8(ascii: ";"), following == UInt8(ascii: ")") {
        depth -= 1
        position += 2
        if depth == 0 { return malformed ? .malformedUTF8 : nil }
      } else if byte < 0x80 {
        position += 1
      } else if let length = Characters.scalarLength(in: bytes, at: position) {
        position += length
      } else {
        malformed = true
        position += 1
      }
    }
    return malformed ? .malformedUTF8 : .unclosedComment
  }

  // MARK: Words

  private mutating func word() -> Token {
    let start = position
    while position < bytes.count, Characters.isWord(bytes[position]) { position += 1 }
    if bytes[start] == UInt8(ascii: "$") { return identifier(from: start) }
    if byte(at: position) == UInt8(ascii: "\"") { return reserved(from: start) }
    let word = bytes[start..<position]
    if bytes[start] &- UInt8(ascii: "a") < 26 {
      let index = vocabulary.index(of: word)
      if index >= 0 { return token(.keyword, from: start, value: index) }
      if NumberSyntax.isNamedFloat(word) { return token(.float, from: start) }
      for (prefix, kind) in [("offset=", TokenKind.offsetEquals), ("align=", .alignEquals)]
      where word.starts(with: prefix.utf8) {
        if NumberSyntax.classify(word.dropFirst(prefix.utf8.count)) == .natural {
          return token(kind, from: start)
        }
      }
      return token(.keyword, from: start, value: -1)
    }
    return token(NumberSyntax.classify(word) ?? .reserved, from: start)
  }

  /// Stands behind `$` and the characters that follow it.
  private mutating func identifier(from start: Int) -> Token {
    if position - start > 1 {
      if byte(at: position) == UInt8(ascii: "\"") { return reserved(from: start) }
      return token(.identifier, from: start, value: symbols.intern(bytes[(start + 1)..<position]))
    }
    guard byte(at: position) == UInt8(ascii: "\"") else { return fault(.emptyIdentifier, from: start) }
    let quote = position
    switch scanString() {
    case .malformedUTF8?:
      return fault(.malformedUTF8, from: start)
    case .some:
      // What begins no string leaves a lone dollar sign.
      position = max(quote + 1, position)
      return fault(.emptyIdentifier, from: start)
    case nil:
      break
    }
    let name = StringLiteral.decode(bytes[quote..<position])
    if name.isEmpty { return fault(.emptyIdentifier, from: start) }
    guard Characters.isUTF8(name) else { return fault(.malformedUTF8, from: start) }
    if let following = byte(at: position), following == UInt8(ascii: "\"") || Characters.isWord(following) {
      return reserved(from: start)
    }
    return token(.identifier, from: start, value: symbols.intern(name[...]))
  }

  /// Words and strings without space between them make one word without a meaning.
  private mutating func reserved(from start: Int) -> Token {
    while let byte = byte(at: position) {
      if byte == UInt8(ascii: "\"") {
        let quote = position
        if let error = scanString() { return fault(error, from: quote) }
      } else if Characters.isWord(byte) {
        position += 1
      } else {
        break
      }
    }
    return token(.reserved, from: start)
  }

  // MARK: Strings

  private mutating func stringToken() -> Token {
    let start = position
    if let error = scanString() { return fault(error, from: start) }
    if let following = byte(at: position), following == UInt8(ascii: "\"") || Characters.isWord(following) {
      return reserved(from: start)
    }
    return token(.string, from: start)
  }

  /// Passes a string from its opening quote and stands behind the closing one, or after an error behind
  /// what is wrong; a fault other than a missing quote is reported with the whole string passed.
  mutating func scanString() -> LexicalError? {
    position += 1
    var error: LexicalError?
    while let byte = byte(at: position) {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return error
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        return error ?? .unclosedString
      case UInt8(ascii: "\\"):
        if let length = StringLiteral.escapeLength(in: bytes, at: position) {
          position += length
        } else {
          error = error ?? .illegalEscape
          // The escaped character may be the quote that would end the string.
          position += 1
          if self.byte(at: position).map({ $0 >= 0x20 && $0 < 0x7F }) == true { position += 1 }
        }
      case 0x00..<0x20, 0x7F:
        error = error ?? .controlCharacterInString
        position += 1
      case 0x20..<0x7F:
        position += 1
      default:
        if let length = Characters.scalarLength(in: bytes, at: position) {
          position += length
        } else {
          error = error ?? .malformedUTF8
          position += 1
        }
      }
    }
    return error ?? .unclosedString
  }

  // MARK: Annotations

  /// Passes an annotation, of which `open` is the parenthesis, and keeps it when it is one of `kept`.
  /// What is inside must be made of tokens; parentheses must match. (Core 6.3.4)
  private mutating func annotation(openedBy open: Token) {
    position += 1
    let nameStart = position
    var name: [UInt8]
    if byte(at: position) == UInt8(ascii: "\"") {
      let error = scanString()
      if error == .malformedUTF8 {
        return tokens.append(fault(.malformedUTF8, from: nameStart))
      }
      name = error == nil ? StringLiteral.decode(bytes[nameStart..<position]) : []
      if !Characters.isUTF8(name) { return tokens.append(fault(.malformedUTF8, from: nameStart)) }
    } else {
      while position < bytes.count, Characters.isWord(bytes[position]) { position += 1 }
      name = Array(bytes[nameStart..<position])
    }
    if name.isEmpty {
      position = max(position, nameStart)
      return tokens.append(fault(.emptyAnnotation, from: Int(open.start)))
    }
    let kind = kept.first { $0.name == name }?.kind
    let firstToken = annotationTokens.count
    var depth = 1
    while let token = next() {
      switch token.kind {
      case .leftParenthesis: depth += 1
      case .rightParenthesis: depth -= 1
      case .invalid: return tokens.append(token)
      default: break
      }
      if depth == 0 {
        if let kind {
          annotations.append(
            Annotation(
              kind: kind, offset: Int(open.start), anchor: tokens.count,
              tokens: firstToken..<annotationTokens.count))
        }
        return
      }
      if kind != nil { annotationTokens.append(token) }
    }
    tokens.append(fault(.unclosedAnnotation, from: Int(open.start)))
  }
}
