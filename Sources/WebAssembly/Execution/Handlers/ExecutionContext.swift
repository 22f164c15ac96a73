import Synchronization

/// What running code reaches through one pointer: raw structures without reference counts, because a
/// handler that touches a class instance loses its tail call.

/// A table's elements as handlers see them. Owned by `Table`; moves its elements when it grows.
package struct TableStorage {
  /// References; see `Reference` for their bits.
  package var elements: UnsafeMutablePointer<UInt64>
  package var count: UInt

  package init(
    elements: UnsafeMutablePointer<UInt64>, count: UInt
  ) {
    self.elements = elements
    self.count = count
  }
}

/// A memory as running code sees it. Owned by `Memory`, at a fixed address: every instance that has the memory
/// sees it grow.
package struct MemoryStorage {
  package var base: MemoryBase
  /// Bytes that may be accessed.
  package var byteCount: UInt
  /// The page's size as a power of two.
  package var pageSizeExponent: UInt32

  package init(base: MemoryBase, byteCount: UInt, pageSizeExponent: UInt32) {
    self.base = base
    self.byteCount = byteCount
    self.pageSizeExponent = pageSizeExponent
  }
}

/// A function as a reference points to it. Owned by the store, at a fixed address.
package struct FunctionRecord {
  /// Process-wide id of the function's type, for the check of an indirect call.
  package var typeID: UInt32
  /// Index in the store's list of functions.
  package var storeIndex: Int32
  /// Translated code; nil for a host function.
  package var code: UnsafeMutablePointer<FunctionCode>?
  /// The instance that the function belongs to; nil for a host function.
  package var instance: UnsafeMutablePointer<InstanceState>?

  package init(
    typeID: UInt32, storeIndex: Int32, code: UnsafeMutablePointer<FunctionCode>?,
    instance: UnsafeMutablePointer<InstanceState>?
  ) {
    self.typeID = typeID
    self.storeIndex = storeIndex
    self.code = code
    self.instance = instance
  }
}

/// The entry to a function's internal code, at a fixed address. Owned by the module, whose instances and threads
/// share it, or by an instance that has a body of its own for some function.
///
/// The word before the first instruction holds what a call must know: the frame's slots in the low half,
/// the cost of the first segment in the high one. It is read through the entry, so that a thread sees
/// either the stub with its word or the translation with its own.
package struct FunctionCode: ~Copyable {
  /// The address of the first instruction; the stub's until the function is translated. As bits, because reading
  /// an atomic pointer asks whether it is null.
  private let address: Atomic<UInt>
  /// Slot of the two words that a call saves: the return address and the caller's frame.
  package let headerSlot: UInt32
  package let functionIndex: UInt32
  private let stub: Stub

  /// What stands where the code of a function will be.
  private struct Stub: BitwiseCopyable {
    /// No slots, no cost: the frame is checked after the translation.
    var head: UInt64 = 0
    /// A code word whose handler asks for the translation.
    var word: UInt64
  }

  /// The stub's word is the last one.
  private static var stubOffset: Int { MemoryLayout<FunctionCode>.size - MemoryLayout<UInt64>.size }

  /// The code of a function that is translated when it is entered. `word` asks for that.
  package static func initialize(
    _ code: UnsafeMutablePointer<FunctionCode>, headerSlot: UInt32, functionIndex: UInt32, stub word: UInt64
  ) {
    code.initialize(
      to: FunctionCode(
        address: Atomic(UInt(bitPattern: stub(of: code))), headerSlot: headerSlot,
        functionIndex: functionIndex,
        stub: Stub(word: word)))
  }

  private init(
    address: consuming Atomic<UInt>, headerSlot: UInt32, functionIndex: UInt32, stub: Stub
  ) {
    self.address = address
    self.headerSlot = headerSlot
    self.functionIndex = functionIndex
    self.stub = stub
  }

  /// The first instruction of a function's stub.
  package static func stub(of code: UnsafeMutablePointer<FunctionCode>) -> Code {
    UnsafeRawPointer(code) + stubOffset
  }

  /// What a stub belongs to.
  package static func withStub(at stub: Code) -> UnsafeMutablePointer<FunctionCode> {
    UnsafeMutablePointer(mutating: (stub - stubOffset).assumingMemoryBound(to: FunctionCode.self))
  }

  /// Where calls go. Whoever reads it sees all that was written before it was set.
  @inline(__always) package var entry: Code {
    Code(bitPattern: address.load(ordering: .acquiring)).unsafelyUnwrapped
  }
  package func setEntry(_ entry: Code) { address.store(UInt(bitPattern: entry), ordering: .releasing) }
}

extension Code {
  /// Slots that the frame of the function entered here needs, and the cost of its first segment.
  @inline(__always) package var frameSlotCount: Int { Int((self - 8).load(as: UInt32.self)) }
  @inline(__always) package var entryCost: Int64 { Int64((self - 4).load(as: UInt32.self)) }
}

/// Why handlers returned to the loop that entered them.
package enum ExitReason: UInt32 {
  /// Only in unoptimised builds: the next handler is to be called.
  case proceed
  case finished
  case trap
  /// The budget went below zero at a transfer of control.
  case budget
  case translate
  case outOfBoundsMemory
  case crossReturn
  /// The loop is to execute the state's `operation`.
  case operation
}

/// What belongs to an instance, as its running code needs it. Owned by the instance, at a fixed address.
package struct InstanceState {
  /// 16 bytes each: the value of an own global, the address of an imported one's cell.
  package var globals: UnsafeMutablePointer<UInt64>
  package var tables: UnsafeMutablePointer<UnsafeMutablePointer<TableStorage>>
  package var memories: UnsafeMutablePointer<UnsafeMutablePointer<MemoryStorage>>
  /// All functions of the instance, imports first.
  package var functions: UnsafeMutablePointer<UnsafeMutablePointer<FunctionRecord>>
  /// The code of the functions that are not imported.
  package var codes: UnsafeMutablePointer<FunctionCode>
  /// In the store's list of instances.
  package var index: Int

  package init(
    globals: UnsafeMutablePointer<UInt64>,
    tables: UnsafeMutablePointer<UnsafeMutablePointer<TableStorage>>,
    memories: UnsafeMutablePointer<UnsafeMutablePointer<MemoryStorage>>,
    functions: UnsafeMutablePointer<UnsafeMutablePointer<FunctionRecord>>,
    codes: UnsafeMutablePointer<FunctionCode>, index: Int
  ) {
    self.globals = globals
    self.tables = tables
    self.memories = memories
    self.functions = functions
    self.codes = codes
    self.index = index
  }
}

/// The last address of the first memory at which an access of so many bytes may begin, negative where none may: one
/// comparison for a handler, where the end of the access would take an addition as well. Addresses have 33 bits.
package struct LastAddress {
  package let of1, of2, of4, of8, of16: Int

  init(memorySize: UInt) {
    let size = Int(bitPattern: memorySize)
    (of1, of2, of4, of8, of16) = (size - 1, size - 2, size - 4, size - 8, size - 16)
  }
}

/// What belongs to running code: its limits, the instance it runs in, and where and why it stopped.
package struct ThreadState {
  /// Instructions left in the current slice.
  package var budget: Int64
  /// What the budget was charged for work that is not counted as instructions.
  package var surcharge: Int64
  /// Bytes of the first memory that may be accessed.
  package var memorySize: UInt { didSet { lastAddress = LastAddress(memorySize: memorySize) } }
  /// Where accesses to it may begin.
  package private(set) var lastAddress: LastAddress
  /// The first slot beyond the value stack.
  package var stackEnd: Slots
  /// The running instance's, as are `codes`.
  package var globals: UnsafeMutablePointer<UInt64>
  package var codes: UnsafeMutablePointer<FunctionCode>
  package var instance: UnsafeMutablePointer<InstanceState>
  /// What structures are made from.
  package var cells: UnsafeMutablePointer<HeapCells>
  package var memoryBase: MemoryBase
  /// Where the exit happened.
  package var code: Code
  package var slots: Slots
  package var accumulator: UInt64
  /// The table index of an indirect call that the loop is to make, or the reference of one by reference.
  package var operand: UInt64
  package var operation: LoopOperation
  package var exit: ExitReason
  package var trap: TrapKind
  /// Where code that counts edges marks them; nil when nobody asks.
  package var edges: UnsafeMutablePointer<EdgeMarks>?
  /// The sign bit of an f64's NaN that arithmetic gives.
  package var nanSign: UInt64 = 0

  package init(
    budget: Int64, surcharge: Int64, memorySize: UInt, stackEnd: Slots,
    globals: UnsafeMutablePointer<UInt64>, codes: UnsafeMutablePointer<FunctionCode>,
    instance: UnsafeMutablePointer<InstanceState>, cells: UnsafeMutablePointer<HeapCells>,
    memoryBase: MemoryBase, code: Code, slots: Slots, accumulator: UInt64, operand: UInt64,
    operation: LoopOperation, exit: ExitReason, trap: TrapKind
  ) {
    self.budget = budget
    self.surcharge = surcharge
    self.memorySize = memorySize
    lastAddress = LastAddress(memorySize: memorySize)
    self.stackEnd = stackEnd
    self.globals = globals
    self.codes = codes
    self.instance = instance
    self.cells = cells
    self.memoryBase = memoryBase
    self.code = code
    self.slots = slots
    self.accumulator = accumulator
    self.operand = operand
    self.operation = operation
    self.exit = exit
    self.trap = trap
  }
}
