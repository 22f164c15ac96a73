/// List immediates, read from the bytes that an instruction was decoded from.

/// A clause of `try_table` (5.4.1): what it catches and where it branches.
public struct CatchClause: Hashable, Sendable, BitwiseCopyable {
  /// Raw values as in the binary format.
  public enum Kind: UInt8, Sendable, BitwiseCopyable {
    case `catch` = 0
    case catchRef = 1
    case catchAll = 2
    case catchAllRef = 3

    public var keyword: String {
      switch self {
      case .catch: "catch"
      case .catchRef: "catch_ref"
      case .catchAll: "catch_all"
      case .catchAllRef: "catch_all_ref"
      }
    }
    public var hasTag: Bool { self == .catch || self == .catchRef }
    /// Whether the branch carries the exception itself, after the tag's values.
    public var hasReference: Bool { self == .catchRef || self == .catchAllRef }
  }

  public var kind: Kind
  /// Tag index, 0 for the kinds that catch all.
  public var tag: UInt32
  public var label: UInt32

  public init(_ kind: Kind, tag: UInt32 = 0, label: UInt32) {
    self.kind = kind
    self.tag = tag
    self.label = label
  }
}

extension ByteReader {
  mutating func catchClause() throws(DecodeError) -> CatchClause {
    guard let kind = CatchClause.Kind(rawValue: try byte()) else {
      throw error("malformed catch clause", at: offset - 1)
    }
    let tag = kind.hasTag ? try u32() : 0
    return CatchClause(kind, tag: tag, label: try u32())
  }
}

/// The elements of a list immediate. They were checked when the instruction was read; should the bytes be
/// others, iteration ends early.
public struct EncodedList<Element>: Sequence, IteratorProtocol {
  private var reader: ByteReader
  private var left: UInt32
  private let read: (inout ByteReader) throws(DecodeError) -> Element

  init(
    _ expression: Expression, _ instruction: Instruction,
    read: @escaping (inout ByteReader) throws(DecodeError) -> Element
  ) {
    let bytes = expression.bytes
    let start = Swift.min(Swift.max(instruction.listOffset, bytes.startIndex), bytes.endIndex)
    reader = ByteReader(bytes, range: start..<bytes.endIndex)
    left = instruction.count
    self.read = read
  }

  public mutating func next() -> Element? {
    guard left > 0, let element = try? read(&reader) else { return nil }
    left -= 1
    return element
  }

  public var underestimatedCount: Int { Swift.min(Int(left), reader.remaining) }
}

extension Expression {
  /// The labels of a `br_table` that was read from this expression, without the default label (that is the
  /// instruction's `a`).
  public func labels(of instruction: Instruction) -> EncodedList<UInt32> {
    EncodedList(self, instruction) { reader throws(DecodeError) in try reader.u32() }
  }

  /// The types of a `select` with types that was read from this expression.
  public func valueTypes(of instruction: Instruction) -> EncodedList<ValueType> {
    EncodedList(self, instruction) { reader throws(DecodeError) in try reader.valueType(.all) }
  }

  /// The clauses of a `try_table` that was read from this expression.
  public func catchClauses(of instruction: Instruction) -> EncodedList<CatchClause> {
    EncodedList(self, instruction) { reader throws(DecodeError) in try reader.catchClause() }
  }
}
