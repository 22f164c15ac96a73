// Hands events to all writers and keeps the count.

/// Where the events of a run go. Belongs to one thread.
package final class EventHub {
  private var writers: [any EventWriter]
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  package private(set) var summary = RunSummary()

  package init(_ writers: [any EventWriter]) {
    self.writers = writers
    start = clock.now
  }

  /// Passes an event on. A writer that fails gets no more events, and the others hear of it.
  package func emit(_ event: RunEvent) {
    summary.count(event)
    for writer in writers {
      do {
        try writer.receive(event)
      } catch {
        writers.removeAll { $0 === writer }
        emit(.notice(Notice(.fault, error.description)))
      }
    }
  }

  /// Reports on cases that cannot be run.
  package func report(notRun files: some Sequence<FixtureFile>, because reason: String) {
    for file in files {
      var report = CaseReport(file)
      report.status = .notRun
      report.message = reason
      emit(.caseFinished(report))
    }
  }

  /// Tells the writers that show progress of a case that is done.
  package func caseDone(_ report: CaseReport) {
    for case let writer as any ProgressWriter in writers { writer.caseDone(report) }
  }

  package func tick() {
    for case let writer as any ProgressWriter in writers { writer.tick() }
  }

  /// Ends the run, which took the time since the hub was made unless another is given.
  package func finish(wasInterrupted: Bool, microseconds: UInt64? = nil) -> RunSummary {
    summary.wasInterrupted = wasInterrupted
    summary.microseconds = microseconds ?? (clock.now - start).microseconds
    emit(.runFinished(summary))
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
