// The host's functions for modules that are not run as lua.wasm.
import WebAssembly

extension Imports {
  /// Defines what lua.wasm imports, with external tables and a clock of their own.
  package mutating func defineLuaHost(store: Store) {
    HostFunctions.define(in: &self, store: store, state: HostState())
  }
}
