// An executor for tests of the harness alone: its scripts say in the golden's notation how they end.
import Harness
import LuaHost

/// Answers each step with what its lines that are no comment say, read as a golden. Besides there are
/// lines of its own: `instructions N`, `pages N`, `microseconds N`, `times N` (readings of the clock), `fault`, `wait` (until interrupted),
/// `unless reordered`, `later` or `both`, which make the step answer nil under another order of keys,
/// another clock or both, and `flip`, which makes it answer nil all times but the first.
struct FakeExecutor: CaseExecutor {
  let behaviour: FakeModule

  mutating func run(_ request: CaseRequest) throws(CaseExecutionError) -> CaseOutcome {
    var outcome = CaseOutcome(steps: [], instructions: 100, microseconds: 1500, peakPages: 32)
    outcome.trace = request.trace
    outcome.tables = request.seeds
    for (index, source) in request.steps.map({ $0.source ?? [] }).enumerated() {
      if source.count > behaviour.bufferSize {
        throw .sourceTooLong(step: index + 1, byteCount: source.count, bufferSize: behaviour.bufferSize)
      }
      var rest: [String] = []
      var nilled = false
      for line in String(decoding: source, as: UTF8.self).split(separator: "\n") {
        var line = line
        var words = line.split(separator: " ")
        if words.first == "on" {
          guard words[1] == behaviour.name else { continue }
          words.removeFirst(2)
          line = words.joined(separator: " ")[...]
        }
        switch words.first {
        case "--", "--!": continue
        case "fault": throw .fault("the engine lost its way")
        case "instructions": outcome.instructions = UInt64(words[1]) ?? 0
        case "pages": outcome.peakPages = UInt64(words[1]) ?? 0
        case "microseconds": outcome.microseconds = UInt64(words[1]) ?? 0
        case "time": outcome.trace.record(.timeNow(result: Int32(words[1]) ?? 0))
        case "times":
          for number in 0..<(Int32(words[1]) ?? 0) { outcome.trace.record(.timeNow(result: number)) }
        case "count": outcome.instructions = behaviour.counter.next()
        case "wait":
          while request.interruption?.isRaised == false {}
          throw .interrupted
        case "unless":
          let (isReordered, isLater) = (request.keyOrder != .insertion, request.clock != VirtualClock())
          let isOther =
            switch words[1] {
            case "reordered": isReordered
            case "later": isLater
            default: isReordered && isLater
            }
          if isOther { nilled = true }
        case "flip": if behaviour.counter.next() > 1 { nilled = true }
        default: rest.append(String(line))
        }
      }
      outcome.steps.append(try Self.step(nilled ? "result nil" : rest.joined(separator: "\n")))
    }
    return outcome
  }

  private static func step(_ text: String) throws(CaseExecutionError) -> StepOutcome {
    let step: GoldenStep
    do {
      step = try Golden(parsing: Array(text.utf8)).steps[0]
    } catch {
      throw .fault("the fake script is wrong: \(error)")
    }
    let result: StepResult =
      switch step.result {
      case .value(.value(let value)): .value(.value(value))
      case .value(.raw(let bytes)): .value(.raw(bytes))
      case .value: .value(.none)
      case .error(let message): .error(message: message)
      case .trap(let kind): .trap(kind: kind, frames: ["inner", "middle", "outer"])
      case .exception: .exception(UncaughtException(tag: "thrown", values: ["i64 1", "f64 0.5"]))
      case .answerTooLong: .answerTooLong(byteCount: 5_000_000)
      case .limit(let limit): .limit(limit)
      case .outsideBuffer(let result): .outsideBuffer(result: result)
      case .call(let call, .missing): .call(call, .missing)
      case .call(let call, .values(let values)): .call(call, .values(values))
      case .newInstance: .newInstance
      case .notRun: .notRun
      }
    return StepOutcome(output: step.output, result: result)
  }
}

/// What a fake module is like.
struct FakeModule: CaseExecutorProvider {
  final class Counter: Sendable {
    private let numbers = Interlocked()
    func next() -> UInt64 { numbers.next() }
  }

  var moduleDigest = String(repeating: "ab", count: 32)
  var name = ""
  var bufferSize = 65_536
  let functions: [ModuleFunction] = []
  var refusesInit = false
  var isInvalid = false
  let counter = Counter()

  func instrumented() throws(CaseExecutionError) -> FakeModule {
    throw .fault("a fake module makes no calls to observe")
  }

  func makeExecutor(memoryLimit: UInt64?) throws(CaseExecutionError) -> FakeExecutor {
    if refusesInit { throw .fault("init answered -1") }
    return FakeExecutor(behaviour: self)
  }

  func finishValidation() throws(CaseExecutionError) {
    if isInvalid { throw .fault("function 7 is invalid at offset 0x123: type mismatch") }
  }
}
