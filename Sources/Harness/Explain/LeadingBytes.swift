// What Lua passes over at the start of files that it opens itself, but not in the source that a module gets.
import LuaHost

/// Bytes before the Lua source that make its first line a syntax error.
package enum LeadingBytes: String, Hashable, Sendable, Codable {
  case byteOrderMark = "byte-order-mark"
  /// A first line for the system, which starts with `#`.
  case shebang

  /// What a fixture's source starts with, if that is why its first step has no answer.
  package init?(of source: [UInt8], outcome: CaseOutcome) {
    guard case .error(let message)? = outcome.steps.first?.result,
      String(decoding: message, as: UTF8.self).contains(":1: ")
    else { return nil }
    if source.starts(with: [0xEF, 0xBB, 0xBF]) {
      self = .byteOrderMark
    } else if source.first == UInt8(ascii: "#") {
      self = .shebang
    } else {
      return nil
    }
  }

  /// One clause on why there is an error and what to do.
  package var explanation: String {
    switch self {
    case .byteOrderMark:
      "the file begins with a byte order mark, which Lua takes for source here; save it as UTF-8 without one"
    case .shebang:
      "the file begins with a line for the system (#!), which Lua takes for source here; remove it"
    }
  }
}
