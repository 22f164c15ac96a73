// What the writers for people share: colours, and the line that shows progress.

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
    isOn && color != .plain ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text
  }

  static func color(ofDifference line: String) -> Color {
    switch line.first {
    case "-": .red
    case "+": .green
    case "@", "?": .faint
    default: .plain
    }
  }
}

/// One line that is overwritten while cases run. Only on a terminal.
struct ConsoleProgress {
  var caseCount: Int?
  private let sink: any TextSink
  private let style: ConsoleStyle
  private var done = 0
  private var bad = 0
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastTick: ContinuousClock.Instant
  private var isShown = false

  init(_ sink: any TextSink, _ style: ConsoleStyle) {
    self.sink = sink
    self.style = style
    start = clock.now
    lastTick = start
  }

  mutating func caseDone(isBad: Bool) {
    done += 1
    if isBad { bad += 1 }
  }

  /// Shows how far the run is, at most ten times a second.
  mutating func tick() {
    guard style.isTerminal, style.verbosity != .quiet, let caseCount,
      clock.now - lastTick >= .milliseconds(100)
    else { return }
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

  /// Makes room for other text.
  mutating func clear() {
    if isShown { sink.write("\r\u{1B}[2K") }
    isShown = false
  }
}
