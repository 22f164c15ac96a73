// An instance of lua.wasm after start-up, with the state that every case begins from.

import WebAssembly

/// Belongs to one thread at a time.
final class StartedInstance {
  let store: Store
  let instance: Instance
  let state: HostState
  let memory: Memory
  let compute: Function
  /// Where the module's buffer lies and how many bytes it has.
  let bufferAddress: UInt64
  let bufferSize: Int
  /// The functions that start-up entered, if calls can be observed.
  let enteredAtStart: Set<UInt32>
  /// The most bytes that start-up took of the store's memory limit.
  let peakByteCount: UInt64
  /// The instructions that start-up took.
  let startInstructions: UInt64
  /// The marks that start-up set, if the module has any.
  let startMarks: [UInt8]
  /// The state after `init`.
  private let snapshot: Snapshot
  private let startTables: ExternalTables
  /// Whether nothing has run since the snapshot.
  private var isFresh = true

  /// Instantiates the module and calls `init`. Throws `ExecutionLimit.memory` when that takes more than the
  /// limit, and `CaseExecutionError.fault` for whatever else goes wrong.
  init(
    _ module: LuaModule, memoryLimit: UInt64?, replacement: FunctionReplacement? = nil, fuel: UInt64? = nil
  ) throws {
    let state = HostState()
    self.state = state
    var limits = StoreLimits()
    limits.memoryByteCount = memoryLimit
    let store = Store(limits: limits, engine: module.module.engine)
    self.store = store
    let startObserver = CoverageObserver(functionCount: module.module.functionCount)
    if module.mode == .callsObserved { store.monitor = startObserver }
    var imports = Imports()
    HostFunctions.define(in: &imports, store: store, state: state)
    store.meter.stop(after: module.startLimit)
    let instance = try Self.attempt({ "the module cannot be instantiated: \($0)" }) {
      try Instance(store: store, module: module.module, imports: imports, mode: module.mode)
    }
    self.instance = instance
    if let replacement { instance.replace(with: replacement) }
    store.meter.fuel = fuel
    guard case .memory(let memory)? = instance.export("memory"),
      let compute = instance.function(named: "compute"), let start = instance.function(named: "init"),
      let pointer = instance.function(named: "get_buffer_ptr")
    else { throw CaseExecutionError.fault("the module lacks an export that it had when it was loaded") }
    self.memory = memory
    self.compute = compute
    func call(_ function: Function, _ name: String) throws -> UInt32 {
      let results = try Self.attempt({ "the module's \(name) did not return: \($0)" }) {
        try function.call()
      }
      guard let result = results.first?.uint32 else {
        throw CaseExecutionError.fault("the module's \(name) gave no result")
      }
      return result
    }
    let started = Int32(bitPattern: try call(start, "init"))
    guard started == 0 else {
      throw CaseExecutionError.fault("the module's init answered \(started), which means that it failed")
    }
    bufferAddress = UInt64(try call(pointer, "get_buffer_ptr"))
    let declared = try instance.function(named: "get_buffer_size").map { try call($0, "get_buffer_size") }
    bufferSize = Int(declared ?? 65_536)
    guard memory.contains(bufferAddress, UInt64(bufferSize)) else {
      throw CaseExecutionError.fault(
        "the module's buffer, \(bufferSize) bytes at address \(bufferAddress), does not lie within its memory"
      )
    }
    peakByteCount = store.memoryPeakByteCount
    startInstructions = store.meter.instructionCount
    startMarks = module.markMemory.map { instance.takeMarks(ofMemory: $0) } ?? []
    do {
      snapshot = try store.snapshot()
    } catch {
      throw CaseExecutionError.fault("the state after start-up cannot be kept: \(error)")
    }
    startTables = state.tables
    store.monitor = nil
    enteredAtStart = startObserver.entered
  }

  /// Lets the limit on memory pass, and makes a fault of every other error.
  private static func attempt<Result>(
    _ sentence: (String) -> String, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch ExecutionLimit.memory {
      throw ExecutionLimit.memory
    } catch {
      throw CaseExecutionError.fault(sentence(describe(error)))
    }
  }

  private static func describe(_ error: any Error) -> String {
    switch error {
    case ExecutionLimit.time: "it ran longer than the time that start-up may take"
    case let limit as ExecutionLimit: "it reached the limit of \(limit)"
    case let trap as Trap:
      "it trapped: \(trap)"
        + (trap.backtrace.count > 1
          ? ", called from " + trap.backtrace.dropFirst().prefix(5).map(\.label).joined(separator: ", ") : "")
    case let exception as ThrownException:
      "it threw an exception that it did not catch, with \(exception.values.count) values"
    default: "\(error)"
    }
  }

  /// Puts everything back to what it was after `init`.
  func reset() throws(CaseExecutionError) {
    if !isFresh { try renew() }
    isFresh = false
    state.tables = startTables
  }

  /// Puts back what it was after `init` but for what the host holds, external tables and clock.
  func renew() throws(CaseExecutionError) {
    do {
      try store.restore(snapshot)
    } catch {
      throw .fault("the state after start-up cannot be put back: \(error)")
    }
  }
}

extension Instance {
  /// The bytes of a memory, which are zero afterwards.
  func takeMarks(ofMemory index: Int) -> [UInt8] {
    guard memories.indices.contains(index) else { return [] }
    let memory = memories[index]
    let marks = memory.read(at: 0, count: memory.byteCount) ?? []
    _ = memory.write(Array(repeating: 0, count: marks.count), at: 0)
    return marks
  }
}

extension BacktraceFrame {
  /// The function's name, or its index where it has none.
  var label: String { functionName ?? "function \(functionIndex)" }
}
