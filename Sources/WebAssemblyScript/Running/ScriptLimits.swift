import WebAssembly

/// What ends a command of a script before it has done its work. The commands of threads are held to the same
/// limits, each for itself, so that a script ends as soon as each of its commands does.
public struct ScriptLimits: Sendable {
  /// Wall-clock time of one command; nil for as long as it takes. Waiting for a thread is not limited: the
  /// thread's own commands are.
  public var commandTime: Duration?
  /// Instructions that one command may execute; nil for any number.
  public var fuel: UInt64?
  /// Ends the command that runs, and threads with it.
  public var interruption: Interruption?

  public init(commandTime: Duration? = nil, fuel: UInt64? = nil, interruption: Interruption? = nil) {
    self.commandTime = commandTime
    self.fuel = fuel
    self.interruption = interruption
  }
}
