/// The table of operations by itself: that families, forms, layouts and relations fit together.

import Testing
@_spi(Translation) import WebAssemblyHandlers
import WebAssemblyInstructions

private let families = (0..<OperationTable.familyCount).map { OperationFamily(rawValue: UInt16($0)) }
private let operations = 0..<OperationTable.operationCount
private let tables = OperationTable.tables()

extension OperationFamily {
  fileprivate var facts: FamilyFacts { tables.facts(self) }
  fileprivate var relations: FamilyRelations { tables.relations(self) }
}

/// Operations of a family: up to the next one's first.
private func operations(of family: OperationFamily) -> Range<Int> {
  let next = Int(family.rawValue) + 1
  return family.facts.base..<(next < families.count ? families[next].facts.base : operations.count)
}

private func byteCount(_ operation: Int) -> Int { tables.byteCount(ofLayout: tables.layout(of: operation)) }

private func fields(_ operation: Int) -> [LayoutField] {
  let layout = tables.layout(of: operation)
  return (0..<tables.fieldCount(ofLayout: layout)).map { tables.field($0, ofLayout: layout) }
}

@Suite struct OperationTableTests {
  @Test func everyFamilyHasOperationsAndNamesAreUnique() {
    for family in families {
      #expect(!operations(of: family).isEmpty, "\(OperationTable.name(of: family))")
      for operation in operations(of: family) { #expect(OperationTable.family(of: operation) == family) }
    }
    #expect(Set(families.map(OperationTable.name)).count == families.count)
    #expect(Set(operations.map { OperationTable.name($0) }).count == operations.count)
    #expect(OperationTable.name(of: .i32_add) == "i32_add")
    #expect(OperationTable.name(OperationFamily.callIndirect.facts.base) == "callIndirect_s")
  }

  @Test func handlersAreDistinctAndFoundByTheirAddresses() {
    for operation in operations {
      #expect(OperationTable.operation(ofHandler: tables.handler(of: operation)) == operation)
    }
    #expect(OperationTable.operation(ofHandler: 0) == nil)
  }

  @Test func fieldsLieApartWithinTheOperation() {
    for operation in operations {
      let byteCount = byteCount(operation)
      let name = OperationTable.name(operation)
      #expect(byteCount >= 8 && byteCount % 8 == 0, "\(name)")
      var taken = Set<Int>(0..<8)
      for field in fields(operation) where field.kind != .list {
        let bytes = field.byteOffset..<field.byteOffset + field.bitWidth / 8
        #expect(field.byteOffset % (field.bitWidth / 8) == 0, "\(name), \(field.kind)")
        #expect(bytes.upperBound <= byteCount, "\(name), \(field.kind)")
        #expect(taken.isDisjoint(with: bytes), "\(name), \(field.kind)")
        taken.formUnion(bytes)
      }
      for list in fields(operation) where list.kind == .list { #expect(list.byteOffset == byteCount) }
      #expect(Set(fields(operation).map(\.kind)).count == fields(operation).count, "\(name)")
    }
  }

  @Test func slotsHaveOneWidth() {
    let slots = operations.flatMap(fields).filter { $0.format == .slot || $0.format == .slots }
    #expect(slots.count > 1000)
    #expect(slots.allSatisfy { $0.bitWidth == SlotNumber.bitWidth })
  }

  @Test func aReturnFindsItsCostAtTheEndOfEveryCall() {
    let calls = families.filter { $0.facts.control == .call }
    #expect(calls == [.call, .callImport, .callIndirect, .callReference])
    for operation in calls.flatMap(operations(of:)) {
      let cost = fields(operation).first { $0.kind == .nextCost }
      #expect(cost?.byteOffset == byteCount(operation) - 2)
      #expect(cost?.bitWidth == 16)
    }
  }

  @Test func formsAreFoundByTheirPlaces() {
    let letters = ["", "s", "a", "i"]
    for family in families {
      var found: [Int] = []
      for key in 0..<OperationTable.keyCount {
        let operation = tables.operation(family.facts, UInt8(key))
        if operation < 0 { continue }
        found.append(operation)
        var name = OperationTable.name(of: family)
        let operands = letters[key >> 1 & 3] + letters[key >> 3 & 3]
        if !operands.isEmpty { name += "_" + operands }
        if key >> 5 != 0 { name += "_" + letters[key >> 5] }
        if family.facts.choosesResult { name += key & 1 != 0 ? "_s" : "_a" }
        #expect(OperationTable.name(operation) == name)
        checkFields(family, operation, key)
      }
      #expect(found.sorted() == Array(operations(of: family)), "\(OperationTable.name(of: family))")
    }
  }

  /// A form has a field for each operand in a slot or immediate, and none for one in the accumulator.
  private func checkFields(_ family: OperationFamily, _ operation: Int, _ key: Int) {
    let kinds = Set(fields(operation).map(\.kind))
    for (place, kind) in [(key >> 1 & 3, OperationField.a), (key >> 3 & 3, .b), (key >> 5, .c)] {
      let isKept = kinds.contains(kind) || place == 3 && kinds.contains(.immediate)
      if place != 0 { #expect(isKept == (place != 2), "\(OperationTable.name(operation)), \(kind)") }
    }
    if family.facts.choosesResult { #expect(kinds.contains(.result) == (key & 1 != 0)) }
  }

  @Test func formsThatDoNotExistAreNotFound() {
    // Two operands in the accumulator, two immediates, the second one in the accumulator.
    func exists(_ family: OperationFamily, _ places: UInt8) -> Bool {
      tables.operation(family.facts, places) >= 0
    }
    #expect(!exists(.i32_add, 1 | 2 << 1 | 2 << 3))
    #expect(!exists(.i32_add, 1 | 3 << 1 | 3 << 3))
    #expect(!exists(.i32_add, 1 | 1 << 1 | 2 << 3))
    #expect(!exists(.copy, 1 | 1 << 1))
    #expect(exists(.copy, 1 << 1))
  }

  @Test func relationsAreMutual() throws {
    for family in families {
      let relations = family.relations
      let name = OperationTable.name(of: family)
      if let exchanged = relations.exchanged {
        #expect(exchanged.relations.exchanged == family, "\(name)")
      }
      if let negated = relations.negated {
        #expect(negated != family && negated.relations.negated == family, "\(name)")
      }
      #expect((relations.branch == nil) == (relations.branchUnless == nil), "\(name)")
      guard let branch = relations.branch, let unless = relations.branchUnless else { continue }
      #expect(branch.relations.negated == unless, "\(name)")
      #expect(OperationTable.name(of: branch) == "br_" + name)
      #expect(branch.facts.control == .branch && unless.facts.control == .branch)
      let exchanged = try #require(relations.exchanged)
      #expect(branch.relations.exchanged == exchanged.relations.branch)
      #expect(unless.relations.exchanged == exchanged.relations.branchUnless)
      if let negated = relations.negated { #expect(negated.relations.branch == unless) }
    }
    #expect(OperationFamily.i32_lt_s.relations.exchanged == .i32_gt_s)
    #expect(OperationFamily.i32_lt_s.relations.branchUnless == .br_i32_ge_s)
    #expect(OperationFamily.f64_lt.relations.negated == nil)
    #expect(OperationFamily.f64_lt.relations.branchUnless == .br_unless_f64_lt)
    #expect(OperationFamily.i32_sub.relations.exchanged == nil)
  }

  @Test func instructionsHaveTheirFamilies() throws {
    for (index, row) in InstructionTable.rows.enumerated() {
      let family = tables.family(ofRow: index).rawValue == .max ? nil : tables.family(ofRow: index)
      let wide = tables.wideFamily(ofRow: index)
      switch row.lowering {
      case .unary, .binary, .compare:
        let family = try #require(family)
        #expect(OperationTable.name(of: family) == row.mnemonic.replacing(".", with: "_"))
        #expect(wide == nil)
      case .load, .store:
        let (family, wide) = (try #require(family), try #require(wide))
        #expect(OperationTable.name(of: wide) == OperationTable.name(of: family) + "_wide")
      case .vector:
        #expect((wide != nil) == (row.accessExponent != nil), "\(row.mnemonic)")
        #expect((family != nil) == (row.immediate != .v128 && row.immediate != .lanes16), "\(row.mnemonic)")
      case .special, .reinterpret:
        let isAtomic = row.opcode.prefix == 0xFE && row.opcode.code >= 0x10
        #expect((family != nil) == (isAtomic || row.feature == .wideArithmetic), "\(row.mnemonic)")
        #expect(wide == nil)
      }
    }
  }

  @Test func theLoopExecutesWhatLeavesForIt() {
    let names = LoopOperation.allCases.map { "\($0)" }
    let loop = families.filter { names.contains(OperationTable.name(of: $0)) }
    #expect(loop.map(OperationTable.name(of:)) == names)
    #expect(!loop.contains { !$0.facts.hasPosition })
  }

  @Test func factsFollowFromTheRows() {
    let add = OperationFamily.i32_add.facts
    #expect(add.control == .next && add.accumulator == .result && add.hasResult)
    #expect(!add.hasPosition && add.choosesResult && !add.hasList && !add.endsSegment)
    #expect(families.contains { $0.facts.hasAddress } && !add.hasAddress)
    #expect(OperationFamily.i32_div_s.facts.hasPosition)
    #expect(OperationFamily.copy.facts.accumulator == .result && !OperationFamily.copy.facts.choosesResult)
    #expect(OperationFamily.copyVector.facts.accumulator == .preserves)
    #expect(OperationFamily.call.facts.accumulator == .clobbers)
    #expect(OperationFamily.brTable.facts.control == .table && OperationFamily.brTable.facts.hasList)
    #expect(OperationFamily.unreachable.facts.control == .leave)
    #expect(OperationFamily.i64_add128.facts.accumulator == .clobbers)
    #expect(OperationTable.fieldName(.callIndirect, .a) == "index")
  }

  @Test func immediatesHoldWhatTheirFieldsDo() {
    #expect(OperationFamily.i64_add.facts.immediate.holds(0xFFFF_FFFF_8000_0000))
    #expect(!OperationFamily.i64_add.facts.immediate.holds(0x8000_0000))
    #expect(OperationFamily.i32_add.facts.immediate.holds(0x8000_0000))
    #expect(OperationFamily.f64_add.facts.immediate.holds(0x7FF0_0000_0000_0001))
    #expect(!OperationFamily.br_f64_eq.facts.immediate.holds(0))
    #expect(!OperationFamily.store64.facts.immediate.holds(0x1_0000_0000))
    #expect(OperationFamily.store8.facts.immediate.holds(0x1_0000_0000))
    #expect(OperationFamily.i32_clz.facts.immediate == .none)
  }
}
