// The record of the last run beside the fixtures, written while cases end: what `--only` selects by, and what is left of
// a run that was killed.

/// The record of a root: events as JSON lines. While runs go on it holds all that ended in them; the last one to end
/// leaves only what is to be remembered.
///
/// A bad case keeps its place until it is run again and is good, or its fixture is gone.
package struct LastRun {
  private let directory: Path
  fileprivate let file: Path
  private let lock: Path

  /// What is to be remembered.
  package struct Memory {
    /// The bad cases, and where in the file that stands.
    fileprivate(set) var bad: [ExactText: (ending: CaseEnding, place: Range<Int>)] = [:]
    /// The cases that a run was to do and did not finish.
    fileprivate(set) var unfinished: Set<ExactText> = []
    /// Where reports were to be written by runs that did not come to their end.
    fileprivate var outputs: Set<Path> = []

    /// Takes in how a case ended in a run.
    fileprivate mutating func take(
      _ id: ExactText, _ ending: CaseEnding, _ place: Range<Int>, in run: @autoclosure () -> RunDescription?
    ) {
      switch ending {
      case .notRun: unfinished.insert(id)
      case .good:
        // Seldom is there any.
        if let bad = bad[id], let run = run(), bad.ending.isSeen(by: run) { self.bad[id] = nil }
      case .bad, .costly, .unsteady: bad[id] = (ending, place)
      }
    }
  }

  package init(root: FixtureRoot, workingDirectory: Path = FileSystem.workingDirectory) {
    let fixtures = root.fixtures.normalized(workingDirectory: workingDirectory)
    directory = fixtures.parent.appending(".touchstone")
    // Roots beside one another have a record each.
    let name = fixtures.lastComponent
    let suffix = name.elementsEqual("fixtures".utf8) ? "" : "-" + Self.escaped(name)
    file = directory.appending("last-run\(suffix).jsonl")
    lock = directory.appending("last-run\(suffix).lock")
  }

  /// A name as a part of another, in which no other name has the same form unless it is very long.
  private static func escaped(_ name: some Sequence<UInt8>) -> String {
    let plain = name.map { byte in
      let scalar = Unicode.Scalar(byte)
      return byte < 0x80 && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        ? String(scalar) : "_" + String(byte, radix: 16)
    }
    return String(plain.joined().prefix(150))
  }

  /// What is on record; nil when no run is.
  package func memory() throws -> Memory? {
    var memory = Memory()
    var run: RunDescription?
    do {
      var reader = try EventReader(file, isLenient: true, onlyFiles: true)
      while let item = try reader.nextItem() {
        switch item {
        case .planned(let ids): memory.unfinished.formUnion(ids.map { ExactText($0) })
        case .report(let outline, _):
          let id = ExactText(outline.id)
          memory.unfinished.remove(id)
          memory.take(id, CaseEnding(outline), reader.place, in: run)
        case .event(.runStarted(let description)):
          run = description
          memory.outputs.formUnion(
            description.options.filter { option in RunOptions.outputs.contains { $0.name == option.name } }
              .compactMap(\.value).map { Path($0) })
        case .event: break
        }
      }
      return memory
    } catch let error as FileError where error.isAbsence {
      return nil
    } catch is ReportError {
      throw ReportError(file, line: 1, "the record is none of this version; run once without --only")
    }
  }

  /// Opens the record for a run. Unless another run has it open too, what is not to be remembered goes, of which
  /// `isGone` knows more.
  fileprivate func open(
    forgetting isGone: (ExactText) -> Bool
  ) throws -> (file: FileDescriptor, lock: FileDescriptor, memory: Memory) {
    try FileSystem.createRecordDirectory(directory)
    TemporaryFile.removeAbandoned(in: directory)
    let held = try FileSystem.open(lock, .locking, "write to")
    do {
      let isAlone = held.lock(waiting: false) != false
      // A record that cannot be read is no reason not to write a new one.
      var memory = (try? self.memory()) ?? Memory()
      for path in memory.outputs { TemporaryFile.removeAbandoned(in: path.parent) }
      if try isAlone || FileSystem.status(file) == nil {
        memory.bad = memory.bad.filter { !isGone($0.key) }
        memory.unfinished = memory.unfinished.filter { !isGone($0) }
        try write(&memory)
      }
      // Whoever is alone now waits with its end until this run has ended.
      _ = held.lock(shared: true, waiting: true)
      return (try FileSystem.open(file, .appending, "write to"), held, memory)
    } catch {
      try? held.finish()
      throw error
    }
  }

  /// Ends a run that has the record open and knows what its file held at this size. The last one leaves only what
  /// is to be remembered.
  fileprivate func close(_ held: FileDescriptor, _ memory: Memory, size: Int) throws {
    defer { try? held.finish() }
    guard held.lock(waiting: false) != false else { return }
    var memory = memory
    if try FileSystem.status(file)?.size != size { memory = try self.memory() ?? Memory() }
    try write(&memory)
  }

  private func write(_ memory: inout Memory) throws {
    let old = memory.bad.isEmpty ? nil : try FileSystem.open(file, .reading, "read")
    defer { try? old?.finish() }
    let output = try OutputFile(keeping: file)
    var pending = EventLines.header
    var position = pending.count
    for (id, (ending, place)) in memory.bad.sorted(by: {
      $0.value.place.lowerBound < $1.value.place.lowerBound
    }) {
      let line = try FileError.explaining(file, "read") { () throws(SystemError) in
        try old?.bytes(place) ?? []
      }
      pending += line
      memory.bad[id] = (ending, position..<(position + line.count))
      position += line.count
      if pending.count > 1 << 16 {
        try output.write(pending)
        pending = []
      }
    }
    try output.write(pending + EventLines.lines(planned: memory.unfinished.sorted().map(\.text)))
    try output.commit()
  }
}

/// Keeps the record of one root.
final class LastRunWriter: EventWriter {
  private let record: LastRun
  private let root: FixtureRoot
  private let plan: CasePlan
  private let selectsRemembered: Bool
  /// The ids of the root's cases; nil when there is no other root.
  private let ids: Set<ExactText>?
  private var run: RunDescription?
  private var memory = LastRun.Memory()
  private var open: (file: FileDescriptor, lock: FileDescriptor)?
  /// What waits to be written, and how long the file is with it.
  private var pending: [UInt8] = []
  private var size = 0
  private var lastWrite = ContinuousClock.now
  /// How the plan's cases ended, in order.
  private var endings: [CaseEnding] = []
  /// Why the run is not on record.
  private var failure: (any Error)?

  init(_ root: FixtureRoot, _ plan: CasePlan, _ options: RunOptions) {
    (self.root, self.plan) = (root, plan)
    record = LastRun(root: root)
    selectsRemembered = options.only != nil
    ids =
      plan.scopes.allSatisfy { $0.root == root }
      ? nil : Set(plan.selected.lazy.filter { $0.root == root }.map { ExactText($0.id.description) })
  }

  func receive(_ event: RunEvent) throws {
    var isLast = false
    do {
      switch event {
      case .runStarted(let run): try begin(run)
      case .partDone(let reports):
        for report in reports where ids?.contains(ExactText(report.id)) ?? true { try add(report) }
      case .caseFinished(let report): endings.append(report.ending)
      case .tick:
        if !pending.isEmpty, lastWrite.duration(to: .now) > .milliseconds(100) { try write() }
      case .runFinished:
        isLast = true
        try end()
      case .caseObserved, .notice: break
      }
    } catch {
      // Only the end can say so: no event comes before the start.
      failure = error
      open = nil
    }
    guard isLast else { return }
    if let failure {
      // A read-only checkout can be tested all the same.
      let isIntended = (failure as? FileError)?.isProtection ?? false
      throw Notice(isIntended ? .note : .warning, .notOnRecord(reason: EscapedText.visible("\(failure)")))
    }
    guard selectsRemembered, !memory.bad.isEmpty else { return }
    let staying = zip(plan.selected, endings).count { file, ending in
      ending == .good && file.root == root && memory.bad[ExactText(file.id.description)] != nil
    }
    if staying > 0 { throw Notice(.warning, .recordKept(cases: staying)) }
  }

  private func begin(_ run: RunDescription) throws {
    self.run = run
    // What stands on record and was not found is gone, if all of the root was looked through.
    let isWhole = plan.scopes.contains { $0.root == root && $0.isWholeRoot }
    // Seldom is there anything on record.
    lazy var found = Set(plan.all.lazy.filter { $0.root == self.root }.map { ExactText($0.id.description) })
    let opened = try record.open { isWhole && !found.contains($0) }
    open = (opened.file, opened.lock)
    memory = opened.memory
    size = try FileError.explaining(record.file, "look at") { () throws(SystemError) in
      try opened.file.status.size
    }
    add(EventLines.line(.runStarted(run)))
    add(EventLines.lines(planned: plan.selected.lazy.filter { $0.root == self.root }.map(\.id.description)))
    try write()
  }

  private func add(_ report: CaseReport) throws {
    guard open != nil else { return }
    let start = size
    let former = pending.count
    EventLines.append(report, to: &pending)
    size += pending.count - former
    memory.take(ExactText(report.id), report.ending, start..<size, in: run)
    if pending.count > 1 << 16 { try write() }
  }

  private func add(_ line: [UInt8]) {
    pending += line
    size += line.count
  }

  private func write() throws {
    guard let open else { return }
    try FileError.explaining(record.file, "write to") { () throws(SystemError) in try open.file.put(pending)
    }
    pending.removeAll(keepingCapacity: true)
    lastWrite = .now
  }

  private func end() throws {
    guard let open else { return }
    var notRun: [String] = []
    for (file, ending) in zip(plan.selected, endings) where file.root == root {
      if ending != .notRun, memory.unfinished.isEmpty { continue }
      let id = file.id.description
      if ending == .notRun { notRun.append(id) }
      if ending == .notRun {
        memory.unfinished.insert(ExactText(id))
      } else {
        memory.unfinished.remove(ExactText(id))
      }
    }
    // Some may have been done before it was known that they would not count.
    add(EventLines.lines(planned: notRun))
    try write()
    self.open = nil
    try? open.file.finish()
    try record.close(open.lock, memory, size: size)
  }

  deinit {
    try? open?.file.finish()
    try? open?.lock.finish()
  }
}
