// Scripts below given paths, and the run of one of them.
import Harness
import LuaHost
import WebAssembly
import WebAssemblyScript
import WebAssemblyText

/// A script to run: where it is, and the folders below the path that it was found by.
struct ScriptFile: Sendable {
  var path: Path
  var directory: [String]
  var name: String
}

enum ScriptFiles {
  private typealias Found = (file: ScriptFile, identity: FileIdentity)

  /// All scripts at and below the paths, sorted within each path. One that several paths lead to is found by
  /// the first of them only.
  static func find(_ paths: [Path]) throws -> [ScriptFile] {
    var files: [ScriptFile] = []
    var known: Set<FileIdentity> = []
    var seen: Set<FileIdentity> = []
    for path in paths {
      var found: [Found] = []
      guard let status = try FileSystem.status(path) else {
        throw UsageError("there is no script or directory \(path)")
      }
      if status.kind == .directory {
        try walk(path, [], &found, &seen)
      } else {
        let name = EscapedText.string(path.lastComponent)
        found.append((ScriptFile(path: path, directory: [], name: name), status.identity))
      }
      files += found.filter { !known.contains($0.identity) }.map(\.file)
      known.formUnion(found.map(\.identity))
    }
    return files
  }

  private static func walk(
    _ directory: Path, _ segments: [String], _ found: inout [Found], _ seen: inout Set<FileIdentity>
  ) throws {
    // A directory reached twice is a loop of symbolic links.
    guard let status = try FileSystem.status(directory), seen.insert(status.identity).inserted else { return }
    for name in try FileSystem.names(in: directory).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let path = directory.appending(name)
      let text = EscapedText.string(name)
      guard let status = try FileSystem.status(path) else { continue }
      if status.kind == .directory {
        try walk(path, segments + [text], &found, &seen)
      } else if try text.hasSuffix(".wast") || text.hasSuffix(".json") && isScript(path) {
        found.append((ScriptFile(path: path, directory: segments, name: text), status.identity))
      }
    }
  }
}

extension ScriptFiles {
  /// Whether a JSON file begins as `wast2json` writes it; a folder may hold others.
  fileprivate static func isScript(_ path: Path) throws -> Bool {
    let start = String(decoding: try FileSystem.readFile(path).prefix(4096), as: UTF8.self)
    return start.contains("\"source_filename\"") && start.contains("\"commands\"")
  }
}

/// The reports on the commands of one script, and what is to be said of the script as a whole.
struct ScriptFileResult: Sendable {
  var reports: [CaseReport] = []
  var notices: [Notice] = []
}

/// Runs scripts, each on a store of its own.
struct ScriptFileRunner: Sendable {
  var enabled: FeatureSet
  var disabled: FeatureSet
  var timeout: Duration

  func run(_ file: ScriptFile, _ interruption: Interruption) -> ScriptFileResult {
    var result = ScriptFileResult()
    var features = SuiteFeatures.features(ofScript: file.path.description).union(enabled)
    for feature in disabled.members { features.remove(feature) }
    let options = TextOptions(features: features)
    do {
      let script = try read(file, options)
      var runner = ScriptRunner(
        engine: try StoreEngine(features: features), options: options,
        limits: ScriptLimits(commandTime: timeout, interruption: interruption))
      var names: Set<String> = []
      runner.run(script) { result.reports.append(self.report($0, file, &names)) }
    } catch let error as TextError {
      result.notices.append(
        Notice(
          .fault, .trouble(reason: EscapedText.visible(error.rendered(file: file.path.description))),
          file: file.path.description, line: error.position.line))
    } catch {
      let reason = EscapedText.visible("\(file.path): \(error)")
      result.notices.append(Notice(.fault, .trouble(reason: reason), file: file.path.description))
    }
    return result
  }

  private func read(_ file: ScriptFile, _ options: TextOptions) throws -> Script {
    let bytes = try FileSystem.readFile(file.path)
    guard file.name.hasSuffix(".json") else { return try Script(text: bytes, options: options) }
    let folder = file.path.parent
    return try Script(json: bytes) { try FileSystem.readFile(folder.appending($0)) }
  }

  private func report(
    _ made: CommandReport, _ file: ScriptFile, _ names: inout Set<String>
  ) -> CaseReport {
    let command = made.command
    let place = "\(file.name):\(command.position)"
    // In the JSON form several commands may claim the same place.
    var unique = place
    var number = 2
    while !names.insert(unique).inserted {
      unique = "\(place)#\(number)"
      number += 1
    }
    var report = CaseReport(
      id: (file.directory + [unique]).joined(separator: "/"), directory: file.directory,
      name: "\(unique) \(command.kind.keyword)", status: .passed)
    report.file = file.path.description
    report.line = command.position.line
    report.microseconds = made.nanoseconds / 1000
    report.instructions = made.instructions
    if case .failed(let message) = made.outcome {
      report.status = .failed
      report.finding = .script(
        kind: CaseKind(rawValue: command.kind.keyword) ?? .unreadable, reason: EscapedText.visible(message))
    }
    return report
  }
}
