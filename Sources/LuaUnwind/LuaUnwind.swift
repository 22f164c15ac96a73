/// The command that Sources/LuaWasm/build runs between the linker and the optimiser.

import Foundation

@main
struct LuaUnwind {
  static let usage = """
    usage: LuaUnwind [--check] INPUT OUTPUT

      --check   a module for tests, which traps where an error would pass a call without a check
    """

  static func main() {
    var paths: [String] = []
    var audit = false
    for argument in CommandLine.arguments.dropFirst() {
      switch argument {
      case "--check": audit = true
      case "-h", "--help":
        print(usage)
        return
      case let option where option.hasPrefix("-"):
        fail("there is no option \(option)\n\(usage)", status: 2)
      default: paths.append(argument)
      }
    }
    guard paths.count == 2 else { fail("an input and an output file are needed\n\(usage)", status: 2) }
    do {
      var pass = try UnwindPass([UInt8](try Data(contentsOf: URL(filePath: paths[0]))))
      let bytes = pass.run(audit: audit)
      try Data(bytes).write(to: URL(filePath: paths[1]), options: .atomic)
      let statistics = pass.statistics
      print(
        "\(statistics.throwingFunctions) of \(statistics.functions) functions may throw; "
          + "\(statistics.checks) checks")
    } catch {
      fail("\(paths[0]): \(error)", status: 1)
    }
  }

  private static func fail(_ message: String, status: Int32) -> Never {
    FileHandle.standardError.write(Data("LuaUnwind: \(message)\n".utf8))
    exit(status)
  }
}
