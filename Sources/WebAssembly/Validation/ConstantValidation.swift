/// Constant expressions: what may initialise globals, tables and segments (Core 3.4.12).

enum ConstantValidation {
  /// Throws unless the expression is constant, gives one value of the type, and reads no global but the
  /// first `visibleGlobals`. The validator is one of the module's, whatever it did before.
  static func validate(
    _ expression: Expression, type: ValueType, visibleGlobals: Int, in context: ModuleContext,
    with validator: inout FunctionValidator
  ) throws(ValidationError) {
    if type == .i32, expression.onlyI32 != nil { return }
    validator.begin(constant: expression, type: type)
    let rows = InstructionTable.packedRows
    var reader = InstructionReader(expression, features: context.features)
    while !validator.isFinished {
      let instruction = try validator.read(&reader)
      let row = rows[instruction.row]
      guard row.isConstant(in: context.features) else {
        throw ValidationError(
          offset: instruction.offset,
          "constant expression required: \(instruction.definition.mnemonic) is not constant")
      }
      if row.opcode == .globalGet {
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
}
