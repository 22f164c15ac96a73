import WebAssembly
import WebAssemblyText

/// This package's engine as scripts see it: one store, with the `spectest` module in it.
public struct StoreEngine: ScriptEngine {
  public let store: Store
  public let features: FeatureSet
  private let print: @Sendable (String) -> Void
  private var imports = Imports()

  /// `print` gets what the functions of `spectest` print, a line at a time, from threads too.
  public init(
    features: FeatureSet = .default, limits: StoreLimits = StoreLimits(),
    print: @escaping @Sendable (String) -> Void = { _ in }
  ) throws {
    store = Store(limits: limits)
    self.print = print
    self.features = features
    let structure = try ModuleStructure(text: SpectestModule.text(features))
    let module = try Module(bytes: structure.encode(), features: features)
    imports.define("spectest", try Instance(store: store, module: module, imports: Imports()))
    if features.contains(.threads) {
      // In a module of its own, because multiple memories may be off.
      let shared = try ModuleStructure(text: "(module (memory (export \"shared_memory\") 1 2 shared))")
      let module = try Module(bytes: shared.encode(), features: features)
      let instance = try Instance(store: store, module: module, imports: Imports())
      if let memory = instance.export("shared_memory") {
        imports.define("spectest", "shared_memory", memory)
      }
    }
    for (name, parameters) in SpectestModule.functions {
      let function = Function(store: store, type: FunctionType(parameters)) { _, arguments in
        print(arguments.map { "\(Self.result($0)) : \($0.type)" }.joined(separator: " "))
        return []
      }
      imports.define("spectest", name, .function(function))
    }
  }

  public mutating func begin(_ limits: ScriptLimits) {
    store.meter.reset()
    store.meter.fuel = limits.fuel
    store.meter.interruption = limits.interruption
    store.meter.deadline = nil
    if let time = limits.commandTime { store.meter.stop(after: time) }
  }

  public var instructionCount: UInt64 { store.meter.instructionCount }

  public func compile(_ bytes: [UInt8]) throws(ScriptFailure) -> Module {
    do throws(ModuleError) {
      let module = try Module(bytes: bytes, features: features)
      try module.validate()
      return module
    } catch {
      switch error {
      case .malformed(let error): throw ScriptFailure(.malformed, error.message)
      case .invalid(let error): throw ScriptFailure(.invalid, error.message)
      case .limit: preconditionFailure("reading without a meter has no limit")
      }
    }
  }

  public func instantiate(_ module: Module) throws(ScriptFailure) -> Instance {
    do {
      return try Instance(store: store, module: module, imports: imports)
    } catch {
      throw Self.failure(error)
    }
  }

  public mutating func register(_ instance: Instance, as name: String) { imports.define(name, instance) }

  public func invoke(_ name: String, of instance: Instance, _ arguments: [ScriptValue])
    throws(ScriptFailure) -> [ScriptResult]
  {
    guard let function = instance.function(named: name) else {
      throw ScriptFailure(.other, "the module exports no function \"\(name)\"")
    }
    do {
      let values = zip(arguments, function.type.parameters).map(Self.value)
      guard values.count == arguments.count else {
        throw ScriptFailure(
          .other, "\"\(name)\" takes \(function.type.parameters.count) arguments, not \(arguments.count)")
      }
      return try function.call(values).map { Self.result($0) }
    } catch {
      throw Self.failure(error)
    }
  }

  public func get(_ name: String, of instance: Instance) throws(ScriptFailure) -> ScriptResult {
    guard case .global(let global)? = instance.export(name) else {
      throw ScriptFailure(.other, "the module exports no global \"\(name)\"")
    }
    return Self.result(global.value)
  }

  // MARK: Threads

  /// Shared memories that an instance exports, by their names.
  public struct Share: Sendable {
    fileprivate var memories: [(name: String, memory: SharedMemory)] = []
  }

  public func share(_ instance: Instance) throws(ScriptFailure) -> Share {
    var share = Share()
    for export in instance.module.exports {
      if case .memory(let memory)? = instance.export(export.name), let shared = SharedMemory(memory) {
        share.memories.append((export.name, shared))
      }
    }
    guard !share.memories.isEmpty else {
      throw ScriptFailure(.other, "the module exports no shared memory, and threads share nothing else")
    }
    return share
  }

  /// An instance that exports the memories under the same names.
  public func receive(_ share: Share) throws(ScriptFailure) -> Instance {
    var structure = ModuleStructure()
    var memories = Imports()
    for (index, (name, shared)) in share.memories.enumerated() {
      structure.imports.append(Import("shared", name, .memory(shared.memory.type)))
      structure.exports.append(Export(name, .memory, UInt32(index)))
      memories.define("shared", name, .memory(shared.memory))
    }
    do {
      let module = try WebAssembly.Module(bytes: structure.encode(), features: .default)
      return try WebAssembly.Instance(store: store, module: module, imports: memories)
    } catch {
      throw Self.failure(error)
    }
  }

  public var makeThreadEngine: @Sendable () throws(ScriptFailure) -> StoreEngine {
    { [features, limits = store.limits, print] () throws(ScriptFailure) in
      do {
        return try StoreEngine(features: features, limits: limits, print: print)
      } catch {
        throw Self.failure(error)
      }
    }
  }

  // MARK: Values

  /// The value of a parameter of type `type`.
  private static func value(_ value: ScriptValue, _ type: ValueType) -> Value {
    switch value {
    case .i32(let value): .i32(value)
    case .i64(let value): .i64(value)
    case .f32(let bits): .f32(bits: bits)
    case .f64(let bits): .f64(bits: bits)
    case .v128(let low, let high): .v128(low: low, high: high)
    case .null: .reference(.null, type: type)
    case .extern(let number), .host(let number): .reference(.extern(UInt64(number)), type: type)
    }
  }

  private static func result(_ value: Value) -> ScriptResult {
    switch value {
    case .i32(let value): return .i32(value)
    case .i64(let value): return .i64(value)
    case .f32(let bits): return .f32(bits)
    case .f64(let bits): return .f64(bits)
    case .v128(let low, let high): return .v128(low: low, high: high)
    case .reference(let reference, let type):
      let isExtern = type.heapType == .extern || type.heapType == .noextern
      switch reference.kind {
      case .null: return .null
      case .host(let number):
        let short = UInt32(truncatingIfNeeded: number)
        return isExtern ? .extern(short) : .host(short)
      case .function: return .reference(.function)
      case .exception: return .reference(.exn)
      case .i31: return isExtern ? .extern(nil) : .reference(.i31)
      case .structure: return isExtern ? .extern(nil) : .reference(.struct)
      case .array: return isExtern ? .extern(nil) : .reference(.array)
      }
    }
  }

  // MARK: Failures

  private static func failure(_ error: any Error) -> ScriptFailure {
    switch error {
    case let failure as ScriptFailure: failure
    case let error as LinkError: ScriptFailure(.unlinkable, error.description)
    case let trap as Trap:
      switch trap.kind {
      case .callStackExhausted: ScriptFailure(.exhaustion, trap.kind.message)
      default: ScriptFailure(.trap, trap.kind.message)
      }
    case let limit as ExecutionLimit: ScriptFailure(.other, description(limit))
    case let exception as ThrownException: ScriptFailure(.exception, exception.description)
    default: ScriptFailure(.other, "\(error)")
    }
  }
  private static func description(_ limit: ExecutionLimit) -> String {
    switch limit {
    case .fuel: "the command executed more instructions than it may"
    case .time: "the command took longer than it may"
    case .memory: "a memory was to grow beyond its limit"
    case .interrupted: "the command was interrupted"
    }
  }
}
