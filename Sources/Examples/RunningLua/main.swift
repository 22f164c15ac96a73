// Runs Lua sources in lua.wasm and reads what they answer.
import Foundation
import LuaHost

let bytes = try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))
let module = try LuaModule(bytes: Array(bytes))
let machine = try module.makeExecutor()
let outcome = try machine.run(CaseRequest("print('hello') return 6 * 7"))
print("output:", outcome.steps[0].output.count, "bytes")
switch outcome.steps[0].result {
case .value(.value(let value)): print("answer:", value)
case .error(let message): print("Lua error:", String(decoding: message, as: UTF8.self))
case let other: print("no answer:", other)
}

var request = CaseRequest("_home.count = _home.count + 1", "return _home.count * 2")
request.seeds = [ExternalTables.Entry(table: 1, key: "count", value: .integer(20))]
request.trace = HostCallTrace()
let counted = try machine.run(request)
for case .value(.value(let value)) in counted.steps.map(\.result) { print("step:", value) }
for entry in counted.tables {
  guard case .value(let value) = entry.decoded else { continue }
  print("table \(entry.table):", String(decoding: entry.key, as: UTF8.self), "=", value)
}
for call in counted.trace.calls { print("host call:", call.name) }

var endless = CaseRequest("while true do end", "return 'never reached'")
endless.limits = ExecutionLimits(fuel: 10_000_000, time: .seconds(5), memoryBytes: 16 << 20)
let stopped = try machine.run(endless)
if case .limit(let limit) = stopped.steps[0].result {
  print("the limit of \(limit) was reached after \(stopped.instructions) instructions")
}
print("second step:", stopped.steps[1].result)

try module.finishValidation()
