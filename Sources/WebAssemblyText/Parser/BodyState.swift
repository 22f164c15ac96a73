import WebAssembly

/// What the parser keeps while it reads an expression. Blocks and folded instructions that are open stand on
/// a stack of its own, so that the nesting of a text is bounded by its length alone.

/// An instruction that waits to be written, with its list when it has one.
struct Operation {
  enum List {
    case none
    case labels([UInt32])
    case types([ValueType])
    case catchClauses([CatchClause])
  }
  var instruction: Instruction
  var list = List.none
  /// The branch hint on it.
  var hint: UInt8?
}

/// A construct that is open, and what may come next in it.
struct Frame {
  enum Kind {
    /// The expression itself.
    case base
    // Plain blocks, which `end` closes.
    case block, conditional, alternative, legacyTry, legacyCatch, legacyCatchAll
    /// Operands of a folded instruction, which is written behind them.
    case folded
    // Folded blocks, which a parenthesis closes.
    case foldedBlock
    /// Operands of a folded `if`, in which `(then` comes next.
    case foldedCondition
    case foldedThen, foldedBehindThen, foldedElse
    /// A folded legacy `try`, in which `(do` comes next.
    case foldedTry
    case foldedDo, foldedBehindDo, foldedCatch, foldedBehindCatch, foldedCatchAll
    /// Nothing may follow, and `end` closes the block or has been made needless by `delegate`.
    case foldedFinished, foldedDelegated
  }
  var kind: Kind
  /// The label's symbol, or nil.
  var label: Int32?
  /// The token to blame when the construct is never closed.
  var token: Token
  /// The instruction that comes behind the operands.
  var operation: Operation?

  /// Whether plain instructions may come next.
  var takesPlain: Bool {
    switch kind {
    case .base, .block, .conditional, .alternative, .legacyTry, .legacyCatch, .legacyCatchAll, .foldedBlock,
      .foldedThen, .foldedElse, .foldedDo, .foldedCatch, .foldedCatchAll:
      true
    case .folded, .foldedCondition, .foldedBehindThen, .foldedTry, .foldedBehindDo, .foldedBehindCatch,
      .foldedFinished, .foldedDelegated:
      false
    }
  }

  /// Whether folded instructions may come next.
  var takesFolded: Bool { takesPlain || kind == .folded || kind == .foldedCondition }
}

struct BodyState {
  var writer = InstructionWriter()
  var frames: [Frame] = []
  /// The function whose body or locals are being read, nil in other expressions.
  var function: UInt32?
  var locals: [Int32: UInt32] = [:]
  var localCount: UInt32 = 0
  /// Labels that are open, the outermost first, and for every identifier the depths that it stands for.
  var depth: UInt32 = 0
  var labels: [Int32: [UInt32]] = [:]
  /// Labels of the function so far, for the name section.
  var labelCount: UInt32 = 0
  /// Whether an instruction of the module names a data segment.
  var namesDataSegments = false
  /// Branch hints by function, with the offsets of their instructions.
  var hints: [(function: UInt32, hints: [(offset: Int, value: UInt8)])] = []

  mutating func beginFunction(_ index: UInt32) {
    function = index
    locals = [:]
    localCount = 0
    labelCount = 0
  }

  mutating func endFunction() { function = nil }

  mutating func beginExpression(at token: Token) {
    writer = InstructionWriter()
    frames = [Frame(kind: .base, token: token)]
    depth = 0
    labels = [:]
  }

  mutating func pushLabel(_ label: Int32?) {
    if let label { labels[label, default: []].append(depth) }
    depth += 1
    labelCount += 1
  }

  mutating func popLabel(_ label: Int32?) {
    depth -= 1
    if let label { labels[label]?.removeLast() }
  }

  /// The label index that the identifier stands for here: the innermost of that name.
  func labelIndex(_ identifier: Int32) -> UInt32? { labels[identifier]?.last.map { depth - 1 - $0 } }

  mutating func write(_ operation: Operation) {
    let instruction = operation.instruction
    if let hint = operation.hint, let function {
      if hints.last?.function != function { hints.append((function, [])) }
      hints[hints.count - 1].hints.append((writer.bytes.count, hint))
    }
    switch operation.list {
    case .none: writer.append(instruction)
    case .labels(let labels): writer.append(instruction, labels: labels)
    case .types(let types): writer.append(instruction, types: types)
    case .catchClauses(let clauses): writer.append(instruction, catchClauses: clauses)
    }
  }

  /// Offsets of hints count from the start of the locals, which lie before the body.
  mutating func moveHints(by distance: Int) {
    guard let function, hints.last?.function == function else { return }
    let last = hints.count - 1
    for index in hints[last].hints.indices { hints[last].hints[index].offset += distance }
  }
}
