// A function's body with a fault in it.

import WebAssembly

/// A function with a fault, validated and translated. Instances of the module can have it.
package struct Mutant: Sendable {
  package let replacement: FunctionReplacement
  /// Whether the faulty instruction itself counts as much as the right one, so that a cost that differs is an
  /// effect of the fault.
  package let keepsCost: Bool
}

extension LuaModule {
  package func mutant(_ fault: Fault) throws -> Mutant {
    let imported = module.functionCount - module.structure.functions.count
    let definition = module.structure.functions[Int(fault.function) - imported]
    let body = try FaultyBody(fault, definition.body, module)
    return Mutant(
      replacement: try module.replacement(
        forFunction: fault.function, locals: definition.locals, body: body.expression, mode: mode),
      keepsCost: body.keepsCost)
  }
}

/// The faulty instruction takes the place of the right one, and executes as many instructions where there is a
/// way to do that, so that a cost that differs means something.
private struct FaultyBody {
  private(set) var expression: Expression
  private(set) var keepsCost = true
  private let module: Module

  init(_ fault: Fault, _ body: Expression, _ module: Module) throws {
    self.module = module
    expression = body
    var writer = InstructionWriter()
    let instruction = fault.instruction
    let opcode = instruction.definition.opcode
    let place = fault.place
    switch fault.change {
    case .instruction(let other):
      var changed = instruction
      guard let row = InstructionTable.row(of: other) else { return }
      changed.row = row
      if let exponent = changed.definition.accessExponent { changed.b = min(changed.b, UInt32(exponent)) }
      writer.append(changed)
    case .constant(let bits):
      var changed = instruction
      changed.value = bits
      writer.append(changed)
    case .callee(let function): writer.append(.call, a: function)
    case .negation:
      // As a condition any number serves; elsewhere it must be 0 or 1.
      if try isCondition(body, behind: place.upperBound) {
        Self.pad(&writer)
      } else {
        writer.append(.i32Const, value: 0)
        writer.append(.named("i32.ne"))
        keepsCost = false
      }
    case .omission:
      let type = operandsAndResults(of: instruction)
      leaveOut(type, &writer)
    case .branch(let isTaken) where opcode == .brIf:
      if isTaken {
        // Whatever the number is, and it counts as one instruction.
        var table = Instruction(row: InstructionTable.row(of: .brTable) ?? 0)
        table.a = instruction.a
        writer.append(table, labels: [])
      } else {
        writer.append(.drop)
      }
    case .branch(let isTaken):
      let arms = try self.arms(body, of: place)
      writer.append(.drop)
      writer.append(.block, value: instruction.value)
      var bytes = writer.bytes
      if isTaken {
        bytes += body.bytes[arms.first]
      } else if let second = arms.second {
        bytes += body.bytes[second]
      }
      // The rest begins with the end of the `if`.
      expression = Self.spliced(body, place.lowerBound..<arms.end, bytes)
      return
    }
    expression = Self.spliced(body, place, writer.bytes)
  }

  private static func spliced(_ body: Expression, _ place: Range<Int>, _ bytes: [UInt8]) -> Expression {
    Expression(Array(body.bytes[..<place.lowerBound] + bytes + body.bytes[place.upperBound...]))
  }

  /// Counts one instruction and does nothing.
  private static func pad(_ writer: inout InstructionWriter) {
    writer.append(.block, value: BlockType.empty.rawValue)
    writer.append(.br)
    writer.append(.end)
  }

  /// Takes operands away and puts zeros in place of results. In a block that takes the operands one branch does it.
  private mutating func leaveOut(_ type: FunctionType, _ writer: inout InstructionWriter) {
    let wanted = FunctionType(type.parameters, [])
    let known = module.structure.types.firstIndex { $0.functionType == wanted }
    if let known, type.parameters.count != 1 {
      writer.append(.block, value: BlockType(typeIndex: UInt32(known)).rawValue)
      writer.append(.br)
      writer.append(.end)
    } else {
      for _ in type.parameters { writer.append(.drop) }
      if type.parameters.count != 1 { keepsCost = false }
    }
    if !type.results.isEmpty { keepsCost = false }
    for result in type.results {
      switch result {
      case .i64: writer.append(.i64Const)
      case .f32: writer.append(.f32Const)
      case .f64: writer.append(.f64Const)
      default: writer.append(.i32Const)
      }
    }
  }

  private func operandsAndResults(of instruction: Instruction) -> FunctionType {
    let definition = instruction.definition
    func address(_ memory: UInt32) -> ValueType {
      module.memoryType(memory)?.addressType == .i64 ? .i64 : .i32
    }
    switch definition.opcode {
    case .call: return module.functionType(instruction.a)
    case .callIndirect:
      let type = module.structure.types[Int(instruction.a)].functionType ?? FunctionType()
      return FunctionType(type.parameters + [.i32], type.results)
    case .memoryFill: return FunctionType([address(instruction.a), .i32, address(instruction.a)], [])
    case .memoryCopy:
      let (to, from) = (address(instruction.a), address(instruction.b))
      return FunctionType([to, from, to == .i64 && from == .i64 ? .i64 : .i32], [])
    default:
      let value = definition.signature?.operands.last ?? .i32
      return FunctionType([address(instruction.a), value], [])
    }
  }

  private func isCondition(_ body: Expression, behind offset: Int) throws -> Bool {
    var reader = InstructionReader(Expression(body.bytes[offset...]), features: module.features)
    let next = try reader.next().definition.opcode
    return next == .brIf || next == .if || next == .select || next == .i32Eqz
  }

  /// The insides of an `if`, and the offset of its `end`.
  private func arms(_ body: Expression, of place: Range<Int>) throws -> (
    first: Range<Int>, second: Range<Int>?, end: Int
  ) {
    var reader = InstructionReader(Expression(body.bytes[place.upperBound...]), features: module.features)
    var depth = 0
    var split: Range<Int>?
    while !reader.isAtEnd {
      let start = reader.offset
      switch try reader.next().definition.opcode {
      case .block, .loop, .if, .tryTable, .legacyTry: depth += 1
      case .else where depth == 0: split = start..<reader.offset
      case .legacyDelegate: depth -= 1
      case .end:
        if depth == 0 {
          return (
            place.upperBound..<(split?.lowerBound ?? start), split.map { $0.upperBound..<start }, start
          )
        }
        depth -= 1
      default: break
      }
    }
    return (place.upperBound..<body.bytes.endIndex, nil, body.bytes.endIndex)
  }
}
