/// An instruction with its immediates, as read from or written to the binary format.

/// The type of a block: nothing, one result, or a function type of the module (Core 5.4.1).
public struct BlockType: Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt64

  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }
  @inlinable public static var empty: BlockType { BlockType(rawValue: 0) }
  @inlinable public init(result: ValueType) { rawValue = 1 << 32 | UInt64(result.rawValue) }
  @inlinable public init(typeIndex: UInt32) { rawValue = 2 << 32 | UInt64(typeIndex) }

  public enum Kind {
    case empty
    case result(ValueType)
    case type(UInt32)
  }

  @inlinable public var kind: Kind {
    let low = UInt32(truncatingIfNeeded: rawValue)
    return switch rawValue >> 32 {
    case 0: .empty
    case 1: .result(ValueType(rawValue: low))
    default: .type(low)
    }
  }
}

/// One instruction of a body. A flat value: what a row's immediates do not use stays zero. Immediates
/// that are lists stay in the bytes that they were decoded from.
///
/// Forty bytes, because one is made for every instruction that is read: rows count in hundreds, and offsets
/// stay below the 4 GiB that the decoder takes.
public struct Instruction: Sendable, BitwiseCopyable {
  @usableFromInline var packedRow: UInt16
  public var lane: UInt8 = 0
  @usableFromInline var packedOffset: UInt32
  public var a: UInt32 = 0
  public var b: UInt32 = 0
  /// Elements of the list immediate, and the offset of its first byte.
  public var count: UInt32 = 0
  @usableFromInline var packedListOffset: UInt32 = 0
  public var value: UInt64 = 0
  public var value2: UInt64 = 0

  @inlinable public init(row: Int, offset: Int = 0) {
    packedRow = UInt16(row)
    packedOffset = UInt32(offset)
  }

  /// Index into `InstructionTable.rows`.
  @inlinable public var row: Int {
    get { Int(packedRow) }
    set { packedRow = UInt16(newValue) }
  }
  /// Offset of the opcode's first byte, counted from the start of the bytes that it was decoded from.
  @inlinable public var offset: Int {
    get { Int(packedOffset) }
    set { packedOffset = UInt32(newValue) }
  }
  @inlinable public var listOffset: Int {
    get { Int(packedListOffset) }
    set { packedListOffset = UInt32(newValue) }
  }

  public var definition: InstructionRow { InstructionTable.rows[row] }
  @inlinable public var blockType: BlockType { BlockType(rawValue: value) }
}
