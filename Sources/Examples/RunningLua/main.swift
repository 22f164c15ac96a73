// Runs Lua sources in lua.wasm and reads what they answer.
import Foundation
import LuaHost

let bytes = try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))
let module = try LuaModule(bytes: Array(bytes))
let machine = try module.makeExecutor()
let outcome = try machine.run(CaseRequest("print('hello') return 6 * 7"))
print("output:", String(decoding: outcome.steps[0].output, as: UTF8.self), terminator: "")
switch outcome.steps[0].result {
case .value(let value): print(value)
case .error(let message): print("Lua error:", String(decoding: message, as: UTF8.self))
case let other: print("no answer:", other)
}

var request = CaseRequest("_home.count = _home.count + 1", "return _home.count * 2")
request.seeds = [ExternalTables.Entry(table: 1, key: "count", value: .integer(20))]
request.trace = HostCallTrace()
let counted = try machine.run(request)
for step in counted.steps { print(step.result) }
for entry in counted.tables {
  print("table \(entry.table):", String(decoding: entry.key, as: UTF8.self), "=", entry.decoded)
}
for call in counted.trace.calls { print("called:", call.name) }

var endless = CaseRequest("while true do end", "return 'never reached'")
endless.limits = ExecutionLimits(fuel: 10_000_000, time: .seconds(5), memoryBytes: 16 << 20)
let stopped = try machine.run(endless)
for step in stopped.steps { print(step.result) }
print("instructions:", stopped.instructions)

try module.finishValidation()
print("the whole module is valid")
