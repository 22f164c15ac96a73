/// The pass *combine*: runs of operations that a superinstruction does get its handler. Their code stays as it
/// is, so every one of them can still be jumped to, and be where execution goes on after a limit.

@_spi(Translation) import WebAssemblyHandlers

enum CombinePass {
  /// Takes at each operation the longest superinstruction that ends before the next label. The forms are chosen.
  /// Slots from `temporaries` on are temporaries, read once.
  static func run(
    _ list: inout OperationList, _ tables: OperationTables, temporaries: UInt32, check: () throws -> Void
  ) throws {
    var index = 0
    var untilCheck = Translation.checkMask
    while index < list.count {
      untilCheck &-= 1
      if untilCheck < 0 {
        untilCheck = Translation.checkMask
        try check()
      }
      guard list[index].family != .label else {
        index &+= 1
        continue
      }
      let root = tables.superinstructionRoots[Int(list[index].operation)]
      guard root != 0 else {
        index &+= 1
        continue
      }
      let (operation, count) = longest(list, index, Int(root), temporaries, tables)
      if operation != 0 { list[index].operation = operation }
      index &+= count
    }
  }

  /// The longest superinstruction that begins at an operation, whose search goes on at `root`, and how many
  /// operations it does; 0 and 1 when there is none.
  private static func longest(
    _ list: borrowing OperationList, _ start: Int, _ root: Int, _ temporaries: UInt32,
    _ tables: OperationTables
  ) -> (operation: UInt16, count: Int) {
    var best: (operation: UInt16, count: Int) = (0, 1)
    var state = root
    var index = start &+ 1
    while true {
      // What ends here.
      var place = state &+ 1
      var accepted = tables.superinstructionStates[state]
      var isFound = false
      while accepted > 0 {
        let word = tables.superinstructionStates[place]
        let linkCount = Int(word &>> 16)
        if !isFound, areLinked(list, start, place &+ 1, linkCount, temporaries, tables) {
          best = (UInt16(truncatingIfNeeded: word), index &- start)
          isFound = true
        }
        place &+= 1 &+ linkCount
        accepted &-= 1
      }
      // What goes on from here.
      guard index < list.count, list[index].family != .label else { return best }
      let operation = UInt32(list[index].operation)
      // They are in order.
      let end = place &+ 1 &+ Int(tables.superinstructionStates[place])
      place &+= 1
      var above = end
      while place < above {
        let middle = (place &+ above) &>> 1
        if tables.superinstructionStates[middle] & 0xFFFF < operation {
          place = middle &+ 1
        } else {
          above = middle
        }
      }
      guard place < end, tables.superinstructionStates[place] & 0xFFFF == operation else { return best }
      state = Int(tables.superinstructionStates[place] &>> 16)
      index &+= 1
    }
  }

  /// Whether the operands are the results that the superinstruction's links say.
  private static func areLinked(
    _ list: borrowing OperationList, _ start: Int, _ first: Int, _ count: Int, _ temporaries: UInt32,
    _ tables: OperationTables
  ) -> Bool {
    for place in first..<first &+ count {
      let link = Link(rawValue: tables.superinstructionStates[place])
      let (reader, producer) = (start &+ link.reader, start &+ link.producer)
      let slot = list[producer].result
      let operand: UInt32
      switch link.operand {
      case 0: operand = list[reader].a
      case 1: operand = list[reader].b
      default: operand = list[reader].c
      }
      guard operand == slot else { return false }
      if link.isUnstored {
        guard slot >= temporaries, !list[reader].flags.contains(.keepsOperand) else { return false }
      }
      // What is written in between is another slot, and not the second one of a vector that begins before it.
      for index in producer &+ 1..<reader {
        let facts = tables.facts(list[index].family)
        if facts.hasResult, slot &- list[index].result < (facts.accumulator == .result ? 1 : 2) {
          return false
        }
      }
    }
    return true
  }

  private struct Link {
    let rawValue: UInt32
    var reader: Int { Int(rawValue & 0xF) }
    var producer: Int { Int(rawValue &>> 4 & 0xF) }
    var operand: UInt32 { rawValue &>> 8 & 3 }
    var isUnstored: Bool { rawValue &>> 10 & 1 != 0 }
  }
}
