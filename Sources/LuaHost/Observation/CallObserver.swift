// The monitors that a machine puts on its store, one for each kind of observation.

import WebAssembly

/// Watches one case.
protocol CallObserver: CallMonitor {
  /// A call of `compute` is over, at this count of instructions. No further return is reported of what it
  /// had entered.
  func end(instructions: UInt64)
  /// What was seen.
  func finish() -> ObservedCalls
}

/// Notes which functions are entered.
final class CoverageObserver: CallObserver {
  private(set) var entered: Set<UInt32> = []
  private var isEntered: [Bool]
  private let enteredAtStart: Set<UInt32>

  init(functionCount: Int, enteredAtStart: Set<UInt32> = []) {
    isEntered = Array(repeating: false, count: functionCount)
    self.enteredAtStart = enteredAtStart
  }

  func enter(function: UInt32, of module: Module, instructions: UInt64) {
    if isEntered[Int(function)] { return }
    isEntered[Int(function)] = true
    entered.insert(function)
  }

  func leave(function: UInt32, of module: Module, instructions: UInt64) {}
  func end(instructions: UInt64) {}

  func finish() -> ObservedCalls {
    .coverage(CallCoverage(entered: entered, enteredAtStart: enteredAtStart))
  }
}

/// Condenses the stream of events.
final class DigestObserver: CallObserver {
  private let hashes: [UInt64]
  private var digests: CallDigests
  private var current = CallDigests.Block(flow: 0xCBF2_9CE4_8422_2325, cost: 0xCBF2_9CE4_8422_2325)
  private var inBlock = 0
  private var last: UInt64 = 0
  private var firstEntry: [UInt64]

  /// `labels` are the names of the module's functions.
  init(labels: [String], blockSize: Int) {
    hashes = labels.map { label in
      label.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
    firstEntry = Array(repeating: .max, count: labels.count)
    digests = CallDigests(blockSize: max(1, blockSize), blocks: [], eventCount: 0)
  }

  func enter(function: UInt32, of module: Module, instructions: UInt64) {
    if firstEntry[Int(function)] == .max { firstEntry[Int(function)] = digests.eventCount }
    add(hashes[Int(function)], instructions)
  }

  func leave(function: UInt32, of module: Module, instructions: UInt64) {
    add(~hashes[Int(function)], instructions)
  }

  func end(instructions: UInt64) { add(1, instructions) }

  private func add(_ event: UInt64, _ instructions: UInt64) {
    Self.mix(&current.flow, event)
    Self.mix(&current.cost, event ^ (instructions &- last) &* 0x9E37_79B9_7F4A_7C15)
    last = instructions
    digests.eventCount += 1
    inBlock += 1
    if inBlock == digests.blockSize { closeBlock() }
  }

  private static func mix(_ state: inout UInt64, _ value: UInt64) {
    state = (state ^ value) &* 0xFF51_AFD7_ED55_8CCD
    state ^= state >> 32
  }

  private func closeBlock() {
    digests.blocks.append(current)
    inBlock = 0
  }

  func finish() -> ObservedCalls {
    if inBlock > 0 { closeBlock() }
    for (function, event) in firstEntry.enumerated() where event != .max {
      digests.firstEntries[UInt32(function)] = event
    }
    return .digests(digests)
  }
}

/// Records parts of the stream of events.
final class WindowObserver: CallObserver {
  private var ranges: ArraySlice<Range<UInt64>>
  private var windows: [CallWindow] = []
  private var stack = CallStack()
  private var eventCount: UInt64 = 0
  private var last: UInt64 = 0

  init(_ ranges: [Range<UInt64>]) {
    self.ranges = ranges.filter { !$0.isEmpty }[...]
  }

  func enter(function: UInt32, of module: Module, instructions: UInt64) {
    add(.enter, function, instructions)
    stack.enter(function)
  }

  func leave(function: UInt32, of module: Module, instructions: UInt64) {
    add(.leave, function, instructions)
    stack.leave(function)
  }

  func end(instructions: UInt64) {
    add(.end, 0, instructions)
    stack = CallStack()
  }

  private func add(_ kind: CallEvent.Kind, _ function: UInt32, _ instructions: UInt64) {
    if let range = ranges.first, eventCount >= range.lowerBound {
      if eventCount == range.lowerBound {
        windows.append(CallWindow(start: eventCount, stack: stack.functions))
      }
      windows[windows.count - 1].events.append(
        CallEvent(kind: kind, function: function, instructions: instructions &- last))
      if eventCount + 1 == range.upperBound { ranges.removeFirst() }
    }
    last = instructions
    eventCount += 1
  }

  func finish() -> ObservedCalls { .windows(windows) }
}

/// The functions that were entered and not left.
package struct CallStack: Hashable, Sendable {
  /// Outermost first.
  package private(set) var functions: [UInt32]

  package init(_ functions: [UInt32] = []) { self.functions = functions }

  package mutating func enter(_ function: UInt32) { functions.append(function) }

  /// Takes away the function with everything that it called and that never returned: a tail call replaces
  /// its caller, and an exception passes by.
  package mutating func leave(_ function: UInt32) {
    if functions.last == function {
      functions.removeLast()
    } else if let index = functions.lastIndex(of: function) {
      functions.removeSubrange(index...)
    }
  }
}
