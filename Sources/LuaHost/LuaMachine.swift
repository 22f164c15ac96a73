// An instance of lua.wasm that runs cases, each from the state right after start-up.

import WebAssembly

/// Made by `LuaModule.makeExecutor`. Belongs to one thread at a time.
public final class LuaMachine: CaseExecutor {
  let module: LuaModule
  /// Nil when start-up needs more memory than it was given so far.
  private(set) var started: StartedInstance?
  /// Runs cases again to read the messages of Lua errors; made when one is asked for.
  var messageReader: LuaMachine?
  /// Watches the case that runs.
  private var observer: (any CallObserver)?
  /// The names of all functions, for observers.
  private lazy var labels = module.module.functionList.map(\.label)
  private lazy var tagNames = TagNames(of: module.module)
  /// A body that the instance has from before `init` on.
  private let replacement: FunctionReplacement?
  /// What start-up and loading may take; nil for no limit but that on time.
  package var bounds: StartBounds?
  /// The instructions that loading before the last case took.
  package private(set) var loadingInstructions: UInt64 = 0
  /// The marks that the last case set, if the module has any.
  package private(set) var marks: [UInt8] = []

  /// What cases take of the module's edges; nil unless the module counts them. What start-up takes is not in it.
  public let edges: EdgeMap?

  /// Instantiates the module and calls `init`, unless that takes more memory than the limit.
  init(
    _ module: LuaModule, memoryLimit: UInt64?, replacement: FunctionReplacement? = nil,
    bounds: StartBounds? = nil
  ) throws(CaseExecutionError) {
    self.module = module
    self.replacement = replacement
    self.bounds = bounds
    edges = module.mode == .edgesCounted ? EdgeMap(moduleByteCount: module.bytes.count) : nil
    try start(memoryLimit: memoryLimit)
  }

  private func start(memoryLimit: UInt64?) throws(CaseExecutionError) {
    do {
      started = try StartedInstance(
        module, memoryLimit: memoryLimit, replacement: replacement, fuel: bounds?.start)
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
    let loading = try SourceLoading(request, bufferSize: started.bufferSize)
    try started.reset()
    marks = []
    loadingInstructions = 0
    defer { takeMarks(started) }
    let (store, state) = (started.store, started.state)
    state.tables.keyOrder = request.keyOrder
    store.nanSign = request.nanSign
    for seed in request.seeds {
      guard state.tables.set(table: seed.table, key: seed.key, value: seed.value) == 0 else {
        throw .seedRefused(table: seed.table, key: seed.key)
      }
    }
    state.clock = request.clock
    store.memoryLimit = limit
    store.meter.interruption = request.interruption
    if try load(loading, started) == .limit { return try outOfMemoryAtStart(request) }
    state.trace = request.trace
    started.memory.resetPeak()
    store.meter.reset()
    store.meter.fuel = request.limits.fuel
    let start = Meter.now
    store.meter.deadline = request.limits.time.map { start &+ $0.nanoseconds }
    observer = try observer(for: request.observation, started)
    store.monitor = observer
    store.edges = edges
    defer {
      store.monitor = nil
      observer = nil
    }

    var steps: [StepOutcome] = []
    var hasEnded = false
    var nanoseconds: UInt64 = 0
    for (index, step) in request.steps.enumerated() {
      guard !hasEnded else {
        steps.append(StepOutcome(result: .notRun))
        continue
      }
      let before = Meter.now
      let outcome: StepOutcome
      switch step {
      case .source(let source):
        let isLoaded = source.count > started.bufferSize
        outcome = try compute(isLoaded ? SourceLoading.runner(ofStep: index + 1) : source, started)
      case .call(let call): outcome = try self.call(call, step: index + 1, started)
      case .newInstance: outcome = try renew(started, loading)
      }
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

  /// Adds the marks that were set since they were last taken.
  private func takeMarks(_ started: StartedInstance) {
    guard let memory = module.markMemory else { return }
    let new = started.instance.takeMarks(ofMemory: memory)
    marks = marks.isEmpty ? new : zip(marks, new).map { $0 | $1 }
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

  // MARK: - Steps

  /// How a call of an exported function ended.
  private enum CallEnding {
    case returned([Value])
    /// It did not return.
    case ended(StepOutcome)
  }

  private func call(
    _ function: Function, _ arguments: [Value], _ started: StartedInstance
  ) throws(CaseExecutionError) -> CallEnding {
    defer { observer?.end(instructions: started.store.meter.instructionCount) }
    do {
      return .returned(try function.call(arguments))
    } catch let trap as Trap {
      var outcome = StepOutcome(
        result: .trap(kind: trap.kind.message, frames: trap.backtrace.map(\.label)))
      outcome.backtrace = trap.backtrace.map {
        TrapFrame(label: $0.label, functionIndex: $0.functionIndex, offset: $0.offset)
      }
      return .ended(outcome)
    } catch let exception as ThrownException {
      return .ended(
        StepOutcome(result: .exception(UncaughtException(exception, tagNames, started.instance))))
    } catch let limit as ExecutionLimit {
      switch limit {
      case .fuel: return .ended(StepOutcome(result: .limit(.fuel)))
      case .time: return .ended(StepOutcome(result: .limit(.time)))
      case .memory: return .ended(StepOutcome(result: .limit(.memory)))
      case .interrupted: throw .interrupted
      }
    } catch {
      throw .fault("\(error)")
    }
  }

  /// Runs a Lua source.
  private func compute(
    _ source: [UInt8], _ started: StartedInstance
  ) throws(CaseExecutionError) -> StepOutcome {
    let (memory, bufferAddress, bufferSize) = (started.memory, started.bufferAddress, started.bufferSize)
    // The buffer lies within the memory, which never shrinks, and a longer source was loaded before.
    _ = memory.write(source, at: bufferAddress)
    let arguments: [Value] = [
      .i32(UInt32(truncatingIfNeeded: bufferAddress)), .i32(UInt32(truncatingIfNeeded: source.count)),
    ]
    let results: [Value]
    switch try call(started.compute, arguments, started) {
    case .returned(let values): results = values
    case .ended(let outcome): return outcome
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
  /// Calls an export.
  private func call(
    _ call: ExportCall, step: Int, _ started: StartedInstance
  ) throws(CaseExecutionError) -> StepOutcome {
    func outcome(_ answer: CallAnswer) -> StepOutcome { StepOutcome(result: .call(call, answer)) }
    guard let function = started.instance.function(named: call.name) else { return outcome(.missing) }
    let wantsStatistics = call.wantsStatistics && function.type == FunctionType([.i32], [])
    var call = call
    if wantsStatistics {
      call.arguments = [Int64(started.bufferAddress)]
      guard
        started.memory.write(
          Array(repeating: 0xFF, count: MemoryStatistics.byteCount), at: started.bufferAddress)
      else {
        throw .callRefused(step: step, reason: "the module's buffer has no room for the memory statistics")
      }
    }
    let arguments: [Value]
    do {
      arguments = try call.values(for: function.type)
    } catch {
      throw .callRefused(step: step, reason: error.reason)
    }
    switch try self.call(function, arguments, started) {
    case .ended(let outcome): return outcome
    case .returned(let results):
      guard wantsStatistics else { return outcome(.values(results.compactMap(\.integer))) }
      guard let bytes = started.memory.read(at: started.bufferAddress, count: MemoryStatistics.byteCount)
      else { throw .fault("the module's buffer lies outside of its memory") }
      return outcome(.statistics(MemoryStatistics(bytes)))
    }
  }

  /// Puts back the state after `init`, but for external tables and clock, and loads what was loaded.
  private func renew(
    _ started: StartedInstance, _ loading: SourceLoading
  ) throws(CaseExecutionError) -> StepOutcome {
    takeMarks(started)
    try started.renew()
    let isWithinLimit = try load(loading, started) == .loaded
    return StepOutcome(result: isWithinLimit ? .newInstance : .limit(.memory))
  }

  // MARK: - Loading

  private enum Loading {
    case loaded
    /// It takes more memory than the case may have.
    case limit
  }

  /// Runs what loads modules and long sources. That counts neither as the case's instructions and time nor
  /// as its host calls, and reads no clock.
  private func load(
    _ loading: SourceLoading, _ started: StartedInstance
  ) throws(CaseExecutionError) -> Loading {
    if loading.isEmpty { return .loaded }
    let (store, state) = (started.store, started.state)
    let start = Meter.now
    let kept = (
      meter: store.meter, monitor: store.monitor, observer: observer, tables: state.tables,
      clock: state.clock, trace: state.trace
    )
    store.meter = Meter()
    store.meter.interruption = kept.meter.interruption
    store.meter.stop(after: module.startLimit)
    store.meter.fuel = bounds?.loading
    store.monitor = nil
    observer = nil
    state.trace = HostCallTrace(callLimit: 0)
    defer {
      loadingInstructions &+= store.meter.instructionCount
      store.meter = kept.meter
      store.meter.deadline = kept.meter.deadline.map { $0 &+ (Meter.now &- start) }
      store.monitor = kept.monitor
      observer = kept.observer
      (state.tables, state.clock, state.trace) = (kept.tables, kept.clock, kept.trace)
    }
    var ending = Loading.loaded
    try loading.forEach { (action) throws(CaseExecutionError) in
      if ending == .limit { return }
      let reason: String
      switch try compute(action.source, started).result {
      case .value: return
      case .limit(.memory):
        ending = .limit
        return
      case .error(let message): reason = String(decoding: message, as: UTF8.self)
      case .trap(let kind, let frames):
        let cause = LuaFailureCause(frames: frames).map { "; \($0.explanation)" } ?? ""
        reason =
          "trap: \(kind)" + (frames.isEmpty ? "" : " in " + frames.prefix(3).joined(separator: " < ")) + cause
      case .limit(let limit): reason = "it reached the limit of \(limit.rawValue) that loading has"
      default: reason = "the build does not run what loads it"
      }
      throw .loadingFailed(subject: action.subject, reason: reason)
    }
    return ending
  }
}

/// Why a call cannot be made.
private struct CallArgumentError: Error {
  let reason: String
}

extension ExportCall {
  /// The arguments as values of a function's parameters.
  fileprivate func values(for type: FunctionType) throws(CallArgumentError) -> [Value] {
    func isInteger(_ type: ValueType) -> Bool { type == .i32 || type == .i64 }
    guard type.parameters.allSatisfy(isInteger), type.results.allSatisfy(isInteger) else {
      throw CallArgumentError(reason: "\(name) has the type \(type), and only integers can be passed")
    }
    guard type.parameters.count == arguments.count else {
      throw CallArgumentError(
        reason: "\(name) has the type \(type), and there are \(arguments.count) arguments")
    }
    var values: [Value] = []
    for (argument, type) in zip(arguments, type.parameters) {
      guard type == .i32 else {
        values.append(.i64(UInt64(bitPattern: argument)))
        continue
      }
      guard let bits = UInt32(exactly: argument) ?? Int32(exactly: argument).map(UInt32.init(bitPattern:))
      else { throw CallArgumentError(reason: "\(argument) is no integer of 32 bits") }
      values.append(.i32(bits))
    }
    return values
  }
}

extension Value {
  /// The number of an integer, signed.
  fileprivate var integer: Int64? {
    switch self {
    case .i32(let bits): Int64(Int32(bitPattern: bits))
    case .i64(let bits): Int64(bitPattern: bits)
    default: nil
    }
  }
}
