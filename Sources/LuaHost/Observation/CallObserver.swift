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

/// Leaves out what happens in some functions, and the instructions that it takes.
private struct HiddenCalls {
  private let isHidden: [Bool]
  /// How many calls deep execution is in a hidden function; 0 outside.
  private var depth = 0
  private var start: UInt64 = 0
  /// Executed in hidden functions.
  private var instructions: UInt64 = 0

  init(_ names: Set<String>, labels: [String]) {
    isHidden = names.isEmpty ? [] : labels.map { names.contains($0) }
  }

  /// The count of instructions without the hidden ones; nil when the call is hidden.
  mutating func enter(_ function: UInt32, _ count: UInt64) -> UInt64? {
    if isHidden.isEmpty { return count }
    if depth > 0 {
      depth += 1
    } else if isHidden[Int(function)] {
      depth = 1
      start = count
    } else {
      return count &- instructions
    }
    return nil
  }

  mutating func leave(_ count: UInt64) -> UInt64? {
    if depth == 0 { return count &- instructions }
    depth -= 1
    if depth == 0 { instructions &+= count &- start }
    return nil
  }

  mutating func end(_ count: UInt64) -> UInt64 {
    depth = 0
    return count &- instructions
  }
}

/// Condenses the stream of events.
final class DigestObserver: CallObserver {
  private let hashes: [UInt64]
  private var hidden: HiddenCalls
  private var digests: CallDigests
  private var current = CallDigests.Block(flow: 0xCBF2_9CE4_8422_2325, cost: 0xCBF2_9CE4_8422_2325)
  private var inBlock = 0
  private var last: UInt64 = 0
  private var firstEntry: [UInt64]

  /// `labels` are the names of the module's functions.
  init(labels: [String], blockSize: Int, hiding names: Set<String>) {
    hidden = HiddenCalls(names, labels: labels)
    hashes = labels.map { label in
      label.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
    firstEntry = Array(repeating: .max, count: labels.count)
    digests = CallDigests(blockSize: max(1, blockSize), blocks: [], eventCount: 0)
  }

  func enter(function: UInt32, of module: Module, instructions: UInt64) {
    if firstEntry[Int(function)] == .max { firstEntry[Int(function)] = digests.eventCount }
    if let count = hidden.enter(function, instructions) { add(hashes[Int(function)], count, instructions) }
  }

  func leave(function: UInt32, of module: Module, instructions: UInt64) {
    if let count = hidden.leave(instructions) { add(~hashes[Int(function)], count, instructions) }
  }

  func end(instructions: UInt64) { add(1, hidden.end(instructions), instructions) }

  /// `instructions` without the hidden ones, `total` with them.
  private func add(_ event: UInt64, _ instructions: UInt64, _ total: UInt64) {
    Self.mix(&current.flow, event)
    Self.mix(&current.cost, event ^ (instructions &- last) &* 0x9E37_79B9_7F4A_7C15)
    last = instructions
    current.end = total
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
  private var hidden: HiddenCalls
  private var eventCount: UInt64 = 0
  private var last: UInt64 = 0

  init(_ ranges: [Range<UInt64>], labels: [String], hiding names: Set<String>) {
    hidden = HiddenCalls(names, labels: labels)
    self.ranges = ranges.filter { !$0.isEmpty }[...]
  }

  func enter(function: UInt32, of module: Module, instructions: UInt64) {
    guard let count = hidden.enter(function, instructions) else { return }
    add(.enter, function, count)
    stack.enter(function)
  }

  func leave(function: UInt32, of module: Module, instructions: UInt64) {
    guard let count = hidden.leave(instructions) else { return }
    add(.leave, function, count)
    stack.leave(function)
  }

  func end(instructions: UInt64) {
    add(.end, 0, hidden.end(instructions))
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
