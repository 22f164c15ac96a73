import WebAssembly

/// What the runner needs of an engine.

/// An engine that scripts can be run on. An instance belongs to the engine that made it, and an engine to the
/// thread that made it; modules may go to other threads.
public protocol ScriptEngine: SendableMetatype {
  associatedtype Module: Sendable
  associatedtype Instance
  /// What another thread may have of an instance.
  associatedtype Share: Sendable

  /// Called before each command: what is executed is counted from here on, and held to the limits.
  mutating func begin(_ limits: ScriptLimits)
  /// Instructions executed since `begin`.
  var instructionCount: UInt64 { get }

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

  /// What a thread of the script gets of an instance.
  func share(_ instance: Instance) throws(ScriptFailure) -> Share
  /// What another thread shared, as an instance of this engine.
  mutating func receive(_ share: Share) throws(ScriptFailure) -> Instance
  /// Makes an engine of the same kind, in which nothing is registered, on the thread that it is called on.
  var makeThreadEngine: @Sendable () throws(ScriptFailure) -> Self { get }
}

/// An engine without limits needs not say so.
extension ScriptEngine {
  public mutating func begin(_ limits: ScriptLimits) {}
  public var instructionCount: UInt64 { 0 }
}

/// Nor does one without threads.
extension ScriptEngine where Share == Never {
  public func share(_ instance: Instance) throws(ScriptFailure) -> Never {
    throw ScriptFailure(.other, "the engine has no threads")
  }
  public mutating func receive(_ share: Never) throws(ScriptFailure) -> Instance {}
  public var makeThreadEngine: @Sendable () throws(ScriptFailure) -> Self {
    { () throws(ScriptFailure) in throw ScriptFailure(.other, "the engine has no threads") }
  }
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
