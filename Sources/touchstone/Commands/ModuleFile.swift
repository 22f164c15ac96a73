// Modules from files.
import Harness
import LuaHost
import WebAssembly

enum ModuleFile {
  /// Decodes a module. Throws a sentence with the file's name.
  static func load(_ path: Path) throws -> Module {
    let bytes = try FileSystem.read(path)
    do {
      return try Module(bytes: bytes)
    } catch {
      throw CaseExecutionError.fault("\(path) is no module that this version runs: \(error)")
    }
  }

  static func validate(_ module: Module, _ path: Path) throws(CaseExecutionError) {
    do {
      try module.validate()
    } catch {
      throw .fault("\(path) is invalid: \(error)")
    }
  }
}
