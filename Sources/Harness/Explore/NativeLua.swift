// Another Lua, a program of the system, as something that runs cases.
import LuaHost

/// A Lua program such as `lua5.4`. Each thread has one that stays, given one script after the other: it has nothing
/// that the module does not have, works in an empty directory, and everything that scripts can reach of it is put
/// back between them.
package enum NativeLua {
  /// Finds out whether a program is a Lua of the version that the module speaks. Throws a sentence when not.
  package static func open(_ program: String, interruption: Interruption) throws -> TestedBuild {
    let probe = try NativeExecutor(program, interruption)
    defer { probe.end() }
    let outcome = try probe.run(CaseRequest("return _VERSION"))
    guard case .value(.value(.string(let version)))? = outcome.steps.first?.result else {
      throw CaseExecutionError.fault("\(program) is no Lua that can be asked: it does not say its version")
    }
    guard version.elementsEqual("Lua 5.4".utf8) else {
      throw CaseExecutionError.fault("\(program) is \(EscapedText.string(version)), and Lua 5.4 is needed")
    }
    return TestedBuild(name: program) { (_) throws(CaseExecutionError) in
      try NativeExecutor(program, interruption)
    }
  }
}

/// One process, made again when it was lost. Belongs to one thread.
final class NativeExecutor: CaseExecutor {
  private let program: String
  private let interruption: Interruption
  private let directory: Path
  private var process: ChildProcess?
  private var count = 0

  /// Scripts until the process is made anew: what they leave behind where nobody sees it must not add up.
  private static let scriptsPerProcess = 5000
  private static let greatestOutput = 4 << 20
  /// Memory is about as scarce as it is in the module, so that what is too much for the one is so for the other.
  private static let limits = ChildProcess.Limits(memoryKibibytes: 96 << 10, processorSeconds: 300)

  init(_ program: String, _ interruption: Interruption) throws(CaseExecutionError) {
    (self.program, self.interruption) = (program, interruption)
    do {
      directory = try System.makeTemporaryDirectory()
    } catch {
      throw .fault("there is no directory to run \(program) in: \(error)")
    }
  }

  deinit {
    end()
    System.removeDirectory(directory)
  }

  func end() {
    process?.end()
    process = nil
  }

  /// Runs the only step. What a script does that cannot be compared ends as if at a limit of time, and so does what
  /// takes too long or ends the process.
  func run(_ request: CaseRequest) throws(CaseExecutionError) -> CaseOutcome {
    guard request.steps.count == 1, case .source(let source) = request.steps[0] else {
      throw .callRefused(step: 1, reason: "\(program) runs one source")
    }
    let answer: Answer
    do {
      answer = try ask(source)
    } catch {
      end()
      throw .fault("\(program) cannot be run: \(error)")
    }
    let step: StepOutcome
    switch answer {
    case .value(let output, let bytes):
      step = StepOutcome(output: output, result: .value(DecodedValue(bytes: bytes[...])))
    case .error(let message): step = StepOutcome(result: .error(message: message))
    case .nothing:
      if interruption.isRaised { throw .interrupted }
      step = StepOutcome(result: .limit(.time))
    }
    return CaseOutcome(steps: [step])
  }

  private enum Answer {
    case value(output: [UInt8], [UInt8])
    case error([UInt8])
    case nothing
  }

  private func ask(_ source: [UInt8]) throws(SystemError) -> Answer {
    if count >= Self.scriptsPerProcess { end() }
    if process == nil {
      process = try ChildProcess(program, ["-e", NativeDriver.text, "-"], in: directory, Self.limits)
      count = 0
    }
    guard let process else { return .nothing }
    count += 1
    // No script can know it, so none can put it out by chance.
    let mark = Array("\u{1}\(UInt64.random(in: 0 ... .max)).\(UInt64.random(in: 0 ... .max))\u{2}".utf8)
    try process.send(Array("\(source.count) ".utf8) + mark + [0x0A] + source)
    var received: [UInt8] = []
    let start = ContinuousClock.now
    while start.duration(to: .now) < .seconds(5), !interruption.isRaised, received.count < Self.greatestOutput
    {
      let bytes = try process.receive(waitingAtMost: 500)
      if bytes.isEmpty {
        if start.duration(to: .now) < .milliseconds(400) { break }
        continue
      }
      let old = received.count
      received += bytes
      if let answer = Self.answer(in: received, mark, from: max(0, old - mark.count - 5)) { return answer }
    }
    end()
    return .nothing
  }

  /// The answer, once all of it is there: the mark, a letter, a length and so many bytes.
  private static func answer(in received: [UInt8], _ mark: [UInt8], from start: Int) -> Answer? {
    // Where the mark is cannot change, but more may come behind it.
    var place = 0
    while let found = received[place...].firstIndex(of: 1) {
      guard received[found...].starts(with: mark) else {
        place = found + 1
        continue
      }
      let head = received[(found + mark.count)...].prefix(5)
      guard head.count == 5, let letter = head.first else { return nil }
      let length = head.dropFirst().reversed().reduce(0) { $0 << 8 | Int($1) }
      let payload = received[(found + mark.count + 5)...]
      guard payload.count >= length else { return nil }
      switch letter {
      case UInt8(ascii: "v"): return .value(output: Array(received[..<found]), Array(payload.prefix(length)))
      case UInt8(ascii: "e"): return .error(Array(payload.prefix(length)))
      default: return .nothing
      }
    }
    return nil
  }
}
