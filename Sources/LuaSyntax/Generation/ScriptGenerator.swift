// Makes small scripts from nothing: calls of library functions and operators on values at their edges.

/// Makes scripts. The same numbers give the same script.
package struct ScriptGenerator {
  private var random: RandomSource

  package init(_ random: RandomSource) { self.random = random }

  /// What the numbers are taken from, to go on with.
  package var source: RandomSource { random }

  /// A script of a few lines that prints what it finds.
  package mutating func script() -> [UInt8] {
    let lines = random.oneIn(3) ? 1 + random.below(4) : 1
    return Array((0..<lines).map { _ in statement() + "\n" }.joined().utf8)
  }

  /// A statement that prints something.
  package mutating func statement() -> String {
    switch random.below(16) {
    case 0..<7: return "print(\(guarded(call())))"
    case 7: return "local x = \(value(.any)) print(\(guardedExpression(operation("x", random.below(2)))))"
    case 8, 9: return "print(\(guardedExpression(operation(nil, 1 + random.below(2)))))"
    case 10: return loop()
    case 11: return "for _, v in ipairs({\(values(3))}) do print(\(guardedExpression(operation("v", 1)))) end"
    case 12: return object()
    case 13: return coroutine()
    case 14: return control()
    default: return "print(pcall(load(\(random.pick(Library.chunks))) or print, \(values(2))))"
    }
  }

  /// A call of a library function.
  package mutating func call() -> (function: String, arguments: [String]) {
    let function = random.pick(Library.functions)
    var arguments: [String] = []
    for kind in function.arguments {
      if kind == .rest {
        for _ in 0..<random.below(4) { arguments.append(value(.any)) }
      } else {
        arguments.append(random.oneIn(12) ? value(.any) : value(kind))
      }
    }
    // Trailing arguments are mostly optional, and one more or less tells whether they are checked.
    if !arguments.isEmpty, random.oneIn(3) { arguments.removeLast(random.below(arguments.count + 1)) }
    if random.oneIn(20) { arguments.append(value(.any)) }
    return (function.name, arguments)
  }

  private mutating func guarded(_ call: (function: String, arguments: [String])) -> String {
    if random.oneIn(4) { return "\(call.function)(\(call.arguments.joined(separator: ", ")))" }
    return "pcall(\(([call.function] + call.arguments).joined(separator: ", ")))"
  }

  private mutating func guardedExpression(_ expression: String) -> String {
    random.oneIn(3) ? expression : "pcall(function() return \(expression) end)"
  }

  package mutating func values(_ count: Int) -> String {
    (0..<count).map { _ in value(.any) }.joined(separator: ", ")
  }

  /// A value that a parameter of the kind takes; now and then one at the edge of what it does.
  package mutating func value(_ kind: ArgumentKind) -> String {
    switch kind {
    case .integer: return random.oneIn(8) ? random.pick(Library.floats) : random.pick(Library.integers)
    case .count: return random.oneIn(10) ? random.pick(Library.integers) : random.pick(Library.counts)
    case .number: return random.pick(random.oneIn(2) ? Library.floats : Library.integers)
    case .string: return random.pick(Library.strings)
    case .pattern: return random.oneIn(3) ? made(from: Self.patternParts) : random.pick(Library.patterns)
    case .replacement: return random.pick(Library.replacements)
    case .format: return random.oneIn(2) ? madeFormat() : random.pick(Library.formats)
    case .packing: return random.oneIn(3) ? made(from: Self.packingParts) : random.pick(Library.packings)
    case .table: return random.pick(Library.tables)
    case .function: return random.pick(Library.functionValues)
    case .chunk: return random.pick(Library.chunks)
    case .boolean: return random.pick(["true", "false", "nil"])
    case .bytes: return random.pick(Library.byteStrings)
    case .any, .rest:
      return value(
        random.pick([
          .integer, .integer, .number, .number, .string, .string, .table, .function, .boolean, .bytes, .count,
        ]))
    }
  }

  private static let patternParts = [
    "a", "b", ".", "%a", "%d", "%s", "%w", "[ab]", "[^a]", "[a-z]", "(", ")", "()", "*", "+", "-", "?", "^",
    "$",
    "%1", "%b()", "%f[%w]", "x", "%%", "%.",
  ]
  private static let packingParts = [
    "<", ">", "=", "!", "!4", "b", "B", "h", "i3", "I5", "i8", "j", "f", "d", "s1", "z", "x", "Xi4", "c2",
    " ",
  ]

  private mutating func made(from parts: [String]) -> String {
    "'" + (0...random.below(4)).map { _ in random.pick(parts) }.joined() + "'"
  }

  private mutating func madeFormat() -> String {
    var text = "'%"
    for flag in ["-", "+", " ", "#", "0"] where random.oneIn(4) { text += flag }
    if random.oneIn(2) { text += random.pick(["1", "5", "12", "20", "99"]) }
    if random.oneIn(2) { text += random.pick([".", ".0", ".1", ".3", ".10", ".20", ".99"]) }
    return text
      + random.pick(["d", "i", "u", "x", "X", "o", "c", "s", "q", "f", "e", "E", "g", "G", "a", "A"]) + "|'"
  }

  /// An expression of operators, so many deep, on a variable or on values.
  private mutating func operation(_ variable: String?, _ depth: Int) -> String {
    func side(_ generator: inout Self) -> String {
      if depth > 0, generator.random.oneIn(2) { return "(" + generator.operation(variable, depth - 1) + ")" }
      if let variable, generator.random.oneIn(2) { return variable }
      let text = generator.value(generator.random.oneIn(3) ? .any : .number)
      return "(" + text + ")"
    }
    if random.oneIn(6) { return random.pick(Library.unaryOperators) + side(&self) }
    return "\(side(&self)) \(random.pick(Library.binaryOperators)) \(side(&self))"
  }

  private mutating func loop() -> String {
    let step = random.oneIn(3) ? "" : ", " + value(.number)
    let header: String
    if random.oneIn(2) {
      header = "for i = \(value(.number)), \(value(.number))\(step) do"
    } else {
      let start = random.pick(["1", "3", "math.maxinteger - 2", "math.mininteger + 2", "0.5", "-1"])
      let stop = random.pick(["4", "1", "math.maxinteger", "math.mininteger", "3.5", "2^63", "-3.0"])
      header = "for i = \(start), \(stop)\(step) do"
    }
    return "local n = 0 print(pcall(function() \(header) print(i) n = n + 1 if n > 4 then break end end end))"
  }

  private static let events = [
    "__index", "__newindex", "__call", "__eq", "__lt", "__le", "__add", "__sub", "__mul", "__div", "__mod",
    "__pow", "__unm", "__idiv", "__band", "__bor", "__bxor", "__bnot", "__shl", "__shr", "__concat", "__len",
    "__close", "__tostring", "__name", "__metatable", "__pairs",
  ]

  private mutating func object() -> String {
    let events = (0...random.below(3)).map { _ in random.pick(Self.events) }
    let metatable = events.map { "\($0) = \(handler($0))" }.joined(separator: ", ")
    let use: String
    switch random.below(12) {
    case 0: use = "t.x = 1 return t.x, t[1], rawget(t, 'x')"
    case 1: use = "return #t, t == {}, t ~= t"
    case 2: use = "local c <close> = t return 1"
    case 3: use = "return t(1, 2)"
    case 4: use = "return tostring(t):match('%a+'), getmetatable(t) ~= nil"
    case 5: use = "for k, v in pairs(t) do print(k, v) end return t:x()"
    case 6..<10: use = "return " + (operation(events[0]) ?? operation("t", 1))
    default: use = "return " + operation("t", random.below(2))
    }
    return "local t = setmetatable({\(values(random.below(3)))}, {\(metatable)})"
      + " print(pcall(function() \(use) end))"
  }

  /// What raises an event; nil where no operator with two sides does.
  private static let operators: [String: [String]] = [
    "__eq": ["==", "~="], "__lt": ["<", ">"], "__le": ["<=", ">="], "__add": ["+"], "__sub": ["-"],
    "__mul": ["*"],
    "__div": ["/"], "__mod": ["%"], "__pow": ["^"], "__idiv": ["//"], "__band": ["&"], "__bor": ["|"],
    "__bxor": ["~"], "__shl": ["<<"], "__shr": [">>"], "__concat": [".."],
  ]

  /// An operation on `t` that raises an event; its other side is a literal that may be a part of the instruction.
  private mutating func operation(_ event: String) -> String? {
    guard let operators = Self.operators[event] else { return nil }
    let other = random.oneIn(6) ? "(\(value(.any)))" : random.pick(Self.literals)
    let operation = random.pick(operators)
    return random.oneIn(2) ? "t \(operation) \(other)" : "\(other) \(operation) t"
  }

  private static let literals = [
    "0", "1", "-1", "2", "127", "128", "-127", "-128", "0.0", "1.0", "-1.0", "2.0", "0.5", "256", "'1'",
    "'a'", "t", "nil",
  ]

  /// A metamethod; mostly a function that says what it was called with.
  private mutating func handler(_ event: String) -> String {
    switch random.below(8) {
    case 0, 1: return value(.any)
    case 2..<5:
      return "function(a, b) print('\(event)', math.type(a) or type(a), math.type(b) or type(b))"
        + " return \(value(.any)) end"
    default: return "function(...) print('\(event)', select('#', ...)) return \(value(.any)) end"
    }
  }

  private mutating func coroutine() -> String {
    let body: String
    switch random.below(7) {
    case 0: body = "local a = coroutine.yield(\(values(2))) return a, \(value(.any))"
    case 1: body = "for i = 1, 3 do coroutine.yield(i) end error(\(value(.any)))"
    case 2:
      body =
        "local c <close> = setmetatable({}, {__close = function(_, e) print('c', e) end}) coroutine.yield(1) error('x')"
    case 3: body = "return pcall(coroutine.yield, \(value(.any)))"
    case 6:
      body =
        "local c <close> = setmetatable({}, {__close = function() coroutine.yield(\(value(.any))) end})"
        + " return \(random.pick(["...", "1, ...", values(2), "select(2, ...)", "print(...)"]))"
    case 4: body = "return coroutine.isyieldable(), coroutine.status(coroutine.running())"
    default: body = "print(pcall(function() coroutine.yield(2) error({}) end)) return ..."
    }
    if random.oneIn(4) {
      let calls = (0...random.below(3)).map { _ in "print(pcall(c, \(value(.any))))" }.joined(separator: " ")
      return "local c = coroutine.wrap(function(...) \(body) end) \(calls)"
    }
    let use = (0..<(1 + random.below(4))).map { _ in
      "print(coroutine.resume(c, \(value(.any)))) print(coroutine.status(c))"
    }.joined(separator: " ")
    let end = random.oneIn(3) ? " print(coroutine.close(c))" : ""
    return "local c = coroutine.create(function(...) \(body) end) \(use)\(end)"
  }

  /// A local variable with an attribute, which names of globals may go through.
  private mutating func declaration() -> String {
    let name = random.pick(["x", "_ENV", "t"])
    let attribute = random.pick(["<const>", "<const>", "<close>", ""])
    let use = random.pick([
      "y = 1 print(y)", "print(\(name).z)",
      "local function f() return \(name), y end print(f())",
      "print(\(name)[\(value(.integer))])", "y.z = 1",
    ])
    let chunk = "local \(name) \(attribute) = \(value(.any)) \(use)"
    return random.oneIn(2)
      ? "local print = print print(pcall(function() \(chunk) end))" : "local print = print \(chunk)"
  }

  private static let manyCounts = [
    "60", "199", "240", "249", "250", "251", "254", "255", "256", "257", "300",
  ]

  /// Many values at once, given, passed on and taken apart.
  private mutating func manyValues() -> String {
    let count = random.pick(Self.manyCounts)
    let body = random.pick([
      "return select('#', ...), (select(-1, ...))", "return #{...}", "return ...",
      "local a, b = ... return a, b", "return math.max(...)", "local t = {0, ...} return #t, t[#t]",
      "return (string.char(...)):byte(-1)", "return select(\(count) - 1, ...)",
    ])
    return "local l = {} for i = 1, \(count) do l[i] = i % 256 end local function f(...) \(body) end"
      + " print(\(random.pick(["pcall(f, table.unpack(l))", "f(table.unpack(l))", "f(1, f(table.unpack(l)))"])))"
  }

  private mutating func control() -> String {
    switch random.below(9) {
    case 7: return declaration()
    case 8: return manyValues()
    case 0: return "goto l do print(1) end ::l:: print(\(values(2)))"
    case 1:
      return
        "local f = {} for i = 1, 3 do local j = i f[i] = function() j = j + 1 return j end end"
        + " print(f[1](), f[1](), f[2](), f[3]())"
    case 2:
      return
        "local function f(a, ...) return select('#', ...), a, ... end print(f(\(values(random.below(4)))))"
    case 3: return "local a, b, c = (function() return \(values(3)) end)() print(a, b, c)"
    case 4:
      return
        "if \(operation(nil, 1)) then print('then') elseif \(value(.any)) then print('elseif') else print('else') end"
    case 5: return "local i = 0 repeat local j = i i = i + 1 until j >= 2 or \(value(.boolean)) print(i)"
    default:
      return
        "local t = {\(values(3)), x = \(value(.any)), [\(value(.integer))] = \(value(.any))} print(#t, t[1], t.x, next(t) ~= nil)"
    }
  }
}
