/// The forms of number literals (Core 6.3.2, 6.3.3).

package enum NumberSyntax {
  /// `inf`, `nan` or `nan:0x…`, without a sign.
  static func isNamedFloat(_ word: ArraySlice<UInt8>) -> Bool {
    if word.elementsEqual("inf".utf8) || word.elementsEqual("nan".utf8) { return true }
    guard word.starts(with: "nan:0x".utf8) else { return false }
    var index = word.startIndex + 6
    return digits(of: word, at: &index, hexadecimal: true) && index == word.endIndex
  }

  /// The kind of number that the word is, nil when it is none.
  static func classify(_ word: ArraySlice<UInt8>) -> TokenKind? {
    var index = word.startIndex
    let end = word.endIndex
    guard index < end else { return nil }
    let signed = word[index] == UInt8(ascii: "+") || word[index] == UInt8(ascii: "-")
    if signed { index += 1 }
    guard index < end else { return nil }
    if !Characters.isDigit(word[index]) { return signed && isNamedFloat(word[index...]) ? .float : nil }
    let hexadecimal = isHexadecimal(word, at: index)
    if hexadecimal { index += 2 }
    guard digits(of: word, at: &index, hexadecimal: hexadecimal) else { return nil }
    if index == end { return signed ? .integer : .natural }
    if word[index] == UInt8(ascii: ".") {
      index += 1
      if index == end { return .float }
      if !isExponentMark(word[index], hexadecimal: hexadecimal) {
        guard digits(of: word, at: &index, hexadecimal: hexadecimal) else { return nil }
        if index == end { return .float }
      }
    }
    guard isExponentMark(word[index], hexadecimal: hexadecimal) else { return nil }
    index += 1
    if index < end, word[index] == UInt8(ascii: "+") || word[index] == UInt8(ascii: "-") { index += 1 }
    return digits(of: word, at: &index, hexadecimal: false) && index == end ? .float : nil
  }

  static func isHexadecimal(_ word: ArraySlice<UInt8>, at index: Int) -> Bool {
    index + 1 < word.endIndex && word[index] == UInt8(ascii: "0") && word[index + 1] == UInt8(ascii: "x")
  }

  private static func isExponentMark(_ byte: UInt8, hexadecimal: Bool) -> Bool {
    byte | 0x20 == (hexadecimal ? UInt8(ascii: "p") : UInt8(ascii: "e"))
  }

  /// Passes digits with single underscores between them; false when there is no digit.
  private static func digits(of word: ArraySlice<UInt8>, at index: inout Int, hexadecimal: Bool) -> Bool {
    func isDigit(_ byte: UInt8) -> Bool {
      hexadecimal ? Characters.hexadecimalValue(byte) != nil : Characters.isDigit(byte)
    }
    guard index < word.endIndex, isDigit(word[index]) else { return false }
    while index < word.endIndex {
      if isDigit(word[index]) {
        index += 1
      } else if word[index] == UInt8(ascii: "_"), index + 1 < word.endIndex, isDigit(word[index + 1]) {
        index += 2
      } else {
        break
      }
    }
    return true
  }
}
