/// The official test suite on this package's engine, where the environment says where the suite is.

import Foundation
import Testing
import WebAssembly
import WebAssemblyScript
import WebAssemblyText

enum OfficialSuite {
  static let folder = ProcessInfo.processInfo.environment["WASM_TESTSUITE"]

  /// Paths of the scripts below the folder.
  static let scripts: [String] = {
    guard let folder, let files = FileManager.default.enumerator(atPath: folder) else { return [] }
    return files.compactMap { $0 as? String }.filter { $0.hasSuffix(".wast") }.sorted()
  }()

  static func script(_ path: String) throws -> Script {
    let bytes = try #require(FileManager.default.contents(atPath: (folder ?? "") + "/" + path))
    return try Script(
      text: Array(bytes), options: TextOptions(features: SuiteFeatures.features(ofScript: path)))
  }
}

/// Decodes and validates, and runs nothing.
private struct ValidatingEngine: ScriptEngine {
  typealias Share = Never

  let features: FeatureSet

  func compile(_ bytes: [UInt8]) throws(ScriptFailure) -> ModuleContext {
    do throws(ModuleError) {
      let context = try ModuleContext.decode(bytes, features: features)
      try context.validateBodies()
      return context
    } catch {
      switch error {
      case .malformed(let error): throw ScriptFailure(.malformed, error.message)
      case .invalid, .limit: throw ScriptFailure(.invalid, error.message)
      }
    }
  }

  func instantiate(_ module: ModuleContext) throws(ScriptFailure) -> ModuleContext { module }
  func register(_ instance: ModuleContext, as name: String) {}

  func invoke(_ name: String, of instance: ModuleContext, _ arguments: [ScriptValue]) throws(ScriptFailure)
    -> [ScriptResult]
  {
    throw ScriptFailure(.other, "nothing is run")
  }

  func get(_ name: String, of instance: ModuleContext) throws(ScriptFailure) -> ScriptResult {
    throw ScriptFailure(.other, "nothing is run")
  }
}

@Suite struct SuiteRunTests {
  @Test("the suite is where the environment says") func present() {
    guard let folder = OfficialSuite.folder else {
      print(
        "WASM_TESTSUITE is not set: the official scripts were not run. Set it to their folder to run them.")
      return
    }
    #expect(!OfficialSuite.scripts.isEmpty, "there is no script below \(folder)")
  }

  @Test("modules are malformed, invalid or valid as the script says", arguments: OfficialSuite.scripts)
  func validates(path: String) throws {
    let features = SuiteFeatures.features(ofScript: path)
    var runner = ScriptRunner(
      engine: ValidatingEngine(features: features), options: TextOptions(features: features))
    for command in try OfficialSuite.script(path).commands {
      switch command.kind {
      case .module, .definition, .assertMalformed, .assertInvalid, .assertMalformedCustom,
        .assertInvalidCustom:
        runner.run(command) { report in
          #expect(report.outcome == .passed, "\(path):\(report.command.position)")
        }
      default: break
      }
    }
  }

  @Test("every command does what the script says", arguments: OfficialSuite.scripts)
  func runs(path: String) throws {
    let features = SuiteFeatures.features(ofScript: path)
    var runner = ScriptRunner(
      engine: try StoreEngine(features: features), options: TextOptions(features: features))
    runner.run(try OfficialSuite.script(path)) { report in
      let command = report.command
      #expect(report.outcome == .passed, "\(path):\(command.position) \(command.kind.keyword)")
    }
  }
}
