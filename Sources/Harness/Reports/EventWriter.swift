// What turns events into a report.

/// A writer of one kind of report. Belongs to one thread.
package protocol EventWriter: AnyObject {
  /// Takes the next event. The first is the run's start, the last its finish, and the cases between come
  /// in the order of their ids.
  func receive(_ event: RunEvent) throws(FileError)
}

/// A writer that also wants to know of cases the moment they are done, out of order.
package protocol ProgressWriter: EventWriter {
  /// A case is done. The same report comes again, in its place, as an event.
  func caseDone(_ report: CaseReport)
  /// Some time has passed.
  func tick()
}

/// Somewhere to write text for people.
package protocol TextSink: AnyObject {
  func write(_ text: String)
}
