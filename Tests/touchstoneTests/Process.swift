// Runs the built command as a process of its own.
import Foundation
import Testing

/// What a process did.
struct Finished {
  var code: Int32
  var output: String
  var error: String
}

/// A directory in which commands are run, with lua.wasm in it.
final class Workplace {
  let path: String

  /// Fills the directory from a table of file names and contents.
  init(_ files: [String: String] = [:]) throws {
    path =
      FileManager.default.temporaryDirectory.appendingPathComponent("touchstone-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: path + "/lua.wasm", withDestinationPath: Self.packageRoot + "/lua.wasm")
    for (name, text) in files { try write(name, text) }
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  static var packageRoot: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
  }

  /// The built command, which lies beside the tests.
  static var executable: String {
    let tests = URL(fileURLWithPath: CommandLine.arguments[0])
    let bundles = Bundle.allBundles.map(\.bundleURL).filter { $0.pathExtension == "xctest" }
    for place in [tests] + bundles {
      let path = place.deletingLastPathComponent().appendingPathComponent("touchstone").path
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    return packageRoot + "/.build/debug/touchstone"
  }

  func write(_ name: String, _ text: String) throws {
    try write(name, Array(text.utf8))
  }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    let file = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)), as: UTF8.self)
  }

  func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path + "/" + name)
  }

  /// Starts the command; the environment is empty but for what is given.
  func start(
    _ arguments: [String], environment: [String: String] = [:], input: String = ""
  ) throws -> RunningProcess {
    try RunningProcess(Self.executable, arguments, environment, input, in: self)
  }

  func callAsFunction(
    _ arguments: String..., environment: [String: String] = [:], input: String = ""
  ) throws -> Finished {
    try start(arguments, environment: environment, input: input).finish()
  }
}

/// A process that may still run. Its streams go to files, which no reader has to empty.
final class RunningProcess {
  private let process = Process()
  /// Keeps the directory as long as the process needs it.
  private let place: Workplace
  private let streams: String

  init(
    _ executable: String, _ arguments: [String], _ environment: [String: String], _ input: String,
    in place: Workplace
  ) throws {
    self.place = place
    streams =
      FileManager.default.temporaryDirectory.appendingPathComponent("streams-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: streams, withIntermediateDirectories: true)
    for name in ["in", "out", "err"] {
      try Data(name == "in" ? Array(input.utf8) : []).write(to: URL(fileURLWithPath: streams + "/" + name))
    }
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: place.path)
    process.standardInput = FileHandle(forReadingAtPath: streams + "/in")
    process.standardOutput = FileHandle(forWritingAtPath: streams + "/out")
    process.standardError = FileHandle(forWritingAtPath: streams + "/err")
    try process.run()
  }

  deinit {
    if process.isRunning { process.terminate() }
    try? FileManager.default.removeItem(atPath: streams)
  }

  func interrupt() {
    process.interrupt()
  }

  /// Asks it to end, as a CI job does that was cancelled.
  func terminate() {
    process.terminate()
  }

  var isRunning: Bool { process.isRunning }
  var identifier: Int32 { process.processIdentifier }

  /// What there is on standard output.
  var outputSoFar: String { (try? String(contentsOfFile: streams + "/out", encoding: .utf8)) ?? "" }

  /// Waits for the end, which is brought about by force when the process takes longer than so many seconds.
  func finish(within limit: Double = 600) throws -> Finished {
    let number = process.processIdentifier
    let guardian = DispatchWorkItem { kill(number, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + limit, execute: guardian)
    process.waitUntilExit()
    guardian.cancel()
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: URL(fileURLWithPath: streams + "/" + name)), as: UTF8.self)
    }
    // A process that a signal ended is told apart by a negative code.
    let code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    return Finished(code: code, output: try text("out"), error: try text("err"))
  }
}
