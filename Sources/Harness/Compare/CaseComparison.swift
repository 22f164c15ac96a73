// What came of running a case on two builds: part of the report on it.

/// How the new build's run of a case differs from the old one's.
package struct CaseComparison: Hashable, Sendable, Codable {
  package enum Verdict: String, Hashable, Sendable, Codable, CodingKeyRepresentable, CaseIterable {
    /// The same answer, output, tables and host calls.
    case same
    /// The same, but it costs more than allowed.
    case cost
    /// Another answer, and no golden says which of the two is right.
    case changed
    /// The new build answers as the golden says, the old one did not.
    case fixed
    /// The old build answered as the golden says, the new one does not.
    case broken

    /// Whether the comparison fails because of it.
    package var isBad: Bool { self == .cost || self == .changed || self == .broken }
  }

  /// One build's run of the case.
  package struct Side: Hashable, Sendable, Codable {
    /// How the deciding step ended, on one line in the golden's notation, shortened; nil if nothing was run.
    package var result: String?
    /// Why the build could not be given the case.
    package var refusal: Finding?
    /// WebAssembly instructions; nil when nothing was run or the clock cut it off.
    package var instructions: UInt64?
    /// Pages of 64 KiB; nil when nothing was run.
    package var peakPages: UInt64?
    package var microseconds: UInt64 = 0
    package var hostCallCount = 0
    /// The functions that a trap passed through.
    package var backtrace: Backtrace?

    package init(result: String? = nil, instructions: UInt64? = nil) {
      self.result = result
      self.instructions = instructions
    }

    /// What the run cost; nil when that means nothing.
    func cost(_ measure: CostMeasure) -> UInt64? { measure == .instructions ? instructions : peakPages }
  }

  package var verdict: Verdict
  package var old: Side
  package var new: Side
  /// The first host call in which the runs differ.
  package var hostCall: HostCallDifference?
  /// What a replay of both runs showed; nil when there was none.
  package var replay: Replay?
  /// The case of the same verdict and cause that was replayed in place of this one.
  package var replayedCase: String?

  package init(verdict: Verdict, old: Side, new: Side) {
    self.verdict = verdict
    self.old = old
    self.new = new
  }

  /// Both builds' instructions, if they answer alike and the counts mean something.
  var alikeInstructions: (old: UInt64, new: UInt64)? {
    guard verdict == .same || verdict == .cost, let old = old.instructions, let new = new.instructions else {
      return nil
    }
    return (old, new)
  }
}

/// A host call that only one of two runs made so.
package struct HostCallDifference: Hashable, Sendable, Codable {
  /// Counted from 1.
  package var number: Int
  /// As `explain` lists it; nil when the run made no further call.
  package var old: String?
  package var new: String?
}

/// What was found by running a case again on both builds, each call watched.
package struct Replay: Hashable, Sendable, Codable {
  /// Why a replay says less than it could.
  package enum Shortfall: Hashable, Sendable, Codable {
    case stopped
    case failed(reason: String)
  }

  /// Where the runs first call or return differently.
  package var parting: Parting?
  /// Where a function first executes another number of instructions, if that is earlier.
  package var costParting: Parting?
  /// The functions that only one of the runs enters; only where the runs part as those of every case do,
  /// which `parting` does not show then.
  package var entered: EnteredDifference?
  /// The first function entered whose code is not the same in both builds, if few functions' code is not.
  package var changedFunction: String?
  /// Whether the collector's steps and the allocator were left out of account for these.
  package var isWithoutHousekeeping = false
  /// The functions whose own instructions changed most.
  package var costs: [FunctionCostChange] = []
  package var shortfall: Shortfall?
}

/// The place at which two runs of a case part.
package struct Parting: Hashable, Sendable, Codable {
  /// What a run does there.
  package struct Action: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable {
      case calls, returns, ends
      /// It was stopped.
      case goesOn = "goes-on"
      case isOver = "is-over"
    }

    package var kind: Kind
    /// The function that it calls.
    package var function: String?
    /// How many instructions it had executed by then; nil when it is over.
    package var instructions: UInt64?

    package init(_ kind: Kind, function: String? = nil, instructions: UInt64? = nil) {
      self.kind = kind
      self.function = function
      self.instructions = instructions
    }
  }

  /// How many calls and returns the runs have in common from the first call of `compute`.
  package var eventCount: UInt64
  /// The function that is executing there; nil before the first call.
  package var function: String?
  /// The functions through which it was called, innermost first, without itself.
  package var callers: [String]
  package var old: Action
  package var new: Action
}

/// A function's own instructions in the two runs.
package struct FunctionCostChange: Hashable, Sendable, Codable {
  package var function: String
  package var old: UInt64
  package var new: UInt64
}
