// A module that notes which places of its code it reaches, and where a fault would make a difference.

import WebAssembly

/// Where marks stand in a module, by the order of its faults.
package struct Marks: Sendable {
  /// What is set before the fault's instruction is executed.
  package fileprivate(set) var reached: [Int] = []
  /// What is set when the faulty instruction would do something else there; nil where that is not asked.
  package fileprivate(set) var differing: [Int?] = []
  package fileprivate(set) var count = 0

  /// Of the memory that holds them.
  package var byteCount: UInt64 { pageCount << 16 }
  fileprivate var pageCount: UInt64 { UInt64(count >> 16 + 1) }

  fileprivate mutating func make() -> Int {
    count += 1
    return count - 1
  }
}

extension LuaModule {
  /// The same module with code that sets bytes of a memory of its own for the faults, which stand in the order of
  /// their numbers. It executes more instructions.
  package func marked(_ faults: [Fault]) throws -> (module: LuaModule, marks: Marks) {
    var structure = module.structure
    let imported = module.functionCount - structure.functions.count
    let importedMemories = structure.imports.count { if case .memory = $0.type { true } else { false } }
    let memory = importedMemories + structure.memories.count
    var marks = Marks()
    var rest = faults[...]
    while let function = rest.first?.function {
      let own = rest.prefix { $0.function == function }
      rest = rest[own.endIndex...]
      let index = Int(function) - imported
      var body = MarkedBody(structure.functions[index], module, UInt32(memory))
      try body.mark(own, &marks)
      structure.functions[index] = body.definition
    }
    structure.memories.append(MemoryType(Limits(marks.pageCount)))
    let marked = try LuaModule(
      bytes: structure.encode(), startLimit: startLimit, loadLimit: .seconds(60), markMemory: memory)
    return (marked, marks)
  }
}

private struct MarkedBody {
  private(set) var definition: FunctionDefinition
  private let module: Module
  /// The memory with the marks.
  private let memory: UInt32
  private var writer = InstructionWriter()
  /// Locals that keep operands, two of each type that needs any.
  private var keepers: [ValueType: UInt32] = [:]
  private var localCount: UInt32

  init(_ definition: FunctionDefinition, _ module: Module, _ memory: UInt32) {
    (self.definition, self.module, self.memory) = (definition, module, memory)
    let parameters = module.structure.types[Int(definition.type)].functionType?.parameters.count ?? 0
    localCount = definition.locals.reduce(UInt32(parameters)) { $0 &+ $1.count }
  }

  mutating func mark(_ faults: ArraySlice<Fault>, _ marks: inout Marks) throws {
    var reader = InstructionReader(definition.body, features: module.features)
    let original = definition.body.bytes
    var bytes: [UInt8] = []
    var faults = faults
    /// Where code goes straight on, one mark serves several faults.
    var reached: Int?
    while !reader.isAtEnd {
      let start = reader.offset
      let row = try reader.next().definition
      let here = faults.prefix { $0.place.lowerBound == start }
      faults = faults[here.endIndex...]
      if !here.isEmpty {
        writer = InstructionWriter()
        let mark = reached ?? marks.make()
        if reached == nil { set(mark) }
        reached = mark
        for fault in here {
          marks.reached.append(mark)
          if let probe = probe(of: fault) {
            let differing = marks.make()
            write(probe, fault, differing)
            marks.differing.append(differing)
          } else {
            marks.differing.append(nil)
          }
        }
        bytes += writer.bytes
      }
      bytes += original[start..<reader.offset]
      if row.facts.contains(.endsSegment) || row.opcode == .end || row.opcode == .tryTable
        || row.opcode == .legacyTry
      {
        reached = nil
      }
    }
    definition.body = Expression(bytes)
  }

  private mutating func set(_ mark: Int) {
    writer.append(.i32Const, value: UInt64(mark))
    writer.append(.i32Const, value: 1)
    writer.append(.named("i32.store8"), a: memory)
  }

  // MARK: - Where a fault makes a difference

  private enum Probe {
    /// What both instructions give for the same operands.
    case results(operands: [ValueType], other: Instruction, result: ValueType)
    /// Whether the condition is the one for which the branch goes another way.
    case condition(isNotZero: Bool)
    /// Whether what is to be stored stands there already.
    case stored(value: ValueType, width: Int)
  }

  /// Nil where a fault makes a difference anyway, or where it cannot be told beforehand.
  private func probe(of fault: Fault) -> Probe? {
    let instruction = fault.instruction
    let row = instruction.definition
    switch fault.change {
    case .branch(let isTaken): return .condition(isNotZero: !isTaken)
    case .omission:
      guard case .store(let width) = row.lowering, isNarrow(instruction.a),
        let value = row.signature?.operands.last
      else { return nil }
      return .stored(value: value, width: width)
    case .instruction(let opcode):
      guard let index = InstructionTable.row(of: opcode), let signature = row.signature,
        let result = signature.results.first
      else { return nil }
      var other = instruction
      other.row = index
      if let exponent = other.definition.accessExponent { other.b = min(other.b, UInt32(exponent)) }
      switch other.definition.lowering {
      case .load: if !isNarrow(instruction.a) { return nil }
      case .binary(_, let traps), .unary(let traps): if traps { return nil }
      case .compare: break
      default: return nil
      }
      return .results(operands: signature.operands, other: other, result: result)
    case .constant, .negation, .callee: return nil
    }
  }

  /// Whether a memory has addresses of 32 bits.
  private func isNarrow(_ index: UInt32) -> Bool {
    module.memoryType(index)?.addressType == .i32
  }

  private mutating func keeper(_ type: ValueType, _ number: UInt32) -> UInt32 {
    if let first = keepers[type] { return first + number }
    let first = localCount
    keepers[type] = first
    definition.locals.append(LocalGroup(count: 2, type: type))
    localCount += 2
    return first + number
  }

  private mutating func write(_ probe: Probe, _ fault: Fault, _ mark: Int) {
    let instruction = fault.instruction
    let operands: [ValueType] =
      switch probe {
      case .results(let operands, _, _): operands
      case .condition: [.i32]
      case .stored(let value, _): [.i32, value]
      }
    // Two operands of one type have a local each.
    let kept = operands.enumerated().map { keeper($1, UInt32($0)) }
    func get(_ writer: inout InstructionWriter) {
      for local in kept { writer.append(.localGet, a: local) }
    }
    for local in kept.reversed() { writer.append(.localSet, a: local) }
    switch probe {
    case .results(_, let other, let result):
      get(&writer)
      writer.append(instruction)
      reinterpret(result)
      get(&writer)
      writer.append(other)
      reinterpret(result)
      writer.append(notEqual(result))
    case .condition(let isNotZero):
      get(&writer)
      if !isNotZero { writer.append(.i32Eqz) }
    case .stored(let value, let width):
      writer.append(.localGet, a: kept[0])
      let isWide = value == .i64 || value == .f64
      // The store's address, and a load of as many bits without a sign.
      let load =
        switch (isWide, width) {
        case (false, 1): "i32.load8_u"
        case (false, 2): "i32.load16_u"
        case (false, _): "i32.load"
        case (true, 1): "i64.load8_u"
        case (true, 2): "i64.load16_u"
        case (true, 4): "i64.load32_u"
        case (true, _): "i64.load"
        }
      writer.append(.named(load), a: instruction.a, value: instruction.value)
      writer.append(.localGet, a: kept[1])
      reinterpret(value)
      if width < (isWide ? 8 : 4) {
        let mask: UInt64 = (1 << UInt64(width * 8)) - 1
        writer.append(isWide ? .i64Const : .i32Const, value: mask)
        writer.append(.named(isWide ? "i64.and" : "i32.and"))
      }
      writer.append(notEqual(value))
    }
    writer.append(.if, value: BlockType.empty.rawValue)
    set(mark)
    writer.append(.end)
    get(&writer)
  }

  /// Floats are held against each other by their bits.
  private mutating func reinterpret(_ type: ValueType) {
    if type == .f32 { writer.append(.named("i32.reinterpret_f32")) }
    if type == .f64 { writer.append(.named("i64.reinterpret_f64")) }
  }

  private func notEqual(_ type: ValueType) -> Opcode {
    .named(type == .i64 || type == .f64 ? "i64.ne" : "i32.ne")
  }
}
