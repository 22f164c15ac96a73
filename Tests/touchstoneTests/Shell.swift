// Shells that tests run, with the built command on their path.
import Foundation
import Testing

/// A shell of the system.
struct Shell: Sendable {
  let name: String

  static let bash = Shell(name: "bash")
  static let zsh = Shell(name: "zsh")
  static let fish = Shell(name: "fish")

  /// A locale of UTF-8 that every system of its kind has.
  #if os(macOS)
    static let locale = "en_US.UTF-8"
  #else
    static let locale = "C.UTF-8"
  #endif

  /// Where it is; nil when the system has none.
  var path: String? {
    ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  var isInstalled: Bool { path != nil }

  /// Runs a script in a directory, without any start-up file of the user's.
  func run(_ script: String, in place: Workplace, input: String = "") throws -> Finished {
    let options = ["bash": ["--norc", "--noprofile"], "zsh": ["-f"], "fish": ["--no-config"]][name] ?? []
    let path = try #require(path, "\(name) is not installed")
    let folder = URL(fileURLWithPath: Workplace.executable).deletingLastPathComponent().path
    let environment = [
      "PATH": "\(folder):/usr/local/bin:/usr/bin:/bin", "HOME": place.path, "TERM": "vt100",
      "LC_ALL": Shell.locale,
    ]
    return try RunningProcess(path, options + ["-c", script], environment, input, in: place).finish()
  }
}
