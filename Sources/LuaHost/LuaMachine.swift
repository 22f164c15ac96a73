// An instance of lua.wasm that runs cases, each from the state right after start-up.

import WebAssembly

public final class LuaMachine: CaseExecutor {
  private let store: Store
  private let instance: Instance
  private let state = HostState()
  private let memory: Memory
  private let compute: Function
  /// Where the module's buffer lies and how many bytes it has.
  private let bufferAddress: UInt64
  public let bufferSize: Int
  /// The state after `init`.
  private let snapshot: Snapshot
  private let startTables: ExternalTables

  /// Instantiates the module and calls `init`.
  init(_ module: LuaModule) throws {
    store = Store()
    var imports = Imports()
    HostFunctions.define(in: &imports, store: store, state: state)
    store.meter.deadline = Meter.now &+ module.startLimit.nanoseconds
    do {
      instance = try Instance(store: store, module: module.module, imports: imports)
    } catch {
      throw CaseExecutionError.fault("the module cannot be instantiated: \(Self.describe(error))")
    }
    guard case .memory(let memory)? = instance.export("memory"),
      let compute = instance.function(named: "compute"), let start = instance.function(named: "init"),
      let pointer = instance.function(named: "get_buffer_ptr")
    else { throw CaseExecutionError.fault("the module lacks an export that it had when it was loaded") }
    self.memory = memory
    self.compute = compute
    func call(_ function: Function, _ name: String) throws -> UInt32 {
      do {
        if case .i32(let result)? = try function.call().first { return result }
      } catch {
        throw CaseExecutionError.fault("the module's \(name) did not return: \(Self.describe(error))")
      }
      throw CaseExecutionError.fault("the module's \(name) gave no result")
    }
    let started = Int32(bitPattern: try call(start, "init"))
    guard started == 0 else {
      throw CaseExecutionError.fault("the module's init answered \(started), which means that it failed")
    }
    bufferAddress = UInt64(try call(pointer, "get_buffer_ptr"))
    let declared = try instance.function(named: "get_buffer_size").map { try call($0, "get_buffer_size") }
    bufferSize = Int(declared ?? 65_536)
    guard memory.read(at: bufferAddress, count: bufferSize) != nil else {
      throw CaseExecutionError.fault(
        "the module's buffer, \(bufferSize) bytes at address \(bufferAddress), does not lie within its memory"
      )
    }
    snapshot = instance.snapshot()
    startTables = state.tables
  }

  private static func describe(_ error: any Error) -> String {
    switch error {
    case ExecutionLimit.time: "it ran longer than the time that start-up may take"
    case let limit as ExecutionLimit: "it reached the limit of \(limit)"
    case let trap as Trap:
      "it trapped: \(trap)"
        + (trap.backtrace.count > 1
          ? ", called from " + trap.backtrace.dropFirst().prefix(5).map(\.label).joined(separator: ", ") : "")
    default: "\(error)"
    }
  }

  // MARK: - Running a case

  public func run(_ request: CaseRequest) throws(CaseExecutionError) -> CaseOutcome {
    for (index, step) in request.steps.enumerated() where step.count > bufferSize {
      throw .sourceTooLong(step: index + 1, byteCount: step.count, bufferSize: bufferSize)
    }
    instance.restore(snapshot)
    state.tables = startTables
    state.tables.keyOrder = request.keyOrder
    for seed in request.seeds {
      guard state.tables.set(table: seed.table, key: seed.key, value: seed.value) == 0 else {
        throw .seedRefused(table: seed.table, key: seed.key)
      }
    }
    state.clock = VirtualClock(milliseconds: request.clockStart)
    state.trace = request.trace
    memory.byteLimit = request.limits.memoryBytes.map { $0 & ~0xFFFF }
    memory.resetPeak()
    store.meter.reset()
    store.meter.fuel = request.limits.fuel
    store.meter.interruption = request.interruption
    let start = Meter.now
    store.meter.deadline = request.limits.time.map { start &+ $0.nanoseconds }

    var steps: [StepOutcome] = []
    var hasEnded = false
    var nanoseconds: UInt64 = 0
    if let limit = memory.byteLimit, UInt64(memory.byteCount) > limit {
      steps.append(StepOutcome(result: .limit(.memory)))
      hasEnded = true
    }
    for source in request.steps.dropFirst(steps.count) {
      guard !hasEnded else {
        steps.append(StepOutcome(result: .notRun))
        continue
      }
      let before = Meter.now
      let outcome = try step(source)
      nanoseconds &+= Meter.now &- before
      switch outcome.result {
      case .trap, .limit: hasEnded = true
      default: break
      }
      steps.append(outcome)
    }
    return CaseOutcome(
      steps: steps, tables: state.tables.contents, instructions: store.meter.instructionCount,
      microseconds: nanoseconds / 1000, peakPages: UInt64(memory.peakByteCount) >> 16, trace: state.trace)
  }

  private func step(_ source: [UInt8]) throws(CaseExecutionError) -> StepOutcome {
    // The buffer lies within the memory, which never shrinks, and the source's length was checked.
    _ = memory.write(source, at: bufferAddress)
    let results: [Value]
    do {
      results = try compute.call([
        .i32(UInt32(truncatingIfNeeded: bufferAddress)), .i32(UInt32(truncatingIfNeeded: source.count)),
      ])
    } catch let trap as Trap {
      return StepOutcome(
        result: .trap(kind: trap.kind.message, frames: trap.backtrace.map(\.label)))
    } catch let limit as ExecutionLimit {
      switch limit {
      case .fuel: return StepOutcome(result: .limit(.fuel))
      case .time: return StepOutcome(result: .limit(.time))
      case .memory: return StepOutcome(result: .limit(.memory))
      case .interrupted: throw .interrupted
      }
    } catch {
      throw .fault("\(error)")
    }
    guard case .i32(let bits)? = results.first else { throw .fault("compute gave no result") }
    let result = Int32(bitPattern: bits)
    guard let count = AnswerDecoder.byteCount(of: result, bufferSize: bufferSize),
      let answer = memory.read(at: bufferAddress, count: count)
    else { return StepOutcome(result: .outsideBuffer(result: result)) }
    switch AnswerDecoder.decode(result: result, buffer: answer) {
    case .value(let output, let value):
      return StepOutcome(output: output, result: .value(value), rawAnswer: answer)
    case .error(let message): return StepOutcome(result: .error(message: message), rawAnswer: answer)
    case .outsideBuffer(let result): return StepOutcome(result: .outsideBuffer(result: result))
    }
  }
}

extension BacktraceFrame {
  /// The function's name, or its index where it has none.
  var label: String { functionName ?? "function \(functionIndex)" }
}

extension Duration {
  /// Whole nanoseconds, at most what 64 bits hold.
  var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0 else { return 0 }
    let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .max >> 1 : product &+ UInt64(attoseconds / 1_000_000_000)
  }
}
