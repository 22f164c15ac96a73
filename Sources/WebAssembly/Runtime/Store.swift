/// Everything that instances live in (Core 4.2.3). A store and all that belongs to it is for one thread
/// at a time; modules may be shared.
public final class Store {
  public let limits: StoreLimits
  public var meter = Meter()
  /// Watches the calls of modules with instrumentation.
  public weak var monitor: (any CallMonitor)?

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
  /// Exceptions that references point to; see `reference(to:)`.
  private(set) var exceptions: [ThrownException] = []

  public init(limits: StoreLimits = StoreLimits()) {
    self.limits = limits
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
    let record = UnsafeMutablePointer<FunctionRecord>.allocate(capacity: 1)
    record.initialize(
      to: FunctionRecord(
        typeID: typeID, storeIndex: Int32(functions.count), code: code, context: context))
    functions.append(FunctionEntry(type: type, record: record))
    return record
  }

  /// A reference to an exception: its number above three tag bits that no other reference has.
  /// Throws a trap when there are more than a program can be trusted with.
  func reference(to exception: ThrownException) throws -> UInt64 {
    guard exceptions.count < 1 << 20 else { throw Trap(.allocationFailure) }
    exceptions.append(exception)
    return UInt64(exceptions.count) << 3 | 4
  }

  func exception(_ reference: UInt64) -> ThrownException? {
    let number = Int(truncatingIfNeeded: reference >> 3)
    return number > 0 && number <= exceptions.count ? exceptions[number - 1] : nil
  }

  func add(_ instance: Instance) -> Int {
    instances.append(instance)
    return instances.count - 1
  }

  /// The function that a reference of type `funcref` points to, nil for null.
  public func function(of reference: Reference) -> Function? {
    guard let record = UnsafeMutablePointer<FunctionRecord>(bitPattern: UInt(reference.bits)) else {
      return nil
    }
    let entry = functions[Int(record.pointee.storeIndex)]
    return Function(entry.type, store: self, record: record)
  }
}
