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

  init(_ row: InstructionRow) {
    opcode = row.opcode
    feature = row.feature.map(FeatureSet.bit) ?? 0
    immediate = row.immediate
    accessExponent = row.accessExponent.map(UInt8.init) ?? 0xFF
    laneCount = UInt8(row.laneCount ?? 0)
    hasSignature = row.signature != nil
    let signature = row.signature ?? Signature([], [])
    precondition(
      (signature.operands + signature.results).allSatisfy { !$0.isReference },
      "\(row.mnemonic): a signature is of numbers and vectors")
    operandCount = UInt8(signature.operands.count)
    resultCount = UInt8(signature.results.count)
    operands = signature.operands.reduce(0) { $0 << 8 | $1.rawValue }
    results = signature.results.reversed().reduce(0) { $0 << 8 | $1.rawValue }
  }
}
