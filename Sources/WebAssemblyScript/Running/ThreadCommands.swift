import WebAssembly

/// How the runner starts threads, waits for them, and brings their reports in order with the others.

/// What is to be reported, where it stands in the script.
enum PendingReport {
  case report(CommandReport)
  /// What the thread reports, when it has ended.
  case thread(ScriptThread)
}

extension ScriptRunner {
  /// Waits for the threads that still run, and reports on what is not reported yet.
  public mutating func finish(report: (CommandReport) -> Void) {
    while let thread = unawaited.first { join(thread) }
    flush(report)
  }

  /// Reports on what stands before the first thread that still runs.
  mutating func flush(_ report: (CommandReport) -> Void) {
    var count = 0
    for item in pending {
      switch item {
      case .report(let made): report(made)
      case .thread(let thread):
        guard thread.isFinished else {
          pending.removeFirst(count)
          return
        }
        thread.reports.forEach(report)
      }
      count += 1
    }
    pending.removeAll()
  }

  /// Starts a thread with an engine, names and a registry of its own.
  mutating func startThread(
    of command: ScriptCommand, sharing names: [String], _ commands: [ScriptCommand]
  ) throws(Mismatch) -> ScriptThread {
    var shares: [(name: String, share: Engine.Share, definition: Engine.Module?)] = []
    for name in names {
      guard let instance = instances[name] else { throw Mismatch("there is no module $\(name) to share") }
      let share = try unfailing { (runner) throws(ScriptFailure) in try runner.engine.share(instance) }
      shares.append((name, share, definitions[name]))
    }
    guard allThreads.take() else {
      throw Mismatch(
        "a script may have \(ScriptThreads.limit) threads at once: wait for some before starting another")
    }
    var threadLimits = limits
    threadLimits.interruption = allThreads.stop
    let thread = ScriptThread {
      [makeEngine = engine.makeThreadEngine, options, threadLimits, allThreads, shares] report in
      let start = Meter.now
      var outcome = CommandOutcome.passed
      var runner: Self?
      do throws(ScriptFailure) {
        var made = Self(
          engine: try makeEngine(), options: options, limits: threadLimits, allThreads: allThreads)
        for (name, share, definition) in shares { try made.receive(share, as: name, definition) }
        runner = made
      } catch {
        outcome = .failed(error.description)
      }
      report(
        CommandReport(
          command: command, outcome: outcome, nanoseconds: Meter.now &- start, instructions: 0))
      runner?.run(Script(commands: commands), report: report)
    }
    guard let thread else {
      allThreads.give()
      throw Mismatch("the system gives no further thread")
    }
    unawaited.append(thread)
    return thread
  }

  private mutating func receive(_ share: Engine.Share, as name: String, _ definition: Engine.Module?)
    throws(ScriptFailure)
  {
    let instance = try engine.receive(share)
    instances[name] = instance
    lastInstance = instance
    definitions[name] = definition
    lastDefinition = definition ?? lastDefinition
  }

  mutating func wait(_ name: String?) throws(Mismatch) {
    guard let thread = name.map({ threads[$0] }) ?? lastThread else {
      throw Mismatch(name.map { "there is no thread $\($0)" } ?? "there is no thread")
    }
    join(thread)
    if isInterrupted { throw Mismatch("the wait was interrupted") }
  }

  /// Returns when the thread has ended, of itself or because the script was interrupted.
  private mutating func join(_ thread: ScriptThread) {
    while !thread.waitShortly() {
      if isInterrupted { allThreads.stop.raise() }
    }
    guard let index = unawaited.firstIndex(where: { $0 === thread }) else { return }
    unawaited.remove(at: index)
    allThreads.give()
  }
}
