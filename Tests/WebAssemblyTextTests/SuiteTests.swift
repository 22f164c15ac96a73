/// The official test suite, where the environment says where it is.

import Foundation
import Testing
import WebAssembly
import WebAssemblyScript
import WebAssemblyText

/// The folder that `WASM_TESTSUITE` names, with its scripts as paths below it.
enum OfficialSuite {
  static let folder = ProcessInfo.processInfo.environment["WASM_TESTSUITE"]

  static let scripts: [String] = {
    guard let folder, let files = FileManager.default.enumerator(atPath: folder) else { return [] }
    return files.compactMap { $0 as? String }.filter { $0.hasSuffix(".wast") }.sorted()
  }()

  static func options(_ path: String) -> TextOptions {
    TextOptions(features: SuiteFeatures.features(ofScript: path))
  }

  static func script(_ path: String) throws -> Script {
    let bytes = try #require(FileManager.default.contents(atPath: (folder ?? "") + "/" + path))
    return try Script(text: Array(bytes), options: options(path))
  }
}

@Suite struct SuiteTests {
  @Test("the suite is where the environment says") func present() {
    guard let folder = OfficialSuite.folder else {
      print(
        "WASM_TESTSUITE is not set: the official scripts were not read. Set it to their folder to read them.")
      return
    }
    #expect(!OfficialSuite.scripts.isEmpty, "there is no script below \(folder)")
  }

  @Test("every command is read, every module that should be is well-formed", arguments: OfficialSuite.scripts)
  func wellFormed(path: String) throws {
    let script = try OfficialSuite.script(path)
    #expect(!script.commands.isEmpty)
    for command in script.commands {
      switch command.kind {
      case .unreadable(let error): Issue.record("\(path): \(error)")
      case .module(let module), .definition(let module), .assertInvalid(let module, _),
        .assertUnlinkable(.module(let module), _), .assertModuleTrap(.module(let module), _):
        switch module.content {
        case .malformedText(let error): Issue.record("\(path): \(error)")
        case .quote(let text):
          #expect(throws: Never.self, "\(path):\(command.position)") {
            try ModuleStructure(text: text, options: OfficialSuite.options(path))
          }
        case .text, .binary: break
        }
      default: break
      }
    }
  }

  @Test("every text that should be malformed is, for the reason given", arguments: OfficialSuite.scripts)
  func malformed(path: String) throws {
    for command in try OfficialSuite.script(path).commands {
      switch command.kind {
      case .assertMalformed(let module, let message), .assertMalformedCustom(let module, let message),
        .assertInvalidCustom(let module, let message):
        let error: TextError?
        switch module.content {
        case .malformedText(let found): error = found
        case .quote(let text): error = fault(text, OfficialSuite.options(path))
        case .text: error = nil
        case .binary: continue
        }
        let place = "\(path):\(command.position)"
        #expect(
          error?.reason.hasPrefix(message) == true,
          "\(place): \(error?.reason ?? "well-formed"), not \(message)")
      default: break
      }
    }
  }

  @Test("modules survive printing and encoding", arguments: OfficialSuite.scripts) func roundTrips(
    path: String
  ) throws {
    for command in try OfficialSuite.script(path).commands {
      guard case .module(let module) = command.kind, case .text(let structure) = module.content else {
        continue
      }
      let place = "\(path):\(command.position)"
      #expect(try ModuleStructure(text: try structure.text()) == structure, "\(place)")
      #expect(try ModuleStructure.decode(structure.encode()) == structure, "\(place)")
    }
  }
}
