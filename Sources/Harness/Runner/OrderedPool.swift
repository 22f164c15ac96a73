// Runs numbered pieces of work on several threads and hands the results back in order.
import Dispatch
import LuaHost
import Synchronization

/// A pool whose results reach one thread: each the moment it is there, and again in the order of their
/// numbers, so that what is written from them does not depend on the threads' luck.
package struct OrderedPool<Output: Sendable> {
  package var count: Int
  /// How many threads work.
  package var jobs: Int
  /// The order in which the pieces are begun: a permutation of their numbers.
  package var order: [Int]
  /// When it is raised, no further piece is begun; workers are expected to look at it themselves.
  package var interruption: Interruption

  package init(count: Int, jobs: Int, order: [Int]? = nil, interruption: Interruption) {
    self.count = count
    self.jobs = jobs
    self.order = order ?? Array(0..<count)
    self.interruption = interruption
  }

  /// Runs everything and returns when no thread works any more.
  ///
  /// - Parameters:
  ///   - makeWorker: called once on each thread; what it returns does a piece, or answers nil when it was
  ///     interrupted in it.
  ///   - whenDone: called as soon as a piece is done, in any order.
  ///   - inOrder: called with the number and result of each piece, in order; nil for those never begun or
  ///     interrupted. Answers whether to go on: if not, no further piece is begun, and all later results
  ///     are nil even if they are there already.
  ///   - tick: called about ten times a second.
  package func run(
    makeWorker: @escaping @Sendable () -> (Int) -> Output?,
    whenDone: (Int, Output) -> Void,
    inOrder: (Int, Output?) -> Bool,
    tick: () -> Void
  ) {
    let mailbox = Mailbox<Message>()
    let next = Counter()
    let stop = Interruption()
    let threads = max(1, min(jobs, count))
    for thread in 0..<threads {
      // A queue of its own gives each worker a thread, however many there are.
      DispatchQueue(label: "worker \(thread + 1)").async { [order, interruption] in
        let work = makeWorker()
        while !stop.isRaised, !interruption.isRaised, let number = next.take(below: order.count) {
          mailbox.send(.done(order[number], work(order[number])))
        }
        mailbox.send(.finished)
      }
    }
    var working = threads
    var results: [Int: Output] = [:]
    var delivered = 0
    while working > 0 {
      for message in mailbox.receive(waitingAtMost: .milliseconds(100)) {
        switch message {
        case .finished: working -= 1
        case .done(_, nil): continue
        case .done(let number, let output?):
          whenDone(number, output)
          results[number] = output
        }
      }
      while !stop.isRaised, let output = results.removeValue(forKey: delivered) {
        if !inOrder(delivered, output) { stop.raise() }
        delivered += 1
      }
      tick()
    }
    while delivered < count {
      if !inOrder(delivered, stop.isRaised ? nil : results[delivered]) { stop.raise() }
      delivered += 1
    }
  }

  private enum Message: Sendable {
    case done(Int, Output?)
    case finished
  }
}

/// Numbers handed out to several threads, each once.
private final class Counter: Sendable {
  private let next = Atomic(0)

  func take(below limit: Int) -> Int? {
    let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return number < limit ? number : nil
  }
}

/// Messages from many threads to one.
private final class Mailbox<Message: Sendable>: Sendable {
  private let messages = Mutex<[Message]>([])
  private let arrival = DispatchSemaphore(value: 0)

  func send(_ message: Message) {
    let wasEmpty = messages.withLock { messages in
      messages.append(message)
      return messages.count == 1
    }
    // Whoever was woken for the first takes them all.
    if wasEmpty { arrival.signal() }
  }

  /// All messages there are, after waiting for one if there is none.
  func receive(waitingAtMost time: DispatchTimeInterval) -> [Message] {
    _ = arrival.wait(timeout: .now() + time)
    return messages.withLock { messages in
      defer { messages = [] }
      return messages
    }
  }
}
