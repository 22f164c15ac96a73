/// The translator's view of one instruction after the other.

extension FunctionTranslator {
  /// Translates an instruction that has been validated. `expression` is where it was read from.
  mutating func translate(_ instruction: Instruction, of expression: Expression) throws(TranslationError) {
    let lowering = LoweringTable.entries[instruction.row]
    let opcode = InstructionTable.packedRows[instruction.row].opcode
    guard isReachable else {
      switch opcode {
      case .block, .loop, .if, .tryTable, .legacyTry: enter(.dead, .empty)
      case .else: elseBranch()
      case .end: end()
      case .legacyCatch: legacyCatch(instruction.a)
      case .legacyCatchAll: legacyCatch(nil)
      case .legacyDelegate: legacyDelegate(instruction.a)
      default: break
      }
      return
    }
    builder.sourceOffset = instruction.offset
    switch opcode {
    case .block, .loop, .else, .end, .nop, .tryTable, .legacyTry, .legacyCatch, .legacyCatchAll,
      .legacyDelegate:
      break
    default: builder.count()
    }
    if builder.segmentIsLong { splitSegment() }
    switch lowering.kind {
    case .special: try special(opcode, instruction, expression)
    case .reinterpret: reinterpret()
    case .unary:
      switch opcode {
      case .i32Eqz: equalsZero(LoweringTable.i32Eq)
      case .i64Eqz: equalsZero(LoweringTable.i64Eq)
      default: unary(lowering)
      }
    case .binary, .compare: binary(instruction.row, lowering)
    case .load: load(lowering, instruction)
    case .store: store(lowering, instruction)
    case .vector(let signature): try vector(signature, lowering, instruction)
    }
  }

  private func unsupported(_ instruction: Instruction) -> TranslationError {
    let row = InstructionTable.rows[instruction.row]
    return TranslationError(
      message: "\(row.mnemonic) at offset \(instruction.offset) needs the feature "
        + "\(row.feature?.rawValue ?? "WebAssembly 1.0"), which this version does not execute")
  }

  /// Ends a segment inside straight code, before its cost outgrows the field.
  private mutating func splitSegment() {
    builder.closeSegment()
    builder.recordSplit()
    let word = emit(.charge, 0)
    builder.leadHere(CostField(kind: .branch, word: word + 1, shift: 0))
  }

  /// The same bits as another type: a temporary, local or constant stays what it is.
  private mutating func reinterpret() {}

  private mutating func special(_ opcode: Opcode, _ instruction: Instruction, _ expression: Expression)
    throws(TranslationError)
  {
    switch opcode {
    case .nop: break
    case .unreachable:
      builder.closeSegment()
      emit(.unreachable, 0)
      becomeUnreachable()
    case .block: enter(.block, instruction.blockType)
    case .loop: enter(.loop, instruction.blockType)
    case .if: enter(.if, instruction.blockType)
    case .else: elseBranch()
    case .end: end()
    case .br: branch(instruction.a)
    case .brIf: branchIf(instruction.a)
    case .brTable:
      branchTable(
        expression.labels(of: instruction), count: Int(instruction.count), default: instruction.a)
    case .return: branch(UInt32(frames.count - 1))
    case .call: call(instruction.a)
    case .callIndirect: callIndirect(type: instruction.a, table: instruction.b)
    case .callRef: callReference(type: instruction.a)
    case .returnCall: returnCall(instruction.a)
    case .returnCallIndirect: returnCallIndirect(type: instruction.a, table: instruction.b)
    case .returnCallRef: returnCallReference(type: instruction.a)
    case .tryTable: enterTryTable(instruction, expression)
    case .throw: throwException(instruction.a)
    case .throwRef: throwReference()
    case .legacyTry: enterLegacyTry(instruction)
    case .legacyCatch: legacyCatch(instruction.a)
    case .legacyCatchAll: legacyCatch(nil)
    case .legacyRethrow: legacyRethrow(instruction.a)
    case .legacyDelegate: legacyDelegate(instruction.a)
    case .brOnNull: branchOnNull(instruction.a, branchesOnNull: true)
    case .brOnNonNull: branchOnNull(instruction.a, branchesOnNull: false)
    case .drop: stack.removeLast()
    case .select, .selectTyped: select()
    case .localGet: localGet(Int(instruction.a))
    case .localSet: localSet(Int(instruction.a), keeping: false)
    case .localTee: localSet(Int(instruction.a), keeping: true)
    case .globalGet: globalGet(instruction.a)
    case .globalSet: globalSet(instruction.a)
    case .i32Const, .i64Const, .f32Const, .f64Const: push(.constant, value: instruction.value)
    case .refNull: push(.constant, value: 0)
    case .refIsNull: equalsZero(LoweringTable.i64Eq)
    case .refEq: binary(LoweringTable.i64Eq, LoweringTable.entries[LoweringTable.i64Eq])
    case .refFunc: slow(.refFunc, operands: 0, hasResult: true, instruction.a)
    case .refAsNonNull: slow(.refAsNonNull, operands: 1, hasResult: true)
    case .memorySize: slow(.memorySize, operands: 0, hasResult: true, instruction.a)
    case .memoryGrow: slow(.memoryGrow, operands: 1, hasResult: true, instruction.a)
    case .memoryFill: slow(.memoryFill, operands: 3, hasResult: false, instruction.a)
    case .memoryCopy: slow(.memoryCopy, operands: 3, hasResult: false, instruction.a, instruction.b)
    case .memoryInit: slow(.memoryInit, operands: 3, hasResult: false, instruction.a, instruction.b)
    case .dataDrop: slow(.dataDrop, operands: 0, hasResult: false, instruction.a)
    case .tableGet: slow(.tableGet, operands: 1, hasResult: true, instruction.a)
    case .tableSet: slow(.tableSet, operands: 2, hasResult: false, instruction.a)
    case .tableSize: slow(.tableSize, operands: 0, hasResult: true, instruction.a)
    case .tableGrow: slow(.tableGrow, operands: 2, hasResult: true, instruction.a)
    case .tableFill: slow(.tableFill, operands: 3, hasResult: false, instruction.a)
    case .tableCopy: slow(.tableCopy, operands: 3, hasResult: false, instruction.a, instruction.b)
    case .tableInit: slow(.tableInit, operands: 3, hasResult: false, instruction.a, instruction.b)
    case .elemDrop: slow(.elemDrop, operands: 0, hasResult: false, instruction.a)
    case .i64Add128, .i64Sub128: wide(instruction, operands: 4)
    case .i64MulWideS, .i64MulWideU: wide(instruction, operands: 2)
    case .atomicFence: break
    default:
      switch opcode.prefix {
      case 0xFE: atomic(instruction)
      case 0xFB: guard aggregate(opcode, instruction) else { throw unsupported(instruction) }
      default: throw unsupported(instruction)
      }
    }
  }
}
