/// Bounds on what a module may ask for (Core A.2), so that validating it takes memory in proportion to its
/// size. They are those that other engines agree on, where they agree.

public enum ImplementationLimits {
  /// Parameters included.
  public static let locals = 50_000
  public static let parameters = 1_000
  public static let results = 1_000
  public static let structureFields = 10_000
  /// Supertypes of a type, one above the other.
  public static let subtypingDepth = 63
  public static let types = 1_000_000
  /// Memories that a module defines: each reserves the address space that it may grow to.
  public static let memories = 1_000
  /// Labels of a branch table, the default one apart.
  public static let branchTableEntries = 65_520
  /// Values on a function's operand stack.
  public static let operands = 1_000_000
  /// Blocks open at once.
  public static let nesting = 100_000
}
