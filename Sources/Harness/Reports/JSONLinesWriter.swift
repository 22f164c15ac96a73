// Writes the events as JSON lines.

/// Writes each event as it comes, in portions.
package final class JSONLinesWriter: EventWriter {
  private let file: OutputFile
  private var pending = EventLines.header

  package init(_ file: OutputFile) {
    self.file = file
  }

  package func receive(_ event: RunEvent) throws(FileError) {
    EventLines.append(event, to: &pending)
    let isLast = if case .runFinished = event { true } else { false }
    if isLast || pending.count > 1 << 16 {
      try file.write(pending)
      pending.removeAll(keepingCapacity: true)
    }
    if isLast { try file.commit() }
  }
}
