// Words of a command line that can be copied into a shell.

enum ShellWord {
  /// The word as it is, or between quotation marks where a shell would read something else. Bytes that cannot be
  /// printed are left to be escaped by whoever shows the word.
  static func quoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || "_-./+,:@%=".unicodeScalars.contains(scalar)
    }
    if isPlain, !word.isEmpty { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  /// A command line with words behind it, each quoted where that is needed.
  static func line(_ start: String, _ words: [String]) -> String {
    ([start] + words.map(quoted)).joined(separator: " ")
  }
}
