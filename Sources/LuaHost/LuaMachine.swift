// An instance of lua.wasm that runs cases, each from the state right after start-up.

import WebAssembly

/// Made by `LuaModule.makeExecutor`. Belongs to one thread at a time.
public final class LuaMachine: CaseExecutor {
  private let module: LuaModule
  /// Nil when start-up needs more memory than it was given so far.
  private var started: StartedInstance?
  /// Watches the case that runs.
  private var observer: (any CallObserver)?
  /// The names of all functions, for observers.
  private lazy var labels = module.module.functionList.map(\.label)
  private lazy var tagNames = TagNames(of: module.module)

  /// Instantiates the module and calls `init`, unless that takes more memory than the limit.
  init(_ module: LuaModule, memoryLimit: UInt64?) throws(CaseExecutionError) {
    self.module = module
    try start(memoryLimit: memoryLimit)
  }

  private func start(memoryLimit: UInt64?) throws(CaseExecutionError) {
    do {
      started = try StartedInstance(module, memoryLimit: memoryLimit)
    } catch ExecutionLimit.memory {
      started = nil
    } catch let error as CaseExecutionError {
      throw error
    } catch {
      throw .fault("the module cannot be started: \(error)")
    }
  }

  /// Bytes of the module's buffer; nil when start-up needs more memory than it was given so far.
  public var bufferSize: Int? { started?.bufferSize }

  // MARK: - Running a case

  public func run(_ request: CaseRequest) throws(CaseExecutionError) -> CaseOutcome {
    let limit = request.limits.memoryBytes
    if started == nil { try start(memoryLimit: limit) }
    // What start-up takes counts against the case, whether or not it was done for this one.
    guard let started, Store.isWithin(limit, started.peakByteCount) else {
      return try outOfMemoryAtStart(request)
    }
    for (index, step) in request.steps.enumerated() where step.count > started.bufferSize {
      throw .sourceTooLong(step: index + 1, byteCount: step.count, bufferSize: started.bufferSize)
    }
    try started.reset()
    let (store, state) = (started.store, started.state)
    state.tables.keyOrder = request.keyOrder
    for seed in request.seeds {
      guard state.tables.set(table: seed.table, key: seed.key, value: seed.value) == 0 else {
        throw .seedRefused(table: seed.table, key: seed.key)
      }
    }
    state.clock = request.clock
    state.trace = request.trace
    store.memoryLimit = limit
    started.memory.resetPeak()
    store.meter.reset()
    store.meter.fuel = request.limits.fuel
    store.meter.interruption = request.interruption
    let start = Meter.now
    store.meter.deadline = request.limits.time.map { start &+ $0.nanoseconds }
    observer = try observer(for: request.observation, started)
    store.monitor = observer
    defer {
      store.monitor = nil
      observer = nil
    }

    var steps: [StepOutcome] = []
    var hasEnded = false
    var nanoseconds: UInt64 = 0
    for source in request.steps {
      guard !hasEnded else {
        steps.append(StepOutcome(result: .notRun))
        continue
      }
      let before = Meter.now
      let outcome = try step(source, started)
      nanoseconds &+= Meter.now &- before
      switch outcome.result {
      case .trap, .exception, .limit: hasEnded = true
      default: break
      }
      steps.append(outcome)
    }
    let tables: [ExternalTables.Entry]
    do {
      // Sorting a million entries takes its time as well; ten milliseconds are free.
      if let deadline = store.meter.deadline { store.meter.deadline = deadline &+ 10_000_000 }
      tables = try state.tables.contents { try store.meter.checkTime() }
    } catch ExecutionLimit.time {
      tables = []
      if let last = steps.lastIndex(where: { $0.result != .notRun }) {
        steps[last] = StepOutcome(result: .limit(.time))
      }
    } catch {
      throw .interrupted
    }
    var outcome = CaseOutcome(
      steps: steps, tables: tables, instructions: store.meter.instructionCount,
      microseconds: nanoseconds / 1000, peakPages: UInt64(started.memory.peakByteCount) >> 16,
      trace: state.trace)
    outcome.observed = observer?.finish()
    return outcome
  }

  /// The outcome of a case that may not even have what start-up takes: the same whether start-up was tried
  /// for it or had been done before.
  private func outOfMemoryAtStart(_ request: CaseRequest) throws(CaseExecutionError) -> CaseOutcome {
    var steps = [StepOutcome(result: .limit(.memory))]
    steps += request.steps.dropFirst().map { _ in StepOutcome(result: .notRun) }
    var outcome = CaseOutcome(steps: steps, peakPages: module.declaredPageCount, trace: request.trace)
    outcome.observed = try observer(for: request.observation, started)?.finish()
    return outcome
  }

  private func observer(
    for observation: CallObservation, _ started: StartedInstance?
  ) throws(CaseExecutionError) -> (any CallObserver)? {
    guard observation != .none else { return nil }
    guard module.mode == .callsObserved else {
      throw .fault("calls are observed only in machines of an instrumented module")
    }
    switch observation {
    case .none: return nil
    case .coverage:
      return CoverageObserver(
        functionCount: module.module.functionCount, enteredAtStart: started?.enteredAtStart ?? [])
    case .profile: return ProfileObserver()
    case .digests(let blockSize, let hidden):
      return DigestObserver(labels: labels, blockSize: blockSize, hiding: hidden)
    case .windows(let ranges, let hidden): return WindowObserver(ranges, labels: labels, hiding: hidden)
    }
  }

  private func step(
    _ source: [UInt8], _ started: StartedInstance
  ) throws(CaseExecutionError) -> StepOutcome {
    let (memory, bufferAddress, bufferSize) = (started.memory, started.bufferAddress, started.bufferSize)
    // The buffer lies within the memory, which never shrinks, and the source's length was checked.
    _ = memory.write(source, at: bufferAddress)
    defer { observer?.end(instructions: started.store.meter.instructionCount) }
    let results: [Value]
    do {
      results = try started.compute.call([
        .i32(UInt32(truncatingIfNeeded: bufferAddress)), .i32(UInt32(truncatingIfNeeded: source.count)),
      ])
    } catch let trap as Trap {
      var outcome = StepOutcome(
        result: .trap(kind: trap.kind.message, frames: trap.backtrace.map(\.label)))
      outcome.backtrace = trap.backtrace.map {
        TrapFrame(label: $0.label, functionIndex: $0.functionIndex, offset: $0.offset)
      }
      return outcome
    } catch let exception as ThrownException {
      return StepOutcome(result: .exception(UncaughtException(exception, tagNames, started.instance)))
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
      memory.contains(bufferAddress, UInt64(count))
    else { return StepOutcome(result: .outsideBuffer(result: result), answer: result) }
    if count > AnswerDecoder.greatestByteCount {
      return StepOutcome(result: .answerTooLong(byteCount: count), answer: result)
    }
    guard let answer = memory.read(at: bufferAddress, count: count) else {
      return StepOutcome(result: .outsideBuffer(result: result), answer: result)
    }
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
