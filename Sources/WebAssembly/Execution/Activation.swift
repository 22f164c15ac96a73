/// One activation: from a call by the host to its return. The loop that enters handlers and acts on what they
/// leave for: translation, limits, calls that cross instances or reach the host, operations of the loop, traps.
///
/// Nothing here runs on the host's stack per call of the module's code, so deep recursion ends at the value
/// stack's end. A host function that calls back begins an activation of its own, which leaves the outer one as
/// it was, however it ends.

@_spi(Translation) import WebAssemblyHandlers

/// Code words that frames return to when the caller is not code of the running instance.
enum ReturnCode {
  /// A cost of 0 before each word, as a return expects.
  private nonisolated(unsafe) static let words: UnsafeMutablePointer<UInt64> = {
    let words = UnsafeMutablePointer<UInt64>.allocate(capacity: 4)
    words[0] = 0
    words[1] = UInt64(OperationTable.handler(ofOnly: .finish))
    words[2] = 0
    words[3] = UInt64(OperationTable.handler(ofOnly: .crossReturn))
    return words
  }()

  /// The host called.
  static var finish: Code { Code(words + 1) }
  /// Another instance did.
  static var cross: Code { Code(words + 3) }
}

/// A place in a frame: an operation or, of a caller, the one behind its call.
struct CodePoint {
  var code: Code
  var slots: Slots
  var isReturnAddress: Bool
}

struct Activation {
  let store: Store
  let thread: UnsafeMutablePointer<ThreadState>
  /// Callers in other instances, innermost last.
  var boundaries: [Boundary] = []
  /// What unwinding has done since the limits were looked at.
  var unwindingWork = 0
  /// Bytes moved by bulk operations since the limits were last looked at.
  var bulkByteCount = 0

  struct Boundary {
    var instance: UnsafeMutablePointer<InstanceState>
    var code: Code
  }

  /// The instance whose code runs.
  var instance: Instance { store.instances[thread.pointee.instance.pointee.index] }

  /// Where the handlers left.
  var here: CodePoint {
    CodePoint(code: thread.pointee.code, slots: thread.pointee.slots, isReturnAddress: false)
  }

  /// Runs a module's function whose arguments lie at `frame`; its results replace them.
  static func run(_ function: UnsafeMutablePointer<FunctionRecord>, frame: Slots, store: Store) throws {
    guard let code = function.pointee.code, let instance = function.pointee.instance else { return }
    let thread = store.thread
    let outer = thread.pointee
    var activation = Activation(store: store, thread: thread)
    defer {
      activation.giveBackBudget()
      thread.pointee = outer
      thread.pointee.surcharge = 0
    }
    activation.takeBudget()
    thread.pointee.stackEnd = store.stack.end
    activation.enter(instance)
    let header = frame + Int(code.pointee.headerSlot)
    // In bounds: the caller has checked that the header fits the stack.
    header[0] = UInt64(UInt(bitPattern: ReturnCode.finish))
    header[1] = UInt64(UInt(bitPattern: frame))
    try activation.run(code, frame: frame)
  }

  /// Goes on at a function's entry and charges its first segment. The header is written.
  mutating func begin(_ code: UnsafeMutablePointer<FunctionCode>, frame: Slots) throws {
    let entry = code.pointee.entry
    guard frame + entry.frameSlotCount <= thread.pointee.stackEnd else {
      throw exhausted(frame: frame, headerSlot: Int(code.pointee.headerSlot))
    }
    resume(at: entry, frame)
    try charge(entry.entryCost)
  }

  mutating func resume(at code: Code, _ slots: Slots, accumulator: UInt64 = 0) {
    thread.pointee.code = code
    thread.pointee.slots = slots
    thread.pointee.accumulator = accumulator
  }

  private mutating func enterHandlers() {
    let thread = thread
    thread.pointee.exit = .proceed
    repeat {
      let code = thread.pointee.code
      let handler = unsafeBitCast(code.load(as: UInt.self), to: Handler.self)
      handler(
        code, thread.pointee.slots, thread.pointee.accumulator, thread.pointee.memoryBase, Context(thread))
    } while thread.pointee.exit == .proceed
  }

  /// Enters a function, then runs handlers and does what they leave for until it returns.
  private mutating func run(_ code: UnsafeMutablePointer<FunctionCode>, frame: Slots) throws {
    var hasBegun = false
    repeat {
      do {
        if hasBegun {
          try handleExit()
        } else {
          hasBegun = true
          try begin(code, frame: frame)
        }
      } catch let trap as Trap where trap.backtrace.isEmpty {
        throw complete(trap, at: here)
      } catch let exception as ThrownException {
        try unwind(exception, from: here)
      } catch let failure as FailureAtCaller {
        try handle(failure)
      }
      enterHandlers()
    } while thread.pointee.exit != .finished
    try checkFuel()
  }

  private mutating func handleExit() throws {
    switch thread.pointee.exit {
    case .proceed, .finished: break
    case .trap: throw Trap(thread.pointee.trap)
    case .budget: try refill()
    case .translate: try translate()
    case .outOfBoundsMemory: try outOfBounds()
    case .crossReturn: try crossReturn()
    case .operation: try operation(thread.pointee.operation)
    }
  }

  // MARK: - Metering

  mutating func takeBudget() {
    thread.pointee.budget = store.meter.budget
    thread.pointee.surcharge = 0
  }

  /// What was charged to the slice for bytes touched is not part of the count.
  mutating func giveBackBudget() {
    store.meter.budget = thread.pointee.budget &+ thread.pointee.surcharge
    thread.pointee.surcharge = 0
  }

  mutating func refill() throws {
    giveBackBudget()
    defer { takeBudget() }
    try store.meter.refill()
  }

  /// Called where a segment has ended: throws when more was executed than the fuel allows.
  mutating func checkFuel() throws {
    giveBackBudget()
    defer { takeBudget() }
    try store.meter.checkFuel()
  }

  mutating func charge(_ cost: Int64) throws {
    thread.pointee.budget &-= cost
    if thread.pointee.budget < 0 { try refill() }
  }

  // MARK: - Translation and bounds

  /// The entered function is a stub: `slots` is its frame and its header is written.
  private mutating func translate() throws {
    let code = FunctionCode.withStub(at: thread.pointee.code)
    let meter = store.meter
    try instance.code.translate(code) { try meter.checkTime() }
    try begin(code, frame: thread.pointee.slots)
  }

  /// The trap of a frame that does not fit: it happened at the call, in the caller.
  private mutating func exhausted(frame: Slots, headerSlot: Int) -> any Error {
    // In bounds: whoever called has checked that the header fits.
    FailureAtCaller(
      error: Trap(.callStackExhausted), caller: frame[headerSlot], slots: frame[headerSlot + 1])
  }

  /// A memory shared with another thread may have grown since its size was read.
  private mutating func outOfBounds() throws {
    let known = thread.pointee.memorySize
    refreshMemory()
    if thread.pointee.memorySize <= known { throw Trap(.outOfBoundsMemoryAccess) }
  }

  // MARK: - Instances

  /// Makes an instance the running one.
  mutating func enter(_ target: UnsafeMutablePointer<InstanceState>) {
    thread.pointee.instance = target
    thread.pointee.globals = target.pointee.globals
    thread.pointee.codes = target.pointee.codes
    refreshMemory()
  }

  /// Reads where the running instance's first memory lies and how large it is, after anything that may have
  /// changed it.
  mutating func refreshMemory() {
    // An instance without a memory has one of no bytes here.
    let memory = thread.pointee.instance.pointee.memories[0]
    thread.pointee.memoryBase = memory.pointee.base
    thread.pointee.memorySize = memory.pointee.byteCount
  }

  /// A function of this instance returned to another one; `slots` is already the caller's frame.
  private mutating func crossReturn() throws {
    let boundary = boundaries.removeLast()
    enter(boundary.instance)
    thread.pointee.code = boundary.code
    try charge(boundary.code.returnCost)
  }
}

/// What went wrong in a function that has no code of its own to show, such as a host function called in place
/// of a return: it counts as having happened at the call of the frame that it would have returned to.
struct FailureAtCaller: Error {
  var error: any Error
  /// The header: the return address and the caller's frame.
  var caller: UInt64
  var slots: UInt64
}
