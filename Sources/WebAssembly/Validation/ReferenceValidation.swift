/// References to functions and host objects, and branches on null (Core 3.3.3).

extension FunctionValidator {
  mutating func validateReference(_ instruction: Instruction, _ opcode: Opcode) throws(ValidationError) {
    switch opcode {
    case .refNull:
      let heapType = HeapType(rawValue: Int32(truncatingIfNeeded: instruction.value))
      let type = ValueType.reference(heapType, nullable: true)
      try check(type)
      push(type)
    case .refIsNull:
      _ = try popReference()
      push(.i32)
    case .refFunc:
      let function = Int(instruction.a)
      guard function < context.functions.count else { throw unknown("function", instruction.a) }
      guard context.isDeclared[function] else {
        throw error(
          "undeclared function reference: nothing outside function bodies names function \(function)")
      }
      push(
        .reference(
          HeapType(
            typeIndex: context.functions[function], isExact: hasExactTypes && context.isExact[function]),
          nullable: false))
    case .refEq:
      let comparable = ValueType.reference(.eq, nullable: true)
      try pop(comparable)
      try pop(comparable)
      push(.i32)
    case .refAsNonNull:
      push(.reference(try popReference().heapType, nullable: false))
    case .brOnNull:
      let type = try popReference()
      try replaceTop(try label(instruction.a).labelTypes)
      push(.reference(type.heapType, nullable: false))
    case .brOnNonNull:
      try validateBranchOnNonNull(instruction.a)
    default:
      throw malformed("illegal opcode \(String(opcode.code, radix: 16))")
    }
  }

  /// The label's last type is that of the reference, the others stay on the stack.
  private mutating func validateBranchOnNonNull(_ index: UInt32) throws(ValidationError) {
    let expected = try label(index).labelTypes
    guard let last = types(expected).last, last.isReference else {
      throw error(
        "type mismatch: label \(index) takes \(describe(expected)), which does not end in a reference")
    }
    try pop(.reference(last.heapType, nullable: true))
    try replaceTop(expected.dropLast)
  }

  /// Whether values that are just being made have exact types.
  var hasExactTypes: Bool { context.features.contains(.customDescriptors) }
}
