/// How a run ends early: traps with a backtrace, and limits that the host set.

/// A frame of a backtrace, innermost first.
public struct BacktraceFrame: Sendable, Hashable {
  /// From the name section, nil when it names no such function.
  public var functionName: String?
  public var functionIndex: UInt32
  /// Byte offset in the module of the instruction that was executing.
  public var offset: Int

  public init(functionName: String?, functionIndex: UInt32, offset: Int) {
    self.functionName = functionName
    self.functionIndex = functionIndex
    self.offset = offset
  }
}

extension BacktraceFrame: CustomStringConvertible {
  public var description: String {
    "\(functionName ?? "function \(functionIndex)") at offset 0x\(String(offset, radix: 16))"
  }
}

/// Execution that the specification says must stop (Core 4.2.2).
public struct Trap: Error, Sendable, Hashable, CustomStringConvertible {
  public var kind: TrapKind
  /// At most `maximumFrameCount` frames; the outermost ones are left out first.
  public var backtrace: [BacktraceFrame]

  public init(_ kind: TrapKind, backtrace: [BacktraceFrame] = []) {
    self.kind = kind
    self.backtrace = backtrace
  }

  public static let maximumFrameCount = 100

  public var description: String {
    guard let innermost = backtrace.first else { return kind.message }
    return "\(kind.message) in \(innermost)"
  }
}

/// A limit of the store that a run reached. Not a trap: the program did nothing wrong.
public enum ExecutionLimit: Error, Sendable, Hashable {
  /// More instructions than `Meter.fuel`.
  case fuel
  /// `Meter.deadline` passed.
  case time
  /// Memories, tables and objects were to take more than `Store.memoryLimit`, or objects more than
  /// `StoreLimits.heapByteCount`.
  case memory
  /// The meter's `Interruption` was raised.
  case interrupted
}
