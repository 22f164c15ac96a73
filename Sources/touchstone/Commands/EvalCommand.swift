// touchstone eval: Lua source from the command line.
import Harness
import LuaHost

struct EvalCommand: Command {
  static let name = "eval"
  static let about = CommandDescription(
    name: name, summary: "run Lua source in lua.wasm and print the decoded answer",
    operands: "CODE | - | -f FILE…",
    discussion: """
      Prints what the source printed, then the value it returned in the notation of goldens. With `-` the
      source is read from standard input; several files run one after the other in the same state.
      """,
    examples: [
      Example("touchstone eval 'return 6 * 7'", "run one line of source"),
      Example(
        "touchstone eval -f setup.lua -f script.lua --tables",
        "run two files in the same state and print the external tables"),
      Example(
        "echo 'return 1' | touchstone eval - --stats",
        "run what comes from standard input and say what it cost"),
      Example(
        "touchstone eval --module new.wasm --fuel 1_000_000 -f script.lua",
        "run at most a million instructions in another build"),
    ])

  @Option("--file", short: "-f", .file, "read the source from a file") var files: [Path]
  let module = ModuleOption()
  @Option("--tables", "print what the external tables hold at the end") var showsTables: Bool
  @Option("--stats", "print instructions, time, memory and host calls to standard error") var showsStats: Bool
  let limits = LimitOptions()

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    let interruption = Interruption()
    let signals = InterruptSignals(interruption)
    defer { withExtendedLifetime(signals) {} }
    var settings = CaseSettings()
    limits.read(into: &settings)
    var request = CaseRequest(
      steps: try sources(arguments).map { .source($0) }, limits: settings.limits(Directives()),
      interruption: interruption)
    request.trace = HostCallTrace(callLimit: 0)
    let module = try ModuleOption.open(interruption, within: request.limits.time)(module.path(of: nil))
    let executor = try module.makeExecutor(memoryLimit: request.limits.memoryBytes)
    // What start-up has translated is validated by now, and need not be a second time.
    module.beginValidation()
    let outcome = try executor.readMessages(of: try executor.run(request), request)
    try module.finishValidation()
    // The process ends with the command: the system takes the memory back faster than anybody could free it.
    _ = Unmanaged.passRetained(executor)
    _ = Unmanaged.passRetained(module)
    write(outcome, context)
    let isGood = outcome.steps.allSatisfy { step in
      switch step.result {
      case .value(.value), .value(.none): true
      default: false
      }
    }
    return isGood ? .success : .failure
  }

  private func sources(_ arguments: ParsedArguments) throws -> [[UInt8]] {
    if !files.isEmpty {
      return try (files + arguments.operands.map { Path($0) }).map { try FileSystem.read($0) }
    }
    guard let code = arguments.operands.first else {
      throw UsageError("eval needs Lua source, `-` for standard input, or -f FILE")
    }
    guard arguments.operands.count == 1 else {
      throw UsageError("eval takes one piece of source; put it between quotes")
    }
    return [code == "-" ? try StandardStream.readInput() : Array(code.utf8)]
  }

  private func write(_ outcome: CaseOutcome, _ context: CommandContext) {
    let golden = Golden(outcome)
    for (step, goldenStep) in zip(outcome.steps, golden.steps) {
      context.output.write(step.output)
      if let last = step.output.last, last != 0x0A { context.output.write("\n") }
      switch step.result {
      case .error(let message):
        context.error.write(Array("error: ".utf8) + message + [0x0A])
      case .trap(let kind, let frames):
        context.error.write(
          "trap: \(kind)\n" + frames.map { "  in \(EscapedText.string($0.utf8))\n" }.joined())
        if let cause = LuaFailureCause(frames: frames) {
          let message = step.luaMessage.map { EscapedText.string($0) }
          context.error.write(cause.explanation(message: message) + "\n")
        }
      case .exception(let exception):
        context.error.write("exception: \(exception.summary)\n")
      case .answerTooLong(let byteCount):
        context.error.write("answer too long: \(Count.bytes(byteCount))\n")
      case .value:
        if case .value(let value) = goldenStep.result { context.output.write("\(value)\n") }
      case .limit, .outsideBuffer, .call, .newInstance, .notRun:
        context.error.write(Golden(steps: [GoldenStep(result: goldenStep.result)]).text())
      }
    }
    if showsTables {
      for entry in golden.tables {
        context.output.write("\(entry.table) \(EscapedText.quoted(entry.key)) = \(entry.value)\n")
      }
    }
    if showsStats {
      context.error.write(
        """
        instructions  \(Format.grouped(outcome.instructions))
        time          \(Format.duration(microseconds: outcome.microseconds))
        memory        \(outcome.peakPages) pages at most
        host calls    \(Format.grouped(outcome.trace.count))

        """)
    }
  }
}
