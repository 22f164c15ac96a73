/// The pass *duplicate tails*: in place of a jump to a few operations that end with another jump, a branch table or
/// a return stand those themselves, behind an operation that charges what the jump did. So interpreters fetch
/// behind each of their instructions, and superinstructions reach from there to the next one.

@_spi(Translation) import WebAssemblyHandlers

struct TailPass: ~Copyable {
  /// By label what is behind it.
  private var targets = TrivialList<Target>(capacity: 64)
  /// The list as it becomes.
  private var operations = TrivialList<VirtualOperation>(capacity: 64)

  /// The place of the first operation behind a label, and the instructions counted before the label: between two
  /// labels in a row can stand instructions that are counted and do nothing.
  private struct Target {
    var place: UInt32
    var counted: UInt32
  }

  private static let none = UInt32.max
  /// Operations of a tail at most.
  private static let greatestLength = 6
  /// Elements that the tables of a function's duplicates have together at most, and of one table.
  private static let greatestElementCount = 16_384
  private static let greatestTable = 256

  /// Bytes of storage, and what a function of so many operations and labels takes at most.
  var heldByteCount: Int {
    targets.capacity * MemoryLayout<Target>.stride + operations.capacity
      * MemoryLayout<VirtualOperation>.stride
  }
  static func byteCount(operations: Int, labels: Int) -> Int {
    labels * 2 * MemoryLayout<Target>.stride + grown(operations) * MemoryLayout<VirtualOperation>.stride
  }

  /// Operations that so many become at most.
  private static func grown(_ count: Int) -> Int { count + count / 4 + 64 }

  /// Gives an empty list the larger one of the two storages, which the pass exchanges.
  mutating func lendStorage(_ list: inout OperationList) {
    if operations.capacity > list.operations.capacity {
      operations.removeAll()
      list.exchange(&operations)
    }
  }

  /// For lists that have jumps: in others there is nothing to do.
  mutating func run(
    _ list: inout OperationList, _ tables: OperationTables, labelCount: Int, check: () throws -> Void
  ) throws {
    targets.removeAll()
    targets.reserveCapacity(labelCount)
    for _ in 0..<labelCount { targets.append(Target(place: 0, counted: 0)) }
    // From the end, so that a label among others knows what follows them all. A jump has no operands: there lies the
    // place of the next one.
    var next = list.count
    var jump = Self.none
    var index = list.count
    while index > 0 {
      index &-= 1
      if index & Translation.checkMask == 0 { try check() }
      let family = list[index].family
      if family == .label {
        targets[Int(list[index].x)] = Target(
          place: UInt32(truncatingIfNeeded: next), counted: list[index].counted)
        continue
      }
      next = index
      if family == .br, !list[index].flags.contains(.split) {
        list[index].a = jump
        jump = UInt32(truncatingIfNeeded: index)
      }
    }
    var room = Self.grown(list.count) - list.count
    var elements = Self.greatestElementCount
    // Those up to here stand in the list as it becomes, which is begun with the first tail.
    var copied = 0
    var untilCheck = Translation.checkMask
    while jump != Self.none {
      untilCheck &-= 1
      if untilCheck < 0 {
        untilCheck = Translation.checkMask
        try check()
      }
      let index = Int(jump)
      jump = list[index].a
      let target = targets[Int(list[index].x)]
      let tail = tail(list, Int(target.place), tables)
      guard !tail.isEmpty, tail.count <= room else { continue }
      let last = tail.upperBound &- 1
      let size = list[last].family == .brTable ? Int(list[last].y) : 0
      guard size <= elements, size <= Self.greatestTable else { continue }
      room &-= tail.count
      elements &-= size
      if copied == 0 {
        operations.removeAll()
        operations.reserveCapacity(Self.grown(list.count))
      }
      operations.append(list.operations, copied..<index)
      copied = index &+ 1
      duplicate(list, tail, from: target.counted, of: list[index])
    }
    guard copied > 0 else { return }
    operations.append(list.operations, copied..<list.count)
    list.exchange(&operations)
  }

  /// The operations at a place, if they are few up to one that never goes on; else none.
  private func tail(_ list: borrowing OperationList, _ start: Int, _ tables: OperationTables) -> Range<Int> {
    var end = start
    while end < list.count, end &- start < Self.greatestLength {
      let family = list[end].family
      guard family != .label else { return 0..<0 }
      let facts = tables.facts(family)
      end &+= 1
      switch facts.control {
      case .next:
        guard !facts.hasList, facts.accumulator != .clobbers else { return 0..<0 }
      // A jump to a jump would be a charge and a jump.
      case .jump: return end &- start > 1 ? start..<end : 0..<0
      case .table, .return: return start..<end
      default: return 0..<0
      }
    }
    return 0..<0
  }

  /// The charge for the tail's segment ends the jump's; what the tail's last operation ends is charged from there.
  private mutating func duplicate(
    _ list: borrowing OperationList, _ tail: Range<Int>, from counted: UInt32, of jump: VirtualOperation
  ) {
    var charge = jump
    charge.family = .charge
    charge.flags = []
    operations.append(charge)
    // Within a segment only the differences count.
    for index in tail {
      var operation = list[index]
      operation.counted = jump.counted &+ (operation.counted &- counted)
      operations.append(operation)
    }
  }
}
