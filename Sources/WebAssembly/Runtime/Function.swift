/// Functions as the host holds them (Core 4.2.7).

/// What a host function sees of the instance that calls it.
public struct Caller {
  public let store: Store
  /// Nil when the host itself calls.
  public let instance: Instance?

  /// The calling instance's memory 0.
  public var memory: Memory? { instance?.memories.first }
}

/// What a function of the host does. Its arguments are of the types that its type names, and so must its
/// results be: others end the run with a `CallError`. A `Trap` without a backtrace that it throws gets that of
/// the code which called; whatever else it throws reaches whoever began the run as it is.
public typealias HostFunction = (Caller, [Value]) throws -> [Value]

/// A function of the host or of an instance, ready to be called. Keeps its store.
public final class Function {
  public let type: FunctionType
  let store: Store
  let record: UnsafeMutablePointer<FunctionRecord>

  init(_ type: FunctionType, store: Store, record: UnsafeMutablePointer<FunctionRecord>) {
    self.type = type
    self.store = store
    self.record = record
  }

  /// A function of the host. It may throw; the error ends the run and reaches whoever began it.
  public convenience init(store: Store, type: FunctionType, _ body: @escaping HostFunction) {
    self.init(type, store: store, record: store.addHostFunction(type, body))
  }

  /// A reference to the function, for tables and arguments.
  public var reference: Reference { Reference(bits: UInt64(UInt(bitPattern: record))) }

  /// Calls the function and gives its results. Throws `Trap`, `ExecutionLimit`, `CallError`, a
  /// `TranslationError` or `ValidationError` of code that had not run before, or what a host function threw.
  public func call(_ arguments: [Value] = []) throws -> [Value] {
    try store.call(record, type, arguments)
  }
}

/// Arguments that do not fit the function's type.
public struct CallError: Error, Sendable, Hashable, CustomStringConvertible {
  public var description: String
}
