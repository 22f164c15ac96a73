/// The pass *place*: which operands come from the accumulator, and which results need no slot.
///
/// The accumulator holds the last result. An operand that lies there is read from there; and where that was
/// the only reader of a temporary, what made it need not store it.

@_spi(Translation) import WebAssemblyHandlers

/// What the accumulator holds, and who put it there.
private struct AccumulatorState: BitwiseCopyable {
  /// The slot whose value it holds as well, `none` for nothing.
  var slot: UInt32 = .max
  /// The operation that may still be told not to store, -1 for none.
  var producer = -1

  static let none = UInt32.max

  /// At a label, and behind what leaves something else there.
  @inline(__always) mutating func forget() {
    slot = Self.none
    producer = -1
  }
}

enum PlacePass {
  /// Slots from `temporaries` on are temporaries, read once. Says whether there are jumps among the operations,
  /// which whoever comes next would have to search for.
  static func run(
    _ list: inout OperationList, _ tables: OperationTables, temporaries: UInt32, check: () throws -> Void
  ) throws -> Bool {
    var hasJumps = false
    var state = AccumulatorState()
    var atDetour = AccumulatorState()
    for index in 0..<list.count {
      if index & Translation.checkMask == 0 { try check() }
      let operation = list[index]
      let flags = operation.flags
      guard operation.family != .label else {
        if flags.contains(.detour) {
          state = atDetour
        } else if !flags.contains(.marker) {
          state.forget()
        }
        continue
      }
      if operation.family == .br { hasJumps = true }
      let facts = tables.facts(operation.family)
      let slot = state.slot
      if slot != AccumulatorState.none, operation.a == slot || operation.b == slot || operation.c == slot {
        takeOperands(&list, index, operation, facts, &state, temporaries, tables)
      }
      // Neither this nor whether it is stored has been changed.
      let result = operation.result
      switch facts.accumulator {
      case .result:
        state.slot = result
        let mayDrop =
          result >= temporaries && facts.choosesResult
          && operation.places & Places.storesResult != 0
        state.producer = mayDrop ? index : -1
      case .preserves:
        if facts.hasResult, state.slot &- result < 2 { state.forget() }
      case .clobbers:
        state.forget()
        if flags.contains(.returnsOne) { state.slot = result }
      }
      // Both ways from a branch may need the slot.
      if facts.endsSegment { state.producer = -1 }
      if flags.contains(.detour) { atDetour = state }
    }
    return hasJumps
  }

  /// Lets the operation at an index read from the accumulator what lies there.
  @inline(__always)
  private static func takeOperands(
    _ list: inout OperationList, _ index: Int, _ operation: VirtualOperation, _ facts: FamilyFacts,
    _ state: inout AccumulatorState, _ temporaries: UInt32, _ tables: OperationTables
  ) {
    let slot = state.slot
    let places = operation.places
    let inA = operation.a == slot && Places.place(places, Places.shiftOfA) == Places.slot
    let inB = operation.b == slot && Places.place(places, Places.shiftOfB) == Places.slot
    let inC = operation.c == slot && Places.place(places, Places.shiftOfC) == Places.slot
    guard inA || inB || inC else { return }
    var wanted: UInt8?
    func take(_ shift: UInt8) {
      let key = Places.replacing(places, shift, with: Places.accumulator)
      if tables.operation(facts, key) >= 0 { wanted = key }
    }
    if inC { take(Places.shiftOfC) }
    if inA, wanted == nil { take(Places.shiftOfA) }
    if inB, wanted == nil { take(Places.shiftOfB) }
    if let wanted {
      list[index].places = wanted
    } else {
      guard inB, exchange(&list, index, tables) else { return }
    }
    if state.producer >= 0, slot >= temporaries, !operation.flags.contains(.keepsOperand) {
      list[state.producer].places &= ~Places.storesResult
      state.producer = -1
    }
  }

  /// Exchanges the two operands, the second of which is in the accumulator, where that has a family whose
  /// first operand may be there; false where not.
  private static func exchange(
    _ list: inout OperationList, _ index: Int, _ tables: OperationTables
  ) -> Bool {
    let operation = list[index]
    guard let family = exchanged(operation.family, tables) else { return false }
    let turned = Places.replacing(
      Places.exchanged(operation.places), Places.shiftOfA, with: Places.accumulator)
    guard tables.operation(tables.facts(family), turned) >= 0 else { return false }
    list[index].places = turned
    list[index].family = family
    list[index].a = operation.b
    list[index].b = operation.a
    return true
  }

  /// The family with the same meaning when its first two operands are exchanged; of an access the parts of
  /// its address may be.
  private static func exchanged(_ family: OperationFamily, _ tables: OperationTables) -> OperationFamily? {
    tables.facts(family).hasAddress ? family : tables.relations(family).exchanged
  }
}
