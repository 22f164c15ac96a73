/// Everything that instances live in (Core 4.2.3). A store and all that belongs to it is for one thread
/// at a time; modules may be shared.
public final class Store {
  public let limits: StoreLimits
  /// What the store's types belong to, and the modules that it instantiates.
  public let engine: Engine
  /// Counts what the store's instances execute, and limits it.
  public var meter = Meter()
  /// Watches the calls of instances in the mode `callsObserved`. The store keeps it: one that holds the store in turn
  /// must be taken off again.
  public var monitor: (any CallMonitor)?
  /// Where instances in the mode `edgesCounted` mark what they take.
  public var edges: EdgeMap? {
    didSet { thread.pointee.edges = edges?.marks }
  }
  /// The sign of the canonical NaNs that scalar arithmetic gives, which a WebAssembly program must not rely on (Core
  /// 4.3.3, NaN propagation). The minimum, the maximum and vectors always give positive ones.
  public var nanSign = FloatingPointSign.plus {
    didSet { thread.pointee.nanSign = nanSign == .minus ? 1 << 63 : 0 }
  }

  /// A host function, or a module's function with its instance.
  struct FunctionEntry {
    var type: FunctionType
    var record: UnsafeMutablePointer<FunctionRecord>
    var host: HostFunction?
  }

  private(set) var functions: [FunctionEntry] = []
  /// What their records are in, and where the next one lies, for so many of which there is room.
  private var recordBlocks: [UnsafeMutableRawPointer] = []
  private var nextRecord: UnsafeMutableRawPointer?
  private var recordRoom = 0
  private(set) var instances: [Instance] = []
  let stack: ValueStack
  /// The first slot that no frame uses: where the next call from the host begins.
  var stackTop: Slots
  var hostCallDepth = 0
  /// What running code reaches: the state of the thread that the store belongs to.
  let thread: UnsafeMutablePointer<ThreadState>
  /// What the thread's state names as the running instance while none runs; nothing in it is looked at.
  private let noInstance: UnsafeMutablePointer<InstanceState>
  /// What memories, tables and objects are charged to.
  let budget: MemoryBudget
  /// Objects, and exceptions that references refer to.
  let heap: Heap
  /// Tags of exceptions in the heap.
  private var tags: [ObjectIdentifier: Tag] = [:]

  public init(limits: StoreLimits = StoreLimits(), engine: Engine = .default) {
    self.limits = limits
    self.engine = engine
    budget = MemoryBudget(limit: limits.memoryByteCount)
    heap = Heap(byteLimit: limits.heapByteCount, budget: budget, engine: engine)
    stack = ValueStack(slotCount: limits.stackSlotCount)
    stackTop = stack.base
    // Without an instance that runs nothing of this is looked at.
    noInstance = .allocate(capacity: 1)
    let nothing = UnsafeMutableRawPointer(noInstance)
    noInstance.initialize(
      to: InstanceState(
        globals: stack.base, tables: nothing.assumingMemoryBound(to: UnsafeMutablePointer<TableStorage>.self),
        memories: nothing.assumingMemoryBound(to: UnsafeMutablePointer<MemoryStorage>.self),
        functions: nothing.assumingMemoryBound(to: UnsafeMutablePointer<FunctionRecord>.self),
        codes: nothing.assumingMemoryBound(to: FunctionCode.self), index: -1))
    thread = .allocate(capacity: 1)
    thread.initialize(
      to: ThreadState(
        budget: 0, surcharge: 0, memorySize: 0, stackEnd: stack.end, globals: stack.base,
        codes: noInstance.pointee.codes, instance: noInstance, cells: heap.cells, memoryBase: nothing,
        code: ReturnCode.finish, slots: stack.base, accumulator: 0, operand: 0, operation: .callImport,
        exit: .finished, trap: .unreachable))
  }

  deinit {
    thread.deallocate()
    noInstance.deallocate()
    for records in recordBlocks { records.deallocate() }
  }

  // MARK: - Memory

  /// The most bytes that memories, tables and objects may take together; nil for no limit. At first that of
  /// `limits`. One below what they take already forbids them to grow.
  public var memoryLimit: UInt64? {
    get { budget.limit }
    set { budget.limit = newValue }
  }

  /// Whether a limit on memory allows so many bytes.
  package static func isWithin(_ limit: UInt64?, _ byteCount: UInt64) -> Bool {
    MemoryBudget.isWithin(limit, byteCount)
  }

  /// Bytes that memories (in pages of 4 KiB), tables (8 an element) and objects (in blocks of 64 KiB) take
  /// together.
  public var memoryByteCount: UInt64 { budget.used }

  /// The most bytes that they have taken since `resetMemoryPeak`.
  public var memoryPeakByteCount: UInt64 { budget.peak }

  /// Lets `memoryPeakByteCount` begin at what is taken now.
  public func resetMemoryPeak() { budget.resetPeak() }

  // MARK: - Functions and instances

  /// Prepares for an instance of a module. Throws `EngineError` when the module is of another engine, and the
  /// trap `allocation failure` when there is no address space for the stack.
  func admit(_ module: Module) throws {
    guard module.engine === engine else { throw EngineError() }
    if try stack.reserve() { stackTop = stack.base }
  }

  /// Whether what is to be imported may be used here: it is of this store, or else a memory that several
  /// threads share, or a tag of the engine's.
  func accepts(_ item: Extern) -> Bool {
    switch item {
    case .function(let function): function.store === self
    case .table(let table): table.heap === heap
    case .memory(let memory): memory.budget === budget || memory.type.isShared
    case .global(let global): global.bind(to: heap)
    case .tag(let tag): tag.engine === engine
    }
  }

  func addHostFunction(_ type: FunctionType, _ body: @escaping HostFunction) -> UnsafeMutablePointer<
    FunctionRecord
  > {
    let record = addFunction(type, typeID: engine.types.id(of: type), code: nil, instance: nil)
    functions[functions.count - 1].host = body
    return record
  }

  /// Makes room for so many functions that are added next.
  func reserveFunctions(_ count: Int) {
    guard count > recordRoom else { return }
    let room = max(count, 8)
    // References to objects lie at other addresses; see `HeapObject`.
    let block = UnsafeMutableRawPointer.allocate(byteCount: room * Self.recordStride, alignment: 16)
    recordBlocks.append(block)
    (nextRecord, recordRoom) = (block, room)
  }

  private static let recordStride = (MemoryLayout<FunctionRecord>.size + 15) & ~15

  func addFunction(
    _ type: FunctionType, typeID: UInt32, code: UnsafeMutablePointer<FunctionCode>?,
    instance: UnsafeMutablePointer<InstanceState>?
  ) -> UnsafeMutablePointer<FunctionRecord> {
    reserveFunctions(1)
    // In bounds: there is room for one at least.
    let place = nextRecord.unsafelyUnwrapped
    nextRecord = place + Self.recordStride
    recordRoom -= 1
    let record = place.bindMemory(to: FunctionRecord.self, capacity: 1)
    record.initialize(
      to: FunctionRecord(
        typeID: typeID, storeIndex: Int32(functions.count), code: code, instance: instance))
    functions.append(FunctionEntry(type: type, record: record))
    return record
  }

  /// Keeps a tag as long as the store.
  func keep(_ tag: Tag) { tags[ObjectIdentifier(tag)] = tag }

  func add(_ instance: Instance) -> Int {
    instances.append(instance)
    return instances.count - 1
  }

  /// The function of this store that a reference refers to, nil when it refers to something else.
  public func function(of reference: Reference) -> Function? {
    guard reference.kind == .function,
      let record = UnsafeMutablePointer<FunctionRecord>(bitPattern: UInt(reference.bits))
    else { return nil }
    let index = Int(record.pointee.storeIndex)
    guard functions.indices.contains(index), functions[index].record == record else { return nil }
    return Function(functions[index].type, store: self, record: record)
  }
}
