/// The pass *fuse*: an operation whose only reader follows becomes part of that reader. Comparisons join the
/// branch that they decide, `eqz` turns the comparison before it around, and additions join the address that
/// they form. It needs no walk over the list of its own: the selection asks it about each operation that may take
/// another over, as soon as that is added.

@_spi(Translation) import WebAssemblyHandlers

enum FusePass {
  /// Lets the operation that was added last take over those before it. Slots from `temporaries` on have one reader
  /// each, the next one.
  @inline(__always)
  static func joinLast(_ list: inout OperationList, _ tables: OperationTables, temporaries: UInt32) {
    let last = list.count &- 1
    guard last > 0, list[last].a >= temporaries, list[last].a == list[last &- 1].result else { return }
    joinOthers(&list, tables, temporaries)
  }

  @inline(never)
  private static func joinOthers(
    _ list: inout OperationList, _ tables: OperationTables, _ temporaries: UInt32
  ) {
    var last = list.count &- 1
    while last > 0, list[last].a >= temporaries, let fused = fuse(list[last &- 1], into: list[last], tables) {
      list.truncate(to: last)
      last &-= 1
      list[last] = fused
    }
  }

  /// What the two operations become; nil when the second does not read the first one's result, or no
  /// operation does the work of both.
  private static func fuse(
    _ first: VirtualOperation, into second: VirtualOperation, _ tables: OperationTables
  ) -> VirtualOperation? {
    guard first.result == second.a, first.family != .label,
      Places.place(second.places, Places.shiftOfA) == Places.slot,
      !second.flags.contains(.keepsOperand)
    else { return nil }
    switch second.family {
    case .br_i32_ne, .br_i32_eq, .i32_eq: return withTest(first, second, tables)
    default: return first.family == .i32_add ? withAddress(first, second, tables) : nil
    }
  }

  /// An addition of 32 bits becomes the address of an access, if its offset fits beside two slots.
  private static func withAddress(
    _ first: VirtualOperation, _ second: VirtualOperation, _ tables: OperationTables
  ) -> VirtualOperation? {
    let facts = tables.facts(second.family)
    guard facts.hasAddress, Places.place(second.places, Places.shiftOfB) == Places.none else { return nil }
    var fused = second
    fused.a = first.a
    fused.b = first.b
    let b = Places.place(first.places, Places.shiftOfB)
    fused.places = Places.replacing(second.places, Places.shiftOfB, with: b)
    let operation = tables.operation(facts, fused.places)
    guard operation >= 0, tables.holds(fused.offset, in: .offset, of: operation) else { return nil }
    return fused
  }

  /// A comparison with 0, or a branch on one, takes over the comparison whose result it looks at.
  private static func withTest(
    _ first: VirtualOperation, _ second: VirtualOperation, _ tables: OperationTables
  ) -> VirtualOperation? {
    let relations = tables.relations(first.family)
    guard Places.place(second.places, Places.shiftOfB) == Places.immediate, second.b == 0,
      relations.branch != nil
    else { return nil }
    let family: OperationFamily?
    switch second.family {
    case .br_i32_ne: family = relations.branch
    case .br_i32_eq: family = relations.branchUnless
    default: family = relations.negated
    }
    guard let family else { return nil }
    var fused = second
    fused.family = family
    fused.a = first.a
    fused.b = first.b
    fused.immediate = first.immediate
    let operands = first.places & ~Places.storesResult
    fused.places = operands | second.places & Places.storesResult
    return tables.operation(tables.facts(family), fused.places) < 0 ? nil : fused
  }
}
