// Runs cases again when what they depend on has changed.
import Dispatch
import LuaHost

/// Looks at files again and again. Belongs to one thread.
package struct Watch {
  private let sink: any TextSink
  private let interruption: Interruption

  package init(_ sink: any TextSink, _ interruption: Interruption) {
    self.sink = sink
    self.interruption = interruption
  }

  /// Runs all cases, and then those that a change concerns, until it is interrupted. `options` is asked anew
  /// each time, as settings may change too.
  package func run(
    _ run: (RunOptions) throws -> ExitCode, options makeOptions: () throws -> RunOptions
  ) -> ExitCode {
    var seen: Snapshot?
    var complaint: String?
    while !interruption.isRaised {
      let start = ContinuousClock.now
      do {
        var options = try makeOptions()
        let now = try Snapshot(options, after: seen)
        if now != seen, try isSettled(now, options) {
          options.changed = seen.flatMap { now.changes(since: $0) }
          seen = now
          if options.changed?.isEmpty != true { _ = try run(options) }
          if !interruption.isRaised { sink.write("watching \(Count.cases(now.cases.count)); Ctrl-C ends\n") }
        }
        complaint = nil
      } catch {
        // It is said once, and may be mended.
        if complaint != "\(error)" { sink.write("touchstone: \(error)\n") }
        complaint = "\(error)"
      }
      pause(for: max(Duration.milliseconds(250), start.duration(to: .now) * 4))
    }
    return .interrupted
  }

  /// Whether nothing changes any more: a file that is still being written is not read.
  private func isSettled(_ snapshot: Snapshot, _ options: RunOptions) throws -> Bool {
    pause(for: .milliseconds(50))
    return try Snapshot(options, after: snapshot) == snapshot
  }

  private func pause(for time: Duration) {
    let end = ContinuousClock.now + time
    let nobody = DispatchSemaphore(value: 0)
    while !interruption.isRaised, ContinuousClock.now < end {
      _ = nobody.wait(timeout: .now() + .milliseconds(20))
    }
  }
}

/// When the files that cases depend on were written.
private struct Snapshot: Hashable {
  /// Of each case: its fixture, the `defaults` files that hold for it, its golden and the variants of that, and the
  /// modules that it can require.
  var cases: [CaseID: [FileStamp?]] = [:]
  /// The modules that cases name, or whose directories they name.
  private var modules: [CaseID: [Path]] = [:]
  /// What all cases depend on: the module, the settings, the baseline.
  var common: [FileStamp?]

  /// Of fixtures that are as they were `earlier` it is known what they name.
  init(_ options: RunOptions, after earlier: Snapshot?) throws {
    let plan = try CasePlan(options)
    var stamps: [Path: FileStamp?] = [:]
    func stamp(_ path: Path) throws(FileError) -> FileStamp? {
      if let known = stamps[path] { return known }
      let stamp = try FileSystem.status(path)?.stamp
      stamps.updateValue(stamp, forKey: path)
      return stamp
    }
    let settings = options.found?.projects.compactMap(\.settings?.file) ?? []
    common = try ([options.module] + settings + [options.baseline].compactMap(\.self)).map(stamp)
    let variants = try GoldenVariant.names(of: plan.selected)
    for file in plan.selected {
      let goldens = (variants[file] ?? []).sorted().map { file.root.golden(of: file.id, variant: $0) }
      let own = try ([file.path, file.golden] + file.defaults + goldens).map(stamp)
      if let known = earlier?.modules[file.id], earlier?.cases[file.id]?.starts(with: own) == true {
        modules[file.id] = known
      } else if let fixture = try? plan.loader.load(file) {
        modules[file.id] = fixture.modules.map(\.path) + fixture.directives.moduleDirectories.map(\.path)
      } else {
        modules[file.id] = []
      }
      cases[file.id] = try own + (modules[file.id] ?? []).map(stamp)
    }
  }

  /// The cases that a change concerns; nil when it concerns all of them.
  func changes(since earlier: Snapshot) -> Set<CaseID>? {
    if common != earlier.common { return nil }
    return Set(cases.filter { earlier.cases[$0.key] != $0.value }.keys)
  }
}
