// What the writers for people share: colours, the words for cases, notices and builds, the line that shows progress.

/// Colours text, if that is wanted.
struct ConsolePaint {
  enum Color: String {
    case red = "31"
    case green = "32"
    case redMark = "31;7"
    case greenMark = "32;7"
    case yellow = "33"
    case faint = "2"
    case plain = ""
  }

  let isOn: Bool

  func callAsFunction(_ text: String, _ color: Color) -> String {
    isOn && color != .plain && !text.isEmpty ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// The lines of a difference, behind the signs of a diff: what changed inside of them is marked, by colour or else
  /// by a line below. None is longer than a few thousand bytes, or than `length`.
  func callAsFunction(_ difference: [DifferenceLine], length: Int = TextBudget.lineLength) -> [String] {
    var budget = TextBudget()
    let lines = isOn ? marked(difference, length) : plain(difference, length)
    return budget.fit(lines, cuttingLines: false)
  }

  private func plain(_ difference: [DifferenceLine], _ length: Int) -> [String] {
    DiffLine.lines(difference).map { TextBudget.line($0.text, length: length) }
  }

  private func marked(_ difference: [DifferenceLine], _ length: Int) -> [String] {
    var lines: [String] = []
    var (old, new): ([String], [String]) = ([], [])
    func line(_ sign: String, _ text: String, _ color: Color) -> String {
      self(sign + TextBudget.line(text, length: length), color)
    }
    for row in SideBySide(difference).rows {
      if case .different(let left, let right) = row {
        if let left, let right {
          let pair = DifferenceText.parts(left, right)
          old.append(self("- ", .red) + marked(pair.left, .red, .redMark))
          new.append(self("+ ", .green) + marked(pair.right, .green, .greenMark))
        } else if let left {
          old.append(line("- ", left, .red))
        } else if let right {
          new.append(line("+ ", right, .green))
        }
        continue
      }
      lines += old + new
      (old, new) = ([], [])
      switch row {
      case .same(let text): lines.append(line("  ", text, .plain))
      case .omission(let what): lines.append(line("@ ", what, .faint))
      case .different: break
      }
    }
    return lines + old + new
  }

  private func marked(_ parts: [DifferenceText.Part], _ color: Color, _ mark: Color) -> String {
    parts.map { part in
      switch part {
      case .text(let text, let isMarked): self(text, isMarked ? mark : color)
      case .omission(let what): self(what, .faint)
      }
    }.joined()
  }

  /// A count with its noun, in a summary; nil for none.
  func count(_ count: Int, _ word: String, _ color: Color = .plain) -> String? {
    count > 0 ? self("\(count) \(word)", color) : nil
  }
}

extension CaseReport.Status {
  /// The word that stands before the case's id.
  package var word: String {
    switch self {
    case .passed: "pass"
    case .failed: "FAIL"
    case .error: "ERROR"
    case .skipped: "skip"
    case .expectedFailure: "xfail"
    case .notRun: "not run"
    }
  }

  var color: ConsolePaint.Color {
    switch self {
    case .passed: .green
    case .failed, .error: .red
    case .skipped, .expectedFailure, .notRun: .yellow
    }
  }
}

extension RunDescription {
  /// A module and the beginning of its digest, as far as they are known.
  static func name(_ module: String, _ digest: String) -> String {
    digest.isEmpty ? module : "\(module) (sha256 \(digest.prefix(12)))"
  }

  /// A command line for a shell that shows a case in full, as it was run.
  func command(explaining report: CaseReport) -> String {
    ShellWord.line("touchstone explain", [ConsoleOutput.oneLine(report.id)] + (again ?? []))
  }

  /// Which shard this is, and who says so: `, shard 2/3`.
  var shardClause: String {
    guard let shard else { return "" }
    return ", shard \(shard)" + (shardSource.map { ", as \($0)'s environment says" } ?? "")
  }
}

/// Where a writer for people writes, and one line there that is overwritten while cases run.
struct ConsoleOutput {
  let style: ConsoleStyle
  let paint: ConsolePaint
  var caseCount: Int?
  private let sink: any TextSink
  private var done = 0
  private var bad = 0
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastTick: ContinuousClock.Instant
  private var isShown = false
  /// What was said to take long.
  private var named: String?

  init(_ sink: any TextSink, _ style: ConsoleStyle) {
    self.sink = sink
    self.style = style
    paint = ConsolePaint(isOn: style.usesColor)
    start = clock.now
    lastTick = start
  }

  var isQuiet: Bool { style.verbosity == .quiet }

  mutating func write(_ text: String) {
    if isShown { sink.write("\r\u{1B}[2K") }
    isShown = false
    sink.write(text)
  }

  /// Says what there is to say of the run; `noteWord` is what stands before what is only worth knowing.
  mutating func write(_ notice: Notice, noteWord: String = "") {
    if isQuiet, !notice.severity.isBad { return }
    let word =
      switch notice.severity {
      case .note: paint(noteWord, .faint)
      case .warning: paint("warning", .yellow)
      case .failure: paint("FAIL", .red)
      case .fault: paint("ERROR", .red)
      }
    write(word + (word.isEmpty ? "" : " ") + Self.oneLine(notice.message) + "\n")
  }

  /// The line of a summary.
  mutating func write(_ summary: RunSummary, _ head: String, _ parts: [String?], _ end: String = "") {
    if isQuiet, summary.exitCode == .success { return }
    let parts = parts.compactMap(\.self)
    write(
      head + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
        + " in \(Format.duration(microseconds: summary.microseconds))" + end
        + (summary.isIncomplete == true ? "; " + paint("incomplete", .red) : "")
        + (summary.wasInterrupted ? "; " + paint("interrupted", .red) : "") + "\n")
  }

  static func oneLine(_ text: String) -> String {
    TextBudget.line(String(text.map { $0 == "\n" ? " " : $0 }))
  }

  /// Does with an event what every writer for people does.
  mutating func take(_ event: RunEvent) {
    switch event {
    case .runStarted(let run): caseCount = run.caseCount
    case .partDone(let reports): partDone(reports)
    case .notice(let notice): write(notice)
    case .tick(let running): tick(running)
    // Ends the line that shows progress.
    case .runFinished: write("")
    case .caseFinished, .caseObserved: break
    }
  }

  // MARK: - Progress

  private mutating func partDone(_ reports: [CaseReport]) {
    done += 1
    bad += reports.count(where: \.isBad)
  }

  /// Shows on a terminal how far the run is, at most ten times a second, and what takes long. Into a pipe that is
  /// said once.
  private mutating func tick(_ running: RunningWork?) {
    if isQuiet { return }
    let slow = running.flatMap { $0.time >= .seconds(5) ? $0 : nil }
    if !style.isTerminal, let slow, named != slow.name {
      named = slow.name
      write("running for 5 s: \(slow.name)\n")
    }
    guard style.isTerminal, let caseCount, clock.now - lastTick >= .milliseconds(100) else { return }
    lastTick = clock.now
    let elapsed = (clock.now - start).microseconds
    let rate = elapsed > 0 ? Double(done) / (Double(elapsed) / 1e6) : 0
    var line = "\(done)/\(caseCount)"
    if bad > 0 { line += ", \(bad) bad" }
    line += ", \(Format.decimal(rate, places: 0))/s"
    if done > 0, done < caseCount {
      let left = Double(caseCount - done) / Double(done) * Double(elapsed)
      line += ", \(Format.decimal(left / 1e6, places: 0)) s left"
    }
    if let slow { line += ", for \(slow.time.components.seconds) s \(slow.name)" }
    sink.write("\r\u{1B}[2K" + line.prefix(max(1, style.columns - 1)))
    isShown = true
  }
}
