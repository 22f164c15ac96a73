// One Lua value as it crosses the border between a lua.wasm module and its host.

/// A decoded Lua value. Two values are equal when a module would encode them to the same bytes: a float
/// is compared by its bits, so `-0` differs from `0` and a NaN equals itself if its payload does.
public enum LuaValue: Sendable {
  case `nil`
  case boolean(Bool)
  case integer(Int64)
  case float(Double)
  /// A Lua string: any bytes, not necessarily UTF-8.
  case string([UInt8])
  /// A Lua function as the binary chunk that `string.dump` would give.
  case function(bytecode: [UInt8])
  /// A C function by its index into `StandardFunctions`. The index may lie outside the registry.
  case cFunction(index: UInt16)
  /// A table that the host holds. Ids start at 1.
  case externalTable(id: UInt32)
}

extension LuaValue: Hashable {
  public static func == (left: LuaValue, right: LuaValue) -> Bool {
    switch (left, right) {
    case (.nil, .nil): true
    case (.boolean(let a), .boolean(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.float(let a), .float(let b)): a.bitPattern == b.bitPattern
    case (.string(let a), .string(let b)): a == b
    case (.function(let a), .function(let b)): a == b
    case (.cFunction(let a), .cFunction(let b)): a == b
    case (.externalTable(let a), .externalTable(let b)): a == b
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(tag)
    switch self {
    case .nil: break
    case .boolean(let flag): hasher.combine(flag)
    case .integer(let number): hasher.combine(number)
    case .float(let number): hasher.combine(number.bitPattern)
    case .string(let bytes), .function(let bytes): hasher.combine(bytes)
    case .cFunction(let index): hasher.combine(index)
    case .externalTable(let id): hasher.combine(id)
    }
  }
}

/// What a run of bytes at a value's place holds: in the answer of `compute`, or in an external table.
public enum DecodedValue: Hashable, Sendable {
  case value(LuaValue)
  /// No bytes at all.
  case none
  /// Bytes that are not exactly one encoded value, kept as they are.
  case raw([UInt8])
}
