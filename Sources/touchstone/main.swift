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
    if words.first == CommandRegistry.version.name {
      context.output.write("touchstone \(TouchstoneVersion.current)\n")
      return .success
    }
    let (command, rest) = try CommandRegistry.resolve(words)
    let arguments = try ParsedArguments(rest, command.description)
    if arguments.has("--help") {
      context.output.write(HelpText.command(command.description))
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
