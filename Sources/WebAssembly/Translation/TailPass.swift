/// The pass *duplicate tails*: in place of a jump to a few operations that end with another jump, a branch table or
/// a return stand those themselves, behind an operation that charges what the jump did. So interpreters fetch
/// behind each of their instructions, and superinstructions reach from there to the next one.
///
/// A tail that ends with a branch table may have a branch amid it, such as an interpreter's test whether it is to be
/// interrupted. Where the way on leads to the table, the branch stands as it is; where the branch itself does, it is turned
/// around, and leads behind the one that it was made from, where a label is put for it. A jump that ends a tail becomes its
/// own tail in turn, once, if that ends with a branch table.

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

  /// The operations that may stand in place of a jump: those up to one that never goes on, or up to a branch and those
  /// behind it.
  private struct Tail {
    var first: Range<Int>
    /// Empty if there is no branch.
    var second: Range<Int> = 0..<0
    /// What is counted before the second part.
    var counted: UInt32 = 0
    /// Whether the second part is where the branch leads to.
    var isTurned = false

    var count: Int { first.count &+ second.count }
    /// The operation that ends the first part.
    var branch: Int { first.upperBound &- 1 }
    /// The operation that ends it.
    var last: Int { (second.isEmpty ? first : second).upperBound &- 1 }
  }

  private static let none = UInt32.max
  /// Operations of a part of a tail at most.
  private static let greatestLength = 6
  /// Elements of one table at most.
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
  private static func grown(_ count: Int) -> Int { count + count / 2 + 64 }
  /// Elements that the tables of duplicates have together at most.
  private static func elementCount(_ count: Int) -> Int { min(count * 8, 32_768) }

  /// Gives an empty list the larger one of the two storages, which the pass exchanges.
  mutating func lendStorage(_ list: inout OperationList) {
    if operations.capacity > list.operations.capacity {
      operations.removeAll()
      list.exchange(&operations)
    }
  }

  /// For lists that have jumps: in others there is nothing to do. `labelCount` grows by the labels that are added.
  mutating func run(
    _ list: inout OperationList, _ tables: OperationTables, labelCount: inout Int, check: () throws -> Void
  ) throws {
    var jump = try findTargets(&list, labelCount, check)
    var room = Self.grown(list.count) &- list.count
    var elements = Self.elementCount(list.count)
    var isAny = false
    var untilCheck = Translation.checkMask
    while jump != Self.none {
      untilCheck &-= 1
      if untilCheck < 0 {
        untilCheck = Translation.checkMask
        try check()
      }
      let index = Int(jump)
      jump = list[index].a
      guard let tail = tail(list, index, tables) else { continue }
      let next = self.next(list, tail, tables)
      let last = (next ?? tail).last
      let size = list[last].family == .brTable ? Int(list[last].y) : 0
      let count = tail.count &+ (next?.count ?? 0)
      // Two labels at most are added.
      guard count &+ 2 <= room, size <= elements, size <= Self.greatestTable else { continue }
      room &-= count
      elements &-= size
      isAny = true
      list[index].flags.insert(.duplicated)
      let labels = labelCount
      if turn(&list, tail, labelCount) { labelCount &+= 1 }
      if let next, turn(&list, next, labelCount) { labelCount &+= 1 }
      room &-= labelCount &- labels
    }
    guard isAny else { return }
    operations.removeAll()
    operations.reserveCapacity(Self.grown(list.count))
    // Those up to here stand in the list as it becomes.
    var copied = 0
    for index in 0..<list.count {
      if index & Translation.checkMask == 0 { try check() }
      let flags = list[index].flags
      guard !flags.isDisjoint(with: [.duplicated, .turned]) else { continue }
      operations.append(list.operations, copied..<index)
      copied = index &+ 1
      if flags.contains(.turned) {
        append(list[index], counted: list[index].counted)
        var label = list[index]
        (label.family, label.places, label.flags, label.x) = (.label, 0, [], label.y)
        operations.append(label)
      } else if let tail = tail(list, index, tables) {
        duplicate(list, tail, tables, of: list[index])
        if let next = self.next(list, tail, tables) {
          duplicate(list, next, tables, of: operations.removeLast())
        }
      }
    }
    operations.append(list.operations, copied..<list.count)
    list.exchange(&operations)
  }

  /// Marks the branch that a tail turns around: it needs a label behind it. Whether the label is new.
  private func turn(_ list: inout OperationList, _ tail: Tail, _ label: Int) -> Bool {
    guard tail.isTurned, !list[tail.branch].flags.contains(.turned) else { return false }
    // A branch has no list: its `y` keeps the label.
    list[tail.branch].y = UInt32(truncatingIfNeeded: label)
    list[tail.branch].flags.insert(.turned)
    return true
  }

  /// Finds what is behind each label, and the first of the jumps. A jump has no operands: its `a` keeps the place of the
  /// next one.
  private mutating func findTargets(
    _ list: inout OperationList, _ labelCount: Int, _ check: () throws -> Void
  ) throws -> UInt32 {
    targets.removeAll()
    targets.reserveCapacity(labelCount)
    for _ in 0..<labelCount { targets.append(Target(place: 0, counted: 0)) }
    var jump = Self.none
    // From the end, so that a label among others knows what follows them all.
    var next = list.count
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
      if family == .br {
        list[index].a = jump
        jump = UInt32(truncatingIfNeeded: index)
      }
    }
    return jump
  }

  /// What may stand in place of an operation; nil if it is no jump, or too much is where it leads to.
  private func tail(_ list: borrowing OperationList, _ jump: Int, _ tables: OperationTables) -> Tail? {
    guard list[jump].family == .br, !list[jump].flags.contains(.split) else { return nil }
    let target = targets[Int(list[jump].x)]
    let (first, control) = part(list, Int(target.place), tables)
    guard control == .branch else {
      // A jump to a jump would be a charge and a jump.
      return first.isEmpty || control == .jump && first.count == 1 ? nil : Tail(first: first)
    }
    let branch = list[first.upperBound &- 1]
    guard branch.flags.isDisjoint(with: [.split, .detour]) else { return nil }
    let (behind, end) = part(list, first.upperBound, tables)
    if end == .table {
      return Tail(first: first, second: behind, counted: branch.counted)
    }
    guard let negated = tables.relations(branch.family).negated,
      tables.operation(tables.facts(negated), branch.places) >= 0
    else { return nil }
    let other = targets[Int(branch.x)]
    let (ahead, otherEnd) = part(list, Int(other.place), tables)
    guard otherEnd == .table else { return nil }
    return Tail(first: first, second: ahead, counted: other.counted, isTurned: true)
  }

  /// What may stand in place of the jump that ends a tail.
  private func next(_ list: borrowing OperationList, _ tail: Tail, _ tables: OperationTables) -> Tail? {
    guard let next = self.tail(list, tail.last, tables) else { return nil }
    return list[next.last].family == .brTable ? next : nil
  }

  /// The operations at a place up to the first that transfers control, and how it does; none if there are too many, or
  /// one that cannot be repeated.
  private func part(
    _ list: borrowing OperationList, _ start: Int, _ tables: OperationTables
  ) -> (Range<Int>, FamilyControl) {
    var end = start
    while end < list.count, end &- start < Self.greatestLength {
      let family = list[end].family
      guard family != .label else { break }
      let facts = tables.facts(family)
      end &+= 1
      switch facts.control {
      case .next:
        guard !facts.hasList, facts.accumulator != .clobbers else { return (0..<0, .next) }
      case .jump, .table, .return, .branch: return (start..<end, facts.control)
      default: return (0..<0, .next)
      }
    }
    return (0..<0, .next)
  }

  /// The charge for the tail's segment ends the jump's; what the tail's branch and last operation end is charged from
  /// there.
  private mutating func duplicate(
    _ list: borrowing OperationList, _ tail: Tail, _ tables: OperationTables, of jump: VirtualOperation
  ) {
    var charge = jump
    charge.family = .charge
    charge.flags = []
    operations.append(charge)
    // Within a segment only the differences count.
    let counted = targets[Int(jump.x)].counted
    for index in tail.first { append(list[index], counted: jump.counted &+ (list[index].counted &- counted)) }
    guard !tail.second.isEmpty else { return }
    let branch = operations.count &- 1
    if tail.isTurned, let negated = tables.relations(operations[branch].family).negated {
      operations[branch].family = negated
      operations[branch].x = list[tail.branch].y
    }
    let before = operations[branch].counted
    for index in tail.second { append(list[index], counted: before &+ (list[index].counted &- tail.counted)) }
  }

  private mutating func append(_ operation: VirtualOperation, counted: UInt32) {
    var copy = operation
    copy.counted = counted
    copy.flags.subtract([.duplicated, .turned])
    operations.append(copy)
  }
}
