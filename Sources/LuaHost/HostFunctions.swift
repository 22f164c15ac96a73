// The functions that the host offers to a module under the module name `env`.

import WebAssembly

/// What host functions work on. Belongs to one machine.
final class HostState {
  var tables: ExternalTables
  var clock = VirtualClock()
  var trace = HostCallTrace(callLimit: 0)

  init(tables: ExternalTables = ExternalTables()) { self.tables = tables }
}

/// The six functions of the contract. A pointer or length that reaches outside the memory is answered with
/// -1 (0 for the size), like any other refusal.
enum HostFunctions {
  static let moduleName = "env"

  private static func type(_ parameterCount: Int) -> FunctionType {
    FunctionType(Array(repeating: .i32, count: parameterCount), [.i32])
  }

  /// Name and type of every function that the host has.
  static let types: [(name: String, type: FunctionType)] = [
    ("js_ext_table_set", type(5)), ("js_ext_table_get", type(5)), ("js_ext_table_delete", type(3)),
    ("js_ext_table_size", type(1)), ("js_ext_table_keys", type(3)), ("js_time_now", type(0)),
  ]

  /// Defines all functions for a store.
  static func define(in imports: inout Imports, store: Store, state: HostState) {
    for (name, type) in types {
      let function = Function(store: store, type: type) { caller, arguments in
        let result = call(name, Arguments(values: arguments, memory: caller.memory), state)
        return [.i32(result)]
      }
      imports.define(moduleName, name, .function(function))
    }
  }

  /// The i32 arguments of a call, and the memory that pointers among them mean.
  private struct Arguments {
    let values: [Value]
    let memory: Memory?

    subscript(index: Int) -> UInt32 {
      if case .i32(let value) = values[index] { value } else { 0 }
    }

    /// The bytes whose pointer and length are the arguments from `index`; nil outside the memory.
    func bytes(_ index: Int) -> [UInt8]? {
      memory?.read(at: UInt64(self[index]), count: Int(self[index + 1]))
    }

    /// Writes to the pointer at `index`; false outside the memory.
    func write(_ bytes: [UInt8], _ index: Int) -> Bool {
      memory?.write(bytes, at: UInt64(self[index])) ?? false
    }
  }

  private static func call(_ name: String, _ arguments: Arguments, _ state: HostState) -> Int32 {
    switch name {
    case "js_ext_table_set": set(arguments, state)
    case "js_ext_table_get": get(arguments, state)
    case "js_ext_table_delete": delete(arguments, state)
    case "js_ext_table_size": size(arguments, state)
    case "js_ext_table_keys": keys(arguments, state)
    default: timeNow(state)
    }
  }

  private static func record(_ state: HostState, _ call: @autoclosure () -> HostCall) {
    if state.trace.isRecording { state.trace.record(call()) } else { state.trace.skip() }
  }

  private static func set(_ arguments: Arguments, _ state: HostState) -> Int32 {
    let key = arguments.bytes(1)
    let value = arguments.bytes(3)
    var result: Int32 = -1
    if let key, let value { result = state.tables.set(table: arguments[0], key: key, value: value) }
    record(state, .set(table: arguments[0], key: key, value: value, result: result))
    return result
  }

  private static func get(_ arguments: Arguments, _ state: HostState) -> Int32 {
    let key = arguments.bytes(1)
    let value = key.flatMap { state.tables.get(table: arguments[0], key: $0, capacity: .max) }
    var result: Int32 = -1
    if let value, value.count <= Int(arguments[4]), arguments.write(value, 3) {
      result = Int32(clamping: value.count)
    }
    record(state, .get(table: arguments[0], key: key, value: value, result: result))
    return result
  }

  private static func delete(_ arguments: Arguments, _ state: HostState) -> Int32 {
    let key = arguments.bytes(1)
    let result = key.map { state.tables.delete(table: arguments[0], key: $0) } ?? -1
    record(state, .delete(table: arguments[0], key: key, result: result))
    return result
  }

  private static func size(_ arguments: Arguments, _ state: HostState) -> Int32 {
    let result = state.tables.size(table: arguments[0])
    record(state, .size(table: arguments[0], result: result))
    return result
  }

  private static func keys(_ arguments: Arguments, _ state: HostState) -> Int32 {
    let keys = state.tables.keys(table: arguments[0], capacity: Int(arguments[2]))
    var result: Int32 = -1
    if let keys, arguments.write(keys, 1) { result = Int32(clamping: keys.count) }
    record(state, .keys(table: arguments[0], keys: result < 0 ? nil : keys, result: result))
    return result
  }

  private static func timeNow(_ state: HostState) -> Int32 {
    let result = state.clock.read()
    record(state, .timeNow(result: result))
    return result
  }
}
