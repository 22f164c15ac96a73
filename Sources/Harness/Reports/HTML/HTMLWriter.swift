// The HTML report of a run or a comparison: makes a page of the events and writes it.

/// Writes the page at the end, because its summary stands at the front and the scale of its bars is known
/// only then. Until then the rows wait in a spool.
package final class HTMLWriter: EventWriter {
  private let file: OutputFile
  private var work: (description: RunDescription, page: HTMLPage, rows: HTMLRows)?
  private var tally = HTMLTally()

  package init(_ file: OutputFile) {
    self.file = file
  }

  package func receive(_ event: RunEvent) throws(FileError) {
    if case .runStarted(let run) = event {
      let page =
        run.mutation != nil
        ? HTMLPage(mutation: run) : run.oldModule == nil ? HTMLPage(run: run) : HTMLPage(comparison: run)
      work = (run, page, HTMLRows(sides: page.sides, file: file, expecting: run.caseCount))
    }
    guard let (description, _, rows) = work else { return }
    let isComparison = description.oldModule != nil
    switch event {
    case .runStarted, .partDone, .caseObserved, .tick: break
    case .caseFinished(let report):
      try rows.add(
        report.mutant != nil
          ? HTMLRow(mutant: report, of: description)
          : isComparison ? HTMLRow(compared: report, of: description) : HTMLRow(report, of: description))
      tally.add(report, isComparison: isComparison)
    case .notice(let notice): work?.page.notices.append(notice)
    case .runFinished(let summary):
      guard var page = work?.page else { return }
      if description.mutation != nil {
        page.finish(mutation: description, summary, tally)
      } else if isComparison {
        page.finish(comparison: description, summary, tally)
      } else {
        page.finish(run: description, summary, tally)
      }
      try HTMLPageWriter.write(page, rows, to: file)
      try file.commit()
    }
  }
}
