// Which scripts another Lua can be given: those that use nothing but what it and the module both offer.
import LuaSyntax

enum NativeScript {
  /// What only one of the two has, or has otherwise.
  private static let foreignNames: Set<[UInt8]> = Set(
    [
      "_home", "_io", "Memory", "ext", "io", "os", "require", "package", "dofile", "loadfile", "debug",
      "collectgarbage", "warn", "dump", "random", "randomseed", "pow", "ldexp", "frexp", "cosh", "sinh",
      "tanh",
      "log10", "atan2", "__gc", "__mode",
    ].map { Array($0.utf8) })

  /// Whether a source names nothing that is foreign, as a name or as a string.
  static func isAllowed(_ source: [UInt8]) -> Bool {
    if source.isEmpty { return false }
    var word: [UInt8] = []
    for byte in source + [0] {
      let letter = (byte | 0x20) &- UInt8(ascii: "a")
      if letter < 26 || byte == UInt8(ascii: "_") || byte &- 0x30 < 10 && !word.isEmpty {
        word.append(byte)
      } else if !word.isEmpty {
        if foreignNames.contains(word) { return false }
        word = []
      }
    }
    return true
  }
}
