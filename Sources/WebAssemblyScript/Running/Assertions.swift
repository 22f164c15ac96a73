import WebAssembly
import WebAssemblyText

/// What the runner demands of a command's outcome.

extension ScriptRunner {
  mutating func perform(_ action: ScriptAction) throws(ScriptFailure) -> [ScriptResult] {
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

  mutating func assertReturn(_ action: ScriptAction, _ expected: [ExpectedValue]) throws(Mismatch) {
    let results = try unfailing { (runner) throws(ScriptFailure) in try runner.perform(action) }
    let same = results.count == expected.count && zip(expected, results).allSatisfy { $0.matches($1) }
    guard same else {
      throw Mismatch("expected \(Self.list(expected)), but the result is \(Self.list(results))")
    }
  }

  mutating func assertFailure(
    _ kind: ScriptFailure.Kind, _ message: String, of action: ScriptAction
  ) throws(Mismatch) {
    try expect(kind, message) { (runner) throws(ScriptFailure) in
      "the result is \(Self.list(try runner.perform(action)))"
    }
  }

  mutating func assertInstantiationFailure(
    _ kind: ScriptFailure.Kind, _ message: String, of instance: ScriptInstance
  ) throws(Mismatch) {
    let compiled: Engine.Module
    switch instance {
    case .module(let module):
      compiled = try unfailing { (runner) throws(ScriptFailure) in try runner.compile(module) }
      // It is a definition all the same.
      lastDefinition = compiled
    case .instance(_, let definition): compiled = try self.definition(definition)
    }
    try expect(kind, message) { (runner) throws(ScriptFailure) in
      _ = try runner.engine.instantiate(compiled)
      return "the module was instantiated"
    }
  }

  mutating func assertRefused(
    _ kind: ScriptFailure.Kind, _ message: String, _ module: ScriptModule
  ) throws(Mismatch) {
    try expect(kind, message) { (runner) throws(ScriptFailure) in
      _ = try runner.compile(module)
      return "the module was accepted"
    }
  }

  /// Annotations are checked while a text is read, so that it is the text that is refused.
  mutating func assertInvalidCustom(_ module: ScriptModule, _ message: String) throws(Mismatch) {
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
