// The border between who runs a case and who asks for it: a request goes in, an outcome comes out.

import WebAssembly

/// What a case may use. Nil means no limit.
public struct ExecutionLimits: Hashable, Sendable {
  /// WebAssembly instructions of all steps together.
  public var fuel: UInt64?
  /// Wall-clock time of all steps together.
  public var time: Duration?
  /// Bytes that the instance's memories, tables (8 an element) and collected objects take together, start-up
  /// included; counted in whole pages of 64 KiB.
  public var memoryBytes: UInt64?

  public init(fuel: UInt64? = nil, time: Duration? = nil, memoryBytes: UInt64? = nil) {
    self.fuel = fuel
    self.time = time
    self.memoryBytes = memoryBytes
  }
}

/// What to run: the steps of one case, one after the other in the same instance.
public struct CaseRequest: Sendable {
  public var steps: [CaseStep]
  /// Lua modules that `require` finds in every step.
  public var modules: [LuaModuleSource]
  /// Entries put into the external tables before the first step.
  public var seeds: [ExternalTables.Entry]
  /// The clock that the module may read.
  public var clock: VirtualClock
  public var limits: ExecutionLimits
  public var keyOrder: KeyOrder
  /// The sign of the NaNs that arithmetic gives: no answer should depend on it.
  public var nanSign = FloatingPointSign.plus
  /// Receives the host calls; its limits say how many are kept.
  public var trace: HostCallTrace
  /// What to watch besides.
  public var observation = CallObservation.none
  /// Raised from another thread to end the case.
  public var interruption: Interruption?

  public init(
    steps: [CaseStep], modules: [LuaModuleSource] = [], seeds: [ExternalTables.Entry] = [],
    clock: VirtualClock = VirtualClock(),
    limits: ExecutionLimits = ExecutionLimits(), keyOrder: KeyOrder = .insertion,
    trace: HostCallTrace = HostCallTrace(callLimit: 0), interruption: Interruption? = nil
  ) {
    self.steps = steps
    self.modules = modules
    self.seeds = seeds
    self.clock = clock
    self.limits = limits
    self.keyOrder = keyOrder
    self.trace = trace
    self.interruption = interruption
  }

  /// A request to run these Lua sources with everything else as it is by default; set what is to be otherwise.
  public init(_ sources: String...) {
    self.init(steps: sources.map { .source(Array($0.utf8)) })
  }
}

/// Which limit a step hit.
public enum ExceededLimit: String, Hashable, Sendable, CaseIterable {
  case fuel, time, memory
}

/// A WebAssembly exception that nothing in the module caught.
public struct UncaughtException: Hashable, Sendable {
  /// The tag's name in the exports or in the name section, else `tag` and its index, imports counted first.
  public var tag: String
  /// The values with their types: `i64 1`, `f64 0.5`; of a reference what it refers to.
  public var values: [String]

  public init(tag: String, values: [String] = []) {
    self.tag = tag
    self.values = values
  }
}

/// How one step ended.
public enum StepResult: Hashable, Sendable {
  case value(DecodedValue)
  /// A Lua error, with its message.
  case error(message: [UInt8])
  /// A WebAssembly trap in the specification's wording, and the names of the functions it passed
  /// through, innermost first.
  case trap(kind: String, frames: [String])
  /// A WebAssembly exception that the module threw and did not catch.
  case exception(UncaughtException)
  case limit(ExceededLimit)
  /// The answer, or an error's message, has more bytes than `AnswerDecoder.greatestByteCount`, and was not
  /// looked at. The next step runs.
  case answerTooLong(byteCount: Int)
  /// `compute` claimed an answer longer than its buffer.
  case outsideBuffer(result: Int32)
  /// A call of an export returned, or could not be made.
  case call(ExportCall, CallAnswer)
  /// The instance was made anew.
  case newInstance
  /// A step before it ended in a trap, an exception or at a limit.
  case notRun
}

/// A function that a trap passed through.
public struct TrapFrame: Hashable, Sendable {
  /// The name, or the index where there is none.
  public var label: String
  /// Imports counted first.
  public var functionIndex: UInt32
  /// The byte offset in the module of the instruction that was executing.
  public var offset: Int

  public init(label: String, functionIndex: UInt32, offset: Int) {
    self.label = label
    self.functionIndex = functionIndex
    self.offset = offset
  }
}

/// One step's captured output and its end.
public struct StepOutcome: Hashable, Sendable {
  public var output: [UInt8]
  public var result: StepResult
  /// What `compute` answered; nil when it did not return.
  public var answer: Int32?
  /// What the module left in its buffer, undecoded; nil when `compute` did not return, or claimed more
  /// than the buffer holds or than an answer may have.
  public var rawAnswer: [UInt8]?
  /// The functions that a trap passed through, innermost first.
  public var backtrace: [TrapFrame] = []
  /// The message of the Lua error by which a build trapped that cannot catch errors; nil when it is not known.
  public var luaMessage: [UInt8]?

  public init(
    output: [UInt8] = [], result: StepResult, answer: Int32? = nil, rawAnswer: [UInt8]? = nil
  ) {
    self.output = output
    self.result = result
    self.answer = answer
    self.rawAnswer = rawAnswer
  }
}

extension StepOutcome {
  /// Whether the build cut the output and put three dots in place of the rest.
  public var hasCutOutput: Bool {
    let limit = 63_488
    let dots = "...".utf8
    switch result {
    // The header of published builds does not count the dots.
    case .value(.raw(let bytes)):
      return bytes.count >= 4 + limit + dots.count && Int(bytes[0..<4].littleEndian() as UInt32) == limit
        && bytes[4 + limit..<4 + limit + dots.count].elementsEqual(dots)
    default: return output.count == limit + dots.count && output.suffix(dots.count).elementsEqual(dots)
    }
  }
}

/// Everything that running a case showed.
public struct CaseOutcome: Sendable {
  /// One for each step of the request.
  public var steps: [StepOutcome]
  /// What the external tables hold at the end, by id, then by key.
  public var tables: [ExternalTables.Entry]
  /// WebAssembly instructions executed in the calls of `compute` and of other exports.
  public var instructions: UInt64
  /// Wall time of these calls.
  public var microseconds: UInt64
  /// The most pages of 64 KiB that the instance's memory had.
  public var peakPages: UInt64
  public var trace: HostCallTrace
  /// What the request's observation saw.
  public var observed: ObservedCalls?

  public init(
    steps: [StepOutcome], tables: [ExternalTables.Entry] = [], instructions: UInt64 = 0,
    microseconds: UInt64 = 0, peakPages: UInt64 = 0, trace: HostCallTrace = HostCallTrace(callLimit: 0)
  ) {
    self.steps = steps
    self.tables = tables
    self.instructions = instructions
    self.microseconds = microseconds
    self.peakPages = peakPages
    self.trace = trace
  }
}

/// Why a case has no outcome.
public enum CaseExecutionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The source of a step (counted from 1) is longer than the module's buffer, which is too small to load
  /// it in pieces.
  case sourceTooLong(step: Int, byteCount: Int, bufferSize: Int)
  /// A module, or a source longer than the module's buffer, could not be loaded before the first step.
  case loadingFailed(subject: String, reason: String)
  /// A step (counted from 1) calls an export that cannot be called so.
  case callRefused(step: Int, reason: String)
  /// A seed was refused: table 0, or more bytes than external tables may hold.
  case seedRefused(table: UInt32, key: [UInt8])
  /// The request's `Interruption` was raised.
  case interrupted
  /// The module or the engine failed in a way that no script may cause: the harness cannot go on
  /// trusting its results.
  case fault(String)

  public var description: String {
    switch self {
    case .sourceTooLong(let step, let byteCount, let bufferSize):
      "the source of step \(step) has \(byteCount) bytes, but the module's buffer holds only \(bufferSize);"
        + " shorten it or split it with `--! step`"
    case .loadingFailed(let subject, let reason): "\(subject) could not be loaded: \(reason)"
    case .callRefused(let step, let reason): "the call of step \(step) cannot be made: \(reason)"
    case .seedRefused(let table, let key):
      "the seed of table \(table), key \"\(String(decoding: key, as: UTF8.self))\", was refused;"
        + " table ids start at 1, and all tables together may hold 64 MiB"
    case .interrupted: "the case was interrupted"
    case .fault(let reason): reason
    }
  }
}

/// Runs cases one after the other, each from the same state. Belongs to one thread.
public protocol CaseExecutor {
  /// Runs a case. Whatever a script does is an outcome; an error says why there is none.
  mutating func run(_ request: CaseRequest) throws(CaseExecutionError) -> CaseOutcome

  /// The outcome that the request has, with the messages of the Lua errors that trapped. For that the case is
  /// run once more, if it can show any.
  mutating func readMessages(
    of outcome: CaseOutcome, _ request: CaseRequest
  ) throws(CaseExecutionError) -> CaseOutcome
}

extension CaseExecutor {
  /// No message can be read.
  public mutating func readMessages(
    of outcome: CaseOutcome, _ request: CaseRequest
  ) throws(CaseExecutionError) -> CaseOutcome { outcome }
}

/// A loaded module that makes an executor for each thread.
public protocol CaseExecutorProvider: Sendable {
  associatedtype Executor: CaseExecutor

  /// The SHA-256 of the module's bytes, in lower-case hexadecimal.
  var moduleDigest: String { get }

  /// Its functions in the order of their indices, imports first.
  var functions: [ModuleFunction] { get }

  /// What can be seen of it without running it.
  var interface: ModuleInterface { get }

  /// The same module, made so that its executors can do what `CaseRequest.observation` asks. They count
  /// the same instructions, but take longer.
  func instrumented() throws(CaseExecutionError) -> Self

  /// An executor with an instance of its own, its start-up done within a limit on memory: see
  /// `ExecutionLimits.memoryBytes`. When start-up needs more, cases end at that limit, until one allows more.
  func makeExecutor(memoryLimit: UInt64?) throws(CaseExecutionError) -> Executor

  /// Returns once the whole module is known to be valid, or throws a `fault` with the function, the
  /// offset and the reason. Validation may go on beside the first cases; none of them may be reported
  /// as passed before this has returned.
  func finishValidation() throws(CaseExecutionError)
}

extension CaseExecutorProvider {
  /// Nothing is known.
  public var interface: ModuleInterface { ModuleInterface() }

  /// An executor whose start-up has no limit on memory.
  public func makeExecutor() throws(CaseExecutionError) -> Executor { try makeExecutor(memoryLimit: nil) }
}
