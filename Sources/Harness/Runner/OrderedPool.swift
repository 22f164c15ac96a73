// Runs numbered pieces of work on several threads and hands the results back in order.
import Dispatch
import LuaHost
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A pool whose results reach one thread: each the moment it is there, and again in the order of their
/// numbers, so that what is written from them does not depend on the threads' luck.
package struct OrderedPool<Output: Sendable> {
  package var count: Int
  /// How many threads work, up to four for each processor.
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
  ///   - weigh: about how many bytes a result holds. When those that wait for their turn hold too much, no
  ///     further piece is begun until they hold less: a long piece must not fill the memory with what comes
  ///     after it. Only what stands in the order behind the piece whose turn it is has to wait, so an order
  ///     in which numbers stay near their places keeps the results few.
  ///   - whenDone: called as soon as a piece is done, in any order.
  ///   - inOrder: called with the number and result of each piece, in order; nil for those never begun or
  ///     without a result. Answers whether to go on: if not, no further piece is begun, and all later results
  ///     are nil even if they are there already.
  ///   - whileRunning: called about ten times a second: the piece that is being done for the longest time, and since when.
  ///   - tick: called at least ten times a second.
  ///
  /// When it is interrupted, it does not wait for threads that do not hear of it soon.
  package func run(
    makeWorker: @escaping @Sendable () -> (Int) -> Output?,
    weigh: @escaping @Sendable (Output) -> Int = { _ in 0 },
    whenDone: (Int, Output) -> Void,
    inOrder: (Int, Output?) -> Bool,
    whileRunning: (Int, Duration) -> Void = { _, _ in },
    tick: () -> Void
  ) {
    let mailbox = Mailbox<Message>()
    let next = Counter()
    let stop = Interruption()
    let backlog = Backlog()
    let places = self.places
    if let first = places.first { backlog.turn(of: first) }
    // By thread: what it does and since when.
    let begun = Mutex<[(number: Int, time: ContinuousClock.Instant)?]>([])
    let body: @Sendable () -> Void = { [order, interruption] in
      let work = makeWorker()
      let thread = begun.withLock { begun in
        begun.append(nil)
        return begun.count - 1
      }
      func isStopped() -> Bool { stop.isRaised || interruption.isRaised }
      while !isStopped(), let place = next.take(below: order.count),
        backlog.wait(toBegin: place, unless: isStopped)
      {
        let number = order[place]
        let start = ContinuousClock.now
        begun.withLock { $0[thread] = (number, start) }
        let output = work(number).map(Box.init)
        begun.withLock { $0[thread] = nil }
        let weight = output.map { weigh($0.output) } ?? 0
        backlog.add(weight)
        mailbox.send(.done(number, output), weight: weight)
      }
      mailbox.send(.finished, weight: .max)
    }
    var working = 0
    let threads = min(jobs, count, ProcessInfo.processInfo.activeProcessorCount * Self.threadsPerProcessor)
    while working < threads, NativeThread.start(body) { working += 1 }
    // Where the system gives no thread, this one has to do.
    if working == 0 {
      working = 1
      body()
    }
    var lastLook = ContinuousClock.now
    var interruptedAt: ContinuousClock.Instant?
    // Nil stands for a piece that is done without a result: those behind it need not wait for more.
    var results: [Int: Box?] = [:]
    var delivered = 0
    while working > 0, interruptedAt.map({ $0.duration(to: .now) < Self.grace }) ?? true {
      if interruptedAt == nil, interruption.isRaised { interruptedAt = .now }
      for message in mailbox.receive(waitingAtMost: .milliseconds(10)) {
        switch message {
        case .finished: working -= 1
        case .done(let number, let output):
          if let output { whenDone(number, output.output) }
          results.updateValue(output, forKey: number)
        }
      }
      while !stop.isRaised, let output = results.removeValue(forKey: delivered) {
        if let output { backlog.add(-weigh(output.output)) }
        if !inOrder(delivered, output?.output) { stop.raise() }
        delivered += 1
        if delivered < count { backlog.turn(of: places[delivered]) }
      }
      let now = ContinuousClock.now
      if now - lastLook > .milliseconds(100) {
        lastLook = now
        let longest = begun.withLock { $0.compactMap { $0 }.min { $0.time < $1.time } }
        if let longest { whileRunning(longest.number, now - longest.time) }
      }
      tick()
    }
    while delivered < count {
      if !inOrder(delivered, stop.isRaised ? nil : results[delivered]??.output) { stop.raise() }
      delivered += 1
    }
  }

  /// Where in the order each number stands.
  private var places: [Int] {
    var places = Array(repeating: 0, count: count)
    for (place, number) in order.enumerated() { places[number] = place }
    return places
  }

  /// More would not be faster, because no case waits, but each would come to look at its deadline and the
  /// interruption too seldom.
  private static var threadsPerProcessor: Int { 4 }

  /// How long to wait for the threads after an interruption.
  private static var grace: Duration { .milliseconds(20) }

  private enum Message: Sendable {
    case done(Int, Box?)
    case finished
  }

  /// Results are large: what waits for its turn stays where it is, however often the room for it grows.
  private final class Box: Sendable {
    let output: Output

    init(_ output: Output) { self.output = output }
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

/// The results that wait for their turn.
private final class Backlog: Sendable {
  private let bytes = Atomic(0)
  /// Where in the order the piece stands whose turn it is.
  private let awaited = Atomic(0)

  /// What the results may hold.
  private static var limit: Int { 24 << 20 }

  func add(_ count: Int) {
    bytes.wrappingAdd(count, ordering: .relaxed)
  }

  func turn(of place: Int) {
    awaited.store(place, ordering: .relaxed)
  }

  /// Waits until the results hold little enough for the piece at this place to be begun. Answers whether it
  /// is to be begun at all.
  ///
  /// Places are handed out in order. Who waits here stands behind the piece whose turn it is, so another
  /// thread has that piece, and does not wait with it: it will be done, and the next one's turn come.
  func wait(toBegin place: Int, unless isStopped: () -> Bool) -> Bool {
    let pause = DispatchSemaphore(value: 0)
    while place > awaited.load(ordering: .relaxed), bytes.load(ordering: .relaxed) > Self.limit {
      if isStopped() { return false }
      _ = pause.wait(timeout: .now() + .milliseconds(1))
    }
    return true
  }
}

/// Messages from many threads to one, which takes them in portions: to be woken for each would take longer than to
/// handle it.
private final class Mailbox<Message: Sendable>: Sendable {
  private struct Portion {
    var messages: [Message] = []
    var weight = 0
    var isFull: Bool { messages.count >= fullCount || weight >= fullWeight }
  }

  private let portion = Mutex(Portion())
  private let arrival = DispatchSemaphore(value: 0)

  /// What the receiver is woken for. It looks by itself as well.
  private static var fullCount: Int { 64 }
  private static var fullWeight: Int { 1 << 20 }

  /// Adds a message, of which about so many bytes hang.
  func send(_ message: Message, weight: Int) {
    let isFull = portion.withLock { portion in
      let wasFull = portion.isFull
      portion.messages.append(message)
      portion.weight += min(weight, Self.fullWeight)
      return !wasFull && portion.isFull
    }
    if isFull { arrival.signal() }
  }

  /// All messages that there are, after waiting so long for a full portion of them.
  func receive(waitingAtMost time: DispatchTimeInterval) -> [Message] {
    _ = arrival.wait(timeout: .now() + time)
    return portion.withLock { portion in
      defer { portion = Portion() }
      return portion.messages
    }
  }
}
