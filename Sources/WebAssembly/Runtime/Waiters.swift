import Dispatch
import Synchronization

/// The threads that wait at a shared memory's addresses (threads, exec `memory.atomic.wait` and
/// `memory.atomic.notify`).
final class Waiters: Sendable {
  /// By address, those that came first in front. An address that nobody waits at has no entry.
  private let waiters = Mutex<[UInt: [Waiter]]>([:])

  /// One thread in one wait.
  private final class Waiter: Sendable {
    let isWoken = DispatchSemaphore(value: 0)
  }

  /// The longest that a waiting thread does not look at its limits, in nanoseconds.
  private static let slice: UInt64 = 5_000_000

  enum Outcome: UInt64 {
    case woken = 0
    case notEqual = 1
    case timedOut = 2
  }

  /// Waits to be notified at `address` if `isEqual` says that the value there is the one expected.
  ///
  /// The value is looked at and the thread put among those that wait under one lock, which `notify` takes as
  /// well: who changes the value and notifies then finds either the thread or a thread that sees the change.
  ///
  /// - Parameters:
  ///   - nanoseconds: how long at most; negative for as long as it takes.
  ///   - meter: whose deadline and interruption end the wait: then `ExecutionLimit` is thrown.
  func wait(
    at address: UInt, nanoseconds: Int64, _ meter: Meter, while isEqual: () -> Bool
  ) throws(ExecutionLimit) -> Outcome {
    let end = nanoseconds < 0 ? UInt64.max : Meter.now &+ UInt64(nanoseconds)
    let waiter = Waiter()
    let isWaiting = waiters.withLock { waiters in
      guard isEqual() else { return false }
      waiters[address, default: []].append(waiter)
      return true
    }
    guard isWaiting else { return .notEqual }
    while true {
      let now = Meter.now
      do throws(ExecutionLimit) {
        try meter.checkTime()
      } catch {
        _ = remove(waiter, at: address)
        throw error
      }
      // Who was notified in the last moment was woken: the notification is counted.
      guard now < end else { return remove(waiter, at: address) ? .timedOut : .woken }
      let rest = min(Self.slice, end - now, meter.deadline.map { $0 > now ? $0 - now : 0 } ?? .max)
      if waiter.isWoken.wait(timeout: .now() + .nanoseconds(Int(rest))) == .success { return .woken }
    }
  }

  /// Wakes the first of those that wait at `address`, at most `count`. Answers how many there were.
  func notify(at address: UInt, count: UInt32) -> UInt32 {
    waiters.withLock { waiters in
      guard var list = waiters[address] else { return 0 }
      let woken = list.prefix(Int(count))
      list.removeFirst(woken.count)
      waiters[address] = list.isEmpty ? nil : list
      for waiter in woken { waiter.isWoken.signal() }
      return UInt32(woken.count)
    }
  }

  func waiterCount(at address: UInt) -> Int { waiters.withLock { $0[address]?.count ?? 0 } }

  /// Takes a thread off that waits no longer; false when it was notified before.
  private func remove(_ waiter: Waiter, at address: UInt) -> Bool {
    waiters.withLock { waiters in
      guard var list = waiters[address], let index = list.firstIndex(where: { $0 === waiter }) else {
        return false
      }
      list.remove(at: index)
      waiters[address] = list.isEmpty ? nil : list
      return true
    }
  }
}

extension Memory {
  /// `memory.atomic.wait`: 0 when the thread was woken, 1 when the value is not the expected one, 2 when the
  /// time was over. Throws `Trap.expectedSharedMemory` unless the memory is shared, and `ExecutionLimit`.
  package func wait(
    at address: UInt, nanoseconds: Int64, _ meter: Meter, while isEqual: () -> Bool
  ) throws -> UInt64 {
    guard type.isShared else { throw Trap(.expectedSharedMemory) }
    return try waiters.wait(at: address, nanoseconds: nanoseconds, meter, while: isEqual).rawValue
  }

  /// `memory.atomic.notify`: how many threads it woke. Nobody can wait at a memory that is not shared.
  package func notify(at address: UInt, count: UInt32) -> UInt32 { waiters.notify(at: address, count: count) }

  /// How many threads wait to be notified at an address.
  package func waiterCount(at address: UInt) -> Int { waiters.waiterCount(at: address) }
}

/// A shared memory on its way to the stores of other threads: the one part of a store that may go there.
///
/// Its bytes are the business of the modules that share it (threads, 'Memory Model').
public struct SharedMemory: Sendable {
  public let memory: Memory

  /// Nil unless the memory's type says that it is shared.
  public init?(_ memory: Memory) {
    guard memory.type.isShared else { return nil }
    self.memory = memory
    memory.isAbroad.store(true, ordering: .relaxed)
  }
}
