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
    try self.init(Self.module(text), store: store ?? Store(limits: limits), imports: imports)
  }

  init(_ module: Module, store: Store = Store(), imports: Imports = Imports()) throws {
    self.store = store
    instance = try Instance(store: store, module: module, imports: imports)
  }

  static func module(_ text: String) throws -> Module {
    let module = try Module(bytes: ModuleStructure(text: text).encode())
    try module.validate()
    return module
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
