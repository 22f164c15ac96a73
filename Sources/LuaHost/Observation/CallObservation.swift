// What can be seen of a case besides its answer: the stream of calls and returns that it makes.

/// What to watch while a case runs. Everything but `none` needs an executor of an instrumented module
/// (`CaseExecutorProvider.instrumented`).
public enum CallObservation: Hashable, Sendable {
  case none
  /// Which functions are entered; answered by `ObservedCalls.coverage`.
  case coverage
  /// Where the instructions go; answered by `ObservedCalls.profile`.
  case profile
  /// Digests of the stream of events, one for each block of so many; answered by `ObservedCalls.digests`.
  /// What happens in functions with hidden names, and in what they call, is left out of the stream.
  case digests(blockSize: Int, hiding: Set<String> = [])
  /// The events in these ranges, which are ordered and do not overlap, counted from 0 at the first call of
  /// `compute`; answered by `ObservedCalls.windows`.
  case windows([Range<UInt64>], hiding: Set<String> = [])

  /// The functions of Lua and the C library whose course depends on addresses and on how full the memory
  /// is, rather than on the script: the collector's steps and the allocator.
  public static let housekeeping: Set<String> = [
    "luaC_step", "luaC_fullgc", "l_alloc", "allocator_reallocate", "malloc", "calloc", "realloc", "free",
    "dlmalloc", "dlcalloc", "dlrealloc", "dlfree", "emscripten_builtin_malloc", "emscripten_builtin_free",
  ]
}

/// What was watched. Functions are named by their index in the module, imports counted first.
public enum ObservedCalls: Hashable, Sendable {
  case coverage(CallCoverage)
  case profile(CallProfile)
  case digests(CallDigests)
  case windows([CallWindow])
}

/// The functions that were entered.
public struct CallCoverage: Hashable, Sendable {
  /// In the calls of `compute`.
  public var entered: Set<UInt32>
  /// When the module was instantiated and initialised.
  public var enteredAtStart: Set<UInt32>

  public init(entered: Set<UInt32>, enteredAtStart: Set<UInt32>) {
    self.entered = entered
    self.enteredAtStart = enteredAtStart
  }
}

/// One event of the stream: a function is entered or left, or a call of `compute` is over.
public struct CallEvent: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case enter, leave
    /// `compute` returned, trapped or reached a limit. `function` is 0.
    case end
  }

  public var kind: Kind
  public var function: UInt32
  /// Executed since the event before.
  public var instructions: UInt64

  public init(kind: Kind, function: UInt32, instructions: UInt64) {
    self.kind = kind
    self.function = function
    self.instructions = instructions
  }
}

/// A part of the stream, recorded.
public struct CallWindow: Hashable, Sendable {
  /// The number of the first event.
  public var start: UInt64
  /// The functions that had been entered and not left before the first event, outermost first.
  public var stack: [UInt32]
  public var events: [CallEvent]

  public init(start: UInt64, stack: [UInt32], events: [CallEvent] = []) {
    self.start = start
    self.stack = stack
    self.events = events
  }
}

/// The whole stream, condensed so that two of them can be compared. Functions enter the digests by their
/// names, so that streams of different builds are alike as long as the same functions call each other.
public struct CallDigests: Hashable, Sendable {
  /// The digests of everything up to a block's end.
  public struct Block: Hashable, Sendable {
    /// Of the kinds and functions of the events.
    public var flow: UInt64
    /// Of these and the instructions between them.
    public var cost: UInt64
    /// The instructions executed by the last of its events, those in hidden functions among them. No part of
    /// what is compared.
    public var end: UInt64

    public init(flow: UInt64, cost: UInt64, end: UInt64 = 0) {
      self.flow = flow
      self.cost = cost
      self.end = end
    }
  }

  public var blockSize: Int
  /// All but the last hold `blockSize` events.
  public var blocks: [Block]
  public var eventCount: UInt64
  /// The number of the event that entered a function first.
  public var firstEntries: [UInt32: UInt64]

  public init(
    blockSize: Int, blocks: [Block], eventCount: UInt64, firstEntries: [UInt32: UInt64] = [:]
  ) {
    self.blockSize = blockSize
    self.blocks = blocks
    self.eventCount = eventCount
    self.firstEntries = firstEntries
  }
}
