/// Times one exported function of a module in this process.
///
///     Benchmarks call MODULE EXPORT ARGUMENT REPEAT
///
/// Prints, for each repetition, microseconds and executed instructions.

import FoundationEssentials
import WebAssembly

@main
struct Benchmarks {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 6, arguments[1] == "call", let argument = UInt32(arguments[4]),
      let repeats = Int(arguments[5])
    else {
      print("usage: Benchmarks call MODULE EXPORT ARGUMENT REPEAT")
      return
    }
    let module = try Module(bytes: [UInt8](Data(contentsOf: URL(filePath: arguments[2]))))
    let store = Store()
    let instance = try Instance(store: store, module: module, imports: Imports())
    guard let function = instance.function(named: arguments[3]) else {
      print("there is no function \(arguments[3])")
      return
    }
    for _ in 0..<repeats {
      store.meter.reset()
      let start = Meter.now
      let results = try function.call([.i32(argument)])
      let microseconds = (Meter.now - start) / 1000
      print(microseconds, store.meter.instructionCount, results)
    }
  }
}
