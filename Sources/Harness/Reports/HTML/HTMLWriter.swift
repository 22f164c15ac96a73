// The HTML report of a run or a comparison: makes a page of the events and writes it.

/// Collects the cases and writes the page at the end, because its summary stands at the front and the
/// scale of its bars is known only then.
package final class HTMLWriter: EventWriter {
  private let file: OutputFile
  private var description: RunDescription?
  private var notices: [Notice] = []
  private var reports: [CaseReport] = []

  package init(_ file: OutputFile) {
    self.file = file
  }

  package func receive(_ event: RunEvent) throws(FileError) {
    switch event {
    case .runStarted(let description): self.description = description
    case .caseFinished(let report): reports.append(report)
    case .notice(let notice): notices.append(notice)
    case .runFinished(let summary):
      guard let description else { return }
      var page =
        description.oldModule == nil
        ? HTMLPage(run: description, reports, summary)
        : HTMLPage(comparison: description, reports, summary)
      page.notices = notices
      try HTMLPageWriter.write(page, to: file)
      try file.commit()
    }
  }
}
