/// The shape of a row of the instruction table: everything about an instruction that is written once.

/// An instruction's code in the binary format: a prefix byte (0 when there is none) and a number.
/// (Core 5.4)
public struct Opcode: Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt32

  @inlinable public init(_ code: UInt32) { rawValue = code }
  @inlinable public init(prefix: UInt8, _ code: UInt32) { rawValue = UInt32(prefix) << 16 | code }

  /// 0xFB, 0xFC, 0xFD or 0xFE, or 0 for one-byte opcodes.
  @inlinable public var prefix: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 16) }
  /// The byte itself, or the number that follows the prefix as LEB128.
  @inlinable public var code: UInt32 { rawValue & 0xFFFF }

  @inlinable public static func == (left: Opcode, right: Opcode) -> Bool { left.rawValue == right.rawValue }
  /// Lets a `switch` over opcodes become a jump table.
  @inlinable public static func ~= (pattern: Opcode, value: Opcode) -> Bool {
    pattern.rawValue == value.rawValue
  }
}

/// What follows the opcode. The comment names the fields of `Instruction` that hold it.
public enum ImmediateKind: UInt8, Sendable, BitwiseCopyable {
  case none
  /// `value`: a `BlockType`'s raw value.
  case blockType
  /// `a`: label index (also the operand of the legacy `rethrow` and `delegate`).
  case label
  /// `list`: the labels as encoded LEB128, `count` of them; `a`: the default label.
  case labelTable
  /// `a`: function index.
  case function
  /// `a`: type index, `b`: table index.
  case typeTable
  /// `a`: type index.
  case type
  /// `a`: local index.
  case local
  /// `a`: global index.
  case global
  /// `a`: table index.
  case table
  /// `a`: destination table, `b`: source table.
  case tableTable
  /// `a`: element segment, `b`: table.
  case elementTable
  /// `a`: element segment.
  case element
  /// `a`: memory index.
  case memory
  /// `a`: destination memory, `b`: source memory.
  case memoryMemory
  /// `a`: data segment, `b`: memory.
  case dataMemory
  /// `a`: data segment.
  case data
  /// `value`: offset, `a`: memory index, `b`: log2 of the alignment.
  case memoryArgument
  /// As `memoryArgument`, and `lane`.
  case memoryArgumentLane
  /// `lane`.
  case lane
  /// `value`, `value2`: sixteen lane indices, the first in the lowest byte.
  case lanes16
  /// `value`: the constant's bits, zero-extended from 32.
  case i32, f32
  /// `value`: the constant's bits.
  case i64, f64
  /// `value`: the low 64 bits, `value2`: the high ones.
  case v128
  /// `list`: value types as encoded, `count` of them.
  case valueTypes
  /// `value`: a heap type, sign-extended.
  case heapType
  /// `value`: a `ValueType` of `ref.test` and `ref.cast`, nullability coming from the opcode.
  case castType
  /// `a`: tag index.
  case tag
  /// `value`: a `BlockType`'s raw value; `list`: catch clauses as encoded, `count` of them.
  case tryTable
  /// `a`: type index, `b`: second type index.
  case typeType
  /// `a`: type index, `b`: field index.
  case typeField
  /// `a`: type index, `b`: data segment.
  case typeData
  /// `a`: type index, `b`: element segment.
  case typeElement
  /// `a`: type index, `b`: number of operands.
  case typeCount
  /// `a`: label; `value` and `value2`: raw source and target `ValueType`.
  case branchOnCast
  /// A zero byte (`atomic.fence`).
  case zeroByte
}

/// Operand and result types of an instruction that takes and gives the same types everywhere: at most four
/// numbers or vectors in, two out. Packed, so that a row holds nothing that would have to be allocated.
public struct Signature: Hashable, Sendable, BitwiseCopyable {
  /// The operand types' raw values, one byte each, the last operand in the lowest byte.
  @usableFromInline let packedOperands: UInt32
  /// The result types' raw values, one byte each, the first result in the lowest byte.
  @usableFromInline let packedResults: UInt32

  @inlinable
  public init(
    _ first: ValueType? = nil, _ second: ValueType? = nil, _ third: ValueType? = nil,
    _ fourth: ValueType? = nil, to result: ValueType? = nil, _ secondResult: ValueType? = nil
  ) {
    var operands: UInt32 = 0
    if let first { operands = first.rawValue }
    if let second { operands = operands << 8 | second.rawValue }
    if let third { operands = operands << 8 | third.rawValue }
    if let fourth { operands = operands << 8 | fourth.rawValue }
    packedOperands = operands
    packedResults = (result?.rawValue ?? 0) | (secondResult?.rawValue ?? 0) << 8
  }

  /// How many bytes of a packed list are types; no type is zero.
  private static func count(_ packed: UInt32) -> Int { (39 - packed.leadingZeroBitCount) / 8 }

  var operandCount: Int { Self.count(packedOperands) }
  var resultCount: Int { Self.count(packedResults) }

  public var operands: [ValueType] {
    (0..<operandCount).reversed().map { ValueType(rawValue: packedOperands >> UInt32($0 * 8) & 0xFF) }
  }
  public var results: [ValueType] {
    (0..<resultCount).map { ValueType(rawValue: packedResults >> UInt32($0 * 8) & 0xFF) }
  }
}

/// What other chapters ask of an instruction besides its types.
public struct InstructionFacts: OptionSet, Sendable, BitwiseCopyable {
  public let rawValue: UInt8

  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// May stand in a constant expression (3.4.12).
  @inlinable public static var isConstant: InstructionFacts { .init(rawValue: 1 << 0) }
  /// May stand in a constant expression where the feature `extended-const` is on.
  @inlinable public static var isExtendedConstant: InstructionFacts { .init(rawValue: 1 << 1) }
  /// Only says where blocks begin and end, or does nothing: the meter does not count it.
  @inlinable public static var isNotCounted: InstructionFacts { .init(rawValue: 1 << 2) }
  /// May pass control elsewhere, so that a metered segment ends with it.
  @inlinable public static var endsSegment: InstructionFacts { .init(rawValue: 1 << 3) }
  /// The alignment of its memory access must be the natural one, not merely at most that.
  @inlinable public static var wantsExactAlignment: InstructionFacts { .init(rawValue: 1 << 4) }
}

/// How many bytes a memory access moves and how a loaded number is widened.
public struct MemoryAccess: Hashable, Sendable {
  public enum Extension: Sendable { case zero, signed32, signed64 }
  public let byteCount: Int
  public let widening: Extension

  public init(_ byteCount: Int, _ widening: Extension = .zero) {
    self.byteCount = byteCount
    self.widening = widening
  }
}

/// How an instruction becomes internal code. Shapes with forms (operand from slot, immediate or
/// accumulator; result to accumulator or slot) say here what decides which forms exist.
public enum Lowering: Hashable, Sendable {
  /// By a method of the translator of its own.
  case special
  /// Same bits before and after: no code at all.
  case reinterpret
  /// One operand, one result, meaning in the numerics; a trapping meaning gives a `Checked`.
  case unary(traps: Bool = false)
  /// Two operands, one result.
  case binary(commutes: Bool = false, traps: Bool = false)
  /// Two operands, an i32 that is 0 or 1; `mirror` gives the same answer with the operands exchanged,
  /// `inverse` the opposite answer (none for floating-point order, where NaN makes it differ).
  case compare(mirror: String, inverse: String?)
  /// Address operand, one result.
  case load(MemoryAccess)
  /// Address and value operands.
  case store(Int)
  /// Vector operands and results in slots, never in the accumulator; meaning in the vector numerics, or
  /// that of an earlier row.
  case vector(sameAs: String? = nil)
}

/// One instruction: a row of the table. Decoding, encoding, text, validation and the handlers' forms
/// all come from it; its meaning is the numerics' function named like the mnemonic.
public struct InstructionRow: Sendable {
  public let opcode: Opcode
  /// The name in the text format; rows that share one (`select`, `ref.test`) differ in their immediates.
  public let mnemonic: String
  /// The feature that brought it, nil for WebAssembly 1.0.
  public let feature: Feature?
  public let immediate: ImmediateKind
  /// Nil when validation needs more than fixed types.
  public let signature: Signature?
  public let lowering: Lowering
  /// Bytes that a memory access moves or that the addressed lane of a vector takes, nil for others.
  public let width: Int?
  public let facts: InstructionFacts

  init(
    _ opcode: Opcode, _ mnemonic: String, _ feature: Feature?, _ immediate: ImmediateKind,
    _ signature: Signature?, _ lowering: Lowering, width: Int? = nil, facts: InstructionFacts = []
  ) {
    self.opcode = opcode
    self.mnemonic = mnemonic
    self.feature = feature
    self.immediate = immediate
    self.signature = signature
    self.lowering = lowering
    self.facts = facts
    switch lowering {
    case .load(let access): self.width = access.byteCount
    case .store(let byteCount): self.width = byteCount
    default: self.width = width
    }
  }

  /// The natural alignment of a memory access as a power of two, nil for other instructions (3.4.8).
  public var accessExponent: Int? { immediate == .lane ? nil : width?.trailingZeroBitCount }

  /// Lanes of the vector that the lane immediate chooses from, nil for instructions without one.
  public var laneCount: Int? {
    guard immediate == .lane || immediate == .memoryArgumentLane else { return nil }
    return width.map { 16 / $0 }
  }
}
