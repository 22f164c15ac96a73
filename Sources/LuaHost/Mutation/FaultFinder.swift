// Finds the places in a module's functions where a small fault can be made, and the faults.

import WebAssembly

extension LuaModule {
  /// All faults of the functions that `isWanted` says, numbered among all that the module has.
  package func faults(where isWanted: (UInt32) -> Bool = { _ in true }) throws -> [Fault] {
    let callees = Callees(module)
    let imported = UInt32(module.functionCount - module.structure.functions.count)
    var faults: [Fault] = []
    var count = 0
    for (index, definition) in module.structure.functions.enumerated() {
      let function = imported + UInt32(index)
      var found = try FaultFinder(function, definition, module, callees).faults
      for place in found.indices { found[place].number = count + place }
      count += found.count
      if isWanted(function) { faults += found }
    }
    return faults
  }
}

/// For each function another one of the same type, with other code.
private struct Callees {
  private var others: [UInt32: UInt32] = [:]

  init(_ module: Module) {
    let functions = module.structure.functions
    let imported = module.functionCount - functions.count
    var byType: [FunctionType: [Int]] = [:]
    for index in functions.indices {
      byType[module.functionType(UInt32(imported + index)), default: []].append(index)
    }
    for function in 0..<module.functionCount {
      guard let alike = byType[module.functionType(UInt32(function))] else { continue }
      let own = function - imported
      // The next one, or after the last the first.
      let start = alike.firstIndex { $0 > own } ?? 0
      for step in alike.indices {
        let other = alike[(start + step) % alike.count]
        if other == own || own >= 0 && functions[own].hasSameCode(as: functions[other]) { continue }
        others[UInt32(function)] = UInt32(imported + other)
        break
      }
    }
  }

  func other(than function: UInt32) -> UInt32? { others[function] }
}

extension Opcode {
  /// The instruction with a mnemonic that the table has.
  static func named(_ mnemonic: String) -> Opcode {
    InstructionTable.rows[InstructionTable.rows(of: mnemonic)[0]].opcode
  }
}

extension Module {
  /// The type of a memory, imports counted first; nil when there is none of that index.
  func memoryType(_ index: UInt32) -> MemoryType? {
    var left = Int(index)
    for item in structure.imports {
      guard case .memory(let type) = item.type else { continue }
      if left == 0 { return type }
      left -= 1
    }
    return structure.memories.indices.contains(left) ? structure.memories[left] : nil
  }
}

extension FunctionDefinition {
  fileprivate func hasSameCode(as other: FunctionDefinition) -> Bool {
    locals == other.locals && body == other.body
  }

  /// Whether it does nothing and gives nothing.
  fileprivate var isEmpty: Bool { body.bytes.count == 1 }
}

private struct FaultFinder {
  private(set) var faults: [Fault] = []
  private let function: UInt32
  private let module: Module
  private let callees: Callees
  private let body: Expression
  private let instructions: [Instruction]

  init(_ function: UInt32, _ definition: FunctionDefinition, _ module: Module, _ callees: Callees) throws {
    self.function = function
    self.module = module
    self.callees = callees
    body = definition.body
    instructions = try Self.read(body, module.features)
    // Code that cannot be reached is not looked at: blocks begun in it, and whether it is reached.
    var unreached = 0
    for index in instructions.indices {
      let opcode = instructions[index].definition.opcode
      if unreached > 0 {
        switch opcode {
        case .block, .loop, .if, .tryTable, .legacyTry: unreached += 1
        case .end, .legacyDelegate: unreached -= 1
        case .else, .legacyCatch, .legacyCatchAll: if unreached == 1 { unreached = 0 }
        default: break
        }
        continue
      }
      switch opcode {
      case .br, .brTable, .return, .unreachable, .throw, .throwRef, .legacyRethrow, .returnCall,
        .returnCallIndirect, .returnCallRef:
        unreached = 1
      default: addFaults(at: index)
      }
    }
  }

  static func read(_ body: Expression, _ features: FeatureSet) throws -> [Instruction] {
    var reader = InstructionReader(body, features: features)
    var instructions: [Instruction] = []
    while !reader.isAtEnd { instructions.append(try reader.next()) }
    return instructions
  }

  private mutating func add(_ change: Fault.Change, at index: Int) {
    let start = instructions[index].offset
    let end = index + 1 < instructions.count ? instructions[index + 1].offset : body.bytes.endIndex
    faults.append(
      Fault(
        number: 0, function: function, place: start..<end, offset: start - body.bytes.startIndex,
        instruction: instructions[index], change: change))
  }

  private mutating func addFaults(at index: Int) {
    let instruction = instructions[index]
    let row = instruction.definition
    switch row.opcode {
    case .brIf, .if: return addBranches(at: index)
    case .i32Eqz: return add(.negation, at: index)
    case .call:
      if !isEmpty(instruction.a), canBeLeftOut(module.functionType(instruction.a)) {
        add(.omission, at: index)
      }
      if let other = callees.other(than: instruction.a) { add(.callee(other), at: index) }
      return
    case .callIndirect:
      if let type = module.structure.types[Int(instruction.a)].functionType, canBeLeftOut(type) {
        add(.omission, at: index)
      }
      return
    case .memoryCopy, .memoryFill: return add(.omission, at: index)
    case .i32Const: return addConstant(UInt64(UInt32(truncatingIfNeeded: instruction.value) &+ 1), at: index)
    case .i64Const: return addConstant(instruction.value &+ 1, at: index)
    case .f32Const:
      let value = Float(bitPattern: UInt32(truncatingIfNeeded: instruction.value)) + 1
      return addConstant(UInt64(value.bitPattern), at: index)
    case .f64Const:
      return addConstant((Double(bitPattern: instruction.value) + 1).bitPattern, at: index)
    default: break
    }
    switch row.lowering {
    case .store: add(.omission, at: index)
    case .load(let access): addLoads(access, at: index)
    case .compare, .binary, .unary:
      for mnemonic in FaultyInstructions.others(than: row) {
        guard let other = InstructionTable.rows(of: mnemonic).first,
          InstructionTable.rows[other].signature == row.signature, !isSame(row.mnemonic, mnemonic, at: index)
        else { continue }
        add(.instruction(InstructionTable.rows[other].opcode), at: index)
      }
    default: break
    }
  }

  // MARK: - Branches and calls

  private mutating func addBranches(at index: Int) {
    let instruction = instructions[index]
    if instruction.definition.opcode == .brIf ? leadsOn(index) : next(index)?.definition.opcode == .end {
      return
    }
    // What a constant decides already.
    let known = constant(before: index).map { $0 != 0 }
    for isTaken in [false, true] where known != isTaken { add(.branch(isTaken: isTaken), at: index) }
  }

  /// Whether a branch leads to where the code goes on without it.
  private func leadsOn(_ index: Int) -> Bool {
    var ends = 0
    var place = index + 1
    while place < instructions.count, instructions[place].definition.opcode == .end {
      ends += 1
      place += 1
    }
    let label = Int(instructions[index].a)
    if ends > label { return !isLoop(label, around: index) }
    // An unconditional one to the same label follows.
    let next = next(index)
    return next?.definition.opcode == .br && next?.a == instructions[index].a
  }

  private func isLoop(_ label: Int, around index: Int) -> Bool {
    var depth = label
    var place = index
    while place > 0 {
      place -= 1
      switch instructions[place].definition.opcode {
      case .end, .legacyDelegate: depth += 1
      case .block, .loop, .if, .tryTable, .legacyTry:
        if depth == 0 { return instructions[place].definition.opcode == .loop }
        depth -= 1
      default: break
      }
    }
    return false
  }

  private func isEmpty(_ callee: UInt32) -> Bool {
    let defined = Int(callee) - (module.functionCount - module.structure.functions.count)
    return defined >= 0 && module.structure.functions[defined].isEmpty
  }

  /// Whether there is a zero for each result.
  private func canBeLeftOut(_ type: FunctionType) -> Bool {
    type.results.allSatisfy { [.i32, .i64, .f32, .f64].contains($0) }
  }

  // MARK: - Constants, loads

  private mutating func addConstant(_ bits: UInt64, at index: Int) {
    guard bits != instructions[index].value, next(index)?.definition.opcode != .drop else { return }
    if instructions[index].definition.immediate == .i32,
      UInt32(truncatingIfNeeded: bits) == UInt32(truncatingIfNeeded: instructions[index].value)
    {
      return
    }
    add(.constant(bits), at: index)
  }

  private mutating func addLoads(_ access: MemoryAccess, at index: Int) {
    let row = instructions[index].definition
    for (mnemonic, isSign) in FaultyInstructions.loads(row.mnemonic) {
      guard let other = InstructionTable.rows(of: mnemonic).first else { continue }
      let narrower = min(access.byteCount, InstructionTable.rows[other].width ?? access.byteCount)
      if ignoresBits(above: narrower * 8, after: index, isSign: isSign) { continue }
      add(.instruction(InstructionTable.rows[other].opcode), at: index)
    }
  }

  /// Whether what follows a load makes no difference of bits from this one on.
  private func ignoresBits(above count: Int, after index: Int, isSign: Bool) -> Bool {
    guard let next = next(index) else { return false }
    switch next.definition.opcode {
    case .i32Eqz, .brIf, .if: return isSign
    case .drop: return true
    case .named("i32.wrap_i64"): return count >= 32
    default: break
    }
    if case .store(let width) = next.definition.lowering { return width * 8 <= count }
    guard let constant = constant(at: index + 1), index + 2 < instructions.count else { return false }
    switch instructions[index + 2].definition.mnemonic.split(separator: ".").last {
    case "and": return count < 64 && constant >> UInt64(count) == 0
    case "eq", "ne": return isSign && count < 64 && constant >> UInt64(count - 1) == 0
    default: return false
    }
  }

  // MARK: - What folds to the same

  private func next(_ index: Int) -> Instruction? {
    index + 1 < instructions.count ? instructions[index + 1] : nil
  }

  /// The bits of an integer constant, zero-extended.
  private func constant(at index: Int) -> UInt64? {
    guard instructions.indices.contains(index) else { return nil }
    switch instructions[index].definition.opcode {
    case .i32Const: return UInt64(UInt32(truncatingIfNeeded: instructions[index].value))
    case .i64Const: return instructions[index].value
    default: return nil
    }
  }

  private func constant(before index: Int) -> UInt64? { constant(at: index - 1) }

  /// Whether another instruction gives the same with the constant that is its last operand.
  private func isSame(_ mnemonic: String, _ other: String, at index: Int) -> Bool {
    guard let constant = constant(before: index) else { return false }
    let width: UInt64 = mnemonic.hasPrefix("i32") ? 32 : 64
    let ones = width == 32 ? UInt64(UInt32.max) : .max
    func name(_ text: String) -> Substring { text.split(separator: ".").last ?? "" }
    switch (name(mnemonic), name(other)) {
    case ("add", "sub"), ("sub", "add"): return constant == 0 || constant == 1 << (width - 1)
    case ("mul", "div_s"), ("div_s", "mul"): return constant == 1 || constant == ones
    case ("div_u", "mul"): return constant == 1
    case ("xor", "or"): return constant == 0
    case ("shl", _), ("shr_s", _), ("shr_u", _): return constant % width == 0
    case ("rotl", _), ("rotr", _): return constant % (width / 2) == 0
    default: return false
    }
  }
}

/// Which instructions are put in place of which.
private enum FaultyInstructions {
  /// What a comparison or a numeric instruction is exchanged for: of comparisons the neighbour and the opposite, of
  /// arithmetic the inverse.
  static func others(than row: InstructionRow) -> [String] {
    let parts = row.mnemonic.split(separator: ".", maxSplits: 1)
    guard parts.count == 2 else { return [] }
    return (names[String(parts[1])] ?? []).map { "\(parts[0]).\($0)" }
  }

  private static let names: [String: [String]] = [
    "eq": ["ne"], "ne": ["eq"],
    "lt_s": ["le_s", "ge_s"], "le_s": ["lt_s", "gt_s"], "gt_s": ["ge_s", "le_s"], "ge_s": ["gt_s", "lt_s"],
    "lt_u": ["le_u", "ge_u"], "le_u": ["lt_u", "gt_u"], "gt_u": ["ge_u", "le_u"], "ge_u": ["gt_u", "lt_u"],
    "lt": ["le", "ge"], "le": ["lt", "gt"], "gt": ["ge", "le"], "ge": ["gt", "lt"],
    "add": ["sub"], "sub": ["add"], "mul": ["div_s", "div"], "div": ["mul"], "div_s": ["mul"],
    "div_u": ["mul"], "rem_s": ["div_s"], "rem_u": ["div_u"], "and": ["or"], "or": ["and"], "xor": ["or"],
    "shl": ["shr_u"], "shr_s": ["shl"], "shr_u": ["shl"], "rotl": ["rotr"], "rotr": ["rotl"],
    "clz": ["ctz"], "ctz": ["clz"], "min": ["max"], "max": ["min"], "ceil": ["floor"], "floor": ["ceil"],
    "trunc": ["nearest"], "nearest": ["trunc"], "abs": ["neg"], "neg": ["abs"],
  ]

  /// Loads with the other sign and with another width, and whether it is the sign.
  static func loads(_ mnemonic: String) -> [(mnemonic: String, isSign: Bool)] {
    switch mnemonic {
    case "i32.load": [("i32.load16_u", false)]
    case "i64.load": [("i64.load32_u", false)]
    case "i32.load8_s": [("i32.load8_u", true), ("i32.load16_s", false)]
    case "i32.load8_u": [("i32.load8_s", true), ("i32.load16_u", false)]
    case "i32.load16_s": [("i32.load16_u", true), ("i32.load8_s", false)]
    case "i32.load16_u": [("i32.load16_s", true), ("i32.load8_u", false)]
    case "i64.load8_s": [("i64.load8_u", true), ("i64.load16_s", false)]
    case "i64.load8_u": [("i64.load8_s", true), ("i64.load16_u", false)]
    case "i64.load16_s": [("i64.load16_u", true), ("i64.load8_s", false)]
    case "i64.load16_u": [("i64.load16_s", true), ("i64.load8_u", false)]
    case "i64.load32_s": [("i64.load32_u", true), ("i64.load16_s", false)]
    case "i64.load32_u": [("i64.load32_s", true), ("i64.load16_u", false)]
    default: []
    }
  }
}
