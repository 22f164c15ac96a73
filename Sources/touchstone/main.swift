// The process: finds the command, runs it, and turns what went wrong into one sentence and an exit code.
import Harness
import LuaHost

/// Runs one command line.
func touchstone(_ words: [String]) -> ExitCode {
  let context = CommandContext()
  let code = run(words, context)
  guard let failure = context.output.failure else { return code }
  context.error.write("touchstone: \(failure)\n")
  return code == .interrupted ? code : .fault
}

private func run(_ words: [String], _ context: CommandContext) -> ExitCode {
  do {
    let version = CommandRegistry.version
    if let first = words.first, [version.name, version.short, "version"].contains(first) {
      context.output.write("touchstone \(TouchstoneVersion.current)\n")
      return .success
    }
    let (type, rest) = try CommandRegistry.resolve(words)
    let command = type.init()
    let arguments = try ParsedArguments(rest, for: command)
    if arguments.wantsHelp {
      context.output.write(HelpText.command(type.description))
      return .success
    }
    return try command.run(arguments, arguments.writesToOutput ? context.withoutOutput : context)
  } catch let error as UsageError {
    context.error.write("touchstone: \(error)\n")
    return .usage
  } catch CaseExecutionError.interrupted {
    return .interrupted
  } catch {
    context.error.write("touchstone: \(error)\n")
    return .fault
  }
}

CurrentProcess.prepareStreams()
CurrentProcess.end(touchstone(Array(CommandLine.arguments.dropFirst())))
