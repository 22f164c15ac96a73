/// What the translator needs of each row, packed without anything that would have to be retained.

struct PackedLowering: BitwiseCopyable {
  enum Kind: BitwiseCopyable, Equatable {
    case special
    case reinterpret
    case unary
    case binary
    case compare
    case load
    case store
    case vector(VectorSignature)
  }
  var kind: Kind
  /// For binary operations: exchanging the operands changes nothing.
  var commutes: Bool
  /// First handler of the family, and of a comparison's fused branch.
  var base: Int
  var branchBase: Int
  /// Rows of the comparison with exchanged operands and of the opposite one; -1 for none.
  var mirror: Int
  var inverse: Int
  /// The type of the operands, which decides which constants fit as immediates.
  var operand: ValueType
}

enum LoweringTable {
  static let entries: [PackedLowering] = InstructionTable.rows.enumerated().map { index, row in
    func rowIndex(of mnemonic: String?) -> Int {
      mnemonic.flatMap { InstructionTable.rows(of: $0).first } ?? -1
    }
    var entry = PackedLowering(
      kind: .special, commutes: false, base: Int(HandlerTable.familyBase[index]),
      branchBase: Int(HandlerTable.branchBase[index]), mirror: -1, inverse: -1,
      operand: row.signature?.operands.last ?? .bottom)
    switch row.lowering {
    case .special: break
    case .reinterpret: entry.kind = .reinterpret
    case .unary: entry.kind = .unary
    case .binary(let commutes, _):
      entry.kind = .binary
      entry.commutes = commutes
    case .compare(let mirror, let inverse):
      entry.kind = .compare
      entry.commutes = true
      entry.mirror = rowIndex(of: mirror)
      entry.inverse = rowIndex(of: inverse)
    case .load: entry.kind = .load
    case .store: entry.kind = .store
    case .vector: if let signature = row.vectorSignature { entry.kind = .vector(signature) }
    }
    return entry
  }

  static let i32Add = InstructionTable.rows(of: "i32.add")[0]
  static let i32Eq = InstructionTable.rows(of: "i32.eq")[0]
  static let i32Ne = InstructionTable.rows(of: "i32.ne")[0]
  static let i64Eq = InstructionTable.rows(of: "i64.eq")[0]
  static let i64Ne = InstructionTable.rows(of: "i64.ne")[0]
  static let i64Shl = InstructionTable.rows(of: "i64.shl")[0]
  static let i64Or = InstructionTable.rows(of: "i64.or")[0]
  static let refTest = InstructionTable.rows(of: "ref.test")[0]
  static let refCast = InstructionTable.rows(of: "ref.cast")[0]
}
