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

/// A function as a reference points to it. Owned by the store, at a fixed address.
package struct FunctionRecord {
  /// Process-wide id of the function's type, for the check of an indirect call.
  package var typeID: UInt32
  /// Index in the store's list of functions.
  package var storeIndex: Int32
  /// Translated code; nil for a host function.
  package var code: UnsafeMutablePointer<FunctionCode>?
  /// The context of the instance that the function belongs to; nil for a host function.
  package var context: UnsafeMutablePointer<ExecutionContext>?

  package init(
    typeID: UInt32, storeIndex: Int32, code: UnsafeMutablePointer<FunctionCode>?,
    context: UnsafeMutablePointer<ExecutionContext>?
  ) {
    self.typeID = typeID
    self.storeIndex = storeIndex
    self.code = code
    self.context = context
  }
}

/// The entry to a function's internal code. Owned by the module, at a fixed address, shared by all
/// instances and threads.
///
/// The word before the first instruction holds what a call must know: the frame's slots in the low half,
/// the cost of the first segment in the high one. It is read through `entry`, so that a thread sees
/// either the stub with its word or the translation with its own.
package struct FunctionCode {
  /// The first instruction; `stub` until the function is translated.
  package var entry: Code
  /// Slot of the two words that a call saves: the return address and the caller's frame.
  package var headerSlot: UInt32
  package var functionIndex: UInt32
  /// No slots, no cost: the frame is checked after the translation.
  package var stubHead: UInt64
  /// A code word whose handler asks for the translation.
  package var stub: UInt64

  package static var stubOffset: Int { MemoryLayout<FunctionCode>.offset(of: \.stub)! }

  package init(
    entry: Code, headerSlot: UInt32, functionIndex: UInt32, stubHead: UInt64, stub: UInt64
  ) {
    self.entry = entry
    self.headerSlot = headerSlot
    self.functionIndex = functionIndex
    self.stubHead = stubHead
    self.stub = stub
  }
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
  case callImport
  case callIndirect
  case callReference
  case crossReturn
  case operation
}

/// State of an instance as its running code needs it, and of the execution while it runs.
package struct ExecutionContext {
  /// Instructions left in the current slice. Exact: see `Meter`.
  package var budget: Int64
  /// Bytes of memory 0 that may be accessed.
  package var memorySize: UInt
  /// The first slot beyond the value stack.
  package var stackEnd: Slots
  /// 16 bytes each: the value of an own global, the address of an imported one's cell.
  package var globals: UnsafeMutablePointer<UInt64>
  package var tables: UnsafeMutablePointer<UnsafeMutablePointer<TableStorage>>
  /// All functions of the instance, imports first.
  package var functions: UnsafeMutablePointer<UnsafeMutablePointer<FunctionRecord>>
  /// What structures are made from.
  package var cells: UnsafeMutablePointer<HeapCells>
  package var memoryBase: MemoryBase
  /// Where the exit happened.
  package var code: Code
  package var slots: Slots
  package var accumulator: UInt64
  package var exit: ExitReason
  package var trap: TrapKind
  /// Index in the store's list of instances.
  package var instanceIndex: Int

  package init(
    budget: Int64, memorySize: UInt, stackEnd: Slots, globals: UnsafeMutablePointer<UInt64>,
    tables: UnsafeMutablePointer<UnsafeMutablePointer<TableStorage>>,
    functions: UnsafeMutablePointer<UnsafeMutablePointer<FunctionRecord>>,
    cells: UnsafeMutablePointer<HeapCells>, memoryBase: MemoryBase, code: Code,
    slots: Slots, accumulator: UInt64, exit: ExitReason, trap: TrapKind, instanceIndex: Int
  ) {
    self.budget = budget
    self.memorySize = memorySize
    self.stackEnd = stackEnd
    self.globals = globals
    self.tables = tables
    self.functions = functions
    self.cells = cells
    self.memoryBase = memoryBase
    self.code = code
    self.slots = slots
    self.accumulator = accumulator
    self.exit = exit
    self.trap = trap
    self.instanceIndex = instanceIndex
  }
}
