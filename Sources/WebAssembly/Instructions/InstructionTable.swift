/// All instructions in one table, and the ways to find a row in it.

public enum InstructionTable {
  /// Every row, the chapters and proposals one after the other.
  public static let rows: [InstructionRow] = {
    let chapters = [
      controlInstructions, variableInstructions, memoryInstructions, numericInstructions,
      conversionInstructions, referenceInstructions, tableInstructions, aggregateInstructions,
      vectorInstructions, atomicInstructions, wideArithmeticInstructions,
    ]
    var rows: [InstructionRow] = []
    rows.reserveCapacity(chapters.reduce(0) { $0 + $1.count })
    for chapter in chapters { rows += chapter }
    return rows
  }()

  /// The row of an opcode, nil when there is none.
  @inline(__always)
  public static func row(of opcode: Opcode) -> Int? {
    let place = place(of: opcode)
    let rows = rowsByOpcode
    guard place >= 0, place < rows.count, rows[place] >= 0 else { return nil }
    return Int(rows[place])
  }

  /// Rows by opcode, -1 where there is none: those of the 256 one-byte opcodes, then `codesPerPrefix` for each
  /// of the prefixes from 0xFB to 0xFE.
  public static let rowsByOpcode: [Int16] = {
    var table = [Int16](repeating: -1, count: 256 + 4 * codesPerPrefix)
    for (index, row) in rows.enumerated() {
      let place = place(of: row.opcode)
      precondition(place >= 0, "\(row.mnemonic): its opcode has no place in the table")
      table[place] = Int16(index)
    }
    return table
  }()

  /// More than the numbers behind any prefix.
  @inlinable public static var codesPerPrefix: Int { 512 }

  /// Where an opcode stands in `rowsByOpcode`; negative when no instruction can have it.
  @inlinable
  public static func place(of opcode: Opcode) -> Int {
    let code = Int(opcode.code)
    if opcode.prefix == 0 { return code < 256 ? code : -1 }
    guard opcode.prefix >= 0xFB, opcode.prefix <= 0xFE, code < codesPerPrefix else { return -1 }
    return 256 + (Int(opcode.prefix) - 0xFB) * codesPerPrefix + code
  }

  /// What decoding and validation need of every row, in the order of `rows`.
  public static let packedRows: [PackedRow] = rows.map(PackedRow.init)

  /// The rows of a mnemonic: one, or several that differ in their immediates.
  public static func rows(of mnemonic: String) -> [Int] { byMnemonic.find(mnemonic) }

  /// Whether a cast instruction, whose null is not among its immediates, accepts null (5.4.4).
  public static func isNullableCast(_ opcode: Opcode) -> Bool {
    opcode == .refTestNull || opcode == .refCastNull || opcode == .refCastDescriptorNull
  }

  private static let byMnemonic = MnemonicTable(rows)
}

/// Rows by mnemonic. A process that starts asks for a dozen of them: filling a dictionary of strings would take
/// longer than all the rest of the table.
private struct MnemonicTable: Sendable {
  private let rows: [InstructionRow]
  /// First row of each hash, -1 for none, and the next one of the same hash by row.
  private var first = [Int16](repeating: -1, count: 1024)
  private var next: [Int16]

  init(_ rows: [InstructionRow]) {
    self.rows = rows
    next = [Int16](repeating: -1, count: rows.count)
    // From the last, so that each chain begins with its first row.
    for index in rows.indices.reversed() {
      let hash = Self.hash(rows[index].mnemonic)
      next[index] = first[hash]
      first[hash] = Int16(index)
    }
  }

  private static func hash(_ mnemonic: String) -> Int {
    var hash: UInt32 = 2_166_136_261
    for byte in mnemonic.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return Int((hash ^ hash >> 15) & 1023)
  }

  func find(_ mnemonic: String) -> [Int] {
    var found: [Int] = []
    var row = Int(first[Self.hash(mnemonic)])
    while row >= 0 {
      if rows[row].mnemonic == mnemonic { found.append(row) }
      row = Int(next[row])
    }
    return found
  }
}
