import WebAssembly
import WebAssemblyText

/// Runs the commands of scripts on an engine and says of each whether it did what it should.

public enum CommandOutcome: Hashable, Sendable {
  case passed
  /// One sentence on what happened instead.
  case failed(String)

  public var isPassed: Bool { self == .passed }
}

/// How a command went.
public struct CommandReport: Sendable {
  public var command: ScriptCommand
  public var outcome: CommandOutcome
  /// Wall-clock time that it took, in nanoseconds.
  public var nanoseconds: UInt64
  /// Instructions that it executed, as the engine counts them.
  public var instructions: UInt64
}

/// The state of a script between its commands: the modules and instances that it has named, and its threads.
public struct ScriptRunner<Engine: ScriptEngine> {
  public var engine: Engine
  let options: TextOptions
  let limits: ScriptLimits
  var definitions: [String: Engine.Module] = [:]
  var lastDefinition: Engine.Module?
  var instances: [String: Engine.Instance] = [:]
  var lastInstance: Engine.Instance?

  let allThreads: ScriptThreads
  var threads: [String: ScriptThread] = [:]
  var lastThread: ScriptThread?
  /// Threads that nobody has waited for.
  var unawaited: [ScriptThread] = []
  /// What is to be reported, in the order of the commands, once the first thread among it has ended.
  var pending: [PendingReport] = []

  /// `options` are those for modules that a script quotes.
  public init(engine: Engine, options: TextOptions = TextOptions(), limits: ScriptLimits = ScriptLimits()) {
    self.init(engine: engine, options: options, limits: limits, allThreads: ScriptThreads())
  }

  init(engine: Engine, options: TextOptions, limits: ScriptLimits, allThreads: ScriptThreads) {
    self.engine = engine
    self.options = options
    self.limits = limits
    self.allThreads = allThreads
  }

  /// Runs all commands to their end. `report` is called once for every command, those of threads included, in
  /// the order in which they stand in the script; an interrupted script reports on those that it began.
  public mutating func run(_ script: Script, report: (CommandReport) -> Void) {
    for command in script.commands where !isInterrupted { run(command, report: report) }
    finish(report: report)
  }

  /// Runs one command. Reports on it and those after it come when the threads before it have ended: `finish`
  /// brings what is left.
  public mutating func run(_ command: ScriptCommand, report: (CommandReport) -> Void) {
    let start = Meter.now
    engine.begin(limits)
    var outcome = CommandOutcome.passed
    do throws(Mismatch) {
      if case .thread(let name, let shared, let commands) = command.kind {
        let thread = try startThread(of: command, sharing: shared, commands)
        pending.append(.thread(thread))
        lastThread = thread
        if let name { threads[name] = thread }
        return flush(report)
      }
      try execute(command.kind)
    } catch {
      outcome = .failed(error.reason)
    }
    pending.append(
      .report(
        CommandReport(
          command: command, outcome: outcome, nanoseconds: Meter.now &- start,
          instructions: engine.instructionCount)))
    flush(report)
  }

  var isInterrupted: Bool { limits.interruption?.isRaised ?? false }

  /// What happened instead of what was expected.
  struct Mismatch: Error {
    var reason: String
    init(_ reason: String) { self.reason = reason }
  }

  // MARK: Commands

  private mutating func execute(_ kind: ScriptCommand.Kind) throws(Mismatch) {
    switch kind {
    case .module(let module): try define(module, instantiates: true)
    case .definition(let module): try define(module, instantiates: false)
    case .instance(let name, let definition):
      lastInstance = nil
      try instantiate(try self.definition(definition), as: name)
    case .register(let module, let name): engine.register(try instance(name), as: module)
    case .action(let action):
      _ = try unfailing { (runner) throws(ScriptFailure) in try runner.perform(action) }
    case .assertReturn(let action, let expected): try assertReturn(action, expected)
    case .assertTrap(let action, let message): try assertFailure(.trap, message, of: action)
    case .assertExhaustion(let action, let message): try assertFailure(.exhaustion, message, of: action)
    case .assertException(let action): try assertFailure(.exception, "", of: action)
    case .assertSuspension(let action, let message): try assertFailure(.suspension, message, of: action)
    case .assertModuleTrap(let module, let message):
      try assertInstantiationFailure(.trap, message, of: module)
    case .assertUnlinkable(let module, let message):
      try assertInstantiationFailure(.unlinkable, message, of: module)
    case .assertInvalid(let module, let message): try assertRefused(.invalid, message, module)
    case .assertMalformed(let module, let message), .assertMalformedCustom(let module, let message):
      try assertRefused(.malformed, message, module)
    case .assertInvalidCustom(let module, let message): try assertInvalidCustom(module, message)
    case .wait(let name): try wait(name)
    case .unreadable(let error): throw Mismatch("the command cannot be read: \(error)")
    case .thread: break
    }
  }

  /// The result of `body`, whose failure is a mismatch.
  mutating func unfailing<Result>(
    _ body: (inout Self) throws(ScriptFailure) -> Result
  ) throws(Mismatch) -> Result {
    do throws(ScriptFailure) {
      return try body(&self)
    } catch {
      throw Mismatch(error.description)
    }
  }

  // MARK: Modules

  private mutating func define(_ module: ScriptModule, instantiates: Bool) throws(Mismatch) {
    // After a failure nothing may run on the module before.
    lastDefinition = nil
    if let name = module.name { definitions[name] = nil }
    if instantiates {
      lastInstance = nil
      if let name = module.name { instances[name] = nil }
    }
    let compiled = try unfailing { (runner) throws(ScriptFailure) in try runner.compile(module) }
    lastDefinition = compiled
    if let name = module.name { definitions[name] = compiled }
    if instantiates { try instantiate(compiled, as: module.name) }
  }

  private mutating func instantiate(_ module: Engine.Module, as name: String?) throws(Mismatch) {
    lastInstance = nil
    if let name { instances[name] = nil }
    let instance = try unfailing { (runner) throws(ScriptFailure) in try runner.engine.instantiate(module) }
    lastInstance = instance
    if let name { instances[name] = instance }
  }

  /// The module defined under a name, or the last one.
  func definition(_ name: String?) throws(Mismatch) -> Engine.Module {
    guard let module = name.map({ definitions[$0] }) ?? lastDefinition else {
      throw Mismatch(
        name.map { "there is no module definition $\($0)" } ?? "there is no module definition")
    }
    return module
  }

  func instance(_ name: String?) throws(Mismatch) -> Engine.Instance {
    if let name {
      guard let instance = instances[name] else { throw Mismatch("there is no instance $\(name)") }
      return instance
    }
    guard let lastInstance else {
      throw Mismatch("there is no instance: the module before could not be made one")
    }
    return lastInstance
  }

  /// Reads, decodes and validates a module.
  mutating func compile(_ module: ScriptModule) throws(ScriptFailure) -> Engine.Module {
    try engine.compile(try bytes(of: module))
  }

  func bytes(of module: ScriptModule) throws(ScriptFailure) -> [UInt8] {
    switch module.content {
    case .binary(let bytes): return bytes
    case .text(let structure): return structure.encode()
    case .malformedText(let error): throw ScriptFailure(.malformed, error.reason)
    case .quote(let text):
      do throws(TextError) {
        return try ModuleStructure(text: text, options: options).encode()
      } catch {
        throw ScriptFailure(.malformed, error.reason)
      }
    }
  }
}
