// What the cases of a directory share: the selection, the module, and the workers that run it.
import Harness
import LuaHost
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The fixtures of a directory and the module that they are run in, shared by the threads that run them.
final class FixtureSuite: Sendable {
  /// Ordered by id, with the golden that counts.
  let files: [FixtureFile]
  let loader: FixtureLoader
  /// Which variant a changed golden becomes.
  let variant: String?
  private let module: LuaModule
  private let modulePath: Path
  private let settings: CaseSettings
  private let interruption = Interruption()
  /// Workers that nobody uses at the moment.
  private let idle = Mutex<[Worker]>([])

  /// A runner and its machine, whose state after `init` serves one case after the other. Whoever takes it out of
  /// `idle` is alone with it until it is put back, which is why it may pass between threads.
  private struct Worker: @unchecked Sendable {
    var runner: CaseRunner<LuaModule>
  }

  init(_ directory: String, expected: String?, module: String?, variant: String?, folder: Path) throws {
    func place(_ path: String) -> Path { Path(path).normalized(workingDirectory: folder) }
    let directory = place(directory)
    var options = RunOptions()
    options.paths = [directory]
    options.expected = expected.map(place)
    let found = try FixtureScope.find(options.paths, expected: options.expected)
    options.found = found
    var variant = variant
    for settings in found.projects.compactMap(\.settings) {
      for entry in settings.entries {
        let text = String(decoding: entry.value, as: UTF8.self)
        switch entry.key {
        case "timeout": options.defaults.timeout = Quantity.seconds(text)
        case "fuel": options.defaults.fuel = Quantity.count(text)
        case "max-memory": options.defaults.memory = Quantity.bytes(text)
        case "variant": variant = variant ?? text
        default: break
        }
      }
    }
    self.variant = variant
    var plan = try CasePlan(options)
    if let emptiness = plan.emptiness { throw FixturesError(emptiness) }
    let path =
      try module.map(place) ?? found.projects.lazy.compactMap { try $0.module }.first
      ?? directory.parent.appending("lua.wasm")
    modulePath = path
    guard try FileSystem.exists(path) else {
      throw FixturesError("there is no module \(path); name one, as in Fixtures(…, module: \"lua.wasm\")")
    }
    let bytes = try FileSystem.read(path)
    do throws(LuaModuleError) {
      self.module = try LuaModule(bytes: bytes)
    } catch {
      throw FixturesError("\(path) cannot serve as lua.wasm: \(error)")
    }
    self.module.beginValidation()
    try plan.chooseGoldens(variant) { [module = self.module] in module.goldenVariant }
    files = plan.selected
    loader = plan.loader
    settings = options.settings
  }

  /// Runs a case as `touchstone run` does. Throws when the module turns out to be invalid.
  func run(_ file: FixtureFile) throws -> CaseResult {
    var worker =
      idle.withLock { $0.popLast() }
      ?? Worker(
        runner: CaseRunner(module, loader: loader, settings: settings, interruption: interruption))
    let result = worker.runner.run(file)
    idle.withLock { [worker] in $0.append(worker) }
    do throws(CaseExecutionError) {
      // Whoever is first waits; nothing passes in a module that is invalid.
      try module.finishValidation()
    } catch {
      throw FixturesError("\(modulePath): \(error)")
    }
    // There is nobody who interrupts.
    return result ?? CaseResult(file)
  }

  /// What the environment says of writing goldens.
  enum Blessing {
    case off, on
    /// A build server writes no goldens unless it is forced to.
    case refused

    static var current: Blessing {
      let environment = ProcessInfo.processInfo.environment
      switch environment["TOUCHSTONE_BLESS"] {
      case nil, "", "0", "false": return .off
      case "force": return .on
      default: return ["", "0", "false"].contains(environment["CI"] ?? "") ? .on : .refused
      }
    }
  }
}
