/// How often the operations of a function are executed: what superinstructions are chosen by.

@_spi(Translation) import WebAssemblyHandlers

/// `@unchecked Sendable`: its code counts on one thread, and what it counted is read when that is done.
package final class OperationProfile: @unchecked Sendable {
  package struct Operation {
    /// Of the form, without `op_`.
    package var name: String
    /// Whether something may jump here.
    package var followsLabel: Bool
    /// Whether a superinstruction may go on behind it or, at least, end with it, and whether a metered segment ends
    /// with it.
    package var canGoOn: Bool
    package var canEnd: Bool
    package var endsSegment: Bool
    /// Where it is a result that another operation may take in place of a slot: the slot, and whether it is read
    /// once.
    package var result: UInt32?
    package var isTemporary = false
    /// Slots that it writes, its result's included.
    package var writtenSlots: Range<UInt32>?
    /// By letter the operands that are slots, and whether they stay in use.
    package var operands: [(letter: Character, slot: UInt32)] = []
    package var keepsOperands = false
    /// The counter of its block.
    fileprivate var counter: Int
  }

  /// Imports counted first.
  package let functionIndex: UInt32
  package private(set) var operations: [Operation] = []
  private let counters: UnsafeMutablePointer<UInt64>

  /// Lets the operations count: one counter where a label is, and behind what ends a metered segment.
  init(
    _ list: inout OperationList, _ tables: OperationTables, _ functionIndex: UInt32, temporaries: UInt32
  ) {
    self.functionIndex = functionIndex
    counters = .allocate(capacity: list.count + 1)
    counters.initialize(repeating: 0, count: list.count + 1)
    let all = (0..<list.count).map { list[$0] }
    list.truncate(to: 0)
    var counter = -1
    var isNew = true
    var followsLabel = true
    for operation in all {
      guard operation.family != .label else {
        list.add(operation)
        isNew = true
        followsLabel = true
        continue
      }
      if isNew {
        counter += 1
        (list.source, list.counted) = (operation.source, operation.counted)
        list.countBlock(counter: UInt64(UInt(bitPattern: counters + counter)))
        isNew = false
      }
      list.add(operation)
      let facts = tables.facts(operation.family)
      operations.append(
        Self.profiled(operation, facts, temporaries, tables, counter, followsLabel: followsLabel))
      followsLabel = false
      if facts.endsSegment { isNew = true }
    }
  }

  deinit { counters.deallocate() }

  package func count(of operation: Operation) -> UInt64 { counters[operation.counter] }

  private static let loopOperations = Set(LoopOperation.allCases.map { "\($0)" })

  private static func profiled(
    _ operation: VirtualOperation, _ facts: FamilyFacts, _ temporaries: UInt32, _ tables: OperationTables,
    _ counter: Int, followsLabel: Bool
  ) -> Operation {
    let family = operation.family
    let isOfLoop = loopOperations.contains(OperationTable.name(of: family))
    var profiled = Operation(
      name: OperationTable.name(tables.operation(facts, operation.places)), followsLabel: followsLabel,
      canGoOn: !isOfLoop && !facts.hasList && facts.accumulator != .clobbers
        && (facts.control == .next || facts.control == .branch || facts.control == .segment)
        && family != .clear && family != .move,
      canEnd: !isOfLoop || family == .callIndirect, endsSegment: facts.endsSegment, counter: counter)
    if facts.hasResult {
      if facts.accumulator == .result {
        profiled.result = operation.result
        profiled.isTemporary = operation.result >= temporaries
      }
      profiled.writtenSlots =
        operation.result..<operation.result &+ (facts.accumulator == .result ? 1 : 2)
    }
    for (letter, shift, slot) in [
      ("a", Places.shiftOfA, operation.a), ("b", Places.shiftOfB, operation.b),
      ("c", Places.shiftOfC, operation.c),
    ] as [(Character, UInt8, UInt32)] where Places.place(operation.places, shift) == Places.slot {
      profiled.operands.append((letter, slot))
    }
    profiled.keepsOperands = operation.flags.contains(.keepsOperand)
    return profiled
  }
}

extension Module {
  /// Of the functions that have run, or been translated, in the plain mode.
  package var operationProfiles: [OperationProfile] { codeStore(.plain).profiles }
}
