/// Evaluation of constant expressions (Core 4.5.4, 3.4.13).

extension Instance {
  /// The value of a validated constant expression; globals and functions that it names exist already.
  func evaluate(_ expression: Expression) throws -> Value {
    var reader = InstructionReader(expression, features: module.features)
    var stack: [Value] = []
    while !reader.isAtEnd {
      let instruction = try reader.next()
      switch InstructionTable.rows[instruction.row].opcode {
      case .end: break
      case .i32Const: stack.append(.i32(UInt32(truncatingIfNeeded: instruction.value)))
      case .i64Const: stack.append(.i64(instruction.value))
      case .f32Const: stack.append(.f32(bits: UInt32(truncatingIfNeeded: instruction.value)))
      case .f64Const: stack.append(.f64(bits: instruction.value))
      case .v128Const: stack.append(.v128(low: instruction.value, high: instruction.value2))
      case .globalGet: stack.append(globals[Int(instruction.a)].value)
      case .refNull:
        let type = HeapType(rawValue: Int32(truncatingIfNeeded: instruction.value))
        stack.append(.reference(.null, type: .reference(type, nullable: true)))
      case .refFunc:
        let bits = UInt64(UInt(bitPattern: functions[Int(instruction.a)]))
        stack.append(.reference(Reference(bits: bits), type: .funcref))
      default:
        if let result = arithmetic(instruction, &stack) {
          stack.append(result)
        } else {
          throw TranslationError(
            message: "a constant expression uses \(instruction.definition.mnemonic) at offset "
              + "\(instruction.offset), which this version does not execute")
        }
      }
    }
    guard let value = stack.last else { throw TranslationError(message: "a constant expression is empty") }
    return value
  }

  /// The additions of the extended-const feature.
  private func arithmetic(_ instruction: Instruction, _ stack: inout [Value]) -> Value? {
    guard stack.count >= 2 else { return nil }
    let (a, b) = (stack[stack.count - 2], stack[stack.count - 1])
    let result: Value
    switch (instruction.definition.mnemonic, a, b) {
    case ("i32.add", .i32(let a), .i32(let b)): result = .i32(Numerics.i32_add(a, b))
    case ("i32.sub", .i32(let a), .i32(let b)): result = .i32(Numerics.i32_sub(a, b))
    case ("i32.mul", .i32(let a), .i32(let b)): result = .i32(Numerics.i32_mul(a, b))
    case ("i64.add", .i64(let a), .i64(let b)): result = .i64(Numerics.i64_add(a, b))
    case ("i64.sub", .i64(let a), .i64(let b)): result = .i64(Numerics.i64_sub(a, b))
    case ("i64.mul", .i64(let a), .i64(let b)): result = .i64(Numerics.i64_mul(a, b))
    default: return nil
    }
    stack.removeLast(2)
    return result
  }
}
