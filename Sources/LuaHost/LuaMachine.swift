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
  /// Whether nothing has run since the snapshot.
  private var isFresh = true
  private let startTables: ExternalTables
  private let module: Module
  /// The functions that start-up entered, if calls can be observed.
  private let enteredAtStart: Set<UInt32>
  /// Watches the case that runs.
  private var observer: (any CallObserver)?
  /// The names of all functions, for observers.
  private lazy var labels = module.functionList.map(\.label)

  /// Instantiates the module and calls `init`.
  init(_ module: LuaModule) throws {
    store = Store()
    self.module = module.module
    let startObserver = CoverageObserver(functionCount: module.module.functionCount)
    if module.module.instrumentation == .calls { store.monitor = startObserver }
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
    store.monitor = nil
    enteredAtStart = startObserver.entered
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
    if !isFresh { instance.restore(snapshot) }
    isFresh = false
    state.tables = startTables
    state.tables.keyOrder = request.keyOrder
    for seed in request.seeds {
      guard state.tables.set(table: seed.table, key: seed.key, value: seed.value) == 0 else {
        throw .seedRefused(table: seed.table, key: seed.key)
      }
    }
    state.clock = request.clock
    state.trace = request.trace
    memory.byteLimit = request.limits.memoryBytes.map { $0 & ~0xFFFF }
    memory.resetPeak()
    store.meter.reset()
    store.meter.fuel = request.limits.fuel
    store.meter.interruption = request.interruption
    let start = Meter.now
    store.meter.deadline = request.limits.time.map { start &+ $0.nanoseconds }
    observer = try observer(for: request.observation)
    store.monitor = observer
    defer {
      store.monitor = nil
      observer = nil
    }

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
    var outcome = CaseOutcome(
      steps: steps, tables: state.tables.contents, instructions: store.meter.instructionCount,
      microseconds: nanoseconds / 1000, peakPages: UInt64(memory.peakByteCount) >> 16, trace: state.trace)
    outcome.observed = observer?.finish()
    return outcome
  }

  private func observer(
    for observation: CallObservation
  ) throws(CaseExecutionError) -> (any CallObserver)? {
    guard observation != .none else { return nil }
    guard module.instrumentation == .calls else {
      throw .fault("calls are observed only in machines of an instrumented module")
    }
    switch observation {
    case .none: return nil
    case .coverage:
      return CoverageObserver(functionCount: module.functionCount, enteredAtStart: enteredAtStart)
    case .profile: return ProfileObserver()
    case .digests(let blockSize, let hidden):
      return DigestObserver(labels: labels, blockSize: blockSize, hiding: hidden)
    case .windows(let ranges, let hidden): return WindowObserver(ranges, labels: labels, hiding: hidden)
    }
  }

  private func step(_ source: [UInt8]) throws(CaseExecutionError) -> StepOutcome {
    // The buffer lies within the memory, which never shrinks, and the source's length was checked.
    _ = memory.write(source, at: bufferAddress)
    defer { observer?.end(instructions: store.meter.instructionCount) }
    let results: [Value]
    do {
      results = try compute.call([
        .i32(UInt32(truncatingIfNeeded: bufferAddress)), .i32(UInt32(truncatingIfNeeded: source.count)),
      ])
    } catch let trap as Trap {
      var outcome = StepOutcome(
        result: .trap(kind: trap.kind.message, frames: trap.backtrace.map(\.label)))
      outcome.backtrace = trap.backtrace.map {
        TrapFrame(label: $0.label, functionIndex: $0.functionIndex, offset: $0.offset)
      }
      return outcome
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
    else { return StepOutcome(result: .outsideBuffer(result: result), answer: result) }
    switch AnswerDecoder.decode(result: result, buffer: answer) {
    case .value(let output, let value):
      return StepOutcome(output: output, result: .value(value), answer: result, rawAnswer: answer)
    case .error(let message):
      return StepOutcome(result: .error(message: message), answer: result, rawAnswer: answer)
    case .outsideBuffer(let result):
      return StepOutcome(result: .outsideBuffer(result: result), answer: result)
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
