// touchstone eval: Lua source from the command line.
import Harness
import LuaHost

enum EvalCommand: Command {
  static let description = CommandDescription(
    name: "eval", summary: "run Lua source in lua.wasm and print the decoded answer",
    operands: "CODE | - | -f FILE…",
    discussion: """
      Prints what the source printed, then the value it returned in the notation of goldens. With `-` the
      source is read from standard input; several files run one after the other in the same state.
      """,
    groups: [
      OptionGroup(
        title: "how",
        options: [
          Option("--file", short: "-f", value: "FILE", isRepeatable: true, "read the source from a file"),
          CommonOptions.module,
          Option("--tables", "print what the external tables hold at the end"),
          Option("--stats", "print instructions, time, memory and host calls to standard error"),
        ]), CommonOptions.limits,
    ],
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

  static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    let interruption = Interruption()
    let signals = InterruptSignals(interruption)
    defer { withExtendedLifetime(signals) {} }
    var settings = CaseSettings()
    let limits = try CommonOptions.limits(arguments)
    (settings.fuel, settings.timeout, settings.memoryBytes) = (limits.fuel, limits.time, limits.memoryBytes)
    var request = CaseRequest(
      steps: try sources(arguments).map { .source($0) }, limits: settings.limits(Directives()),
      interruption: interruption)
    request.trace = HostCallTrace(callLimit: 0)
    let module = try CommonOptions.openModule(try arguments.path("--module") ?? RunOptions().module)
    module.beginValidation()
    let machine = try module.makeExecutor(memoryLimit: request.limits.memoryBytes)
    let outcome = try machine.readMessages(of: try machine.run(request), request)
    try module.finishValidation()
    write(outcome, arguments, context)
    let isGood = outcome.steps.allSatisfy { step in
      switch step.result {
      case .value(.value), .value(.none): true
      default: false
      }
    }
    return isGood ? .success : .failure
  }

  private static func sources(_ arguments: ParsedArguments) throws -> [[UInt8]] {
    let files = arguments.texts("--file")
    if !files.isEmpty {
      var sources: [[UInt8]] = []
      for file in files + arguments.operands { sources.append(try FileSystem.read(Path(file))) }
      return sources
    }
    guard let code = arguments.operands.first else {
      throw UsageError("eval needs Lua source, `-` for standard input, or -f FILE")
    }
    guard arguments.operands.count == 1 else {
      throw UsageError("eval takes one piece of source; put it between quotes")
    }
    return [code == "-" ? try StandardStream.readInput() : Array(code.utf8)]
  }

  private static func write(
    _ outcome: CaseOutcome, _ arguments: ParsedArguments, _ context: CommandContext
  ) {
    let golden = Golden(outcome)
    for (step, goldenStep) in zip(outcome.steps, golden.steps) {
      context.output.write(step.output)
      if let last = step.output.last, last != 0x0A { context.output.write("\n") }
      switch step.result {
      case .error(let message):
        context.error.write(Array("error: ".utf8) + message + [0x0A])
      case .trap(let kind, let frames):
        context.error.write("trap: \(kind)\n" + frames.map { "  in \($0)\n" }.joined())
        if let cause = LuaFailureCause(frames: frames) {
          context.error.write(cause.explanation(message: step.luaMessage) + "\n")
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
    if arguments.has("--tables") {
      for entry in golden.tables {
        context.output.write("\(entry.table) \(EscapedText.quoted(entry.key)) = \(entry.value)\n")
      }
    }
    if arguments.has("--stats") {
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
