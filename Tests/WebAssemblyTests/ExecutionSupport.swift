// Modules written as text, instantiated and called: what the tests of execution share.

import WebAssembly
import WebAssemblyText

/// An instance in a store of its own.
struct TestInstance {
  let store: Store
  let instance: Instance

  init(_ text: String, limits: StoreLimits = StoreLimits(), store: Store? = nil, imports: Imports = Imports())
    throws
  {
    self.store = store ?? Store(limits: limits)
    let module = try Module(bytes: ModuleStructure(text: text).encode())
    try module.validate()
    instance = try Instance(store: self.store, module: module, imports: imports)
  }

  func call(_ name: String, _ arguments: [Value] = []) throws -> [Value] {
    guard let function = instance.function(named: name) else { throw MissingExport(name: name) }
    return try function.call(arguments)
  }

  /// Calls after resetting the meter; the count is of this call alone.
  func count(_ name: String, _ arguments: [Value] = []) -> (count: UInt64, result: Result<[Value], any Error>)
  {
    store.meter.reset()
    let result = Result { try call(name, arguments) }
    return (store.meter.instructionCount, result)
  }
}

struct MissingExport: Error {
  let name: String
}
