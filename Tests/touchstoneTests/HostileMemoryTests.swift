// The command as a process: what a hostile module has it hold is the limit, and a little.
#if os(Linux)
  import Foundation
  import TestSupport
  import Testing

  @Suite(
    .serialized,
    .enabled(if: HostileMeasurement.isWanted, Comment(rawValue: HostileMeasurement.reason)))
  struct HostileMemoryTests {
    private static let limit = 32 << 20
    /// What the command may hold besides: the module and its code, which no case is charged for.
    private static let slack = 64 << 20
    /// What a translation may hold until the code stands.
    private static let translationLimit = 256 << 20

    private static let modules =
      HostileModule.execution() + HostileModule.calls() + HostileModule.exceptions() + HostileModule.storage()
      + HostileModule.objects() + HostileModule.instantiation() + HostileModule.translation(20_000)
      + HostileModule.furtherTranslation(20_000)

    /// Peak resident bytes of the command, and how it ended.
    private static func peak(
      _ hostile: HostileModule, timeout: String = "0.2"
    ) throws -> (byteCount: Int, code: Int32) {
      let place = try Workplace()
      let bytes = try hostile.encoded()
      try place.write("module.wasm", bytes)
      let arguments =
        ["invoke", place.path + "/module.wasm", hostile.export] + hostile.arguments.map(String.init)
      let limits = ["--timeout", timeout, "--max-memory", "32MiB"]
      let (byteCount, code) = try withExtendedLifetime(place) {
        try PeakMemory.run(Workplace.executable, arguments + limits)
      }
      return (byteCount, code)
    }

    @Test(arguments: modules.indices)
    func holdsNoMoreThanItsLimit(_ index: Int) throws {
      let hostile = Self.modules[index]
      let idle = try Self.peak(HostileModule("idle", text: "(module (func (export \"f\")))"))
      #expect(idle.code == 0)
      let end = try Self.peak(hostile)
      #expect(
        end.byteCount <= idle.byteCount + Self.limit + Self.slack,
        "\(hostile.name): \(end.byteCount >> 20) MiB, idle \(idle.byteCount >> 20)")
      // What goes beyond an implementation limit is refused: only a large module can.
      let mayBeRefused = try hostile.encoded().count > 1 << 20
      #expect(end.code == 0 || end.code == 1 || end.code == 3 && mayBeRefused, "\(hostile.name): \(end.code)")
    }

    private static let large = HostileModule.largeFunctions()

    /// With all the time that it takes, the translation of a large function is bounded by a limit of its own.
    @Test(arguments: large.indices)
    func aTranslationHoldsNoMoreThanItsLimit(_ index: Int) throws {
      let hostile = Self.large[index]
      let idle = try Self.peak(HostileModule("idle", text: "(module (func (export \"f\")))"))
      let end = try Self.peak(hostile, timeout: "60")
      #expect(
        end.byteCount <= idle.byteCount + Self.translationLimit + Self.slack,
        "\(hostile.name): \(end.byteCount >> 20) MiB, idle \(idle.byteCount >> 20)")
      // A function that needs more is refused.
      #expect([0, 1, 3].contains(end.code), "\(hostile.name)")
    }
  }

  /// A process whose peak of resident memory is asked of the system as it ends.
  private enum PeakMemory {
    struct Failure: Error {
      let call: String
      let number: Int32
    }

    /// The exit code is negative when a signal ended the process.
    static func run(_ path: String, _ arguments: [String]) throws -> (
      byteCount: Int, code: Int32
    ) {
      var actions = posix_spawn_file_actions_t()
      posix_spawn_file_actions_init(&actions)
      defer { posix_spawn_file_actions_destroy(&actions) }
      for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
        posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0)
      }
      var words = ([path] + arguments).map { strdup($0) } + [nil]
      defer { words.forEach { free($0) } }
      var environment: [UnsafeMutablePointer<CChar>?] = [nil]
      var number: pid_t = 0
      let failure = posix_spawn(&number, path, &actions, nil, &words, &environment)
      guard failure == 0 else { throw Failure(call: "posix_spawn", number: failure) }
      var status: Int32 = 0
      var usage = rusage()
      while wait4(number, &status, 0, &usage) < 0 {
        guard errno == EINTR else { throw Failure(call: "wait4", number: errno) }
      }
      let signal = status & 0x7F
      return (Int(usage.ru_maxrss) << 10, signal == 0 ? (status >> 8) & 0xFF : -signal)
    }
  }
#endif
