// Modules that ask for more than they get: each ends at its limits of time and memory, is translated in time
// linear in its size, and to code that is.

import Foundation
import TestSupport
import Testing
import WebAssembly

@Suite(
  .serialized,
  .enabled(if: HostileMeasurement.isWanted, Comment(rawValue: HostileMeasurement.reason)))
struct HostileLimitTests {
  private static let memoryLimit: UInt64 = 32 << 20
  private static let timeLimit: Duration = .milliseconds(100)

  /// How a module ended, and how long after its deadline.
  private struct Ending {
    var kind: String
    var overrun: Duration
    var memoryPeak: UInt64
  }

  /// Instantiates a module and calls its function, with a deadline for both.
  private static func run(_ hostile: HostileModule, _ bytes: [UInt8]) throws -> Ending {
    let module = try Module(bytes: bytes)
    var limits = StoreLimits()
    limits.memoryByteCount = memoryLimit
    let store = Store(limits: limits)
    store.meter.stop(after: timeLimit)
    let deadline = store.meter.deadline ?? 0
    let kind: String
    do {
      let instance = try Instance(store: store, module: module, imports: Imports())
      let function = try #require(instance.function(named: hostile.export))
      _ = try function.call(hostile.arguments.map(Value.i32))
      kind = "result"
    } catch let limit as ExecutionLimit {
      kind = "limit of \(limit)"
    } catch let trap as Trap {
      kind = trap.kind.message
    } catch is ThrownException {
      kind = "exception"
    }
    let overrun = Duration.nanoseconds(Int64(bitPattern: Meter.now &- deadline))
    return Ending(kind: kind, overrun: overrun, memoryPeak: store.memoryPeakByteCount)
  }

  /// The machine may be busy with other things: the best of several runs counts.
  private func expectEnd(_ hostile: HostileModule) throws {
    let bytes = try hostile.encoded()
    try Module(bytes: bytes).validate()
    var best: Ending?
    for _ in 0..<5 {
      let ending = try Self.run(hostile, bytes)
      #expect(ending.memoryPeak <= Self.memoryLimit + 65535, "\(hostile.name)")
      if ending.overrun < best?.overrun ?? .seconds(1000) { best = ending }
      if ending.overrun <= .milliseconds(20) { break }
    }
    let end = try #require(best)
    #expect(end.overrun <= .milliseconds(50), "\(hostile.name): \(end.kind)")
    try Self.report("\(end.overrun / .milliseconds(1)) ms\t\(end.memoryPeak >> 10) KiB\t\(end.kind)", hostile)
  }

  /// Adds a line to the file that `HOSTILE_REPORT` names, where there is one.
  private static func report(_ figures: String, _ hostile: HostileModule) throws {
    guard let path = ProcessInfo.processInfo.environment["HOSTILE_REPORT"] else { return }
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data("\(figures)\t\(hostile.name)\n".utf8))
    try file.close()
  }

  private static let executed =
    HostileModule.execution() + HostileModule.calls() + HostileModule.exceptions() + HostileModule.storage()
    + HostileModule.objects() + HostileModule.instantiation()

  @Test(arguments: executed.indices)
  func endsAtItsLimits(_ index: Int) throws { try expectEnd(Self.executed[index]) }

  private static func translated(_ count: Int) -> [HostileModule] {
    HostileModule.translation(count) + HostileModule.furtherTranslation(count)
  }

  private static let large = translated(40_000)

  @Test(arguments: large.indices)
  func translationEndsAtItsLimits(_ index: Int) throws { try expectEnd(Self.large[index]) }

  // MARK: - Linear translation

  /// Nanoseconds of this thread's processor time for the translation of `f` and one run of it, the least of
  /// several.
  private static func cost(_ hostile: HostileModule) throws -> UInt64 {
    let bytes = try hostile.encoded()
    return try (0..<3).map { _ in
      let instance = try TestInstance(Module(bytes: bytes))
      let start = processorTime()
      do {
        _ = try instance.call(hostile.export, hostile.arguments.map(Value.i32))
      } catch is Trap {
      } catch is ThrownException {}
      return processorTime() - start
    }.min() ?? 0
  }

  private static func processorTime() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  private static let (quarter, whole) = (translated(6000), translated(24_000))

  /// Four times the module takes at most seven times as long, more than four because it fills the caches: a
  /// quadratic pass would take sixteen.
  @Test(arguments: quarter.indices)
  func translationIsLinear(_ index: Int) throws {
    let measured = try measurementsOutOfBounds(of: 4) {
      try (Self.cost(Self.quarter[index]), Self.cost(Self.whole[index]))
    } isWithinBounds: { small, large in
      large <= small * 7
    }
    if let measured { Issue.record("\(Self.whole[index].name): \(measured) ns") }
  }

  // MARK: - Code size

  private static let sized = (executed + translated(2000))

  @Test(arguments: sized.indices)
  func codeIsBoundedByTheBody(_ index: Int) throws {
    let hostile = Self.sized[index]
    let module = try Module(bytes: hostile.encoded())
    let imported = module.imports.count { if case .function = $0.type { true } else { false } }
    var worst = 0.0
    for defined in module.structure.functions.indices.prefix(200) {
      // Of a body of megabytes the disassembly is not for a test.
      guard module.structure.functions[defined].body.bytes.count < 500_000 else { continue }
      let code = try #require(try module.disassemble(UInt32(imported + defined)))
      let byteCount = code.codeByteCount + code.tableByteCount
      #expect(
        byteCount <= 60 * code.bodyByteCount + 256,
        "\(hostile.name): \(byteCount) bytes for \(code.bodyByteCount)")
      worst = max(worst, Double(byteCount - 256) / Double(code.bodyByteCount))
    }
    try Self.report("\(worst) code bytes a byte", hostile)
  }
}
