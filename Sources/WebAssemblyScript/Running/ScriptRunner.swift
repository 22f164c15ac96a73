import WebAssembly
import WebAssemblyText

/// Runs the commands of scripts on an engine and says of each whether it did what it should.

public enum CommandOutcome: Hashable, Sendable {
  case passed
  /// One sentence on what happened instead.
  case failed(String)

  public var isPassed: Bool { self == .passed }
}

/// The state of a script between its commands: the modules and instances that it has named.
public struct ScriptRunner<Engine: ScriptEngine> {
  public var engine: Engine
  private let options: TextOptions
  private var definitions: [String: Engine.Module] = [:]
  private var lastDefinition: Engine.Module?
  private var instances: [String: Engine.Instance] = [:]
  private var lastInstance: Engine.Instance?
  private var threads: Set<String> = []

  /// `options` are those for modules that a script quotes.
  public init(engine: Engine, options: TextOptions = TextOptions()) {
    self.engine = engine
    self.options = options
  }

  /// Runs all commands in order. `report` is called once for every command, those of threads included.
  public mutating func run(_ script: Script, report: (ScriptCommand, CommandOutcome) -> Void) {
    for command in script.commands { run(command, report: report) }
  }

  /// Runs one command. A thread's commands are run to their end before the next command, which is one of
  /// the orders that threads may run in.
  public mutating func run(_ command: ScriptCommand, report: (ScriptCommand, CommandOutcome) -> Void) {
    if case .thread(let name, let shared, let commands) = command.kind {
      report(command, thread(name, shared, commands, report))
      return
    }
    do throws(Mismatch) {
      try execute(command.kind)
      report(command, .passed)
    } catch {
      report(command, .failed(error.reason))
    }
  }

  /// What happened instead of what was expected.
  private struct Mismatch: Error {
    var reason: String
    init(_ reason: String) { self.reason = reason }
  }

  // MARK: Commands

  private mutating func execute(_ kind: ScriptCommand.Kind) throws(Mismatch) {
    switch kind {
    case .module(let module): try define(module, instantiates: true)
    case .definition(let module): try define(module, instantiates: false)
    case .instance(let name, let definition): try instantiate(definition, as: name)
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
    case .wait(let name):
      if let name, !threads.contains(name) { throw Mismatch("there is no thread $\(name)") }
    case .unreadable(let error): throw Mismatch("the command cannot be read: \(error)")
    case .thread: break
    }
  }

  private mutating func thread(
    _ name: String?, _ shared: [String], _ commands: [ScriptCommand],
    _ report: (ScriptCommand, CommandOutcome) -> Void
  ) -> CommandOutcome {
    if let missing = shared.first(where: { instances[$0] == nil }) {
      return .failed("there is no module $\(missing) to share")
    }
    let outside = self
    instances = instances.filter { shared.contains($0.key) }
    definitions = [:]
    lastInstance = nil
    lastDefinition = nil
    for command in commands { run(command, report: report) }
    instances = outside.instances
    definitions = outside.definitions
    lastInstance = outside.lastInstance
    lastDefinition = outside.lastDefinition
    if let name { threads.insert(name) }
    return .passed
  }

  /// The result of `body`, whose failure is a mismatch.
  private mutating func unfailing<Result>(
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
    lastInstance = nil
    lastDefinition = nil
    let compiled = try unfailing { (runner) throws(ScriptFailure) in try runner.compile(module) }
    lastDefinition = compiled
    if let name = module.name { definitions[name] = compiled }
    guard instantiates else { return }
    let instance = try unfailing { (runner) throws(ScriptFailure) in try runner.engine.instantiate(compiled) }
    lastInstance = instance
    if let name = module.name { instances[name] = instance }
  }

  private mutating func instantiate(_ definition: String?, as name: String?) throws(Mismatch) {
    guard let module = definition.map({ definitions[$0] }) ?? lastDefinition else {
      throw Mismatch(
        definition.map { "there is no module definition $\($0)" } ?? "there is no module definition")
    }
    let instance = try unfailing { (runner) throws(ScriptFailure) in try runner.engine.instantiate(module) }
    lastInstance = instance
    if let name { instances[name] = instance }
  }

  private func instance(_ name: String?) throws(Mismatch) -> Engine.Instance {
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
  private mutating func compile(_ module: ScriptModule) throws(ScriptFailure) -> Engine.Module {
    try engine.compile(try bytes(of: module))
  }

  private func bytes(of module: ScriptModule) throws(ScriptFailure) -> [UInt8] {
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

  // MARK: Assertions

  private mutating func perform(_ action: ScriptAction) throws(ScriptFailure) -> [ScriptResult] {
    func instance(_ name: String?) throws(ScriptFailure) -> Engine.Instance {
      do throws(Mismatch) {
        return try self.instance(name)
      } catch {
        throw ScriptFailure(.other, error.reason)
      }
    }
    switch action {
    case .invoke(let name, let function, let arguments):
      let instance = try instance(name)
      return try engine.invoke(function, of: instance, arguments)
    case .get(let name, let global):
      let instance = try instance(name)
      return [try engine.get(global, of: instance)]
    }
  }

  private mutating func assertReturn(_ action: ScriptAction, _ expected: [ExpectedValue]) throws(Mismatch) {
    let results = try unfailing { (runner) throws(ScriptFailure) in try runner.perform(action) }
    let same = results.count == expected.count && zip(expected, results).allSatisfy { $0.matches($1) }
    guard same else {
      throw Mismatch("expected \(Self.list(expected)), but the result is \(Self.list(results))")
    }
  }

  private mutating func assertFailure(
    _ kind: ScriptFailure.Kind, _ message: String, of action: ScriptAction
  ) throws(Mismatch) {
    try expect(kind, message) { (runner) throws(ScriptFailure) in
      "the result is \(Self.list(try runner.perform(action)))"
    }
  }

  private mutating func assertInstantiationFailure(
    _ kind: ScriptFailure.Kind, _ message: String, of module: ScriptModule
  ) throws(Mismatch) {
    let compiled = try unfailing { (runner) throws(ScriptFailure) in try runner.compile(module) }
    try expect(kind, message) { (runner) throws(ScriptFailure) in
      _ = try runner.engine.instantiate(compiled)
      return "the module was instantiated"
    }
  }

  private mutating func assertRefused(
    _ kind: ScriptFailure.Kind, _ message: String, _ module: ScriptModule
  ) throws(Mismatch) {
    try expect(kind, message) { (runner) throws(ScriptFailure) in
      _ = try runner.compile(module)
      return "the module was accepted"
    }
  }

  /// Annotations are checked while a text is read, so that it is the text that is refused.
  private mutating func assertInvalidCustom(_ module: ScriptModule, _ message: String) throws(Mismatch) {
    try expect(.malformed, message) { (runner) throws(ScriptFailure) in
      _ = try runner.bytes(of: module)
      return "the module was accepted"
    }
  }

  /// Demands that `body` fails in this way. What it returns says what happened if it does not fail.
  private mutating func expect(
    _ kind: ScriptFailure.Kind, _ message: String, _ body: (inout Self) throws(ScriptFailure) -> String
  ) throws(Mismatch) {
    let wanted = message.isEmpty ? kind.rawValue : "\(kind.rawValue) \"\(message)\""
    let outcome: String
    do throws(ScriptFailure) {
      outcome = try body(&self)
    } catch {
      if error.kind == kind, Self.agrees(error.message, message) { return }
      throw Mismatch("expected \(wanted), but there was \(error)")
    }
    throw Mismatch("expected \(wanted), but \(outcome)")
  }

  /// Scripts give the beginning of a message; some add a detail to it that engines leave out.
  private static func agrees(_ message: String, _ expected: String) -> Bool {
    message.hasPrefix(expected) || !message.isEmpty && expected.hasPrefix(message)
  }

  private static func list(_ values: [some CustomStringConvertible]) -> String {
    values.isEmpty ? "nothing" : values.map(\.description).joined(separator: " ")
  }
}
