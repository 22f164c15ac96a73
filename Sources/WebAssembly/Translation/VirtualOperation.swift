/// What the passes of the translation work on: a function as a list of operations whose operands are slots
/// and immediates, before it is known which of them are in the accumulator and where anything lies.

@_spi(Translation) import WebAssemblyHandlers

/// A place in a function that operations jump to, numbered in the order in which it is first named.
typealias Label = UInt32

/// An operand of an operation: a slot of the frame, or an immediate.
struct Operand: BitwiseCopyable {
  enum Place: UInt8 { case slot = 1, immediate = 3 }
  var place: Place
  /// The slot's number, or the low 32 bits of the immediate.
  var value: UInt32
  /// All bits of the immediate.
  var wide: UInt64

  @inline(__always) static func slot(_ slot: Int) -> Operand {
    Operand(place: .slot, value: UInt32(truncatingIfNeeded: slot), wide: 0)
  }
  @inline(__always) static func immediate(_ bits: UInt64) -> Operand {
    Operand(place: .immediate, value: UInt32(truncatingIfNeeded: bits), wide: bits)
  }
}

/// One operation. Which of its fields mean something, and what, is said by its family's row.
struct VirtualOperation: BitwiseCopyable {
  var family: OperationFamily
  /// Where its operands are and whether its result is stored: the key of its form, see `Places`.
  var places: UInt8
  var flags: Flags = []
  /// Slots, immediates of 32 bits, numbers. A jump keeps its label in `x`, a list its place in the pool in
  /// `c` and its length in `y`.
  var result: UInt32
  var a: UInt32
  var b: UInt32
  var c: UInt32
  var x: UInt32
  var y: UInt32
  /// Byte offset in the module of the instruction that it comes from.
  var source: UInt32
  var immediate: UInt64
  var offset: UInt64
  /// Source instructions counted up to it; once laid out, the cost of what follows it.
  var counted: UInt32
  /// Of the operation in the handler table, once it is chosen.
  var operation: UInt16 = 0

  struct Flags: OptionSet, BitwiseCopyable {
    var rawValue: UInt8
    /// A temporary that it reads stays in use.
    static let keepsOperand = Flags(rawValue: 1)
    /// A branch around code that only it leads to, or the label behind that code, where the accumulator
    /// still holds what it did at the branch.
    static let detour = Flags(rawValue: 2)
    /// A call with one result, which comes back in the accumulator as well as in the callee's first slot:
    /// `result`, which no field of a call is stored in.
    static let returnsOne = Flags(rawValue: 4)
    /// A label that only says where it lies: control reaches it from above alone.
    static let marker = Flags(rawValue: 8)
    /// Ends a metered segment where no instruction of the source says so: behind the one that it comes from.
    static let split = Flags(rawValue: 16)
    /// Once it is laid out: it has a position or a list.
    static let hasPosition = Flags(rawValue: 32)
    static let hasList = Flags(rawValue: 64)
    /// While tails are duplicated: a jump in whose place its tail will stand, and a branch behind which a label will.
    static let duplicated = Flags(rawValue: 32)
    static let turned = Flags(rawValue: 64)
  }
}

/// The parts of a form's key: whether the result is stored, and the places of `a`, `b` and `c`.
enum Places {
  static let storesResult: UInt8 = 1
  static let none: UInt8 = 0
  static let slot: UInt8 = 1
  static let accumulator: UInt8 = 2
  static let immediate: UInt8 = 3

  static let shiftOfA: UInt8 = 1
  static let shiftOfB: UInt8 = 3
  static let shiftOfC: UInt8 = 5

  @inline(__always) static func place(_ places: UInt8, _ shift: UInt8) -> UInt8 { places &>> shift & 3 }
  @inline(__always) static func replacing(_ places: UInt8, _ shift: UInt8, with place: UInt8) -> UInt8 {
    places & ~(3 &<< shift) | place &<< shift
  }
  /// The key with `a` and `b` exchanged.
  @inline(__always) static func exchanged(_ places: UInt8) -> UInt8 {
    let (a, b) = (place(places, shiftOfA), place(places, shiftOfB))
    return places & ~0b11110 | b &<< shiftOfA | a &<< shiftOfB
  }
}

extension OperationFamily {
  /// Not an operation: the place that a label names.
  static var label: OperationFamily { OperationFamily(rawValue: .max) }
}

/// The operations of one function in order, in storage that is used again for the next one.
struct OperationList: ~Copyable {
  /// With room at first for so many that the system gives pages as they are touched, and more without a copy.
  private(set) var operations = TrivialList<VirtualOperation>(capacity: 4096)
  /// Elements of lists: slots, or labels of branch tables.
  private(set) var pool = TrivialList<UInt32>(capacity: 64)
  /// What the operations that are added come from.
  var source: UInt32 = 0
  var counted: UInt32 = 0

  mutating func removeAll() {
    operations.removeAll()
    pool.removeAll()
    source = 0
    counted = 0
  }

  var count: Int { operations.count }

  /// Operations for which there is room before the storage grows.
  var room: Int { operations.capacity - operations.count }
  /// Bytes of storage.
  var heldByteCount: Int {
    operations.capacity * MemoryLayout<VirtualOperation>.stride + pool.capacity * 4
  }

  /// Lets the storage grow to that of so many operations.
  mutating func reserve(_ count: Int) { operations.reserveCapacity(count) }

  @inline(__always)
  mutating func add(
    _ family: OperationFamily, places: UInt8, result: UInt32 = 0, a: UInt32 = 0, b: UInt32 = 0,
    c: UInt32 = 0, x: UInt32 = 0, y: UInt32 = 0, immediate: UInt64 = 0, offset: UInt64 = 0
  ) {
    operations.append(
      VirtualOperation(
        family: family, places: places, result: result, a: a, b: b, c: c, x: x, y: y, source: source,
        immediate: immediate, offset: offset, counted: counted))
  }

  /// Puts a label here.
  mutating func place(_ label: Label, _ flags: VirtualOperation.Flags = []) {
    add(.label, places: 0, x: label)
    operations[operations.count - 1].flags = flags
  }

  /// Marks the operation that was added last.
  @inline(__always)
  mutating func flagLast(_ flags: VirtualOperation.Flags) {
    operations[operations.count - 1].flags.formUnion(flags)
  }

  /// Says of the call that was added last that it has one result, and in which slot that lies as well.
  mutating func returnLast(to slot: Int) {
    operations[operations.count - 1].result = UInt32(truncatingIfNeeded: slot)
    flagLast(.returnsOne)
  }

  /// Adds elements to the pool and gives the first one's place there.
  mutating func addToPool(_ elements: some Sequence<UInt32>) -> UInt32 {
    let start = pool.count
    for element in elements { pool.append(element) }
    return UInt32(start)
  }

  mutating func addToPool(_ element: UInt32) { pool.append(element) }

  /// Adds an operation of another list of the same function.
  mutating func add(_ operation: VirtualOperation) { operations.append(operation) }

  /// Puts the operations in the place of those that the list has, which the caller gets.
  mutating func exchange(_ others: inout TrivialList<VirtualOperation>) { swap(&operations, &others) }

  /// Lets the operation write its result to another slot.
  @inline(__always)
  mutating func redirect(_ index: Int, to slot: UInt32) { operations[index].result = slot }

  /// Keeps the first `count` operations.
  mutating func truncate(to count: Int) { operations.removeLast(operations.count - count) }

  @inline(__always)
  subscript(index: Int) -> VirtualOperation {
    _read { yield operations[index] }
    _modify { yield &operations[index] }
  }
}
