// Valid modules that were written to take more time or memory than they are given. Each kind is a function of
// how often it repeats what costs.

/// A module, and how to call it.
public struct HostileModule: Sendable {
  public enum Source: Sendable {
    case binary([UInt8])
    case text(String)
  }

  public var name: String
  public var source: Source
  public var export = "f"
  /// i32 arguments.
  public var arguments: [UInt32] = []

  public init(_ name: String, _ bytes: [UInt8], _ arguments: [UInt32] = []) {
    self.name = name
    source = .binary(bytes)
    self.arguments = arguments
  }

  public init(_ name: String, text: String, _ arguments: [UInt32] = []) {
    self.name = name
    source = .text(text)
    self.arguments = arguments
  }
}

/// A binary module put together section by section.
public struct ModuleWriter {
  public static let i32: UInt8 = 0x7F
  public static let i64: UInt8 = 0x7E

  var types: [[UInt8]] = []
  var functions: [UInt32] = []
  var bodies: [[UInt8]] = []
  var tables: [[UInt8]] = []
  var memories: [[UInt8]] = []
  var tags: [UInt32] = []
  var exports: [(name: String, function: UInt32)] = []
  var data: [[UInt8]] = []

  public init() {}

  public static func leb(_ value: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = UInt64(value)
    repeat {
      let byte = UInt8(rest & 0x7F)
      rest >>= 7
      bytes.append(rest == 0 ? byte : byte | 0x80)
    } while rest != 0
    return bytes
  }

  /// `i32.const`.
  public static func const(_ value: Int) -> [UInt8] {
    var bytes: [UInt8] = [0x41]
    var rest = Int64(value)
    while true {
      let byte = UInt8(truncatingIfNeeded: rest & 0x7F)
      rest >>= 7
      if rest == 0 && byte & 0x40 == 0 || rest == -1 && byte & 0x40 != 0 { return bytes + [byte] }
      bytes.append(byte | 0x80)
    }
  }

  public mutating func type(_ parameters: [UInt8], _ results: [UInt8]) -> UInt32 {
    types.append([0x60] + Self.leb(parameters.count) + parameters + Self.leb(results.count) + results)
    return UInt32(types.count - 1)
  }

  /// Adds a function; `locals` is how many i32 there are. `code` lacks the final `end`.
  @discardableResult
  public mutating func function(_ type: UInt32, locals: Int = 0, _ code: [UInt8]) -> UInt32 {
    functions.append(type)
    let head: [UInt8] = locals == 0 ? [0] : [1] + Self.leb(locals) + [Self.i32]
    bodies.append(head + code + [0x0B])
    return UInt32(functions.count - 1)
  }

  public mutating func export(_ function: UInt32, as name: String = "f") { exports.append((name, function)) }
  public mutating func memory(_ limits: [UInt8]) { memories.append(limits) }
  public mutating func table(_ type: [UInt8]) { tables.append(type) }
  public mutating func tag(_ type: UInt32) { tags.append(type) }
  public mutating func passiveData(_ bytes: [UInt8]) { data.append([1] + Self.leb(bytes.count) + bytes) }

  public func bytes() -> [UInt8] {
    var module: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
    func section(_ id: UInt8, _ entries: [[UInt8]]) {
      if entries.isEmpty { return }
      let content = Self.leb(entries.count) + entries.flatMap { $0 }
      module += [id] + Self.leb(content.count) + content
    }
    section(1, types)
    section(3, functions.map { Self.leb(Int($0)) })
    section(4, tables)
    section(5, memories)
    section(13, tags.map { [0] + Self.leb(Int($0)) })
    section(
      7, exports.map { Self.leb($0.name.utf8.count) + Array($0.name.utf8) + [0] + Self.leb(Int($0.function)) }
    )
    if !data.isEmpty { module += [12] + Self.leb(Self.leb(data.count).count) + Self.leb(data.count) }
    section(10, bodies.map { Self.leb($0.count) + $0 })
    section(11, data)
    return module
  }
}

extension HostileModule {
  private static func repeated(_ code: [UInt8], _ count: Int) -> [UInt8] {
    Array(repeatElement(code, count: count).joined())
  }

  private static let getFirst: [UInt8] = [0x20, 0]

  /// One function of type i32 to results.
  private static func single(
    _ name: String, results: Int, locals: Int = 0, extraTypes: [([UInt8], [UInt8])] = [], _ code: [UInt8]
  ) -> HostileModule {
    var module = ModuleWriter()
    let type = module.type([ModuleWriter.i32], Array(repeating: ModuleWriter.i32, count: results))
    for (parameters, results) in extraTypes { _ = module.type(parameters, results) }
    module.export(module.function(type, locals: locals, code))
    return HostileModule(name, module.bytes(), [1])
  }

  /// Kinds whose translation took time or memory that grew faster than the module, at size `count`.
  public static func translation(_ count: Int) -> [HostileModule] {
    let pending = min(count, 50_000)
    let values = 1000
    let many = Array(repeating: ModuleWriter.i32, count: values)
    let drop: [UInt8] = [0x1A]
    return [
      single(
        "locals pending below empty blocks", results: 1,
        repeated(getFirst, pending) + repeated([0x02, 0x40, 0x0B], count) + repeated(drop, pending - 1)),
      single(
        "locals pending while another is set", results: 1, locals: 1,
        repeated(getFirst, pending) + repeated([0x41, 0, 0x21, 1], count) + repeated(drop, pending - 1)),
      single(
        "locals pending while they are set", results: 1, locals: 1,
        repeated(getFirst, pending) + repeated([0x41, 0, 0x21, 0], count) + repeated(drop, pending - 1)),
      single(
        "a branch table over labels that carry", results: 1,
        repeated([0x02, 0x7F], count) + [0x41, 5, 0x41, 7, 0x20, 0, 0x0E] + ModuleWriter.leb(count)
          + (0..<count).flatMap(ModuleWriter.leb) + [0] + repeated([0x0B], count)),
      single(
        "conditional branches above a deep stack", results: 1,
        repeated(getFirst, pending) + [0x02, 0x7F, 0x41, 5, 0x41, 7]
          + repeated([0x20, 0, 0x0D, 0], count) + [0x1A, 0x0B] + repeated(drop, pending)),
      single(
        "many values carried by many branches", results: values,
        repeated(getFirst, values) + repeated([0x20, 0, 0x0D, 0], count)),
      single(
        "many values carried past an operand", results: values, extraTypes: [([], many)],
        [0x02, 1] + getFirst + repeated(getFirst, values) + repeated([0x20, 0, 0x0D, 0], count)
          + repeated(drop, values) + repeated(drop, 1) + [0x00, 0x0B]),
      single(
        "returns of many values on conditions", results: values,
        [0x41, 9] + repeated(getFirst, values) + repeated([0x20, 0, 0x0D, 0], count) + [0x0F]),
      single(
        "nested blocks that catch", results: 1,
        repeated([0x06, 0x40], min(count, 20_000)) + repeated([0x19, 0x0B], min(count, 20_000)) + [0x41, 1]),
      single(
        "chains of tees", results: 1, locals: 2,
        getFirst + repeated([0x22, 1, 0x22, 2, 0x20, 1, 0x6A], count)),
      single(
        "straight code without branches", results: 1,
        getFirst + repeated([0x45], count * 4)),
    ]
  }

  /// Kinds that run for ever, each step of which costs more than an instruction.
  public static func execution() -> [HostileModule] {
    var modules: [HostileModule] = []
    let forever: ([UInt8]) -> [UInt8] = { [0x03, 0x40] + $0 + [0x0C, 0, 0x0B, 0x00] }

    var cleared = ModuleWriter()
    let none = cleared.type([], [])
    let callee = cleared.function(none, locals: 49_000, [])
    cleared.export(cleared.function(none, forever([0x10] + ModuleWriter.leb(Int(callee)))))
    modules.append(HostileModule("locals cleared by every call", cleared.bytes()))

    let many = Array(repeating: ModuleWriter.i32, count: 1000)
    var results = ModuleWriter()
    let noType = results.type([], [])
    let manyType = results.type([], many)
    let giving = results.function(manyType, repeated([0x41, 1], 1000))
    let takingType = results.type(many, [])
    let taking = results.function(takingType, [])
    results.export(
      results.function(
        noType,
        forever([0x10] + ModuleWriter.leb(Int(giving)) + [0x10] + ModuleWriter.leb(Int(taking)))))
    modules.append(HostileModule("calls that give and take many values", results.bytes()))

    // A loop that hands its thousand parameters on from one slot further up each time.
    var loops = ModuleWriter()
    let handing = loops.type(many, [])
    let entry = loops.type([], [])
    let shifted: [UInt8] = [0x41, 3] + repeated([0x41, 1], 1000) + [0x0C, 0]
    loops.export(
      loops.function(
        entry, repeated([0x41, 1], 1000) + [0x03] + ModuleWriter.leb(Int(handing)) + shifted + [0x0B]))
    modules.append(HostileModule("a loop with many parameters", loops.bytes()))

    var tail = ModuleWriter()
    let tailType = tail.type(many, [])
    let start = tail.type([], [])
    let own = tail.function(
      tailType,
      (0..<1000).flatMap { (local: Int) -> [UInt8] in [0x20] + ModuleWriter.leb(local) } + [0x12, 0])
    tail.export(tail.function(start, repeated([0x41, 1], 1000) + [0x10] + ModuleWriter.leb(Int(own))))
    modules.append(HostileModule("tail calls with many arguments", tail.bytes()))

    modules.append(unwinding(functions: 20_000, depth: 5_000))

    var initialise = ModuleWriter()
    let initType = initialise.type([], [])
    initialise.memory([0, 0x80, 0x02])
    initialise.passiveData(Array(repeating: 7, count: 8_000_000))
    initialise.export(
      initialise.function(
        initType,
        forever([0x41, 0, 0x41, 0] + ModuleWriter.const(8_000_000) + [0xFC, 8, 0, 0])))
    modules.append(HostileModule("memory.init of a large segment", initialise.bytes()))

    var tables = ModuleWriter()
    let tableType = tables.type([], [])
    tables.table([0x70, 0] + ModuleWriter.leb(1_000_000))
    tables.export(
      tables.function(
        tableType,
        forever([0x41, 1, 0x41, 0] + ModuleWriter.const(999_999) + [0xFC, 0x0E, 0, 0])))
    modules.append(HostileModule("table.copy of a large table", tables.bytes()))

    var recursion = ModuleWriter()
    let recursionType = recursion.type([], [])
    let deep = recursion.function(recursionType, [0x10, 0])
    _ = deep
    let catching = recursion.function(recursionType, forever([0x10, 2]))
    recursion.export(catching)
    // A function that recurses 10,000 times and comes back, again and again.
    let i32 = recursion.type([ModuleWriter.i32], [])
    recursion.function(recursionType, ModuleWriter.const(10_000) + [0x10, 3])
    recursion.function(i32, [0x20, 0, 0x04, 0x40, 0x20, 0, 0x41, 1, 0x6B, 0x10, 3, 0x0B])
    modules.append(HostileModule("recursion to a great depth and back", recursion.bytes()))

    var calls = ModuleWriter()
    let callType = calls.type([], [])
    for _ in 0..<30_000 { calls.function(callType, []) }
    calls.export(
      calls.function(
        callType,
        forever((0..<30_000).flatMap { (callee: Int) -> [UInt8] in [0x10] + ModuleWriter.leb(callee) })))
    modules.append(HostileModule("many small functions, each called", calls.bytes()))

    var large = ModuleWriter()
    let largeType = large.type([ModuleWriter.i32], [ModuleWriter.i32])
    large.export(large.function(largeType, getFirst + repeated([0x20, 0, 0x6A, 0x45], 1_500_000)))
    modules.append(HostileModule("one function of six megabytes", large.bytes(), [1]))
    return modules
  }

  /// Exceptions thrown through `depth` frames again and again, beside `functions` others that have run.
  public static func unwinding(functions: Int, depth: Int) -> HostileModule {
    var module = ModuleWriter()
    let none = module.type([], [])
    let one = module.type([ModuleWriter.i32], [])
    module.tag(none)
    for _ in 0..<functions { module.function(none, []) }
    let recursion = UInt32(functions)
    module.function(
      one,
      [0x20, 0, 0x45, 0x04, 0x40, 0x08, 0, 0x0B, 0x20, 0, 0x41, 1, 0x6B, 0x10]
        + ModuleWriter.leb(Int(recursion)))
    let warm = (0..<functions).flatMap { (callee: Int) -> [UInt8] in [0x10] + ModuleWriter.leb(callee) }
    let attempt: [UInt8] =
      [0x02, 0x40, 0x1F, 0x40, 0x01, 0x02, 0x00] + ModuleWriter.const(depth) + [0x10]
      + ModuleWriter.leb(Int(recursion)) + [0x0B, 0x0B]
    module.export(module.function(none, warm + [0x03, 0x40] + attempt + [0x0C, 0, 0x0B]))
    return HostileModule("exceptions through deep stacks beside many functions", module.bytes())
  }
}
