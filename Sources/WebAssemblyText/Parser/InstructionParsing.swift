import WebAssembly

/// Plain and folded instructions (Core 6.5). What follows a mnemonic is said by the rows of the instruction
/// table; only what opens and closes blocks is known here.
extension ModuleParser {
  /// Instructions up to the parenthesis that closes the construct around them, which is left standing.
  mutating func expression() throws(TextError) -> Expression {
    body.beginExpression(at: cursor.token)
    while body.frames.count > 1 || cursor.kind != .rightParenthesis { try step() }
    body.writer.append(.end)
    return body.writer.expression
  }

  /// One folded instruction.
  mutating func foldedExpression() throws(TextError) -> Expression {
    body.beginExpression(at: cursor.token)
    guard cursor.kind == .leftParenthesis else { throw cursor.unexpected("an instruction in parentheses") }
    repeat { try step() } while body.frames.count > 1
    body.writer.append(.end)
    return body.writer.expression
  }

  private var frame: Frame {
    get { body.frames[body.frames.count - 1] }
    set { body.frames[body.frames.count - 1] = newValue }
  }

  private mutating func step() throws(TextError) {
    switch cursor.kind {
    case .keyword where frame.takesPlain: try plainInstruction()
    case .leftParenthesis: try foldedInstruction()
    case .rightParenthesis: try closeParenthesis()
    default: throw cursor.unexpected(frame.takesPlain ? "an instruction" : "\"(\" or \")\"")
    }
  }

  private mutating func write(_ opcode: Opcode, a: UInt32 = 0) { body.writer.append(opcode, a: a) }

  private func opcode(of row: Int) -> Opcode { InstructionTable.packedRows[row].opcode }

  // MARK: Plain instructions

  private mutating func plainInstruction() throws(TextError) {
    let token = cursor.token
    let rows = cursor.rows(of: token)
    guard let row = rows.first else { throw cursor.unexpected("an instruction") }
    let opcode = opcode(of: row)
    let hint = try branchHint(for: opcode)
    switch opcode {
    case .else:
      guard frame.kind == .conditional else { throw cursor.unexpected("an instruction or end") }
      cursor.advance()
      try closingLabel()
      frame.kind = .alternative
      write(.else)
    case .end:
      guard frame.kind != .base, frame.takesPlain, !isFolded(frame.kind) else {
        throw cursor.unexpected("an instruction")
      }
      cursor.advance()
      try closingLabel()
      closeBlock()
      write(.end)
    case .legacyCatch, .legacyCatchAll, .legacyDelegate:
      try plainHandler(opcode)
    default:
      cursor.advance()
      guard let kind = Self.plainBlock(opcode) else {
        var operation = try operation(rows)
        operation.hint = hint
        body.write(operation)
        return
      }
      let (label, header) = try blockHeader(rows, hint)
      body.write(header)
      body.frames.append(Frame(kind: kind, label: label, token: token))
      body.pushLabel(label)
    }
  }

  private static func plainBlock(_ opcode: Opcode) -> Frame.Kind? {
    switch opcode {
    case .block, .loop, .tryTable: .block
    case .if: .conditional
    case .legacyTry: .legacyTry
    default: nil
    }
  }

  private func isFolded(_ kind: Frame.Kind) -> Bool {
    switch kind {
    case .base, .block, .conditional, .alternative, .legacyTry, .legacyCatch, .legacyCatchAll: false
    default: true
    }
  }

  /// The identifier that may be repeated behind `else` and `end`.
  private mutating func closingLabel() throws(TextError) {
    guard cursor.kind == .identifier else { return }
    guard cursor.token.value == frame.label else {
      let label = frame.label.map {
        "$" + String(decoding: cursor.text.symbols.names[Int($0)], as: UTF8.self)
      }
      throw cursor.error(
        "mismatching label \(cursor.spelling(of: cursor.token)): the block's label is \(label ?? "absent")")
    }
    cursor.advance()
  }

  private mutating func closeBlock() {
    body.popLabel(frame.label)
    body.frames.removeLast()
  }

  private mutating func plainHandler(_ opcode: Opcode) throws(TextError) {
    let kind = frame.kind
    let fits = opcode == .legacyDelegate ? kind == .legacyTry : kind == .legacyTry || kind == .legacyCatch
    guard fits else { throw cursor.unexpected("an instruction or end") }
    cursor.advance()
    if opcode == .legacyDelegate {
      // The label counts from outside of the block that it ends.
      closeBlock()
      write(opcode, a: try labelIndex())
    } else {
      frame.kind = opcode == .legacyCatch ? .legacyCatch : .legacyCatchAll
      write(opcode, a: opcode == .legacyCatch ? try index(.tag) : 0)
    }
  }

  // MARK: Blocks

  /// Label and type of a block, and the clauses of a `try_table`, as the instruction that opens it.
  private mutating func blockHeader(_ rows: [Int], _ hint: UInt8?) throws(TextError) -> (Int32?, Operation) {
    let label = cursor.takeIdentifier()
    if let name = try name(label, "label"), let function = body.function {
      names.labels[function, default: [:]][body.labelCount] = name
    }
    var operation = Operation(instruction: Instruction(row: rows[0]), hint: hint)
    operation.instruction.value = try blockType().rawValue
    if opcode(of: rows[0]) == .tryTable { operation.list = .catchClauses(try catchClauses()) }
    return (label, operation)
  }

  private mutating func catchClauses() throws(TextError) -> [CatchClause] {
    var clauses: [CatchClause] = []
    while let keyword = cursor.openKeyword {
      let kind: CatchClause.Kind
      switch keyword {
      case .catch: kind = .catch
      case .catchRef: kind = .catchRef
      case .catchAll: kind = .catchAll
      case .catchAllRef: kind = .catchAllRef
      default: return clauses
      }
      cursor.advance()
      cursor.advance()
      let tag = kind.hasTag ? try index(.tag) : 0
      clauses.append(CatchClause(kind, tag: tag, label: try labelIndex()))
      try cursor.expectClose()
    }
    return clauses
  }

  mutating func labelIndex() throws(TextError) -> UInt32 {
    guard cursor.kind == .identifier else {
      guard cursor.kind == .natural else { throw cursor.unexpected("a label") }
      return try cursor.natural32()
    }
    guard let index = body.labelIndex(cursor.token.value) else {
      throw cursor.error(
        "unknown label \(cursor.spelling(of: cursor.token)): no block around it is called so")
    }
    cursor.advance()
    return index
  }

  // MARK: Folded instructions

  /// Stands on an opening parenthesis.
  private mutating func foldedInstruction() throws(TextError) {
    let token = cursor.peek(1)
    let rows = cursor.rows(of: token)
    let opcode = rows.first.map(opcode(of:))
    if try foldedPart(opcode) { return }
    let hint = try opcode.map { (opcode) throws(TextError) in try branchHint(for: opcode) } ?? nil
    cursor.advance()
    guard let opcode, frame.takesFolded else {
      throw cursor.unexpected(frame.takesFolded ? "an instruction" : "\")\"")
    }
    switch opcode {
    case .else, .end, .legacyCatch, .legacyCatchAll, .legacyDelegate:
      throw cursor.unexpected("an instruction")
    case .block, .loop, .tryTable, .legacyTry:
      cursor.advance()
      let (label, header) = try blockHeader(rows, hint)
      body.write(header)
      let kind: Frame.Kind = opcode == .legacyTry ? .foldedTry : .foldedBlock
      body.frames.append(Frame(kind: kind, label: label, token: token))
      body.pushLabel(label)
    case .if:
      cursor.advance()
      let (label, header) = try blockHeader(rows, hint)
      body.frames.append(Frame(kind: .foldedCondition, label: label, token: token, operation: header))
    default:
      cursor.advance()
      var operation = try operation(rows)
      operation.hint = hint
      body.frames.append(Frame(kind: .folded, token: token, operation: operation))
    }
  }

  /// `(then`, `(else`, `(do`, `(catch`, `(catch_all` or `(delegate` when the open block has it next.
  private mutating func foldedPart(_ opcode: Opcode?) throws(TextError) -> Bool {
    let keyword = cursor.openKeyword
    let next: Frame.Kind
    switch frame.kind {
    case .foldedCondition where keyword == .then: next = .foldedThen
    case .foldedBehindThen where opcode == .else: next = .foldedElse
    case .foldedTry where keyword == .do: next = .foldedDo
    case .foldedBehindDo where keyword == .catch, .foldedBehindCatch where keyword == .catch:
      next = .foldedCatch
    case .foldedBehindDo where keyword == .catchAll, .foldedBehindCatch where keyword == .catchAll:
      next = .foldedCatchAll
    case .foldedBehindDo where keyword == .delegate: next = .foldedDelegated
    default: return false
    }
    cursor.advance()
    cursor.advance()
    let previous = frame
    frame.kind = next
    switch next {
    case .foldedThen:
      if let header = previous.operation { body.write(header) }
      frame.operation = nil
      body.pushLabel(previous.label)
    case .foldedElse:
      write(.else)
    case .foldedCatch:
      write(.legacyCatch, a: try index(.tag))
    case .foldedCatchAll:
      write(.legacyCatchAll)
    case .foldedDelegated:
      body.popLabel(previous.label)
      write(.legacyDelegate, a: try labelIndex())
      try cursor.expectClose()
    default:
      break
    }
    return true
  }

  private mutating func closeParenthesis() throws(TextError) {
    switch frame.kind {
    case .folded:
      if let operation = frame.operation { body.write(operation) }
      body.frames.removeLast()
    case .foldedBlock, .foldedBehindThen, .foldedBehindDo, .foldedBehindCatch, .foldedFinished:
      closeBlock()
      write(.end)
    case .foldedDelegated:
      body.frames.removeLast()
    case .foldedThen:
      frame.kind = .foldedBehindThen
    case .foldedDo:
      frame.kind = .foldedBehindDo
    case .foldedCatch:
      frame.kind = .foldedBehindCatch
    case .foldedElse, .foldedCatchAll:
      frame.kind = .foldedFinished
    case .foldedCondition:
      throw cursor.unexpected("\"(then\"")
    case .foldedTry:
      throw cursor.unexpected("\"(do\"")
    case .base, .block, .conditional, .alternative, .legacyTry, .legacyCatch, .legacyCatchAll:
      let opening = TextPosition(
        offset: Int(frame.token.start), in: cursor.text.bytes, from: cursor.base)
      throw cursor.unexpected("\"end\" of the block in line \(opening.line)")
    }
    cursor.advance()
  }
}
