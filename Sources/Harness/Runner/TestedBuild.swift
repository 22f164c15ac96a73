// What answers scripts: a build of the module, or another Lua that is held against one.
import LuaHost

/// Something that runs cases, whatever it is.
package struct TestedBuild: Sendable {
  /// What it is called in reports: the path of a module, the name of a program.
  package let name: String
  /// Tells it from others; equal for equal bytes.
  package let digest: String
  /// Whether only sources can be given to it: no calls of exports, no modules, no seeds.
  package let takesSourcesOnly: Bool
  private let make: @Sendable (UInt64?) throws(CaseExecutionError) -> any CaseExecutor
  /// Returns once it is known to be what it should be.
  package let finishValidation: @Sendable () throws(CaseExecutionError) -> Void

  package init(_ provider: some CaseExecutorProvider, name: String) {
    self.name = name
    digest = provider.moduleDigest
    takesSourcesOnly = false
    make = { (limit) throws(CaseExecutionError) in try provider.makeExecutor(memoryLimit: limit) }
    finishValidation = { () throws(CaseExecutionError) in try provider.finishValidation() }
  }

  /// Another program. `make` makes what runs cases for one thread.
  package init(
    name: String, make: @escaping @Sendable (UInt64?) throws(CaseExecutionError) -> any CaseExecutor
  ) {
    (self.name, digest, takesSourcesOnly, self.make) = (name, name, true, make)
    finishValidation = {}
  }

  /// What it may answer otherwise than a build that is held against it.
  var permitted: PermittedDifferences { takesSourcesOnly ? .ofPrograms : .ofBuilds }

  /// What runs cases for one thread, within a limit on memory.
  func makeExecutor(memoryLimit: UInt64?) throws(CaseExecutionError) -> any CaseExecutor {
    try make(memoryLimit)
  }
}

/// One build's executor, made when first needed and again after a fault.
struct BuildExecutor {
  let build: TestedBuild
  private var executor: (any CaseExecutor)?
  /// Whether the build came as far as to run cases.
  private(set) var isStarted = false
  private(set) var wasTried = false

  init(_ build: TestedBuild) { self.build = build }

  mutating func run(_ request: CaseRequest) throws(CaseExecutionError) -> BuildOutcome {
    wasTried = true
    do {
      if executor == nil { executor = try build.makeExecutor(memoryLimit: request.limits.memoryBytes) }
      isStarted = true
      guard let outcome = try executor?.run(request) else {
        throw CaseExecutionError.fault("there is no executor")
      }
      return .outcome(outcome)
    } catch let error as CaseExecutionError {
      switch error {
      case .sourceTooLong, .loadingFailed, .callRefused, .seedRefused: return .refused(Finding(error))
      case .interrupted: throw error
      case .fault:
        executor = nil
        throw error
      }
    } catch {
      throw .fault("\(error)")
    }
  }

  /// What another one of the same build, started for it alone, comes to.
  func runAnew(_ request: CaseRequest) throws(CaseExecutionError) -> BuildOutcome {
    var other = BuildExecutor(build)
    return try other.run(request)
  }

  /// The outcome with the messages of Lua errors that trapped.
  mutating func readMessages(
    of outcome: BuildOutcome, _ request: CaseRequest
  ) throws(CaseExecutionError) -> BuildOutcome {
    guard case .outcome(let run) = outcome, let read = try executor?.readMessages(of: run, request) else {
      return outcome
    }
    return .outcome(read)
  }
}
