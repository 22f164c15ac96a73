// What the writers for people share: colours, the words for cases, notices and builds, the line that shows progress.

/// Colours text, if that is wanted.
struct ConsolePaint {
  enum Color: String {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case faint = "2"
    case plain = ""
  }

  let isOn: Bool

  func callAsFunction(_ text: String, _ color: Color) -> String {
    isOn && color != .plain && !text.isEmpty ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// The lines of a difference, behind the signs of a diff; `shorten` makes one that can be read of each.
  func callAsFunction(_ difference: [DifferenceLine], _ shorten: (String) -> String = { $0 }) -> [String] {
    DiffLine.lines(difference).map { line in
      let color: Color =
        switch line.kind {
        case .kept?: .plain
        case .expected?: .red
        case .actual?: .green
        case .alike?, .more?, nil: .faint
        }
      return self(shorten(line.text), color)
    }
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
        + (summary.wasInterrupted ? "; " + paint("interrupted", .red) : "") + "\n")
  }

  static func oneLine(_ text: String) -> String {
    String(text.map { $0 == "\n" ? " " : $0 })
  }

  // MARK: - Progress

  mutating func partDone(_ reports: [CaseReport]) {
    done += 1
    bad += reports.count(where: \.isBad)
  }

  /// Shows how far the run is, at most ten times a second. Only on a terminal.
  mutating func tick() {
    guard style.isTerminal, !isQuiet, let caseCount, clock.now - lastTick >= .milliseconds(100) else {
      return
    }
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
    sink.write("\r\u{1B}[2K" + line.prefix(max(1, style.columns - 1)))
    isShown = true
  }
}
