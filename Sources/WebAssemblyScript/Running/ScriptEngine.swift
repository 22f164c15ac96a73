import WebAssembly

/// What the runner needs of an engine.

/// An engine that scripts can be run on. An instance belongs to the engine that made it.
public protocol ScriptEngine {
  associatedtype Module
  associatedtype Instance

  /// Decodes and validates a module, bodies included. Throws `malformed` or `invalid`.
  mutating func compile(_ bytes: [UInt8]) throws(ScriptFailure) -> Module
  /// Throws `unlinkable`, or what running the start function and initialising brings.
  mutating func instantiate(_ module: Module) throws(ScriptFailure) -> Instance
  /// Offers the instance's exports to the imports of modules instantiated later.
  mutating func register(_ instance: Instance, as name: String)
  /// Calls an exported function.
  mutating func invoke(_ name: String, of instance: Instance, _ arguments: [ScriptValue])
    throws(ScriptFailure) -> [ScriptResult]
  /// The value of an exported global.
  mutating func get(_ name: String, of instance: Instance) throws(ScriptFailure) -> ScriptResult
}

/// Why an engine did not do what it was asked.
public struct ScriptFailure: Error, Hashable, Sendable {
  public enum Kind: String, Sendable, Hashable {
    case malformed = "malformed module"
    case invalid = "invalid module"
    case unlinkable = "link error"
    case trap
    case exhaustion
    case exception = "unhandled exception"
    case suspension
    /// A limit, a missing export, an engine's fault: nothing that a script expects.
    case other = "error"
  }
  public var kind: Kind
  /// Begins with the specification's words.
  public var message: String

  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}

extension ScriptFailure: CustomStringConvertible {
  public var description: String { "\(kind.rawValue): \(message)" }
}

/// A value that an engine gave. Floating-point values are given by their bits.
public enum ScriptResult: Hashable, Sendable {
  case i32(UInt32)
  case i64(UInt64)
  case f32(UInt32)
  case f64(UInt64)
  case v128(low: UInt64, high: UInt64)
  case null
  /// A host object as an `externref`, with its number; nil for a reference of the other hierarchy that
  /// was converted.
  case extern(UInt32?)
  /// A host object as an `anyref`, with its number.
  case host(UInt32)
  /// Another reference that is not null, by what it points to: `func`, `i31`, `struct`, `array`, `exn`.
  case reference(HeapType)
}
