/// Waiting for a notification, and giving one (the threads proposal).

extension Activation {
  mutating func wait(_ operation: LoopOperation, _ code: Code) throws {
    let slots = thread.pointee.slots
    let result: UInt64
    let target: Int
    let next: Code
    switch operation {
    case .atomicNotify:
      let fields = AtomicNotifyFields(code)
      let memory = instance.memories[fields.memory]
      let address = try aligned(memory, slots[fields.address], fields.offset, width: 4)
      result = UInt64(memory.notify(at: address, count: slots[fields.count].i32))
      (target, next) = (fields.result, fields.next)
    case .atomicWait32:
      let fields = AtomicWait32Fields(code)
      let memory = instance.memories[fields.memory]
      let address = try aligned(memory, slots[fields.address], fields.offset, width: 4)
      let (base, expected) = (memory.base, UInt64(slots[fields.expected].i32))
      result = try memory.wait(
        at: address, nanoseconds: Int64(bitPattern: slots[fields.timeout]), store.meter,
        while: { Numerics.i32_atomic_load(base, address) == expected })
      (target, next) = (fields.result, fields.next)
    default:
      let fields = AtomicWait64Fields(code)
      let memory = instance.memories[fields.memory]
      let address = try aligned(memory, slots[fields.address], fields.offset, width: 8)
      let (base, expected) = (memory.base, slots[fields.expected])
      result = try memory.wait(
        at: address, nanoseconds: Int64(bitPattern: slots[fields.timeout]), store.meter,
        while: { Numerics.i64_atomic_load(base, address) == expected })
      (target, next) = (fields.result, fields.next)
    }
    slots[target] = result
    resume(at: next, slots, accumulator: result)
  }

  /// The effective address of an atomic access, in bounds and a multiple of its width.
  private func aligned(_ memory: Memory, _ address: UInt64, _ offset: UInt64, width: UInt64) throws -> UInt {
    let (sum, overflow) = address.addingReportingOverflow(offset)
    guard sum % width == 0 else { throw Trap(.unalignedAtomic) }
    guard !overflow, memory.contains(sum, width) else { throw Trap(.outOfBoundsMemoryAccess) }
    return UInt(sum)
  }
}
