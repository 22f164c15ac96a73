// Whether a case answered as its golden says, and how the two differ.

/// What came of holding a case's answer against its golden.
package enum Comparison: Hashable, Sendable {
  case same
  /// Another answer than expected.
  case different(LineDifference)

  /// Compares the decoded structures; the difference is shown on their texts, in which every byte can
  /// be seen.
  package init(expected: Golden, actual: Golden) {
    self =
      expected == actual
      ? .same : .different(LineDifference(expected: expected.text(), actual: actual.text()))
  }
}
