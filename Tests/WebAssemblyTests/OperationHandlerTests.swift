/// Handlers on code that is written here from the layouts alone: those whose meaning is not the numerics'.

import Testing
@_spi(Translation) import WebAssemblyHandlers

/// A few operations, state to run them in, 64 slots, and one memory and one table of one instance.
private final class Machine {
  let slots = Slots.allocate(capacity: 256)
  let bytes = MemoryBase.allocate(byteCount: 64, alignment: 16)
  let elements = Slots.allocate(capacity: 4)
  private let memory = UnsafeMutablePointer<MemoryStorage>.allocate(capacity: 1)
  private let table = UnsafeMutablePointer<TableStorage>.allocate(capacity: 1)
  private let memories = UnsafeMutablePointer<UnsafeMutablePointer<MemoryStorage>>.allocate(capacity: 1)
  private let tables = UnsafeMutablePointer<UnsafeMutablePointer<TableStorage>>.allocate(capacity: 1)
  private let functions = UnsafeMutablePointer<UnsafeMutablePointer<FunctionRecord>>.allocate(capacity: 1)
  let codes = UnsafeMutablePointer<FunctionCode>.allocate(capacity: 1)
  private let cells = UnsafeMutablePointer<HeapCells>.allocate(capacity: 1)
  let instance = UnsafeMutablePointer<InstanceState>.allocate(capacity: 1)
  let state = UnsafeMutablePointer<ThreadState>.allocate(capacity: 1)
  private let code = UnsafeMutableRawPointer.allocate(byteCount: 512, alignment: 16)
  /// Bytes of code so far; the first eight are a function's head.
  private(set) var end = 8

  init() {
    slots.initialize(repeating: 0, count: 256)
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: 64)
    elements.initialize(repeating: 0, count: 4)
    code.initializeMemory(as: UInt8.self, repeating: 0, count: 512)
    memory.initialize(to: MemoryStorage(base: bytes, byteCount: 64, pageSizeExponent: 4))
    table.initialize(to: TableStorage(elements: elements, count: 4))
    memories.initialize(to: memory)
    tables.initialize(to: table)
    instance.initialize(
      to: InstanceState(
        globals: slots, tables: tables, memories: memories, functions: functions, codes: codes, index: 0))
    state.initialize(
      to: ThreadState(
        budget: 1000, surcharge: 0, memorySize: 64, stackEnd: slots + 256, globals: slots, codes: codes,
        instance: instance, cells: cells, memoryBase: bytes, code: Code(code), slots: slots, accumulator: 0,
        operand: 0, operation: .memoryGrow, exit: .proceed, trap: .unreachable))
  }

  deinit {
    for pointer in [slots, elements] { pointer.deallocate() }
    for pointer in [bytes, code] { pointer.deallocate() }
    memory.deallocate()
    table.deallocate()
    memories.deallocate()
    tables.deallocate()
    functions.deallocate()
    codes.deallocate()
    cells.deallocate()
    instance.deallocate()
    state.deallocate()
  }

  func address(_ offset: Int) -> Code { Code(code + offset) }

  /// Appends an operation with these values in its fields, and these words behind them.
  @discardableResult
  func add(
    _ family: OperationFamily, _ places: UInt8 = 0, _ values: [OperationField: UInt64] = [:],
    list: [UInt64] = []
  ) -> Int {
    let start = end
    let operation = operationTables.operation(operationTables.facts(family), places)
    guard operation >= 0 else {
      Issue.record("no such form")
      return start
    }
    let layout = operationTables.layout(of: operation)
    (code + start).storeBytes(of: operationTables.handler(of: operation), as: UInt.self)
    for index in 0..<operationTables.fieldCount(ofLayout: layout) {
      let field = operationTables.field(index, ofLayout: layout)
      guard let value = values[field.kind] else { continue }
      let place = code + (start + field.byteOffset)
      switch field.bitWidth {
      case 16: place.storeBytes(of: UInt16(truncatingIfNeeded: value), as: UInt16.self)
      case 32: place.storeBytes(of: UInt32(truncatingIfNeeded: value), as: UInt32.self)
      default: place.storeBytes(of: value, as: UInt64.self)
      }
    }
    end += operationTables.byteCount(ofLayout: layout)
    for word in list {
      (code + end).storeBytes(of: word, as: UInt64.self)
      end += 8
    }
    return start
  }

  /// Runs from the first operation to a way out.
  @discardableResult
  func run(accumulator: UInt64 = 0, from start: Int = 8) -> ExitReason {
    add(.finish)
    state.pointee.code = address(start)
    state.pointee.slots = slots
    state.pointee.accumulator = accumulator
    state.pointee.exit = .proceed
    repeat {
      let handler = unsafeBitCast(state.pointee.code.load(as: UInt.self), to: Handler.self)
      handler(
        state.pointee.code, state.pointee.slots, state.pointee.accumulator, bytes,
        UnsafeMutableRawPointer(state))
    } while state.pointee.exit == .proceed
    return state.pointee.exit
  }
}

private let operationTables = OperationTable.tables()
private let slotA: UInt8 = 1 << 1
private let accumulatorA: UInt8 = 2 << 1
private let stored: UInt8 = 1

@Suite struct OperationHandlerTests {
  @Test(arguments: [0, 1, 3, 32]) func movesAscendOverOverlappingSlots(count: Int) {
    let machine = Machine()
    for index in 0..<64 { machine.slots[index] = UInt64(index) }
    machine.add(.move, 0, [.result: 4, .a: 5, .y: UInt64(count)])
    #expect(machine.run(accumulator: 7) == .finished)
    for index in 0..<64 {
      #expect(machine.slots[index] == UInt64(4..<4 + count ~= index ? index + 1 : index))
    }
    #expect(machine.state.pointee.accumulator == 7)
    #expect(machine.state.pointee.budget == 1000 && machine.state.pointee.surcharge == 0)
  }

  @Test func clearingManySlotsIsChargedToTheSliceAlone() {
    let machine = Machine()
    for index in 0..<100 { machine.slots[index] = 1 }
    machine.add(.clear, 0, [.a: 2, .x: 96])
    #expect(machine.run() == .finished)
    #expect((0..<100).map { machine.slots[$0] } == [1, 1] + [UInt64](repeating: 0, count: 96) + [1, 1])
    #expect(machine.state.pointee.budget == 988 && machine.state.pointee.surcharge == 12)
  }

  @Test func workThatCountsNothingIsChargedToTheSliceAlone() {
    let machine = Machine()
    machine.add(.surcharge, 0, [.x: 7])
    #expect(machine.run(accumulator: 3) == .finished)
    #expect(machine.state.pointee.budget == 993 && machine.state.pointee.surcharge == 7)
    #expect(machine.state.pointee.accumulator == 3)
  }

  @Test func aMoveThatJumpsChargesAndSkips() {
    let machine = Machine()
    machine.slots[1] = 5
    let jump = machine.add(.moveJump, 0, [.result: 0, .a: 1, .y: 1, .cost: 3])
    machine.add(.unreachable)
    let target = machine.end
    let layout = operationTables.layout(of: operationTables.facts(.moveJump).base)
    let fields = (0..<operationTables.fieldCount(ofLayout: layout)).map {
      operationTables.field($0, ofLayout: layout)
    }
    let field = fields.first { $0.kind == .jump }
    UnsafeMutableRawPointer(mutating: machine.address(jump + (field?.byteOffset ?? 0)))
      .storeBytes(of: Int32(target - jump), as: Int32.self)
    #expect(machine.run() == .finished)
    #expect(machine.slots[0] == 5 && machine.state.pointee.budget == 997)
  }

  @Test(arguments: [(0, 1), (2, 3), (9, 3)]) func aBranchTableEndsWithItsDefault(index: Int, entry: Int) {
    let machine = Machine()
    // Each entry leads to a constant of its own: 16 bytes that store it and 8 that end.
    let size = 16 + 3 * 8
    let entries = (0..<3).map { UInt64(size + $0 * 24) | UInt64($0 + 1) << 32 }
    machine.add(.brTable, accumulatorA, [.y: 3], list: entries)
    for constant in 1...3 as ClosedRange<UInt64> {
      machine.add(.constant32, stored, [.result: 0, .a: constant])
      machine.add(.finish)
    }
    #expect(machine.run(accumulator: UInt64(index)) == .finished)
    #expect(machine.slots[0] == UInt64(entry))
    #expect(machine.state.pointee.budget == 1000 - Int64(entry))
  }

  @Test func aCallSavesWhereToReturnAndWhatThatCharges() {
    let machine = Machine()
    let call = machine.add(.call, 0, [.x: 0, .a: 10, .nextCost: 5])
    let next = machine.add(.finish)
    // In place of an operation the callee's head: a frame of 20 slots, 2 counted instructions.
    let head = machine.add(.finish)
    UnsafeMutableRawPointer(mutating: machine.address(head)).storeBytes(of: 20 | 2 << 32, as: UInt64.self)
    machine.add(.return1, accumulatorA, [.b: 3])
    FunctionCode.initialize(machine.codes, headerSlot: 3, functionIndex: 0, stub: 1)
    let stub = machine.codes.pointee.entry
    #expect(stub == FunctionCode.stub(of: machine.codes) && FunctionCode.withStub(at: stub) == machine.codes)
    #expect(stub.u64(0) == 1 && stub.u64(-8) == 0)
    machine.codes.pointee.setEntry(machine.address(head + 8))
    #expect(machine.run(from: call) == .finished)
    #expect(machine.slots[13] == UInt64(UInt(bitPattern: machine.address(next))))
    #expect(machine.slots[14] == UInt64(UInt(bitPattern: machine.slots)))
    #expect(machine.state.pointee.slots == machine.slots)
    #expect(machine.state.pointee.budget == 993)
  }

  @Test func anIndirectCallLeavesWithTheIndex() {
    let machine = Machine()
    let function = UnsafeMutablePointer<FunctionRecord>.allocate(capacity: 1)
    defer { function.deallocate() }
    function.initialize(to: FunctionRecord(typeID: 7, storeIndex: 0, code: nil, instance: nil))
    machine.elements[2] = UInt64(UInt(bitPattern: function))
    machine.slots[3] = 2
    machine.add(.callIndirect, slotA, [.a: 3, .x: 0, .y: 7, .b: 10, .c: 2])
    #expect(machine.run() == .operation)
    #expect(machine.state.pointee.operation == .callIndirect && machine.state.pointee.operand == 2)
    let fields = CallIndirectFields(machine.state.pointee.code)
    #expect(fields.table == 0 && fields.type == 7 && fields.frame == 10 && fields.header == 2)
    #expect(fields.next == machine.address(machine.end - 8))
    machine.slots[3] = 4
    #expect(machine.run() == .trap)
    #expect(machine.state.pointee.trap == .undefinedElement)
    // All 64 bits of the index count.
    machine.slots[3] = 1 << 32 | 2
    #expect(machine.run() == .trap)
  }

  // MARK: - Any memory

  @Test(arguments: [
    (0, 56, true), (56, 0, true), (0, 57, false), (57, 0, false), (UInt64.max, 1, false),
    (UInt64.max - 3, 0, false), (1 << 63, 1 << 63, false),
  ]) func wideAddressesNeitherWrapNorReachOutside(address: UInt64, offset: UInt64, isInside: Bool) {
    let machine = Machine()
    machine.bytes.storeBytes(of: 0x0102_0304_0506_0708, toByteOffset: 56, as: UInt64.self)
    machine.slots[1] = address
    machine.add(.load64_zero_wide, stored | slotA, [.result: 0, .a: 1, .x: 0, .offset: offset])
    machine.add(.store64_wide, 1 << 5, [.a: 1, .c: 0, .x: 0, .offset: offset])
    #expect(machine.run() == (isInside ? .finished : .trap))
    if isInside {
      #expect(machine.slots[0] == 0x0102_0304_0506_0708)
    } else {
      #expect(machine.state.pointee.trap == .outOfBoundsMemoryAccess)
    }
  }

  @Test func atomicAccessesWantExactAlignment() {
    let machine = Machine()
    machine.bytes.storeBytes(of: 41, toByteOffset: 8, as: UInt32.self)
    machine.slots[1] = 4
    machine.slots[2] = 1
    machine.add(.i32_atomic_rmw_add, stored, [.result: 0, .a: 1, .b: 2, .x: 0, .offset: 4])
    #expect(machine.run() == .finished)
    #expect(machine.slots[0] == 41)
    #expect(machine.bytes.load(fromByteOffset: 8, as: UInt32.self) == 42)
    machine.slots[1] = 5
    #expect(machine.run() == .trap)
    #expect(machine.state.pointee.trap == .unalignedAtomic)
    // Alignment is looked at before bounds.
    machine.slots[1] = 1001
    #expect(machine.run() == .trap)
    #expect(machine.state.pointee.trap == .unalignedAtomic)
    machine.slots[1] = 1000
    #expect(machine.run() == .trap)
    #expect(machine.state.pointee.trap == .outOfBoundsMemoryAccess)
  }

  @Test func sizesAndElementsComeFromTheRunningInstance() {
    let machine = Machine()
    machine.elements[3] = 77
    machine.slots[1] = 3
    machine.add(.memorySize, stored, [.result: 2, .x: 0])
    machine.add(.tableSize, stored, [.result: 3, .x: 0])
    machine.add(.tableGet, stored | slotA, [.result: 4, .a: 1, .x: 0])
    machine.add(.tableSet, 2 << 3, [.a: 2, .x: 0])
    #expect(machine.run() == .trap)
    #expect([2, 3, 4].map { machine.slots[$0] } == [4, 4, 77])
    #expect(machine.state.pointee.trap == .outOfBoundsTableAccess)
  }

  @Test func wideArithmeticTakesConsecutiveSlots() {
    let machine = Machine()
    for (slot, value) in [UInt64.max, 1, 1, 2].enumerated() { machine.slots[10 + slot] = value }
    machine.add(.i64_add128, 0, [.result: 10, .a: 10])
    #expect(machine.run() == .finished)
    #expect([10, 11].map { machine.slots[$0] } == [0, 4])
  }

  /// Slots as the elements of a list.
  private static func words(_ slots: [UInt64]) -> [UInt64] {
    let perWord = 64 / SlotNumber.bitWidth
    return stride(from: 0, to: slots.count, by: perWord).map { start in
      slots[start..<start + perWord].reversed().reduce(0) { $0 << UInt64(SlotNumber.bitWidth) | $1 }
    }
  }

  @Test func whatLeavesForTheLoopSaysWhichOperationItIs() {
    let machine = Machine()
    machine.add(.arrayFill, 0, [.a: 9, .immediate: 0, .x: 3, .y: 4], list: Self.words([1, 2, 3, 4]))
    #expect(machine.run() == .operation)
    #expect(machine.state.pointee.operation == .arrayFill)
    let fields = ObjectFields(machine.state.pointee.code)
    #expect(fields.top == 9 && fields.number == 3 && fields.count == 4 && fields.operands(2) == 3)
    #expect(fields.next == machine.address(machine.end - 8))
    #expect(fields.operands(3) == 4)
  }
}
