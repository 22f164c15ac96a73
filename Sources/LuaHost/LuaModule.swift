// A build of lua.wasm: loaded, checked against the contract, ready to make machines.

import Synchronization
import WebAssembly

/// Why a file cannot serve as lua.wasm. One sentence, without the file's name.
public struct LuaModuleError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

/// A module that keeps the contract, shared by the machines that run it.
public final class LuaModule: CaseExecutorProvider {
  public let module: Module
  /// Of the machines' code: only those in `callsObserved` can observe calls, and are slower.
  let mode: CodeMode
  /// How long `init` may take before the module is refused.
  public let startLimit: Duration
  /// The same of reading it, and of validating it.
  private let loadLimit: Duration
  private let interruption: Interruption?
  let bytes: [UInt8]
  /// Which memory holds the marks of a marked module.
  let markMemory: Int?
  /// Computed when it is asked for: not every command needs it.
  private let digest: Mutex<String?> = Mutex(nil)
  /// Made when it is asked for; nil inside when it cannot be made.
  let messageReader: Mutex<LuaModule??> = Mutex(nil)
  private let validation: Mutex<Result<Void, CaseExecutionError>?> = Mutex(nil)

  /// Decodes the module and checks that it imports only what the host has and exports what a run needs.
  /// Bodies are validated by `finishValidation`, and each of them before it first runs.
  public convenience init(
    bytes: [UInt8], startLimit: Duration = .seconds(10), loadLimit: Duration = .seconds(10),
    interruption: Interruption? = nil, engine: Engine = .default
  ) throws(LuaModuleError) {
    try self.init(
      bytes: bytes, startLimit: startLimit, loadLimit: loadLimit, interruption: interruption, markMemory: nil,
      engine: engine)
  }

  init(
    bytes: [UInt8], startLimit: Duration, loadLimit: Duration, interruption: Interruption? = nil,
    markMemory: Int?, engine: Engine = .default
  ) throws(LuaModuleError) {
    self.markMemory = markMemory
    self.loadLimit = loadLimit
    self.bytes = bytes
    mode = .plain
    self.interruption = interruption
    do throws(ModuleError) {
      module = try Module(bytes: bytes, engine: engine, meter: Self.meter(loadLimit, interruption))
    } catch {
      if case .limit = error { throw LuaModuleError("\(error)") }
      throw LuaModuleError("it is not a WebAssembly module that can be read: \(error)")
    }
    self.startLimit = startLimit
    if let problem = Self.problems(of: module).first { throw LuaModuleError(problem) }
  }

  private static func meter(_ limit: Duration, _ interruption: Interruption?) -> Meter {
    var meter = Meter()
    meter.stop(after: limit)
    meter.interruption = interruption
    return meter
  }

  /// The same module with machines in another mode.
  private init(_ other: LuaModule, mode: CodeMode) {
    bytes = other.bytes
    markMemory = other.markMemory
    module = other.module
    startLimit = other.startLimit
    loadLimit = other.loadLimit
    interruption = other.interruption
    self.mode = mode
  }

  /// Everything in which a module misses the contract, one sentence each.
  public static func problems(of module: Module) -> [String] {
    importProblems(of: module) + exportProblems(of: module)
  }

  private static func importProblems(of module: Module) -> [String] {
    // Made for errors alone.
    var known: String { HostFunctions.types.map(\.name).joined(separator: ", ") }
    return module.imports.compactMap { item in
      guard item.module == HostFunctions.moduleName,
        let (_, type) = HostFunctions.types.first(where: { $0.name == item.name })
      else {
        return "it imports \(item.module).\(item.name), \(describe(item.type, module)), which the host "
          + "does not have; it has \(HostFunctions.moduleName).{\(known)}"
      }
      guard case .function(let index) = item.type, module.structure.types[Int(index)].functionType == type
      else {
        return "it imports \(item.module).\(item.name) as \(describe(item.type, module)), but the host "
          + "has it as a function of type \(type)"
      }
      return nil
    }
  }

  private static func describe(_ type: ExternType, _ module: Module) -> String {
    switch type {
    case .function(let index):
      "a function of type \(module.structure.types[Int(index)].functionType?.description ?? "unknown")"
    default: "a \(type.kind.keyword)"
    }
  }

  /// The exports that a run needs, and those that the contract names besides, with their types.
  public static let requiredFunctions: [(name: String, type: FunctionType)] = [
    ("init", FunctionType([], [.i32])), ("compute", FunctionType([.i32, .i32], [.i32])),
    ("get_buffer_ptr", FunctionType([], [.i32])),
  ]
  public static let optionalFunctions: [(name: String, type: FunctionType)] = [
    ("get_buffer_size", FunctionType([], [.i32])), ("get_memory_stats", FunctionType([.i32], [])),
    ("run_gc", FunctionType()), ("attach_memory_table", FunctionType([.i32], [])),
    ("get_memory_table_id", FunctionType([], [.i32])), ("get_io_table_id", FunctionType([], [.i32])),
    ("clear_io_table", FunctionType()), ("sync_external_table_counter", FunctionType([.i32], [])),
    ("set_memory_alias_enabled", FunctionType([.i32], [])),
  ]

  /// The functions that the contract lets a module import. `js_time_now` is not among them.
  public static var importedFunctionNames: [String] {
    HostFunctions.types.map(\.name).filter { $0 != "js_time_now" }
  }

  private static func exportProblems(of module: Module) -> [String] {
    var problems: [String] = []
    let exports = module.exports
    func find(_ name: String) -> Export? { exports.first { $0.name == name } }
    if find("memory")?.kind != .memory { problems.append("it exports no memory named memory") }
    for (name, type) in requiredFunctions {
      guard let export = find(name), export.kind == .function else {
        problems.append("it exports no function named \(name), which must have the type \(type)")
        continue
      }
      let found = module.functionType(export.index)
      if found != type {
        problems.append("its function \(name) has the type \(found); the contract says \(type)")
      }
    }
    for (name, type) in optionalFunctions {
      guard let export = find(name), export.kind == .function else { continue }
      let found = module.functionType(export.index)
      if found != type {
        problems.append("its function \(name) has the type \(found); the contract says \(type)")
      }
    }
    return problems
  }

  // MARK: - CaseExecutorProvider

  public var moduleDigest: String {
    digest.withLock { digest in
      let value = digest ?? SHA256Digest(of: bytes).description
      digest = value
      return value
    }
  }

  public var functions: [ModuleFunction] { module.functionList }

  public var interface: ModuleInterface { ModuleInterface(module, bytes: bytes) }

  public func instrumented() throws(CaseExecutionError) -> LuaModule {
    mode == .callsObserved ? self : LuaModule(self, mode: .callsObserved)
  }

  /// The same module, made so that its machines mark the edges that cases take; see `LuaMachine.edges`. They count
  /// the same instructions, but take longer.
  public func countingEdges() -> LuaModule {
    mode == .edgesCounted ? self : LuaModule(self, mode: .edgesCounted)
  }

  public func makeExecutor(memoryLimit: UInt64?) throws(CaseExecutionError) -> LuaMachine {
    try LuaMachine(self, memoryLimit: memoryLimit)
  }

  /// Pages of 64 KiB that the exported memory has at least.
  var declaredPageCount: UInt64 {
    guard let index = module.exports.first(where: { $0.name == "memory" && $0.kind == .memory })?.index,
      // The contract has no memory to import, so that all are the module's own.
      Int(index) < module.structure.memories.count
    else { return 0 }
    let type = module.structure.memories[Int(index)]
    let (bytes, overflow) = type.limits.minimum.multipliedReportingOverflow(
      by: 1 << UInt64(type.pageSizeExponent))
    return overflow ? .max : bytes >> 16
  }

  private func validate() throws(CaseExecutionError) {
    do throws(ModuleError) {
      try module.validate(meter: Self.meter(loadLimit, interruption))
    } catch {
      switch error {
      case .limit(.interrupted): throw .interrupted
      case .limit: throw .fault("\(error)")
      default: throw .fault("the module is invalid: \(error)")
      }
    }
  }

  public func finishValidation() throws(CaseExecutionError) {
    let result = validation.withLock { result in
      if let result { return result }
      let new: Result<Void, CaseExecutionError>
      do throws(CaseExecutionError) {
        try validate()
        new = .success(())
      } catch {
        new = .failure(error)
      }
      result = new
      return new
    }
    try result.get()
  }
}
