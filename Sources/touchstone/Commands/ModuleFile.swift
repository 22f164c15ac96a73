// Modules from files.
import Harness
import LuaHost
import WebAssembly

enum ModuleFile {
  /// Decodes a module. Throws a sentence with the file's name, or the limit of the meter that was reached.
  static func load(_ path: Path, meter: Meter? = nil) throws -> Module {
    let bytes = try FileSystem.read(path)
    do throws(ModuleError) {
      return try Module(bytes: bytes, meter: meter)
    } catch {
      if case .limit(let limit) = error { throw limit }
      throw CaseExecutionError.fault("\(path) is no module that this version runs: \(error)")
    }
  }

  static func validate(_ module: Module, _ path: Path, meter: Meter? = nil) throws {
    do throws(ModuleError) {
      try module.validate(meter: meter)
    } catch {
      if case .limit(let limit) = error { throw limit }
      throw CaseExecutionError.fault("\(path) is invalid: \(error)")
    }
  }
}
