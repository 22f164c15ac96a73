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
  let translation: TranslationOptions

  public init() { translation = .standard }
  package init(_ translation: TranslationOptions) { self.translation = translation }
}

/// What translating the modules of an engine does besides what their code has to do.
package struct TranslationOptions: Sendable {
  /// Whether operations that often follow each other get one handler.
  package var combinesOperations: Bool
  /// Whether a jump to a few operations that jump on becomes these.
  package var duplicatesTails: Bool
  /// Whether code counts how often its operations are executed: see `OperationProfile`.
  package var countsOperations: Bool

  package init(combinesOperations: Bool, duplicatesTails: Bool, countsOperations: Bool = false) {
    self.duplicatesTails = duplicatesTails
    self.combinesOperations = combinesOperations
    self.countsOperations = countsOperations
  }

  /// Each operation by itself, in the order of the source.
  package static let simple = TranslationOptions(combinesOperations: false, duplicatesTails: false)

  /// Everything, or only what is simple where the variable `TOUCHSTONE_SUPERINSTRUCTIONS` is 0 in the environment.
  package static let standard =
    SystemCalls.environment("TOUCHSTONE_SUPERINSTRUCTIONS") == "0"
    ? simple : TranslationOptions(combinesOperations: true, duplicatesTails: true)
}

/// A module, or something that it imports, belongs to another engine than the store.
public struct EngineError: Error, Sendable, Hashable, CustomStringConvertible {
  public var description: String {
    "the module belongs to another engine than the store; make both with the same `engine:`"
  }
}
