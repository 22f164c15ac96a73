/// What modules and the stores that run them have in common: the numbers of their types, so that equal types
/// of different modules are one, and the records of types that code and objects point to.
///
/// A module can be instantiated in stores of its own engine only. Everything that refers to an engine's types
/// keeps the engine: modules, stores, tags, globals, and references to objects. Its types are freed with it,
/// so who loads modules without end gives every batch an engine of its own.
public final class Engine: Sendable {
  /// The engine of whatever is made without naming one; it lives as long as the process.
  public static let `default` = Engine()

  let types = TypeRegistry()

  public init() {}
}

/// A module, or something that it imports, belongs to another engine than the store.
public struct EngineError: Error, Sendable, Hashable, CustomStringConvertible {
  public var description: String {
    "the module belongs to another engine than the store; make both with the same `engine:`"
  }
}
