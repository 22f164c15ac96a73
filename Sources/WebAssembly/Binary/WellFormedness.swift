/// Finds where an expression ends by following how its blocks nest (Core 5.4.1, 5.4.9).

/// The block structure of an expression as its instructions go by, without their types.
struct Nesting {
  /// What a block may still hold besides plain instructions.
  private enum Block: UInt8 {
    case plain
    /// An `if` before its `else`.
    case conditional
    /// A legacy `try` before `catch_all` or `delegate`, without and with a `catch`.
    case attempt
    case handler
  }
  private var blocks: [Block] = []

  /// False once the `end` of the expression itself has gone by.
  private(set) var isOpen = true

  mutating func follow(_ instruction: Instruction, _ opcode: Opcode) throws(DecodeError) {
    switch opcode {
    case .block, .loop, .tryTable:
      blocks.append(.plain)
    case .if:
      blocks.append(.conditional)
    case .legacyTry:
      blocks.append(.attempt)
    case .end:
      if blocks.popLast() == nil { isOpen = false }
    case .else:
      try replace(instruction, with: .plain) { $0 == .conditional }
    case .legacyCatch:
      try replace(instruction, with: .handler) { $0 == .attempt || $0 == .handler }
    case .legacyCatchAll:
      try replace(instruction, with: .plain) { $0 == .attempt || $0 == .handler }
    case .legacyDelegate:
      try replace(instruction, with: .plain) { $0 == .attempt }
      blocks.removeLast()
    default:
      break
    }
  }

  private mutating func replace(
    _ instruction: Instruction, with block: Block, where fits: (Block) -> Bool
  ) throws(DecodeError) {
    guard let last = blocks.last, fits(last) else {
      throw DecodeError(
        offset: instruction.offset,
        "END opcode expected: \(instruction.definition.mnemonic) does not fit the block it is in")
    }
    blocks[blocks.count - 1] = block
  }
}

extension ByteReader {
  /// Passes an expression up to and including its `end`.
  mutating func expression(_ features: FeatureSet) throws(DecodeError) -> Expression {
    let start = offset
    let rows = InstructionTable.packedRows
    var instructions = InstructionReader(self, features: features)
    var nesting = Nesting()
    while nesting.isOpen {
      let instruction = try instructions.next()
      try nesting.follow(instruction, rows[instruction.row].opcode)
    }
    offset = instructions.offset
    usedFeatures = instructions.usedFeatures
    return Expression(bytes[start..<offset])
  }
}

extension Expression {
  /// Throws when the bytes are not an expression: an illegal opcode, a malformed immediate, blocks that do
  /// not nest, no `end` where the bytes end. Says nothing about types. `hasDataCount` tells whether the
  /// module has the section without which instructions cannot name data segments (5.5.16).
  public func checkWellFormed(features: FeatureSet = .all, hasDataCount: Bool = true) throws(DecodeError) {
    let rows = InstructionTable.packedRows
    var instructions = InstructionReader(self, features: features)
    var nesting = Nesting()
    while nesting.isOpen {
      let instruction = try instructions.next()
      let row = rows[instruction.row]
      try nesting.follow(instruction, row.opcode)
      if !hasDataCount, row.immediate.namesDataSegment {
        throw DecodeError(
          offset: instruction.offset,
          "data count section required: \(instruction.definition.mnemonic) names a data segment")
      }
    }
    guard instructions.isAtEnd else {
      throw DecodeError(
        offset: instructions.offset, "section size mismatch: bytes follow the end of the expression")
    }
  }
}

extension ImmediateKind {
  /// Whether the instruction needs the data count section.
  var namesDataSegment: Bool { self == .data || self == .dataMemory || self == .typeData }
}
