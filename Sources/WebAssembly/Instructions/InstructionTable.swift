/// All instructions in one table, and the ways to find a row in it.

public enum InstructionTable {
  /// Every row, the chapters and proposals one after the other.
  public static let rows: [InstructionRow] =
    controlInstructions + variableInstructions + memoryInstructions + numericInstructions
    + conversionInstructions + referenceInstructions + tableInstructions + aggregateInstructions
    + vectorInstructions + atomicInstructions + wideArithmeticInstructions

  /// The row of an opcode, nil when there is none.
  @inline(__always)
  public static func row(of opcode: Opcode) -> Int? {
    let plane: [Int16]
    switch opcode.prefix {
    case 0: plane = planes.plain
    case 0xFB: plane = planes.fb
    case 0xFC: plane = planes.fc
    case 0xFD: plane = planes.fd
    case 0xFE: plane = planes.fe
    default: return nil
    }
    let code = Int(opcode.code)
    guard code < plane.count, plane[code] >= 0 else { return nil }
    return Int(plane[code])
  }

  /// Rows of the one-byte opcodes by opcode, -1 where there is none; 256 entries.
  public static let plainRows: [Int16] =
    planes.plain + [Int16](repeating: -1, count: 256 - planes.plain.count)

  /// What decoding and validation need of every row, in the order of `rows`.
  public static let packedRows: [PackedRow] = rows.map(PackedRow.init)

  /// The rows of a mnemonic: one, or several that differ in their immediates.
  public static func rows(of mnemonic: String) -> [Int] { byMnemonic[mnemonic] ?? [] }

  /// Whether a cast instruction, whose null is not among its immediates, accepts null (5.4.4).
  public static func isNullableCast(_ opcode: Opcode) -> Bool {
    opcode == .refTestNull || opcode == .refCastNull || opcode == .refCastDescriptorNull
  }

  private struct Planes: Sendable {
    var plain: [Int16]
    var fb: [Int16]
    var fc: [Int16]
    var fd: [Int16]
    var fe: [Int16]
  }

  private static let planes = Planes(
    plain: plane(0), fb: plane(0xFB), fc: plane(0xFC), fd: plane(0xFD), fe: plane(0xFE))

  private static func plane(_ prefix: UInt8) -> [Int16] {
    var plane: [Int16] = []
    for (index, row) in rows.enumerated() where row.opcode.prefix == prefix {
      let code = Int(row.opcode.code)
      while plane.count <= code { plane.append(-1) }
      plane[code] = Int16(index)
    }
    return plane
  }

  private static let byMnemonic: [String: [Int]] = {
    var map: [String: [Int]] = [:]
    for (index, row) in rows.enumerated() { map[row.mnemonic, default: []].append(index) }
    return map
  }()
}
