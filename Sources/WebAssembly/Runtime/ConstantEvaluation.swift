/// Evaluation of constant expressions (Core 4.5.4, 3.4.13).

extension Instance {
  /// The value of a validated constant expression; globals and functions that it names exist already.
  func evaluate(_ expression: Expression) throws -> Value {
    if let value = expression.onlyI32 { return .i32(value) }
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
      case .anyConvertExtern, .externConvertAny: break
      default:
        if let result = try arithmetic(instruction, &stack) ?? object(instruction, &stack) {
          stack.append(result)
        } else {
          throw TranslationError(
            "a constant expression uses \(instruction.definition.mnemonic) at offset "
              + "\(instruction.offset), which this version does not execute")
        }
      }
    }
    guard let value = stack.last else { throw TranslationError("a constant expression is empty") }
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

  /// Structures, arrays and i31. What operands refer to is kept by them until the object is made.
  private func object(_ instruction: Instruction, _ stack: inout [Value]) throws -> Value? {
    let opcode = InstructionTable.rows[instruction.row].opcode
    if opcode == .refI31 {
      guard case .i32(let value)? = stack.popLast() else { return nil }
      return .reference(.i31(value), type: .reference(.i31, nullable: false))
    }
    guard opcode.prefix == 0xFB else { return nil }
    let record = store.engine.types.record(of: module.typeIDs[Int(instruction.a)])
    let count: Int
    switch opcode {
    case .structNew, .structNewDescriptor:
      count = Int(record.pointee.fieldCount) + (record.pointee.hasDescriptor ? 1 : 0)
    case .structNewDefault: count = 0
    case .structNewDefaultDescriptor, .arrayNewDefault: count = 1
    case .arrayNew: count = 2
    case .arrayNewFixed: count = Int(instruction.b)
    default: return nil
    }
    // Two words for each operand, and one more so that there is an address.
    let operands = Array(stack.suffix(count))
    stack.removeLast(count)
    var words: [UInt64] = operands.flatMap { [$0.slots.0, $0.slots.1] }
    words.append(0)
    let reference = try words.withUnsafeMutableBufferPointer { words in
      guard let base = words.baseAddress else { return 0 as UInt64 }
      return try make(opcode, record, base, count: UInt32(count))
    }
    withExtendedLifetime(operands) {}
    let type = ValueType.reference(HeapType(typeIndex: instruction.a), nullable: false)
    return .reference(Reference(bits: reference), type: type)
  }

  /// Makes an object of operands that have two words each.
  private func make(
    _ opcode: Opcode, _ type: UnsafePointer<TypeRecord>, _ operands: Slots, count: UInt32
  ) throws -> UInt64 {
    let top = store.stackTop
    switch opcode {
    case .arrayNew: return try store.makeArray(type, operands[2].i32, filledFrom: operands, below: top)
    case .arrayNewDefault: return try store.makeArray(type, operands[0].i32, filledFrom: nil, below: top)
    case .arrayNewFixed:
      let object = try store.allocateArray(type, count, below: top)
      let storage = type.pointee.fields[0].storage
      for index in 0..<Int(count) {
        object.write(storage, at: index * storage.byteCount, from: operands + index * 2)
      }
      return store.publish(object, type, count: count)
    case .structNewDefault, .structNewDefaultDescriptor:
      let descriptor = type.pointee.hasDescriptor ? operands[0] : nil
      return try store.makeStructure(type, descriptor, below: top)
    default:
      let fieldCount = Int(type.pointee.fieldCount)
      let descriptor = type.pointee.hasDescriptor ? operands[fieldCount * 2] : nil
      let object = try store.allocateStructure(type, descriptor, below: top)
      for index in 0..<fieldCount {
        let field = type.pointee.fields[index]
        object.write(field.storage, at: Int(field.offset), from: operands + index * 2)
      }
      return store.publish(object, type)
    }
  }
}
