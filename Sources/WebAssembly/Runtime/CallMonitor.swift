/// What watches the calls of instances whose code reports them: coverage, profiles, the search for where two runs part.

/// Is told of every call that enters a function of an instance in the mode `callsObserved`, and of every return.
/// A trap or a limit ends the run without further returns.
public protocol CallMonitor: AnyObject {
  /// `instructions` is the meter's count at the function's first instruction.
  func enter(function: UInt32, of module: Module, instructions: UInt64)
  /// `instructions` counts everything that the function and those it called have executed.
  func leave(function: UInt32, of module: Module, instructions: UInt64)
}

/// What the code of a module does besides its work. A module holds the code of each mode that an instance was
/// made in. Counts of instructions are the same in all of them.
public enum CodeMode: Sendable, Hashable, CaseIterable {
  /// Nothing.
  case plain
  /// Reports calls and returns to the store's `monitor`.
  case callsObserved
  /// Marks the ways that branches take, and the functions entered, in the store's `edges`.
  case edgesCounted
}
