/// The three definitions that C code unwinds with (Sources/LuaWasm/glue/unwind.h), found by their exports.

import WebAssembly

package struct UnwindPrimitives: Sendable {
  /// Raises the flag and returns: where every error starts.
  package let throwFunction: UInt32
  /// Calls a function from the table and lowers the flag afterwards: where every error ends.
  package let tryFunction: UInt32
  /// The global that is 1 while an error travels.
  package let flag: UInt32

  private static let throwName = "unwind_throw"
  private static let tryName = "unwind_try"
  private static let flagName = "unwind_flag"

  package init(of module: ModuleStructure) throws(UnwindError) {
    func index(_ name: String, _ kind: ExternKind) throws(UnwindError) -> UInt32 {
      guard let export = module.exports.first(where: { $0.name == name && $0.kind == kind }) else {
        throw .missingExport(name: name, kind: kind)
      }
      return export.index
    }
    throwFunction = try index(Self.throwName, .function)
    tryFunction = try index(Self.tryName, .function)
    flag = try index(Self.flagName, .global)
    let imported = module.imports.count { $0.type.kind == .global }
    let place = Int(flag) - imported
    guard module.globals.indices.contains(place),
      module.globals[place].type == GlobalType(.i32, isMutable: true)
    else { throw .unsuitableFlag(name: Self.flagName) }
  }

  /// Whether the export is there for the pass alone.
  static func isInternal(_ export: Export) -> Bool {
    [throwName, tryName, flagName].contains(export.name)
  }
}
