// The registry by which C functions cross the border: a function travels as its index in this list.

/// The standard functions that a module can name to its host, in the order of their indices.
public enum StandardFunctions {
  /// Index to name, as Lua spells it from the global table: `print`, `string.format`.
  public static let names: [String] =
    [
      "print", "type", "tonumber", "tostring", "pairs", "ipairs", "next", "pcall", "xpcall", "error",
      "assert", "select", "rawget", "rawset", "rawequal", "getmetatable", "setmetatable",
    ]
    + [
      "abs", "acos", "asin", "atan", "atan2", "ceil", "cos", "cosh", "deg", "exp", "floor", "fmod",
      "frexp", "huge", "ldexp", "log", "log10", "max", "min", "modf", "pi", "pow", "rad", "random",
      "randomseed", "sin", "sinh", "sqrt", "tan", "tanh",
    ].map { "math." + $0 }
    + [
      "byte", "char", "dump", "find", "format", "gmatch", "gsub", "len", "lower", "match", "rep",
      "reverse", "sub", "upper",
    ].map { "string." + $0 }
    + ["concat", "insert", "maxn", "remove", "sort"].map { "table." + $0 }
    // What our own build adds behind the contract's list.
    + ["collectgarbage", "load", "rawlen", "require", "warn"]
    + ["close", "create", "isyieldable", "resume", "running", "status", "wrap", "yield"]
    .map { "coroutine." + $0 }
    + [
      "gethook", "getinfo", "getlocal", "getmetatable", "getupvalue", "getuservalue", "setcstacklimit",
      "sethook", "setlocal", "setmetatable", "setupvalue", "setuservalue", "traceback", "upvalueid",
      "upvaluejoin",
    ].map { "debug." + $0 }
    + ["ext.table", "io.flush", "io.type", "io.write", "math.tointeger", "math.type", "math.ult"]
    + ["os.clock", "os.date", "os.difftime", "os.time"]
    + ["string.pack", "string.packsize", "string.unpack"]
    + ["table.create", "table.move", "table.pack", "table.unpack"]
    + ["utf8.char", "utf8.codepoint", "utf8.codes", "utf8.len", "utf8.offset"]

  /// The name at an index; nil outside the registry.
  public static func name(at index: UInt16) -> String? {
    Int(index) < names.count ? names[Int(index)] : nil
  }

  /// The index of a name; nil for a name that the registry does not have.
  public static func index(of name: some StringProtocol) -> UInt16? {
    names.firstIndex { $0 == name }.map { UInt16($0) }
  }
}
