/// What watches the calls of an instrumented module: coverage, profiles, the search for where two runs part.

/// Is told of every call that enters a function of an instrumented module and of every return from one.
/// A trap or a limit ends the run without further returns.
public protocol CallMonitor: AnyObject {
  /// `instructions` is the meter's count at the function's first instruction.
  func enter(function: UInt32, of module: Module, instructions: UInt64)
  /// `instructions` counts everything that the function and those it called have executed.
  func leave(function: UInt32, of module: Module, instructions: UInt64)
}

/// What the translation of a module reports besides doing its work. Counts of instructions are the same
/// with and without.
public enum Instrumentation: Sendable, Hashable {
  case none
  /// Calls and returns, to the store's `monitor`.
  case calls
}
