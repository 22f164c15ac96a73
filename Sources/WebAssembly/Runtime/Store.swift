/// Everything that instances live in (Core 4.2.3). A store and all that belongs to it is for one thread
/// at a time; modules may be shared.
public final class Store {
  public let limits: StoreLimits
  /// Counts what the store's instances execute, and limits it.
  public var meter = Meter()
  /// Watches the calls of modules with instrumentation. The store keeps it: one that holds the store in turn
  /// must be taken off again.
  public var monitor: (any CallMonitor)?

  /// A host function, or a module's function with its instance.
  struct FunctionEntry {
    var type: FunctionType
    var record: UnsafeMutablePointer<FunctionRecord>
    var host: HostFunction?
  }

  private(set) var functions: [FunctionEntry] = []
  private(set) var instances: [Instance] = []
  let stack: ValueStack
  /// The first slot that no frame uses: where the next call from the host begins.
  var stackTop: Slots
  var hostCallDepth = 0
  /// Objects, and exceptions that references refer to.
  let heap: Heap
  /// Tags of exceptions in the heap.
  private var tags: [ObjectIdentifier: Tag] = [:]

  public init(limits: StoreLimits = StoreLimits()) {
    self.limits = limits
    heap = Heap(byteLimit: limits.heapByteCount)
    stack = ValueStack(slotCount: limits.stackSlotCount)
    stackTop = stack.base
  }

  deinit {
    for function in functions { function.record.deallocate() }
  }

  func addHostFunction(_ type: FunctionType, _ body: @escaping HostFunction) -> UnsafeMutablePointer<
    FunctionRecord
  > {
    let record = addFunction(type, typeID: TypeRegistry.id(of: type), code: nil, context: nil)
    functions[functions.count - 1].host = body
    return record
  }

  func addFunction(
    _ type: FunctionType, typeID: UInt32, code: UnsafeMutablePointer<FunctionCode>?,
    context: UnsafeMutablePointer<ExecutionContext>?
  ) -> UnsafeMutablePointer<FunctionRecord> {
    // References to objects lie at other addresses; see `HeapObject`.
    let record = UnsafeMutableRawPointer.allocate(
      byteCount: MemoryLayout<FunctionRecord>.size, alignment: 16
    ).bindMemory(to: FunctionRecord.self, capacity: 1)
    record.initialize(
      to: FunctionRecord(
        typeID: typeID, storeIndex: Int32(functions.count), code: code, context: context))
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
