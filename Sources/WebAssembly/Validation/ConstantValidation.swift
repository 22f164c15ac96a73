/// Constant expressions: what may initialise globals, tables and segments (Core 3.4.12).

enum ConstantValidation {
  /// Throws unless the expression is constant, gives one value of the type, and reads no global but the
  /// first `visibleGlobals`.
  static func validate(
    _ expression: Expression, type: ValueType, visibleGlobals: Int, in context: ModuleContext
  ) throws(ValidationError) {
    var validator = FunctionValidator(context, constant: expression, type: type)
    let rows = InstructionTable.packedRows
    var reader = InstructionReader(expression, features: context.features)
    while !validator.isFinished {
      let instruction = try validator.read(&reader)
      let opcode = rows[instruction.row].opcode
      guard isConstant(opcode, context.features) else {
        throw ValidationError(
          offset: instruction.offset,
          "constant expression required: \(instruction.definition.mnemonic) is not constant")
      }
      if opcode == .globalGet {
        let index = Int(instruction.a)
        guard index < visibleGlobals else {
          throw ValidationError(offset: instruction.offset, "unknown global \(index)")
        }
        guard !context.globals[index].isMutable else {
          throw ValidationError(
            offset: instruction.offset, "constant expression required: global \(index) is mutable")
        }
      }
      try validator.validate(instruction)
    }
    guard reader.isAtEnd else {
      throw ValidationError(
        offset: reader.offset, "END opcode expected: bytes follow the end of the expression",
        isMalformed: true)
    }
  }

  private static func isConstant(_ opcode: Opcode, _ features: FeatureSet) -> Bool {
    switch opcode {
    case .i32Const, .i64Const, .f32Const, .f64Const, .v128Const, .refNull, .refFunc, .globalGet, .end:
      true
    case .i32Add, .i32Sub, .i32Mul, .i64Add, .i64Sub, .i64Mul:
      features.contains(.extendedConst)
    case .refI31, .structNew, .structNewDefault, .structNewDescriptor, .structNewDefaultDescriptor, .arrayNew,
      .arrayNewDefault, .arrayNewFixed, .anyConvertExtern, .externConvertAny:
      true
    default:
      false
    }
  }
}
