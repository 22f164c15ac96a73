/// Times work in this process, for the scripts that compare it with peers.
///
///     Benchmarks call MODULE EXPORT ARGUMENT REPEAT    an exported function of a module
///     Benchmarks lua MODULE SCRIPT REPEAT              a script in a build of lua.wasm
///
/// Prints, for each repetition, microseconds, executed instructions and the result.

import FoundationEssentials
import LuaHost
import WebAssembly

@main
struct Benchmarks {
  static func main() throws {
    let arguments = CommandLine.arguments
    if arguments.count == 6, arguments[1] == "call", let argument = UInt32(arguments[4]),
      let repeats = Int(arguments[5])
    {
      try call(arguments[2], arguments[3], argument, repeats)
    } else if arguments.count == 5, arguments[1] == "lua", let repeats = Int(arguments[4]) {
      try lua(arguments[2], arguments[3], repeats)
    } else {
      print("usage: Benchmarks call MODULE EXPORT ARGUMENT REPEAT | lua MODULE SCRIPT REPEAT")
    }
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path)))
  }

  private static func call(_ path: String, _ export: String, _ argument: UInt32, _ repeats: Int) throws {
    let module = try Module(bytes: bytes(path))
    let store = Store()
    let instance = try Instance(store: store, module: module, imports: Imports())
    guard let function = instance.function(named: export) else {
      print("there is no function \(export)")
      return
    }
    for _ in 0..<repeats {
      store.meter.reset()
      let start = Meter.now
      let results = try function.call([.i32(argument)])
      print((Meter.now - start) / 1000, store.meter.instructionCount, results)
    }
  }

  private static func lua(_ path: String, _ script: String, _ repeats: Int) throws {
    let machine = try LuaModule(bytes: bytes(path)).makeExecutor()
    let source = try bytes(script)
    for _ in 0..<repeats {
      let outcome = try machine.run(CaseRequest(steps: [.source(source)]))
      print(outcome.microseconds, outcome.instructions, outcome.steps[0].result)
    }
  }
}
