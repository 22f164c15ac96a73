// What can be asked of a session that makes faults.

package struct MutateOptions: Sendable {
  /// Tells which faults are chosen when not all are.
  package var seed: UInt64 = 1
  /// How many faults to choose; nil for all.
  package var sample: Int?
  /// Only in functions with these names; all when there is none.
  package var functions: [Glob] = []
  /// Instructions that all cases on one fault may take together; the first case is always run.
  package var budget: UInt64?
  /// How many per cent of the faults must be noticed.
  package var failUnder: Double?
  /// The file with the faults that make no difference.
  package var equivalent: Path?
  /// Whether what an interrupted session came to is taken over.
  package var resumes = false

  package init() {}
}
