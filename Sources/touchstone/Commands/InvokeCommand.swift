// touchstone invoke: one exported function of any module.
import Harness
import LuaHost
import WebAssembly

struct InvokeCommand: Command {
  static let name = "invoke"
  static let about = CommandDescription(
    name: name, summary: "call an exported function of any module and print its results",
    operands: "MODULE EXPORT [ARG…]",
    discussion: """
      Arguments are read by the function's type: integers in decimal or hexadecimal, floats, 0x and 32
      digits for vectors, null or extern:N for references. Negative numbers stand behind `--`. Each result
      is printed on a line of its own. The module may import what lua.wasm imports.
      """,
    examples: [
      Example("touchstone invoke calculator.wasm add 2 0xff", "call the function add with two integers"),
      Example(
        "touchstone invoke calculator.wasm half --stats -- -1.5",
        "call half with a negative number and say what it cost"),
    ])

  @Option("--stats", "print instructions and time to standard error") var showsStats: Bool
  let limits = LimitOptions(timeout: "wall-clock time (default: no limit)")

  func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ExitCode {
    guard arguments.operands.count >= 2 else {
      throw UsageError("invoke needs a module and the name of a function that it exports")
    }
    let path = Path(arguments.operands[0])
    let name = arguments.operands[1]
    let interruption = Interruption()
    let signals = InterruptSignals(interruption)
    defer { withExtendedLifetime(signals) {} }
    var storeLimits = StoreLimits()
    storeLimits.memoryByteCount = limits.memoryBytes
    let store = Store(limits: storeLimits)
    store.meter.fuel = limits.fuel
    store.meter.deadline = limits.timeout.map { Meter.now &+ $0.microseconds &* 1000 }
    store.meter.interruption = interruption
    var imports = Imports()
    imports.defineLuaHost(store: store)
    do {
      let module = try ModuleFile.load(path, meter: store.meter)
      try ModuleFile.validate(module, path, meter: store.meter)
      let (type, values) = try Self.function(name, of: module, path, Array(arguments.operands.dropFirst(2)))
      let instance = try Instance(store: store, module: module, imports: imports)
      guard let function = instance.function(named: name) else {
        throw CaseExecutionError.fault("\(path) lost its export \(name)")
      }
      let before = store.meter.instructionCount
      let start = Meter.now
      let results = try function.call(values)
      let nanoseconds = Meter.now &- start
      precondition(results.count == type.results.count)
      context.output.write(results.map { ValueText.text($0) + "\n" }.joined())
      if showsStats {
        context.error.write(
          "instructions  \(Format.grouped(store.meter.instructionCount - before))\n"
            + "time          \(Format.duration(microseconds: nanoseconds / 1000))\n")
      }
      return .success
    } catch let trap as Trap {
      context.error.write(
        "trap: \(trap.kind.message)\n"
          + trap.backtrace.map { "  in \(EscapedText.visible("\($0)"))\n" }.joined())
      return .failure
    } catch let exception as ThrownException {
      context.error.write(EscapedText.visible("\(exception)") + "\n")
      return .failure
    } catch ExecutionLimit.interrupted {
      return .interrupted
    } catch let limit as ExecutionLimit {
      context.error.write("limit \(limit)\n")
      return .failure
    }
  }

  /// The type of an exported function and its arguments.
  private static func function(
    _ name: String, of module: Module, _ path: Path, _ words: [String]
  ) throws(UsageError) -> (FunctionType, [Value]) {
    let functions = module.exports.filter { $0.kind == .function }
    guard let export = functions.first(where: { $0.name == name }) else {
      let names = functions.map(\.name)
      let list =
        names.isEmpty ? "; it exports none" : "; it exports \(names.prefix(20).joined(separator: ", "))"
      throw UsageError(
        "\(path) exports no function \(name)"
          + (Suggestion.nearest(to: name, in: names).map { "; did you mean \($0)?" } ?? list))
    }
    let type = module.functionType(export.index)
    guard words.count == type.parameters.count else {
      throw UsageError(
        "\(name) has the type \(type) and needs \(Count.of(type.parameters.count, "argument")), found \(words.count)"
      )
    }
    var values: [Value] = []
    for (index, (word, type)) in zip(words, type.parameters).enumerated() {
      values.append(try ValueText.value(word, type, argument: index + 1))
    }
    return (type, values)
  }
}
