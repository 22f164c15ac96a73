/// What the lexer makes of a text.

package enum TokenKind: UInt8, Sendable, BitwiseCopyable {
  case leftParenthesis
  case rightParenthesis
  /// A word that begins with a lower-case letter; `value` is its index in `Vocabulary.words`, or −1.
  case keyword
  /// `$name` or `$"name"`; `value` is the symbol's number.
  case identifier
  /// An integer without a sign.
  case natural
  /// An integer with a sign.
  case integer
  case float
  /// With its quotes; the escapes are known to be well-formed.
  case string
  /// `offset=` and `align=` with an integer.
  case offsetEquals
  case alignEquals
  /// A word that the grammar reserves and gives no meaning (Core 6.3.1).
  case reserved
  /// What is not a token; `value` is the raw value of a `LexicalError`.
  case invalid
  case end
}

package struct Token: Sendable, BitwiseCopyable {
  package var kind: TokenKind
  package var start: UInt32
  package var end: UInt32
  package var value: Int32 = 0

  package var range: Range<Int> { Int(start)..<Int(end) }
}

/// Faults that the lexer finds. The first words are those of the official test scripts.
package enum LexicalError: Int32, Sendable {
  case malformedUTF8
  case illegalCharacter
  case unclosedString
  case controlCharacterInString
  case illegalEscape
  case unclosedComment
  case unclosedAnnotation
  case emptyIdentifier
  case emptyAnnotation
  case tooLong

  package var reason: String {
    switch self {
    case .malformedUTF8: "malformed UTF-8 encoding"
    case .illegalCharacter: "illegal character: outside strings and comments only printable ASCII may stand"
    case .unclosedString: "unclosed string: no closing quote on its line"
    case .controlCharacterInString: "illegal control character in a string: write it as an escape"
    case .illegalEscape: "illegal escape in a string"
    case .unclosedComment: "unclosed comment: no matching ;) follows"
    case .unclosedAnnotation: "unclosed annotation: no matching ) follows"
    case .emptyIdentifier: "empty identifier: a name must follow $"
    case .emptyAnnotation: "empty annotation id: a name must follow (@"
    case .tooLong: "text too long: at most 2 GiB can be read"
    }
  }
}

/// An annotation that means something to the parser: `(@name …)`, `(@custom …)` or a branch hint.
package struct Annotation: Sendable {
  package enum Kind: Sendable { case name, custom, branchHint }
  package var kind: Kind
  /// Of its opening parenthesis.
  package var offset: Int
  /// Index of the token that it stands before.
  package var anchor: Int
  /// What is inside, as a range of `TokenizedText.annotationTokens`.
  package var tokens: Range<Int>

  package var label: String {
    switch kind {
    case .name: "@name"
    case .custom: "@custom"
    case .branchHint: "@metadata.code.branch_hint"
    }
  }
}

/// A text cut into tokens. At least three `end` tokens follow the last one, so that looking ahead is safe.
package struct TokenizedText: Sendable {
  package let bytes: [UInt8]
  package var tokens: [Token] = []
  package var annotations: [Annotation] = []
  package var annotationTokens: [Token] = []
  package var symbols = SymbolTable()
}
