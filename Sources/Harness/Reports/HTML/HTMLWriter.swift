// The HTML report of a run or a comparison: makes a page of the events and writes it.

/// Writes the page at the end, because its summary stands at the front and the scale of its bars is known
/// only then. Until then the rows wait in a spool.
package final class HTMLWriter: EventWriter {
  private let file: OutputFile
  /// Of the run, once it has started.
  private var work: Work?
  private var tally = HTMLTally()

  private final class Work {
    let description: RunDescription
    var page: HTMLPage
    let rows: HTMLRows

    init(_ description: RunDescription, file: OutputFile) {
      self.description = description
      page =
        description.mutation != nil
        ? HTMLPage(mutation: description)
        : description.oldModule == nil ? HTMLPage(run: description) : HTMLPage(comparison: description)
      rows = HTMLRows(sides: page.sides, file: file, expecting: description.caseCount)
    }
  }

  package init(_ file: OutputFile) {
    self.file = file
  }

  package func receive(_ event: RunEvent) throws(FileError) {
    switch event {
    case .runStarted(let run): work = Work(run, file: file)
    case .partDone, .caseObserved, .tick: break
    case .caseFinished(let report):
      guard let work else { return }
      let isComparison = work.description.oldModule != nil
      try work.rows.add(
        report.mutant != nil
          ? HTMLRow(mutant: report, of: work.description)
          : isComparison
            ? HTMLRow(compared: report, of: work.description) : HTMLRow(report, of: work.description))
      tally.add(report, isComparison: isComparison)
    case .notice(let notice): work?.page.notices.append(notice)
    case .runFinished(let summary):
      guard let work else { return }
      if work.description.mutation != nil {
        work.page.finish(mutation: work.description, summary, tally)
      } else if work.description.oldModule != nil {
        work.page.finish(comparison: work.description, summary, tally)
      } else {
        work.page.finish(run: work.description, summary, tally)
      }
      try HTMLPageWriter.write(work.page, work.rows, to: file)
      try file.commit()
    }
  }
}
