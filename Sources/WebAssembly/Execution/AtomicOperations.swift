/// Atomic accesses (the threads proposal) and arithmetic on pairs of i64 (the wide-arithmetic proposal).
///
/// A store belongs to one thread, so a read followed by a write is atomic, and nobody waits to be notified.

extension Execution {
  func wide(_ slots: Slots, row: Int) {
    switch InstructionTable.packedRows[row].opcode {
    case .i64Add128:
      let (low, carry) = slots[0].addingReportingOverflow(slots[2])
      slots[1] = slots[1] &+ slots[3] &+ (carry ? 1 : 0)
      slots[0] = low
    case .i64Sub128:
      let (low, borrow) = slots[0].subtractingReportingOverflow(slots[2])
      slots[1] = slots[1] &- slots[3] &- (borrow ? 1 : 0)
      slots[0] = low
    case .i64MulWideS:
      let product = Int64(bitPattern: slots[0]).multipliedFullWidth(by: Int64(bitPattern: slots[1]))
      slots[0] = product.low
      slots[1] = UInt64(bitPattern: product.high)
    default:
      let product = slots[0].multipliedFullWidth(by: slots[1])
      slots[0] = product.low
      slots[1] = product.high
    }
  }

  mutating func atomic(_ memory: Memory, _ slots: Slots, row: Int, _ code: Code) throws {
    let packed = InstructionTable.packedRows[row]
    let width = 1 << Int(packed.accessExponent)
    let offset = code.load(fromByteOffset: 32, as: UInt64.self)
    guard (slots[0] &+ offset) % UInt64(width) == 0 else { throw Trap(.unalignedAtomic) }
    let address = UInt(try effective(memory, slots[0], width, code))
    let base = memory.base
    func load() -> UInt64 {
      switch width {
      case 1: base.zeroExtended(address, UInt8.self)
      case 2: base.zeroExtended(address, UInt16.self)
      case 4: base.zeroExtended(address, UInt32.self)
      default: base.zeroExtended(address, UInt64.self)
      }
    }
    func store(_ value: UInt64) {
      switch width {
      case 1: base.store(address, value, UInt8.self)
      case 2: base.store(address, value, UInt16.self)
      case 4: base.store(address, value, UInt32.self)
      default: base.store(address, value, UInt64.self)
      }
    }
    let number = packed.opcode.code
    switch number {
    case 0: slots[0] = 0
    case 1, 2:
      slots[0] = try wait(memory, isEqual: load() == slots[1], nanoseconds: Int64(bitPattern: slots[2]))
    case 0x10...0x16: slots[0] = load()
    case 0x17...0x1D: store(slots[1])
    default:
      // Seven widths of each operation, in this order.
      let former = load()
      switch (number - 0x1E) / 7 {
      case 0: store(former &+ slots[1])
      case 1: store(former &- slots[1])
      case 2: store(former & slots[1])
      case 3: store(former | slots[1])
      case 4: store(former ^ slots[1])
      case 5: store(slots[1])
      default: if former == slots[1] { store(slots[2]) }
      }
      slots[0] = former
    }
  }

  /// 1 when the value is another; else, as nobody can wake this thread, 2 once the time is over. A negative
  /// time is endless: it ends with the deadline or an interruption.
  private func wait(_ memory: Memory, isEqual: Bool, nanoseconds: Int64) throws -> UInt64 {
    guard memory.type.isShared else { throw Trap(.expectedSharedMemory) }
    guard isEqual else { return 1 }
    let end = nanoseconds < 0 ? UInt64.max : Meter.now &+ UInt64(nanoseconds)
    while Meter.now < end {
      try store.meter.checkTime()
      Meter.sleep(nanoseconds: min(1_000_000, end - Meter.now))
    }
    return 2
  }
}
