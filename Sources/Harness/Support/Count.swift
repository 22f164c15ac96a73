// Numbers with their nouns.

/// Counts in words: `1 line`, `2 lines`.
package enum Count {
  package static func lines(_ count: Int) -> String { of(count, "line") }
  package static func bytes(_ count: Int) -> String { of(count, "byte") }
  package static func cases(_ count: Int) -> String { of(count, "case") }

  /// A count with a noun whose plural ends in s.
  package static func of(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}
