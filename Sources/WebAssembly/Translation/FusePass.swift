/// The pass *fuse*: an operation whose only reader follows becomes part of that reader. Comparisons join the
/// branch that they decide, `eqz` turns the comparison before it around, and additions join the address that
/// they form.

@_spi(Translation) import WebAssemblyHandlers

enum FusePass {
  /// Rewrites the list in place. Slots from `temporaries` on have one reader each, the next one.
  static func run(
    _ list: inout OperationList, _ tables: OperationTables, temporaries: UInt32, check: () throws -> Void
  ) throws {
    // Operations up to `end` are done; the last of them may still become part of the next.
    var end = 0
    for index in 0..<list.count {
      if index & Translation.checkMask == 0 { try check() }
      if end > 0, list[index].a >= temporaries, list[index].a == list[end &- 1].result,
        list[index].family != .label,
        let fused = fuse(list[end &- 1], into: list[index], tables)
      {
        var operation = fused
        end &-= 1
        while end > 0, operation.a >= temporaries,
          let more = fuse(list[end &- 1], into: operation, tables)
        {
          operation = more
          end &-= 1
        }
        list[end] = operation
      } else if end != index {
        list[end] = list[index]
      }
      end &+= 1
    }
    list.truncate(to: end)
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
