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
///
/// What they do counts against the time of the case: bytes are copied in parts, between which the deadline is
/// looked at, and what cannot be stored for its length alone is not copied at all.
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
        let result = try call(name, Arguments(arguments, caller), state)
        return [.i32(result)]
      }
      imports.define(moduleName, name, .function(function))
    }
  }

  /// The i32 arguments of a call, and the memory that pointers among them mean.
  private struct Arguments {
    private let values: [Value]
    private let caller: Caller
    private let memory: Memory?

    init(_ values: [Value], _ caller: Caller) {
      self.values = values
      self.caller = caller
      memory = caller.memory
    }

    /// Bytes copied between two looks at the deadline.
    private static let part = 2 << 20

    /// Throws when the time of the case is over.
    func checkTime() throws { try caller.store.meter.checkTime() }

    subscript(index: Int) -> UInt32 {
      if case .i32(let value) = values[index] { value } else { 0 }
    }

    /// The bytes whose pointer and length are the arguments from `index`; nil outside the memory, and when
    /// there are more than `limit`.
    func bytes(_ index: Int, atMost limit: Int) throws -> [UInt8]? {
      let (address, count) = (UInt64(self[index]), Int(self[index + 1]))
      guard let memory, count <= limit, memory.contains(address, UInt64(count)) else { return nil }
      if count <= Self.part { return memory.read(at: address, count: count) }
      var bytes: [UInt8] = []
      bytes.reserveCapacity(count)
      while bytes.count < count {
        try checkTime()
        let part = min(Self.part, count - bytes.count)
        guard let read = memory.read(at: address + UInt64(bytes.count), count: part) else { return nil }
        bytes += read
      }
      return bytes
    }

    /// Whether the pointer and the length from `index` lie within the memory.
    func isWithinMemory(_ index: Int) -> Bool {
      memory?.contains(UInt64(self[index]), UInt64(self[index + 1])) ?? false
    }

    /// Writes to the pointer at `index`; false, and nothing is written, outside the memory.
    func write(_ bytes: [UInt8], _ index: Int) throws -> Bool {
      let address = UInt64(self[index])
      guard let memory, memory.contains(address, UInt64(bytes.count)) else { return false }
      if bytes.count <= Self.part { return memory.write(bytes, at: address) }
      for start in stride(from: 0, to: bytes.count, by: Self.part) {
        try checkTime()
        let part = bytes[start..<min(start + Self.part, bytes.count)]
        guard memory.write(part, at: address + UInt64(start)) else { return false }
      }
      return true
    }
  }

  private static func call(
    _ name: String, _ arguments: Arguments, _ state: HostState
  ) throws -> Int32 {
    switch name {
    case "js_ext_table_set": try set(arguments, state)
    case "js_ext_table_get": try get(arguments, state)
    case "js_ext_table_delete": try delete(arguments, state)
    case "js_ext_table_size": size(arguments, state)
    case "js_ext_table_keys": try keys(arguments, state)
    default: timeNow(state)
    }
  }

  private static func record(_ state: HostState, _ call: @autoclosure () -> HostCall) {
    if state.trace.isRecording { state.trace.record(call()) } else { state.trace.skip() }
  }

  private static func set(_ arguments: Arguments, _ state: HostState) throws -> Int32 {
    // What is longer than all tables may be would be refused.
    let key = try arguments.bytes(1, atMost: state.tables.byteLimit)
    let value = try arguments.bytes(3, atMost: state.tables.byteLimit)
    var result: Int32 = -1
    if let key, let value {
      result = try state.tables.set(
        table: arguments[0], key: key, value: value, check: arguments.checkTime)
    }
    record(state, .set(table: arguments[0], key: key, value: value, result: result))
    return result
  }

  private static func get(_ arguments: Arguments, _ state: HostState) throws -> Int32 {
    let key = try arguments.bytes(1, atMost: state.tables.byteLimit)
    let value = try key.flatMap {
      try state.tables.get(table: arguments[0], key: $0, capacity: .max, check: arguments.checkTime)
    }
    var result: Int32 = -1
    if let value, value.count <= Int(arguments[4]), try arguments.write(value, 3) {
      result = Int32(clamping: value.count)
    }
    record(state, .get(table: arguments[0], key: key, value: value, result: result))
    return result
  }

  private static func delete(_ arguments: Arguments, _ state: HostState) throws -> Int32 {
    let key = try arguments.bytes(1, atMost: state.tables.byteLimit)
    // A key that is too long for any table is not in this one.
    let isAbsent = key == nil && arguments.isWithinMemory(1) && state.tables.hasTable(arguments[0])
    let result =
      try key.map { try state.tables.delete(table: arguments[0], key: $0, check: arguments.checkTime) }
      ?? (isAbsent ? 0 : -1)
    record(state, .delete(table: arguments[0], key: key, result: result))
    return result
  }

  private static func size(_ arguments: Arguments, _ state: HostState) -> Int32 {
    let result = state.tables.size(table: arguments[0])
    record(state, .size(table: arguments[0], result: result))
    return result
  }

  private static func keys(_ arguments: Arguments, _ state: HostState) throws -> Int32 {
    let keys = try state.tables.keys(
      table: arguments[0], capacity: Int(arguments[2]), check: arguments.checkTime)
    var result: Int32 = -1
    if let keys, try arguments.write(keys, 1) { result = Int32(clamping: keys.count) }
    record(state, .keys(table: arguments[0], keys: result < 0 ? nil : keys, result: result))
    return result
  }

  private static func timeNow(_ state: HostState) -> Int32 {
    let result = state.clock.read()
    record(state, .timeNow(result: result))
    return result
  }
}
