// What turns events into a report, and what passes events on to all of them.

/// A writer of one kind of report. Belongs to one thread.
package protocol EventWriter: AnyObject {
  /// Takes the next event. The first is the run's start, the last its finish, and the finished cases between come
  /// in the order of their ids. After an error it gets no more. A `Notice` is passed on to the other writers as it
  /// is, any other error as a fault.
  func receive(_ event: RunEvent) throws
}

/// Somewhere to write text for people.
package protocol TextSink: AnyObject {
  func write(_ text: String)
}

/// Where the events of a session go. Belongs to one thread.
package final class EventHub {
  private var writers: [any EventWriter] = []
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  package private(set) var summary = RunSummary()

  package init(_ writers: [any EventWriter] = []) {
    self.writers = writers
    start = clock.now
  }

  /// Adds a writer that gets each event before those that are there: what goes wrong with it they can say.
  package func add(_ writer: some EventWriter) { writers.insert(writer, at: 0) }

  package func emit(_ event: RunEvent) {
    summary.count(event)
    for writer in writers { pass(event, to: writer) }
  }

  private func pass(_ event: RunEvent, to writer: any EventWriter) {
    do {
      try writer.receive(event)
    } catch {
      writers.removeAll { $0 === writer }
      emit(.notice(error as? Notice ?? Notice(fault: error)))
    }
  }

  /// Ends the run, which took the time since the hub was made; `complete` adds what the events do not tell.
  package func finish(_ complete: (inout RunSummary) -> Void) -> RunSummary {
    summary.microseconds = (clock.now - start).microseconds
    complete(&summary)
    // Each hears of what went wrong with those before it.
    for writer in writers { pass(.runFinished(summary), to: writer) }
    return summary
  }
}

extension Duration {
  /// Whole microseconds; 0 if negative.
  package var microseconds: UInt64 {
    let (seconds, attoseconds) = components
    return UInt64(clamping: seconds.multipliedReportingOverflow(by: 1_000_000).partialValue)
      &+ UInt64(clamping: attoseconds / 1_000_000_000_000)
  }
}
