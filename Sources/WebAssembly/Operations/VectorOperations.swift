/// Families that follow from the vector instructions. Vectors are in slots, never in the accumulator, which
/// all but those with a scalar result pass on; the lanes' types come from the numerics' parameters.

import WebAssemblyInstructions

enum VectorOperations {
  static let arithmetic = Chapter(name: "Vector", rows: shuffles + rows { $0.accessExponent == nil })
  static let accesses = Chapter(name: "VectorMemory", rows: rows { $0.accessExponent != nil })

  /// Lanes are immediates, so the translator knows where in the frame each one comes from: as byte offsets.
  /// Lanes that move in groups of two or four are moved as such.
  private static let shuffles: [OperationRow] = [
    shuffle(8, "U8x16", 16), shuffle(16, "U16x8", 8), shuffle(32, "U32x4", 4),
  ]

  private static func shuffle(_ bits: Int, _ vector: String, _ count: Int) -> OperationRow {
    OperationRow(
      "shuffle\(bits)", [.resultVector, .list("lanes", .numbers, count: count)],
      .value("shuffled(lanes, slots) as \(vector)", after: "let lanes = {lanes}"))
  }

  private static func rows(_ belongs: (InstructionRow) -> Bool) -> [OperationRow] {
    var rows: [OperationRow] = []
    for (index, row) in InstructionTable.rows.enumerated() where belongs(row) {
      guard case .vector(let other) = row.lowering, let signature = VectorSignature(row) else { continue }
      if let other {
        let name = identifier(other)
        for family in rows.indices where rows[family].name == name { rows[family].instructions.append(index) }
        continue
      }
      for var family in families(row, signature) {
        if family.name.hasSuffix("_wide") {
          family.wideInstructions = [index]
        } else {
          family.instructions = [index]
        }
        rows.append(family)
      }
    }
    return rows
  }

  private static let a = Field.slot("a", .a, .v128)
  private static let b = Field.slot("b", .b, .v128)
  private static let c = Field.slot("c", .c, .v128)
  private static let lane = Field.number("lane", .y, 16)

  private static func families(_ row: InstructionRow, _ signature: VectorSignature) -> [OperationRow] {
    let name = identifier(row.mnemonic)
    func family(_ fields: [Field], _ operands: String, _ builder: String) -> [OperationRow] {
      [OperationRow(name, fields, .value("Numerics.\(name)(\(operands))"), builder: builder)]
    }
    switch signature {
    case .unary: return family([.resultVector, a], "a.vector()", "vectorUnary")
    case .binary: return family([.resultVector, a, b], "a.vector(), b.vector()", "vectorBinary")
    case .ternary:
      return family([.resultVector, a, b, c], "a.vector(), b.vector(), c.vector()", "vectorTernary")
    case .test: return family([.result, a], "a.vector()", "vectorTest")
    case .extractLane: return family([.result, a, lane], "a.vector(), UInt(lane)", "vectorExtractLane")
    case .shift:
      return family([.resultVector, a, .operand("b", .b, .i32, .value)], "a.vector(), b", "vectorShift")
    case .splat:
      let type = FieldType(row.signature!.operands[0])
      return family([.resultVector, .operand("a", .a, type)], "a", "vectorSplat")
    case .replaceLane:
      let type = FieldType(row.signature!.operands[1])
      return family(
        [.resultVector, a, .operand("b", .b, type), lane], "a.vector(), b, UInt(lane)", "vectorReplaceLane")
    case .load: return access(name, row, "vectorLoad", isLoad: true, hasLane: false)
    case .loadLane: return access(name, row, "vectorLoadLane", isLoad: true, hasLane: true)
    case .store: return access(name, row, "vectorStore", isLoad: false, hasLane: false)
    case .storeLane: return access(name, row, "vectorStoreLane", isLoad: false, hasLane: true)
    }
  }

  /// The narrow and the wide family of an access.
  private static func access(
    _ name: String, _ row: InstructionRow, _ builder: String, isLoad: Bool, hasLane: Bool
  ) -> [OperationRow] {
    let vector: [Field] = (hasLane || !isLoad ? [.slot("value", .c, .v128)] : []) + (hasLane ? [lane] : [])
    let operands = hasLane ? "value.vector(), UInt(lane)" : "value.vector()"
    func family(_ suffix: String, _ address: [Field], _ lines: [String], _ bytes: String, _ builder: String)
      -> OperationRow
    {
      if isLoad {
        let loaded = "\(bytes).value(address)" + (hasLane ? ", " + operands : "")
        return OperationRow(
          name + suffix, [.resultVector] + address,
          Body(lines: lines, value: "Numerics.\(name)(\(loaded))"), traps: true, builder: builder)
      }
      return OperationRow(
        name + suffix, address,
        Body(lines: lines + ["\(bytes).setValue(address, Numerics.\(name)(\(operands)))"]), traps: true,
        builder: builder)
    }
    let width = row.width!
    let wideAddress = isLoad ? MemoryOperations.wideLoadAddress : MemoryOperations.wideStoreAddress
    let wideBuilder = "wide" + builder.prefix(1).uppercased() + builder.dropFirst()
    return [
      family("", MemoryOperations.narrow(vector), MemoryOperations.narrow(width), "memory", builder),
      family(
        "_wide", MemoryOperations.wide(wideAddress, vector), MemoryOperations.wide(width), "bytes",
        wideBuilder),
    ]
  }
}

/// What a vector instruction takes and gives, which follows from its immediates and operands.
enum VectorSignature {
  /// One to three vectors, a vector.
  case unary, binary, ternary
  /// A vector and a count.
  case shift
  /// A vector, a number.
  case test
  /// A number, a vector.
  case splat
  case extractLane, replaceLane
  case load, loadLane, store, storeLane

  /// Nil for the instructions that have operations of their own.
  init?(_ row: InstructionRow) {
    guard let signature = row.signature else { return nil }
    let givesVector = signature.results == [.v128]
    switch row.immediate {
    case .v128, .lanes16: return nil
    case .lane: self = givesVector ? .replaceLane : .extractLane
    case .memoryArgument: self = givesVector ? .load : .store
    case .memoryArgumentLane: self = givesVector ? .loadLane : .storeLane
    default:
      let vectors = signature.operands.count { $0 == .v128 }
      if !givesVector {
        self = .test
      } else if vectors < signature.operands.count {
        self = vectors == 0 ? .splat : .shift
      } else {
        self = vectors == 1 ? .unary : vectors == 2 ? .binary : .ternary
      }
    }
  }
}
