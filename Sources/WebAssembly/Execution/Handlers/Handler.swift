/// What all handlers share: their signature, the jump at their end, and access to operands.
///
/// A handler executes one instruction of the internal code and calls the next one's handler, whose
/// address is the instruction's first word. With optimisation that call is a jump; `.ci/audit` checks it
/// in the built product. Without optimisation handlers return to the loop that entered them instead.
///
/// Pointers here are in bounds by construction: `code` stays within the words that the translator wrote,
/// whose control flow was validated; slots lie within the frame, whose size was checked against the
/// stack's end when the function was called; memory is touched only below `memorySize`.

package typealias Code = UnsafeRawPointer
package typealias Slots = UnsafeMutablePointer<UInt64>
package typealias MemoryBase = UnsafeMutableRawPointer
/// A `ThreadState`, raw because C handlers cannot name a Swift type.
package typealias Context = UnsafeMutableRawPointer

package typealias Handler = @convention(c) (Code, Slots, UInt64, MemoryBase, Context) -> Void

extension Context {
  @inline(__always) package var state: UnsafeMutablePointer<ThreadState> {
    assumingMemoryBound(to: ThreadState.self)
  }
}

/// Whether handlers return to the loop instead of calling each other: only without optimisation, where
/// the call would not be a jump.
package var returnsToLoop: Bool { _isDebugAssertConfiguration() }

/// Continues with the instruction at `code`.
@inline(__always)
package func proceed(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase, _ context: Context
) {
  if returnsToLoop {
    context.state.pointee.code = code
    context.state.pointee.slots = slots
    context.state.pointee.accumulator = accumulator
    return
  }
  unsafeBitCast(code.load(as: UInt.self), to: Handler.self)(code, slots, accumulator, memory, context)
}

/// Charges `cost` counted instructions, then continues at `code`; leaves when the budget is used up.
@inline(__always)
package func proceed(
  charging cost: Int64, _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ memory: MemoryBase,
  _ context: Context
) {
  let budget = context.state.pointee.budget &- cost
  context.state.pointee.budget = budget
  if budget < 0 { return leave(code, slots, accumulator, context, .budget) }
  return proceed(code, slots, accumulator, memory, context)
}

/// Charges `cost` counted instructions; whether the budget is used up.
@inline(__always)
func isUsedUp(charging cost: Int64, _ context: Context) -> Bool {
  let budget = context.state.pointee.budget &- cost
  context.state.pointee.budget = budget
  return budget < 0
}

/// Returns to the loop that entered the handlers, which acts on `reason` and may resume at `code`.
@inline(never)
package func leave(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ context: Context, _ reason: ExitReason
) {
  let state = context.state
  state.pointee.code = code
  state.pointee.slots = slots
  state.pointee.accumulator = accumulator
  state.pointee.exit = reason
}

@inline(never)
package func leave(_ code: Code, _ slots: Slots, _ context: Context, trap: TrapKind) {
  context.state.pointee.trap = trap
  leave(code, slots, 0, context, .trap)
}

/// Returns to the loop, which executes the operation at `code`.
@inline(never)
package func leave(
  _ code: Code, _ slots: Slots, _ accumulator: UInt64, _ context: Context, for operation: LoopOperation
) {
  context.state.pointee.operation = operation
  leave(code, slots, accumulator, context, .operation)
}

// MARK: - Fields of an operation

extension Code {
  @inline(__always) package func slot(_ offset: Int) -> Int {
    Int(load(fromByteOffset: offset, as: SlotNumber.self))
  }
  @inline(__always) package func cost(_ offset: Int) -> Int64 {
    Int64(load(fromByteOffset: offset, as: UInt16.self))
  }
  @inline(__always) package func u16(_ offset: Int) -> UInt {
    UInt(load(fromByteOffset: offset, as: UInt16.self))
  }
  @inline(__always) package func u32(_ offset: Int) -> UInt32 {
    load(fromByteOffset: offset, as: UInt32.self)
  }
  @inline(__always) package func u64(_ offset: Int) -> UInt64 {
    load(fromByteOffset: offset, as: UInt64.self)
  }
  @inline(__always) package func relative(_ offset: Int) -> Code {
    self + Int(load(fromByteOffset: offset, as: Int32.self))
  }
  /// What is behind a list of `count` elements, which begins at `offset` and ends with a whole word.
  @inline(__always)
  package func end(ofListAt offset: Int, _ count: Int, elementByteCount: Int) -> Code {
    let byteCount: Int = (count &* elementByteCount &+ 7) & -8
    return self + (offset &+ byteCount)
  }
  @inline(__always) package func pointer<T>(_ offset: Int, to type: T.Type) -> UnsafeMutablePointer<T> {
    load(fromByteOffset: offset, as: UnsafeMutablePointer<T>.self)
  }

  /// Immediates of each type: 32 bits, sign-extended for i64, and 64 for f64.
  @inline(__always) package func immediate_i64(_ offset: Int) -> UInt64 {
    UInt64(bitPattern: Int64(load(fromByteOffset: offset, as: Int32.self)))
  }
  @inline(__always) package func immediate_f32(_ offset: Int) -> Float { Float(bitPattern: u32(offset)) }
  @inline(__always) package func immediate_f64(_ offset: Int) -> Double {
    Double(bitPattern: u64(offset))
  }
}

// MARK: - Slots

extension Slots {
  @inline(__always) package func i32(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: self[index]) }
  @inline(__always) package func i64(_ index: Int) -> UInt64 { self[index] }
  @inline(__always) package func f32(_ index: Int) -> Float { Float(bitPattern: i32(index)) }
  @inline(__always) package func f64(_ index: Int) -> Double { Double(bitPattern: self[index]) }
  /// A vector's two slots. Slots are aligned to 8 bytes only.
  @inline(__always) package func vector<T: BitwiseCopyable>(_ index: Int, as type: T.Type) -> T {
    UnsafeRawPointer(self + index).loadUnaligned(as: T.self)
  }
  /// The vector that begins here.
  @inline(__always) func vector<T: BitwiseCopyable>() -> T { vector(0, as: T.self) }
  /// The same as two words.
  @inline(__always) var words: U64x2 { vector() }
  @inline(__always) package func setVector<T: BitwiseCopyable>(_ index: Int, _ value: T) {
    UnsafeMutableRawPointer(self + index).storeBytes(of: value, as: T.self)
  }
}

extension UInt64 {
  @inline(__always) package var i32: UInt32 { UInt32(truncatingIfNeeded: self) }
  @inline(__always) package var i64: UInt64 { self }
  @inline(__always) package var f32: Float { Float(bitPattern: i32) }
  @inline(__always) package var f64: Double { Double(bitPattern: self) }
}

/// A result as the 64 bits of its slot: 32-bit values zero-extended, truth as 1.
@inline(__always) package func bits(_ value: Bool) -> UInt64 { value ? 1 : 0 }
@inline(__always) package func bits(_ value: UInt32) -> UInt64 { UInt64(value) }
@inline(__always) package func bits(_ value: UInt64) -> UInt64 { value }
@inline(__always) package func bits(_ value: Float) -> UInt64 { UInt64(value.bitPattern) }
@inline(__always) package func bits(_ value: Double) -> UInt64 { value.bitPattern }

// MARK: - Global variables

/// The cell of an own global: `globals` has 16 bytes for each, and the index was validated.
@inline(__always)
func ownCell(_ global: UInt32, _ context: Context) -> Slots {
  context.state.pointee.globals + Int(global) &* 2
}

/// The cell of an imported global, whose address stands in the instance's own.
@inline(__always)
func importedCell(_ global: UInt32, _ context: Context) -> Slots {
  UnsafeMutablePointer(bitPattern: UInt(ownCell(global, context).pointee)).unsafelyUnwrapped
}

// MARK: - Tables and functions

/// The table of the running instance; the index was validated.
@inline(__always)
func storage(ofTable table: UInt32, _ context: Context) -> UnsafeMutablePointer<TableStorage> {
  context.state.pointee.instance.pointee.tables[Int(table)]
}

/// A reference to a function of the running instance, imports counted; the index was validated.
@inline(__always)
func reference(toFunction function: UInt32, _ context: Context) -> UInt64 {
  UInt64(UInt(bitPattern: context.state.pointee.instance.pointee.functions[Int(function)]))
}

// MARK: - Linear memory

/// The memory of the running instance; the index was validated.
@inline(__always)
func storage(ofMemory memory: UInt32, _ context: Context) -> UnsafeMutablePointer<MemoryStorage> {
  context.state.pointee.instance.pointee.memories[Int(memory)]
}

@inline(__always)
func pageCount(ofMemory memory: UInt32, _ context: Context) -> UInt64 {
  let storage = storage(ofMemory: memory, context)
  return UInt64(storage.pointee.byteCount &>> UInt(storage.pointee.pageSizeExponent))
}

/// The effective address of an access to any memory; nil when it overflows or the access reaches outside.
@inline(__always)
func address(
  _ base: UInt64, _ offset: UInt64, byteCount: UInt, in storage: UnsafeMutablePointer<MemoryStorage>
) -> UInt? {
  let (address, overflow) = base.addingReportingOverflow(offset)
  let (end, endOverflow) = UInt(address).addingReportingOverflow(byteCount)
  return overflow || endOverflow || end > storage.pointee.byteCount ? nil : UInt(address)
}

/// The effective address of a 32-bit address and a 32-bit offset: cannot overflow 64 bits.
@inline(__always) package func address(_ base: UInt32, _ offset: UInt) -> UInt { UInt(base) &+ offset }

extension MemoryBase {
  @inline(__always) package func zeroExtended<T: FixedWidthInteger & BitwiseCopyable>(
    _ address: UInt, _ type: T.Type
  )
    -> UInt64
  {
    UInt64(truncatingIfNeeded: loadUnaligned(fromByteOffset: Int(bitPattern: address), as: T.self))
  }
  @inline(__always) package func signExtended32<T: FixedWidthInteger & BitwiseCopyable>(
    _ address: UInt, _ type: T.Type
  ) -> UInt64 {
    UInt64(
      UInt32(truncatingIfNeeded: loadUnaligned(fromByteOffset: Int(bitPattern: address), as: T.self)))
  }
  @inline(__always) package func signExtended64<T: FixedWidthInteger & BitwiseCopyable>(
    _ address: UInt, _ type: T.Type
  ) -> UInt64 {
    UInt64(truncatingIfNeeded: loadUnaligned(fromByteOffset: Int(bitPattern: address), as: T.self))
  }
  @inline(__always) package func store<T: FixedWidthInteger & BitwiseCopyable>(
    _ address: UInt, _ value: UInt64, _ type: T.Type
  ) {
    storeBytes(of: T(truncatingIfNeeded: value), toByteOffset: Int(bitPattern: address), as: T.self)
  }

  /// The bytes of a vector access, of as many as the type has.
  @inline(__always) func value<T: BitwiseCopyable>(_ address: UInt) -> T {
    loadUnaligned(fromByteOffset: Int(bitPattern: address), as: T.self)
  }
  @inline(__always) func setValue<T: BitwiseCopyable>(_ address: UInt, _ value: T) {
    storeBytes(of: value, toByteOffset: Int(bitPattern: address), as: T.self)
  }
}
