// Loads a module, gives it a function of the host, calls it, and holds it to limits.
import Foundation
import WebAssembly

let bytes = try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))
let module = try Module(bytes: Array(bytes))
let store = Store()
let log = Function(store: store, type: FunctionType([.i32, .i32])) { caller, arguments in
  guard let address = arguments[0].uint32, let count = arguments[1].uint32,
    let text = caller.memory?.read(at: UInt64(address), count: Int(count))
  else { throw Trap(.outOfBoundsMemoryAccess) }
  print("the module says:", String(decoding: text, as: UTF8.self))
  return []
}
var imports = Imports()
imports.define("host", "log", .function(log))
let instance = try Instance(store: store, module: module, imports: imports)
try instance.call("greet")
let results = try instance.call("divide", .i32(84), .i32(-2))
print("84 / -2 is", results[0].int32 ?? 0)
print("bytes 16 to 20 are", instance.memories[0].read(at: 16, count: 5) ?? [])

do {
  try instance.call("divide", .i32(1), .i32(0))
} catch let trap as Trap {
  print("trap:", trap.kind.message)
  for frame in trap.backtrace { print("  in", frame) }
}

store.meter.reset()
store.meter.fuel = 1_000_000
store.meter.stop(after: .seconds(5))
do {
  try instance.call("spin")
} catch let limit as ExecutionLimit {
  print("the limit of \(limit) was reached after \(store.meter.instructionCount) instructions")
}
