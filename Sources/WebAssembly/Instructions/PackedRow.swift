/// The part of a row that decoding and validation look at for every instruction, without anything that
/// would have to be retained.

public struct PackedRow: Sendable, BitwiseCopyable {
  public let opcode: Opcode
  /// The operand types' raw values, one byte each, the last operand in the lowest byte.
  public let operands: UInt32
  /// The result types' raw values, one byte each, the first result in the lowest byte.
  public let results: UInt32
  /// The feature's bit in a `FeatureSet`, 0 for WebAssembly 1.0.
  package let feature: UInt32
  public let operandCount: UInt8
  public let resultCount: UInt8
  /// False where validation needs more than fixed types.
  public let hasSignature: Bool
  public let immediate: ImmediateKind
  /// log2 of a memory access's natural alignment; 0xFF for other instructions.
  public let accessExponent: UInt8
  /// What the lane immediate must stay below; 0 without one.
  public let laneCount: UInt8
  public let facts: InstructionFacts

  init(_ row: InstructionRow) {
    opcode = row.opcode
    feature = row.feature.map(FeatureSet.bit) ?? 0
    immediate = row.immediate
    accessExponent = row.accessExponent.map(UInt8.init) ?? 0xFF
    laneCount = UInt8(row.laneCount ?? 0)
    hasSignature = row.signature != nil
    facts = row.facts
    let signature = row.signature ?? Signature()
    operandCount = UInt8(signature.operandCount)
    resultCount = UInt8(signature.resultCount)
    operands = signature.packedOperands
    results = signature.packedResults
  }

  /// Whether the meter counts it.
  @inlinable public var isCounted: Bool { !facts.contains(.isNotCounted) }
  /// Whether a metered segment ends with it.
  @inlinable public var endsSegment: Bool { facts.contains(.endsSegment) }
  /// Whether the alignment of its memory access must be exactly the natural one.
  @inlinable public var wantsExactAlignment: Bool { facts.contains(.wantsExactAlignment) }

  /// Whether it may stand in a constant expression (Core 3.4.12).
  @inlinable
  public func isConstant(in features: FeatureSet) -> Bool {
    facts.contains(.isConstant)
      || facts.contains(.isExtendedConstant) && features.contains(.extendedConst)
  }
}
