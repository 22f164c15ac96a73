/// What running code reaches through one pointer: raw structures without reference counts, because a
/// handler that touches a class instance loses its tail call.

/// A table's elements as handlers see them. Owned by `Table`; moves its elements when it grows.
struct TableStorage {
  /// References; see `Reference` for their bits.
  var elements: UnsafeMutablePointer<UInt64>
  var count: UInt
}

/// A function as a reference points to it. Owned by the store, at a fixed address.
struct FunctionRecord {
  /// Process-wide id of the function's type, for the check of an indirect call.
  var typeID: UInt32
  /// Index in the store's list of functions.
  var storeIndex: Int32
  /// Translated code; nil for a host function.
  var code: UnsafeMutablePointer<FunctionCode>?
  /// The context of the instance that the function belongs to; nil for a host function.
  var context: UnsafeMutablePointer<ExecutionContext>?
}

/// The entry to a function's internal code. Owned by the module, at a fixed address, shared by all
/// instances and threads.
///
/// The word before the first instruction holds what a call must know: the frame's slots in the low half,
/// the cost of the first segment in the high one. It is read through `entry`, so that a thread sees
/// either the stub with its word or the translation with its own.
struct FunctionCode {
  /// The first instruction; `stub` until the function is translated.
  var entry: Code
  /// Slot of the two words that a call saves: the return address and the caller's frame.
  var headerSlot: UInt32
  var functionIndex: UInt32
  /// No slots, no cost: the frame is checked after the translation.
  var stubHead: UInt64
  /// A code word whose handler asks for the translation.
  var stub: UInt64

  static var stubOffset: Int { MemoryLayout<FunctionCode>.offset(of: \.stub)! }
}

extension Code {
  /// Slots that the frame of the function entered here needs, and the cost of its first segment.
  @inline(__always) var frameSlotCount: Int { Int((self - 8).load(as: UInt32.self)) }
  @inline(__always) var entryCost: Int64 { Int64((self - 4).load(as: UInt32.self)) }
}

/// Why handlers returned to the loop that entered them.
enum ExitReason: UInt32 {
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
  case crossReturn
  case operation
}

/// State of an instance as its running code needs it, and of the execution while it runs.
struct ExecutionContext {
  /// Instructions left in the current slice. (4.1 of the design: exact metering.)
  var budget: Int64
  /// Bytes of memory 0 that may be accessed.
  var memorySize: UInt
  /// The first slot beyond the value stack.
  var stackEnd: Slots
  /// 16 bytes each: the value of an own global, the address of an imported one's cell.
  var globals: UnsafeMutablePointer<UInt64>
  var tables: UnsafeMutablePointer<UnsafeMutablePointer<TableStorage>>
  /// All functions of the instance, imports first.
  var functions: UnsafeMutablePointer<UnsafeMutablePointer<FunctionRecord>>
  var memoryBase: MemoryBase
  /// Where the exit happened.
  var code: Code
  var slots: Slots
  var accumulator: UInt64
  var exit: ExitReason
  var trap: TrapKind
  /// Index in the store's list of instances.
  var instanceIndex: Int
}
