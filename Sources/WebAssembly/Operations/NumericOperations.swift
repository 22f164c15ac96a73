/// Families that follow from the instructions that compute a result from numbers: one each, and for comparisons
/// the branches that their result decides. Their meaning is the numerics' function named like the mnemonic.

import WebAssemblyInstructions

enum NumericOperations {
  static let integers = Chapter(name: "Integer", rows: rows { !usesFloat($0) })
  static let floats = Chapter(name: "Float", rows: rows(usesFloat))

  private static func usesFloat(_ row: InstructionRow) -> Bool {
    guard let signature = row.signature else { return false }
    return (signature.operands + signature.results).contains { $0 == .f32 || $0 == .f64 }
  }

  private static func rows(_ belongs: (InstructionRow) -> Bool) -> [OperationRow] {
    InstructionTable.rows.enumerated().flatMap { index, row in belongs(row) ? families(index, row) : [] }
  }

  private static func families(_ index: Int, _ row: InstructionRow) -> [OperationRow] {
    guard let type = row.signature?.operands.first.map(FieldType.init) else { return [] }
    let name = identifier(row.mnemonic)
    switch row.lowering {
    case .unary(let traps):
      return [instruction(index, name, [.result, .operand("a", .a, type)], "a", traps: traps, "unary")]
    case .binary(commutes: true, let traps):
      var family = instruction(index, name, [.result] + exchangeable(type), "a, b", traps: traps, "binary")
      family.exchanged = name
      return [family]
    case .binary(commutes: false, let traps):
      let fields: [Field] = [.result, .operand("a", .a, type, .value), .operand("b", .b, type, .value)]
      return [instruction(index, name, fields, "a, b", traps: traps, "binary")]
    case .compare(let mirror, let inverse):
      return comparison(index, name, type, mirror: identifier(mirror), inverse: inverse.map(identifier))
    default: return []
    }
  }

  private static func instruction(
    _ index: Int, _ name: String, _ fields: [Field], _ operands: String, traps: Bool, _ builder: String
  ) -> OperationRow {
    let meaning = "Numerics.\(name)(\(operands))"
    var family = OperationRow(
      name, fields, traps ? .checked(meaning) : .value(meaning), traps: traps, builder: builder)
    family.instructions = [index]
    if name.hasPrefix("f"),
      arithmetic.contains(name.split(separator: "_", maxSplits: 1).last.map(String.init) ?? "")
    {
      family.body = Body(
        value: "Arithmetic.\(name)(\(operands))", arithmetic: name.hasPrefix("f32") ? .f32 : .f64)
    }
    return family
  }

  /// What may give a NaN of any bits, which becomes the canonical one.
  private static let arithmetic: Set<String> = [
    "ceil", "floor", "trunc", "nearest", "sqrt", "add", "sub", "mul", "div", "demote_f64", "promote_f32",
  ]

  /// Two operands that the translator may exchange: the second is never in the accumulator, the first never an
  /// immediate.
  private static func exchangeable(_ type: FieldType) -> [Field] {
    [.operand("a", .a, type), .operand("b", .b, type, [.slot, .immediate])]
  }

  private static func comparison(
    _ index: Int, _ name: String, _ type: FieldType, mirror: String, inverse: String?
  ) -> [OperationRow] {
    var value = instruction(
      index, name, [.result] + exchangeable(type), "a, b", traps: false, "binary")
    value.exchanged = mirror
    value.negated = inverse
    value.branch = "br_" + name
    value.branchUnless = inverse.map { "br_" + $0 } ?? "br_unless_" + name
    func branch(_ prefix: String, _ negation: String, negated: String) -> OperationRow {
      // There is no room for an f64 in a branch.
      let operands =
        type == .f64 ? [Field.operand("a", .a, type), .operand("b", .b, type, .slot)] : exchangeable(type)
      var row = OperationRow(
        prefix + name, operands + [.jump, .cost, .nextCost], .branch("\(negation)Numerics.\(name)(a, b)"),
        control: .branch, builder: "compareBranch")
      row.exchanged = prefix + mirror
      row.negated = negated
      return row
    }
    if let inverse { return [value, branch("br_", "", negated: "br_" + inverse)] }
    return [
      value, branch("br_", "", negated: "br_unless_" + name),
      branch("br_unless_", "!", negated: "br_" + name),
    ]
  }
}

func identifier(_ mnemonic: String) -> String { mnemonic.split(separator: ".").joined(separator: "_") }

extension FieldType {
  init(_ type: ValueType) {
    self =
      switch type {
      case .i32: .i32
      case .f32: .f32
      case .f64: .f64
      case .v128: .v128
      default: .i64
      }
  }
}
